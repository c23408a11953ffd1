"""A keyed copy of what may be looked up: only the columns that some agreement grants, by subject.

A store made for whole tables takes a thousand times longer to find one row, so lookups are answered
from a small SQLite file beside the gateway. It is made anew from the source, beside the old one,
and takes its place at once: a lookup sees the one or the other, whole.
"""

import sqlite3
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, Final

import pyarrow as pa

from answerable.gateway.compile import Query, Table, rows_query
from answerable.gateway.connectors import Connector
from answerable.model.base import moment_text
from answerable.model.dataset import Column, ColumnType
from answerable.model.errors import Broken, Refused
from answerable.model.limits import Pattern
from answerable.store.files import private_directory, writing_to
from answerable.terms import Plan
from answerable.terms.plan import Field

_RELATION: Final = "subjects"
_ROWS: Final = 16_384


@dataclass(frozen=True, slots=True)
class Shape:
    """What a copy must hold.

    Attributes:
        subject: the column by which rows are found.
        columns: catalogue columns with their types, the subject's among them.
    """

    dataset: str
    subject: Column
    columns: tuple[tuple[str, ColumnType], ...]

    @property
    def table(self) -> Table:
        """How the copy is read: its columns have the names of the catalogue."""
        return Table((_RELATION,), {name: name for name, _ in self.columns})


class ReadModel:
    """One copy of one dataset, open for lookups; opt-outs are read from the vault as they are."""

    def __init__(self, shape: Shape, path: Path, vault: Path) -> None:
        self.shape = shape
        self._path = path
        self._connection = sqlite3.connect(
            f"{path.as_uri()}?mode=ro&immutable=1", uri=True, check_same_thread=False
        )
        self._connection.execute("ATTACH ? AS vault", (f"{vault.as_uri()}?mode=ro",))
        self._connection.execute(
            "CREATE TEMP VIEW left_out AS SELECT list, subject FROM vault.left_out"
        )
        self._connection.execute("PRAGMA query_only = ON")

    def check(self, plan: Plan) -> None:
        """Refuse a plan that needs more than the copy holds.

        Raises:
            Refused: ``source.preparing``: the copy is being made.
        """
        if not plan.reads.items() <= dict(self.shape.columns).items():
            raise Refused("source.preparing", dataset=plan.dataset)

    def ask(self, query: Query, values: Sequence[Any]) -> list[tuple[Any, ...]]:
        """Carry out a query with these values; some microseconds."""
        return self._connection.execute(query.sql, values).fetchall()

    def close(self) -> None:
        """Let go of the copy and remove it."""
        self._connection.close()
        with suppress(OSError):
            self._path.unlink()


def build(shape: Shape, connector: Connector, path: Path) -> None:
    """Copy from the source what lookups need.

    Raises:
        Refused: ``source.*`` when the source does not have it.
        Broken: ``source.unreachable``, ``store.full``, ``store.unwritable``.
    """
    private_directory(path.parent)
    connector.check(dict(shape.columns))
    with writing_to(path.name):
        path.unlink(missing_ok=True)
        path.touch(mode=0o600)
    connection = sqlite3.connect(path, isolation_level=None)
    try:
        connection.execute("PRAGMA journal_mode = OFF")
        connection.execute("PRAGMA synchronous = OFF")  # it is made anew at every start
        connection.execute("BEGIN")
        _fill(connection, shape, connector)
        connection.execute("COMMIT")
    except sqlite3.Error:
        path.unlink()
        raise Broken("store.unwritable", path=path.name) from None
    except BaseException:
        path.unlink()
        raise
    finally:
        connection.close()


def _fill(connection: sqlite3.Connection, shape: Shape, connector: Connector) -> None:
    """Names are those of the catalogue: lower-case words, so they are what they seem."""
    names = ", ".join(f'"{name}"' for name, _ in shape.columns)
    marks = ", ".join("?" * len(shape.columns))
    connection.execute(f'CREATE TABLE "{_RELATION}" ({names})')
    insert = f'INSERT INTO "{_RELATION}" VALUES ({marks})'  # noqa: S608 - see above
    connection.executemany(insert, _rows(shape, connector))
    connection.execute(f'CREATE INDEX "by_subject" ON "{_RELATION}" ("{shape.subject.column}")')


def _rows(shape: Shape, connector: Connector) -> Iterator[tuple[Any, ...]]:
    fields = tuple(Field(name, name, type_) for name, type_ in shape.columns)
    everything = Plan(shape.dataset, Pattern.BULK, fields)
    query = rows_query(everything, connector.table, connector.dialect)
    with connector.batches(query, {}, rows=_ROWS) as batches:
        for batch in batches:
            yield from zip(*map(_values, batch.columns), strict=True)


def _values(column: "pa.Array[Any]") -> list[Any]:
    """Write values as the compiler's SQLite reads them; times to the second."""
    write = _WRITTEN.get(column.type.id)
    values = column.to_pylist()
    return [value if value is None else write(value) for value in values] if write else values


_WRITTEN: Final[dict[int, Callable[[Any], Any]]] = {
    pa.bool_().id: int,
    pa.date32().id: date.isoformat,
    pa.timestamp("us").id: moment_text,
    pa.decimal128(1).id: float,
}
