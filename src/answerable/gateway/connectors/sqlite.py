"""A table in a SQLite file, opened to be read and nothing else."""

import re
import sqlite3
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any, Final

import pyarrow as pa

from answerable.gateway.compile import Dialect, Query
from answerable.gateway.connectors.connector import BATCH_ROWS
from answerable.gateway.connectors.described import SqliteSource, full
from answerable.gateway.connectors.fitting import (
    Array,
    fit,
    left_out_pairs,
    read_days,
    read_times,
    unfit,
)
from answerable.gateway.connectors.places import Opened, file_version, opened
from answerable.model.dataset import ColumnType
from answerable.model.errors import AnswerableError, Broken, Refused

_BUSY_SECONDS: Final = 5.0
_TIME: Final = r"^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}Z\z"
_NOT_TEXT: Final = re.compile(r"Could not decode to UTF-8 column 'c([0-9]+)' ")
_UNREACHABLE = frozenset(
    {sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_PERM, sqlite3.SQLITE_BUSY, sqlite3.SQLITE_IOERR}
)

_NUMERIC = frozenset({"INTEGER", "NUMERIC", ""})
_KEPT: Mapping[ColumnType, frozenset[str]] = {
    ColumnType.TEXT: frozenset({"TEXT", ""}),
    ColumnType.CODE: frozenset({"TEXT", ""}),
    ColumnType.INTEGER: frozenset({"INTEGER", ""}),
    ColumnType.DECIMAL: _NUMERIC | {"REAL"},
    ColumnType.DATE: frozenset({"TEXT", "NUMERIC", ""}),
    ColumnType.TIME: frozenset({"TEXT", "NUMERIC", ""}),
    ColumnType.YES_NO: _NUMERIC,
}


class Sqlite:
    """A table or view of one SQLite file."""

    dialect = Dialect.SQLITE

    def __init__(self, described: SqliteSource, home: Path) -> None:
        self.table = described.table("main", described.table_)
        self._dataset = described.dataset
        self._relation = described.table_
        self._path = full(described.path, home)

    def check(self, wanted: Mapping[str, ColumnType]) -> None:
        with self._session(wanted):
            pass

    def version(self) -> str:
        log = self._path.with_name(f"{self._path.name}-wal")
        paths = [self._path, log] if log.exists() else [self._path]
        return file_version(self._dataset, paths)

    @contextmanager
    def batches(
        self, query: Query, left_out: Mapping[str, Collection[str]], *, rows: int = BATCH_ROWS
    ) -> Iterator[Iterator[pa.RecordBatch]]:
        pairs = left_out_pairs(self._dataset, query, left_out)
        with self._session(query.reads) as (connection, files):
            if query.left_out:
                _fill(connection, pairs)
            yield self._stream(connection, files, query, rows)

    def _stream(
        self, connection: sqlite3.Connection, files: Opened, query: Query, rows: int
    ) -> Iterator[pa.RecordBatch]:
        first = True
        try:
            answer = connection.execute(query.sql, query.values)
            while (found := answer.fetchmany(rows)) or first:
                self._require_unmoved(connection, files)
                columns = list(zip(*found, strict=True)) or [()] * len(query.columns)
                yield fit(self._dataset, query, self._arrays(query, columns))
                first = False
        except sqlite3.Error as problem:
            raise self._told(problem, files, query) from None

    def _arrays(self, query: Query, columns: Sequence[Sequence[Any]]) -> list[Array]:
        arrays = []
        for name, type_, values in zip(query.columns, query.types, columns, strict=True):
            try:
                arrays.append(_READS[type_](values))
            except (pa.ArrowException, ValueError, TypeError, OverflowError):
                raise unfit(self._dataset, name) from None
        return arrays

    def _require_unmoved(self, connection: sqlite3.Connection, files: Opened) -> None:
        """Refuse a file that was written into behind SQLite's back.

        While we read, nobody who uses SQLite writes into it, unless a log is kept beside the file
        and moved into it: then our snapshot stays whole.
        """
        if files.moved and _pragma(connection, "journal_mode") != "wal":
            raise Refused("source.moved", dataset=self._dataset)

    @contextmanager
    def _session(
        self, wanted: Mapping[str, ColumnType]
    ) -> Iterator[tuple[sqlite3.Connection, Opened]]:
        with opened(self._dataset, [self._path], hold=False) as files:
            try:
                connection = self._connect()
            except sqlite3.Error as problem:
                raise self._told(problem, files) from None
            with closing(connection):
                try:
                    kept = _kept(connection, self._relation)
                except sqlite3.Error as problem:
                    raise self._told(problem, files) from None
                if not kept:
                    raise Broken("source.unreachable", place=self._dataset)
                self._require(kept, wanted)
                yield connection, files

    def _connect(self) -> sqlite3.Connection:
        connection = sqlite3.connect(
            f"{self._path.as_uri()}?mode=ro",
            uri=True,
            timeout=_BUSY_SECONDS,
            isolation_level=None,
            check_same_thread=False,
        )
        connection.setlimit(sqlite3.SQLITE_LIMIT_ATTACHED, 0)
        connection.execute("PRAGMA trusted_schema = OFF")
        connection.execute("PRAGMA cell_size_check = ON")
        connection.execute("PRAGMA temp_store = MEMORY")
        return connection

    def _require(self, kept: Mapping[str, str], wanted: Mapping[str, ColumnType]) -> None:
        for column, type_ in wanted.items():
            declared = kept.get(self.table.source_name(column))
            if declared is None:
                raise Refused("source.column", dataset=self._dataset, column=column)
            if affinity(declared) not in _KEPT[type_]:
                raise Refused("source.type", dataset=self._dataset, column=column, type=type_)

    def _told(
        self, problem: sqlite3.Error, files: Opened, query: Query | None = None
    ) -> AnswerableError:
        """Say what went wrong without what SQLite says: it quotes the data."""
        cell = _NOT_TEXT.match(str(problem))
        if cell and query:
            return unfit(self._dataset, query.columns[int(cell[1])])
        if files.moved:
            return Refused("source.moved", dataset=self._dataset)
        if getattr(problem, "sqlite_errorcode", 0) & 0xFF in _UNREACHABLE:
            return Broken("source.unreachable", place=self._dataset)
        return Refused("source.form", dataset=self._dataset)


