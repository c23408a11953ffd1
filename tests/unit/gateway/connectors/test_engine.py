import os
import shutil
import subprocess
import sys
from datetime import UTC, date, datetime

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from tests.injections import INJECTIONS
from tests.sources import (
    FILES,
    RELATION,
    Sources,
    cells,
    lookup_of,
    plan,
    refusal,
    rows_of,
    subject,
)

from answerable.gateway.compile import rows_query
from answerable.gateway.connectors import CsvSource, ParquetSource, open_connector
from answerable.model.dataset import ColumnType
from answerable.model.errors import Broken, Refused
from answerable.terms.plan import Compare, Field

T = ColumnType
COLUMNS = {"person": ("person", T.CODE), "age": ("age", T.INTEGER)}
FIELDS = (Field("person", "person", T.CODE), Field("age", "age", T.INTEGER))


@pytest.fixture
def sources(tmp_path):
    return Sources(tmp_path, lambda: "")


def text_of(sources, data, type_=T.TEXT, **more):
    (sources.folder / "x.csv").write_bytes(data)
    described = CsvSource(kind="csv", dataset="people", paths=("x.csv",), **more)
    return rows_of(open_connector(described, sources.folder), plan(Field("x", "x", type_)))


# --- locked in


def beyond(path):
    """Statements that reach for what nobody gave."""
    other = f"'{path}'"
    return [
        f"SELECT * FROM read_parquet({other})",  # noqa: S608
        f"SELECT * FROM {other}",  # noqa: S608
        f"SELECT * FROM read_csv({other})",  # noqa: S608
        f"SELECT * FROM read_text({other})",  # noqa: S608
        f"SELECT * FROM read_blob({other})",  # noqa: S608
        "SELECT * FROM read_text('/proc/self/environ')",
        "SELECT * FROM glob('/etc/*')",
        "SELECT * FROM read_csv('/dev/stdin')",
        "SELECT * FROM read_parquet('https://example.org/x.parquet')",
        f"ATTACH {other} AS other",
        f"ATTACH '{path}.new' AS other",
        "COPY (SELECT 1) TO '/tmp/answerable-test-copy.csv'",
        f"COPY (SELECT 1) TO '{path}.csv'",
        f"EXPORT DATABASE '{path}.export'",
        "INSTALL httpfs",
        "LOAD httpfs",
        f"LOAD '{path}'",
        "SET enable_external_access = true",
        f"SET allowed_paths = [{other}]",
        "SET allowed_directories = ['/']",
        "SET lock_configuration = false",
        "RESET lock_configuration",
        "SET autoload_known_extensions = true",
        "SET TimeZone = 'Europe/London'",
        "SET temp_directory = '/tmp'",
        "CREATE PERSISTENT SECRET s (TYPE s3)",
        "SELECT * FROM beyond_reach",
    ]


@pytest.mark.parametrize("kind", FILES)
def test_a_stream_reaches_nothing_but_its_files(sources, kind):
    source = sources.make(kind, COLUMNS, [("p1", 5)])
    other = sources.folder / "other.parquet"
    pq.write_table(pa.table({"secret": [1]}), other)
    beyond_reach = pa.table({"secret": [1]})
    before = sorted(sources.folder.iterdir())
    with source._session({"person": T.CODE}) as (connection, _):
        connection.execute("SET lock_configuration = true")
        for statement in beyond(other):
            with pytest.raises(duckdb.Error):
                connection.execute(statement).fetchall()
        assert connection.execute("SELECT person FROM source").fetchall() == [("p1",)]
    assert beyond_reach.num_rows == 1
    assert sorted(sources.folder.iterdir()) == before
    assert not os.path.exists("/tmp/answerable-test-copy.csv")  # noqa: PTH110, S108


def test_a_database_file_is_not_written(sources):
    source = sources.make("duckdb", COLUMNS, [("p1", 5)])
    with source._session({"person": T.CODE}) as (connection, _):
        for statement in (
            f'INSERT INTO held."{RELATION.replace(chr(34), chr(34) * 2)}" VALUES (1, 2)',  # noqa: S608
            "CREATE TABLE held.other (x INT)",
            "DETACH source",
        ):
            with pytest.raises(duckdb.Error):
                connection.execute(statement)


