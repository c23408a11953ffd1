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
    WhileSignal,
)
from answerable.model.request import Given, Refusal, Request, Verdict
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


def decide(state: State, request: Request, facts: Facts) -> Verdict:
    """Say whether a request is allowed, in what form, and what decided."""
    agreement = state.find(Agreement, request.agreement)
    if agreement is None:
        return Verdict(refusals=(Refusal(code="request.agreement", by="grant"),))
    limits = [limit for limit in agreement.limits if limit.narrows(request.pattern)]
    refusals = (
        *_by_grant(agreement, request, facts),
        *_by_duty(agreement, request, facts),
        *(r for limit in limits for r in _by_limit(state, limit, request, facts)),
    )
    gives = tuple(_given(state, column, limits, request, facts) for column in request.columns)
    refusals += tuple(
        Refusal(code="request.form", by=name)
        for given in gives
        for name in _clashing(given, limits)
    )
    counts = [limit.count for limit in limits if isinstance(limit, MinimumCount)]
    counting = request.pattern is Pattern.AGGREGATE and counts
    return Verdict(
        refusals=refusals,
        gives=() if refusals else gives,
        rows=tuple(limit for limit in limits if isinstance(limit, OnlyRows)),
        leaves_out=tuple(limit.list for limit in limits if isinstance(limit, LeaveOut)),
        minimum_count=max(counts) if counting else None,
        warnings=_warnings(agreement, request, facts),
    )


def _by_grant(agreement: Agreement, request: Request, facts: Facts) -> Iterator[Refusal]:
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


def _by_duty(agreement: Agreement, request: Request, facts: Facts) -> Iterator[Refusal]:
    if request.pattern in agreement.critical:  # no missed duty stops a rescue by itself
        return
    missed = effects(agreement, facts.now).get(request.pattern, [])
    for name in dict.fromkeys(m.duty.duty for m, effect in missed if effect is Effect.SUSPEND):
        yield Refusal(code="request.duty", by=name)


def _warnings(agreement: Agreement, request: Request, facts: Facts) -> tuple[str, ...]:
    missed = effects(agreement, facts.now).get(request.pattern, [])
    return tuple(dict.fromkeys(m.duty.duty for m, effect in missed if effect is not Effect.SUSPEND))


def _by_limit(state: State, limit: Limit, request: Request, facts: Facts) -> Iterator[Refusal]:
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
            signal = in_force(state, limit.when, _area(request), facts.now)
            broken, code = signal is None, "request.no-signal"
        case _:
            return
    if broken:
        yield Refusal(code=code, by=limit.limit)


def _area(request: Request) -> str | None:
    """A signal is in force for one subject's area: it never speaks for many rows at once."""
    return request.area if request.pattern is Pattern.LOOKUP else None


def _given(state: State, column: str, limits: list[Limit], request: Request, facts: Facts) -> Given:
    given = Given(column=column)
    for limit in limits:
        if isinstance(limit, Coarsen) and limit.column == column:
            if limit.unless and in_force(state, limit.unless, _area(request), facts.now):
                continue
            to = _coarser(given.coarsened, limit.to)
            given = given.with_(coarsened=to, by=(*given.by, limit.limit))
        if isinstance(limit, Pseudonymise) and limit.column == column:
            given = given.with_(pseudonym=True, by=(*given.by, limit.limit))
    return given


def _coarser(one: Coarsening | None, other: Coarsening) -> Coarsening:
    if one is None or one is other:
        return other
    return _COARSER.get((one, other)) or _COARSER.get((other, one)) or other


def _clashing(given: Given, limits: list[Limit]) -> list[str]:
    """Name the limits that coarsen a column in ways that have no common form."""
    wanted = {
        limit.limit: limit.to
        for limit in limits
        if isinstance(limit, Coarsen) and limit.limit in given.by
    }
    forms = set(wanted.values())
    fits = len(forms) <= 1 or any(set(pair) == forms for pair in _COARSER)
    return [] if fits else list(wanted)
