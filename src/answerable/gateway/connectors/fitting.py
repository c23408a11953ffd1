"""From what a source gave to the Arrow types that were promised, or a refusal; never a guess."""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Any, TypeAlias

import pyarrow as pa
import pyarrow.compute as pc

from answerable.gateway.compile import Query
from answerable.gateway.compile.values import is_plain
from answerable.model.dataset import ColumnType
from answerable.model.errors import Refused

if TYPE_CHECKING:
    Array: TypeAlias = pa.Array[Any]
else:
    Array = pa.Array  # which knows no parameters when it runs

TIME = pa.timestamp("us", "UTC")
_FIRST_DAY, _LAST_DAY = date.min, date.max
_FIRST, _LAST = datetime.min.replace(tzinfo=UTC), datetime.max.replace(tzinfo=UTC)


def fit(dataset: str, query: Query, arrays: Sequence[Array]) -> pa.RecordBatch:
    """Make a batch of the columns of a result.

    Raises:
        Refused: ``source.value``, with the column; never the value.
    """
    fitted = []
    for column, type_, array in zip(query.columns, query.types, arrays, strict=True):
        try:
            fitted.append(_FITS[type_](array))
        except (pa.ArrowException, ValueError, TypeError):
            raise unfit(dataset, column) from None
    return pa.RecordBatch.from_arrays(fitted, names=list(query.columns))


def unfit(dataset: str, column: str) -> Refused:
    """Refuse a value that is not of the type of its column."""
    return Refused("source.value", dataset=dataset, column=column)


def _text(array: Array) -> Array:
    if not (pa.types.is_string(array.type) or pa.types.is_large_string(array.type)):
        raise ValueError
    return array.cast(pa.string())


def _integer(array: Array) -> Array:
    if not pa.types.is_integer(array.type):
        raise ValueError
    return array.cast(pa.int64())


def _decimal(array: Array) -> Array:
    if pa.types.is_decimal(array.type):
        return array
    numbers = array.cast(pa.float64())
    _require(pc.is_finite(numbers))
    return numbers


def _date(array: Array) -> Array:
    days = array.cast(pa.date32())
    _require_within(days, pa.scalar(_FIRST_DAY), pa.scalar(_LAST_DAY))
    return days


def _time(array: Array) -> Array:
    times = array.cast(TIME)
    _require_within(times, pa.scalar(_FIRST, TIME), pa.scalar(_LAST, TIME))
    return times


def _yes_no(array: Array) -> Array:
    if not pa.types.is_boolean(array.type):
        raise ValueError
    return array


def _require_within(array: Array, first: Any, last: Any) -> None:
    """Require that no day or time is outside the years 1 to 9999, infinity among them."""
    _require(pc.and_(pc.greater_equal(array, first), pc.less_equal(array, last)))


def _require(holds: Array) -> None:
    if pc.all(holds).as_py() is False:
        raise ValueError


_FITS: Mapping[ColumnType, Callable[[Array], Array]] = {
    ColumnType.TEXT: _text,
    ColumnType.CODE: _text,
    ColumnType.INTEGER: _integer,
    ColumnType.DECIMAL: _decimal,
    ColumnType.DATE: _date,
    ColumnType.TIME: _time,
    ColumnType.YES_NO: _yes_no,
}


def read_days(texts: Array) -> Array:
    """Read days written ``YYYY-MM-DD`` and no other way."""
    return _read(texts, r"^[0-9]{4}-[0-9]{2}-[0-9]{2}\z", pa.date32())


def read_times(texts: Array, form: str) -> Array:
    """Read times that are written in one form, a regular expression."""
    return _read(texts, form, TIME)


def _read(texts: Array, form: str, type_: pa.DataType) -> Array:
    _require(pc.match_substring_regex(texts, form))
    return texts.cast(type_)


def left_out_pairs(
    dataset: str, query: Query, left_out: Mapping[str, Collection[str]]
) -> Iterator[tuple[str, str]]:
    """Give each list and subject that the query needs to know of.

    For a query about one subject that is at most that one, on each list. Text that no database
    could hold names nobody in any.

    Raises:
        Refused: ``source.left-out`` for a list of the query that is not given: it is not empty,
            it is unknown.
    """
    for list_ in query.left_out:
        if list_ not in left_out:
            raise Refused("source.left-out", dataset=dataset, list=list_)
    for list_ in query.left_out:
        members = left_out[list_]
        if query.subject is not None:
            members = [query.subject] if query.subject in members else []
        yield from ((list_, each) for each in members if is_plain(each))
