"""How often data was given and refused, day by day: as figures, and as a picture of them."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from answerable.model.exchange import Count, Releases

DAYS: Final = 14
_SPAN: Final = timedelta(days=DAYS)
_TALL: Final = 120
_FEW: Final = 5
"""How a figure that is too small to be published is drawn."""


@dataclass(frozen=True, slots=True)
class Used:
    """One day of use.

    Attributes:
        asked: whether anything was given at all.
        given: requests that were answered, rounded; nothing means fewer than ten.
        denied: whether anything was refused at all.
        refused: the same of requests that were refused.
    """

    day: date
    asked: bool
    given: int | None
    denied: bool
    refused: int | None


@dataclass(frozen=True, slots=True)
class Bar:
    """One day as it is drawn."""

    day: date
    given: int
    refused: int


def days_of(counted: Iterable[tuple[Releases, Count]]) -> list[Used]:
    """Give the counted days of the last two weeks of use, the oldest first."""
    days: dict[date, list[Count]] = {}
    for releases, count in counted:
        days.setdefault(releases.day, []).append(count)
    first = max(days, default=date.min + _SPAN) - _SPAN
    return [_day(day, days[day]) for day in sorted(days) if day > first]


def _day(day: date, counts: list[Count]) -> Used:
    given = [each for each in counts if each.outcome != "refused"]
    refused = [each for each in counts if each.outcome == "refused"]
    return Used(day, bool(given), _sum(given), bool(refused), _sum(refused))


def _sum(counts: list[Count]) -> int | None:
    known = [each.requests for each in counts if each.requests is not None]
    return sum(known) if known else None


def bars(days: list[Used]) -> list[Bar]:
    """Draw every day from the first to the last, the highest as tall as the picture."""
    drawn = {d.day: (_drawn(d.asked, d.given), _drawn(d.denied, d.refused)) for d in days}
    most = max((given + refused for given, refused in drawn.values()), default=0) or 1
    every = range((days[-1].day - days[0].day).days + 1) if days else ()
    return [
        Bar(day, *(round(number * _TALL / most) for number in drawn.get(day, (0, 0))))
        for day in (days[0].day + timedelta(days=n) for n in every)
    ]


def _drawn(there: bool, number: int | None) -> int:
    if not there:
        return 0
    return _FEW if number is None else number
