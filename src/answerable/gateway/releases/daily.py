"""What a day of releases comes to, in figures that anybody may see.

A figure below ten is not given, and every other is rounded to the nearest ten. The figures of a
day follow from the leaves of that day alone: rows count on the day their answer ended.

The size of the log, which is given so that it can be anchored, is exact: from one day to the next
it tells how many lines were written, of all sorts together, also on a quiet day.
"""

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass
from datetime import date
from typing import Final, Literal, NamedTuple, TypeAlias

from answerable.gateway.releases.leaves import Leaf
from answerable.model.signing import canonical

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
    """

    agreement: str | None
    dataset: str | None
    pattern: str | None
    recipient: str | None
    outcome: Outcome
    requests: int | None
    rows: int | None


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
        return canonical({"v": 1, **asdict(self), "day": self.day.isoformat()})


def count_day(
    leaves: Iterable[Leaf], day: date, find: Callable[[int], Leaf]
) -> tuple[Counted, ...]:
    """Count the releases of a day.

    Args:
        leaves: in order; those of other days are passed over.
        day: in UTC.
        find: gives any leaf by its number, for answers that began on an earlier day.
    """
    requests, rows = Counter[Sort](), Counter[Sort]()
    for leaf in leaves:
        if not leaf["at"].startswith(day.isoformat()):
            continue
        match leaf["what"]:
            case "release":
                requests[_sort(leaf)] += 1
            case "unlisted":
                requests[_OF_NOBODY] += leaf["of"]
            case "sent":
                for number, given, _ in leaf["of"]:
                    rows[_sort(find(number))] += given
    sorts = sorted(requests.keys() | rows.keys(), key=_order)
    return tuple(Counted(*sort, _public(requests[sort]), _public(rows[sort])) for sort in sorts)


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
