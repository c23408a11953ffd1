"""A frame means what a file of it means, in every library."""

import csv
import io
import os

import pandas as pd
import polars as pl
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from answerable.science.sortition import (
    SortitionError,
    people_of,
    read_people,
    read_rules,
    read_shares,
    rows_in,
    shares_of,
    targets_of,
)

pytestmark = pytest.mark.property
SETTINGS = settings(max_examples=int(os.environ.get("FUZZ_CASES", "60")), deadline=None)

WORDS = st.sampled_from(["", " ", "a", " a", "b ", "1", "1.0", "Ünder 40", "NA", "nan"])
WHOLE, PARTS = st.integers(-3, 99), st.sampled_from([0.0, 1.0, 2.5, -4.0, 1e16])
KINDS = {"words": WORDS, "whole": WHOLE, "parts": PARTS, "choice": WORDS, "truth": st.booleans()}


def pandas_of(kind, cells):
    kinds = {"whole": "Int64", "parts": "float64", "choice": "category", "truth": "boolean"}
    return pd.Series(cells, dtype=kinds.get(kind, "object"))


def polars_of(kind, cells):
    kinds = {"whole": pl.Int64, "parts": pl.Float64, "choice": pl.Categorical, "truth": pl.Boolean}
    return pl.Series(cells, dtype=kinds.get(kind, pl.String))


def arrow_of(kind, cells):
    kinds = {"whole": pa.int64(), "parts": pa.float64(), "truth": pa.bool_()}
    column = pa.array(cells, kinds.get(kind, pa.string()))
    return column.dictionary_encode() if kind == "choice" else column


LIBRARIES = {
    "pandas": (pandas_of, pd.DataFrame),
    "polars": (polars_of, pl.DataFrame),
    "pyarrow": (arrow_of, pa.table),
}


def text_of(cell):
    if cell is None:
        return ""
    return str(int(cell)) if isinstance(cell, float) and cell == int(cell) else str(cell)


def written(columns):
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(columns)
    writer.writerows([text_of(cell) for cell in row] for row in zip(*columns.values(), strict=True))
    return out.getvalue()


def said(make):
    try:
        return make()
    except SortitionError as problem:
        return problem.code, problem.params


@st.composite
def columns(draw, heading):
    rows = draw(st.integers(1, 6))
    kinds = {name: draw(st.sampled_from(sorted(KINDS))) for name in heading}
    cells = {
        name: draw(st.lists(st.none() | KINDS[kind], min_size=rows, max_size=rows))
        for name, kind in kinds.items()
    }
    if "id" in cells and draw(st.booleans()):
        kinds["id"] = draw(st.sampled_from(["whole", "parts"]))
        cells["id"] = [at * (1.0 if kinds["id"] == "parts" else 1) for at in range(rows)]
    return kinds, cells


def both(library, case, of_frame, of_text):
    kinds, cells = case
    column, frame = LIBRARIES[library]
    made = frame({name: column(kinds[name], cells[name]) for name in cells})
    assert said(lambda: of_frame(made)) == said(lambda: of_text(written(cells)))


every = pytest.mark.parametrize("library", LIBRARIES)


@every
@SETTINGS
@given(case=columns(["id", " age ", "sex", "rest"]))
def test_people_are_those_of_a_file(library, case):
    both(
        library,
        case,
        lambda frame: people_of(frame, ["age", "sex"]),
        lambda text: read_people(text, {"age", "sex"}),
    )


@every
@SETTINGS
@given(case=columns(["feature", "value", "min", "max", "min_flex"]))
def test_targets_are_those_of_a_file(library, case):
    both(library, case, targets_of, read_rules)


@every
@SETTINGS
@given(case=columns(["feature", "value", "percent"]))
def test_shares_are_those_of_a_file(library, case):
    both(library, case, shares_of, read_shares)


@every
@SETTINGS
@given(case=columns(["id", "age"]), data=st.data())
def test_rows_are_those_of_people(library, case, data):
    kinds, cells = case
    column, frame = LIBRARIES[library]
    made = frame({name: column(kinds[name], cells[name]) for name in cells})
    people = said(lambda: people_of(made, ["age"]))
    if isinstance(people, tuple) or not people:
        return
    places = data.draw(st.sets(st.integers(0, len(people) - 1), min_size=1).map(sorted))
    picked = rows_in(made, places)
    assert type(picked) is type(made)
    assert people_of(picked, ["age"]) == [people[place] for place in places]
