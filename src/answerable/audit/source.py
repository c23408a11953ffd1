"""Where public files are read from: a directory, or a web address."""

import urllib.error
import urllib.request
from http.client import HTTPException
from pathlib import Path
from typing import Protocol
from urllib.parse import quote, urlsplit

from answerable.model.errors import Broken, Invalid

_SECONDS = 20
_MOST_BYTES = 64 * 1024 * 1024


class Source(Protocol):
    """Something that holds public files."""

    def read(self, path: str) -> bytes | None:
        """Give a file, or nothing if it is not there."""

    def paths(self) -> frozenset[str] | None:
        """Name every file, or nothing if they cannot be listed."""


class DirectorySource:
    """Public files in a directory."""

    def __init__(self, directory: Path) -> None:
        if not directory.is_dir():
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

    def __init__(self, address: str) -> None:
        try:
            scheme = urlsplit(address).scheme
        except ValueError:
            scheme = ""
        if scheme not in ("http", "https") or not address.isascii() or not address.isprintable():
            raise Invalid("source.scheme", place=address)
        self._address = address.rstrip("/")

    def read(self, path: str) -> bytes | None:
        """Fetch a file.

        Raises:
            Broken: ``source.unreachable``; ``source.large`` above 64 MiB.
        """
        address = f"{self._address}/{quote(path)}"
        try:
            with urllib.request.urlopen(address, timeout=_SECONDS) as answer:  # noqa: S310 - checked
                data: bytes = answer.read(_MOST_BYTES + 1)
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


def source_at(place: str) -> Source:
    """Open a directory or a web address.

    Raises:
        Invalid: ``source.missing`` or ``source.scheme``.
    """
    return WebSource(place) if "://" in place else DirectorySource(Path(place))