def affinity(declared: str) -> str:
    """Tell how SQLite treats a column that was declared so (section 3.1 of its types).

    >>> affinity("varchar(20)"), affinity("bigint"), affinity("boolean"), affinity("")
    ('TEXT', 'INTEGER', 'NUMERIC', '')
    """
    said = declared.upper()
    if "INT" in said:
        return "INTEGER"
    if any(part in said for part in ("CHAR", "CLOB", "TEXT")):
        return "TEXT"
    if not said or "BLOB" in said:
        return ""
    return "REAL" if any(part in said for part in ("REAL", "FLOA", "DOUB")) else "NUMERIC"


def _kept(connection: sqlite3.Connection, relation: str) -> dict[str, str]:
    """Give the declared type of each column."""
    rows = connection.execute(
        "SELECT name, type FROM pragma_table_xinfo(?, 'main') WHERE hidden <> 1", (relation,)
    )
    return dict(rows.fetchall())


def _pragma(connection: sqlite3.Connection, name: str) -> str:
    return str(connection.execute(f"PRAGMA main.{name}").fetchone()[0])


def _fill(connection: sqlite3.Connection, pairs: Iterator[tuple[str, str]]) -> None:
    connection.execute(
        "CREATE TEMP TABLE left_out"
        " (list TEXT, subject TEXT, PRIMARY KEY (subject, list)) WITHOUT ROWID"
    )
    connection.execute("BEGIN")
    connection.executemany("INSERT INTO temp.left_out VALUES (?, ?)", pairs)
    connection.execute("COMMIT")


def _of(kinds: set[type], type_: pa.DataType) -> Callable[[Sequence[Any]], Array]:
    """Read values of exactly these kinds, or none."""
    known = kinds | {type(None)}

    def read(values: Sequence[Any]) -> Array:
        if not set(map(type, values)) <= known:
            raise ValueError
        return pa.array(values, type_)

    return read


_texts = _of({str}, pa.string())
_integers = _of({int}, pa.int64())


def _yes_no(values: Sequence[Any]) -> Array:
    if not set(values) <= {0, 1, None}:
        raise ValueError
    return _integers(values).cast(pa.bool_())


_READS: Mapping[ColumnType, Callable[[Sequence[Any]], Array]] = {
    ColumnType.TEXT: _texts,
    ColumnType.CODE: _texts,
    ColumnType.INTEGER: _integers,
    ColumnType.DECIMAL: _of({int, float}, pa.float64()),
    ColumnType.DATE: lambda values: read_days(_texts(values)),
    ColumnType.TIME: lambda values: read_times(_texts(values), _TIME),
    ColumnType.YES_NO: _yes_no,
}
