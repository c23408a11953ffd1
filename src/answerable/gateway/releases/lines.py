"""The file of lines: read by number, appended to, made durable, cut back to what was."""

import os
from array import array
from collections.abc import Callable, Iterator, Sequence
from itertools import pairwise
from pathlib import Path
from typing import TypeAlias

from answerable.store import files

Sync: TypeAlias = Callable[[int], None]
"""Makes what was written to a descriptor durable."""

_BLOCK = 1000


class Reading:
    """The whole lines of one file, as many as there were when it was opened."""

    def __init__(self, path: Path, flags: int = os.O_RDONLY) -> None:
        """Open the file; it is only read, whoever else may write to it meanwhile.

        Raises:
            Broken: ``store.unwritable``: it cannot be read.
        """
        self._name = path.name
        with files.writing_to(self._name):
            self._file = os.open(path, flags | os.O_CLOEXEC, 0o600)
            try:
                self._ends = array("Q", [0, *_ends(path)])
            except BaseException:
                self.close()
                raise

    def __len__(self) -> int:
        return len(self._ends) - 1

    def read(self, number: int) -> bytes:
        """Give one line, without its newline."""
        start, stop = self._ends[number], self._ends[number + 1]
        return os.pread(self._file, stop - start - 1, start)

    def between(self, start: int, stop: int) -> Iterator[bytes]:
        """Give lines in order, a block in memory at a time."""
        for first in range(start, stop, _BLOCK):
            ends = self._ends[first : min(first + _BLOCK, stop) + 1]
            block = os.pread(self._file, ends[-1] - ends[0], ends[0])
            for one, other in pairwise(ends):
                yield block[one - ends[0] : other - ends[0] - 1]

    def close(self) -> None:
        os.close(self._file)
        self._file = -1  # the system may give the number to another file


class Lines(Reading):
    """One file, open as long as this is; 8 bytes of memory for each line.

    One thread appends; any thread reads.
    """

    def __init__(self, path: Path, sync: Sync = os.fdatasync) -> None:
        """Open the file, or create it empty for its owner only.

        A last line without its newline was never acknowledged, and is cut off.

        Raises:
            Broken: ``store.full`` or ``store.unwritable``.
        """
        super().__init__(path, os.O_RDWR | os.O_CREAT | os.O_APPEND)
        self._sync = sync
        try:
            with files.writing_to(self._name):
                files.sync_directory(path.parent)
                self._uncertain = os.fstat(self._file).st_size != self._ends[-1]
                self._settle()
        except BaseException:
            self.close()
            raise

    def append(self, lines: Sequence[bytes]) -> None:
        """Add lines, all or none; durable on return.

        Raises:
            Broken: ``store.full`` or ``store.unwritable``. Then the file is as it was, or will be
                before anything else is written to it.
        """
        data = b"\n".join((*lines, b""))
        with files.writing_to(self._name):
            self._settle()
            self._uncertain = True
            try:
                self._write(data)
                self._sync(self._file)
            except BaseException:
                self._settle_if_possible()
                raise
            self._uncertain = False
        end = self._ends[-1]
        for line in lines:
            end += len(line) + 1
            self._ends.append(end)

    def _settle(self) -> None:
        """Cut off what was not acknowledged, if there may be anything."""
        if self._uncertain:
            os.ftruncate(self._file, self._ends[-1])
            self._sync(self._file)
            self._uncertain = False

    def _settle_if_possible(self) -> None:
        try:
            self._settle()
        except OSError:
            return  # it stays uncertain, and the next append begins here

    def _write(self, data: bytes) -> None:
        rest = memoryview(data)
        while rest:
            rest = rest[os.write(self._file, rest) :]


def _ends(path: Path) -> Iterator[int]:
    """Give where each whole line ends, its newline included."""
    end = 0
    with path.open("rb") as file:
        for line in file:
            end += len(line)
            if line.endswith(b"\n"):
                yield end
