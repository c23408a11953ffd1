"""A keyed copy holds what some agreement grants, finds it by subject, and is removed."""

import sqlite3
from datetime import UTC, date, datetime

import pytest
from tests.sources import Sources

from answerable.gateway.compile import Dialect, lookup_query
from answerable.gateway.readmodel import ReadModel, Shape, build
from answerable.gateway.vault import GatewayVault
from answerable.model.dataset import Column, ColumnType, Sensitivity
from answerable.model.errors import Broken, Refused
from answerable.model.limits import Pattern
from answerable.terms import Plan
from answerable.terms.plan import Field

T = ColumnType
NOW = datetime(2026, 3, 2, 12, tzinfo=UTC)
COLUMNS = {
    "person": ("Person", T.CODE),
    "name": ('na"m%e ?', T.TEXT),
    "born": ("born; --", T.DATE),
    "seen": ("seen", T.TIME),
    "age": ("age", T.INTEGER),
    "score": ("score", T.DECIMAL),
    "carer": ("carer", T.YES_NO),
    "note": ("note", T.TEXT),
}
ROWS = [
    ("p1", "Ada", date(1980, 2, 29), NOW, 2**63 - 1, 1.5, True, "not granted"),
    ("p1", "", date(1, 1, 1), datetime(1, 1, 1, tzinfo=UTC), -(2**63), -0.25, False, "not granted"),
    ("p'2;--", "e\u0301 \U0001f469", None, None, None, None, None, "not granted"),
    (None, "nobody", None, None, None, None, None, "not granted"),
]
GRANTED = tuple(name for name in COLUMNS if name != "note")


def column(name="person", type_=T.CODE):
    title = {"en": name}
    return Column(column=name, title=title, type=type_, sensitivity=Sensitivity.PERSONAL)


def shape(*names, subject=None):
    columns = tuple(sorted((name, COLUMNS[name][1]) for name in names or GRANTED))
    return Shape("people", subject or column(), columns)


@pytest.fixture
def sources(tmp_path):
    return Sources(tmp_path, lambda: "")


@pytest.fixture
def vault(tmp_path):
    with GatewayVault(tmp_path / "vault.sqlite3") as vault:
        yield vault


@pytest.fixture
def copied(sources, vault, tmp_path):
    """Make a copy, and give it with its file."""
    made = []

    def copy(kind="sqlite", shape=None, rows=ROWS):
        path = tmp_path / f"copies/people.{len(made)}.sqlite3"
        wanted = shape or globals()["shape"]()
        build(wanted, sources.make(kind, COLUMNS, rows), path)
        made.append(ReadModel(wanted, path, vault.path))
        return made[-1], path

    yield copy
    for model in made:
        model.close()


def looked_up(model, subject, *names, left_out=()):
    fields = tuple(Field(name, name, COLUMNS[name][1]) for name in names or GRANTED)
    made = Plan("people", Pattern.LOOKUP, fields, (), model.shape.subject, tuple(left_out))
    query = lookup_query(made, model.shape.table, Dialect.SQLITE, subject)
    return model.ask(query, query.values)


@pytest.mark.parametrize("kind", ["parquet", "csv", "duckdb", "sqlite"])
def test_a_copy_has_the_same_rows_whatever_it_is_made_of(copied, kind):
    model, _ = copied(kind)
    assert looked_up(model, "p1") == [
        ("p1", "Ada", "1980-02-29", "2026-03-02T12:00:00Z", 2**63 - 1, 1.5, 1),
        ("p1", "", "0001-01-01", "0001-01-01T00:00:00Z", -(2**63), -0.25, 0),
    ]
    assert looked_up(model, "p'2;--", "name", "age") == [("e\u0301 \U0001f469", None)]
    for nobody in ("p9", "", "P1", "None", "p1 "):
        assert looked_up(model, nobody) == []


def test_nothing_else_is_copied(copied):
    _, path = copied(shape=shape("person", "age"))
    data = path.read_bytes()
    assert b"not granted" not in data
    assert b"Ada" not in data
    assert b"p1" in data


