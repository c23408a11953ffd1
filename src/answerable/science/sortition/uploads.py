"""People as somebody's spreadsheet has them: every row is read, and every fault found at once."""

from collections.abc import Sequence

from answerable.science.sortition.errors import SortitionError
from answerable.science.sortition.sheets import Sheet, heading_of, renamed, sheet_of

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
    wanted = [*([id_column] if id_column else []), *columns]
    sheet = sheet_of(text, _FILE, wanted)
    unread = _unread(sheet, wanted)
    if unread:
        return [], unread
    faults = list(sheet.faults)
    seen: dict[str, int] = {}
    people: list[dict[str, str]] = []
    for line, row in renamed(sheet.rows, wanted):
        faults += _identity(row[id_column or next(iter(row))], line, seen)
        people.append({name: cell for name, cell in row.items() if name})
    if not people and not faults:
        faults.append(SortitionError("csv.empty", file=_FILE))
    return people, sorted(faults, key=_line)


def _unread(sheet: Sheet, wanted: Sequence[str]) -> list[SortitionError]:
    """Give what is wrong with the heading."""
    if not sheet.headings:
        return sheet.faults
    if not sheet.headings[0]:
        return [SortitionError("csv.empty", file=_FILE)]
    lacking = sorted({name for name in wanted if heading_of(sheet.headings, name) is None})
    return [SortitionError("people.column", columns=lacking)] if lacking else []


def _line(fault: SortitionError) -> int:
    line = fault.params.get("line")
    return line if isinstance(line, int) else 0


def _identity(name: str, line: int, seen: dict[str, int]) -> list[SortitionError]:
    if not name:
        return [SortitionError("people.id", file=_FILE, line=line)]
    if name in seen:
        return [SortitionError("people.repeated", file=_FILE, line=line, first=seen[name])]
    seen[name] = line
    return []
