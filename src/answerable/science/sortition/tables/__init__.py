"""Small tables: a panel split into mixed groups, round after round, so that people meet."""

from answerable.science.sortition.tables.layout import MOST_PEOPLE, MOST_ROUNDS
from answerable.science.sortition.tables.reached import Reached, reached
from answerable.science.sortition.tables.seating import Seating, seating
from answerable.science.sortition.tables.sizes import table_sizes

__all__ = [
    "MOST_PEOPLE",
    "MOST_ROUNDS",
    "Reached",
    "Seating",
    "reached",
    "seating",
    "table_sizes",
]
