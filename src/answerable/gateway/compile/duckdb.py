"""What can be said in DuckDB. A session is in UTC; a time without a zone means UTC."""

from sqlglot import exp

from answerable.gateway.compile.expressions import (
    Expressions,
    Make,
    Node,
    between,
    call,
    cast,
    name,
    postcode_district,
    same,
    ten_year_band,
    text,
    when,
)
from answerable.model.dataset import ColumnType
from answerable.model.limits import Coarsening

_Type = exp.DataType.Type
_text = cast(_Type.TEXT)
_zoned = cast(_Type.TIMESTAMPTZ)
_naive = cast(_Type.TIMESTAMP)


def _dated(form: str, read: Make) -> Make:
    def write(column: Node) -> Node:
        moment = read(column)
        return when(between(call("year", moment), 1, 9999), call("strftime", moment, text(form)))

    return write


def _left_out() -> Node:
    return exp.Table(this=name("left_out"))


_EQUAL = {
    ColumnType.TEXT: same,
    ColumnType.CODE: same,
    ColumnType.INTEGER: same,
    ColumnType.DECIMAL: same,
    ColumnType.DATE: same,
    ColumnType.TIME: _zoned,
    ColumnType.YES_NO: same,
}

DUCKDB = Expressions(
    given={**_EQUAL, ColumnType.INTEGER: cast(_Type.BIGINT)},
    coarsened={
        (Coarsening.POSTCODE_DISTRICT, ColumnType.TEXT): postcode_district,
        (Coarsening.POSTCODE_DISTRICT, ColumnType.CODE): postcode_district,
        (Coarsening.MONTH, ColumnType.DATE): _dated("%Y-%m", same),
        (Coarsening.MONTH, ColumnType.TIME): _dated("%Y-%m", _naive),
        (Coarsening.YEAR, ColumnType.DATE): _dated("%Y", same),
        (Coarsening.YEAR, ColumnType.TIME): _dated("%Y", _naive),
        (Coarsening.TEN_YEAR_BAND, ColumnType.INTEGER): ten_year_band(_text),
    },
    subject={ColumnType.TEXT: same, ColumnType.CODE: same, ColumnType.INTEGER: _text},
    equal=_EQUAL,
    ordered={kind: make for kind, make in _EQUAL.items() if kind is not ColumnType.YES_NO},
    fits={},
    left_out=_left_out,
    bind=lambda value: value,
)
