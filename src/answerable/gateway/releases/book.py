"""Everything of a log that is on disk, as one: halves, then lines, then the tree, then the seal.

No threads of its own: whoever calls waits. Commits, seals and proofs take turns.
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from datetime import datetime
from functools import partial
from pathlib import Path
from threading import Lock
from typing import Final, NamedTuple

from answerable.gateway.releases import seal
from answerable.gateway.releases.committed import salt_of
from answerable.gateway.releases.leaves import (
    How,
    Leaf,
    Outline,
    Unfinished,
    check_leaf,
    first_from,
    opened_line,
    read_leaf,
    release_line,
    sent_line,
    unlisted_line,
)
from answerable.gateway.releases.lines import Lines, Sync
from answerable.gateway.releases.private import (
    SALT_BYTES,
    Blind,
    PrivateHalves,
    Row,
    commitment,
)
from answerable.model.base import moment_text
from answerable.model.errors import Broken
from answerable.science.tlog import Receipt, Tree, leaf_hashes
from answerable.store import files

LINES: Final = "releases.jsonl"
HALVES: Final = "private.sqlite3"
_LOCK: Final = "lock"
_BLOCK: Final = 1000


class Entry(NamedTuple):
    """One release, ready to be given a number.

    Attributes:
        outline: its public half.
        body: its private half, as canonical JSON.
        subject: whom it is about, blinded.
    """

    outline: Outline
    body: bytes | None
    subject: bytes | None


class Book:
    """The files of one log, open in one process."""

    def __init__(
        self,
        directory: Path,
        origin: str,
        clock: Callable[[], datetime],
        *,
        sync: Sync,
        random: seal.Random,
    ) -> None:
        """Open the log, or begin one; check it against its last seal; record that it was opened.

        Raises:
            Broken: ``releases.locked`` when another process has it, ``releases.damaged``,
                ``store.full``, ``store.unwritable``, or what `Database` raises.
            Invalid: ``releases.origin``.
        """
        self._clock, self._random = clock, random
        self._turn = Lock()
        self._tree = Tree()
        self._latest = ""
        self._halves_ahead = False
        with ExitStack() as opening:
            files.private_directory(directory)
            if not opening.enter_context(files.lock(directory / _LOCK, wait=False)):
                raise Broken("releases.locked", path=directory.name)
            _begin(directory, origin, random)
            self._seal = seal.Seal(directory, origin)
            key = seal.read_blind_key(directory)
            self.blind, self.salt = Blind(key), partial(salt_of, key)
            self._halves = PrivateHalves(directory / HALVES)
            opening.callback(self._halves.close)
            self._lines = Lines(directory / LINES, sync)
            opening.callback(self._lines.close)
            self._open()
            self._closing = opening.pop_all()

    @property
    def halves(self) -> PrivateHalves:
        """The private halves."""
        return self._halves

    @property
    def seal(self) -> seal.Seal:
        """The last seal."""
        return self._seal

    def __len__(self) -> int:
        return len(self._lines)

    def commit(
        self, entries: Sequence[Entry], ended: Sequence[tuple[int, int, How]], unlisted: int
    ) -> range:
        """Record releases, how earlier ones ended, and how many refusals are not listed.

        Returns:
            The numbers of the releases, which are durable.

        Raises:
            Broken: ``store.full``, ``store.unwritable`` or what `Database` raises. Then nothing of
                it counts as recorded, and the next commit begins where this one did.
        """
        with self._turn:
            at = self._now()
            numbers = range(len(self._lines), len(self._lines) + len(entries))
            lines, rows = self._written(entries, at, numbers)
            if ended:
                lines.append(sent_line(at, ended))
            if unlisted:
                lines.append(unlisted_line(at, unlisted))
            self._keep(rows, numbers.start)
            self._append(lines)
        return numbers

    def renew_seal(self) -> None:
        """Sign the log as it is; durable on return.

        Raises:
            Broken: ``store.full`` or ``store.unwritable``.
        """
        with self._turn:
            self._seal.renew(self._tree)

    def tidy(self) -> None:
        """Do some of the work that can wait for a quiet moment.

        Raises:
            Broken: as `Database` does.
        """
        self._halves.index(len(self))

    def receipt(self, number: int) -> Receipt:
        """Prove that a leaf is in the log; sealed anew if the last seal does not cover it.

        Raises:
            Broken: ``store.full`` or ``store.unwritable``.
        """
        with self._turn:
            if number >= self._seal.size:
                self._seal.renew(self._tree)
            proof = self._tree.inclusion(number, self._seal.size)
            return Receipt(number, proof, self._seal.note, self._lines.read(number))

    def settled_before(self, moment: datetime) -> tuple[int, bytes] | None:
        """Give size and root of the log as it was before a moment; nothing if that is to come.

        Nothing is recorded as earlier than that any more, even if the clock is set back.
        """
        with self._turn:
            if self._now().decode() < moment_text(moment):
                return None
            size = self.first_from(moment)
            return size, self._tree.root(size)

    def first_from(self, moment: datetime) -> int:
        """Give the number of the first leaf recorded at a moment or later."""
        return first_from(moment, self.line, len(self))

    def line(self, number: int) -> bytes:
        """Give the bytes of a leaf."""
        return self._lines.read(number)

    def leaf(self, number: int) -> Leaf:
        """Give a leaf."""
        return read_leaf(self._lines.read(number))

    def lines(self, start: int, stop: int) -> Iterator[bytes]:
        """Give the bytes of leaves in order."""
        return self._lines.between(start, stop)

    def close(self) -> None:
        """Let go of the files."""
        self._closing.close()

    def _now(self) -> bytes:
        """Give the time as text; it never decreases, so that a moment can be searched for."""
        self._latest = max(self._latest, moment_text(self._clock()))
        return self._latest.encode()

    def _written(
        self, entries: Sequence[Entry], at: bytes, numbers: range
    ) -> tuple[list[bytes], list[Row]]:
        """Give the lines of releases and the rows of their private halves."""
        lines, rows = list[bytes](), list[Row]()
        salts = self._random(SALT_BYTES * len(entries))
        for number, (said, body, subject) in zip(numbers, entries, strict=True):
            seal_of_half = None
            if body is not None:
                where = SALT_BYTES * len(rows)
                salt = salts[where : where + SALT_BYTES]
                seal_of_half = commitment(salt, body)
                rows.append((number, subject, salt, body))
            lines.append(release_line(said, at, number, seal_of_half))
        return lines, rows

    def _keep(self, rows: Sequence[Row], start: int) -> None:
        """Make halves durable, and drop those of a commit that came to nothing."""
        if self._halves_ahead:
            self._halves.cut(start)
        if rows:
            self._halves_ahead = True
            self._halves.put(rows)

    def _append(self, lines: Sequence[bytes]) -> None:
        self._lines.append(lines)
        self._halves_ahead = False
        self._tree.extend(leaf_hashes(lines))

    def _open(self) -> None:
        unfinished = self._read_all()
        self._seal.check(self._tree)
        if len(self._lines):
            self._latest = str(self.leaf(len(self._lines) - 1)["at"])
        self._halves.cut(len(self._lines))
        self._halves.clean()
        self._append([opened_line(self._now(), unfinished.numbers())])

    def _read_all(self) -> Unfinished:
        """Read the log from its start into the tree.

        Lines that are sealed are checked by their hashes, all others are read too.
        """
        unfinished = Unfinished()
        for first in range(0, len(self._lines), _BLOCK):
            stop = min(first + _BLOCK, len(self._lines))
            block = list(self._lines.between(first, stop))
            self._tree.extend(leaf_hashes(block))
            for number, line in enumerate(block, first):
                self._follow(unfinished, number, line)
        return unfinished

    def _follow(self, unfinished: Unfinished, number: int, line: bytes) -> None:
        try:
            unfinished.follow(number, line)
            if number >= self._seal.size:
                check_leaf(line, number)
        except (ValueError, LookupError, TypeError):
            raise Broken("releases.damaged", place=f"{LINES}:{number + 1}") from None


def _begin(directory: Path, origin: str, random: seal.Random) -> None:
    """Make what a log needs, if there are no lines yet; never what was there and is lost."""
    if not (directory / LINES).exists():
        seal.begin(directory, origin, random)
    elif not (directory / HALVES).exists():
        raise Broken("releases.damaged", place=HALVES)
