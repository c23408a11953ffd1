"""Places to invite from, and how many of their addresses may answer, as CSV."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Final

from answerable.science.sortition.errors import SortitionError, refuse
from answerable.science.sortition.formats import cell_of, rows_of

DEFAULT_RATE: Final = Fraction(3, 100)
"""Volunteers for each letter where nothing is known: an assumption, no finding."""

_OWN: Final = ("place", "addresses", "people", "answer_rate")
_RATE: Final = re.compile(r"(\d{1,3}(?:\.\d{1,6})?)\s*(%?)", re.ASCII)
_WHOLE: Final = re.compile(r"[1-9]\d{0,8}", re.ASCII)


@dataclass(frozen=True, slots=True)
class Place:
    """A place whose addresses can be drawn: a postcode, a small area.

    Attributes:
        people: who live there; as many as addresses where it is not said.
        rate: volunteers for each letter; none where it is not said.
        values: of the place, by feature.
    """

    name: str
    addresses: int
    people: int
    rate: Fraction | None = None
    values: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class AnswerRate:
    """How many volunteers there are for each letter to people, or places, with a value."""

    feature: str
    value: str
    rate: Fraction


def rate_of(cell: str) -> Fraction | None:
    """Read a rate above nothing and up to one; none where it is no such number.

    >>> rate_of("0.03") == rate_of("3 %") == Fraction(3, 100)
    True
    """
    found = _RATE.fullmatch(cell.strip())
    if not found:
        return None
    rate = Fraction(found[1]) / (100 if found[2] else 1)
    return rate if 0 < rate <= 1 else None


def read_places(text: str) -> list[Place]:
    r"""Read ``place,addresses[,people][,answer_rate]``; every other column is a feature.

    >>> read_places("place,addresses,decile\nEH1 1,40,3\n")[0].values
    {'decile': '3'}

    Raises:
        SortitionError: ``csv.*``; ``places.columns``, ``places.none``; ``places.blank``,
            ``places.number``, ``places.rate``, ``places.repeated``, with the line and the column;
            ``input.faults`` with each where there are several.
    """
    rows = list(rows_of(text, "places"))
    if not rows:
        raise SortitionError("places.none")
    if not {"place", "addresses"} <= rows[0][1].keys():
        raise SortitionError("places.columns")
    refuse([*_repeated(rows), *(fault for line, row in rows for fault in _faults(line, row))])
    return [_place(row) for _, row in rows]


def _repeated(rows: Sequence[tuple[int, dict[str, str]]]) -> Iterator[SortitionError]:
    seen: dict[str, int] = {}
    for line, row in rows:
        first = seen.setdefault(row["place"], line)
        if first != line and row["place"]:
            yield SortitionError("places.repeated", line=line, first=first)


def _faults(line: int, row: dict[str, str]) -> Iterator[SortitionError]:
    for column, cell in row.items():
        if not cell:
            if column not in _OWN[2:]:
                yield SortitionError("places.blank", line=line, column=column)
        elif column in ("addresses", "people"):
            if not _WHOLE.fullmatch(cell):
                yield SortitionError("places.number", line=line, column=column)
        elif column == "answer_rate" and rate_of(cell) is None:
            yield SortitionError("places.rate", line=line, file="places", column=column)


def _place(row: dict[str, str]) -> Place:
    addresses = int(row["addresses"])
    return Place(
        row["place"],
        addresses,
        int(row.get("people") or addresses),
        rate_of(row.get("answer_rate", "")),
        {column: cell for column, cell in row.items() if column not in _OWN},
    )


def read_rates(text: str) -> list[AnswerRate]:
    r"""Read ``feature,value,rate``.

    >>> read_rates("feature,value,rate\ndecile,1,1.5%\n")
    [AnswerRate(feature='decile', value='1', rate=Fraction(3, 200))]

    Raises:
        SortitionError: ``csv.*``; ``places.rate`` and ``rates.repeated``, with the line;
            ``input.faults`` with each where there are several.
    """
    found: dict[tuple[str, str], AnswerRate] = {}
    faults: list[SortitionError] = []
    for line, row in rows_of(text, "rates"):
        of = tuple(cell_of(row, (name,), line, "rates") for name in ("feature", "value"))
        rate = rate_of(row.get("rate", ""))
        if rate is None:
            faults.append(SortitionError("places.rate", line=line, file="rates", column="rate"))
        elif of in found:
            faults.append(SortitionError("rates.repeated", line=line))
        else:
            found[of[0], of[1]] = AnswerRate(of[0], of[1], rate)
    refuse(faults)
    return list(found.values())
