"""Where the data of a dataset is, as whoever runs the gateway describes it. No secret is in it."""

from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field, ValidationInfo, field_validator, model_validator
from pydantic_core import PydanticCustomError

from answerable.gateway.compile import Table
from answerable.model.base import Frozen, Name, Slug

_Place = Annotated[str, Field(min_length=1, max_length=4096)]


class SourceFields(Frozen):
    """What every source has.

    Attributes:
        dataset: whose data it is.
        columns: the name of each catalogue column in the source; a column that is not among them
            cannot be read. None at all: the source names its columns as the catalogue does.
        open_columns: catalogue columns that anyone may have once the register says that the
            dataset is open; without any it is given to nobody as open data.
    """

    dataset: Slug
    columns: dict[Name, str] = Field(default_factory=dict)
    open_columns: tuple[Name, ...] = ()

    @field_validator("open_columns")
    @classmethod
    def _can_be_read(cls, named: tuple[str, ...], told: ValidationInfo) -> tuple[str, ...]:
        columns = told.data.get("columns")
        if columns and not columns.keys() >= set(named):
            raise PydanticCustomError("source.open", "names a column that is not among the columns")
        return named

    def table(self, *relation: str) -> Table:
        """Give what plans of this dataset read from."""
        return Table(relation, self.columns or None)


class EngineFields(SourceFields):
    """What one stream may use of the machine.

    Attributes:
        memory_mb: in MiB; nothing is put on disk instead.
        threads: how many.
    """

    memory_mb: int = Field(default=1024, ge=64)
    threads: int = Field(default=2, ge=1, le=256)


class ParquetSource(EngineFields):
    """Parquet files with the same columns; a path may be a pattern such as ``day-*.parquet``."""

    kind: Literal["parquet"]
    paths: tuple[_Place, ...] = Field(min_length=1)


class CsvSource(EngineFields):
    """Files of comma-separated values in UTF-8, each with the same first line of names.

    An empty cell is not known; ``""`` is empty text. A whole number is digits, a decimal has a
    point, a day is ``2026-01-31``, a time ``2026-01-31T09:30:00Z``, and yes or no is ``yes``,
    ``no``, ``true``, ``false``, ``1`` or ``0``. Anything else is refused, not guessed.
    """

    kind: Literal["csv"]
    paths: tuple[_Place, ...] = Field(min_length=1)
    separator: Literal[",", ";", "\t", "|"] = ","


class DuckdbSource(EngineFields):
    """A table or view in a DuckDB file, which is only read."""

    kind: Literal["duckdb"]
    path: _Place
    table_: str = Field(alias="table", min_length=1)
    schema_: str = Field(default="main", alias="schema", min_length=1)


class SqliteSource(SourceFields):
    """A table or view in a SQLite file, which is only read."""

    kind: Literal["sqlite"]
    path: _Place
    table_: str = Field(alias="table", min_length=1)


class PostgresSource(SourceFields):
    """A table or view in a PostgreSQL database.

    Attributes:
        address_variable: the environment variable that holds the connection string, or
        address_file: the file that does.
        seconds: how long the database may take for one step.
    """

    kind: Literal["postgres"]
    address_variable: str | None = Field(default=None, pattern=r"^[A-Za-z_][A-Za-z0-9_]*$")
    address_file: _Place | None = None
    table_: str = Field(alias="table", min_length=1)
    schema_: str = Field(default="public", alias="schema", min_length=1)
    seconds: int = Field(default=60, ge=1, le=86_400)

    @model_validator(mode="after")
    def _one_address(self) -> "PostgresSource":
        if (self.address_variable is None) == (self.address_file is None):
            raise PydanticCustomError(
                "source.address", "needs either address_variable or address_file"
            )
        return self


Described = Annotated[
    ParquetSource | CsvSource | DuckdbSource | SqliteSource | PostgresSource,
    Field(discriminator="kind"),
]


def full(place: str, home: Path) -> Path:
    """Give a path in full: it is relative to the file that names it."""
    return (home / place).absolute()
