"""Everybody's chances as they are shown: in groups, and as a picture with its figures."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil
from typing import Final

from answerable.science.sortition import Target
from answerable.stages.engage.trial import Trial

_STEPS: Final = (0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1)
_MOST_BARS: Final = 10
_USUAL: Final = 0.95
_NOTHING: Final = 1e-9
_TALL: Final = 120


@dataclass(frozen=True, slots=True)
class Bar:
    """People whose chances lie between two numbers.

    Attributes:
        low: above this chance, from 0 to 1.
        high: up to this; nothing where there is no bound; 0 for those who have no chance.
        tall: the height in the picture.
    """

    low: float
    high: float | None
    people: int
    tall: int


def bars(chances: Sequence[float]) -> list[Bar]:
    """Sort chances, which ascend, into steps of equal width.

    Those who have none stand before them, and the few whose chances are far greater after them.
    """
    if not chances:
        return []
    usual = chances[ceil(len(chances) * _USUAL) - 1]
    step = next((each for each in _STEPS if usual <= each * _MOST_BARS), _STEPS[-1])
    last = max(1, ceil(usual / step - _NOTHING))
    places = Counter(min(last, ceil(each / step - _NOTHING) - 1) for each in chances if _is(each))
    none = sum(not _is(each) for each in chances)
    first = min(places, default=last)
    edges = [(at * step, (at + 1) * step, places[at]) for at in range(first, last)]
    found: list[tuple[float, float | None, int]] = [*([(0, 0, none)] if none else []), *edges]
    if places[last]:
        found.append((last * step, None, places[last]))
    tallest = max(people for *_, people in found) or 1
    return [Bar(low, high, count, ceil(count * _TALL / tallest)) for low, high, count in found]


def _is(chance: float) -> bool:
    return chance > _NOTHING


@dataclass(frozen=True, slots=True)
class Change:
    """A number that should give way.

    Attributes:
        of: the features of the target, and their values.
        side: ``least`` or ``most``.
    """

    of: tuple[tuple[str, str], ...]
    side: str
    now: int
    was: int


def changes(found: Trial) -> list[Change]:
    """Give the least changes with which a panel exists, number by number."""
    made = []
    for each in found.relaxation.changes if found.relaxation else ():
        if each.min != each.target.min:
            made.append(Change(each.target.of, "least", each.min, each.target.min))
        if each.max != each.target.max:
            made.append(Change(each.target.of, "most", each.max, each.target.max))
    return made


@dataclass(frozen=True, slots=True)
class InTheWay:
    """A target that cannot be met together with others."""

    of: tuple[tuple[str, str], ...]
    least: int
    most: int


def conflict(found: Trial, targets: Sequence[Target]) -> list[InTheWay]:
    """Give the targets that are in each other's way."""
    return [
        InTheWay(target.of, target.min, target.max)
        for target in targets
        if str(target) in found.conflict
    ]
