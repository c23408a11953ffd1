"""Every combination that the columns can take, and the groupings laid over them.

The combinations are numbered in the order of `itertools.product`; values are in the order of the
alphabet, None first. So nothing depends on the order in which anything was given.
"""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import product
from typing import Any

import numpy as np

from answerable.science.disclosure.errors import DisclosureError
from answerable.science.disclosure.table import Cell, Grouping, Published, Table, Value

MOST_COMBINATIONS = 50_000
"""The greatest table that is looked at: the product of the numbers of values of its columns."""

Whole = np.ndarray[Any, np.dtype[np.int64]]


@dataclass(frozen=True, slots=True)
class Grid:
    """All combinations of the values of some columns.

    Attributes:
        columns: those that a grouping uses, in the order of the table.
        values: of each column.
        rows: of each combination; shape (combinations,).
    """

    columns: Grouping
    values: tuple[tuple[Value, ...], ...]
    rows: Whole


@dataclass(frozen=True, slots=True)
class Margin:
    """One grouping laid over a grid.

    Attributes:
        grouping: its columns.
        cells: all of them, noughts too.
        place: of each cell in `cells`.
        within: for each combination of the grid the place of its cell; shape (combinations,).
        rows: of each cell; shape (cells,).
    """

    grouping: Grouping
    cells: tuple[Cell, ...]
    place: dict[Cell, int]
    within: Whole
    rows: Whole


def lay_out(table: Table, wanted: Grouping, earlier: Sequence[Published]) -> Grid:
    """Number the combinations of all columns that are or were asked for.

    Raises:
        DisclosureError: ``disclosure.columns``, a grouping has an unknown column or one twice;
            ``disclosure.cell``, a cell does not fit its columns, or has fewer than no rows;
            ``disclosure.large``, more than `MOST_COMBINATIONS`.
    """
    _check(table, wanted, earlier)
    used = {column for grouping in (wanted, *(e.grouping for e in earlier)) for column in grouping}
    columns = tuple(column for column in table.columns if column in used)
    values = tuple(_values(table, column, earlier) for column in columns)
    size = math.prod(map(len, values))
    if size > MOST_COMBINATIONS:
        raise DisclosureError("disclosure.large", size=size, most=MOST_COMBINATIONS)
    return Grid(columns, values, _count(table, columns, values))


def margin(grid: Grid, grouping: Grouping) -> Margin:
    """Lay a grouping over a grid."""
    axes = [grid.columns.index(column) for column in grouping]
    sizes = [len(grid.values[axis]) for axis in axes]
    shape = tuple(map(len, grid.values))
    within = np.zeros(shape, dtype=np.int64)
    for axis, size in zip(axes, sizes, strict=True):
        across = [1] * len(shape)
        across[axis] = size
        within = within * size + np.arange(size, dtype=np.int64).reshape(across)
    flat = within.reshape(-1)
    rows = np.zeros(math.prod(sizes), dtype=np.int64)
    np.add.at(rows, flat, grid.rows)
    cells = tuple(product(*(grid.values[axis] for axis in axes)))
    return Margin(grouping, cells, {cell: at for at, cell in enumerate(cells)}, flat, rows)


def _check(table: Table, wanted: Grouping, earlier: Sequence[Published]) -> None:
    _check_columns(table.columns, table.columns)
    _check_columns(wanted, table.columns)
    _check_cells(table.columns, table.rows)
    if any(rows < 0 for rows in table.rows.values()):
        raise DisclosureError("disclosure.cell", columns=table.columns)
    for release in earlier:
        _check_columns(release.grouping, table.columns)
        _check_cells(release.grouping, release.cells)


def _check_columns(grouping: Grouping, columns: Grouping) -> None:
    if len(set(grouping)) < len(grouping) or not set(grouping) <= set(columns):
        raise DisclosureError("disclosure.columns", columns=grouping)


def _check_cells(grouping: Grouping, cells: Iterable[Cell]) -> None:
    if any(len(cell) != len(grouping) for cell in cells):
        raise DisclosureError("disclosure.cell", columns=grouping)


def _values(table: Table, column: str, earlier: Sequence[Published]) -> tuple[Value, ...]:
    at = table.columns.index(column)
    found = {cell[at] for cell in table.rows} | table.values.get(column, frozenset())
    for release in earlier:
        if column in release.grouping:
            at = release.grouping.index(column)
            found |= {cell[at] for cell in release.cells}
    return tuple(sorted(found or {None}, key=lambda value: (value is not None, value or "")))


def _count(table: Table, columns: Grouping, values: Sequence[Sequence[Value]]) -> Whole:
    axes = [table.columns.index(column) for column in columns]
    places = [{value: at for at, value in enumerate(known)} for known in values]
    rows = np.zeros(tuple(map(len, values)), dtype=np.int64)
    for cell, count in table.rows.items():
        rows[tuple(place[cell[axis]] for place, axis in zip(places, axes, strict=True))] += count
    return rows.reshape(-1)
