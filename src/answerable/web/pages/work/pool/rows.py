"""Targets as somebody edits them: rows whose numbers are words until they are read."""

import csv
import io
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from itertools import groupby
from typing import Any, Final

from answerable.model.recruitment import Share
from answerable.science import sortition

_HEADING: Final = (
    "feature",
    "value",
    "feature_2",
    "value_2",
    "min",
    "max",
    "min_flex",
    "max_flex",
)
_EVERYBODY: Final = 10_000
_DIGITS: Final = 6
MOST: Final = 200
"""As many targets as an entry can say."""


@dataclass(frozen=True, slots=True)
class Row:
    """One target, as typed.

    Attributes:
        feature_2: of a target for two values together; else empty, as ``value_2``.
        min_flex: how far the least may give way; empty where that is not said.
    """

    feature: str
    value: str
    feature_2: str = ""
    value_2: str = ""
    min: str = ""
    max: str = ""
    min_flex: str = ""
    max_flex: str = ""

    @property
    def group(self) -> str:
        """What it is shown under: its feature, or nothing for two together."""
        return "" if self.feature_2 else self.feature

    @property
    def name(self) -> str:
        """What it is called among those it is shown with."""
        if not self.feature_2:
            return self.value
        return f"{self.feature}: {self.value}, {self.feature_2}: {self.value_2}"

    @property
    def of(self) -> tuple[tuple[str, str], ...]:
        """The features and their values."""
        second = ((self.feature_2, self.value_2),) if self.feature_2 else ()
        return ((self.feature, self.value), *second)

    @property
    def wrong(self) -> bool:
        """Whether one of its numbers is none."""
        return not (_whole(self.min) and _whole(self.max))

    def with_numbers(self, least: int, most: int) -> "Row":
        """Give the row with other numbers; flex bounds stay outside them."""
        low = str(min(int(self.min_flex), least)) if _whole(self.min_flex) else self.min_flex
        high = str(max(int(self.max_flex), most)) if _whole(self.max_flex) else self.max_flex
        return replace(self, min=str(least), max=str(most), min_flex=low, max_flex=high)


Rows = tuple[Row, ...]


def _whole(said: str) -> bool:
    return said.isascii() and said.isdigit() and len(said) <= _DIGITS


def written(rows: Iterable[Row]) -> str:
    """Write rows as CSV; without columns that none of them uses."""
    cells = [[str(cell) for cell in asdict(row).values()] for row in rows]
    always = [_HEADING.index(name) for name in ("feature", "value", "min", "max")]
    used = [at for at in range(len(_HEADING)) if at in always or any(row[at] for row in cells)]
    text = io.StringIO()
    table = csv.writer(text, lineterminator="\n")
    table.writerows([row[at] for at in used] for row in (list(_HEADING), *cells))
    return text.getvalue()


def read(text: str) -> Rows:
    """Read the field's own files of targets.

    Raises:
        SortitionError: ``csv.*``, naming the line and the column.
    """
    return of_targets(sortition.read_rules(text))


def of_targets(targets: Iterable[sortition.Target]) -> Rows:
    """Give targets as rows, those of one feature together."""
    return grouped(_row(target) for target in targets)


def _row(target: sortition.Target) -> Row:
    first, second = target.of[0], target.of[1] if len(target.of) > 1 else ("", "")
    flex = ("" if each is None else str(each) for each in (target.min_flex, target.max_flex))
    return Row(*first, *second, str(target.min), str(target.max), *flex)


def targets_of(rows: Sequence[Row]) -> list[sortition.Target]:
    """Give rows as targets, once none of them is wrong.

    Raises:
        SortitionError: ``csv.*`` for what no form sends.
    """
    return sortition.read_rules(written(rows)) if rows else []


def typed(form: Mapping[str, Any]) -> Rows:
    """Give the rows of a form: what they are for, with the numbers typed beside them.

    A row whose numbers were both emptied is taken out.

    Raises:
        SortitionError: ``csv.*`` for what no form sends.
    """
    known = form.get("base")
    base = read(known) if isinstance(known, str) and known.strip() else ()
    rows = (
        replace(row, min=_said(form, f"min.{at}", row.min), max=_said(form, f"max.{at}", row.max))
        for at, row in enumerate(base[:MOST])
    )
    return tuple(row for row in rows if row.min or row.max)


def _said(form: Mapping[str, Any], name: str, usual: str) -> str:
    value = form.get(name, usual)
    return value.strip()[:20] if isinstance(value, str) else usual


def base_of(rows: Iterable[Row]) -> str:
    """Write what rows are for, with numbers that can be read whatever was typed."""
    return written(replace(row, min="0", max="0") if row.wrong else row for row in rows)


def proposed(shares: Sequence[Share], seats: int, known: Sequence[Row] = ()) -> Rows:
    """Propose the seats nearest to the shares of a population: the whole numbers on either side.

    What is no feature of the population stays as it is.
    """
    features = {share.feature for share in shares}
    rows = [
        Row(
            share.feature,
            share.value,
            min=str(share.per_10000 * seats // _EVERYBODY),
            max=str(-(-share.per_10000 * seats // _EVERYBODY)),
        )
        for share in shares
    ]
    return grouped([*rows, *(row for row in known if row.group not in features)])


def grouped(rows: Iterable[Row]) -> Rows:
    """Put rows of one feature together, and those for two values last."""
    every = list(rows)
    order = list(dict.fromkeys(row.group for row in every))
    return tuple(sorted(every, key=lambda row: (not row.group, order.index(row.group))))


def by_group(rows: Sequence[Row]) -> list[tuple[str, list[tuple[int, Row]]]]:
    """Give rows with their places, feature by feature."""
    return [
        (group, list(found)) for group, found in groupby(enumerate(rows), key=lambda p: p[1].group)
    ]


def relaxed(rows: Rows, changes: Iterable[sortition.Change]) -> Rows:
    """Give the rows with the numbers that let a panel exist."""
    numbers = {change.target.of: (change.min, change.max) for change in changes}
    return tuple(row.with_numbers(*numbers[row.of]) if row.of in numbers else row for row in rows)
