"""What a seating is made from: who has which values, the tables, and who sits with whom."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import combinations
from typing import Final

import numpy as np

from answerable.science.sortition.errors import SortitionError, refuse
from answerable.science.sortition.instance import Wholes
from answerable.science.sortition.tables.sizes import check_sizes
from answerable.science.sortition.targets import Profile

MOST_PEOPLE: Final = 200
MOST_ROUNDS: Final = 10
Groups = Iterable[Collection[int]]


@dataclass(frozen=True, eq=False)
class Layout:
    """People and tables, as numbers.

    Attributes:
        names: of each value: feature and value.
        values: people x values, 1 where a person has a value.
        sizes: the seats of each table.
        apart: people x people, 1 where two must not sit together.
        together: groups who must.
    """

    names: tuple[tuple[str, str], ...]
    values: Wholes
    sizes: Wholes
    apart: Wholes
    together: tuple[tuple[int, ...], ...]

    @property
    def people(self) -> int:
        return len(self.values)

    def ordered(self, order: Sequence[int]) -> "Layout":
        """Give the same with people in another order."""
        back = {place: at for at, place in enumerate(order)}
        groups = (tuple(sorted(back[place] for place in group)) for group in self.together)
        return replace(
            self,
            values=self.values[order],
            apart=self.apart[np.ix_(order, order)],
            together=tuple(sorted(groups, key=lambda group: (-len(group), group))),
        )

    @cached_property
    def least(self) -> Wholes:
        """Tables x values: the table's share of the people with a value, rounded down."""
        return self._shares // max(1, self.people)

    @cached_property
    def most(self) -> Wholes:
        """The same, rounded up."""
        return -(-self._shares // max(1, self.people))

    @cached_property
    def _shares(self) -> Wholes:
        return np.asarray(self.sizes[:, None] * self.values.sum(axis=0)[None, :])

    def counts(self, seats: Wholes) -> Wholes:
        """Count the people with each value at each table; tables x values."""
        return np.asarray(self.at(seats).T @ self.values)

    def at(self, seats: Wholes) -> Wholes:
        """Say who sits at which table; people x tables, of 0 and 1."""
        return np.equal.outer(seats, np.arange(len(self.sizes))).astype(np.int64)

    def beyond(self, counts: Wholes) -> Wholes:
        """Tables x values: by how many people a count is beyond the share rounded down or up."""
        return beyond(counts, self.least, self.most)


def beyond(counts: Wholes, least: Wholes, most: Wholes) -> Wholes:
    """Say by how much numbers are below a least or above a most."""
    return np.asarray(np.maximum(0, np.maximum(least - counts, counts - most)))


def layout(
    people: Sequence[Profile],
    features: Sequence[str],
    sizes: Sequence[int],
    apart: Groups = (),
    together: Groups = (),
) -> Layout:
    """Make a layout.

    Raises:
        SortitionError: ``tables.many``, ``tables.seats``, ``tables.apart``, ``tables.together``,
            ``tables.both``; ``input.faults`` with each where there are several.
    """
    if len(people) > MOST_PEOPLE:
        raise SortitionError("tables.many", people=len(people), most=MOST_PEOPLE)
    check_sizes(len(people), sizes)
    away = np.zeros((len(people), len(people)), dtype=np.int64)
    groups = [tuple(sorted(set(group))) for group in apart]
    for a, b in {pair for group in groups for pair in combinations(group, 2)}:
        away[a, b] = away[b, a] = 1
    joined = _joined(together, len(people))
    refuse(list(_faults(groups, joined, away, sizes)))
    names = tuple(sorted({(f, person.get(f, "")) for person in people for f in features}))
    values = [[int(person.get(f, "") == value) for f, value in names] for person in people]
    return Layout(
        names,
        np.array(values, dtype=np.int64).reshape(len(people), len(names)),
        np.array(sizes, dtype=np.int64),
        away,
        joined,
    )


def _joined(groups: Groups, people: int) -> tuple[tuple[int, ...], ...]:
    """Join groups that share somebody; larger ones first."""
    home = list(range(people))
    for group in groups:
        homes = {home[place] for place in group}
        home = [min(homes) if one in homes else one for one in home]
    found = [tuple(p for p in range(people) if home[p] == one) for one in sorted(set(home))]
    return tuple(sorted((each for each in found if len(each) > 1), key=lambda g: (-len(g), g)))


def _faults(
    apart: Sequence[tuple[int, ...]],
    together: Sequence[tuple[int, ...]],
    away: Wholes,
    sizes: Sequence[int],
) -> Iterable[SortitionError]:
    """Name people by their row, from one."""
    for group in apart:
        if len(group) > len(sizes):
            yield SortitionError("tables.apart", rows=_rows(group), tables=len(sizes))
    for group in together:
        if len(group) > max(sizes):
            yield SortitionError("tables.together", rows=_rows(group), most=max(sizes))
        both = [place for place in group if away[place, list(group)].any()]
        if both:
            yield SortitionError("tables.both", rows=_rows(both))


def _rows(places: Iterable[int]) -> list[str]:
    return [str(place + 1) for place in places]
