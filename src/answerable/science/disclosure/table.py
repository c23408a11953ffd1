"""What is counted, what was published of it, and what may be."""

from collections.abc import Mapping
from dataclasses import dataclass, field

Value = str | None
"""A value of a column; None is *not known*, a value like any other."""

Grouping = tuple[str, ...]
"""The columns that a count is broken down by; the empty one is the grand total."""

Cell = tuple[Value, ...]
"""A value for each column of a grouping, in its order."""


@dataclass(frozen=True, slots=True)
class Table:
    """The finest counts: rows of data for every combination that occurs.

    Attributes:
        columns: each column once.
        rows: number of rows by values of the columns, in their order; what is not here is nought.
        values: by column, values that everybody knows it can take, whether they occur or not.
            Those that occur, now or in an earlier release, are always among them.
    """

    columns: Grouping
    rows: Mapping[Cell, int]
    values: Mapping[str, frozenset[Value]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Published:
    """The cells of one grouping that an earlier release gave out. Their counts do not matter."""

    grouping: Grouping
    cells: frozenset[Cell]


@dataclass(frozen=True, slots=True)
class Protected:
    """Which cells of the wanted grouping may leave, and why the others may not.

    Every cell of the wanted grouping, noughts too, is in one of the first three.

    Attributes:
        published: may leave.
        primary: below the minimum.
        complementary: large enough, but with them somebody could work out a small one.
        exposed: small cells of any grouping that earlier releases alone gave away; this release
            tells nothing more about them.
    """

    published: frozenset[Cell]
    primary: frozenset[Cell]
    complementary: frozenset[Cell]
    exposed: frozenset[tuple[Grouping, Cell]]
