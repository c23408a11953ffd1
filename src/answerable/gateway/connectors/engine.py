"""DuckDB, locked in: it lives in memory, reads the files it was given, and can reach no other."""

import re
from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import duckdb
import pyarrow as pa

from answerable.gateway.compile import Dialect, Query, Table
from answerable.gateway.connectors.connector import BATCH_ROWS
from answerable.gateway.connectors.described import EngineFields
from answerable.gateway.connectors.fitting import Array, fit, left_out_pairs, unfit
from answerable.gateway.connectors.places import Opened, file_version, opened
from answerable.model.dataset import ColumnType
from answerable.model.errors import AnswerableError, Broken, Refused

RELATION = "source"
_CELL = "answerable cell "
_DECIMAL = re.compile(r"FLOAT|DOUBLE|DECIMAL\(\d+,\d+\)")
_KEPT = {
    ColumnType.TEXT: re.compile("VARCHAR"),
    ColumnType.CODE: re.compile("VARCHAR"),
    ColumnType.INTEGER: re.compile("U?(TINYINT|SMALLINT|INTEGER)|BIGINT"),
    ColumnType.DECIMAL: _DECIMAL,
    ColumnType.DATE: re.compile("DATE"),
    ColumnType.TIME: re.compile("TIMESTAMP(_S|_MS|_NS| WITH TIME ZONE)?"),
    ColumnType.YES_NO: re.compile("BOOLEAN"),
}
_UNREACHABLE = (duckdb.IOException, duckdb.CatalogException, OSError)
_OPENING = {
    "autoinstall_known_extensions": False,
    "autoload_known_extensions": False,
    "python_enable_replacements": False,
    "python_scan_all_frames": False,
}
_SETTINGS = (
    "SET TimeZone = 'UTC'",
    "SET temp_directory = ''",
    "SET enable_external_file_cache = false",
    "SET allow_community_extensions = false",
    "SET enable_progress_bar = false",
)


@dataclass(frozen=True, slots=True)
class Shown:
    """What a kind of source has to show.

    Attributes:
        kept: the query whose columns and types are what the source has.
        view: the query that the view ``source`` stands for.
        before: a statement to run before, if any.
    """

    kept: str
    view: str
    before: str = ""


@dataclass(frozen=True, slots=True)
class Kind:
    """How one kind of files is read.

    Attributes:
        paths: the files or patterns.
        may_read: the names that DuckDB opens, given the files that are held open.
        show: what the view shows, given the columns that are wanted.
        hold: whether the files are held open and read by their descriptors.
        sidecars: files that change with them, if they are there.
    """

    paths: tuple[Path, ...]
    may_read: Callable[[Opened], tuple[str, ...]]
    show: Callable[[Opened, Mapping[str, ColumnType], Table], Shown]
    hold: bool = True
    sidecars: tuple[Path, ...] = ()


