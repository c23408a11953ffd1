"""Counts: how many people, by some columns, so that no small number can be worked out.

Below the agreed minimum nothing is given, noughts included: a cell that is not given is nought, or
few, or enough to work out another. What is withheld depends on everything that was ever given
under the agreement (`answerable.science.disclosure`).
"""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any

from answerable.gateway.asked import AskCounts
from answerable.gateway.callers import Caller
from answerable.gateway.compile import count_query
from answerable.gateway.connectors import Connector
from answerable.gateway.judge import Asked
from answerable.gateway.point import Point
from answerable.model.base import moment_text
from answerable.model.errors import Refused
from answerable.model.limits import Pattern
from answerable.model.request import Given, Verdict
from answerable.science.disclosure import (
    Cell,
    DisclosureError,
    GivenCounts,
    Grouping,
    Table,
    may_leave,
)
from answerable.terms import Plan, plan
from answerable.terms.plan import Field


@dataclass(frozen=True, slots=True)
class Counts:
    """The answer.

    Attributes:
        cells: values of the columns, and the number of people; in order.
        minimum: no smaller number is given; nothing if none is agreed.
        gives: the form of each column, and the limits that made it so.
        release: the number of the record in the log.
    """

    cells: list[tuple[Cell, int]]
    minimum: int | None
    gives: tuple[Given, ...]
    warnings: tuple[str, ...]
    release: int


async def counts(point: Point, caller: Caller, ask: AskCounts) -> Counts:
    """Count people.

    Raises:
        Declined: the terms do not allow it; it is recorded.
        Refused: ``source.*``, ``plan.*``, ``counts.*``: what is agreed cannot be carried out.
        Broken: it could not be recorded, so nothing is given.
    """
    now = point.now()
    asked = Asked(Pattern.AGGREGATE, ask.agreement, caller.organisation, ask.purpose, ask.columns)
    private = {"service": caller.service, "columns": list(ask.columns)}
    verdict = point.judge.ruling(asked, now).verdict
    if not verdict.allowed:
        await point.decline(asked, verdict.refusals, private)
    with point.taking(asked, now):
        async with point.counting:
            cells = await asyncio.to_thread(_count, point, asked, verdict)
        since = point.judge.standing(asked, point.now()).verdict
        if not since.allowed:
            await point.decline(asked, since.refusals, private)
        by = tuple(dict.fromkeys(name for given in verdict.gives for name in given.by))
        said = point.release(asked, outcome="allowed", by=by, rows=len(cells))
        number = await point.recorded(said, private)
    return Counts(cells, verdict.minimum_count, verdict.gives, verdict.warnings, number)


def _count(point: Point, asked: Asked, verdict: Verdict) -> list[tuple[Cell, int]]:
    """Count, choose what may be given, and remember it; one at a time."""
    agreement, dataset = point.agreed(asked)
    source = point.source(dataset.dataset)
    made = plan(dataset, agreement, asked.request, verdict)
    version = source.version()
    lists = _versions(point, made)
    source.check(made.reads)
    tally = _Tally(point, asked, made, source)
    found = tally.people(asked.columns)
    kept = _kept(point, asked, verdict, tally, f"{lists} {version}")
    if source.version() != version or _versions(point, made) != lists:
        raise Refused("source.moved", dataset=dataset.dataset)
    if kept is not None:
        found = {cell: found[cell] for cell in kept.counts}
        point.published.add(asked.agreement, kept)
    return [(tally.shown(cell), found[cell]) for cell in sorted(found, key=_order)]


def _versions(point: Point, made: Plan) -> list[int]:
    """Give the versions of the lists: with that of the source, they are one state of the data."""
    known = point.vault.lists()
    return [known[name].version for name in made.left_out]


def _kept(
    point: Point, asked: Asked, verdict: Verdict, tally: "_Tally", version: str
) -> GivenCounts | None:
    """Choose the cells that may be given; nothing means all, as no minimum is agreed."""
    minimum = verdict.minimum_count
    if minimum is None:
        return None
    earlier = point.published.under(asked.agreement)
    columns = tuple(dict.fromkeys((*asked.columns, *(c for g in earlier for c in g.grouping))))

    def people(grouping: Grouping, cell: Cell) -> int:
        return tally.people(grouping).get(cell, 0)

    try:
        cells = may_leave(
            Table(columns, tally.rows(columns)),
            asked.columns,
            minimum=minimum,
            version=version,
            given=earlier,
            people=people,
        )
    except DisclosureError as problem:
        raise Refused("counts.unsafe", because=problem.code) from None
    return GivenCounts(
        version, asked.columns, {cell: people(asked.columns, cell) for cell in cells}
    )


class _Tally:
    """Counts of one source, by any columns that the agreement grants, each made once."""

    def __init__(self, point: Point, asked: Asked, made: Plan, source: Connector) -> None:
        self._point = point
        self._asked = asked
        self._made = made
        self._source = source
        self._known: dict[Grouping, dict[Cell, tuple[int, int]]] = {}

    def rows(self, columns: Grouping) -> dict[Cell, int]:
        return {cell: rows for cell, (rows, _) in self._by(columns).items()}

    def people(self, columns: Grouping) -> dict[Cell, int]:
        return {cell: people for cell, (_, people) in self._by(columns).items()}

    def shown(self, cell: Cell) -> Cell:
        """Put codes in place of values, where the agreement says so."""
        return tuple(
            value if coder is None or value is None else coder(value)
            for value, coder in zip(cell, self._coders(), strict=True)
        )

    def _coders(self) -> list[Callable[[str], str] | None]:
        return [
            partial(self._code, field.name) if field.pseudonym else None
            for field in self._made.fields
        ]

    def _code(self, column: str, value: str) -> str:
        return self._point.pseudonyms.for_(self._asked.agreement, column).code(value).hex()

    def _by(self, columns: Grouping) -> dict[Cell, tuple[int, int]]:
        if columns not in self._known:
            self._known[columns] = self._ask(columns)
        return self._known[columns]

    def _ask(self, columns: Grouping) -> dict[Cell, tuple[int, int]]:
        fields = self._fields(columns)
        query = count_query(self._made, self._source.table, self._source.dialect, fields)
        lists = self._point.vault.members(self._made.left_out)
        found: dict[Cell, tuple[int, int]] = {}
        with self._source.batches(query, lists) as batches:
            for batch in batches:
                lists_of = (column.to_pylist() for column in batch.columns)
                for *values, rows, people in zip(*lists_of, strict=True):
                    found[tuple(map(_text, values))] = (rows, people)
        return found

    def _fields(self, columns: Grouping) -> tuple[Field, ...]:
        """Give the forms in which an earlier grouping was counted: those of the agreement."""
        asked = self._asked._replace(columns=columns)
        verdict = self._point.judge.standing(asked, self._point.now()).verdict
        if not verdict.allowed:
            raise Refused("counts.unsafe", because=verdict.refusals[0].code)
        agreement, dataset = self._point.agreed(asked)
        return plan(dataset, agreement, asked.request, verdict).fields


def _text(value: Any) -> str | None:
    if value is None or isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "yes" if value else "no"
    write = getattr(value, "isoformat", None)
    if write is None:
        return str(value)
    return moment_text(value) if hasattr(value, "hour") else str(write())


def _order(cell: Cell) -> tuple[tuple[bool, str], ...]:
    return tuple((value is None, value or "") for value in cell)
