"""What a day of releases comes to, in figures that anybody may see.

A figure below ten is not given, and every other is rounded to the nearest ten. A limit is named
only if it decided ten requests or more, so that nobody's single case shows. All of it follows from
the leaves of the day and the agreements: rows count on the day their answer ended.

The size of the log, which is given so that it can be anchored, is exact: from one day to the next
it tells how many lines were written, of all sorts together, also on a quiet day.
"""

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass, field
from datetime import date
from functools import cache
from typing import Final, Literal, NamedTuple, TypeAlias

from answerable.gateway.releases.committed import Committing
from answerable.gateway.releases.leaves import Leaf, read_leaf
from answerable.model.agreement import Agreement
from answerable.model.signing import canonical
from answerable.model.state import State

LEAST: Final = 10
"""The smallest figure that is given, and what every figure is a multiple of."""

Outcome: TypeAlias = Literal["allowed", "refused", "emergency"]


class Sort(NamedTuple):
    """What is counted together.

    Attributes:
        agreement: nothing for open data, and for all that was refused before one was known.
        dataset: nothing if not known; so are pattern and recipient.
        outcome: ``emergency`` is what only a declared emergency opened.
    """

    agreement: str | None
    dataset: str | None
    pattern: str | None
    recipient: str | None
    outcome: Outcome


_OF_NOBODY: Final = Sort(None, None, None, None, "refused")


@dataclass(frozen=True, slots=True)
class Counted:
    """The public figures of one sort of request in one day.

    Attributes:
        agreement: as in `Sort`, and so on.
        requests: rounded to ten; nothing means fewer than ten.
        rows: given in answer; rounded to ten; nothing means fewer than ten.
        limits: those of the agreement that decided ten requests or more, in order.
        commitment: to the leaves that were counted; nothing if there was no salt.
    """

    agreement: str | None
    dataset: str | None
    pattern: str | None
    recipient: str | None
    outcome: Outcome
    requests: int | None
    rows: int | None
    limits: tuple[str, ...]
    commitment: str | None

    @property
    def sort(self) -> Sort:
        """What was counted together."""
        return Sort(self.agreement, self.dataset, self.pattern, self.recipient, self.outcome)


@dataclass(frozen=True, slots=True)
class DayOfReleases:
    """One day of a gateway, and its log as it stood after.

    Attributes:
        gateway: its name.
        day: in UTC.
        size: how many leaves the log had at the end of the day.
        root: the root of the log then, in hexadecimal.
        counts: each sort of request that occurred, in order.
    """

    gateway: str
    day: date
    size: int
    root: str
    counts: tuple[Counted, ...]

    @property
    def data(self) -> bytes:
        """The content of the day's file: canonical JSON."""
        return canonical({"v": 2, **asdict(self), "day": self.day.isoformat()})


class Counting(NamedTuple):
    """What a day is counted by, besides its lines.

    Attributes:
        gateway: its name.
        day: in UTC.
        salt: of that day; without one nothing is committed to.
        find: gives any leaf by its number, for answers that began on an earlier day.
        limits: gives the names of the limits of an agreement; a leaf names other things too that
            decided, such as a part of the grant.
    """

    gateway: str
    day: date
    salt: bytes | None
    find: Callable[[int], Leaf]
    limits: Callable[[str | None], Collection[str]]


def limits_in(state: State) -> Callable[[str | None], Collection[str]]:
    """Give what tells the limits of an agreement by its name."""

    @cache
    def limits(agreement: str | None) -> Collection[str]:
        found = state.find(Agreement, agreement)
        return frozenset(limit.limit for limit in found.limits) if found else frozenset()

    return limits


def count_day(lines: Iterable[bytes], by: Counting) -> tuple[Counted, ...]:
    """Count the releases of a day.

    Args:
        lines: leaves in order; those of other days are passed over.
        by: what they are counted by.
    """
    rows: dict[Sort, _Row] = {}
    for line in lines:
        leaf = read_leaf(line)
        if leaf["at"].startswith(by.day.isoformat()):
            for sort, requests, given, decided in _in(leaf, by.find):
                row = rows.get(sort) or rows.setdefault(sort, _begun(sort, by))
                row.take(line, requests, given, decided)
    return tuple(rows[sort].counted(sort, by) for sort in sorted(rows, key=_order))


@dataclass(slots=True)
class _Row:
    """The exact figures of one sort, which stay here."""

    committing: Committing | None
    requests: int = 0
    rows: int = 0
    decided: Counter[str] = field(default_factory=Counter)

    def take(self, line: bytes, requests: int, rows: int, decided: Iterable[str]) -> None:
        self.requests += requests
        self.rows += rows
        self.decided.update(set(decided))
        if self.committing:
            self.committing.take(line)

    def counted(self, sort: Sort, by: Counting) -> Counted:
        often = {name for name, times in self.decided.items() if times >= LEAST}
        return Counted(
            *sort,
            _public(self.requests),
            _public(self.rows),
            tuple(sorted(often & frozenset(by.limits(sort.agreement)))),
            self.committing.hex() if self.committing else None,
        )


def _begun(sort: Sort, by: Counting) -> _Row:
    whole = {"gateway": by.gateway, "day": by.day.isoformat(), **sort._asdict()}
    return _Row(None if by.salt is None else Committing(by.salt, whole))


def _in(leaf: Leaf, find: Callable[[int], Leaf]) -> Iterator[tuple[Sort, int, int, Sequence[str]]]:
    """Give what a leaf adds to each sort: requests, rows, and what decided the request."""
    match leaf["what"]:
        case "release":
            yield _sort(leaf), 1, 0, leaf["by"]
        case "unlisted":
            yield _OF_NOBODY, leaf["of"], 0, ()
        case "sent":
            given = Counter[Sort]()
            for number, rows, _ in leaf["of"]:
                given[_sort(find(number))] += rows
            for sort, rows in given.items():
                yield sort, 0, rows, ()


def _sort(leaf: Leaf) -> Sort:
    """Say with what a release is counted."""
    outcome: Outcome = leaf["outcome"]
    if outcome == "refused" and leaf["agreement"] is None:
        return _OF_NOBODY
    if outcome == "allowed" and leaf["emergency"]:
        outcome = "emergency"
    return Sort(leaf["agreement"], leaf["dataset"], leaf["pattern"], leaf["recipient"], outcome)


def _order(sort: Sort) -> tuple[str, ...]:
    return tuple(part or "" for part in sort)


def _public(figure: int) -> int | None:
    """Round half up to ten, or give nothing below ten."""
    return (figure + LEAST // 2) // LEAST * LEAST if figure >= LEAST else None
