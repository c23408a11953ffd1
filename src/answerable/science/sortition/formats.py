"""The field's own files: targets and people as CSV, with the habits of spreadsheets."""

import csv
import io
from collections.abc import Iterable, Iterator

from answerable.science.sortition.errors import SortitionError
from answerable.science.sortition.targets import Profile, Seats, Target

_MOST_DIGITS = 6

Row = tuple[int, dict[str, str]]
"""The number of a line, and its cells by heading, without spaces around them."""
Person = tuple[str, Profile, dict[str, str]]
"""An id, a profile, and everything else."""


def rows_of(text: str, what: str) -> Iterator[Row]:
    """Give the line number and the cells of each row that is not blank."""
    reader = csv.reader(io.StringIO(text.removeprefix("\ufeff")), strict=True)
    try:
        header = [cell.strip() for cell in next(reader, [])]
        if not any(header):
            raise SortitionError("csv.empty", file=what)
        if len(set(header)) != len(header):
            raise SortitionError("csv.header", file=what)
        for cells in reader:
            if any(cell.strip() for cell in cells):
                if len(cells) != len(header):
                    raise SortitionError("csv.row", file=what, line=reader.line_num)
                pairs = zip(header, cells, strict=True)
                yield reader.line_num, {name: cell.strip() for name, cell in pairs}
    except csv.Error:
        raise SortitionError("csv.row", file=what, line=reader.line_num) from None


def cell_of(row: dict[str, str], names: tuple[str, ...], line: int, what: str) -> str:
    """Give the first cell under one of some headings that is not empty."""
    for name in names:
        if row.get(name):
            return row[name]
    raise SortitionError("csv.column", file=what, column=names[0], line=line)


def _whole(row: dict[str, str], name: str, line: int) -> int:
    cell = row.get(name, "")
    if not (cell.isascii() and cell.isdigit() and len(cell) <= _MOST_DIGITS):
        raise SortitionError("csv.number", file="targets", column=name, line=line)
    return int(cell)


def read_targets(text: str) -> list[Seats]:
    r"""Read ``feature,value,min,max`` or ``category,feature,min,max``.

    >>> read_targets("category,feature,min,max\nsex,Female,15,16\n")
    [Seats(feature='sex', value='Female', min=15, max=16)]

    Raises:
        SortitionError: ``csv.*``, naming the line and the column.
    """
    return [_seats(row, line) for line, row in rows_of(text, "targets")]


def read_rules(text: str) -> list[Target]:
    r"""Read targets as `read_targets` does, with ``min_flex`` and ``max_flex`` where given.

    Two more columns, ``feature_2`` and ``value_2``, make a target one for two values together.

    >>> read_rules("feature,value,min,max,min_flex,max_flex\nsex,f,5,6,4,7\n")[0].min_flex
    4

    Raises:
        SortitionError: ``csv.*``, naming the line and the column.
    """
    return rules_from(rows_of(text, "targets"))


def rules_from(rows: Iterable[Row]) -> list[Target]:
    """Make targets of rows, wherever they come from; as `read_rules`.

    Raises:
        SortitionError: ``csv.*``, naming the line and the column.
    """
    found = []
    for line, row in rows:
        seats = _seats(row, line)
        of = ((seats.feature, seats.value), *_second(row, line))
        flex = (_flex(row, name, line) for name in ("min_flex", "max_flex"))
        found.append(Target(of, seats.min, seats.max, *flex))
    return found


def _seats(row: dict[str, str], line: int) -> Seats:
    has_category = "category" in row
    return Seats(
        cell_of(row, ("category",) if has_category else ("feature",), line, "targets"),
        cell_of(row, ("feature",) if has_category else ("value", "name"), line, "targets"),
        _whole(row, "min", line),
        _whole(row, "max", line),
    )


def _second(row: dict[str, str], line: int) -> tuple[tuple[str, str], ...]:
    if not row.get("feature_2"):
        return ()
    return ((row["feature_2"], cell_of(row, ("value_2",), line, "targets")),)


def _flex(row: dict[str, str], name: str, line: int) -> int | None:
    return _whole(row, name, line) if row.get(name) else None


def read_people(text: str, features: set[str], *, id_column: str = "id") -> list[Person]:
    """Read people: the id, the profile (a value for each feature), and everything else.

    Raises:
        SortitionError: ``csv.*``; ``people.column`` for a feature without a column;
            ``people.id`` for a row without an id; ``people.repeated`` for an id used twice,
            naming both lines.
    """
    return people_from(rows_of(text, "respondents"), features, id_column=id_column)


def people_from(rows: Iterable[Row], features: set[str], *, id_column: str = "id") -> list[Person]:
    """Make people of rows, wherever they come from; as `read_people`.

    Raises:
        SortitionError: as `read_people`, but for ``csv.*``.
    """
    people: list[Person] = []
    seen: dict[str, int] = {}
    for line, row in rows:
        lacking = sorted({id_column, *features} - row.keys())
        if lacking:
            raise SortitionError("people.column", columns=lacking)
        name = row[id_column]
        if not name:
            raise SortitionError("people.id", line=line)
        if name in seen:
            raise SortitionError("people.repeated", line=line, first=seen[name])
        seen[name] = line
        profile = {feature: row[feature] for feature in sorted(features)}
        rest = {key: cell for key, cell in row.items() if key not in features}
        people.append((name, profile, rest))
    return people


def read_questions(text: str) -> list[tuple[str, str, tuple[str, ...]]]:
    r"""Read ``feature,question,value``: a row for each answer; feature, question, its answers.

    >>> read_questions("feature,question,value\nsex,Your sex?,Female\nsex,,Male\n")
    [('sex', 'Your sex?', ('Female', 'Male'))]

    Raises:
        SortitionError: ``csv.*``, naming the line and the column.
    """
    found: dict[str, tuple[str, list[str]]] = {}
    for line, row in rows_of(text, "questions"):
        feature = cell_of(row, ("feature", "category"), line, "questions")
        _, values = found.setdefault(feature, (row.get("question") or feature, []))
        values.append(cell_of(row, ("value", "name"), line, "questions"))
    return [(feature, words, tuple(values)) for feature, (words, values) in found.items()]
