"""One cell at a time: how it compares, what it is when less exact, how it is written."""

import re
from datetime import UTC, date, datetime
from decimal import Decimal

from tests.reference.question import Cell

from answerable.model.dataset import ColumnType
from answerable.model.limits import Coarsening, OnlyRows

WORDS = (ColumnType.TEXT, ColumnType.CODE)
DAYS = (ColumnType.DATE, ColumnType.TIME)
FORMS = {
    Coarsening.POSTCODE_DISTRICT: WORDS,
    Coarsening.MONTH: DAYS,
    Coarsening.YEAR: DAYS,
    Coarsening.TEN_YEAR_BAND: (ColumnType.INTEGER,),
}
CODED = (*WORDS, ColumnType.INTEGER, ColumnType.DATE)
LEAST, MOST, DIGITS = -(2**63), 2**63 - 1, 38


class Unreadable(ValueError):
    """A limit says a value that is none of the type of its column."""


def value(said: str, type_: ColumnType) -> Cell:
    """Read what a limit says as a value of a type.

    Raises:
        Unreadable: it is not one.
    """
    if type_ in WORDS:
        return said
    try:
        return READ[type_](said)
    except (ValueError, ArithmeticError, KeyError):
        raise Unreadable(said) from None


def _integer(said: str) -> int:
    if said != str(int(said)):
        raise ValueError
    return int(said)


def _decimal(said: str) -> float:
    if not re.fullmatch(r"-?(0|[1-9][0-9]*)(\.[0-9]+)?", said):
        raise ValueError
    return float(said)


def _time(said: str) -> datetime:
    return datetime.strptime(said, "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=UTC)


READ = {
    ColumnType.INTEGER: _integer,
    ColumnType.DECIMAL: _decimal,
    ColumnType.DATE: date.fromisoformat,
    ColumnType.TIME: _time,
    ColumnType.YES_NO: lambda said: {"yes": True, "no": False}[said],
}


def is_out_of_reach(said: str, type_: ColumnType) -> bool:
    """Tell whether a number is one that no database could be asked about."""
    if type_ is ColumnType.INTEGER:
        return not LEAST <= int(said) <= MOST
    if type_ is not ColumnType.DECIMAL:
        return False
    whole, _, part = f"{Decimal(said):f}".lstrip("-").partition(".")
    return len(whole) + len(part) > DIGITS


def passes(cell: Cell, limit: OnlyRows, type_: ColumnType) -> bool:
    """Tell whether a row with this cell passes; what is not known passes nothing."""
    if cell is None:
        return False
    if limit.compare == "present":
        return True
    values = [value(said, type_) for said in limit.values]
    if limit.compare == "one-of":
        return cell in values
    if limit.compare == "none-of":
        return cell not in values
    return cell >= values[0] if limit.compare == "at-least" else cell <= values[0]


def coarser(cell: Cell, to: Coarsening | None) -> Cell:
    """Make a cell less exact; what is not known, or not of the form, is not known after."""
    if cell is None or to is None:
        return cell
    if to is Coarsening.POSTCODE_DISTRICT:
        return _district(str(cell))
    if to is Coarsening.TEN_YEAR_BAND:
        return _band(cell)
    return f"{cell.year:04}-{cell.month:02}" if to is Coarsening.MONTH else f"{cell.year:04}"


def _district(postcode: str) -> str | None:
    signs = [sign for sign in postcode if sign != " "]
    return "".join(signs[:-3]) if len(signs) in (5, 6, 7) else None


def _band(number: int) -> str | None:
    if number < 0:
        return None
    decade = number // 10
    return f"{decade}0-{decade}9" if decade else "0-9"


def written(cell: Cell) -> str | None:
    """Write a cell the one way that names a subject, or that a code is made of."""
    if cell is None or isinstance(cell, str):
        return cell
    return cell.isoformat() if isinstance(cell, date) else str(cell)
