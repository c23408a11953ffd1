"""Targets: least and most seats for one value of one feature, or for two values together."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby

from answerable.science.sortition.errors import SortitionError

Profile = Mapping[str, str]
"""A person, as far as a draw may know: a value for each feature."""


@dataclass(frozen=True, slots=True, order=True)
class Seats:
    """At least ``min`` and at most ``max`` seats for people with one value of one feature."""

    feature: str
    value: str
    min: int
    max: int


@dataclass(frozen=True, slots=True)
class Target:
    """Least and most seats for people who have all of the values named.

    Attributes:
        of: the features and their values; one, or two for an intersection.
        min_flex: how far the least may give way where targets cannot be met; none: not said.
        max_flex: how far the most may.

    >>> str(Target((("sex", "f"), ("age", "16-24")), 2, 3))
    'sex: f, age: 16-24 (2 to 3)'
    """

    of: tuple[tuple[str, str], ...]
    min: int
    max: int
    min_flex: int | None = None
    max_flex: int | None = None

    def __str__(self) -> str:
        return f"{self.name} ({self.min} to {self.max})"

    @property
    def name(self) -> str:
        return ", ".join(f"{feature}: {value}" for feature, value in self.of)

    def includes(self, person: Profile) -> bool:
        return all(person.get(feature, "") == value for feature, value in self.of)


AnyTarget = Seats | Target


def as_target(target: AnyTarget) -> Target:
    """Write seats for one value as a target."""
    if isinstance(target, Target):
        return target
    return Target(((target.feature, target.value),), target.min, target.max)


def count(people: Sequence[Profile], targets: Sequence[Seats]) -> dict[tuple[str, str], int]:
    """Count people by the feature and value of each target, in the order of the targets."""
    found = Counter(
        (feature, person.get(feature, ""))
        for person in people
        for feature in {target.feature for target in targets}
    )
    return {(t.feature, t.value): found[t.feature, t.value] for t in targets}


def check_targets(targets: Sequence[Seats], seats: int) -> None:
    """Make sure that targets can add up to the seats, whoever is in the pool.

    Raises:
        SortitionError: ``targets.empty``, ``targets.repeated``, ``targets.order`` (min above
            max), ``targets.sum`` (a feature whose values cannot add to the seats).
    """
    if not targets:
        raise SortitionError("targets.empty")
    seen: set[tuple[str, str]] = set()
    for target in targets:
        if target.min > target.max or target.min < 0:
            raise SortitionError("targets.order", feature=target.feature, value=target.value)
        if (target.feature, target.value) in seen:
            raise SortitionError("targets.repeated", feature=target.feature, value=target.value)
        seen.add((target.feature, target.value))
    for feature, group in groupby(sorted(targets), key=lambda target: target.feature):
        values = list(group)
        least, most = sum(v.min for v in values), sum(v.max for v in values)
        if not least <= seats <= most:
            raise SortitionError(
                "targets.sum", feature=feature, least=least, most=most, seats=seats
            )


def check_pool(people: Sequence[Profile], targets: Sequence[Seats], seats: int) -> None:
    """Make sure that every person has a value with a target, and that nothing is short.

    Raises:
        SortitionError: ``pool.small``, ``pool.value`` (naming the row), ``pool.short`` (naming
            every value with fewer people than its least seats).
    """
    if len(people) < seats:
        raise SortitionError("pool.small", people=len(people), seats=seats)
    check_values(people, targets)
    have = count(people, targets)
    short = [
        f"{t.feature}: {t.value} (needs {t.min}, has {have[t.feature, t.value]})"
        for t in targets
        if have[t.feature, t.value] < t.min
    ]
    if short:
        raise SortitionError("pool.short", targets=short)


def check_values(people: Sequence[Profile], targets: Sequence[Seats]) -> None:
    """Make sure that every person has a value with a target, for each feature with targets.

    Raises:
        SortitionError: ``pool.value``, naming the row, the feature, the value and those known.
    """
    known: dict[str, list[str]] = {target.feature: [] for target in targets}
    for target in targets:
        known[target.feature].append(target.value)
    for row, person in enumerate(people, start=1):
        for feature in sorted(known):
            value = person.get(feature, "")
            if value not in known[feature]:
                of = {"feature": feature, "value": value, "known": known[feature]}
                raise SortitionError("pool.value", row=row, **of)
