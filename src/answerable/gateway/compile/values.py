"""Which values may be bound, and how they are."""

import re
from datetime import UTC, date, datetime
from decimal import Decimal

from sqlglot import exp

from answerable.gateway.compile.expressions import Expressions, Node
from answerable.model.dataset import ColumnType
from answerable.model.errors import Refused
from answerable.terms.plan import Value

_LEAST, _MOST = -(2**63), 2**63 - 1
_DIGITS = 38
_WHOLE = re.compile(r"0|-?[1-9][0-9]{0,18}", re.ASCII)


def whole_number(said: str) -> int | None:
    """Read a subject as the one way a whole number of 64 bits is written, if it is one.

    >>> whole_number("40"), whole_number("040"), whole_number("-0")
    (40, None, None)
    """
    number = int(said) if _WHOLE.fullmatch(said) else _MOST + 1
    return number if _LEAST <= number <= _MOST else None


class Bound:
    """The values of one query, in the order in which they are added."""

    def __init__(self, dialect: Expressions, *, leaves_out: bool) -> None:
        self._dialect = dialect
        self._first = dialect.first if leaves_out else 1
        self._values: list[Value] = []

    @property
    def values(self) -> tuple[Value, ...]:
        return tuple(self._values)

    def add(self, type_: ColumnType, value: Value) -> Node:
        """Bind a value and give its placeholder.

        Raises:
            Refused: ``compile.value`` for a value that is not of the type, or that not every
                database could be given: text with a NUL, a number out of range.
        """
        if not _fits(type_, value):
            raise Refused("compile.value", type=type_)
        place = self._first + len(self._values)
        self._values.append(self._dialect.bind(value))
        if not self._dialect.numbered:
            return exp.Placeholder()
        return exp.Parameter(this=exp.Literal.number(place))


def _fits(type_: ColumnType, value: Value) -> bool:
    match type_:
        case ColumnType.TEXT | ColumnType.CODE:
            return isinstance(value, str) and is_plain(value)
        case ColumnType.INTEGER:
            return type(value) is int and _LEAST <= value <= _MOST
        case ColumnType.DECIMAL:
            return isinstance(value, Decimal) and _in_reach(value)
        case ColumnType.DATE:
            return type(value) is date
        case ColumnType.TIME:
            return isinstance(value, datetime) and value.tzinfo is UTC
        case ColumnType.YES_NO:
            return isinstance(value, bool)


def is_plain(said: str) -> bool:
    """Tell whether text can be bound anywhere: it has no NUL and no half of a surrogate pair."""
    return "\0" not in said and not any("\ud800" <= sign <= "\udfff" for sign in said)


def _in_reach(value: Decimal) -> bool:
    _, digits, exponent = value.as_tuple()
    if not isinstance(exponent, int) or not -_DIGITS <= exponent <= _DIGITS:
        return False
    return max(len(digits), -exponent) + max(exponent, 0) <= _DIGITS
