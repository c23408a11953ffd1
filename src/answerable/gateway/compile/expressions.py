"""The blocks that expressions are built of, and the table of those that a dialect has.

Everything is built by hand: a translation between dialects may be wrong and not say so.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from sqlglot import exp

from answerable.model.dataset import ColumnType
from answerable.model.limits import Coarsening
from answerable.terms.plan import Value

Node = exp.Expr
Make = Callable[[Node], Node]


@dataclass(frozen=True, slots=True)
class Expressions:
    """What one dialect can say; what is not in here is refused.

    Attributes:
        given: a column as it is given.
        coarsened: a column made less exact, as text; null for a value that is not in form.
        subject: a column as the text that names one subject; null where it names none.
        equal: a column as it is compared with values.
        ordered: a column as it is compared with a bound, text by code point.
        fits: whether a value that is there is of its type, where the source does not see to it.
        left_out: the relation of the people left out.
        bind: a value as the driver of the dialect takes it.
        numbered: whether placeholders are ``$1``, ``$2`` (else each is ``?``).
        first: the number of the first placeholder in a query that leaves people out.
    """

    given: Mapping[ColumnType, Make]
    coarsened: Mapping[tuple[Coarsening, ColumnType], Make]
    subject: Mapping[ColumnType, Make]
    equal: Mapping[ColumnType, Make]
    ordered: Mapping[ColumnType, Make]
    fits: Mapping[ColumnType, Make]
    left_out: Callable[[], Node]
    bind: Callable[[Value], Value]
    numbered: bool = True
    first: int = 1


def same(column: Node) -> Node:
    """Give the column as it is."""
    return column


def name(said: str) -> exp.Identifier:
    """Quote a name, whatever is in it."""
    return exp.to_identifier(said, quoted=True)


def text(said: str) -> Node:
    """Write a constant of ours; never a value."""
    return exp.Literal.string(said)


def number(said: int) -> Node:
    """Write a constant of ours; never a value."""
    return exp.Literal.number(said)


def call(function: str, *arguments: Node) -> Node:
    """Call a function by exactly this name."""
    return exp.Anonymous(this=function, expressions=[each.copy() for each in arguments])


def cast(type_: exp.DType) -> Make:
    """Make an expression of another type."""
    return lambda value: exp.Cast(this=value.copy(), to=exp.DataType(this=type_))


def collated(by: Node) -> Make:
    """Compare text by this collation."""
    return lambda value: exp.Collate(this=value.copy(), expression=by.copy())


def when(condition: Node, value: Node) -> Node:
    """Give the value if the condition holds, else null."""
    return exp.Case(ifs=[exp.If(this=condition, true=value)])


def every(*conditions: Node) -> Node:
    """Require all of at least one condition, in this order."""
    return exp.and_(*conditions, copy=False)


def known(value: Node) -> Node:
    """Tell whether there is a value."""
    return exp.Not(this=exp.Is(this=value.copy(), expression=exp.Null()))


def between(value: Node, least: int, most: int) -> Node:
    """Tell whether a number lies in a range of ours."""
    return exp.Between(this=value.copy(), low=number(least), high=number(most))


def at_least(value: Node, least: Node) -> Node:
    """Tell whether a value is not below another."""
    return exp.GTE(this=value.copy(), expression=least)


def equals(value: Node, other: Node) -> Node:
    """Tell whether two values are the same."""
    return exp.EQ(this=value.copy(), expression=other.copy())


def minus(value: Node, other: Node) -> Node:
    """Subtract."""
    return exp.Sub(this=value.copy(), expression=other.copy())


def joined(value: Node, other: Node) -> Node:
    """Put two texts one after the other."""
    return exp.DPipe(this=value.copy(), expression=other.copy(), safe=False)


def postcode_district(column: Node) -> Node:
    """Leave off the last three of five to seven signs, spaces aside."""
    tight = call("replace", column, text(" "), text(""))
    size = call("length", tight)
    district = call("substr", tight, number(1), minus(size, number(3)))
    return when(between(size, 5, 7), district)


def ten_year_band(as_text: Make) -> Make:
    """Give a whole number that is not negative as ``40-49``, without leaving its range."""

    def band(column: Node) -> Node:
        low = as_text(minus(column, exp.Mod(this=column.copy(), expression=number(10))))
        stem = call("substr", low, number(1), minus(call("length", low), number(1)))
        value = joined(joined(low, text("-")), joined(stem, text("9")))
        return when(at_least(column, number(0)), value)

    return band
