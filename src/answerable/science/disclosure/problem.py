"""What there is to protect, and what there is to publish, in the terms of the attacker."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from answerable.science.disclosure.goals import Goal
from answerable.science.disclosure.grid import Grid, Margin, Whole, margin
from answerable.science.disclosure.lumps import Flags, Lumps, Spread, lump, settled, spread
from answerable.science.disclosure.table import Cell, Grouping, Published

Below = Callable[[Grouping, Cell], bool]
"""Says that a cell is below the minimum, although it may have as many rows."""


@dataclass(frozen=True, slots=True)
class Sheet:
    """What is to be said of each cell of one grouping.

    Attributes:
        margin: the grouping.
        small: which cells are below the minimum; shape (cells,).
        known: which were published; shape (cells,).
        candidate: which may be published now for the first time; shape (cells,).
    """

    margin: Margin
    small: Flags
    known: Flags
    candidate: Flags


@dataclass(frozen=True, slots=True)
class Sensitive:
    """A small cell that needs protection.

    Attributes:
        name: its grouping and its values.
        goal: to reach, so that nobody can tell on which side of the minimum the cell lies.
        touching: all lumps with a part of the cell that can move.
        inside: those among them that lie wholly in the cell.
    """

    name: tuple[Grouping, Cell]
    goal: Goal
    touching: tuple[int, ...]
    inside: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Problem:
    """All that a search for cells to withhold needs to know.

    Attributes:
        rows: of each lump that can move; shape (lumps,).
        free: whether no cell, known or candidate, has part in a lump; shape (lumps,).
        known: the lumps of each cell published earlier.
        candidates: the lumps of each cell that may be published now.
        sizes: the rows of each candidate; shape (candidates,).
        sensitive: all small cells that somebody could recognise as small.
    """

    rows: Whole
    free: Flags
    known: tuple[Whole, ...]
    candidates: tuple[Whole, ...]
    sizes: Whole
    sensitive: tuple[Sensitive, ...]


def lay_sheets(
    grid: Grid,
    wanted: Grouping,
    earlier: Sequence[Published],
    minimum: int,
    below: Below | None,
) -> tuple[Sheet, ...]:
    """Make a sheet for each grouping that is or was asked for, the wanted one first."""
    others = sorted({release.grouping for release in earlier} - {wanted})
    sheets = []
    for over in (margin(grid, grouping) for grouping in (wanted, *others)):
        small, known = _small(over, minimum, below), _known(over, earlier)
        sheets.append(Sheet(over, small, known, ~small & ~known & (over.grouping == wanted)))
    return tuple(sheets)


def _small(over: Margin, minimum: int, below: Below | None) -> Flags:
    few: Flags = over.rows < minimum
    if below is None:
        return few
    said = [bool(below(over.grouping, cell)) for cell in over.cells]
    return np.asarray(few | np.array(said, dtype=np.bool_))


def _known(over: Margin, earlier: Sequence[Published]) -> Flags:
    known = np.zeros(len(over.cells), dtype=np.bool_)
    for release in earlier:
        if release.grouping == over.grouping:
            known[[over.place[cell] for cell in release.cells]] = True
    return known


def pose(grid: Grid, sheets: Sequence[Sheet], minimum: int) -> Problem:
    """Say with lumps what is known, what may be published, and what must be protected."""
    margins = [sheet.margin for sheet in sheets]
    lumps = lump(grid, margins, [sheet.known | sheet.candidate for sheet in sheets])
    spreads = [spread(over, lumps) for over in margins]
    known = [
        over.touching(cell)
        for sheet, over in zip(sheets, spreads, strict=True)
        for cell in np.flatnonzero(sheet.known).tolist()
    ]
    asked = np.flatnonzero(sheets[0].candidate)
    candidates = [spreads[0].touching(cell) for cell in asked.tolist()]
    can_move = ~settled(lumps, known)
    free = np.ones(len(lumps), dtype=np.bool_)
    free[[place for cell in (*known, *candidates) for place in cell]] = False
    number = _Numbers(can_move)
    return Problem(
        lumps.rows[can_move],
        free[can_move],
        tuple(moving for cell in known if len(moving := number(cell))),
        tuple(map(number, candidates)),
        sheets[0].margin.rows[asked],
        tuple(
            found
            for sheet, over in zip(sheets, spreads, strict=True)
            for found in _sensitive(sheet, over, lumps, number, minimum)
        ),
    )


class _Numbers:
    """New numbers for the lumps that can move; the others have none."""

    def __init__(self, can_move: Flags) -> None:
        self._can_move = can_move
        self._new = np.cumsum(can_move) - 1

    def __call__(self, lumps: Whole) -> Whole:
        return self._new[lumps[self._can_move[lumps]]]


def _sensitive(
    sheet: Sheet, over: Spread, lumps: Lumps, number: _Numbers, minimum: int
) -> Iterator[Sensitive]:
    for at in np.flatnonzero(sheet.small).tolist():
        touching, inside = over.touching(at), over.inside(at)
        up, down = tuple(number(touching).tolist()), tuple(number(inside).tolist())
        if sheet.margin.rows[at] < minimum:
            goal = Goal(1, up, minimum - int(lumps.rows[touching].sum()))
        else:  # many rows of few people: it must be able to fall below
            goal = Goal(-1, down, int(lumps.rows[inside].sum()) - minimum + 1)
        if goal.amount > 0:
            yield Sensitive((sheet.margin.grouping, sheet.margin.cells[at]), goal, up, down)
