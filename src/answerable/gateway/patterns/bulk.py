"""Bulk: everything that may be given, as a stream that ends when its permission does."""

import asyncio
from collections.abc import AsyncIterator, Generator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

import pyarrow as pa

from answerable.gateway.asked import AskBulk
from answerable.gateway.callers import Caller
from answerable.gateway.coding import Coding, names_any
from answerable.gateway.compile import SUBJECT, rows_query
from answerable.gateway.formats import Format, writer
from answerable.gateway.judge import Asked
from answerable.gateway.point import Point
from answerable.gateway.pseudonyms import Coder
from answerable.gateway.releases import Release
from answerable.model.dataset import ColumnType, Dataset
from answerable.model.limits import Pattern
from answerable.terms import Plan, open_plan, plan

_ROWS: Final = 65_536
_WORDS: Final = frozenset({ColumnType.TEXT, ColumnType.CODE})
_PART: Final = 262_144
"""Bytes that are sent at once; between two, the permission is looked at again."""


@dataclass(slots=True)
class Stream:
    """A release that is recorded and may begin.

    Attributes:
        asked: nothing for open data.
        release: the number of its record.
        rows: how many rows were written so far.
    """

    point: Point
    asked: Asked | None
    made: Plan
    format: Format
    release: int
    rows: int = 0

    _unsent: list[tuple["pa.Array[Any]", frozenset[str]]] = field(default_factory=list)
    """Who is in rows that are made and not all sent, and who was left out of them meanwhile."""
    _lists: Mapping[str, frozenset[str]] = field(default_factory=dict)
    """Who was on each list when the query began."""
    _token: int | None = None
    """The state of the lists for which what is unsent was looked through."""

    def may_go_on(self) -> bool:
        """Tell whether the next part may still be given.

        Not if somebody in it has been put on a list: whoever asked has to ask again.
        """
        now = self.point.now()
        if self.asked is None:
            return not self.point.judge.may_open(self.made.dataset, now)
        allowed = self.point.judge.standing(self.asked, now).verdict.allowed
        return allowed and not self._names_somebody_left_out()

    def _names_somebody_left_out(self) -> bool:
        token = self.point.vault.token
        if token == self._token:
            return False
        self._token = token
        out = self._newly_left_out()
        return any(names_any(people, out - known) for people, known in self._unsent)

    async def parts(self) -> AsyncIterator[bytes]:
        """Give the answer in parts; each is made when the one before is gone.

        Raises:
            Refused: ``source.*``: the source failed in the middle.
            Broken: ``source.unreachable``.
        """
        made = self._made()
        try:
            while (data := await asyncio.to_thread(next, made, None)) is not None:
                for start in range(0, len(data), _PART):
                    yield data[start : start + _PART]
        finally:
            await asyncio.to_thread(made.close)

    def _made(self) -> Generator[bytes, None, None]:
        """Make the answer, batch by batch, in a thread."""
        self._lists = self.point.vault.members(self.made.left_out)
        source = self.point.source(self.made.dataset)
        subject = _subject(self.made)
        hidden = subject == SUBJECT
        query = rows_query(self.made, source.table, source.dialect, subject=hidden)
        coding = Coding(self._coders(), subject)
        out = None
        with source.batches(query, self._lists, rows=_ROWS) as batches:
            for batch in batches:
                left_out = self._newly_left_out()
                given = coding.give(batch, left_out)
                if subject:
                    self._unsent.append((batch.column(subject), left_out))
                out = out or writer(self.format, given.schema)
                self.rows += given.num_rows
                yield out.write(given)
                if not out.waiting:
                    self._unsent.clear()  # whoever takes the next has sent this
        if out is not None:
            yield out.end()

    def _newly_left_out(self) -> frozenset[str]:
        """Give who was put on a list since the query began."""
        before, now = self._lists, self.point.vault.members(self.made.left_out)
        return frozenset().union(
            *(now[name] - before[name] for name in now if now[name] is not before[name])
        )

    def _coders(self) -> dict[str, Coder]:
        agreement = self.asked.agreement if self.asked else ""
        return {
            field.name: self.point.pseudonyms.for_(agreement, field.name)
            for field in self.made.fields
            if field.pseudonym
        }


def _subject(made: Plan) -> str | None:
    """Name the column of the answer that names people: one that is given anyway, or a hidden one.

    Nothing if nobody can be left out.
    """
    if not made.left_out or made.subject is None:
        return None
    return next(
        (
            field.name
            for field in made.fields
            if (field.column, field.coarsened) == (made.subject.column, None)
            and made.subject.type in _WORDS
        ),
        SUBJECT,
    )


async def bulk(point: Point, caller: Caller, ask: AskBulk) -> Stream:
    """Decide and record a bulk release; give the stream that may begin.

    Raises:
        Declined: the terms do not allow it; it is recorded.
        Refused: ``source.*``, ``plan.*``, ``compile.*``: what is agreed cannot be carried out.
        Broken: it could not be recorded, so nothing is given.
    """
    now = point.now()
    asked = Asked(Pattern.BULK, ask.agreement, caller.organisation, ask.purpose, ask.columns)
    private = {"service": caller.service, "columns": list(ask.columns), "format": ask.format.value}
    verdict = point.judge.ruling(asked, now).verdict
    if not verdict.allowed:
        await point.decline(asked, verdict.refusals, private)
    agreement, dataset = point.agreed(asked)
    with point.taking(asked, now):
        made = plan(dataset, agreement, asked.request, verdict)
        await _check(point, made)
        by = tuple(dict.fromkeys(name for given in verdict.gives for name in given.by))
        number = await point.recorded(point.release(asked, outcome="allowed", by=by), private)
    return Stream(point, asked, made, ask.format, number)


async def everyone(point: Point, name: str, format_: Format) -> Stream:
    """Record a release of open data, to whoever asks; give the stream that may begin.

    Raises:
        Declined: ``request.dataset``: it is not open; it is recorded.
        Refused: ``source.*``, ``plan.*``, ``compile.*``.
        Broken: it could not be recorded.
    """
    refusals = point.judge.may_open(name, point.now())
    if refusals:
        await point.turn_away(refusals)
    made = open_plan(point.judge.state.get(Dataset, name), point.judge.open_columns(name))
    await _check(point, made)
    said = Release(outcome="allowed", dataset=name, pattern=Pattern.BULK)
    return Stream(point, None, made, format_, await point.recorded(said, None))


async def _check(point: Point, made: Plan) -> None:
    """Make sure, before anything is recorded, that the source has what the plan reads."""
    source = point.source(made.dataset)
    await asyncio.to_thread(source.check, made.reads)
