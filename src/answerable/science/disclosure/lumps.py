"""Lumps: combinations that no count, published or to be published, tells apart.

Whoever looks for the greatest or least count of a cell may treat a lump as one unknown number,
for its rows can lie anywhere in it: all of them in the cell if the lump touches the cell, none if
the lump also reaches outside. That makes the attacker's problem small without changing it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from answerable.science.disclosure.grid import Grid, Margin, Whole

Flags = np.ndarray[Any, np.dtype[np.bool_]]


@dataclass(frozen=True, slots=True)
class Lumps:
    """The lumps of a grid.

    Attributes:
        of: the lump of each combination; shape (combinations,).
        size: how many combinations each lump has; shape (lumps,).
        rows: how many rows each lump has; shape (lumps,).
    """

    of: Whole
    size: Whole
    rows: Whole

    def __len__(self) -> int:
        return len(self.size)


@dataclass(frozen=True, slots=True)
class Spread:
    """The lumps of each cell of a margin, end to end.

    Attributes:
        start: where the lumps of each cell begin, and where the last end; shape (cells + 1,).
        lumps: that touch the cell, ascending; shape (touches,).
        whole: whether the lump lies wholly inside the cell; shape (touches,).
    """

    start: Whole
    lumps: Whole
    whole: Flags

    def touching(self, cell: int) -> Whole:
        """Give the lumps with at least one combination in a cell."""
        return self.lumps[self.start[cell] : self.start[cell + 1]]

    def inside(self, cell: int) -> Whole:
        """Give the lumps with all their combinations in a cell."""
        part = slice(self.start[cell], self.start[cell + 1])
        return self.lumps[part][self.whole[part]]


def lump(grid: Grid, margins: Sequence[Margin], told: Sequence[Flags]) -> Lumps:
    """Lump together what no told cell tells apart.

    Args:
        grid: all combinations.
        margins: groupings laid over it.
        told: for each margin, which of its cells are or may be published; shape (cells,).
    """
    labels = [np.where(t[m.within], m.within, -1) for m, t in zip(margins, told, strict=True)]
    of = np.unique(np.stack(labels), axis=1, return_inverse=True)[1].reshape(-1)
    size = np.bincount(of)
    rows = np.zeros(len(size), dtype=np.int64)
    np.add.at(rows, of, grid.rows)
    return Lumps(of, size, rows)


def spread(margin: Margin, lumps: Lumps) -> Spread:
    """Say which lumps each cell of a margin touches, and which it holds whole."""
    pairs, shared = np.unique(margin.within * len(lumps) + lumps.of, return_counts=True)
    cells, touched = np.divmod(pairs, len(lumps))
    start = np.searchsorted(cells, np.arange(len(margin.cells) + 1))
    return Spread(start, touched, shared == lumps.size[touched])


def settled(lumps: Lumps, known: Sequence[Whole]) -> Flags:
    """Say which lumps have a count that follows from single known cells; shape (lumps,).

    A known cell settles its lump when all its others are settled. What more follows from many
    cells together is left to the attacker; this only keeps the attacker's problem small.
    """
    done = np.zeros(len(lumps), dtype=np.bool_)
    open_ = list(known)
    while True:
        open_ = [left for cell in open_ if len(left := cell[~done[cell]])]
        alone = [cell[0] for cell in open_ if len(cell) == 1]
        if not alone:
            return done
        done[alone] = True
