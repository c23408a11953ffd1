"""Tables as spreadsheets save them: whatever parts the cells, and whatever blank is around them."""

import csv
import io
import re
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Final

from answerable.science.sortition.errors import SortitionError

Row = tuple[int, dict[str, str]]
"""The number of a line, and its cells by heading, without spaces around them."""
_Cells = tuple[int, list[str]]

_SEPARATORS: Final = (",", ";", "\t")
_BLANK: Final = ' ,;\t\r\n"'
_SAID: Final = re.compile(r'"?sep=([^\w\s"]|\t)"?[,;\s]*', re.IGNORECASE)
_QUOTED: Final = re.compile(r'"[^"]*(?:"|$)')
_OLD_MAC: Final = re.compile(r"\r(?!\n)")


@dataclass(frozen=True, slots=True)
class Sheet:
    """What a file holds.

    Attributes:
        headings: as they stand, without spaces around them.
        rows: those that are not blank and fit the headings.
        faults: everything else, in the order of lines.
    """

    headings: tuple[str, ...] = ()
    rows: list[Row] = field(default_factory=list)
    faults: list[SortitionError] = field(default_factory=list)


def sheet_of(text: str, what: str, known: Collection[str] = ()) -> Sheet:
    r"""Read a table with a heading, parted by commas, semicolons or tabs.

    The heading decides which: the one that gives the most of the known headings, then the most
    headings. A line ``sep=;`` before it says which. Blank rows, and columns with nothing in them
    at all, do not count.

    Args:
        text: the file.
        what: a name for it in what is said of faults.
        known: headings that it may have.

    >>> sheet_of("sep=;\n\nid;age, in years;;\n1;30;;\n", "people").rows
    [(4, {'id': '1', 'age, in years': '30'})]
    """
    lines = list(io.StringIO(_OLD_MAC.sub("\n", text.removeprefix("\ufeff"))))
    faults: list[SortitionError] = []
    rows = _filled(lines, *_beginning(lines, known), what, faults)
    headings = [cell.strip() for _, cells in _first(rows) for cell in cells]
    repeated = sorted({name for name in headings if name and headings.count(name) > 1})
    if not headings:
        return Sheet(faults=faults or [SortitionError("csv.empty", file=what)])
    if repeated:
        return Sheet(faults=[SortitionError("csv.header", file=what, headings=repeated)])
    fitting = list(_fitting(rows, headings, what, faults))
    kept = _kept(headings, fitting, what, faults)
    found = [(line, {headings[at]: cells[at] for at in kept}) for line, cells in fitting]
    return Sheet(tuple(headings[at] for at in kept), found, faults)


def renamed(rows: Iterable[Row], wanted: Collection[str]) -> Iterator[Row]:
    """Give rows with headings as wanted, where only case, spaces or underscores differ.

    A heading that is there exactly stays; where several would do, none is taken.

    >>> list(renamed([(2, {"ID ": "1", "Age  group": "old"})], ["id", "age group"]))
    [(2, {'id': '1', 'age group': 'old'})]
    """
    names: dict[str, str] | None = None
    for line, row in rows:
        if names is None:
            names = _names(tuple(row), wanted)
        yield line, {names.get(name, name): cell for name, cell in row.items()}


def heading_of(headings: Sequence[str], wanted: str) -> str | None:
    """Give the heading that is meant by a name; none where there is none, or several."""
    if wanted in headings:
        return wanted
    alike = [name for name in headings if _folded(name) == _folded(wanted)]
    return alike[0] if len(alike) == 1 else None


def _names(headings: Sequence[str], wanted: Collection[str]) -> dict[str, str]:
    meant = ((heading_of(headings, name), name) for name in sorted(wanted))
    return {
        heading: name for heading, name in meant if heading is not None and heading not in wanted
    }


def _folded(name: str) -> str:
    return "".join(name.casefold().replace("_", " ").split())


def _beginning(lines: Sequence[str], known: Collection[str]) -> tuple[int, str]:
    """Give the place of the heading, and what parts its cells."""
    said = ""
    for at, line in enumerate(lines):
        telling = _SAID.fullmatch(line)
        if telling and not said:
            said = telling[1]
        elif line.strip(_BLANK):
            return at, said or _separator(line, {_folded(name) for name in known})
    return len(lines), ","


def _separator(heading: str, known: Collection[str]) -> str:
    outside = _QUOTED.sub("", heading)

    def worth(separator: str) -> tuple[int, int]:
        names = (_folded(name.strip(_BLANK)) for name in heading.split(separator))
        return sum(name in known for name in names), outside.count(separator)

    return max(_SEPARATORS, key=worth)


def _filled(
    lines: Sequence[str], first: int, separator: str, what: str, faults: list[SortitionError]
) -> Iterator[_Cells]:
    """Give what is not blank, with the line where it begins; nothing follows a broken row."""
    reader = csv.reader(lines[first:], delimiter=separator, strict=True)
    begun = first
    try:
        for cells in reader:
            if any(cell.strip() for cell in cells):
                yield begun + 1, cells
            begun = first + reader.line_num
    except csv.Error:
        row = "".join(lines[begun : first + reader.line_num])
        faults.append(_broken(row, separator, begun + 1, what))


def _broken(row: str, separator: str, line: int, what: str) -> SortitionError:
    """Say what is wrong with the quotes of a row: one that is open, or one inside a cell."""
    part = re.escape(separator)
    for cell in re.finditer(rf'(?<![^{part}\n])"(?:[^"]|"")*+("?)', row):
        if not cell[1] or row[cell.end() : cell.end() + 1] not in {separator, "\r", "\n", ""}:
            line += row.count("\n", 0, cell.start())
            if not cell[1] or "\n" in cell[0]:
                return SortitionError("csv.quote", file=what, line=line)
            break
    return SortitionError("csv.row", file=what, line=line)


def _first(rows: Iterator[_Cells]) -> list[_Cells]:
    return [row for row in (next(rows, None),) if row]


def _fitting(
    rows: Iterable[_Cells], headings: Sequence[str], what: str, faults: list[SortitionError]
) -> Iterator[_Cells]:
    """Give rows as long as the heading; only cells that are empty may be too many or too few."""
    width = len(headings)
    least = max(at for at, name in enumerate(headings, start=1) if name)
    for line, row in rows:
        cells = [cell.strip() for cell in row]
        if len(cells) < least or any(cells[width:]):
            faults.append(SortitionError("csv.row", file=what, line=line))
        else:
            yield line, (cells + [""] * width)[:width]


def _kept(
    headings: Sequence[str], rows: Sequence[_Cells], what: str, faults: list[SortitionError]
) -> list[int]:
    """Give the columns that have a heading, and one that has none but something in it."""
    filled = [
        at for at, name in enumerate(headings) if not name and any(cells[at] for _, cells in rows)
    ]
    for nameless in filled[1:2]:
        line = next(line for line, cells in rows if cells[nameless])
        faults.append(SortitionError("csv.unnamed", file=what, line=line))
    return [at for at, name in enumerate(headings) if name or at in filled[:1]]