def test_a_copy_is_for_its_owner_and_has_an_index(copied):
    _, path = copied()
    assert path.stat().st_mode & 0o777 == 0o600
    assert path.parent.stat().st_mode & 0o777 == 0o700
    connection = sqlite3.connect(path)
    steps = connection.execute("EXPLAIN QUERY PLAN SELECT 1 FROM subjects WHERE person = 'p1'")
    assert "by_subject" in str(steps.fetchall())
    connection.close()


def test_opt_outs_are_read_from_the_vault_as_they_are(copied, vault):
    model, _ = copied()
    vault.feed("said-no", [], NOW)
    assert len(looked_up(model, "p1", "age", left_out=["said-no"])) == 2
    vault.add("said-no", "p1", NOW)
    assert looked_up(model, "p1", "age", left_out=["said-no"]) == []
    assert len(looked_up(model, "p1", "age", left_out=["another"])) == 2
    vault.remove("said-no", "p1", NOW)
    assert len(looked_up(model, "p1", "age", left_out=["said-no"])) == 2


def test_a_copy_is_never_written(copied):
    model, _ = copied()
    for statement in (
        "DELETE FROM subjects",
        "CREATE TABLE more (x)",
        "DELETE FROM vault.left_out",
        "INSERT INTO vault.left_out VALUES ('said-no', 'p1')",
    ):
        with pytest.raises(sqlite3.OperationalError):
            model._connection.execute(statement)


def test_a_plan_that_needs_more_than_the_copy_has_waits(copied):
    model, _ = copied(shape=shape("person", "age"))
    for fields, fits in (
        ([("age", T.INTEGER)], True),
        ([("name", T.TEXT)], False),
        ([("age", T.TEXT)], False),
    ):
        made = Plan(
            "people", Pattern.LOOKUP, tuple(Field(n, n, t) for n, t in fields), (), column()
        )
        if fits:
            model.check(made)
        else:
            with pytest.raises(Refused, match=r"source\.preparing"):
                model.check(made)


def test_a_copy_that_is_closed_is_gone(copied):
    model, path = copied()
    model.close()
    assert not path.exists()
    model.close()


def test_an_old_copy_in_the_way_is_replaced(copied, sources, vault, tmp_path):
    path = tmp_path / "copies/people.0.sqlite3"
    path.parent.mkdir()
    path.write_bytes(b"half a copy of a process that was killed")
    model, made = copied()
    assert made == path
    assert len(looked_up(model, "p1")) == 2


def test_a_source_without_the_columns_makes_no_copy(sources, tmp_path):
    fewer = {name: COLUMNS[name] for name in ("person", "age")}
    source = sources.make("sqlite", fewer, [("p1", 1)])
    path = tmp_path / "copies/people.sqlite3"
    with pytest.raises(Refused, match=r"source\.column"):
        build(shape(), source, path)
    assert not path.exists()


def test_a_source_that_is_gone_makes_no_copy(sources, tmp_path):
    source = sources.make("sqlite", COLUMNS, ROWS)
    for path in tmp_path.glob("*.sqlite"):
        path.unlink()
    with pytest.raises(Broken, match=r"source\.unreachable"):
        build(shape(), source, tmp_path / "copies/people.sqlite3")


@pytest.mark.parametrize(
    "left",
    [[]],
)
def test_a_source_that_breaks_in_the_middle_leaves_nothing(sources, tmp_path, left):
    rows = [*ROWS[:1] * 20_000, ("p1", "Ada", date(1980, 2, 29), NOW, "many", 1.5, True, "")]
    source = sources.make("sqlite", COLUMNS, rows)
    with pytest.raises(Refused, match=r"source\.value"):
        build(shape(), source, tmp_path / "copies/people.sqlite3")
    assert list((tmp_path / "copies").iterdir()) == left


def test_a_number_is_a_reference_too(copied):
    model, _ = copied(shape=shape("age", "name", subject=column("age", T.INTEGER)))
    assert looked_up(model, str(2**63 - 1), "name") == [("Ada",)]
    for nobody in ("0", str(2**63), "1e3", "Ada", " 1"):
        assert looked_up(model, nobody, "name") == []


def test_names_of_columns_are_those_of_the_catalogue():
    assert shape("person", "age").table.columns == {"person": "person", "age": "age"}
