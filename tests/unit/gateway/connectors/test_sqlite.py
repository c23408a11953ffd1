import os
import sqlite3
from datetime import UTC, date, datetime

import pytest
from tests.injections import INJECTIONS
from tests.sources import (
    counts_of,
    lookup_of,
    places_of,
    plan,
    refusal,
    rows_of,
    subject,
)

from answerable.gateway.compile import rows_query
from answerable.gateway.connectors import SqliteSource, open_connector
from answerable.model.dataset import ColumnType
from answerable.model.errors import Broken, Refused
from answerable.model.limits import Coarsening
from answerable.terms.plan import Compare, Field

T = ColumnType


@pytest.fixture
def make(tmp_path):
    def made(declared, *cells, name="x.sqlite", wal=False):
        with sqlite3.connect(tmp_path / name) as connection:
            if wal:
                connection.execute("PRAGMA journal_mode = WAL")
            connection.execute(f"CREATE TABLE people (x {declared}, person TEXT)")
            rows = [(cell, f"p{at}") for at, cell in enumerate(cells)]
            connection.executemany("INSERT INTO people VALUES (?, ?)", rows)
        connection.close()
        described = SqliteSource(kind="sqlite", dataset="people", path=name, table="people")
        return open_connector(described, tmp_path)

    return made


def given(source, type_, coarsened=None, **more):
    return [cell for (cell,) in rows_of(source, plan(Field("x", "x", type_, coarsened), **more))]


WRONG = [
    ("TEXT", T.TEXT, b"abc"),
    ("", T.TEXT, 5),
    ("", T.CODE, 0.5),
    ("INTEGER", T.INTEGER, "abc"),
    ("INTEGER", T.INTEGER, 0.5),
    ("INTEGER", T.INTEGER, b"5"),
    ("REAL", T.DECIMAL, "abc"),
    ("REAL", T.DECIMAL, float("inf")),
    ("INTEGER", T.DECIMAL, 2**53 + 1),
    ("TEXT", T.DATE, "2024-2-9"),
    ("TEXT", T.DATE, "2023-02-29"),
    ("TEXT", T.DATE, "now"),
    ("TEXT", T.DATE, "2024-02-29 "),
    ("TEXT", T.DATE, "2024-02-29T00:00:00Z"),
    ("", T.DATE, 20240229),
    ("TEXT", T.TIME, "2024-02-29 10:00:00"),
    ("TEXT", T.TIME, "2024-02-29T10:00:00"),
    ("TEXT", T.TIME, "2024-02-29T10:00:00+00:00"),
    ("TEXT", T.TIME, "2024-02-29T10:00:00.5Z"),
    ("TEXT", T.TIME, "2024-02-29T24:00:00Z"),
    ("INTEGER", T.YES_NO, 2),
    ("BOOLEAN", T.YES_NO, "yes"),
    ("BOOLEAN", T.YES_NO, 0.5),
]


@pytest.mark.parametrize(("declared", "type_", "cell"), WRONG)
def test_a_cell_of_another_type_is_refused(make, declared, type_, cell):
    problem = refusal(given, make(declared, None, cell), type_)
    assert (type(problem), problem.code) == (Refused, "source.value")
    assert problem.params == {"dataset": "people", "column": "x"}


ANY = {
    T.TEXT: "\x01",
    T.CODE: "\x01",
    T.DATE: date(1, 1, 1),
    T.TIME: datetime(1, 1, 1, tzinfo=UTC),
}


@pytest.mark.parametrize(
    ("declared", "type_", "cell"), [w for w in WRONG if w[2] not in (float("inf"), 2**53 + 1)]
)
def test_a_cell_of_another_type_passes_no_comparison(make, declared, type_, cell):
    source = make(declared, cell)
    kinds = [("present", ())]
    if type_ in ANY:
        kinds += [(each, (ANY[type_],)) for each in ("none-of", "at-least")]
    if type_ is T.INTEGER:
        kinds += [("none-of", (1,)), ("at-least", (-5,))]
    if type_ is T.YES_NO:
        kinds += [("none-of", (True,))]
    for compare, values in kinds:
        compared = plan(
            Field("person", "person", T.CODE), rows=[Compare("x", type_, compare, values)]
        )
        assert rows_of(source, compared) == []


