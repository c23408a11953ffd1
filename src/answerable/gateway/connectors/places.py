"""Files that are read while others may replace them."""

import glob
import os
import stat
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from answerable.model.errors import Broken, Refused

_DESCRIPTORS = next((d for d in ("/proc/self/fd", "/dev/fd") if Path(d).is_dir()), "/dev/fd")


@dataclass(frozen=True, slots=True)
class Opened:
    """Files that are read, and how they were when that began.

    Attributes:
        places: descriptors of files held open, or paths of files that a database opens itself.
    """

    dataset: str
    places: tuple[int | Path, ...]
    was: tuple[os.stat_result, ...]

    @property
    def names(self) -> tuple[str, ...]:
        """Names by which this process, and no other, can open the very same files again."""
        return tuple(f"{_DESCRIPTORS}/{place}" for place in self.places)

    @property
    def moved(self) -> bool:
        """Whether somebody wrote into a file; one that was replaced can still be read whole."""
        return any(map(_written_into, self.places, self.was))

    def require_unmoved(self) -> None:
        """Refuse what may be a mixture of old and new.

        Raises:
            Refused: ``source.moved``.
        """
        if self.moved:
            raise Refused("source.moved", dataset=self.dataset)


def _written_into(place: int | Path, was: os.stat_result) -> bool:
    try:
        now = os.stat(place)  # noqa: PTH116 - a descriptor is no path
    except FileNotFoundError:
        return False
    same = (now.st_dev, now.st_ino) == (was.st_dev, was.st_ino)
    return same and (now.st_size, now.st_mtime_ns) != (was.st_size, was.st_mtime_ns)


@contextmanager
def opened(dataset: str, patterns: Sequence[Path], *, hold: bool = True) -> Iterator[Opened]:
    """Begin to read files, named or matched by a pattern; each pattern must match one at least.

    Args:
        dataset: whose files they are.
        patterns: the files.
        hold: whether to hold them open. A database that locks its file must be the only one in
            this process to open it: whoever closes it lets go of the locks of all.

    Raises:
        Broken: ``source.unreachable``.
    """
    with ExitStack() as stack:
        with reaching(dataset):
            paths = found(patterns)
            places = tuple(_open(path, stack) if hold else path for path in paths)
            was = tuple(os.stat(place) for place in places)  # noqa: PTH116
        yield Opened(dataset, places, was)


def _open(path: Path, stack: ExitStack) -> int:
    # without O_NONBLOCK a pipe would keep us waiting for somebody to write
    descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC | os.O_NONBLOCK)
    stack.callback(os.close, descriptor)
    if not stat.S_ISREG(os.fstat(descriptor).st_mode):
        raise FileNotFoundError
    return descriptor


def found(patterns: Sequence[Path]) -> list[Path]:
    """List the files that patterns match, by name; a file named exactly is no pattern."""
    paths: dict[Path, None] = {}
    for pattern in patterns:
        paths |= dict.fromkeys([pattern] if pattern.exists() else _matches(pattern))
    return list(paths)


def _matches(pattern: Path) -> list[Path]:
    matches = sorted(glob.glob(str(pattern)))  # noqa: PTH207 - a whole path may be a pattern
    if not matches:
        raise FileNotFoundError
    return [Path(match) for match in matches]


def file_version(dataset: str, paths: Sequence[Path]) -> str:
    """Give a text that changes when one of the files is replaced, changed, added or removed.

    Raises:
        Broken: ``source.unreachable``.
    """
    with reaching(dataset):
        return ";".join(map(_identity, found(paths)))


def _identity(path: Path) -> str:
    seen = path.stat()
    return f"{seen.st_dev}.{seen.st_ino}.{seen.st_size}.{seen.st_mtime_ns}"


@contextmanager
def reaching(dataset: str) -> Iterator[None]:
    """Tell a caller with a code what the system tells us with a number.

    Raises:
        Broken: ``source.unreachable``.
    """
    try:
        yield
    except (OSError, ValueError):
        raise Broken("source.unreachable", place=dataset) from None