# --- files with any name


@pytest.mark.parametrize("kind", ["parquet", "csv", "duckdb"])
def test_files_may_have_strange_names(sources, kind):
    made = getattr(sources, kind)(COLUMNS, [("p1", 5)])
    key = "path" if kind == "duckdb" else "paths"
    (whole,) = [getattr(made, key)] if kind == "duckdb" else made.paths
    names = [n for n in INJECTIONS if n and "/" not in n and n != "~" and len(n.encode()) < 200]
    for name in ["~", "*", "a?", "[ab]", "x.parquet.gz", "s3:", "md:x", *names]:
        shutil.copy(sources.folder / whole, sources.folder / name)
        described = made.with_(**{key: name if kind == "duckdb" else (name,)})
        source = open_connector(described, sources.folder)
        if kind == "duckdb" and "\\" in name:  # DuckDB takes some of these for directories
            assert refusal(rows_of, source, plan(*FIELDS)).code == "source.unreachable"
        else:
            assert rows_of(source, plan(*FIELDS)) == [("p1", 5)]
        (sources.folder / name).unlink()


def test_many_files_are_read_in_the_order_of_their_names(sources):
    for day in (2, 1, 3):
        pq.write_table(pa.table({"day": [day]}), sources.folder / f"day-{day}.parquet")
    described = ParquetSource(kind="parquet", dataset="days", paths=("day-[12].parquet", "day-3*"))
    source = open_connector(described, sources.folder)
    assert rows_of(source, plan(Field("day", "day", T.INTEGER))) == [(1,), (2,), (3,)]
    assert refusal(open_connector(described.with_(paths=("x*",)), sources.folder).version).code == (
        "source.unreachable"
    )


def test_a_file_more_is_another_version(sources):
    described = ParquetSource(kind="parquet", dataset="days", paths=("*.parquet",))
    source = open_connector(described, sources.folder)
    seen = set()
    for day in range(3):
        pq.write_table(pa.table({"day": [day]}), sources.folder / f"{day}.parquet")
        seen.add(source.version())
    (sources.folder / "0.parquet").write_bytes(b"x")
    seen.add(source.version())
    (sources.folder / "0.parquet").unlink()
    seen.add(source.version())
    assert len(seen) == 5


# --- files that change while they are read


def large(sources, kind, word):
    """Make a source so large that it is not read at once."""
    made = sources.make(kind, COLUMNS, [(word, 5)])
    path = made._kind.paths[0]
    query = f"SELECT '{word}' || range AS person, range AS age FROM range(1000000)"  # noqa: S608
    path.unlink()
    if kind == "duckdb":
        with duckdb.connect(str(path)) as connection:
            table = '"' + RELATION.replace('"', '""') + '"'
            connection.execute(f"CREATE TABLE {table} AS {query}")
    else:
        options = "(FORMAT parquet, ROW_GROUP_SIZE 20000)" if kind == "parquet" else "(FORMAT csv)"
        duckdb.execute(f"COPY ({query}) TO '{str(path).replace(chr(39), chr(39) * 2)}' {options}")
    return made, path


@pytest.mark.parametrize("kind", FILES)
def test_a_file_replaced_while_it_is_read_gives_the_old_data_whole(sources, kind):
    source, path = large(sources, kind, "old")
    _, new = large(sources, kind, "new")
    query = rows_query(plan(*FIELDS), source.table, source.dialect)
    version = source.version()
    with source.batches(query, {}) as batches:
        first = next(batches)
        new.replace(path)
        rest = list(batches)
    words = pa.Table.from_batches([first, *rest]).column("person").to_pylist()
    assert sorted(words) == sorted(f"old{number}" for number in range(1_000_000))
    assert source.version() != version
    assert rows_of(source, plan(*FIELDS))[0][0].startswith("new")


@pytest.mark.parametrize("kind", FILES)
def test_a_file_deleted_while_it_is_read_gives_the_old_data_whole(sources, kind):
    source, path = large(sources, kind, "old")
    query = rows_query(plan(*FIELDS), source.table, source.dialect)
    with source.batches(query, {}) as batches:
        count = next(batches).num_rows
        path.unlink()
        count += sum(batch.num_rows for batch in batches)
    assert count == 1_000_000


