import sys
from decimal import Decimal

import psycopg
import pytest
from tests.postgres import postgres  # noqa: F401 - a fixture
from tests.sources import cells, lookup_of, plan, refusal, rows_of, subject

from answerable.gateway.compile import rows_query
from answerable.gateway.connectors import PostgresSource, open_connector
from answerable.model.dataset import ColumnType
from answerable.model.errors import Broken, Refused
from answerable.terms.plan import Compare, Field

T = ColumnType


@pytest.fixture
def database(postgres):  # noqa: F811
    with psycopg.connect(postgres, autocommit=True) as connection:
        connection.execute("DROP SCHEMA IF EXISTS held CASCADE")
        connection.execute("CREATE SCHEMA held")
        yield connection


@pytest.fixture
def source(postgres, monkeypatch, tmp_path):  # noqa: F811
    monkeypatch.setenv("PEOPLE_ADDRESS", postgres)
    return open_connector(described(), tmp_path)


def described(**more):
    said = {"address_variable": "PEOPLE_ADDRESS", "table": "people", "schema": "held"} | more
    return PostgresSource(kind="postgres", dataset="people", **said)


def table(database, type_, *values):
    database.execute("DROP TABLE IF EXISTS held.people CASCADE")
    database.execute(f"CREATE TABLE held.people (x {type_})")
    for value in values:
        database.execute("INSERT INTO held.people VALUES (%s)", (value,))


def given(source, type_, **more):
    return [cell for (cell,) in rows_of(source, plan(Field("x", "x", type_), **more))]


def test_a_decimal_of_a_declared_size_stays_exact(database, source):
    exact = Decimal("12345678901234567890123456789012.345678")
    table(database, "numeric(38, 6)", exact, None)
    assert given(source, T.DECIMAL) == [exact, None]
    only = [Compare("x", T.DECIMAL, "one-of", (exact,))]
    assert given(source, T.DECIMAL, rows=only) == [exact]


@pytest.mark.parametrize(
    ("kept", "type_"),
    [
        ("numeric", T.DECIMAL),
        ("numeric(39, 2)", T.DECIMAL),
        ("numeric(5, 0)", T.INTEGER),
        ("text", T.INTEGER),
        ("char(5)", T.CODE),
        ("name", T.TEXT),
        ("json", T.TEXT),
        ("text[]", T.TEXT),
        ("int", T.TEXT),
        ("time", T.TIME),
        ("text", T.DATE),
        ("int", T.YES_NO),
        ("money", T.DECIMAL),
    ],
)
def test_a_column_of_another_type_is_refused(database, source, kept, type_):
    table(database, kept)
    problem = refusal(source.check, {"x": type_})
    assert (type(problem), problem.code) == (Refused, "source.type")
    assert problem.params == {"dataset": "people", "column": "x", "type": type_}


def test_a_type_of_the_same_name_elsewhere_is_another_type(database, source):
    database.execute("CREATE DOMAIN held.text AS pg_catalog.text")
    table(database, "held.text")
    assert refusal(source.check, {"x": T.TEXT}).code == "source.type"


@pytest.mark.parametrize(
    ("kept", "type_", "value"),
    [
        ("date", T.DATE, "infinity"),
        ("date", T.DATE, "0044-03-15 BC"),
        ("date", T.DATE, "10000-01-01"),
        ("timestamptz", T.TIME, "-infinity"),
        ("timestamp", T.TIME, "0044-03-15 00:00:00 BC"),
        ("float8", T.DECIMAL, "NaN"),
        ("float4", T.DECIMAL, "Infinity"),
        ("numeric(5, 2)", T.DECIMAL, "NaN"),
    ],
)
def test_a_value_that_has_no_name_is_refused(database, source, kept, type_, value):
    table(database, kept, value)
    problem = refusal(given, source, type_)
    assert (type(problem), problem.code) == (Refused, "source.value")
    assert problem.params == {"dataset": "people", "column": "x"}


def test_times_are_utc_whatever_the_server_thinks(database, source):
    database.execute("ALTER ROLE test SET TimeZone = 'America/New_York'")
    database.execute("ALTER ROLE test SET DateStyle = 'German'")
    try:
        table(database, "timestamp", "2024-07-01 12:00:00.25")
        naive = given(source, T.TIME)
        table(database, "timestamptz", "2024-07-01 14:00:00.25+02")
        assert given(source, T.TIME) == naive
        assert naive[0].isoformat() == "2024-07-01T12:00:00.250000+00:00"
    finally:
        database.execute("ALTER ROLE test RESET ALL")


def test_text_is_compared_by_code_point_or_refused(database, source):
    database.execute(
        "CREATE COLLATION held.loose (provider = icu, locale = 'und-u-ks-level2',"
        " deterministic = false)"
    )
    table(database, "text COLLATE held.loose", "Ab")
    assert refusal(source.check, {"x": T.TEXT}).code == "source.type"
    table(database, 'text COLLATE "en-x-icu"', "a", "B")
    assert given(source, T.TEXT, rows=[Compare("x", T.TEXT, "at-least", ("a",))]) == ["a"]


