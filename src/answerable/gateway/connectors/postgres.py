"""A table in a PostgreSQL database, read in one transaction that cannot write."""

import os
import re
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager, suppress
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import pyarrow as pa

from answerable.gateway.compile import Dialect, Query
from answerable.gateway.connectors.connector import BATCH_ROWS
from answerable.gateway.connectors.described import PostgresSource, full
from answerable.gateway.connectors.fitting import (
    Array,
    fit,
    left_out_pairs,
    read_days,
    read_times,
    unfit,
)
from answerable.model.dataset import ColumnType
from answerable.model.errors import AnswerableError, Broken, Refused

if TYPE_CHECKING:
    import psycopg

_TIME: Final = r"^[0-9]{4}-[0-9]{2}-[0-9]{2} [0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]{1,6})?\+00\z"
_WIDEST: Final = 38
_SETTINGS = (
    "SET default_transaction_read_only = on",
    "SET TimeZone = 'UTC'",
    "SET DateStyle = 'ISO'",
    "SET client_encoding = 'UTF8'",
    "SET search_path = pg_catalog",
)
_COLUMNS: Final = """
SELECT a.attname, format_type(a.atttypid, a.atttypmod), coalesce(l.collisdeterministic, true)
FROM pg_attribute AS a
JOIN pg_class AS c ON c.oid = a.attrelid
JOIN pg_namespace AS n ON n.oid = c.relnamespace
LEFT JOIN pg_collation AS l ON l.oid = a.attcollation
WHERE n.nspname = $1 AND c.relname = $2 AND a.attnum > 0 AND NOT a.attisdropped
"""
_VERSION: Final = """
WITH RECURSIVE reached (oid) AS (
    SELECT c.oid FROM pg_class AS c JOIN pg_namespace AS n ON n.oid = c.relnamespace
    WHERE n.nspname = $1 AND c.relname = $2
    UNION
    SELECT beneath.oid FROM reached JOIN (
        SELECT r.ev_class AS above, d.refobjid AS oid FROM pg_rewrite AS r
        JOIN pg_depend AS d ON d.classid = 'pg_rewrite'::regclass AND d.objid = r.oid
        WHERE d.refclassid = 'pg_class'::regclass
        UNION ALL SELECT inhparent, inhrelid FROM pg_inherits
    ) AS beneath ON beneath.above = reached.oid
)
SELECT concat(pg_postmaster_start_time(), ' ', string_agg(concat_ws('.', c.oid, c.relfilenode,
    pg_stat_get_tuples_inserted(c.oid), pg_stat_get_tuples_updated(c.oid),
    pg_stat_get_tuples_deleted(c.oid)), ' ' ORDER BY c.oid))
FROM reached JOIN pg_class AS c ON c.oid = reached.oid
"""
_KEPT = {
    ColumnType.TEXT: re.compile(r"text|character varying(\(\d+\))?"),
    ColumnType.CODE: re.compile(r"text|character varying(\(\d+\))?"),
    ColumnType.INTEGER: re.compile("smallint|integer|bigint"),
    ColumnType.DECIMAL: re.compile(r"real|double precision|numeric\((?P<digits>\d+),\d+\)"),
    ColumnType.DATE: re.compile("date"),
    ColumnType.TIME: re.compile(r"timestamp(\(\d\))? (without|with) time zone"),
    ColumnType.YES_NO: re.compile("boolean"),
}


