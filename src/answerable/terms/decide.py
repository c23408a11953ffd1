"""Decide a request: every part of the grant must hold, and every limit narrows what is left.

A limit can add a refusal, take a column away or make it less exact. None can do the opposite, so
adding a limit never permits more.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from answerable.model.agreement import Agreement
from answerable.model.limits import (
    Coarsen,
    Coarsening,
    Effect,
    LeaveOut,
    Limit,
    MinimumCount,
    OnlyColumns,
    OnlyPurposes,
    OnlyRows,
    Pattern,
    Pseudonymise,
    Rate,
    When,
    WhileSignal,
)
from answerable.model.request import Given, Refusal, Request, Verdict
from answerable.model.signal import Signal
from answerable.model.state import State
from answerable.model.status import Standing, effects, in_force, standing

_COARSER = {(Coarsening.MONTH, Coarsening.YEAR): Coarsening.YEAR}


@dataclass(frozen=True, slots=True)
class Facts:
    """What a decision depends on besides the register.

    Attributes:
        register_age: time since the gateway last saw the register's seal renewed.
        list_ages: time since each opt-out list was last fed; a list that is not there is stale.
        requests: requests already answered in the current period, by name of the rate limit.
    """

    now: datetime
    register_age: timedelta = timedelta(0)
    list_ages: Mapping[str, timedelta] = field(default_factory=dict)
    requests: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class _Case:
    """One request under one agreement, with all that it is judged by."""

    state: State
    agreement: Agreement
    request: Request
    facts: Facts
    limits: tuple[Limit, ...]

    def signal(self, when: When) -> Signal | None:
        """A signal is in force for one subject's area: it never speaks for many rows at once."""
        if self.request.pattern is not Pattern.LOOKUP:
            return None
        area = self.request.areas.get(when.area_column)
        return in_force(self.state, when, area, self.facts.now)

    def emergency(self, when: When) -> bool:
        """A person's word opens one lookup, where the agreement says so."""
        asked = self.request.emergency and self.request.pattern is Pattern.LOOKUP
        return asked and bool(when.break_glass)

    def met(self, when: When) -> bool:
        return self.signal(when) is not None or self.emergency(when)


def decide(state: State, request: Request, facts: Facts) -> Verdict:
    """Say whether a request is allowed, in what form, and what decided."""
    agreement = state.find(Agreement, request.agreement)
    if agreement is None:
        return Verdict(refusals=(Refusal(code="request.agreement", by="grant"),))
    limits = tuple(limit for limit in agreement.limits if limit.narrows(request.pattern))
    case = _Case(state, agreement, request, facts, limits)
    gives = tuple(_given(case, column) for column in request.columns)
    refusals = (
        *_by_grant(case),
        *_by_duty(case),
        *(refusal for limit in limits for refusal in _by_limit(case, limit)),
        *(Refusal(code="request.form", by=name) for g in gives for name in _clashing(g, limits)),
    )
    counts = [limit.count for limit in limits if isinstance(limit, MinimumCount)]
    counting = request.pattern is Pattern.AGGREGATE and counts
    opened = _opened(case)
    signals = [case.signal(when) for when in opened]
    return Verdict(
        refusals=refusals,
        gives=() if refusals else gives,
        rows=tuple(limit for limit in limits if isinstance(limit, OnlyRows)),
        leaves_out=tuple(
            dict.fromkeys(limit.list for limit in limits if isinstance(limit, LeaveOut))
        ),
        minimum_count=max(counts) if counting else None,
        warnings=_warnings(case),
        signals=tuple(dict.fromkeys(signal.declaration for signal in signals if signal)),
        emergency=None in signals,
    )


def _opened(case: _Case) -> list[When]:
    """Give the conditions that are met and change what is given."""
    whens = [
        limit.unless
        for limit in case.limits
        if isinstance(limit, Coarsen) and limit.unless and limit.column in case.request.columns
    ]
    whens += [limit.when for limit in case.limits if isinstance(limit, WhileSignal)]
    return [when for when in whens if case.met(when)]


