"""The log of a gateway: every answer and every refusal, durable before the first byte leaves."""

import asyncio
import os
from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import Future
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Any, Self

from answerable.gateway.releases.book import HALVES, Book, Entry
from answerable.gateway.releases.daily import Counting, DayOfReleases, count_day, limits_in
from answerable.gateway.releases.leaves import (
    How,
    Leaf,
    Release,
    at_of,
    is_allowed,
    is_emergency,
    outline,
    read_leaf,
)
from answerable.gateway.releases.lines import Sync
from answerable.gateway.releases.private import PrivateHalf, body_of
from answerable.gateway.releases.seal import Random
from answerable.gateway.releases.writer import Number, Waiting, Writer
from answerable.model.errors import Broken, Missing, Refused
from answerable.model.state import State
from answerable.science.tlog import Receipt, Verifier

_NO_HALF: Mapping[str, Any] = {}


@dataclass(frozen=True, slots=True)
class Recorded:
    """One release with both halves, for those who may see them.

    Attributes:
        number: of the release.
        leaf: its public half.
        private: its private half; nothing if there never was one or it is erased.
    """

    number: int
    leaf: Leaf
    private: Mapping[str, Any] | None = field(repr=False)


class ReleaseLog:
    """One directory that only its owner can enter, open in one process, shared by its threads.

    Anything that gives numbers, leaves or proofs may wait for a commit to end: call it from a
    thread. Only `recorded` and `finished` are for the event loop.
    """

    def __init__(
        self,
        directory: Path,
        origin: str,
        clock: Callable[[], datetime],
        *,
        sync: Sync = os.fdatasync,
        random: Random = os.urandom,
    ) -> None:
        """Open the log, or begin one, and record that it was opened.

        What was allowed and is not known to have been sent, as the process died meanwhile, is
        named in that record.

        Args:
            directory: for this log alone.
            origin: the name of the log, without spaces; a URL without scheme is recommended.
            clock: gives the time in UTC.
            sync: makes what was written to a descriptor durable.
            random: gives so many random bytes.

        Raises:
            Broken: ``releases.locked`` when another process has it; ``releases.damaged``;
                ``store.full``, ``store.unwritable``, ``store.damaged``, ``store.newer`` or
                ``store.busy``, with a file's name.
            Invalid: ``releases.origin`` when the log has another name, or that is no name.
        """
        self._clock = clock
        self._book = Book(directory, origin, clock, sync=sync, random=random)
        self._writer = Writer(self._book, lambda: int(clock().timestamp()), self._abandoned)
        self._is_open = True

    def record(
        self,
        release: Release,
        private: Mapping[str, Any] | bytes | None = None,
        subject: tuple[str, str] | None = None,
    ) -> "Future[Number]":
        """Record a release, for a caller that has no event loop.

        Args:
            release: its public half.
            private: its private half, JSON, or the canonical form of that; what is not given has
                no half.
            subject: dataset and identifier of the person it is about, to be found by.

        Returns:
            What gives its number as soon as it is durable: nothing may leave before. It gives
            nothing for a refusal of an unknown caller that was counted and not listed, of which
            a loss of power may forget the last second; and raises Broken, such as ``store.full``
            or ``store.unwritable``, if the release is not recorded.

        Raises:
            Invalid: ``releases.text``.
            Broken: ``releases.closed``.
        """
        answer: Future[Number] = Future()
        answer.set_running_or_notify_cancel()  # what was recorded cannot be called off
        entry = self._entry(release, private, subject)
        self._writer.put(Waiting(entry, release.of_nobody, answer, None))
        return answer

    async def recorded(
        self,
        release: Release,
        private: Mapping[str, Any] | bytes | None = None,
        subject: tuple[str, str] | None = None,
    ) -> Number:
        """Record a release, and give its number once it is durable; as `record` does.

        If the waiting task is cancelled, an answer it would have given is recorded as one that
        the caller went away from.

        Raises:
            Invalid: ``releases.text``.
            Broken: ``releases.closed``, ``store.full``, ``store.unwritable`` or what else kept the
                release from being recorded.
        """
        loop = asyncio.get_running_loop()
        answer: asyncio.Future[Number] = loop.create_future()
        entry = self._entry(release, private, subject)
        self._writer.put(Waiting(entry, release.of_nobody, answer, loop))
        try:
            return await answer
        except asyncio.CancelledError:
            self._cancelled(answer)
            raise

    def finished(self, number: int, rows: int, how: How) -> None:
        """Say how an answer ended; noted with the next commit, or within about a second.

        Args:
            number: of the release.
            rows: how many were given.
            how: it ended.
        """
        self._writer.ended(number, rows, how)

    @property
    def verifier(self) -> Verifier:
        """The public key of the log."""
        return self._book.seal.verifier

    def __len__(self) -> int:
        return len(self._book)

    def checkpoint(self) -> bytes:
        """Give a signed checkpoint of the log as it is now; durable on return.

        Raises:
            Broken: ``store.full`` or ``store.unwritable``.
        """
        self._book.renew_seal()
        return self._book.seal.note

    def line(self, number: int) -> bytes:
        """Give the bytes of a leaf.

        Raises:
            Missing: ``releases.number``.
        """
        self._check_number(number)
        return self._book.line(number)

    def leaf(self, number: int) -> Leaf:
        """Give a leaf.

        Raises:
            Missing: ``releases.number``.
        """
        return read_leaf(self.line(number))

    def receipt(self, number: int) -> Receipt:
        """Prove that a leaf is in the log; the file that `Receipt.data` gives holds the leaf too.

        Raises:
            Missing: ``releases.number``.
            Broken: ``store.full`` or ``store.unwritable``.
        """
        self._check_number(number)
        return self._book.receipt(number)

    def about(self, dataset: str, subject: str) -> list[Recorded]:
        """Give every release about a person whose private half is still kept, in order.

        Raises:
            Broken: ``releases.damaged`` when a half is not the one that the log is committed to.
        """
        hidden = self._book.blind.name(dataset, subject)
        return [self._with(half.number, half) for half in self._book.halves.of(hidden, len(self))]

    def emergencies(self, since: datetime) -> list[Recorded]:
        """Give every release asked for in an emergency from a moment on, for review.

        Raises:
            Broken: ``releases.damaged``, as `about` does.
        """
        return [
            self._with(number, self._book.halves.get(number))
            for number, line in self._from(since)
            if is_emergency(line)
        ]

    def answered_since(self, moment: datetime) -> Iterator[tuple[str, str, datetime]]:
        """Give agreement, pattern and time of every answer under an agreement from a moment on."""
        for _, line in self._from(moment):
            if is_allowed(line):
                leaf = read_leaf(line)
                if leaf["agreement"] is not None and leaf["pattern"] is not None:
                    yield leaf["agreement"], leaf["pattern"], at_of(leaf)

    def count(self, gateway: str, day: date, state: State) -> DayOfReleases:
        """Give what a day came to, in public figures.

        Args:
            gateway: its name.
            day: in UTC.
            state: the register, for the limits of agreements.

        Raises:
            Refused: ``releases.day`` when it is not over.
        """
        start = datetime.combine(day, time(), UTC)
        if day >= self._clock().date():
            raise Refused("releases.day", day=day.isoformat())
        settled = self._book.settled_before(start + timedelta(days=1))
        if settled is None:
            raise Refused("releases.day", day=day.isoformat())
        size, root = settled
        lines = self._book.lines(self._book.first_from(start), size)
        by = Counting(gateway, day, self._book.salt(day), self._book.leaf, limits_in(state))
        return DayOfReleases(gateway, day, size, root.hex(), count_day(lines, by))

    def erase(self, numbers: Iterable[int]) -> int:
        """Destroy the private halves of releases, and count them; the log still verifies.

        The file of halves is written anew, and commits wait for that: erase many at once, in a
        quiet hour.

        Raises:
            Broken: ``store.full``, ``store.unwritable`` or ``store.busy``.
        """
        return self._book.halves.erase([number for number in numbers if number < len(self)])

    def erase_before(self, moment: datetime) -> int:
        """Destroy the private halves of all releases before a moment, as `erase` does."""
        return self._book.halves.erase_before(self._book.first_from(moment))

    def close(self) -> None:
        """Commit what waits, seal the log, and let another process have it."""
        if self._is_open:
            self._is_open = False
            self._writer.close()
            self._book.close()

    def __enter__(self) -> Self:
        """Close at the end of the block."""
        return self

    def __exit__(self, *details: object) -> None:
        self.close()

    def _entry(
        self,
        release: Release,
        private: Mapping[str, Any] | bytes | None,
        subject: tuple[str, str] | None,
    ) -> Entry:
        if private is None and subject is None:
            return Entry(outline(release), None, None)
        hidden = None if subject is None else self._book.blind.name(*subject)
        written = private if isinstance(private, bytes) else body_of(private or _NO_HALF)
        return Entry(outline(release), written, hidden)

    def _cancelled(self, answer: "asyncio.Future[Number]") -> None:
        """Note a task that was cancelled after its answer had come, and before it took it."""
        if not answer.cancelled() and answer.done() and answer.exception() is None:
            self._abandoned(answer.result())

    def _abandoned(self, number: Number) -> None:
        if number is not None and is_allowed(self._book.line(number)):
            self.finished(number, 0, "hung-up")

    def _check_number(self, number: int) -> None:
        if not 0 <= number < len(self):
            raise Missing("releases.number", number=number)

    def _from(self, moment: datetime) -> Iterator[tuple[int, bytes]]:
        start = self._book.first_from(moment)
        return enumerate(self._book.lines(start, len(self)), start)

    def _with(self, number: int, half: PrivateHalf | None) -> Recorded:
        leaf = self._book.leaf(number)
        if half is not None and half.commitment != leaf.get("private"):
            raise Broken("releases.damaged", place=f"{HALVES}:{number}")
        return Recorded(number, leaf, None if half is None else half.read())
