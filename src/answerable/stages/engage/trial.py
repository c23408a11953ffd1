"""Targets tried out on a pool before it is fixed: everybody's chances, or what is in the way.

Chances are the fairest where seats may be parts of seats; the lottery that is made when the pool is
fixed reaches them in almost every pool, and says so.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from answerable.science import sortition
from answerable.science.sortition import rules
from answerable.stages.engage.fair import Asked, ask
from answerable.stages.engage.lottery import Volunteer, homes_of

Reals: TypeAlias = NDArray[np.float64]

_MADE = 4
"""How many pools are remembered, without names, so that an edit costs only the chances."""

_NOTHING = 1e-9


@dataclass(frozen=True, slots=True)
class Tried:
    """Targets with the numbers to be tried, and the pool to try them on.

    Attributes:
        people: with a value for each feature of the targets.
        columns: that tell who lives together.
    """

    people: Sequence[Volunteer]
    targets: Sequence[sortition.Target]
    seats: int
    columns: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class Stranger:
    """A value in the pool for which there is no target, though there are for others of it."""

    feature: str
    value: str
    people: int


@dataclass(frozen=True, slots=True)
class Group:
    """What people of one target have.

    Attributes:
        average: chance, from 0 to 1; nothing where there is nobody, or no panel.
        least: of anybody.
    """

    people: int
    average: float | None = None
    least: float | None = None


@dataclass(frozen=True, slots=True)
class Trial:
    """What targets would do.

    Attributes:
        groups: one for each target.
        chances: everybody's, ascending; none where no panel meets the targets.
        gini: nothing where all chances are equal, near one where few have all.
        problem: why there are none, if it is no conflict.
        strangers: values that the targets leave out; they are the problem then.
        conflict: names of targets that cannot be met together.
        relaxation: the least changes with which they can.
    """

    groups: tuple[Group, ...]
    chances: tuple[float, ...] = ()
    gini: float = 0.0
    problem: sortition.SortitionError | None = None
    strangers: tuple[Stranger, ...] = ()
    conflict: tuple[str, ...] = ()
    relaxation: sortition.Relaxation | None = None

    @property
    def without(self) -> int:
        """How many people have no chance."""
        return sum(chance <= _NOTHING for chance in self.chances)


def trial(tried: Tried) -> Trial:
    """Try targets out."""
    inside = [[each.includes(person.profile) for person in tried.people] for each in tried.targets]
    groups = tuple(Group(sum(them)) for them in inside)
    strangers = _strangers(tried)
    if strangers:
        return Trial(groups, strangers=strangers)
    try:
        rules.check_rules(tried.targets, tried.seats)
        made = sortition.retarget(_open(tried), tried.targets)
        chances = made.by_person(sortition.leximin(made).chances)
    except sortition.SortitionError as problem:
        if problem.code not in ("targets.together", "targets.sum"):
            return Trial(groups, problem=problem)
        return _in_the_way(groups, tried, problem)
    return Trial(
        tuple(_group(chances[np.array(them, dtype=bool)]) for them in inside),
        tuple(np.sort(chances).tolist()),
        sortition.measures(made, chances).gini,
    )


def _group(chances: Reals) -> Group:
    if not len(chances):
        return Group(0)
    return Group(len(chances), float(chances.mean()), float(chances.min()))


def _strangers(tried: Tried) -> tuple[Stranger, ...]:
    named = {of for target in tried.targets if len(target.of) == 1 for of in target.of}
    features = sorted({feature for feature, _ in named})
    found = Counter(
        (feature, person.profile.get(feature, ""))
        for person in tried.people
        for feature in features
    )
    return tuple(
        Stranger(feature, value, people)
        for (feature, value), people in sorted(found.items())
        if (feature, value) not in named
    )


def _open(tried: Tried) -> sortition.Instance:
    """Give the pool as an instance in which every number of seats is allowed."""
    any_number = [sortition.Target(target.of, 0, tried.seats) for target in tried.targets]
    homes = homes_of(tried.people, tried.columns)
    profiles = [person.profile for person in tried.people]
    return _made(ask(profiles, any_number, seats=tried.seats, households=homes, method=""))


@lru_cache(maxsize=_MADE)
def _made(asked: Asked) -> sortition.Instance:
    return sortition.instance(
        [dict(pairs) for pairs in asked.profiles],
        asked.targets,
        seats=asked.seats,
        households=asked.households,
    )


def _in_the_way(
    groups: tuple[Group, ...], tried: Tried, problem: sortition.SortitionError
) -> Trial:
    """Say which targets are in each other's way; also where they cannot add up to the seats."""
    tight = replace(
        _open(tried),
        targets=tuple(tried.targets),
        lower=np.array([tried.seats, *(each.min for each in tried.targets)], dtype=np.float64),
        upper=np.array([tried.seats, *(each.max for each in tried.targets)], dtype=np.float64),
    )
    names, found = tuple(sortition.conflict(tight)), sortition.relaxation(tight)
    if found is None:
        return Trial(groups, problem=problem, conflict=names)
    return Trial(groups, conflict=names, relaxation=found)
