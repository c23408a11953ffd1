"""What can be said in SQLite, which has few types and keeps anything in any column.

A day is the text ``YYYY-MM-DD``, a time ``YYYY-MM-DDTHH:MM:SSZ`` and nothing else, yes and no are
1 and 0, a decimal is a real or whole number. A value of any other kind passes no comparison.
"""

from datetime import date, datetime
from decimal import Decimal

from sqlglot import exp

from answerable.gateway.compile.expressions import (
    Expressions,
    Make,
    Node,
    at_least,
    between,
    call,
    cast,
    collated,
    equals,
    every,
    name,
    number,
    postcode_district,
    same,
    ten_year_band,
    text,
    when,
)
from answerable.model.base import moment_text
from answerable.model.dataset import ColumnType
from answerable.model.errors import Refused
from answerable.model.limits import Coarsening
from answerable.terms.plan import Value

_text = cast(exp.DataType.Type.TEXT)
_by_code_point = collated(name("BINARY"))
# without any change SQLite repeats a 30th of February
_AS_IT_IS = text("+0 days")


def _kept_as(*kinds: str) -> Make:
    kept = [text(kind) for kind in kinds]
    return lambda column: exp.In(this=call("typeof", column), expressions=kept)


_is_text = _kept_as("text")
_is_integer = _kept_as("integer")


def _is_yes_no(column: Node) -> Node:
    return every(_is_integer(column), between(column, 0, 1))


def _is_day(column: Node) -> Node:
    return _is_written(column, call("date", column, _AS_IT_IS))


def _is_time(column: Node) -> Node:
    return _is_written(column, call("strftime", text("%Y-%m-%dT%H:%M:%SZ"), column, _AS_IT_IS))


def _is_written(column: Node, canonical: Node) -> Node:
    """Compare with how SQLite itself would write it; the year 0 is nobody's."""
    return every(_is_text(column), equals(column, canonical), at_least(column, text("0001")))


def _if(fits: Make, then: Make) -> Make:
    return lambda column: when(fits(column), then(column))


def _first(size: int) -> Make:
    return lambda column: call("substr", column, number(1), number(size))


def _whole_text(column: Node) -> Node:
    """Tell whether it is text without a NUL, at which SQLite's functions would stop."""
    nul = exp.EQ(this=call("instr", column, call("char", number(0))), expression=number(0))
    return every(_is_text(column), nul)


def _left_out() -> Node:
    return exp.Table(this=name("left_out"), db=name("temp"))


def _bind(value: Value) -> Value:
    if isinstance(value, datetime):
        if value.microsecond:
            raise Refused("compile.value", type=ColumnType.TIME)
        return moment_text(value)
    if isinstance(value, date):
        return value.isoformat()
    # the driver knows no decimals, and the column holds none
    return float(value) if isinstance(value, Decimal) else value  # type: ignore[return-value]


_EQUAL = {
    ColumnType.TEXT: _by_code_point,
    ColumnType.CODE: _by_code_point,
    ColumnType.INTEGER: same,
    ColumnType.DECIMAL: same,
    ColumnType.DATE: _by_code_point,
    ColumnType.TIME: _by_code_point,
    ColumnType.YES_NO: same,
}

SQLITE = Expressions(
    given=_EQUAL,
    coarsened={
        (Coarsening.POSTCODE_DISTRICT, ColumnType.TEXT): _if(_whole_text, postcode_district),
        (Coarsening.POSTCODE_DISTRICT, ColumnType.CODE): _if(_whole_text, postcode_district),
        (Coarsening.MONTH, ColumnType.DATE): _if(_is_day, _first(7)),
        (Coarsening.MONTH, ColumnType.TIME): _if(_is_time, _first(7)),
        (Coarsening.YEAR, ColumnType.DATE): _if(_is_day, _first(4)),
        (Coarsening.YEAR, ColumnType.TIME): _if(_is_time, _first(4)),
        (Coarsening.TEN_YEAR_BAND, ColumnType.INTEGER): _if(_is_integer, ten_year_band(_text)),
    },
    subject={
        ColumnType.TEXT: _if(_is_text, same),
        ColumnType.CODE: _if(_is_text, same),
        ColumnType.INTEGER: _if(_is_integer, _text),
    },
    equal=_EQUAL,
    ordered={kind: make for kind, make in _EQUAL.items() if kind is not ColumnType.YES_NO},
    fits={
        ColumnType.TEXT: _is_text,
        ColumnType.CODE: _is_text,
        ColumnType.INTEGER: _is_integer,
        ColumnType.DECIMAL: _kept_as("integer", "real"),
        ColumnType.DATE: _is_day,
        ColumnType.TIME: _is_time,
        ColumnType.YES_NO: _is_yes_no,
    },
    left_out=_left_out,
    bind=_bind,
    numbered=False,
)