def truncate(path, _other):
    os.truncate(path, 100)


def overwrite(path, other):
    shutil.copyfile(other, path)


def append(path, _other):
    with path.open("ab") as file:
        file.write(b"more")


@pytest.mark.parametrize("change", [truncate, overwrite, append])
@pytest.mark.parametrize("kind", FILES)
def test_a_file_that_is_written_into_is_refused(sources, kind, change):
    source, path = large(sources, kind, "old")
    _, other = large(sources, kind, "new")
    query = rows_query(plan(*FIELDS), source.table, source.dialect)
    with source.batches(query, {}) as batches:
        next(batches)
        change(path, other)
        problem = refusal(list, batches)
    assert (type(problem), problem.code) == (Refused, "source.moved")
    assert problem.params == {"dataset": "people"}


# --- text files


@pytest.mark.parametrize(
    ("type_", "said", "read"),
    [
        (T.INTEGER, "-9223372036854775808", -(2**63)),
        (T.INTEGER, "-7", -7),
        (T.DECIMAL, "-0.5", -0.5),
        (T.DECIMAL, "3", 3.0),
        (T.DECIMAL, "1e3", 1000.0),
        (T.DATE, "2024-02-29", date(2024, 2, 29)),
        (T.TIME, "2024-02-29T23:59:59Z", datetime(2024, 2, 29, 23, 59, 59, tzinfo=UTC)),
        (T.TIME, "0001-01-01T00:00:00.000001Z", datetime(1, 1, 1, microsecond=1, tzinfo=UTC)),
        (T.YES_NO, "yes", True),
        (T.YES_NO, "0", False),
        (T.TEXT, '""', ""),
        (T.TEXT, "", None),
        (T.TEXT, '" a,""b"" "', ' a,"b" '),
        (T.TEXT, "NULL", "NULL"),
        (T.INTEGER, "", None),
    ],
)
@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_cells_are_read_as_the_catalogue_says(sources, type_, said, read, end):
    data = f"y,x{end}1,{said}{end}".encode()
    assert text_of(sources, data, type_) == [(read,)]


@pytest.mark.parametrize(
    ("type_", "said"),
    [
        (T.INTEGER, "1.5"),
        (T.INTEGER, "007"),
        (T.INTEGER, "1e3"),
        (T.INTEGER, " 1"),
        (T.INTEGER, "9223372036854775808"),
        (T.INTEGER, '""'),
        (T.INTEGER, "\u0661"),
        (T.DECIMAL, "1,5"),
        (T.DECIMAL, "nan"),
        (T.DECIMAL, "inf"),
        (T.DECIMAL, "1e999"),
        (T.DATE, "2024-2-9"),
        (T.DATE, "2023-02-29"),
        (T.DATE, "0000-01-01"),
        (T.DATE, "infinity"),
        (T.DATE, "29/02/2024"),
        (T.TIME, "2024-02-29 10:00:00"),
        (T.TIME, "2024-02-29T10:00:00+01:00"),
        (T.TIME, "2024-02-29T25:00:00Z"),
        (T.YES_NO, "Y"),
        (T.YES_NO, "TRUE"),
    ],
)
def test_a_cell_of_another_form_is_refused_not_guessed(sources, type_, said):
    quoted = said if said == '""' else f'"{said}"'
    problem = refusal(text_of, sources, f"y,x\n1,\n2,{quoted}\n".encode(), type_)
    assert (type(problem), problem.code) == (Refused, "source.value")
    assert problem.params == {"dataset": "people", "column": "x"}


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\n",
        b"y,x\n1\n",
        b"y,x\n1,2,3\n",
        b'y,x\n1,"open\n',
        b"y,x\n1,\xff\xfe\n",
        b'y,x\n1,"a"b\n',
    ],
)
def test_a_file_that_is_not_well_formed_is_refused(sources, data):
    problem = refusal(text_of, sources, data)
    assert (type(problem), problem.code) in [(Refused, "source.form"), (Refused, "source.column")]
    assert "open" not in str(problem)


