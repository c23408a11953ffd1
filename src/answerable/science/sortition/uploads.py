"""People as somebody's spreadsheet has them: every row is read, and every fault found at once."""

import csv
import io
from collections.abc import Iterator, Sequence
from typing import Any

from answerable.science.sortition.errors import SortitionError

_FILE = "respondents"


def read_upload(
    text: str, *, id_column: str = "", columns: Sequence[str] = ()
) -> tuple[list[dict[str, str]], list[SortitionError]]:
    r"""Read people with whatever columns there are.

    Args:
        text: CSV with a heading.
        id_column: tells people apart; the first column where none is named.
        columns: others that have to be there.

    Returns:
        The cells of each person, and every fault, with its line; codes as those of `read_people`.

    >>> people, faults = read_upload("id,age\n1,old\n,old\n1,young,x\n")
    >>> [(fault.code, fault.params["line"]) for fault in faults]
    [('people.id', 3), ('csv.row', 4)]
    """
    reader = csv.reader(io.StringIO(text.removeprefix("\ufeff")), strict=True)
    faults: list[SortitionError] = []
    try:
        header = [cell.strip() for cell in next(reader, [])]
    except csv.Error:
        return [], [SortitionError("csv.row", file=_FILE, line=reader.line_num)]
    faults += _heading(header, [*([id_column] if id_column else []), *columns])
    if faults:
        return [], faults
    people: list[dict[str, str]] = []
    seen: dict[str, int] = {}
    for line, cells in _rows(reader, faults):
        if len(cells) != len(header):
            faults.append(SortitionError("csv.row", file=_FILE, line=line))
            continue
        person = {name: cell.strip() for name, cell in zip(header, cells, strict=True) if name}
        faults += _identity(person[id_column or header[0]], line, seen)
        people.append(person)
    if not people and not faults:
        faults.append(SortitionError("csv.empty", file=_FILE))
    return people, faults


def _heading(header: Sequence[str], wanted: Sequence[str]) -> list[SortitionError]:
    if not any(header) or not header[0]:
        return [SortitionError("csv.empty", file=_FILE)]
    if len(set(header)) != len(header):
        return [SortitionError("csv.header", file=_FILE)]
    lacking = sorted(set(wanted) - set(header))
    return [SortitionError("people.column", columns=lacking)] if lacking else []


def _rows(reader: Any, faults: list[SortitionError]) -> Iterator[tuple[int, list[str]]]:
    """Give what is not blank; after a quote that never closes there is no next row."""
    try:
        for cells in reader:
            if any(cell.strip() for cell in cells):
                yield reader.line_num, cells
    except csv.Error:
        faults.append(SortitionError("csv.row", file=_FILE, line=reader.line_num))


def _identity(name: str, line: int, seen: dict[str, int]) -> list[SortitionError]:
    if not name:
        return [SortitionError("people.id", line=line)]
    if name in seen:
        return [SortitionError("people.repeated", line=line, first=seen[name])]
    seen[name] = line
    return []
