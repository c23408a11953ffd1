"""Combinations that nothing tells apart are one unknown number."""

import numpy as np
import pytest

from answerable.science.disclosure import Table
from answerable.science.disclosure.grid import lay_out, margin
from answerable.science.disclosure.lumps import lump, settled, spread

TABLE = Table(("x", "y"), {("a", "p"): 1, ("a", "q"): 2, ("b", "p"): 4, ("b", "q"): 8})


@pytest.fixture
def grid():
    return lay_out(TABLE, ("x", "y"), [])


def test_what_no_told_cell_tells_apart_is_a_lump(grid):
    rows, columns = margin(grid, ("x",)), margin(grid, ("y",))
    lumps = lump(grid, [rows, columns], [np.array([True, False]), np.array([False, False])])
    assert len(lumps) == 2
    assert sorted(zip(lumps.size.tolist(), lumps.rows.tolist(), strict=True)) == [(2, 3), (2, 12)]
    assert lumps.of[0] == lumps.of[1] != lumps.of[2] == lumps.of[3]


def test_a_cell_touches_some_lumps_and_holds_some(grid):
    rows, columns = margin(grid, ("x",)), margin(grid, ("y",))
    lumps = lump(grid, [rows], [np.array([True, False])])
    told, other = lumps.of[0], lumps.of[2]
    over = spread(rows, lumps)
    assert over.touching(0).tolist() == over.inside(0).tolist() == [told]
    across = spread(columns, lumps)
    assert across.touching(1).tolist() == sorted([told, other])
    assert across.inside(1).tolist() == []


def test_a_known_cell_settles_its_only_lump_and_so_on(grid):
    lumps = lump(grid, [margin(grid, ("x", "y"))], [np.ones(4, dtype=bool)])
    known = [np.array(cell) for cell in ([0, 1], [1], [0, 2, 3])]
    assert settled(lumps, known).tolist() == [True, True, False, False]
    assert settled(lumps, []).tolist() == [False] * 4
