"""What follows from the time alone: nobody ticks, and no entry is ever the cause.

`status` is pure: the same state and the same moment always give the same answer.
"""

import calendar
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from answerable.model.agreement import Agreement, Duty
from answerable.model.engagement import Consultation, Recommendation
from answerable.model.limits import Effect, Pattern, When
from answerable.model.signal import Signal
from answerable.model.state import State

ANSWER_WITHIN = timedelta(days=90)
"""A recommendation unanswered for longer is shown as overdue."""


def answer_due(recommendation: Recommendation) -> datetime:
    """Give the moment by which a recommendation is to be answered."""
    return recommendation.at + ANSWER_WITHIN


def is_late(recommendation: Recommendation, now: datetime) -> bool:
    """Tell whether a recommendation has waited too long for its answer."""
    return recommendation.answered is None and now > answer_due(recommendation)


class Standing(StrEnum):
    """How an agreement stands at a moment."""

    UNSIGNED = "unsigned"
    NOT_STARTED = "not-started"
    IN_FORCE = "in-force"
    ENDED = "ended"


def standing(agreement: Agreement, now: datetime) -> Standing:
    """Tell how an agreement stands: it starts and lapses by itself."""
    if not agreement.is_signed:
        return Standing.UNSIGNED
    if now < agreement.starts:
        return Standing.NOT_STARTED
    return Standing.IN_FORCE if now < agreement.ends else Standing.ENDED


def due_days(duty: Duty, until: date) -> Iterator[date]:
    """Give the days on which a duty falls due, up to and with ``until``."""
    months = 0
    day = duty.due
    while day <= until:
        yield day
        if duty.every_months is None:
            return
        months += duty.every_months
        later = _months_later(duty.due, months)
        if later is None:
            return
        day = later


def _months_later(day: date, months: int) -> date | None:
    years, month = divmod(day.month - 1 + months, 12)
    year, month = day.year + years, month + 1
    if year > date.max.year:
        return None
    return date(year, month, min(day.day, calendar.monthrange(year, month)[1]))


@dataclass(frozen=True, slots=True)
class Missed:
    """A duty that was due before today and is not done."""

    duty: Duty
    due: date


def missed(agreement: Agreement, now: datetime) -> list[Missed]:
    """Give the duties of an agreement that are overdue."""
    yesterday = now.date() - timedelta(days=1)
    return [
        Missed(duty, day)
        for duty in agreement.duties
        for day in due_days(duty, yesterday)
        if (duty.duty, day) not in agreement.met and _binds(agreement, duty, day)
    ]


def _binds(agreement: Agreement, duty: Duty, day: date) -> bool:
    """A duty that comes again ends with the agreement; one due once may be due after it."""
    return day == duty.due or day <= agreement.ends.date()


def effects(agreement: Agreement, now: datetime) -> dict[Pattern, list[tuple[Missed, Effect]]]:
    """Give what the missed duties do to each pattern of an agreement."""
    late = missed(agreement, now)
    return {
        pattern: [(m, m.duty.on_miss[pattern]) for m in late if pattern in m.duty.on_miss]
        for pattern in agreement.patterns
    }


def in_force(state: State, when: When, area: str | None, now: datetime) -> Signal | None:
    """Give the signal that is in force in an area at a moment, by somebody whose word counts."""
    signals: Iterable[Signal] = state.table(Signal).values()
    found = (
        signal
        for signal in signals
        if (signal.signal, signal.area) == (when.signal, area)
        and signal.issuer in when.issuers
        and signal.begins <= now < signal.ends
    )
    return min(found, key=lambda signal: signal.entry, default=None)


@dataclass(frozen=True, slots=True)
class Status:
    """Everything that is open, late or in force at a moment."""

    agreements: dict[str, Standing]
    missed: dict[str, list[Missed]]
    reviews_due: list[str]
    unanswered: list[str]
    late_answers: list[str]
    to_summarise: list[str]
    signals: list[str]


def status(state: State, now: datetime) -> Status:
    """Work out what the state means at a moment."""
    agreements = list(state.each(Agreement))
    signed = [agreement for agreement in agreements if agreement.is_signed]
    waiting = [r for r in state.each(Recommendation) if r.answered is None]
    return Status(
        agreements={a.agreement: standing(a, now) for a in agreements},
        missed={a.agreement: late for a in signed if (late := missed(a, now))},
        reviews_due=[
            a.agreement
            for a in agreements
            if a.review <= now.date() and standing(a, now) is Standing.IN_FORCE
        ],
        unanswered=[r.recommendation for r in waiting],
        late_answers=[r.recommendation for r in waiting if is_late(r, now)],
        to_summarise=[
            c.consultation
            for c in state.each(Consultation)
            if c.closed is None and c.closes < now.date()
        ],
        signals=[s.declaration for s in state.each(Signal) if s.begins <= now < s.ends],
    )
