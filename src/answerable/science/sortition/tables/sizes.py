"""How many tables, and how large: as equal as they can be."""

from collections.abc import Sequence
from fractions import Fraction

from answerable.science.sortition.errors import SortitionError


def table_sizes(people: int, *, size: int = 7, least: int = 6, most: int = 8) -> tuple[int, ...]:
    """Choose tables of sizes that differ by one at most, larger ones first.

    Of the numbers of tables that keep within least and most, the one whose mean size is nearest to
    the size wanted; of two as near, the one with more tables.

    >>> table_sizes(30), table_sizes(100, size=6)
    ((8, 8, 7, 7), (7, 7, 7, 7, 6, 6, 6, 6, 6, 6, 6, 6, 6, 6, 6, 6))

    Raises:
        SortitionError: ``tables.sizes`` where no number of tables keeps within least and most.
    """
    possible = [
        tables
        for tables in range(1, people + 1)
        if least <= people // tables and -(-people // tables) <= most
    ]
    if not possible:
        raise SortitionError("tables.sizes", people=people, least=least, most=most)
    tables = min(possible, key=lambda t: (abs(Fraction(people, t) - size), -t))
    whole, more = divmod(people, tables)
    return (whole + 1,) * more + (whole,) * (tables - more)


def check_sizes(people: int, sizes: Sequence[int]) -> None:
    """Make sure that sizes seat everybody.

    Raises:
        SortitionError: ``tables.seats``.
    """
    if not sizes or min(sizes) < 1 or sum(sizes) != people:
        raise SortitionError("tables.seats", people=people, seats=sum(sizes))
