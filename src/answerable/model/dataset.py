"""What data exists: descriptions only, never the data."""

from enum import StrEnum
from typing import ClassVar

from pydantic import Field

from answerable.model.base import Frozen, Name, Slug
from answerable.model.entry import Body, Entry, Kind
from answerable.model.state import Builder, Record, applies, remembers
from answerable.model.text import Text


class Access(StrEnum):
    """How a dataset may be reached."""

    OPEN = "open"
    AGREEMENT = "agreement"
    CLOSED = "closed"


class Sensitivity(StrEnum):
    """How much a column can tell about a person (UK GDPR Articles 4 and 9)."""

    NONE = "none"
    PERSONAL = "personal"
    SPECIAL = "special"


class ColumnType(StrEnum):
    """What values a column holds."""

    TEXT = "text"
    INTEGER = "integer"
    DECIMAL = "decimal"
    DATE = "date"
    TIME = "time"
    YES_NO = "yes-no"
    CODE = "code"


class DatasetFields(Frozen):
    """A catalogue record: the columns follow one by one."""

    dataset: Slug
    custodian: Slug
    title: Text
    description: Text
    access: Access
    licence: str | None = Field(default=None, max_length=120)
    updated: Text


class DatasetDescribed(DatasetFields, Body):
    """A dataset was described."""

    kind: ClassVar[Kind] = Kind("dataset.described")


class ColumnFields(Frozen):
    """One column: its name for machines, its title for people."""

    column: Name
    title: Text
    type: ColumnType
    sensitivity: Sensitivity


class ColumnDescribed(ColumnFields, Body):
    """A column of a dataset was described."""

    kind: ClassVar[Kind] = Kind("column.described")

    dataset: Slug


class Column(ColumnFields):
    """A column as a dataset holds it."""


class Dataset(DatasetFields, Record):
    """A described collection of data; a catalogue record, never the data.

    Attributes:
        opened: the columns that told of nobody when its custodian opened it to anyone; a column
            described later is not open.
    """

    noun: ClassVar[str] = "dataset"

    columns: tuple[Column, ...] = ()
    opened: tuple[Name, ...] = ()

    def column(self, name: str) -> Column | None:
        """Give a column by its name."""
        return next((column for column in self.columns if column.column == name), None)


class DatasetOpened(Body):
    """A custodian opened a dataset to anyone: licence, freshness promise, no agreement."""

    kind: ClassVar[Kind] = Kind("dataset.opened")

    dataset: Slug
    proposal: Slug
    licence: str = Field(max_length=120)
    freshness: Text


remembers(DatasetDescribed, Dataset)


@applies(ColumnDescribed)
def _column(state: Builder, _entry: Entry, body: ColumnDescribed) -> None:
    was = state.get(Dataset, body.dataset)
    state.put(was.with_(columns=(*was.columns, Column.from_(body))))


@applies(DatasetOpened)
def _opened(state: Builder, _entry: Entry, body: DatasetOpened) -> None:
    was = state.get(Dataset, body.dataset)
    columns = tuple(c.column for c in was.columns if c.sensitivity is Sensitivity.NONE)
    state.put(
        was.with_(access=Access.OPEN, licence=body.licence, updated=body.freshness, opened=columns)
    )
