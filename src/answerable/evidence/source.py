"""Where public files are read from: a directory, or a web address."""

import urllib.error
import urllib.request
from http.client import HTTPException, HTTPResponse
from math import inf
from pathlib import Path
from time import monotonic
from typing import Protocol
from urllib.parse import quote, urlsplit

from answerable.model.errors import Broken, Invalid

SECONDS = 20.0
_MOST_BYTES = 64 * 1024 * 1024
_PIECE = 64 * 1024
_FILE = "file:"


class Source(Protocol):
    """Something that holds public files."""

    def read(self, path: str) -> bytes | None:
        """Give a file, or nothing if it is not there."""

    def paths(self) -> frozenset[str] | None:
        """Name every file, or nothing if they cannot be listed."""


class DirectorySource:
    """Public files in a directory."""

    def __init__(self, directory: Path, *, there: bool = True) -> None:
        """Name the directory.

        Args:
            directory: which.
            there: whether it must be there already.

        Raises:
            Invalid: ``source.missing``.
        """
        if there and not directory.is_dir():
            raise Invalid("source.missing", place=str(directory))
        self._directory = directory

    def read(self, path: str) -> bytes | None:
        """Give a file; a link does not count as one."""
        target = self._directory / path
        if target.is_symlink() or not target.is_file():
            return None
        if target.stat().st_size > _MOST_BYTES:
            raise Broken("source.large", place=path)
        return target.read_bytes()

    def paths(self) -> frozenset[str] | None:
        """Name everything that is not a directory."""
        return frozenset(
            path.relative_to(self._directory).as_posix()
            for path in self._directory.rglob("*")
            if path.is_symlink() or not path.is_dir()
        )


class WebSource:
    """Public files at a web address."""

    def __init__(self, address: str, *, seconds: float = SECONDS, within: float = inf) -> None:
        """Name the address; nothing is fetched yet.

        Args:
            address: http or https.
            seconds: how long to wait for the next bytes.
            within: how many seconds a whole file may take, however steadily it drips.
        """
        try:
            scheme = urlsplit(address).scheme
        except ValueError:
            scheme = ""
        if scheme not in ("http", "https") or not address.isascii() or not address.isprintable():
            raise Invalid("source.scheme", place=address)
        self._address = address.rstrip("/")
        self._seconds, self._within = seconds, within

    def read(self, path: str) -> bytes | None:
        """Fetch a file.

        Raises:
            Broken: ``source.unreachable``; ``source.large`` above 64 MiB.
        """
        address = f"{self._address}/{quote(path)}"
        until = monotonic() + self._within
        try:
            with urllib.request.urlopen(address, timeout=self._seconds) as answer:  # noqa: S310 - checked
                data = _drain(answer, until)
        except urllib.error.HTTPError as problem:
            if problem.code in (404, 410):
                return None
            raise Broken("source.unreachable", place=address) from None
        except (OSError, ValueError, HTTPException):
            raise Broken("source.unreachable", place=address) from None
        if len(data) > _MOST_BYTES:
            raise Broken("source.large", place=address)
        return data

    def paths(self) -> frozenset[str] | None:
        """Nobody can list a web server."""
        return None


def _drain(answer: HTTPResponse, until: float) -> bytes:
    """Read an answer to its end, or to a piece more than is allowed.

    Raises:
        TimeoutError: it is not all there in time.
    """
    data = bytearray()
    while len(data) <= _MOST_BYTES and (piece := answer.read1(_PIECE)):
        data += piece
        if monotonic() > until:
            raise TimeoutError
    return bytes(data)


def source_at(place: str, *, seconds: float = SECONDS, within: float = inf) -> Source:
    """Open a directory, by its path or as ``file:`` and its path, or a web address.

    Args:
        place: where the files are.
        seconds: how long a web address may keep anyone waiting for the next bytes.
        within: how many seconds a whole file may take from there.

    Raises:
        Invalid: ``source.missing`` or ``source.scheme``.
    """
    if "://" in place:
        return WebSource(place, seconds=seconds, within=within)
    return DirectorySource(Path(place.removeprefix(_FILE)))
