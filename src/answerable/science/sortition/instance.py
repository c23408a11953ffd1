"""An instance of a draw: orbits of people whom no rule can tell apart, and rows over their seats.

An orbit is everybody with one profile. Where at most one person of a household may serve, an orbit
is everybody with one profile in households of one kind, the kind being the profiles of all its
members in the pool. A *composition* says how many seats each orbit has. For every composition that
keeps the rows there is a panel, and each member of an orbit can have the same chance of being in
it: so equal people get equal chances, whatever the method.

The rows are exact:

- the seats, and the least and most of each target, over the orbits it includes;
- for each kind of household, the seats of its orbits are at most the households of that kind.
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from answerable.science.sortition.errors import SortitionError
from answerable.science.sortition.rules import check_rules, plain
from answerable.science.sortition.targets import (
    AnyTarget,
    Profile,
    Target,
    as_target,
    check_values,
)

Reals = NDArray[np.float64]
Wholes = NDArray[np.int64]
Values = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Orbit:
    """People whom no rule can tell apart.

    Attributes:
        values: their value for each feature of the instance.
        household: the values of everybody in such a household, sorted; of one for who lives alone.
        members: their places in the pool, ascending.
    """

    values: Values
    household: tuple[Values, ...]
    members: tuple[int, ...]


@dataclass(frozen=True, eq=False)
class Instance:
    """What a draw is made from.

    Attributes:
        kind: for each orbit, the place of its kind of household in ``room``.
        room: how many households there are of each kind.
        matrix: a row for the seats, then one for each target, then any cuts.
        households: for each person, the place of their household.
    """

    seats: int
    targets: tuple[Target, ...]
    features: tuple[str, ...]
    orbits: tuple[Orbit, ...]
    kind: Wholes
    room: Wholes
    matrix: Reals
    lower: Reals
    upper: Reals
    households: Wholes

    @cached_property
    def sizes(self) -> Wholes:
        return np.array([len(orbit.members) for orbit in self.orbits], dtype=np.int64)

    @cached_property
    def most(self) -> Wholes:
        """The most seats that each orbit can have."""
        return np.minimum(self.sizes, self.room[self.kind])

    @cached_property
    def shared(self) -> Wholes:
        """The kinds of household that more than one orbit lives in."""
        return np.flatnonzero(np.bincount(self.kind) > 1)

    def by_person(self, chances: Reals) -> Reals:
        """Give each person of the pool the chance of their orbit."""
        spread = np.zeros(len(self.households))
        for orbit, chance in zip(self.orbits, chances, strict=True):
            spread[list(orbit.members)] = chance
        return spread

    def admits(self, composition: Wholes) -> bool:
        """Say whether seats for each orbit keep every row, cuts included."""
        sums = self.matrix @ composition
        lived_in = np.bincount(self.kind, composition, len(self.room))
        return bool(
            np.all(composition >= 0)
            and np.all(composition <= self.most)
            and np.all(lived_in <= self.room)
            and np.all((sums >= self.lower) & (sums <= self.upper))
        )


def instance(
    people: Sequence[Profile],
    targets: Sequence[AnyTarget],
    *,
    seats: int,
    households: Sequence[str] | None = None,
) -> Instance:
    """Make an instance from a pool and its targets.

    Args:
        people: a value for each feature.
        targets: for one value of one feature, or for two values together.
        seats: how many people the panel has.
        households: for each person a name of their household, empty for who lives alone; at most
            one person of a household serves. None: no such rule.

    Raises:
        SortitionError: as `check_rules` and `check_values`; ``pool.small``; ``pool.homes`` for
            fewer households than seats; ``pool.households`` where there is not one for each person.
    """
    rules = tuple(as_target(target) for target in targets)
    check_rules(rules, seats)
    if len(people) < seats:
        raise SortitionError("pool.small", people=len(people), seats=seats)
    check_values(people, plain(rules))
    if households is not None and len(households) != len(people):
        raise SortitionError("pool.households", people=len(people), households=len(households))
    features = tuple(sorted({feature for rule in rules for feature, _ in rule.of}))
    values = [tuple(person.get(feature, "") for feature in features) for person in people]
    homes = _homes(households or [""] * len(people))
    orbits = _orbits(values, homes)
    kinds = sorted({orbit.household for orbit in orbits})
    if households is None:
        kinds = [(orbit.values,) for orbit in orbits]
    room = _room(orbits, kinds)
    if int(room.sum()) < seats:
        raise SortitionError("pool.homes", households=int(room.sum()), seats=seats)
    matrix = _matrix(orbits, rules, features)
    return Instance(
        seats=seats,
        targets=rules,
        features=features,
        orbits=orbits,
        kind=_places(kinds, [orbit.household for orbit in orbits]),
        room=room,
        matrix=matrix,
        lower=np.array([seats, *(rule.min for rule in rules)], dtype=np.float64),
        upper=np.array([seats, *(rule.max for rule in rules)], dtype=np.float64),
        households=homes,
    )


def retarget(made: Instance, targets: Sequence[AnyTarget]) -> Instance:
    """Give an instance with other numbers in the same targets; quick, for editing live.

    Raises:
        SortitionError: as `check_rules`; ``targets.others`` where they are not the same targets.
    """
    rules = tuple(as_target(target) for target in targets)
    check_rules(rules, made.seats)
    if [rule.of for rule in rules] != [rule.of for rule in made.targets]:
        raise SortitionError("targets.others")
    return replace(
        made,
        targets=rules,
        lower=np.array([made.seats, *(rule.min for rule in rules)], dtype=np.float64),
        upper=np.array([made.seats, *(rule.max for rule in rules)], dtype=np.float64),
    )


def _homes(households: Sequence[str]) -> Wholes:
    """Number the households in the order in which their first member appears."""
    numbers: dict[str | int, int] = {}
    names = (name or place for place, name in enumerate(households))
    return np.array([numbers.setdefault(name, len(numbers)) for name in names], dtype=np.int64)


def _orbits(values: Sequence[Values], homes: Wholes) -> tuple[Orbit, ...]:
    living: dict[int, list[Values]] = defaultdict(list)
    for place, home in enumerate(homes.tolist()):
        living[home].append(values[place])
    kinds = {home: tuple(sorted(found)) for home, found in living.items()}
    members: dict[tuple[Values, tuple[Values, ...]], list[int]] = defaultdict(list)
    for place, home in enumerate(homes.tolist()):
        members[values[place], kinds[home]].append(place)
    return tuple(Orbit(*key, tuple(members[key])) for key in sorted(members))


def _places(kinds: Sequence[tuple[Values, ...]], wanted: Sequence[tuple[Values, ...]]) -> Wholes:
    place = {kind: number for number, kind in enumerate(kinds)}
    return np.array([place[kind] for kind in wanted], dtype=np.int64)


def _room(orbits: Sequence[Orbit], kinds: Sequence[tuple[Values, ...]]) -> Wholes:
    rooms = {o.household: len(o.members) // o.household.count(o.values) for o in orbits}
    return np.array([rooms[kind] for kind in kinds], dtype=np.int64)


def _matrix(orbits: Sequence[Orbit], rules: Sequence[Target], features: Values) -> Reals:
    places = {feature: place for place, feature in enumerate(features)}
    columns = np.array([orbit.values for orbit in orbits], dtype=object).reshape(len(orbits), -1)
    rows = [np.ones(len(orbits))]
    for rule in rules:
        inside = [columns[:, places[feature]] == value for feature, value in rule.of]
        rows.append(np.logical_and.reduce(inside).astype(np.float64))
    return np.array(rows)
