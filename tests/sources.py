"""The same table in every kind of source."""

import itertools
import sqlite3
from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime
from pathlib import Path
from typing import Any

import duckdb
import psycopg
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from psycopg import sql

from answerable.gateway.compile import count_query, lookup_query, places_query, rows_query
from answerable.gateway.connectors import (
    CsvSource,
    DuckdbSource,
    ParquetSource,
    PostgresSource,
    SqliteSource,
    open_connector,
)
from answerable.model.dataset import Column, ColumnType, Sensitivity
from answerable.model.errors import AnswerableError
from answerable.model.limits import Pattern
from answerable.terms.plan import Compare, Field, Plan

KINDS = ("parquet", "csv", "duckdb", "sqlite", "postgres")
FILES = ("parquet", "csv", "duckdb")
RELATION = "peo\"ple's %s"

ARROW = {
    ColumnType.TEXT: pa.string(),
    ColumnType.CODE: pa.string(),
    ColumnType.INTEGER: pa.int64(),
    ColumnType.DECIMAL: pa.float64(),
    ColumnType.DATE: pa.date32(),
    ColumnType.TIME: pa.timestamp("us", "UTC"),
    ColumnType.YES_NO: pa.bool_(),
}
SQLITE = dict.fromkeys(ColumnType, "TEXT") | {
    ColumnType.INTEGER: "BIGINT",
    ColumnType.DECIMAL: "REAL",
    ColumnType.YES_NO: "BOOLEAN",
}
SQL = {
    ColumnType.TEXT: "TEXT",
    ColumnType.CODE: "VARCHAR",
    ColumnType.INTEGER: "BIGINT",
    ColumnType.DECIMAL: "DOUBLE PRECISION",
    ColumnType.DATE: "DATE",
    ColumnType.TIME: "TIMESTAMPTZ",
    ColumnType.YES_NO: "BOOLEAN",
}

Columns = Mapping[str, tuple[str, ColumnType]]
"""By catalogue name: the name in the source, and the type."""
Rows = Sequence[Sequence[Any]]


class Sources:
    """Makes sources of every kind from the same cells."""

    def __init__(self, folder: Path, address: Callable[[], str]) -> None:
        self.folder = folder
        self._address = address
        self._numbers = itertools.count()

    def make(self, kind: str, columns: Columns, rows: Rows):
        """Give a connector for a new table with these cells."""
        described = getattr(self, kind)(columns, rows)
        return open_connector(described, self.folder)

    def said(self, columns: Columns) -> dict[str, Any]:
        names = {name: source for name, (source, _) in columns.items()}
        return {"dataset": "people", "columns": names}

    def path(self, ending: str) -> Path:
        return self.folder / f"it's %s{next(self._numbers)}.{ending}"

    def parquet(self, columns: Columns, rows: Rows) -> ParquetSource:
        path = self.path("parquet")
        write_parquet(path, columns, rows)
        return ParquetSource(kind="parquet", paths=(path.name,), **self.said(columns))

    def csv(self, columns: Columns, rows: Rows) -> CsvSource:
        path = self.path("csv")
        write_csv(path, columns, rows)
        return CsvSource(kind="csv", paths=(path.name,), **self.said(columns))

    def duckdb(self, columns: Columns, rows: Rows) -> DuckdbSource:
        path = self.path("duckdb")
        write_duckdb(path, columns, rows)
        return DuckdbSource(kind="duckdb", path=path.name, table=RELATION, **self.said(columns))

    def sqlite(self, columns: Columns, rows: Rows) -> SqliteSource:
        path = self.path("sqlite")
        write_sqlite(path, columns, rows)
        return SqliteSource(kind="sqlite", path=path.name, table=RELATION, **self.said(columns))

    def postgres(self, columns: Columns, rows: Rows) -> PostgresSource:
        table = f"{RELATION} {next(self._numbers)}"
        write_postgres(self._address(), table, columns, rows)
        (self.folder / "address").write_text(self._address() + "\n", "utf-8")
        return PostgresSource(
            kind="postgres", address_file="address", table=table, **self.said(columns)
        )


def arrow(columns: Columns, rows: Rows) -> pa.Table:
    cells = list(zip(*rows, strict=True)) or [()] * len(columns)
    kept = zip(columns.values(), cells, strict=True)
    arrays = {name: pa.array(values, ARROW[type_]) for (name, type_), values in kept}
    return pa.table(arrays)


def write_parquet(path: Path, columns: Columns, rows: Rows) -> None:
    pq.write_table(arrow(columns, rows), path)


