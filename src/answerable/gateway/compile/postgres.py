"""What can be said in PostgreSQL. A session is in UTC; a time without a zone means UTC."""

from sqlglot import exp

from answerable.gateway.compile.expressions import (
    Expressions,
    Make,
    Node,
    between,
    call,
    cast,
    collated,
    name,
    number,
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
_by_code_point = collated(name("C"))


def _dated(form: str, read: Make) -> Make:
    def write(column: Node) -> Node:
        moment = read(column)
        year = call("date_part", text("year"), moment)
        return when(between(year, 1, 9999), call("to_char", moment, text(form)))

    return write


def _left_out() -> Node:
    arrays = [_texts(number(1)), _texts(number(2))]
    alias = exp.TableAlias(this=name("left_out"), columns=[name("list"), name("subject")])
    return exp.Table(this=exp.Anonymous(this="unnest", expressions=arrays), alias=alias)


def _texts(place: Node) -> Node:
    array = exp.DataType(this=_Type.ARRAY, expressions=[exp.DataType(this=_Type.TEXT)], nested=True)
    return exp.Cast(this=exp.Parameter(this=place), to=array)


_EQUAL = {
    ColumnType.TEXT: same,
    ColumnType.CODE: same,
    ColumnType.INTEGER: same,
    ColumnType.DECIMAL: same,
    ColumnType.DATE: same,
    ColumnType.TIME: _zoned,
    ColumnType.YES_NO: same,
}

POSTGRES = Expressions(
    given={**_EQUAL, ColumnType.INTEGER: cast(_Type.BIGINT)},
    coarsened={
        (Coarsening.POSTCODE_DISTRICT, ColumnType.TEXT): postcode_district,
        (Coarsening.POSTCODE_DISTRICT, ColumnType.CODE): postcode_district,
        (Coarsening.MONTH, ColumnType.DATE): _dated("YYYY-MM", _naive),
        (Coarsening.MONTH, ColumnType.TIME): _dated("YYYY-MM", _naive),
        (Coarsening.YEAR, ColumnType.DATE): _dated("YYYY", _naive),
        (Coarsening.YEAR, ColumnType.TIME): _dated("YYYY", _naive),
        (Coarsening.TEN_YEAR_BAND, ColumnType.INTEGER): ten_year_band(_text),
    },
    subject={ColumnType.TEXT: same, ColumnType.CODE: same, ColumnType.INTEGER: _text},
    equal=_EQUAL,
    ordered={
        ColumnType.TEXT: _by_code_point,
        ColumnType.CODE: _by_code_point,
        ColumnType.INTEGER: same,
        ColumnType.DECIMAL: same,
        ColumnType.DATE: same,
        ColumnType.TIME: _zoned,
    },
    fits={},
    left_out=_left_out,
    bind=lambda value: value,
    first=3,
)
