"""What share of a population has each value of each feature, as published figures say it."""

import re
from collections.abc import Iterable
from decimal import Decimal
from typing import Final

from answerable.science.sortition.errors import SortitionError
from answerable.science.sortition.formats import cell_of, rows_of
from answerable.science.sortition.sheets import Row

_PERCENT: Final = re.compile(r"\d{1,3}(\.\d{1,2})?", re.ASCII)


def read_shares(text: str) -> list[tuple[str, str, int]]:
    r"""Read ``feature,value,percent``: feature, value, and how many in 10,000 people have it.

    >>> read_shares("feature,value,percent\nsex,Female,51.41\nsex,Male,48.59\n")
    [('sex', 'Female', 5141), ('sex', 'Male', 4859)]

    Raises:
        SortitionError: ``csv.*``, naming the line and the column.
    """
    return shares_from(rows_of(text, "shares"))


def shares_from(rows: Iterable[Row]) -> list[tuple[str, str, int]]:
    """Make shares of rows, wherever they come from; as `read_shares`.

    Raises:
        SortitionError: ``csv.*``, naming the line and the column.
    """
    return [
        (
            cell_of(row, ("feature", "category"), line, "shares"),
            cell_of(row, ("value", "name"), line, "shares"),
            _share(row.get("percent", ""), line),
        )
        for line, row in rows
    ]


def _share(cell: str, line: int) -> int:
    number = cell.removesuffix("%").strip()
    if not _PERCENT.fullmatch(number):
        raise SortitionError("csv.percent", file="shares", column="percent", line=line)
    return int(Decimal(number) * 100)