def write_csv(path: Path, columns: Columns, rows: Rows) -> None:
    """Write empty text as ``""``, which Python's own writer cannot do apart from no value."""
    header = [name for name, _ in columns.values()]
    lines = [",".join(map(_quoted, header))]
    lines += [",".join("" if c is None else _quoted(written(c)) for c in row) for row in rows]
    path.write_text("".join(f"{line}\n" for line in lines), "utf-8", newline="")


def _quoted(said: str) -> str:
    plain = said and not set(said) & set(',"\r\n') and said == said.strip()
    return said if plain else '"' + said.replace('"', '""') + '"'


def written(cell: Any) -> str:
    match cell:
        case bool():
            return "yes" if cell else "no"
        case datetime():
            return f"{cell.replace(tzinfo=None).isoformat()}Z"
        case date():
            return cell.isoformat()
        case _:
            return str(cell)


def identifier(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def declared(columns: Columns, types: Mapping[ColumnType, str]) -> str:
    return ", ".join(f"{identifier(name)} {types[type_]}" for name, type_ in columns.values())


def write_duckdb(path: Path, columns: Columns, rows: Rows) -> None:
    cells = arrow(columns, rows)
    with duckdb.connect(str(path)) as connection:
        connection.execute("SET TimeZone = 'UTC'")
        table = identifier(RELATION)
        connection.execute(f"CREATE TABLE {table} ({declared(columns, SQL)})")
        connection.register("cells", cells)
        connection.execute(f"INSERT INTO {table} SELECT * FROM cells")  # noqa: S608


def write_sqlite(path: Path, columns: Columns, rows: Rows) -> None:
    marks = ", ".join("?" * len(columns))
    connection = sqlite3.connect(path)
    connection.execute(f"CREATE TABLE {identifier(RELATION)} ({declared(columns, SQLITE)})")
    kept = [[sqlite_cell(cell) for cell in row] for row in rows]
    connection.executemany(f"INSERT INTO {identifier(RELATION)} VALUES ({marks})", kept)  # noqa: S608
    connection.commit()
    connection.close()


def sqlite_cell(cell: Any) -> Any:
    if isinstance(cell, bool):
        return int(cell)
    return written(cell) if isinstance(cell, date) else cell


def write_postgres(address: str, table: str, columns: Columns, rows: Rows) -> None:
    made = ", ".join(f"{identifier(name)} {SQL[type_]}" for name, type_ in columns.values())
    with psycopg.connect(address) as connection:
        connection.execute(f"CREATE TABLE {identifier(table)} ({made})".encode())
        copy = sql.SQL("COPY {} FROM STDIN").format(sql.Identifier(table))
        with connection.cursor().copy(copy) as copied:
            for row in rows:
                copied.write_row(row)


# --- plans


def subject(type_: ColumnType = ColumnType.CODE, name: str = "person") -> Column:
    title = {"en": name}
    return Column(column=name, title=title, type=type_, sensitivity=Sensitivity.PERSONAL)


def plan(*fields: Field, rows: Sequence[Compare] = (), left_out=(), by=None, subject=None) -> Plan:
    return Plan("people", Pattern.BULK, fields, tuple(rows), subject, tuple(left_out))


def answer(connector, query, left_out=None, **more) -> pa.Table:
    with connector.batches(query, left_out or {}, **more) as batches:
        return pa.Table.from_batches(list(batches))


def cells(connector, query, left_out=None) -> list[tuple[Any, ...]]:
    table = answer(connector, query, left_out)
    return list(zip(*(column.to_pylist() for column in table.columns), strict=True))


def rows_of(connector, made: Plan, left_out=None, **more):
    return cells(connector, rows_query(made, connector.table, connector.dialect, **more), left_out)


def lookup_of(connector, made: Plan, subject: str, places=None, left_out=None):
    query = lookup_query(made, connector.table, connector.dialect, subject, places)
    return cells(connector, query, left_out)


def places_of(connector, made: Plan, areas, subject: str, left_out=None):
    query = places_query(made, connector.table, connector.dialect, areas, subject)
    return cells(connector, query, left_out)


def counts_of(connector, made: Plan, by=None, left_out=None):
    return cells(connector, count_query(made, connector.table, connector.dialect, by), left_out)


def refusal(act, *arguments, **named) -> AnswerableError:
    """Give what was raised; no error of a database, which may quote the data, comes along."""
    with pytest.raises(AnswerableError) as caught:
        act(*arguments, **named)
    problem = caught.value
    assert problem.__context__ is None or problem.__suppress_context__
    return problem
