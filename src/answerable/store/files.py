"""Files that are whole or absent, directories that are private, and locks between processes."""

import errno
import fcntl
import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from answerable.model.errors import Broken

PART = ".part"
_FULL = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})


def write_durable(
    path: Path, data: bytes, mode: int = 0o644, *, staging: Path | None = None
) -> None:
    """Put these bytes in place of whatever is there, whole, and safe from a loss of power.

    A reader sees the old bytes or the new, never a mixture. The bytes are first written under
    another name, ending in ``.part``, in `staging` (which must be on the same filesystem) or
    else beside the file; a process that is killed may leave that one behind.

    Raises:
        Broken: ``store.full`` or ``store.unwritable``, with the file's name. The old bytes are
            still in place, or, if only the directory could not be made durable, the new ones.
    """
    with writing_to(path.name):
        temporary = _write_temporary(staging or path.parent, data, mode)
        try:
            temporary.replace(path)
        except OSError:
            _remove_quietly(temporary)
            raise
        sync_directory(path.parent)


def _write_temporary(directory: Path, data: bytes, mode: int) -> Path:
    descriptor, name = tempfile.mkstemp(dir=directory, prefix=".", suffix=PART)
    try:
        try:
            _write_all(descriptor, data)
            os.fchmod(descriptor, mode)
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
    except OSError:
        _remove_quietly(Path(name))
        raise
    return Path(name)


def _write_all(descriptor: int, data: bytes) -> None:
    rest = memoryview(data)
    while rest:
        rest = rest[os.write(descriptor, rest) :]


def _remove_quietly(path: Path) -> None:
    with suppress(OSError):
        path.unlink()


@contextmanager
def writing_to(name: str) -> Iterator[None]:
    """Tell a caller with a code what the system tells us with a number.

    Raises:
        Broken: ``store.full`` when there is no room (disk, quota or limit on file size),
            ``store.unwritable`` for anything else, with the name given.
    """
    try:
        yield
    except OSError as error:
        code = "store.full" if error.errno in _FULL else "store.unwritable"
        raise Broken(code, path=name) from error


def sync_directory(path: Path) -> None:
    """Make what was created, renamed or removed in this directory survive a loss of power."""
    descriptor = os.open(path, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def durable_directory(path: Path, mode: int = 0o755) -> Path:
    """Create a directory and the ones above it, and give it back; one that exists is left as it is.

    Raises:
        Broken: ``store.full`` or ``store.unwritable``.
    """
    with writing_to(path.name):
        _make_directory(path, mode)
    return path


def _make_directory(path: Path, mode: int) -> None:
    if path.is_dir():
        return
    _make_directory(path.parent, mode)
    with suppress(FileExistsError):
        path.mkdir(mode=mode)
    sync_directory(path.parent)


def private_directory(path: Path) -> Path:
    """Create a directory that only its owner can enter, or make it so, and give it back.

    Raises:
        Broken: ``store.full`` or ``store.unwritable``.
    """
    durable_directory(path, mode=0o700)
    with writing_to(path.name):
        path.chmod(0o700)
    return path


@contextmanager
def lock(path: Path, *, shared: bool = False, wait: bool = True) -> Iterator[bool]:
    """Hold a lock that other processes, and other threads of this one, respect.

    A file is created when it is not there and never removed; a directory may be locked too. The
    system lets go of the lock when the process ends, however it ends. Taking the same lock twice
    without letting go waits for ever, unless both are shared.

    Yields:
        Whether the lock is held: false only when `wait` is false and somebody else has it.

    Raises:
        Broken: ``store.unwritable`` or ``store.full`` when the file cannot be created.
    """
    with writing_to(path.name):
        flags = os.O_RDONLY if path.is_dir() else os.O_RDONLY | os.O_CREAT
        descriptor = os.open(path, flags | os.O_CLOEXEC, 0o600)
    try:
        yield _take(descriptor, shared=shared, wait=wait)
    finally:
        os.close(descriptor)


def _take(descriptor: int, *, shared: bool, wait: bool) -> bool:
    operation = fcntl.LOCK_SH if shared else fcntl.LOCK_EX
    try:
        fcntl.flock(descriptor, operation if wait else operation | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
