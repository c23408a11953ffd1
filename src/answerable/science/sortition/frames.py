"""Data frames in, data frames of the same library out: pandas, polars, pyarrow, by narwhals.

A frame means what a CSV file of it would mean, see ``formats``: cells are texts without spaces
around them; a whole number is written without a point, so 1, 1.0 and "1" are one value; what is
missing (null, NaN) is an empty cell; a row of empty cells does not count; lines in what is said
about faults count the heading, as in a file. Lazy frames have to be collected first.
"""

import math
from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import Any

import narwhals.stable.v2 as nw
from narwhals.exceptions import DuplicateError
from narwhals.stable.v2.typing import IntoDataFrame, IntoDataFrameT

from answerable.science.sortition.errors import SortitionError
from answerable.science.sortition.formats import Person, people_from, rules_from
from answerable.science.sortition.households import households
from answerable.science.sortition.instance import Instance, Reals, instance
from answerable.science.sortition.population import shares_from
from answerable.science.sortition.sheets import Row, heading_of
from answerable.science.sortition.tables import Seating
from answerable.science.sortition.targets import Target

_PEOPLE = "respondents"


def targets_of(frame: IntoDataFrame) -> list[Target]:
    """Make targets of a frame; as `read_rules`.

    Raises:
        SortitionError: ``csv.*``, naming the line and the column.
    """
    return rules_from(_rows(frame, "targets"))


def shares_of(frame: IntoDataFrame) -> list[tuple[str, str, int]]:
    """Make shares of a population of a frame; as `read_shares`.

    Raises:
        SortitionError: ``csv.*``, naming the line and the column.
    """
    return shares_from(_rows(frame, "shares"))


def people_of(
    frame: IntoDataFrame, features: set[str] | Sequence[str], *, id_column: str = "id"
) -> list[Person]:
    """Make people of a frame; as `read_people`.

    Raises:
        SortitionError: as `read_people`.
    """
    return people_from(_rows(frame, _PEOPLE), set(features), id_column=id_column)


def ids_of(frame: IntoDataFrame, *, id_column: str = "id") -> list[str]:
    """Give the id of each person, as a text; the numbers that `draw_panel` asks for.

    Raises:
        SortitionError: as `read_people`.
    """
    return [number for number, _, _ in people_of(frame, (), id_column=id_column)]


def instance_of(
    frame: IntoDataFrame,
    targets: IntoDataFrame,
    *,
    seats: int,
    id_column: str = "id",
    household_columns: Sequence[str] = (),
) -> Instance:
    """Make an instance of a frame of people and a frame of targets; as `instance`.

    Args:
        frame: one row a person, see `people_of`.
        targets: one row a target, see `targets_of`.
        seats: how many people the panel has.
        id_column: the column of ids.
        household_columns: at most one person serves of those with the same in all of these.

    Raises:
        SortitionError: as `people_of`, `targets_of`, `instance`.
    """
    rules = targets_of(targets)
    features = {feature for rule in rules for feature, _ in rule.of}
    people = people_of(frame, features, id_column=id_column)
    rows = [{**profile, **rest} for _, profile, rest in people]
    profiles = [profile for _, profile, _ in people]
    return instance(profiles, rules, seats=seats, households=households(rows, household_columns))


def chances_in(
    frame: IntoDataFrameT, made: Instance, chances: Reals, *, id_column: str = "id"
) -> IntoDataFrameT:
    """Give everybody's chance beside their id: a frame of two columns, ``chance`` the second.

    Args:
        frame: the people that the instance was made of.
        made: by `instance_of`.
        chances: one for each orbit, such as those of a lottery.
        id_column: the column of ids; it stays as it is.

    Raises:
        SortitionError: ``people.column``.
    """
    return _beside(frame, id_column, {"chance": made.by_person(chances).tolist()})


def tables_in(frame: IntoDataFrameT, seated: Seating, *, id_column: str = "id") -> IntoDataFrameT:
    """Give everybody's table in each round beside their id: ``round_1`` and so on, from one.

    Raises:
        SortitionError: ``people.column``.
    """
    rounds = {
        f"round_{turn}": [table + 1 for table in seats]
        for turn, seats in enumerate(seated.rounds, start=1)
    }
    return _beside(frame, id_column, rounds)


def rows_in(frame: IntoDataFrameT, places: Sequence[int]) -> IntoDataFrameT:
    """Give the rows of some people, such as the members of a panel, with every column.

    Args:
        frame: the people that an instance was made of.
        places: as the draw gives them; rows without anything do not count.
    """
    kept = [at for at, _ in _filled(frame, _PEOPLE)]
    return _frame(frame, _PEOPLE)[[kept[place] for place in places]].to_native()


def _beside(frame: IntoDataFrameT, id_column: str, columns: dict[str, list[Any]]) -> IntoDataFrameT:
    known = _frame(frame, _PEOPLE)
    columns_of = {column.strip(): column for column in known.columns}
    heading = heading_of(tuple(columns_of), id_column)
    if heading is None:
        raise SortitionError("people.column", columns=[id_column])
    name = columns_of[heading]
    kept = nw.maybe_reset_index(known[[at for at, _ in _filled(frame, _PEOPLE)]].select(name))
    series = (
        nw.new_series(column, values, backend=known.implementation)
        for column, values in columns.items()
    )
    return kept.with_columns(*series).to_native()


def _frame(frame: IntoDataFrameT, what: str) -> nw.DataFrame[IntoDataFrameT]:
    try:
        return nw.from_native(frame, eager_only=True)
    except DuplicateError:
        columns = getattr(frame, "column_names", frame.columns)
        names = [str(name).strip() for name in columns]
        raise SortitionError("csv.header", file=what, headings=_repeated(names)) from None


def _repeated(names: Sequence[str]) -> list[str]:
    return sorted({name for name in names if names.count(name) > 1})


def _rows(frame: IntoDataFrame, what: str) -> Iterator[Row]:
    """Give rows as a file would: what is missing is empty, blank rows are left out."""
    for at, cells in _filled(frame, what):
        yield at + 2, cells


def _filled(frame: IntoDataFrame, what: str) -> Iterator[tuple[int, dict[str, str]]]:
    """Give the place and the cells of each row that is not blank."""
    known = _frame(frame, what)
    names = [column.strip() for column in known.columns]
    if not any(names):
        raise SortitionError("csv.empty", file=what)
    if len(set(names)) != len(names):
        raise SortitionError("csv.header", file=what, headings=_repeated(names))
    columns = [_texts(known[column]) for column in known.columns]
    for at, cells in enumerate(zip(*columns, strict=True)):
        if any(cells):
            yield at, dict(zip(names, cells, strict=True))


def _texts(series: nw.Series[Any]) -> list[str]:
    pairs = zip(series.to_list(), series.is_null().to_list(), strict=True)
    return ["" if missing else _text(cell) for cell, missing in pairs]


def _text(cell: Any) -> str:
    """Write a cell as a file would have it.

    >>> [_text(cell) for cell in (1, 1.0, " 1 ", Decimal("1.00"), 1.5, float("nan"))]
    ['1', '1', '1', '1', '1.5', '']
    """
    if isinstance(cell, float | Decimal):
        if math.isnan(cell):
            return ""
        if math.isfinite(cell) and cell == int(cell):
            return str(int(cell))
    return str(cell).strip()
