"""Lookup: one subject, at once, from a keyed copy that holds only what some agreement grants.

What follows from a ruling alone (the query, the form of each column, what is said beside the rows)
is worked out once and kept with it; for each subject only the rows are new.
"""

import json
from collections.abc import Callable, Mapping
from contextlib import nullcontext
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property, lru_cache
from json.encoder import encode_basestring
from typing import Any, Final

from pydantic_core import to_json

from answerable.gateway.asked import AskLookup
from answerable.gateway.callers import Caller
from answerable.gateway.compile import Dialect, Query, lookup_query, places_query
from answerable.gateway.judge import Asked, Ruling
from answerable.gateway.point import Point
from answerable.gateway.readmodel import ReadModel
from answerable.gateway.releases import Release
from answerable.model.dataset import ColumnType
from answerable.model.limits import Pattern
from answerable.model.request import Given, Refusal, Verdict
from answerable.model.signing import canonical
from answerable.terms import Plan, plan
from answerable.terms.plan import Field


class _Slot(str):
    """Stands in a query for the subject, which is put in its place each time."""

    __slots__ = ()


_SUBJECT: Final = _Slot("subject")
_BY_PLACE: Final = frozenset({"request.no-signal", "request.form"})
"""Refusals that a signal in the subject's place may lift."""

_PLACES: Final = "places"
_PREPARED: Final = "prepared"
_PLACE: Final = "place"
_FRAME: Final = "frame"


@dataclass(frozen=True)
class Terms:
    """What is said beside the rows: their form, and what decided it.

    Attributes:
        gives: the form of each column, and the limits that made it so.
        signals: the declarations that opened something.
        warnings: missed duties that are public beside what is given.
        emergency: whether only a declared emergency opened something.
    """

    gives: tuple[Given, ...]
    signals: tuple[str, ...]
    warnings: tuple[str, ...]
    emergency: bool

    @cached_property
    def by(self) -> tuple[str, ...]:
        """The limits that made something less exact."""
        return tuple(dict.fromkeys(name for given in self.gives for name in given.by))

    @cached_property
    def said(self) -> bytes:
        """The same in JSON, without the braces."""
        said = {
            "given": [given_form(given) for given in self.gives],
            "signals": self.signals,
            "warnings": self.warnings,
            "emergency": self.emergency,
        }
        return json.dumps(said, ensure_ascii=False).encode()[1:-1]


def given_form(given: Given) -> dict[str, Any]:
    """Say in which form a column is given, and which limits made it so."""
    form = given.coarsened or "as-it-is"
    code = {"code": True} if given.pseudonym else {}
    return {"column": given.column, "form": form, **code, "by": list(given.by)}


@dataclass(frozen=True, slots=True)
class LookedUp:
    """The answer.

    Attributes:
        rows: what is given; none for a subject that is not there, is left out, or has only rows
            that may not be given: nobody can tell which.
        release: the number of the record in the log.
    """

    rows: list[dict[str, Any]]
    terms: Terms
    release: int

    @property
    def said(self) -> bytes:
        """The same in JSON."""
        return b'{"rows":%b,%b,"release":%d}' % (to_json(self.rows), self.terms.said, self.release)


@dataclass(frozen=True, slots=True)
class _Prepared:
    """What is made of a ruling once.

    Attributes:
        forms: for each column its name, and what is made of a value after the query, if anything.
    """

    query: Query
    forms: tuple[tuple[str, Callable[[Any], Any] | None], ...]
    terms: Terms


@dataclass(frozen=True, slots=True)
class _Frame:
    """What every lookup of one form has in common, wherever the subject is.

    Attributes:
        places: the columns that tell where a subject is.
    """

    agreement: str
    dataset: str
    places: tuple[str, ...]


async def lookup(point: Point, caller: Caller, ask: AskLookup, now: datetime) -> LookedUp:
    """Answer for one subject.

    Raises:
        Declined: the terms do not allow it; it is recorded.
        Refused: ``source.*``, ``plan.*``: what is agreed cannot be carried out.
        Broken: it could not be recorded, so nothing is given.
    """
    asked = Asked(
        Pattern.LOOKUP,
        ask.agreement,
        caller.organisation,
        ask.purpose,
        ask.columns,
        (),
        ask.emergency is not None,
    )
    anywhere = point.judge.standing(asked, now)
    final = [r for r in anywhere.verdict.refusals if r.code not in _BY_PLACE]
    if final:
        await point.decline(asked, final, _private(caller, ask))
    frame = _frame(point, asked, anywhere)
    model = point.models.of(frame.dataset)
    rulings = [anywhere]
    if frame.places:
        rulings = _by_place(point, asked, anywhere, model, ask.subject, now) or rulings
    allowed = [ruling for ruling in rulings if ruling.verdict.allowed]
    refused = point.judge.too_often(anywhere, asked, now) if allowed else _refusals(rulings)
    if refused:
        await point.decline(asked, refused, _private(caller, ask))
    ready = [_prepared(point, asked, ruling, model, ask.subject) for ruling in allowed]
    rows = [row for each in ready for row in _rows(model, each, ask.subject)]
    terms = ready[0].terms if len(ready) == 1 else _together(ready)
    said = Release(
        "allowed",
        frame.agreement,
        frame.dataset,
        Pattern.LOOKUP,
        caller.organisation,
        ask.purpose,
        (),
        terms.by,
        terms.emergency,
        len(rows),
    )
    with point.taking(asked, now) if anywhere.rates else nullcontext():
        number = await point.recorded(said, _private(caller, ask), (frame.dataset, ask.subject))
    return LookedUp(rows, terms, number)