class Engine:
    """Files that DuckDB reads. Each stream has a DuckDB of its own."""

    dialect = Dialect.DUCKDB

    def __init__(self, described: EngineFields, kind: Kind) -> None:
        self.table = described.table(RELATION)
        self._described = described
        self._dataset = described.dataset
        self._kind = kind

    def check(self, wanted: Mapping[str, ColumnType]) -> None:
        with self._session(wanted):
            pass

    def version(self) -> str:
        sidecars = [path for path in self._kind.sidecars if path.exists()]
        return file_version(self._dataset, [*self._kind.paths, *sidecars])

    @contextmanager
    def batches(
        self, query: Query, left_out: Mapping[str, Collection[str]], *, rows: int = BATCH_ROWS
    ) -> Iterator[Iterator[pa.RecordBatch]]:
        pairs = list(left_out_pairs(self._dataset, query, left_out))
        with self._session(query.reads) as (connection, files):
            if query.left_out:
                connection.register("left_out", _left_out(pairs))
            connection.execute("SET lock_configuration = true")
            yield self._stream(connection, files, query, rows)

    def _stream(
        self, connection: duckdb.DuckDBPyConnection, files: Opened, query: Query, rows: int
    ) -> Iterator[pa.RecordBatch]:
        try:
            answer = connection.sql(query.sql, params=list(query.values)).to_arrow_reader(rows)
            arrays: list[Array] = [pa.array([], each.type) for each in answer.schema]
            batch = fit(self._dataset, query, arrays)
            for given in answer:
                files.require_unmoved()
                if batch.num_rows:
                    yield batch
                batch = fit(self._dataset, query, given.columns)
        except (duckdb.Error, pa.ArrowException, OSError) as problem:
            raise self._told(problem, files, query.reads) from None
        files.require_unmoved()
        yield batch

    @contextmanager
    def _session(
        self, wanted: Mapping[str, ColumnType]
    ) -> Iterator[tuple[duckdb.DuckDBPyConnection, Opened]]:
        with opened(self._dataset, self._kind.paths, hold=self._kind.hold) as files:
            shown = self._kind.show(files, wanted, self.table)
            with duckdb.connect(":memory:", config=self._config()) as connection:
                try:
                    self._lock_in(connection, files)
                    self._show(connection, shown, wanted)
                except (duckdb.Error, OSError) as problem:
                    raise self._told(problem, files, wanted) from None
                yield connection, files

    def _show(
        self,
        connection: duckdb.DuckDBPyConnection,
        shown: Shown,
        wanted: Mapping[str, ColumnType],
    ) -> None:
        if shown.before:
            connection.execute(shown.before)
        kept = connection.execute(f"DESCRIBE {shown.kept}").fetchall()
        self._require({row[0]: row[1] for row in kept}, wanted)
        connection.execute(f"CREATE TEMP VIEW {RELATION} AS {shown.view}")

    def _config(self) -> dict[str, str | bool | int | float | list[str]]:
        memory, threads = self._described.memory_mb, self._described.threads
        return {**_OPENING, "memory_limit": f"{memory}MiB", "threads": threads}

    def _lock_in(self, connection: duckdb.DuckDBPyConnection, files: Opened) -> None:
        for setting in _SETTINGS:
            connection.execute(setting)
        names = ", ".join(map(literal, self._kind.may_read(files)))
        connection.execute(f"SET allowed_paths = [{names}]")
        connection.execute("SET enable_external_access = false")

    def _require(self, kept: Mapping[str, str], wanted: Mapping[str, ColumnType]) -> None:
        for column, type_ in wanted.items():
            found = kept.get(self.table.source_name(column))
            if found is None:
                raise Refused("source.column", dataset=self._dataset, column=column)
            if not _KEPT[type_].fullmatch(found):
                raise Refused("source.type", dataset=self._dataset, column=column, type=type_)

    def _told(
        self, problem: Exception, files: Opened, reads: Mapping[str, ColumnType]
    ) -> AnswerableError:
        """Say what went wrong without what DuckDB says: it quotes the data."""
        cell = re.search(_CELL + r"(\d+)", str(problem))
        if files.moved:
            return Refused("source.moved", dataset=self._dataset)
        if cell:
            return unfit(self._dataset, list(reads)[int(cell[1])])
        if isinstance(problem, _UNREACHABLE):
            return Broken("source.unreachable", place=self._dataset)
        return Refused("source.form", dataset=self._dataset)


def bad_cell(position: int) -> str:
    """Write an expression that stops everything and names a column by its position."""
    return f"error('{_CELL}{position}')"


def literal(said: str) -> str:
    """Quote text of ours or of the configuration for a statement that takes no values."""
    return "'" + said.replace("'", "''") + "'"


def quoted(said: str) -> str:
    """Quote a name."""
    return '"' + said.replace('"', '""') + '"'


def _left_out(pairs: list[tuple[str, str]]) -> pa.Table:
    lists = pa.array([pair[0] for pair in pairs], pa.string())
    subjects = pa.array([pair[1] for pair in pairs], pa.string())
    return pa.table({"list": lists, "subject": subjects})
