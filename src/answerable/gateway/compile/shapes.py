"""What the compiler is told, and what it gives."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from answerable.model.dataset import ColumnType
from answerable.model.errors import Refused
from answerable.terms.plan import Value

SUBJECT = "__subject"
ROWS = "__rows"
PEOPLE = "__people"


class Dialect(StrEnum):
    """A language of queries that plans can be said in."""

    DUCKDB = "duckdb"
    SQLITE = "sqlite"
    POSTGRES = "postgres"


@dataclass(frozen=True, slots=True)
class Table:
    """What a plan reads from, as configuration says and no request can change.

    Attributes:
        relation: the table or view, preceded by its schema where there is one.
        columns: the name of each catalogue column in the source; a column that is not among them
            does not exist. None means that the source names its columns as the catalogue does.
    """

    relation: tuple[str, ...]
    columns: Mapping[str, str] | None = None

    def source_name(self, column: str) -> str:
        """Give the name that a column has in the source.

        Raises:
            Refused: ``source.column`` when the source has none.
        """
        name = column if self.columns is None else self.columns.get(column)
        if not name or "\0" in name:
            raise Refused("source.column", column=column)
        return name


@dataclass(frozen=True, slots=True)
class Query:
    """One statement in one dialect. Every value is bound; none is in the text.

    In the statement, the result's columns are called ``c0``, ``c1`` and so on: a database may cut
    or fold a longer name.

    People left out are read from a relation ``left_out`` of lists and subjects, both text. DuckDB
    and SQLite look for it by name, SQLite in the schema ``temp``. PostgreSQL is given two arrays
    of text as ``$1`` and ``$2``, and the values after them.

    Attributes:
        values: in the order of their placeholders.
        columns: the names of the result.
        types: of each column of the result.
        reads: the catalogue columns that the statement touches, with their types.
        left_out: the lists that ``left_out`` must hold.
        subject: the only subject that the result can be about, where there is one.
    """

    sql: str
    values: tuple[Value, ...]
    columns: tuple[str, ...]
    types: tuple[ColumnType, ...]
    reads: Mapping[str, ColumnType]
    left_out: tuple[str, ...] = ()
    subject: str | None = None