@pytest.mark.parametrize(
    ("form", "type_", "cells"),
    [
        (Coarsening.POSTCODE_DISTRICT, T.TEXT, [5, b"GB1 2CD", "GB1\0 2CD", "GB1 2CD 3EF"]),
        (Coarsening.MONTH, T.DATE, ["2024-2-9", "2023-02-30", "now", 2460000, "0000-01-01"]),
        (Coarsening.MONTH, T.TIME, ["2024-02-09", "now", "0000-01-01T00:00:00Z"]),
        (Coarsening.YEAR, T.DATE, ["2024", "20240209", b"2024-02-09"]),
        (Coarsening.TEN_YEAR_BAND, T.INTEGER, ["forty", 40.5, b"40", -1]),
    ],
)
def test_what_is_not_in_form_is_not_known_when_made_less_exact(make, form, type_, cells):
    assert given(make("", *cells), type_, form) == [None] * len(cells)


def test_the_greatest_number_has_a_band(make):
    bands = given(make("INTEGER", 0, 9, 10, 2**63 - 1), T.INTEGER, Coarsening.TEN_YEAR_BAND)
    assert bands == ["0-9", "0-9", "10-19", "9223372036854775800-9223372036854775809"]


def test_text_that_is_not_utf8_is_refused_without_a_word_of_it(make, tmp_path):
    source = make("TEXT", "fine")
    with sqlite3.connect(tmp_path / "x.sqlite") as connection:
        connection.execute("UPDATE people SET x = CAST(x'73656372657480' AS TEXT)")
    connection.close()
    problem = refusal(given, source, T.TEXT)
    assert (problem.code, problem.params["column"]) == ("source.value", "x")


@pytest.mark.parametrize(
    ("declared", "type_"),
    [
        ("INTEGER", T.TEXT),
        ("NUMERIC", T.CODE),
        ("REAL", T.INTEGER),
        ("TEXT", T.INTEGER),
        ("TEXT", T.DECIMAL),
        ("INTEGER", T.DATE),
        ("TEXT", T.YES_NO),
    ],
)
def test_a_declared_type_that_bends_comparisons_is_refused(make, declared, type_):
    problem = refusal(make(declared).check, {"x": type_})
    assert (type(problem), problem.code) == (Refused, "source.type")
    assert problem.params == {"dataset": "people", "column": "x", "type": type_}


def test_text_is_compared_by_code_point_whatever_the_table_says(make):
    source = make("TEXT COLLATE NOCASE", "ab", "AB")
    only = [Compare("x", T.TEXT, "one-of", ("ab",))]
    assert given(source, T.TEXT, rows=only) == ["ab"]
    assert given(source, T.TEXT, rows=[Compare("x", T.TEXT, "at-least", ("a",))]) == ["ab"]
    named = subject(T.TEXT, "x")
    assert lookup_of(source, plan(Field("x", "x", T.TEXT), subject=named), "Ab") == []
    assert counts_of(source, plan(subject=named)) == [(2, 2)]
    assert len(counts_of(source, plan(subject=named), (Field("x", "x", T.TEXT),))) == 2
    assert len(places_of(source, plan(subject=subject()), ["x"], "p0")) == 1
    left = plan(Field("x", "x", T.TEXT), subject=named, left_out=["l"])
    assert rows_of(source, left, {"l": ["AB"]}) == [("ab",)]


def test_a_subject_that_is_not_text_is_left_out(make):
    source = make("", "p1", b"p1", 5)
    made = plan(Field("person", "person", T.CODE), subject=subject(T.TEXT, "x"), left_out=["l"])
    assert rows_of(source, made, {"l": []}) == [("p0",)]


def test_a_view_is_read_and_an_index_is_used(make, tmp_path):
    source = make("TEXT", "a", "b")
    with sqlite3.connect(tmp_path / "x.sqlite") as connection:
        connection.execute("CREATE INDEX by_person ON people (person)")
    query = rows_query(
        plan(Field("x", "x", T.TEXT), rows=[Compare("person", T.CODE, "one-of", ("p1",))]),
        source.table,
        source.dialect,
    )
    (step,) = connection.execute(f"EXPLAIN QUERY PLAN {query.sql}", query.values).fetchall()
    assert "USING INDEX by_person (person=?)" in step[3]
    connection.execute("CREATE VIEW seen AS SELECT person, x || '' AS x FROM people")
    connection.close()
    described = SqliteSource(kind="sqlite", dataset="people", path="x.sqlite", table="seen")
    assert given(open_connector(described, tmp_path), T.TEXT) == ["a", "b"]


