"""A dataset's columns as a table for spreadsheets (CSV, RFC 4180)."""

import csv
from collections.abc import Iterable
from io import StringIO
from typing import Final

from answerable.model.dataset import Dataset

_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r")
_HEAD: Final = ("dataset", "column", "type", "tells_about_people", "open")


def safe(cell: str) -> str:
    """Keep a spreadsheet from taking words for a formula: an apostrophe goes before them.

    >>> safe("=1+1"), safe("Need"), safe("'quoted")
    ("'=1+1", 'Need', "'quoted")
    """
    return f"'{cell}" if cell.startswith(_FORMULA) else cell


def columns_csv(dataset: Dataset) -> bytes:
    """Write the columns of a dataset, one a row, with their titles in every language they have."""
    languages = sorted({each for column in dataset.columns for each in column.title.root})
    rows = [[*_HEAD, *(f"title_{each}" for each in languages)]]
    for column in dataset.columns:
        opened = "yes" if column.column in dataset.opened else "no"
        titles = [column.title.root.get(each, "") for each in languages]
        rows.append(
            [
                dataset.dataset,
                column.column,
                column.type.value,
                column.sensitivity.value,
                opened,
                *titles,
            ]
        )
    return _written(rows)


def _written(rows: Iterable[Iterable[str]]) -> bytes:
    out = StringIO()
    csv.writer(out, lineterminator="\r\n").writerows([safe(cell) for cell in row] for row in rows)
    return out.getvalue().encode()