def test_an_index_can_be_used(database, source):
    table(database, "text", "a")
    database.execute("CREATE INDEX ON held.people (x)")
    database.execute("SET enable_seqscan = off")
    made = plan(Field("x", "x", T.TEXT), rows=[Compare("x", T.TEXT, "one-of", ("a",))])
    query = rows_query(made, source.table, source.dialect)
    steps = psycopg.RawCursor(database).execute(f"EXPLAIN {query.sql}", query.values).fetchall()
    assert "Index" in str(steps)


def test_what_is_read_is_as_it_was_at_one_moment(database, source):
    table(database, "int")
    database.execute("INSERT INTO held.people SELECT generate_series(1, 1000)")
    query = rows_query(plan(Field("x", "x", T.INTEGER)), source.table, source.dialect)
    with source.batches(query, {}, rows=100) as batches:
        count = next(batches).num_rows
        database.execute("DELETE FROM held.people")
        count += sum(batch.num_rows for batch in batches)
    assert count == 1000


def test_nothing_can_be_written(database, source):
    table(database, "int")
    with source._session({}) as connection:
        for statement in (
            "INSERT INTO held.people VALUES (1)",
            "CREATE TABLE held.other (x int)",
            "CREATE TEMP TABLE other (x int)",
        ):
            with pytest.raises(psycopg.errors.ReadOnlySqlTransaction):
                connection.execute(statement)
            connection.rollback()


def test_functions_of_others_are_not_called(database, source):
    database.execute(
        "CREATE FUNCTION public.length(varchar) RETURNS int LANGUAGE sql AS 'SELECT 6'"
    )
    try:
        table(database, "varchar", "too long by far")
        from answerable.model.limits import Coarsening

        short = plan(Field("x", "x", T.TEXT, Coarsening.POSTCODE_DISTRICT))
        assert rows_of(source, short) == [(None,)]
    finally:
        database.execute("DROP FUNCTION public.length(varchar)")


def test_a_slow_database_is_given_up(database, source, tmp_path):
    table(database, "int", 1)
    database.execute("CREATE VIEW held.slow AS SELECT x, pg_sleep(60)::text AS y FROM held.people")
    impatient = open_connector(described(table="slow", seconds=1), tmp_path)
    problem = refusal(rows_of, impatient, plan(Field("y", "y", T.TEXT)))
    assert (type(problem), problem.code) == (Broken, "source.unreachable")


def test_a_table_that_fails_is_refused_without_a_word_of_the_data(database, source, tmp_path):
    table(database, "text", "secret")
    database.execute("CREATE VIEW held.bad AS SELECT CAST(x AS int) AS x FROM held.people")
    bad = open_connector(described(table="bad"), tmp_path)
    problem = refusal(given, bad, T.INTEGER)
    assert (type(problem), problem.code) == (Refused, "source.form")


def test_the_version_follows_the_data_beneath_a_view(database, source, tmp_path, postgres):  # noqa: F811
    table(database, "int", 1)
    database.execute("CREATE VIEW held.first AS SELECT x FROM held.people")
    database.execute("CREATE VIEW held.second AS SELECT x FROM held.first")
    above = open_connector(described(table="second"), tmp_path)
    for change in (
        "INSERT INTO held.people VALUES (2)",
        "UPDATE held.people SET x = 3",
        "DELETE FROM held.people WHERE x = 3",
        "TRUNCATE held.people",
    ):
        before = settled(above, database)
        database.execute(change)
        assert settled(above, database) != before


def settled(source, database):
    database.execute("SELECT pg_stat_force_next_flush()")
    database.execute("SELECT 1")
    return source.version()


@pytest.mark.parametrize("address", ["host=/nowhere dbname=x", "not an address", ""])
def test_a_database_that_is_not_there_is_unreachable(monkeypatch, tmp_path, address):
    monkeypatch.setenv("PEOPLE_ADDRESS", address)
    monkeypatch.setenv("PGHOST", "/nowhere")
    problem = refusal(open_connector(described(), tmp_path).check, {"x": T.TEXT})
    assert type(problem) is Broken
    assert problem.code == "source.unreachable"
    assert problem.params == {"place": "people"}


def test_an_address_that_is_not_there_is_missed(monkeypatch, tmp_path):
    monkeypatch.delenv("PEOPLE_ADDRESS", raising=False)
    problem = refusal(open_connector(described(), tmp_path).check, {})
    assert (type(problem), problem.code) == (Broken, "source.secret")
    assert problem.params == {"dataset": "people", "place": "PEOPLE_ADDRESS"}
    file = described(address_variable=None, address_file="address")
    assert refusal(open_connector(file, tmp_path).check, {}).params["place"] == "address"


def test_a_gateway_without_the_driver_says_so(monkeypatch, source):
    monkeypatch.setitem(sys.modules, "psycopg", None)
    problem = refusal(source.check, {"x": T.TEXT})
    assert (type(problem), problem.code) == (Broken, "source.driver")


def test_a_long_list_of_people_is_left_out(database, source):
    table(database, "int")
    database.execute("INSERT INTO held.people SELECT generate_series(1, 20000)")
    made = plan(Field("x", "x", T.INTEGER), subject=subject(T.INTEGER, "x"), left_out=["l"])
    query = rows_query(made, source.table, source.dialect)
    lists = {"l": [str(number) for number in range(2, 20001)]}
    assert cells(source, query, lists) == [(1,)]
    assert lookup_of(source, made, "2", left_out=lists) == []
