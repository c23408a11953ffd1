"""Counts that tell nothing about a few people, also not beside what was published before.

>>> from answerable.science.disclosure import Published, Table, protect
>>> rows = {("hill", "f"): 40, ("hill", "m"): 33, ("shore", "f"): 57, ("shore", "m"): 4}
>>> table = Table(("place", "sex"), rows)
>>> first = protect(table, ("place", "sex"), minimum=10)
>>> sorted(first.published), sorted(first.primary)
([('hill', 'f'), ('hill', 'm'), ('shore', 'f')], [('shore', 'm')])

The number at the shore, less the women there, would give the men; so it stays back:

>>> earlier = [Published(("place", "sex"), first.published)]
>>> second = protect(table, ("place",), minimum=10, earlier=earlier)
>>> sorted(second.published), sorted(second.complementary)
([('hill',)], [('shore',)])
"""

from answerable.science.disclosure.changing import GivenCounts, may_leave
from answerable.science.disclosure.errors import DisclosureError
from answerable.science.disclosure.grid import MOST_COMBINATIONS
from answerable.science.disclosure.problem import Below
from answerable.science.disclosure.protect import MOST_WORK, protect
from answerable.science.disclosure.table import (
    Cell,
    Grouping,
    Protected,
    Published,
    Table,
    Value,
)

__all__ = [
    "MOST_COMBINATIONS",
    "MOST_WORK",
    "Below",
    "Cell",
    "DisclosureError",
    "GivenCounts",
    "Grouping",
    "Protected",
    "Published",
    "Table",
    "Value",
    "may_leave",
    "protect",
]