def test_a_repeated_column_is_none(sources):
    assert refusal(text_of, sources, b"x,x\n1,2\n").code == "source.column"


def test_files_must_have_the_same_first_line(sources):
    (sources.folder / "a.csv").write_text("x,y\n1,2\n")
    (sources.folder / "b.csv").write_text("y,x\n3,4\n")
    described = CsvSource(kind="csv", dataset="people", paths=("?.csv",))
    source = open_connector(described, sources.folder)
    assert refusal(source.check, {"x": T.TEXT}).code == "source.form"
    (sources.folder / "b.csv").write_text("x,y\n3,4\n")
    assert rows_of(source, plan(Field("x", "x", T.INTEGER))) == [(1,), (3,)]


def test_a_mark_of_byte_order_is_no_part_of_a_name(sources):
    assert text_of(sources, b"\xef\xbb\xbfx\nfirst\n") == [("first",)]


def test_cells_may_be_separated_otherwise(sources):
    assert text_of(sources, b"y;x\n1;a,b\n", separator=";") == [("a,b",)]


# --- types of columns


def parquet(sources, table):
    pq.write_table(table, sources.folder / "x.parquet")
    described = ParquetSource(kind="parquet", dataset="people", paths=("x.parquet",))
    return open_connector(described, sources.folder)


@pytest.mark.parametrize(
    ("kept", "type_", "cell"),
    [
        (pa.int8(), T.INTEGER, 5),
        (pa.uint32(), T.INTEGER, 2**32 - 1),
        (pa.float32(), T.DECIMAL, 0.5),
        (pa.timestamp("ns"), T.TIME, datetime(2024, 1, 1, 12, tzinfo=UTC)),
        (pa.timestamp("ms", "Europe/London"), T.TIME, datetime(2024, 7, 1, 12, tzinfo=UTC)),
        (pa.timestamp("s"), T.TIME, datetime(2024, 7, 1, 12, tzinfo=UTC)),
        (pa.dictionary(pa.int8(), pa.string()), T.CODE, "a"),
        (pa.large_string(), T.TEXT, "a"),
    ],
)
def test_columns_of_kindred_types_are_read(sources, kept, type_, cell):
    naive = cell.replace(tzinfo=None) if isinstance(cell, datetime) and not kept.tz else cell
    source = parquet(sources, pa.table({"x": pa.array([naive, None], kept)}))
    field = Field("x", "x", type_)
    source.check({"x": type_})
    assert rows_of(source, plan(field)) == [(cell,), (None,)]
    if type_ is T.TIME:
        late = Compare("x", T.TIME, "at-least", (cell,))
        assert rows_of(source, plan(field, rows=[late])) == [(cell,)]


def test_decimals_stay_exact(sources):
    from decimal import Decimal

    exact = Decimal("123456789012345678901234567890.12")
    source = parquet(sources, pa.table({"x": pa.array([exact], pa.decimal128(34, 2))}))
    made = plan(Field("x", "x", T.DECIMAL), rows=[Compare("x", T.DECIMAL, "at-least", (exact,))])
    assert rows_of(source, made) == [(exact,)]


@pytest.mark.parametrize(
    ("cell", "kept", "type_"),
    [
        (float("nan"), pa.float64(), T.DECIMAL),
        (float("inf"), pa.float64(), T.DECIMAL),
        (4_000_000, pa.date32(), T.DATE),
        (-719_163, pa.date32(), T.DATE),
        (2**62, pa.timestamp("us"), T.TIME),
    ],
)
def test_a_value_that_has_no_name_is_refused(sources, cell, kept, type_):
    number = pa.array([cell], pa.int64() if kept == pa.timestamp("us") else None)
    array = number.cast(pa.int32()).view(kept) if kept == pa.date32() else number.cast(kept)
    source = parquet(sources, pa.table({"x": array}))
    problem = refusal(rows_of, source, plan(Field("x", "x", type_)))
    assert (type(problem), problem.code) == (Refused, "source.value")