def _by_grant(case: _Case) -> Iterator[Refusal]:
    agreement, request, facts = case.agreement, case.request, case.facts
    stands = standing(agreement, facts.now)
    if stands is not Standing.IN_FORCE:
        by = "signatures" if stands is Standing.UNSIGNED else "window"
        yield Refusal(code=f"request.{stands}", by=by)
    if request.pattern in agreement.suspended:
        yield Refusal(code="request.suspended", by="suspension")
    if not timedelta(0) <= facts.register_age <= timedelta(minutes=agreement.greatest_age_minutes):
        yield Refusal(code="request.stale", by="register age")
    if request.recipient not in agreement.recipients:
        yield Refusal(code="request.recipient", by="recipients")
    if request.purpose not in agreement.purposes:
        yield Refusal(code="request.purpose", by="purposes")
    if request.pattern not in agreement.patterns:
        yield Refusal(code="request.pattern", by="patterns")
    if not set(request.columns) <= set(agreement.columns):
        yield Refusal(code="request.column", by="columns")


def _missed(case: _Case) -> Iterator[tuple[str, Effect]]:
    for missed, effect in effects(case.agreement, case.facts.now).get(case.request.pattern, []):
        yield missed.duty.duty, effect


def _by_duty(case: _Case) -> Iterator[Refusal]:
    if case.request.pattern in case.agreement.critical:
        return  # no missed duty stops a rescue by itself
    for name in dict.fromkeys(n for n, effect in _missed(case) if effect is Effect.SUSPEND):
        yield Refusal(code="request.duty", by=name)


def _warnings(case: _Case) -> tuple[str, ...]:
    return tuple(dict.fromkeys(n for n, effect in _missed(case) if effect is not Effect.SUSPEND))


def _by_limit(case: _Case, limit: Limit) -> Iterator[Refusal]:
    request, facts = case.request, case.facts
    match limit:
        case OnlyColumns():
            broken, code = not set(request.columns) <= set(limit.columns), "request.column"
        case OnlyPurposes():
            broken, code = request.purpose not in limit.purposes, "request.purpose"
        case LeaveOut():
            age = facts.list_ages.get(limit.list)
            greatest = timedelta(hours=limit.greatest_age_hours)
            fresh = age is not None and timedelta(0) <= age <= greatest
            broken, code = not fresh, "request.opt-out-stale"
        case Rate():
            broken, code = facts.requests.get(limit.limit, 0) >= limit.requests, "request.rate"
        case WhileSignal():
            broken, code = not case.met(limit.when), "request.no-signal"
        case _:
            return
    if broken:
        yield Refusal(code=code, by=limit.limit)


def _given(case: _Case, column: str) -> Given:
    given = Given(column=column)
    for limit in case.limits:
        if isinstance(limit, Coarsen) and limit.column == column:
            if limit.unless and case.met(limit.unless):
                continue
            to = _coarser(given.coarsened, limit.to)
            source = limit.source or given.source
            given = given.with_(coarsened=to, source=source, by=(*given.by, limit.limit))
        if isinstance(limit, Pseudonymise) and limit.column == column:
            given = given.with_(pseudonym=True, by=(*given.by, limit.limit))
    return given


def _coarser(one: Coarsening | None, other: Coarsening) -> Coarsening:
    if one is None or one is other:
        return other
    return _COARSER.get((one, other)) or _COARSER.get((other, one)) or other


def _clashing(given: Given, limits: tuple[Limit, ...]) -> list[str]:
    """Name the limits that make a column less exact in ways that have no common form."""
    wanted = {
        limit.limit: limit
        for limit in limits
        if isinstance(limit, Coarsen) and limit.limit in given.by
    }
    forms = {limit.to for limit in wanted.values()}
    sources = {limit.source or limit.column for limit in wanted.values()}
    fits = len(forms) <= 1 or any(set(pair) == forms for pair in _COARSER)
    return [] if fits and len(sources) <= 1 else list(wanted)
