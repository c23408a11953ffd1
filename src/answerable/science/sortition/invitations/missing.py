"""Who is missing from a pool: its people beside the population, value by value.

For each value an exact binomial test asks how often a pool of as many people, each picked from the
population by chance alone, would be at least as unlikely. Where many values are compared some
differ by chance, so differences count together (Holm 1979): the chance that any at all is named
without being there is at most the level. A pool that was to lean, as one over-sampled on purpose,
differs for that reason.

Cells of fewer than ten people are not given, nor the next smallest where one alone could be worked
out from the others. Whether a value lies beyond chance is still said.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import exp, lgamma, log
from typing import Final

from answerable.science.sortition.errors import SortitionError, refuse
from answerable.science.sortition.targets import Profile

LEVEL: Final = 0.05
SMALL: Final = 10
_WHOLE: Final = 10_000
_NEAR: Final = 100
_ALIKE: Final = 1 + 1e-7


@dataclass(frozen=True, slots=True)
class ValueSeen:
    """One value in the pool and in the population.

    Attributes:
        population: part of the population, from 0 to 1.
        people: in the pool; none where the cell is not given.
        pool: part of the pool; none likewise.
        ratio: the part of the pool over that of the population; none likewise.
        beyond: whether the difference is beyond chance, all comparisons together.
        fewer: whether the pool has fewer than its part; whatever is not given.
    """

    feature: str
    value: str
    population: float
    people: int | None
    pool: float | None
    ratio: float | None
    beyond: bool
    fewer: bool


def missing(
    pool: Sequence[Profile],
    shares: Sequence[tuple[str, str, int]],
    *,
    level: float = LEVEL,
    small: int = SMALL,
) -> list[ValueSeen]:
    """Compare a pool with the population; in the order of the shares.

    Args:
        pool: a value for each feature.
        shares: feature, value, and how many in 10,000 people have it.
        level: the chance that any difference is named by chance alone.
        small: cells below are not given.

    Raises:
        SortitionError: ``pool.nobody``; ``shares.sum`` and ``shares.repeated``; ``shares.value``
            for people with a value that the shares do not have; ``input.faults`` with each where
            there are several.
    """
    if not pool:
        raise SortitionError("pool.nobody")
    features = list(dict.fromkeys(feature for feature, _, _ in shares))
    counts = {f: Counter(person.get(f, "") for person in pool) for f in features}
    known = {f: {value: part for name, value, part in shares if name == f} for f in features}
    refuse(list(_faults(shares, counts, known)))
    found = [
        (f, value, part / sum(known[f].values()), counts[f][value])
        for f in features
        for value, part in known[f].items()
    ]
    chances = [binomial(count, len(pool), part) for _, _, part, count in found]
    beyond = holm(chances, level)
    hidden = {(f, v) for f in features for v in _hidden({v: counts[f][v] for v in known[f]}, small)}
    return [
        _seen(one, len(pool), beyond=far, given=one[:2] not in hidden)
        for one, far in zip(found, beyond, strict=True)
    ]


def _faults(
    shares: Sequence[tuple[str, str, int]],
    counts: dict[str, Counter[str]],
    known: dict[str, dict[str, int]],
) -> Iterator[SortitionError]:
    for (feature, value), times in Counter((f, v) for f, v, _ in shares).items():
        if times > 1:
            yield SortitionError("shares.repeated", feature=feature, value=value)
    for feature, parts in known.items():
        if abs(sum(parts.values()) - _WHOLE) > _NEAR:
            yield SortitionError("shares.sum", feature=feature)
        for value in sorted(counts[feature].keys() - parts.keys()):
            yield SortitionError("shares.value", feature=feature, value=value)


def _seen(one: tuple[str, str, float, int], people: int, *, beyond: bool, given: bool) -> ValueSeen:
    feature, value, part, count = one
    pool = count / people
    return ValueSeen(
        feature,
        value,
        part,
        count if given else None,
        pool if given else None,
        pool / part if given and part else None,
        beyond,
        pool < part,
    )


def _hidden(counts: dict[str, int], small: int) -> set[str]:
    """Name the cells of a feature not to be given, and one more where one could be worked out."""
    ordered = sorted(counts, key=lambda value: counts[value])
    hidden = {value for value in ordered if counts[value] < small}
    return hidden | set(ordered[:2]) if len(hidden) == 1 else hidden


def binomial(count: int, people: int, part: float) -> float:
    """Give the chance of a number as unlikely as this one, or more so: the exact two-sided test.

    >>> round(binomial(1, 10, 0.5), 4)
    0.0215
    """
    if part in (0, 1):
        return float(count == people * part)
    logs = [_log(at, people, part) for at in range(people + 1)]
    limit = logs[count] + log(_ALIKE)
    return min(1.0, sum(exp(each) for each in logs if each <= limit))


def _log(count: int, people: int, part: float) -> float:
    ways = lgamma(people + 1) - lgamma(count + 1) - lgamma(people - count + 1)
    return ways + count * log(part) + (people - count) * log(1 - part)


def holm(chances: Sequence[float], level: float) -> list[bool]:
    """Say which of several tests are beyond a level that holds for all of them together.

    >>> holm([0.04, 0.01, 0.03], 0.05)
    [False, True, False]
    """
    beyond = [False] * len(chances)
    for done, place in enumerate(sorted(range(len(chances)), key=chances.__getitem__)):
        if chances[place] > level / (len(chances) - done):
            break
        beyond[place] = True
    return beyond