def test_text_is_compared_by_code_point_whatever_the_table_says(sources):
    path = sources.folder / "c.duckdb"
    with duckdb.connect(str(path)) as connection:
        connection.execute("CREATE TABLE people (person VARCHAR COLLATE nocase)")
        connection.execute("INSERT INTO people VALUES ('Ab'), ('AB')")
    from answerable.gateway.connectors import DuckdbSource

    described = DuckdbSource(kind="duckdb", dataset="people", path="c.duckdb", table="people")
    source = open_connector(described, sources.folder)
    made = plan(FIELDS[0], subject=subject(), left_out=["l"])
    assert lookup_of(source, made, "ab", left_out={"l": []}) == []
    assert rows_of(source, made, {"l": ["ab", "AB"]}) == [("Ab",)]


def test_a_file_that_is_something_else_is_refused(sources):
    (sources.folder / "x.parquet").write_bytes(b"PAR1 no, it is not PAR1" * 10)
    described = ParquetSource(kind="parquet", dataset="people", paths=("x.parquet",))
    problem = refusal(open_connector(described, sources.folder).check, {"x": T.TEXT})
    assert (type(problem), problem.code) == (Refused, "source.form")


def test_a_directory_is_no_file(sources):
    (sources.folder / "x.parquet").mkdir()
    described = ParquetSource(kind="parquet", dataset="people", paths=("x.parquet",))
    problem = refusal(open_connector(described, sources.folder).check, {"x": T.TEXT})
    assert type(problem) is Broken
    assert problem.code == "source.unreachable"


def test_a_consumers_own_error_is_its_own(sources):
    source = sources.make("parquet", COLUMNS, [("p1", 5)])
    query = rows_query(plan(*FIELDS), source.table, source.dialect)
    with pytest.raises(OSError, match="mine"), source.batches(query, {}):
        raise OSError("mine")


# --- memory

_MEASURE = """
import resource, sys
from pathlib import Path
from tests.sources import plan
from answerable.gateway.compile import rows_query
from answerable.gateway.connectors import {kind} as Kind, open_connector
from answerable.model.dataset import ColumnType
from answerable.terms.plan import Field
source = open_connector(Kind(dataset="people", {said}), Path(sys.argv[1]))
fields = [Field(n, n, t) for n, t in (("person", ColumnType.TEXT), ("age", ColumnType.INTEGER))]
query = rows_query(plan(*fields), source.table, source.dialect)
def peak():
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
rows = 0
with source.batches(query, {{}}) as batches:
    for batch in batches:
        rows += batch.num_rows
        if rows <= 200_000:
            first = peak()
print(rows, peak() - first)
"""


@pytest.mark.parametrize("kind", ["parquet", "sqlite"])
def test_memory_does_not_grow_with_the_answer(sources, kind):
    """Three million rows are some 250 MB in Arrow; most of the stream may add a part of that."""
    path = sources.folder / "big"
    query = "SELECT repeat('x', 60) || range AS person, range AS age FROM range(3000000)"
    if kind == "parquet":
        duckdb.execute(f"COPY ({query}) TO '{path}' (FORMAT parquet)")
        code = _MEASURE.format(kind="ParquetSource", said="kind='parquet', paths=('big',)")
    else:
        import sqlite3

        with sqlite3.connect(path) as connection:
            connection.execute("CREATE TABLE people (person TEXT, age INTEGER)")
            rows = ((f"{'x' * 60}{number}", number) for number in range(1_000_000))
            connection.executemany("INSERT INTO people VALUES (?, ?)", rows)
        connection.close()
        said = "kind='sqlite', path='big', table='people'"
        code = _MEASURE.format(kind="SqliteSource", said=said)
    run = [sys.executable, "-c", code, str(sources.folder)]
    environment = os.environ | {"PYTHONPATH": os.pathsep.join(["."])}
    out = subprocess.run(run, capture_output=True, text=True, check=True, env=environment).stdout
    rows, grown = map(int, out.split())
    assert rows >= 1_000_000
    assert grown < 80


def test_the_hidden_column_can_be_asked_with_people_left_out(sources):
    source = sources.make("parquet", COLUMNS, [("p1", 5), ("p2", 6)])
    made = plan(FIELDS[1], subject=subject(), left_out=["l"])
    query = rows_query(made, source.table, source.dialect, subject=True)
    assert cells(source, query, {"l": {"p1"}}) == [(6, "p2")]
