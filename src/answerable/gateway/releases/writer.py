"""One thread that writes for all: while one commit is made durable, the next one gathers."""

import asyncio
import time
from collections import deque
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from contextlib import suppress
from threading import Event, Thread
from typing import Final, NamedTuple, TypeAlias, TypeVar

from answerable.gateway.releases.book import Book, Entry
from answerable.gateway.releases.leaves import How
from answerable.model.errors import AnswerableError, Broken

UNKNOWN_A_SECOND: Final = 20
"""So many refusals of unknown callers are listed in a second; others are counted."""

_TICK_SECONDS: Final = 1.0
_GATHER_SECONDS: Final = 0.002
"""How long a commit waits for company, when the one before had some."""

Number: TypeAlias = int | None
Outcome: TypeAlias = int | Broken | None
T = TypeVar("T")


class Waiting(NamedTuple):
    """A release to be recorded, and who waits for its number.

    Attributes:
        entry: what to record.
        of_nobody: whether it is a refusal of an unknown caller.
        answer: what gets the number, or nothing if the refusal was only counted.
        loop: the event loop that the answer belongs to; without one any thread waits.
    """

    entry: Entry
    of_nobody: bool
    answer: "Future[Number] | asyncio.Future[Number]"
    loop: asyncio.AbstractEventLoop | None


class Writer:
    """Takes all that waits, commits it at once, and tells everybody."""

    def __init__(
        self, book: Book, second: Callable[[], int], abandoned: Callable[[int], None]
    ) -> None:
        """Start the thread.

        Args:
            book: what is written to; nobody else commits.
            second: tells the time in whole seconds.
            abandoned: told the number of each release whose waiting task had been cancelled.
        """
        self._book, self._second, self._abandoned = book, second, abandoned
        self._queue: deque[Waiting] = deque()
        self._ended: deque[tuple[int, int, How]] = deque()
        self._unlisted = 0
        self._listed = (0, 0)
        self._worked_at = self._sealed_at = 0
        self._wake = Event()
        self._closing = self._closed = self._busy = False
        # a daemon, so that a program that forgets to close can end; nobody was told otherwise
        self._thread = Thread(target=self._run, name="release log", daemon=True)
        self._thread.start()

    def put(self, waiting: Waiting) -> None:
        """Let something be recorded with the next commit.

        Raises:
            Broken: ``releases.closed``.
        """
        if self._closing:
            raise Broken("releases.closed")
        self._queue.append(waiting)
        if not self._wake.is_set():
            self._wake.set()
        if self._closed:  # it came too late for the last commit to see it
            self._refuse_rest()

    def ended(self, number: int, rows: int, how: How) -> None:
        """Let it be noted with the next commit, or within about a second, how an answer ended."""
        self._ended.append((number, rows, how))

    def close(self) -> None:
        """Commit what waits and end; nothing is taken any more."""
        self._closing = True
        self._wake.set()
        self._thread.join()

    def _refuse_rest(self) -> None:
        rest = _taken(self._queue)
        self._tell(rest, [Broken("releases.closed") for _ in rest])

    def _run(self) -> None:
        closing = False
        try:
            while not closing:
                woken = self._wake.wait(_TICK_SECONDS)
                if self._busy:
                    time.sleep(_GATHER_SECONDS)  # a commit costs the same for one as for many
                self._wake.clear()
                closing = self._closing
                self._round(late=closing or not woken)
        finally:  # if ever the thread fails, everybody is told, and nobody waits for ever
            self._closing = self._closed = True
            self._refuse_rest()

    def _round(self, *, late: bool) -> None:
        second = self._second()
        listed = self._choose(_taken(self._queue), second)
        self._busy = len(listed) > 1
        if listed or ((late or second != self._worked_at) and (self._ended or self._unlisted)):
            self._worked_at = second
            self._tell(listed, self._commit([waiting.entry for waiting in listed]))
        if late or second != self._sealed_at:
            self._sealed_at = second
            with suppress(Broken):  # the last seal holds; the next second has another try
                self._book.renew_seal()
        if late and not listed:
            with suppress(Broken):
                self._book.tidy()

    def _choose(self, asked: list[Waiting], second: int) -> list[Waiting]:
        """Give what is to be listed; the rest is counted, and told so."""
        if not any(waiting.of_nobody for waiting in asked):
            return asked
        listed, counted = list[Waiting](), list[Waiting]()
        for waiting in asked:
            (listed if self._is_listed(waiting, second) else counted).append(waiting)
        self._unlisted += len(counted)
        self._tell(counted, [None for _ in counted])
        return listed

    def _is_listed(self, waiting: Waiting, second: int) -> bool:
        if not waiting.of_nobody:
            return True
        since, count = self._listed
        self._listed = (second, count + 1 if since == second else 1)
        return self._listed[1] <= UNKNOWN_A_SECOND

    def _commit(self, entries: Sequence[Entry]) -> Sequence[Outcome]:
        """Record releases, and what else there is to record; or give back what was taken."""
        ended, unlisted = _taken(self._ended), self._unlisted
        try:
            numbers = self._book.commit(entries, ended, unlisted)
        except Exception as problem:  # noqa: BLE001 - whoever waits has to be told
            self._ended.extendleft(reversed(ended))
            return [_broken(problem) for _ in entries]
        self._unlisted = 0
        return numbers

    def _tell(self, asked: Sequence[Waiting], outcomes: Sequence[Outcome]) -> None:
        """Give everybody their outcome, each event loop all of its own at once."""
        by_loop = dict[asyncio.AbstractEventLoop, list[tuple[Waiting, Outcome]]]()
        for waiting, outcome in zip(asked, outcomes, strict=True):
            if waiting.loop is None:
                _answer(waiting, outcome)
            else:
                by_loop.setdefault(waiting.loop, []).append((waiting, outcome))
        for loop, pairs in by_loop.items():
            with suppress(RuntimeError):  # the loop is closed, and nobody waits
                loop.call_soon_threadsafe(self._answer_all, pairs)

    def _answer_all(self, pairs: Sequence[tuple[Waiting, Outcome]]) -> None:
        for waiting, outcome in pairs:
            if not waiting.answer.cancelled():
                _answer(waiting, outcome)
            elif isinstance(outcome, int):
                self._abandoned(outcome)


def _answer(waiting: Waiting, outcome: Outcome) -> None:
    if isinstance(outcome, Broken):
        waiting.answer.set_exception(outcome)
    else:
        waiting.answer.set_result(outcome)


def _broken(problem: Exception) -> Broken:
    """Give everybody an error of their own, as each is raised in another place."""
    if isinstance(problem, AnswerableError):
        broken = Broken(problem.code, **problem.params)
    else:
        broken = Broken("releases.failed")
    broken.__cause__ = problem
    return broken


def _taken(queue: deque[T]) -> list[T]:
    """Take everything that is in a queue now."""
    return [queue.popleft() for _ in range(len(queue))]
