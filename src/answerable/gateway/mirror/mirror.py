"""Follow one register: pass over its mirrors, and believe what is new and holds."""

from collections.abc import Collection, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, wait
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from threading import Lock
from time import monotonic
from typing import Final

from answerable.evidence.seal import read_head
from answerable.evidence.source import Source
from answerable.gateway.mirror.believed import Believed
from answerable.gateway.mirror.keep import Keep
from answerable.gateway.mirror.offer import Accepted, Offer, Pin
from answerable.gateway.mirror.reading import read_checkpoint
from answerable.gateway.mirror.said import Alarm, Followed, Trouble
from answerable.model.errors import Broken
from answerable.model.state import State

KEPT: Final = "own copy"
"""The name of the gateway's own copy among the sources."""

_AGAIN = 2
_OWN = -1
_SPOILT = frozenset({"seal.form", "seal.wrong"})
_REST = timedelta(seconds=10)
_PATIENCE: Final = 0.4
"""Seconds after which a pass waits no more for a source that is being read."""
_STEP: Final = 0.05
_AT_ONCE: Final = 20
"""Sources that may keep silent at once; as many as may be named."""


class _Read:
    """A source that tells whether something is being read from it."""

    def __init__(self, source: Source) -> None:
        self._source = source
        self.is_waiting = False

    def read(self, path: str) -> bytes | None:
        self.is_waiting = True
        try:
            return self._source.read(path)
        finally:
            self.is_waiting = False

    def paths(self) -> frozenset[str] | None:
        return self._source.paths()


@dataclass(frozen=True, slots=True)
class _Visit:
    """What a source showed when it was last looked at.

    Attributes:
        epoch: of what was believed then.
    """

    at: datetime
    epoch: int
    checkpoint: bytes | None = None
    problem: Broken | None = None

    def is_recent(self, now: datetime) -> bool:
        return abs(now - self.at) < _REST

    def knows(self, checkpoint: bytes, epoch: int, now: datetime) -> bool:
        same = (self.checkpoint, self.epoch) == (checkpoint, epoch)
        return same and (self.problem is None or self.is_recent(now))


