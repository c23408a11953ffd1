"""What the terms say to one request about one place, worked out from the words of each term."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta

from tests.reference.question import Question

from answerable.model.agreement import Duty
from answerable.model.limits import Coarsening, Effect, Limit, OnlyRows, Pattern, When
from answerable.model.signal import Signal

NO_SIGNAL, CLASH = "request.no-signal", "request.form"
TWO_LESS_EXACT = {Coarsening.MONTH, Coarsening.YEAR}


@dataclass(frozen=True, slots=True)
class Form:
    """How one column is given: from which column, how much less exact, whether as a code."""

    source: str
    to: Coarsening | None = None
    coded: bool = False


@dataclass(slots=True)
class Judgement:
    """What follows for the rows of one place."""

    reasons: set[tuple[str, str]] = field(default_factory=set)
    forms: dict[str, Form] = field(default_factory=dict)
    rows: list[OnlyRows] = field(default_factory=list)
    lists: set[str] = field(default_factory=set)
    minimum_count: int | None = None
    signals: set[str] = field(default_factory=set)
    emergency: bool = False
    warnings: set[str] = field(default_factory=set)


def judge(asked: Question, areas: Mapping[str, str]) -> Judgement:
    """Judge a request; for a lookup, about rows that lie in these areas."""
    said = Judgement()
    if asked.request.agreement != asked.agreement.agreement:
        said.reasons.add(("request.agreement", "grant"))
        return said
    said.reasons.update(_grant(asked))
    _duties(asked, said)
    for limit in limits(asked):
        _narrow(asked, areas, limit, said)
    for column in asked.request.columns:
        _form(asked, areas, column, said)
    return said


def limits(asked: Question) -> list[Limit]:
    """Give the limits that are about this way of asking."""
    pattern = asked.request.pattern
    return [limit for limit in asked.agreement.limits if pattern in (limit.patterns or Pattern)]


def _grant(asked: Question) -> Iterator[tuple[str, str]]:
    agreed, request = asked.agreement, asked.request
    if not agreed.parties or any(p.organisation not in agreed.signed_by for p in agreed.parties):
        yield "request.unsigned", "signatures"
    elif asked.now < agreed.starts:
        yield "request.not-started", "window"
    elif asked.now >= agreed.ends:
        yield "request.ended", "window"
    if request.pattern in agreed.suspended:
        yield "request.suspended", "suspension"
    if asked.register_age > timedelta(minutes=agreed.greatest_age_minutes):
        yield "request.stale", "register age"
    if request.recipient not in agreed.recipients:
        yield "request.recipient", "recipients"
    if request.purpose not in agreed.purposes:
        yield "request.purpose", "purposes"
    if request.pattern not in agreed.patterns:
        yield "request.pattern", "patterns"
    if any(column not in agreed.columns for column in request.columns):
        yield "request.column", "columns"


def _duties(asked: Question, said: Judgement) -> None:
    pattern, agreed = asked.request.pattern, asked.agreement
    for duty in agreed.duties:
        effect = duty.on_miss.get(pattern)
        if effect is None or pattern not in agreed.patterns or not _is_missed(asked, duty):
            continue
        if effect is not Effect.SUSPEND:
            said.warnings.add(duty.duty)
        elif pattern not in agreed.critical:
            said.reasons.add(("request.duty", duty.duty))


def _is_missed(asked: Question, duty: Duty) -> bool:
    days = [duty.due]
    while duty.every_months and days[-1] < asked.now.date():
        days.append(_months_after(duty.due, duty.every_months * len(days)))
    last = asked.agreement.ends.date()
    return any(
        day < asked.now.date() and (duty.duty, day) not in asked.agreement.met
        for day in days
        if day == duty.due or day <= last
    )


def _months_after(day: date, months: int) -> date:
    """Give the same day so many months on, or the last one that its month has."""
    count = day.year * 12 + day.month - 1 + months
    for number in range(day.day, 0, -1):
        try:
            return date(count // 12, count % 12 + 1, number)
        except ValueError:
            continue
    raise AssertionError


def _narrow(asked: Question, areas: Mapping[str, str], limit: Limit, said: Judgement) -> None:
    request = asked.request
    match limit.rule:
        case "only-columns" if not all(column in limit.columns for column in request.columns):
            said.reasons.add(("request.column", limit.limit))
        case "only-purposes" if request.purpose not in limit.purposes:
            said.reasons.add(("request.purpose", limit.limit))
        case "only-rows":
            said.rows.append(limit)
        case "opt-out":
            said.lists.add(limit.list)
            age = asked.list_ages.get(limit.list)
            if age is None or age > timedelta(hours=limit.greatest_age_hours):
                said.reasons.add(("request.opt-out-stale", limit.limit))
        case "rate" if asked.answered.get(limit.limit, 0) >= limit.requests:
            said.reasons.add(("request.rate", limit.limit))
        case "while-signal" if not _opens(asked, areas, limit.when, said):
            said.reasons.add((NO_SIGNAL, limit.limit))
        case "minimum-count" if request.pattern is Pattern.AGGREGATE:
            said.minimum_count = max(limit.count, said.minimum_count or 0)


def _opens(asked: Question, areas: Mapping[str, str], when: When, said: Judgement) -> bool:
    """Tell whether a condition is met here, and note by what."""
    if asked.request.pattern is not Pattern.LOOKUP:
        return False
    signal = _in_force(asked, when, areas.get(when.area_column))
    if signal is not None:
        said.signals.add(signal.declaration)
        return True
    if asked.request.emergency and when.break_glass:
        said.emergency = True
        return True
    return False


def _in_force(asked: Question, when: When, area: str | None) -> Signal | None:
    """Give the earliest that is said to be in force, if any."""
    for signal in sorted(asked.signals, key=lambda signal: signal.entry):
        in_time = signal.begins <= asked.now and asked.now < signal.ends
        by_whom = signal.issuer in when.issuers
        if signal.signal == when.signal and signal.area == area and by_whom and in_time:
            return signal
    return None


def _form(asked: Question, areas: Mapping[str, str], column: str, said: Judgement) -> None:
    about = [limit for limit in limits(asked) if getattr(limit, "column", None) == column]
    coarse = [
        limit
        for limit in about
        if limit.rule == "coarsen"
        and not (limit.unless and _opens(asked, areas, limit.unless, said))
    ]
    forms = {limit.to for limit in coarse}
    sources = {limit.source or column for limit in coarse}
    if len(sources) > 1 or (len(forms) > 1 and forms != TWO_LESS_EXACT):
        said.reasons.update((CLASH, limit.limit) for limit in coarse)
        return
    to = Coarsening.YEAR if len(forms) > 1 else next(iter(forms), None)
    source = next(iter(sources), column)
    said.forms[column] = Form(source, to, any(limit.rule == "pseudonymise" for limit in about))
