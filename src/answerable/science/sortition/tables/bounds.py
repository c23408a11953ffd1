"""How many different pairs can meet at all: bounds that no seating can pass."""

from collections.abc import Sequence
from math import comb

import numpy as np

from answerable.science.sortition.instance import Wholes
from answerable.science.sortition.tables.layout import Layout


def meetings(rounds: Sequence[Wholes], people: int) -> Wholes:
    """Count how often each pair meets; people x people."""
    met = np.zeros((people, people), dtype=np.int64)
    for seats in rounds:
        met += seats[:, None] == seats[None, :]
    np.fill_diagonal(met, 0)
    return met


def most_meetings(layout: Layout, rounds: int, *, mixed: bool) -> int:
    """Bound the number of different pairs that meet; the least of three bounds.

    - *Seats.* A round has as many pairs as its tables hold. Those of two rounds overlap: people of
      one table come from the tables of another round, and where seats are more than tables some
      come from the same. Also whoever sits together always. A union is at most the sum less the
      overlaps along any tree of rounds (Hunter 1976).
    - *Pairs.* All there are, less those who never sit together.
    - *People.* Nobody meets more in a round than the largest table holds, nor anybody twice, nor
      whom they may not sit with.

    Args:
        layout: people, tables, who sits with whom.
        rounds: how many.
        mixed: bound only seatings whose mix is whole. Then people with a value of which a table
            has at most one person never meet each other.
    """
    never = layout.apart.astype(np.bool_) | (_alone(layout) if mixed else np.False_)
    mates = np.zeros(layout.people, dtype=np.int64)
    for group in layout.together:
        mates[list(group)] = len(group) - 1
        never[np.ix_(group, group)] = False
    np.fill_diagonal(never, val=False)
    sizes = [int(size) for size in layout.sizes]
    overlap = max(sum(_repeats(size, len(sizes)) for size in sizes), int(mates.sum()) // 2)
    slots = rounds * sum(comb(size, 2) for size in sizes) - (rounds - 1) * overlap
    pairs = comb(layout.people, 2) - int(never.sum()) // 2
    own = rounds * (max(sizes) - 1) - (rounds - 1) * mates
    others = layout.people - 1 - never.sum(axis=1)
    return min(slots, pairs, int(np.minimum(own, others).sum()) // 2)


def _repeats(size: int, tables: int) -> int:
    """Count pairs at a table who come from one table, spread as evenly as they can be."""
    each, more = divmod(size, tables)
    return more * comb(each + 1, 2) + (tables - more) * comb(each, 2)


def _alone(layout: Layout) -> np.ndarray[tuple[int, int], np.dtype[np.bool_]]:
    """Say which two have a value of which no table's share is above one."""
    rare = layout.values[:, (layout.most <= 1).all(axis=0)]
    return (rare @ rare.T) > 0
