"""Seatings to begin with: along the lines of a grid, or at random."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from answerable.science.sortition.errors import SortitionError
from answerable.science.sortition.instance import Wholes
from answerable.science.sortition.tables.field import arithmetic
from answerable.science.sortition.tables.layout import Layout
from answerable.science.sortition.tables.numbers import Numbers

Places = NDArray[np.bool_]


def along_lines(layout: Layout, rounds: int) -> list[Wholes]:
    """Seat people along the lines of a grid; sizes differ by one at most.

    People in order of their values fill a grid, as many to a row as there are tables, so that a row
    holds people who are alike. In round ``r`` the table ``k`` takes from row ``x`` the person at
    ``k + r * x``: one from each row, so tables are alike; and two lines cross once, so people meet
    once, where there is a field with as many numbers as tables (Bose 1938) and rounds are no more.
    """
    tables = len(layout.sizes)
    sums, products = arithmetic(tables)
    order = np.lexsort(layout.values.T[::-1]) if layout.values.size else np.arange(layout.people)
    row, column = np.divmod(np.arange(layout.people), tables)
    found = []
    for turn in range(rounds):
        seats = np.zeros(layout.people, dtype=np.int64)
        if turn < tables:
            seats[order] = sums[column, products[turn % tables, row % tables]]
        else:
            seats[order] = row % tables
        found.append(seats)
    return [_relabelled(layout, seats) for seats in found]


def _relabelled(layout: Layout, seats: Wholes) -> Wholes:
    """Number tables so that as many people sit at each as it has seats."""
    tables = len(layout.sizes)
    have = np.argsort(-np.bincount(seats, minlength=tables), kind="stable")
    wanted = np.argsort(-layout.sizes, kind="stable")
    new = np.zeros(tables, dtype=np.int64)
    new[have] = wanted
    return new[seats]


def at_random(layout: Layout, rounds: int, numbers: Numbers) -> list[Wholes]:
    """Seat people at random in each round."""
    places = np.repeat(np.arange(len(layout.sizes)), layout.sizes)
    return [places[numbers.shuffled(layout.people)] for _ in range(rounds)]


def joined(layout: Layout, seats: Wholes) -> Wholes:
    """Bring each group to one table, by exchange with people who belong to none.

    Raises:
        SortitionError: ``tables.full`` where the groups do not fit the tables so.
    """
    seats = seats.copy()
    fixed = np.zeros(layout.people, dtype=np.bool_)
    for group in layout.together:
        table = _table_for(layout, seats, fixed, group)
        move(seats, group, table, np.flatnonzero((seats == table) & ~fixed))
        fixed[list(group)] = True
    return seats


def _table_for(layout: Layout, seats: Wholes, fixed: Places, group: Sequence[int]) -> int:
    """Give the table with room where most of a group sits already."""
    room = layout.sizes - np.bincount(seats[fixed], minlength=len(layout.sizes))
    sitting = np.bincount(seats[list(group)], minlength=len(layout.sizes))
    best = int(np.argmax(np.where(room >= len(group), sitting, -1)))
    if room[best] < len(group):
        raise SortitionError("tables.full")
    return best


def move(seats: Wholes, group: Sequence[int], table: int, others: Wholes) -> None:
    """Exchange a group with as many others, who sit at the table it goes to."""
    away = [place for place in group if seats[place] != table]
    staying = set(group) - set(away)
    going = [place for place in others.tolist() if place not in staying][: len(away)]
    for one, other in zip(away, going, strict=True):
        seats[one], seats[other] = seats[other], seats[one]
