"""The field's own files: targets and people as CSV, with the habits of spreadsheets."""

import re
from collections.abc import Collection, Iterable, Iterator
from typing import Final

from answerable.science.sortition.errors import SortitionError
from answerable.science.sortition.sheets import Row, renamed, sheet_of
from answerable.science.sortition.targets import Profile, Seats, Target

# A number with one or two noughts behind a point is a spreadsheet's; 1.000 may mean a thousand.
_WHOLE: Final = re.compile(r"(\d{1,6})(\.0{1,2})?", re.ASCII)
_HEADINGS: Final = (
    *("category", "feature", "value", "name", "min", "max"),
    *("min_flex", "max_flex", "feature_2", "value_2"),
)
Person = tuple[str, Profile, dict[str, str]]
"""An id, a profile, and everything else."""


def rows_of(text: str, what: str, known: Collection[str] = ()) -> Iterator[Row]:
    """Give the line number and the cells of each row that is not blank; see `sheet_of`.

    Raises:
        SortitionError: ``csv.empty``, ``csv.header``, ``csv.quote``, ``csv.row``, ``csv.unnamed``.
    """
    sheet = sheet_of(text, what, known)
    for fault in sheet.faults[:1]:
        raise fault
    yield from sheet.rows


def cell_of(row: dict[str, str], names: tuple[str, ...], line: int, what: str) -> str:
    """Give the first cell under one of some headings that is not empty."""
    for name in names:
        if row.get(name):
            return row[name]
    raise SortitionError("csv.column", file=what, column=names[0], line=line)


def _whole(row: dict[str, str], name: str, line: int) -> int:
    cell = row.get(name, "")
    number = _WHOLE.fullmatch(cell)
    if not number:
        raise SortitionError("csv.number", file="targets", column=name, line=line)
    return int(number[1])


def read_targets(text: str) -> list[Seats]:
    r"""Read ``feature,value,min,max`` or ``category,feature,min,max``.

    >>> read_targets("category,feature,min,max\nsex,Female,15,16\n")
    [Seats(feature='sex', value='Female', min=15, max=16)]

    Raises:
        SortitionError: ``csv.*``, naming the line and the column.
    """
    return [_seats(row, line) for line, row in _target_rows(rows_of(text, "targets", _HEADINGS))]


def read_rules(text: str) -> list[Target]:
    r"""Read targets as `read_targets` does, with ``min_flex`` and ``max_flex`` where given.

    Two more columns, ``feature_2`` and ``value_2``, make a target one for two values together.

    >>> read_rules("feature,value,min,max,min_flex,max_flex\nsex,f,5,6,4,7\n")[0].min_flex
    4

    Raises:
        SortitionError: ``csv.*``, naming the line and the column.
    """
    return rules_from(rows_of(text, "targets", _HEADINGS))


def rules_from(rows: Iterable[Row]) -> list[Target]:
    """Make targets of rows, wherever they come from; as `read_rules`.

    Raises:
        SortitionError: ``csv.*``, naming the line and the column.
    """
    found = []
    for line, row in _target_rows(rows):
        seats = _seats(row, line)
        of = ((seats.feature, seats.value), *_second(row, line))
        flex = (_flex(row, name, line) for name in ("min_flex", "max_flex"))
        found.append(Target(of, seats.min, seats.max, *flex))
    return found


def _target_rows(rows: Iterable[Row]) -> Iterator[Row]:
    """Give rows with the headings of targets, in whatever case they were written."""
    for line, row in renamed(rows, _HEADINGS):
        value = ("feature",) if "category" in row else ("value", "name")
        needed = {"category" if "category" in row else "feature", "min", "max"}
        if not (needed <= row.keys() and any(name in row for name in value)):
            raise SortitionError("csv.headings", file="targets", found=[n for n in row if n])
        yield line, row


def _seats(row: dict[str, str], line: int) -> Seats:
    has_category = "category" in row
    return Seats(
        cell_of(row, ("category",) if has_category else ("feature",), line, "targets"),
        cell_of(row, ("feature",) if has_category else ("value", "name"), line, "targets"),
        _whole(row, "min", line),
        _whole(row, "max", line),
    )


def _second(row: dict[str, str], line: int) -> tuple[tuple[str, str], ...]:
    if not (row.get("feature_2") or row.get("value_2")):
        return ()
    feature, value = (cell_of(row, (name,), line, "targets") for name in ("feature_2", "value_2"))
    return ((feature, value),)


def _flex(row: dict[str, str], name: str, line: int) -> int | None:
    return _whole(row, name, line) if row.get(name) else None


def read_people(text: str, features: set[str], *, id_column: str = "id") -> list[Person]:
    """Read people: the id, the profile (a value for each feature), and everything else.

    Where only case or spaces of a heading differ from what is looked for, it is read as that.

    Raises:
        SortitionError: ``csv.*``; ``people.column`` for a feature without a column;
            ``people.id`` for a row without an id; ``people.repeated`` for an id used twice,
            naming both lines.
    """
    rows = rows_of(text, "respondents", {id_column, *features})
    return people_from(rows, features, id_column=id_column)


def people_from(
    rows: Iterable[Row],
    features: set[str],
    *,
    id_column: str = "id",
    what: str = "respondents",
) -> list[Person]:
    """Make people of rows, wherever they come from; as `read_people`.

    Args:
        rows: one a person.
        features: what profiles are made of.
        id_column: tells people apart.
        what: a name for the rows in what is said of faults.

    Raises:
        SortitionError: as `read_people`, but for ``csv.*``.
    """
    people: list[Person] = []
    seen: dict[str, int] = {}
    for line, row in renamed(rows, {id_column, *features}):
        lacking = sorted({id_column, *features} - row.keys())
        if lacking:
            raise SortitionError("people.column", columns=lacking)
        name = row[id_column]
        if not name:
            raise SortitionError("people.id", file=what, line=line)
        if name in seen:
            raise SortitionError("people.repeated", file=what, line=line, first=seen[name])
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