def _frame(point: Point, asked: Asked, ruling: Ruling) -> _Frame:
    found: _Frame | None = ruling.made.get(_FRAME)
    if found is None:
        agreement, dataset = point.agreed(asked)
        found = _Frame(agreement.agreement, dataset.dataset, agreement.places)
        ruling.made[_FRAME] = found
    return found


def _private(caller: Caller, ask: AskLookup) -> Mapping[str, Any] | bytes:
    """Give the private half; the usual one in its canonical form at once."""
    if not ask.case and not ask.emergency:
        before = _before_subject(caller.service, ask.columns)
        return b"%b%b}" % (before, encode_basestring(ask.subject).encode())
    said: dict[str, Any] = {
        "service": caller.service,
        "subject": ask.subject,
        "columns": ask.columns,
    }
    if ask.case:
        said["case"] = ask.case
    if ask.emergency:
        said["emergency"] = ask.emergency.model_dump()
    return said


@lru_cache(maxsize=1024)
def _before_subject(service: str, columns: tuple[str, ...]) -> bytes:
    said = canonical({"columns": columns, "service": service})
    return said[:-1] + b',"subject":'


def _refusals(rulings: list[Ruling]) -> tuple[Refusal, ...]:
    return tuple(dict.fromkeys(r for ruling in rulings for r in ruling.verdict.refusals))


def _together(ready: list[_Prepared]) -> Terms:
    """Say it for rows in several places, each decided on its own."""
    every = [each.terms for each in ready]
    return Terms(
        tuple(dict.fromkeys(given for terms in every for given in terms.gives)),
        tuple(dict.fromkeys(name for terms in every for name in terms.signals)),
        tuple(dict.fromkeys(name for terms in every for name in terms.warnings)),
        emergency=any(terms.emergency for terms in every),
    )


def _by_place(
    point: Point, asked: Asked, anywhere: Ruling, model: ReadModel, subject: str, now: datetime
) -> list[Ruling]:
    """Decide for every place in which the subject has rows."""
    columns = _frame(point, asked, anywhere).places
    query = anywhere.made.get(_PLACES)
    if query is None:
        conditions = _plan(point, asked, anywhere.verdict, model)
        query = places_query(
            conditions, model.shape.table, Dialect.SQLITE, columns, _slot(model, subject)
        )
        _keep(anywhere, _PLACES, query, query)
    found = model.ask(query, _bound(query, subject))
    places = [tuple(zip(columns, place, strict=True)) for place in found]
    return [_at(point, asked, place, now) for place in places]


def _at(point: Point, asked: Asked, place: tuple[tuple[str, Any], ...], now: datetime) -> Ruling:
    known = tuple((column, None if area is None else str(area)) for column, area in place)
    ruling = point.judge.standing(asked._replace(places=known), now)
    ruling.made.setdefault(_PLACE, dict(place))
    return ruling


def _plan(point: Point, asked: Asked, verdict: Verdict, model: ReadModel) -> Plan:
    agreement, dataset = point.agreed(asked)
    made = plan(dataset, agreement, asked.request, verdict)
    model.check(made)
    return made


def _prepared(
    point: Point, asked: Asked, ruling: Ruling, model: ReadModel, subject: str
) -> _Prepared:
    found: _Prepared | None = ruling.made.get(_PREPARED)
    if found is not None:
        return found
    verdict = ruling.verdict
    made = _plan(point, asked, verdict, model)
    place = ruling.made.get(_PLACE, {})
    query = lookup_query(made, model.shape.table, Dialect.SQLITE, _slot(model, subject), place)
    prepared = _Prepared(
        query,
        tuple(_form(point, asked, field) for field in made.fields),
        Terms(verdict.gives, verdict.signals, verdict.warnings, verdict.emergency),
    )
    _keep(ruling, _PREPARED, prepared, query)
    return prepared


def _form(point: Point, asked: Asked, field: Field) -> tuple[str, Callable[[Any], Any] | None]:
    """Give the name of a column, and what is made of a value after the query."""
    if field.pseudonym:
        code = point.pseudonyms.for_(asked.agreement, field.name).code
        return field.name, lambda value: code(str(value)).hex()
    return field.name, bool if field.gives is ColumnType.YES_NO else None


def _rows(model: ReadModel, ready: _Prepared, subject: str) -> list[dict[str, Any]]:
    return [
        {
            name: value if form is None or value is None else form(value)
            for (name, form), value in zip(ready.forms, row, strict=True)
        }
        for row in model.ask(ready.query, _bound(ready.query, subject))
    ]


def _slot(model: ReadModel, subject: str) -> str:
    """A query is made once for all subjects, but where subjects are numbers: for each."""
    return subject if model.shape.subject.type is ColumnType.INTEGER else _SUBJECT


def _keep(ruling: Ruling, name: str, made: object, query: Query) -> None:
    if query.subject is _SUBJECT:
        ruling.made[name] = made


def _bound(query: Query, subject: str) -> list[Any]:
    return [subject if value is _SUBJECT else value for value in query.values]