def test_a_table_may_be_called_like_ours(make, tmp_path):
    make("TEXT", "a")
    with sqlite3.connect(tmp_path / "x.sqlite") as connection:
        connection.execute("ALTER TABLE people RENAME TO left_out")
    connection.close()
    described = SqliteSource(kind="sqlite", dataset="people", path="x.sqlite", table="left_out")
    source = open_connector(described, tmp_path)
    made = plan(Field("x", "x", T.TEXT), subject=subject(), left_out=["l"])
    assert rows_of(source, made, {"l": ["p1"]}) == [("a",)]
    assert rows_of(source, made, {"l": ["p0"]}) == []


def test_files_may_have_strange_names(make):
    for name in ["a?mode=rwc", "#x", "%41", "file:x", ":memory:", *INJECTIONS]:
        if name and "/" not in name and len(name.encode()) < 200:
            assert given(make("TEXT", "a", name=name), T.TEXT) == ["a"]


# --- files that change


def rows_while(source, change):
    query = rows_query(plan(Field("x", "x", T.TEXT)), source.table, source.dialect)
    with source.batches(query, {}, rows=1000) as batches:
        first = next(batches)
        change()
        return [
            *first.column(0).to_pylist(),
            *(c for b in batches for c in b.column(0).to_pylist()),
        ]


OLD = [f"old{number:06}" for number in range(20_000)]


def test_a_file_replaced_while_it_is_read_gives_the_old_data_whole(make, tmp_path):
    source = make("TEXT", *OLD)
    make("TEXT", *[f"new{number}" for number in range(20_000)], name="new")
    version = source.version()
    change = lambda: (tmp_path / "new").replace(tmp_path / "x.sqlite")  # noqa: E731
    assert rows_while(source, change) == OLD
    assert source.version() != version
    assert given(source, T.TEXT)[0] == "new0"


def test_a_file_that_is_written_into_is_refused(make, tmp_path):
    for change in (
        lambda: os.truncate(tmp_path / "x.sqlite", 8192),
        lambda: (tmp_path / "x.sqlite").write_bytes((tmp_path / "new").read_bytes()),
    ):
        (tmp_path / "x.sqlite").unlink(missing_ok=True)
        (tmp_path / "new").unlink(missing_ok=True)
        source = make("TEXT", *OLD)
        make("TEXT", *[f"new{number:06}" for number in range(20_000)], name="new")
        problem = refusal(rows_while, source, change)
        assert (type(problem), problem.code) == (Refused, "source.moved")


def test_a_writer_beside_us_neither_waits_nor_is_seen(make, tmp_path):
    source = make("TEXT", *OLD, wal=True)
    writer = sqlite3.connect(tmp_path / "x.sqlite", isolation_level=None)
    version = source.version()

    def change():
        writer.execute("UPDATE people SET x = 'new'")
        writer.execute("PRAGMA wal_checkpoint(PASSIVE)")

    assert rows_while(source, change) == OLD
    assert source.version() != version
    assert given(source, T.TEXT) == ["new"] * len(OLD)
    writer.close()


def test_nothing_can_be_written(make):
    with make("TEXT", "a")._session({}) as (connection, _):
        for statement in ("DELETE FROM people", "ATTACH 'other' AS other", "CREATE TABLE y (z)"):
            with pytest.raises(sqlite3.OperationalError):
                connection.execute(statement)


def test_a_file_of_something_else_is_refused(make, tmp_path):
    source = make("TEXT", "a")
    (tmp_path / "x.sqlite").write_bytes(b"no database at all" * 1000)
    problem = refusal(source.check, {"x": T.TEXT})
    assert (type(problem), problem.code) == (Refused, "source.form")
    (tmp_path / "x.sqlite").unlink()
    (tmp_path / "x.sqlite").mkdir()
    problem = refusal(source.check, {"x": T.TEXT})
    assert (type(problem), problem.code) == (Broken, "source.unreachable")


def test_a_table_that_is_gone_has_no_columns(make, tmp_path):
    make("TEXT", "a")
    described = SqliteSource(kind="sqlite", dataset="people", path="x.sqlite", table="gone")
    problem = refusal(open_connector(described, tmp_path).check, {"x": T.TEXT})
    assert (type(problem), problem.code) == (Broken, "source.unreachable")