class Postgres:
    """A table or view of a PostgreSQL database."""

    dialect = Dialect.POSTGRES

    def __init__(self, described: PostgresSource, home: Path) -> None:
        self.table = described.table(described.schema_, described.table_)
        self._described = described
        self._dataset = described.dataset
        self._home = home

    def check(self, wanted: Mapping[str, ColumnType]) -> None:
        with self._session(wanted):
            pass

    def version(self) -> str:
        """Give what PostgreSQL counts of changes to the table and those beneath a view.

        The counts follow a change by about a second. Foreign tables and functions are not
        counted.
        """
        with self._session({}) as connection, self._telling():
            found = self._ask(connection, _VERSION)
        return str(found[0][0])

    @contextmanager
    def batches(
        self, query: Query, left_out: Mapping[str, Collection[str]], *, rows: int = BATCH_ROWS
    ) -> Iterator[Iterator[pa.RecordBatch]]:
        pairs = list(left_out_pairs(self._dataset, query, left_out))
        arrays = [[pair[0] for pair in pairs], [pair[1] for pair in pairs]]
        values = [*(arrays if query.left_out else ()), *query.values]
        with self._session(query.reads) as connection, _cursor(connection) as answer:
            yield self._stream(answer, query, values, rows)

    def _stream(
        self, answer: "psycopg.RawServerCursor", query: Query, values: Sequence[Any], rows: int
    ) -> Iterator[pa.RecordBatch]:
        with self._telling():
            answer.execute(query.sql.encode(), values)
            found = answer.fetchmany(rows)
        decimals = [_decimal(column) for column in answer.description or ()]
        yield self._batch(query, decimals, found)
        while len(found) == rows:
            with self._telling():
                found = answer.fetchmany(rows)
            if found:
                yield self._batch(query, decimals, found)

    def _batch(
        self, query: Query, decimals: Sequence[pa.DataType], rows: Sequence[Sequence[Any]]
    ) -> pa.RecordBatch:
        columns = list(zip(*rows, strict=True)) or [()] * len(query.columns)
        arrays = []
        for at, (name, type_) in enumerate(zip(query.columns, query.types, strict=True)):
            try:
                arrays.append(_read(type_, decimals[at], columns[at]))
            except (pa.ArrowException, ValueError, TypeError, OverflowError):
                raise unfit(self._dataset, name) from None
        return fit(self._dataset, query, arrays)

    @contextmanager
    def _session(self, wanted: Mapping[str, ColumnType]) -> Iterator["psycopg.Connection"]:
        with self._telling():
            connection = self._connect()
        with closing(connection):
            with self._telling():
                kept = self._ask(connection, _COLUMNS)
            if not kept:
                raise Broken("source.unreachable", place=self._dataset)
            self._require({row[0]: (row[1], row[2]) for row in kept}, wanted)
            yield connection

    def _connect(self) -> "psycopg.Connection":
        driver = _driver()
        try:
            connection: psycopg.Connection = driver.connect(self._address(), autocommit=True)
        except driver.Error:
            raise Broken("source.unreachable", place=self._dataset) from None
        try:
            for setting in _SETTINGS:
                connection.execute(setting)
            connection.execute(f"SET statement_timeout = '{self._described.seconds}s'")
            for type_ in ("date", "timestamptz"):
                connection.adapters.register_loader(type_, driver.types.string.TextLoader)
            connection.autocommit = False
            connection.read_only = True
            connection.isolation_level = driver.IsolationLevel.REPEATABLE_READ
        except BaseException:
            connection.close()
            raise
        return connection

    def _address(self) -> str:
        variable, file = self._described.address_variable, self._described.address_file
        place = str(variable or file)
        try:
            said = os.environ[place] if variable else full(place, self._home).read_text("utf-8")
        except (KeyError, OSError, ValueError):
            raise Broken("source.secret", dataset=self._dataset, place=place) from None
        return said.strip()

    def _ask(self, connection: "psycopg.Connection", statement: str) -> list[tuple[Any, ...]]:
        names = [self._described.schema_, self._described.table_]
        cursor = _driver().RawCursor(connection)
        found: list[tuple[Any, ...]] = cursor.execute(statement, names).fetchall()
        return found

    def _require(
        self, kept: Mapping[str, tuple[str, bool]], wanted: Mapping[str, ColumnType]
    ) -> None:
        for column, type_ in wanted.items():
            found, plain = kept.get(self.table.source_name(column), ("", True))
            if not found:
                raise Refused("source.column", dataset=self._dataset, column=column)
            fits = _KEPT[type_].fullmatch(found)
            if not fits or not plain or int(fits.groupdict().get("digits") or 0) > _WIDEST:
                raise Refused("source.type", dataset=self._dataset, column=column, type=type_)

    @contextmanager
    def _telling(self) -> Iterator[None]:
        """Say what went wrong without what the database says: it quotes the data."""
        try:
            yield
        except _driver().Error as problem:
            raise self._told(problem) from None

    def _told(self, problem: Exception) -> AnswerableError:
        driver = _driver()
        if isinstance(problem, driver.OperationalError | driver.InterfaceError):
            return Broken("source.unreachable", place=self._dataset)
        return Refused("source.form", dataset=self._dataset)


def _driver() -> Any:
    """Give the driver, which not every gateway needs.

    Raises:
        Broken: ``source.driver``.
    """
    try:
        return import_module("psycopg")
    except ImportError:
        raise Broken("source.driver") from None


@contextmanager
def _cursor(connection: "psycopg.Connection") -> Iterator["psycopg.RawServerCursor"]:
    """Lend a cursor that the server keeps, and close it whatever became of the connection."""
    driver = _driver()
    cursor: psycopg.RawServerCursor = driver.RawServerCursor(connection, "answer")
    try:
        yield cursor
    finally:
        with suppress(driver.Error):
            cursor.close()


def _decimal(column: Any) -> pa.DataType:
    """Give the Arrow type of a column if it holds decimals."""
    if column.precision is None:
        return pa.float64()
    return pa.decimal128(column.precision, column.scale)


_TYPES = {
    ColumnType.TEXT: pa.string(),
    ColumnType.CODE: pa.string(),
    ColumnType.INTEGER: pa.int64(),
    ColumnType.YES_NO: pa.bool_(),
}
_WRITTEN: Mapping[ColumnType, Callable[[Array], Array]] = {
    ColumnType.DATE: read_days,
    ColumnType.TIME: lambda texts: read_times(texts, _TIME),
}


def _read(type_: ColumnType, decimal: pa.DataType, values: Sequence[Any]) -> Array:
    if type_ in _WRITTEN:
        return _WRITTEN[type_](pa.array(values, pa.string()))
    return pa.array(values, _TYPES.get(type_, decimal))
