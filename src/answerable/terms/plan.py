"""From a verdict to a plan: the one query that may exist, said in types, for no database yet.

A plan is closed: columns, comparisons and lists it does not name cannot be reached by whoever
carries it out. A limit that does not fit the type of its column has no plan, so nothing is given.
"""

import re
from collections.abc import Callable, Collection
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Literal, TypeAlias

from answerable.model.agreement import Grant
from answerable.model.dataset import Column, ColumnType, Dataset, Sensitivity
from answerable.model.errors import Refused
from answerable.model.limits import Coarsening, OnlyRows, Pattern
from answerable.model.request import Given, Request, Verdict

Value: TypeAlias = "str | int | Decimal | date | datetime | bool"

_WORDS = frozenset({ColumnType.TEXT, ColumnType.CODE})
_DAYS = frozenset({ColumnType.DATE, ColumnType.TIME})
_CODED = _WORDS | {ColumnType.INTEGER, ColumnType.DATE}
"""What a code can stand for: what is written in one way only."""

FITS = {
    Coarsening.POSTCODE_DISTRICT: _WORDS,
    Coarsening.MONTH: _DAYS,
    Coarsening.YEAR: _DAYS,
    Coarsening.TEN_YEAR_BAND: frozenset({ColumnType.INTEGER}),
}
"""The types of columns of which something less exact can be made."""


@dataclass(frozen=True, slots=True)
class Field:
    """One column of what leaves.

    Attributes:
        name: as the agreement calls it.
        column: the column it is read from.
        type: of the column it is read from.
        coarsened: how it is made less exact; the result is text.
        pseudonym: whether a code is given instead, made after the query.
    """

    name: str
    column: str
    type: ColumnType
    coarsened: Coarsening | None = None
    pseudonym: bool = False

    @property
    def gives(self) -> ColumnType:
        """The type of what is given, before any code is made of it."""
        return ColumnType.TEXT if self.coarsened else self.type


@dataclass(frozen=True, slots=True)
class Compare:
    """One comparison that every row must pass; a value that is not known passes none."""

    column: str
    type: ColumnType
    compare: Literal["one-of", "none-of", "at-least", "at-most", "present"]
    values: tuple[Value, ...] = ()


@dataclass(frozen=True, slots=True)
class Plan:
    """What may be read, and in which form.

    Attributes:
        fields: what leaves, in the order asked; for counts, what they are counted by.
        rows: comparisons; all must hold.
        subject: the column that names one subject, where the plan needs it: to look one up, to
            leave people out, or to count people.
        left_out: lists whose people are left out; a row without a subject is left out too.
        minimum_count: of people; for counts only.
    """

    dataset: str
    pattern: Pattern
    fields: tuple[Field, ...]
    rows: tuple[Compare, ...] = ()
    subject: Column | None = None
    left_out: tuple[str, ...] = ()
    minimum_count: int | None = None

    @property
    def reads(self) -> dict[str, ColumnType]:
        """Every column the query touches, with its type."""
        found = {field.column: field.type for field in self.fields}
        found |= {row.column: row.type for row in self.rows}
        if self.subject:
            found[self.subject.column] = self.subject.type
        return found


def plan(dataset: Dataset, grant: Grant, request: Request, verdict: Verdict) -> Plan:
    """Make the plan of a request that is allowed.

    Raises:
        Refused: ``plan.column`` for a column that the catalogue does not describe; ``plan.form``
            or ``plan.value`` for a limit that does not fit the type of its column.
    """
    needs_subject = request.pattern is not Pattern.BULK or verdict.leaves_out
    return Plan(
        dataset=dataset.dataset,
        pattern=request.pattern,
        fields=tuple(_field(dataset, given) for given in verdict.gives),
        rows=tuple(_compare(dataset, limit) for limit in verdict.rows),
        subject=_column(dataset, grant.subject_column) if needs_subject else None,
        left_out=verdict.leaves_out,
        minimum_count=verdict.minimum_count,
    )


def open_plan(dataset: Dataset, columns: Collection[str]) -> Plan:
    """Make the plan of open data: every one of the columns that was opened and tells of nobody.

    Raises:
        Refused: ``plan.column`` if there is none.
    """
    fields = tuple(
        Field(column.column, column.column, column.type)
        for column in dataset.columns
        if column.sensitivity is Sensitivity.NONE
        and column.column in dataset.opened
        and column.column in columns
    )
    if not fields:
        raise Refused("plan.column", dataset=dataset.dataset, column="(any)")
    return Plan(dataset.dataset, Pattern.BULK, fields)


def _column(dataset: Dataset, name: str) -> Column:
    found = dataset.column(name)
    if found is None:
        raise Refused("plan.column", dataset=dataset.dataset, column=name)
    return found


def _field(dataset: Dataset, given: Given) -> Field:
    column = _column(dataset, (given.coarsened and given.source) or given.column)
    if given.coarsened and column.type not in FITS[given.coarsened]:
        raise Refused("plan.form", column=column.column, form=given.coarsened, type=column.type)
    field = Field(given.column, column.column, column.type, given.coarsened, given.pseudonym)
    if field.pseudonym and field.gives not in _CODED:
        raise Refused("plan.form", column=column.column, form="code", type=column.type)
    return field


def _compare(dataset: Dataset, limit: OnlyRows) -> Compare:
    column = _column(dataset, limit.column)
    ordered = limit.compare in ("at-least", "at-most")
    if ordered and column.type is ColumnType.YES_NO:
        raise Refused("plan.form", column=column.column, form=limit.compare, type=column.type)
    values = tuple(_value(column, said) for said in limit.values)
    return Compare(column.column, column.type, limit.compare, values)


def _value(column: Column, said: str) -> Value:
    """Read a value as the type of its column; written any other way, it has none."""
    written, read = _WRITTEN[column.type]
    if written.fullmatch(said):
        with suppress(ValueError):  # such as the 31st of February
            return read(said)
    raise Refused("plan.value", column=column.column, type=column.type)


_WRITTEN: dict[ColumnType, tuple[re.Pattern[str], Callable[[str], Value]]] = {
    ColumnType.TEXT: (re.compile(r".*", re.DOTALL), str),
    ColumnType.CODE: (re.compile(r".*", re.DOTALL), str),
    ColumnType.INTEGER: (re.compile(r"-?(0|[1-9][0-9]*)"), int),
    ColumnType.DECIMAL: (re.compile(r"-?(0|[1-9][0-9]*)(\.[0-9]+)?"), Decimal),
    ColumnType.DATE: (re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}"), date.fromisoformat),
    ColumnType.TIME: (
        re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}Z"),
        datetime.fromisoformat,
    ),
    ColumnType.YES_NO: (re.compile(r"yes|no"), "yes".__eq__),
}
"""How a value of each type is written, and read."""
