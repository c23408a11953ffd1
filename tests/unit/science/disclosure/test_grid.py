"""Combinations are numbered the same way whatever comes first, and bad tables are refused."""

import pytest

from answerable.science.disclosure import MOST_COMBINATIONS, DisclosureError, Published, Table
from answerable.science.disclosure.grid import lay_out, margin

TABLE = Table(("x", "y", "z"), {("b", "p", "1"): 3, ("a", None, "1"): 4, ("a", "p", "2"): 5})


def refused(code, table=TABLE, wanted=("x",), earlier=()):
    with pytest.raises(DisclosureError) as caught:
        lay_out(table, wanted, earlier)
    assert caught.value.code == code
    return caught.value.params


def test_a_grid_has_the_columns_that_are_or_were_asked_for():
    grid = lay_out(TABLE, ("y",), [Published(("x",), frozenset())])
    assert grid.columns == ("x", "y")
    assert grid.values == (("a", "b"), (None, "p"))
    assert grid.rows.tolist() == [4, 5, 0, 3]


def test_a_margin_adds_up_in_the_order_of_its_own_columns():
    over = margin(lay_out(TABLE, ("y", "x"), []), ("y", "x"))
    assert over.cells == ((None, "a"), (None, "b"), ("p", "a"), ("p", "b"))
    assert over.rows.tolist() == [4, 0, 5, 3]
    assert over.within.tolist() == [0, 2, 1, 3]
    assert over.place["p", "a"] == 2


def test_a_total_is_a_margin():
    over = margin(lay_out(TABLE, (), []), ())
    assert over.cells == ((),)
    assert over.rows.tolist() == [12]


def test_values_come_from_the_table_from_earlier_releases_and_from_what_is_known():
    table = Table(("x",), {("m",): 1}, {"x": frozenset({"k"}), "other": frozenset({"o"})})
    grid = lay_out(table, ("x",), [Published(("x",), frozenset({("r",), (None,)}))])
    assert grid.values == ((None, "k", "m", "r"),)


def test_a_column_without_values_has_one_that_is_not_known():
    assert lay_out(Table(("x",), {}), ("x",), []).values == ((None,),)


def test_columns_must_be_there_once():
    assert refused("disclosure.columns", wanted=("w",)) == {"columns": ("w",)}
    refused("disclosure.columns", wanted=("x", "x"))
    refused("disclosure.columns", Table(("x", "x"), {}))
    refused("disclosure.columns", earlier=[Published(("w",), frozenset())])


def test_cells_must_fit_and_have_rows():
    refused("disclosure.cell", Table(("x", "y"), {("a",): 1}))
    refused("disclosure.cell", Table(("x",), {("a",): -1}))
    assert refused("disclosure.cell", earlier=[Published(("x",), frozenset({("a", "b")}))]) == {
        "columns": ("x",)
    }


def test_a_grid_has_a_greatest_size():
    side = 230
    wide = Table(("x", "y"), {(f"{n}", f"{n}"): 1 for n in range(side)})
    params = refused("disclosure.large", wide, ("x", "y"))
    assert params == {"size": side**2, "most": MOST_COMBINATIONS}
    assert lay_out(wide, ("x",), []).rows.sum() == side
