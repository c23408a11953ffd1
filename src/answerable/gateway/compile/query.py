"""From a plan to one statement: what the plan does not name is not in it."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from sqlglot import exp

from answerable.gateway.compile.duckdb import DUCKDB
from answerable.gateway.compile.expressions import (
    Expressions,
    Node,
    equals,
    every,
    known,
    name,
    number,
)
from answerable.gateway.compile.postgres import POSTGRES
from answerable.gateway.compile.shapes import PEOPLE, ROWS, SUBJECT, Dialect, Query, Table
from answerable.gateway.compile.sqlite import SQLITE
from answerable.gateway.compile.values import Bound, whole_number
from answerable.model.dataset import Column, ColumnType
from answerable.model.errors import Refused
from answerable.terms.plan import Compare, Field, Plan

DIALECTS: Mapping[Dialect, Expressions] = {
    Dialect.DUCKDB: DUCKDB,
    Dialect.SQLITE: SQLITE,
    Dialect.POSTGRES: POSTGRES,
}
_WORDS = frozenset({ColumnType.TEXT, ColumnType.CODE})

_Result = tuple[str, ColumnType, Node]


def rows_query(plan: Plan, table: Table, dialect: Dialect, *, subject: bool = False) -> Query:
    """Ask for every row that the plan gives.

    Args:
        plan: whose fields are asked for, in their order.
        table: what is read.
        dialect: of the statement.
        subject: whether a last column ``__subject`` names the subject of each row, as text.

    Raises:
        Refused: ``compile.expression`` for what the dialect cannot say, ``compile.value`` for a
            value that cannot be bound, ``compile.subject`` if the plan names no subject and one
            is needed, ``source.column`` for a column that the table does not have.
    """
    draft = _Draft(plan, table, dialect)
    results = draft.fields(plan.fields)
    if subject:
        results = (*results, (SUBJECT, ColumnType.TEXT, draft.subject_text()))
    return draft.query(results)


def lookup_query(
    plan: Plan,
    table: Table,
    dialect: Dialect,
    subject: str,
    places: Mapping[str, str | None] | None = None,
) -> Query:
    """Ask for the rows of one subject that lie in some places.

    Args:
        plan: whose fields are asked for.
        table: what is read.
        dialect: of the statement.
        subject: who is looked up.
        places: the code that each area column must have; None for rows where it is not known.

    Raises:
        Refused: as for `rows_query`.
    """
    draft = _Draft(plan, table, dialect)
    draft.look_up(subject)
    for column, code in (places or {}).items():
        draft.lie_in(column, code)
    return draft.query(draft.fields(plan.fields), subject=subject)


def places_query(
    plan: Plan, table: Table, dialect: Dialect, areas: Sequence[str], subject: str
) -> Query:
    """Ask in which places the rows of one subject lie: each combination once.

    Args:
        plan: whose rows and lists count.
        table: what is read.
        dialect: of the statement.
        areas: the columns of codes of places.
        subject: who is looked up.

    Raises:
        Refused: as for `rows_query`.
    """
    draft = _Draft(plan, table, dialect)
    draft.look_up(subject)
    fields = tuple(Field(area, area, ColumnType.CODE) for area in areas)
    return draft.query(draft.fields(fields), subject=subject, distinct=True)


def count_query(
    plan: Plan, table: Table, dialect: Dialect, by: tuple[Field, ...] | None = None
) -> Query:
    """Count rows and people for each combination of values; nothing is hidden here.

    The last two columns are ``__rows`` and ``__people``. A row without a subject is a row, and
    nobody.

    Args:
        plan: whose rows and lists count.
        table: what is read.
        dialect: of the statement.
        by: what is counted by, if not the plan's fields; with none, one row counts everything.

    Raises:
        Refused: as for `rows_query`.
    """
    draft = _Draft(plan, table, dialect)
    groups = draft.fields(plan.fields if by is None else by)
    people = exp.Count(this=exp.Distinct(expressions=[draft.subject_text()]))
    counts: tuple[_Result, ...] = (
        (ROWS, ColumnType.INTEGER, exp.Count(this=exp.Star())),
        (PEOPLE, ColumnType.INTEGER, people),
    )
    return draft.query((*groups, *counts), grouped=len(groups))


@dataclass(slots=True)
class _Draft:
    """One statement while it is made. Conditions are added in the order of their values."""

    plan: Plan
    table: Table
    dialect: Dialect
    reads: dict[str, ColumnType] = field(default_factory=dict)
    conditions: list[Node] = field(default_factory=list)
    words: Expressions = field(init=False)
    bound: Bound = field(init=False)

    def __post_init__(self) -> None:
        self.words = DIALECTS[self.dialect]
        self.bound = Bound(self.words, leaves_out=bool(self.plan.left_out))

    def fields(self, fields: Sequence[Field]) -> tuple[_Result, ...]:
        return tuple((each.name, each.gives, self._given(each)) for each in fields)

    def look_up(self, subject: str) -> None:
        """Keep the rows of one subject, so that an index on its column can be used."""
        named = self._subject()
        value = whole_number(subject) if named.type is ColumnType.INTEGER else subject
        if named.type not in self.words.subject:
            raise self._unsayable("subject", named.type)
        if value is None:
            self.conditions.append(exp.false())
            return
        self._compare(Compare(named.column, named.type, "one-of", (value,)))

    def lie_in(self, column: str, code: str | None) -> None:
        if code is not None:
            self._compare(Compare(column, ColumnType.CODE, "one-of", (code,)))
            return
        unknown = exp.Is(this=self._column(column, ColumnType.CODE), expression=exp.Null())
        self.conditions.append(unknown)

    def subject_text(self) -> Node:
        named = self._subject()
        make = self.words.subject.get(named.type)
        if make is None:
            raise self._unsayable("subject", named.type)
        return make(self._column(named.column, named.type))

    def query(
        self,
        results: tuple[_Result, ...],
        *,
        subject: str | None = None,
        distinct: bool = False,
        grouped: int = 0,
    ) -> Query:
        """Finish the statement with what the plan requires of every row."""
        for row in self.plan.rows:
            self._compare(row)
        if self.plan.left_out:
            self._leave_out()
        statement = self._select([node for _, _, node in results], grouped, distinct=distinct)
        return Query(
            sql=statement.sql(dialect=self.dialect.value, comments=False),
            values=self.bound.values,
            columns=tuple(result[0] for result in results),
            types=tuple(result[1] for result in results),
            reads=self.reads,
            left_out=self.plan.left_out,
            subject=subject,
        )

    def _select(self, results: list[Node], grouped: int, *, distinct: bool) -> exp.Select:
        named = [exp.Alias(this=node, alias=name(f"c{at}")) for at, node in enumerate(results)]
        statement = exp.select(*named, copy=False).from_(self._relation(), copy=False)
        if self.conditions:
            statement = statement.where(every(*self.conditions), copy=False)
        if grouped:
            places = [number(place + 1) for place in range(grouped)]
            statement = statement.group_by(*places, copy=False)
        return statement.distinct(copy=False) if distinct else statement

    def _relation(self) -> exp.Table:
        *schema, relation = map(name, self.table.relation)
        alias = exp.TableAlias(this=name("t"))
        return exp.Table(this=relation, db=schema[-1] if schema else None, alias=alias)

    def _given(self, each: Field) -> Node:
        column = self._column(each.column, each.type)
        if each.coarsened is None:
            make = self.words.given.get(each.type)
        else:
            make = self.words.coarsened.get((each.coarsened, each.type))
        if make is None:
            raise self._unsayable(each.coarsened or "given", each.type)
        return make(column)

    def _compare(self, row: Compare) -> None:
        make = _COMPARES.get(row.compare)
        known_as = self.words.ordered if row.compare in _ORDERED else self.words.equal
        read = known_as.get(row.type)
        if make is None or read is None or not _counts(row):
            raise self._unsayable(row.compare, row.type)
        column = self._column(row.column, row.type)
        values = [self.bound.add(row.type, value) for value in row.values]
        self.conditions.append(make(read(column), values))
        if row.type in self.words.fits:
            self.conditions.append(self.words.fits[row.type](column))

    def _leave_out(self) -> None:
        """Leave out the people on the lists, and rows that are about nobody we can name."""
        subject = self.subject_text()
        self.conditions.append(known(subject))
        lists = [self.bound.add(ColumnType.TEXT, each) for each in self.plan.left_out]
        listed = exp.In(this=exp.column(name("list"), name("left_out")), expressions=lists)
        theirs = equals(exp.column(name("subject"), name("left_out")), subject)
        found = exp.select(number(1)).from_(self.words.left_out()).where(every(listed, theirs))
        self.conditions.append(exp.Not(this=exp.Exists(this=found)))

    def _column(self, column: str, type_: ColumnType) -> Node:
        if self.reads.setdefault(column, type_) is not type_ and not (
            {type_, self.reads[column]} <= _WORDS
        ):
            raise self._unsayable("two-types", type_)
        return exp.column(name(self.table.source_name(column)), table=name("t"))

    def _subject(self) -> Column:
        if self.plan.subject is None:
            raise Refused("compile.subject", dataset=self.plan.dataset)
        return self.plan.subject

    def _unsayable(self, what: str, type_: ColumnType) -> Refused:
        return Refused("compile.expression", what=what, type=type_, dialect=self.dialect)


_ORDERED = frozenset({"at-least", "at-most"})
_COMPARES: Mapping[str, Callable[[Node, list[Node]], Node]] = {
    "one-of": lambda column, values: exp.In(this=column, expressions=values),
    "none-of": lambda column, values: exp.Not(this=exp.In(this=column, expressions=values)),
    "at-least": lambda column, values: exp.GTE(this=column, expression=values[0]),
    "at-most": lambda column, values: exp.LTE(this=column, expression=values[0]),
    "present": lambda column, _: known(column),
}


def _counts(row: Compare) -> bool:
    """Tell whether a comparison has as many values as it takes."""
    if row.compare == "present":
        return not row.values
    return len(row.values) == 1 if row.compare in _ORDERED else len(row.values) > 0