class Mirror:
    """Follows one register through any of its mirrors; believes only what it checked.

    One thread follows. Each source is looked at in a thread of its own, so that one that keeps
    silent delays no other. Any number of threads may read meanwhile, and see what was believed
    before something was accepted or after it, never half of it. `believed` has all of it at one
    moment.
    """

    def __init__(
        self, *, origin: str, key: str, sources: Sequence[tuple[str, Source]], keep: Path
    ) -> None:
        """Name the register; nothing is read of it yet.

        Args:
            origin: the name of the register.
            key: a verifier key that seals it, or did at any time.
            sources: mirrors by name, the preferred first.
            keep: a private directory for what is accepted.

        Raises:
            Broken: ``store.full`` or ``store.unwritable``.
        """
        self._pin = Pin(origin, key)
        self._sources = tuple(sources)
        self._keep = Keep(keep)
        self._alarm = self._keep.alarm()
        self._believed = Believed()
        self._unsound = 0
        self._visits: dict[int, _Visit] = {}
        self._busy: dict[int, tuple[_Read, Future[_Visit]]] = {}
        self._looking = ThreadPoolExecutor(_AT_ONCE, "mirror")
        self._accepting = Lock()

    @property
    def believed(self) -> Believed:
        """All that was accepted, at one moment."""
        return self._believed

    @property
    def state(self) -> State:
        """What the entries add up to; it never changes, the next one is another."""
        return self._believed.state

    @property
    def size(self) -> int:
        """How many entries were accepted."""
        return self._believed.size

    @property
    def sealed_at(self) -> datetime | None:
        """The time in the newest seal that was accepted."""
        return self._believed.sealed_at

    @property
    def checkpoint(self) -> bytes | None:
        """The newest checkpoint that was accepted, as it was signed."""
        return self._believed.checkpoint

    @property
    def epoch(self) -> int:
        """Grows by one whenever state or time changed."""
        return self._believed.epoch

    @property
    def unknown_names(self) -> frozenset[str]:
        """Every name in entries that this software does not understand."""
        return self._believed.unknown_names

    @property
    def alarm(self) -> Alarm | None:
        """The proof that the register showed two faces; from then on nothing it says counts."""
        return self._alarm

    @property
    def forked(self) -> bool:
        """Whether there is an alarm."""
        return self._alarm is not None

    @property
    def unsound(self) -> bool:
        """Whether the register sealed what may not be there, so that what it says is not heard."""
        return self._unsound > self.size

    def stopped(self, names: Collection[str]) -> frozenset[str]:
        """Give those of the names that entries not understood speak of."""
        return self.unknown_names.intersection(names)

    def follow(self, now: datetime) -> Followed:
        """Look once at every source; the own copy first, until something is believed.

        Cheap when nothing changed: of each source only the checkpoint is read. One that could not
        be reached or believed rests for ten seconds, unless its checkpoint changes. One that keeps
        silent is left to itself; what it says in the end is weighed when it says it.

        Raises:
            Broken: ``store.*`` or ``public.*``: the gateway's own disk.
        """
        if self._alarm:
            self._keep.remember(self._alarm)
            return Followed(accepted=False, troubles=(self._alarm.trouble,))
        before = self._believed.epoch
        troubles = tuple(self._pass(now))
        return Followed(self._believed.epoch > before, troubles)

    def close(self) -> None:
        """Wait for what is being looked at, and look no more."""
        self._looking.shutdown()

    def _pass(self, now: datetime) -> Iterator[Trouble]:
        copy = None if self._believed.size else self._keep.copy()
        if copy:
            yield from self._recall(copy, now)
        until = monotonic() + _PATIENCE
        for place, (name, source) in enumerate(self._sources):
            self._look(place, name, source, now)
            self._wait(place, until)
            if self._alarm:
                yield self._alarm.trouble
                return
            visit = self._visits.get(place)
            if visit and visit.problem:
                yield _trouble(name, visit.problem)

    def _look(self, place: int, name: str, source: Source, now: datetime) -> None:
        """Look at one source, unless somebody still does."""
        if place not in self._busy:
            read, last = _Read(source), self._visits.get(place)
            self._busy[place] = read, self._looking.submit(self._visit, name, read, last, now)

    def _wait(self, place: int, until: float) -> None:
        """Wait for what comes of it; not for one that keeps silent."""
        read, visit = self._busy[place]
        while not wait([visit], _STEP).done:
            if read.is_waiting and monotonic() > until:
                return
        del self._busy[place]
        self._visits[place] = visit.result()

    def _recall(self, copy: Source, now: datetime) -> Iterator[Trouble]:
        """Believe the own copy, if it still holds; put it aside if the disk spoilt it."""
        self._visits[_OWN] = visit = self._visit(KEPT, copy, self._visits.get(_OWN), now)
        if visit.problem:
            if _is_spoilt(visit.problem):
                self._keep.set_aside()
            yield _trouble(KEPT, visit.problem)

    def _visit(self, name: str, source: Source, last: _Visit | None, now: datetime) -> _Visit:
        if last and last.problem and last.checkpoint is None and last.is_recent(now):
            return last
        checkpoint = None
        try:
            checkpoint = read_checkpoint(source)
            if last and last.knows(checkpoint, self._believed.epoch, now):
                return last
            if checkpoint != self._believed.checkpoint:
                self._weigh(name, source, checkpoint, now)
        except Broken as problem:
            if not problem.code.startswith("mirror."):
                raise
            return _Visit(now, self._believed.epoch, checkpoint, problem)
        return _Visit(now, self._believed.epoch, checkpoint)

    def _weigh(
        self, name: str, source: Source, checkpoint: bytes, now: datetime, again: int = _AGAIN
    ) -> None:
        """Weigh what a source shows; once more if it was published while it was read."""
        mine = self._believed
        try:
            accepted = Offer(self._pin, mine, source, checkpoint, now).weigh()
        except Broken as problem:
            if problem.code == "mirror.fork":
                self._raise_alarm(name, checkpoint, now)
                return
            if problem.code == "mirror.unsound":
                self._unsound = max(self._unsound, read_head(checkpoint).size)
            moved_on = again and problem.code == "mirror.damaged"
            shown = read_checkpoint(source) if moved_on else checkpoint
            if shown == checkpoint:
                raise
            self._weigh(name, source, shown, now, again - 1)
            return
        if accepted and not self._accept(accepted, mine):
            self._weigh(name, source, checkpoint, now, again)

    def _accept(self, accepted: Accepted, after: Believed) -> bool:
        """Believe something, unless something else was accepted meanwhile."""
        with self._accepting:
            if self._believed is not after:
                return False
            self._keep.write(accepted.believed, accepted.recent)
            self._believed = accepted.believed
            return True

    def _raise_alarm(self, name: str, checkpoint: bytes, now: datetime) -> None:
        self._alarm = Alarm(
            source=name,
            found_at=now,
            our_size=self.size,
            their_size=read_head(checkpoint).size,
            ours=(self.checkpoint or b"").decode(),
            theirs=checkpoint.decode(),
        )
        self._keep.remember(self._alarm)


def _is_spoilt(problem: Broken) -> bool:
    """Tell damage from a pin, a clock or a program that is another than when it was kept."""
    return problem.code == "mirror.damaged" or problem.params.get("said") in _SPOILT


def _trouble(name: str, problem: Broken) -> Trouble:
    return Trouble(name, problem.code, {"source": name, **problem.params})
