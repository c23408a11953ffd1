"""An agreement in plain sentences: what a machine enforces, as a person would say it."""

from answerable.model.agreement import Agreement, Duty
from answerable.model.base import moment_text
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

_COARSE = {
    Coarsening.POSTCODE_DISTRICT: "the postcode district",
    Coarsening.MONTH: "the month",
    Coarsening.YEAR: "the year",
    Coarsening.TEN_YEAR_BAND: "a band of ten years",
}
_PATTERNS = {
    Pattern.LOOKUP: "one household or person at a time",
    Pattern.BULK: "as a whole",
    Pattern.AGGREGATE: "as counts",
}
_PREVAILS = {"text": "the text counts", "terms": "these rules count"}
_COMPARE = {
    "one-of": "is {}",
    "none-of": "is not {}",
    "at-least": "is at least {}",
    "at-most": "is at most {}",
    "present": "is known",
}
_EACH = {"minute": "a minute", "hour": "an hour", "day": "a day"}
_EFFECTS = {
    Effect.PUBLISH: "goes on, with a public warning",
    Effect.ESCALATE: "goes on, and the matter goes to the custodian's senior officer",
    Effect.SUSPEND: "stops",
}


_BREAK_GLASS = (
    "or a named person declares an emergency for one lookup, with a reason that is recorded, "
    "reviewed and told to the person looked up"
)


def explain(agreement: Agreement) -> list[str]:
    """Say what an agreement permits, narrows and asks, one sentence each."""
    return [
        *_grant(agreement),
        *(f"{explain_limit(limit)} {_why('rule', limit)}" for limit in agreement.limits),
        *(f"{explain_duty(duty)} {_why('duty', duty)}" for duty in agreement.duties),
    ]


def _why(what: str, term: Limit | Duty) -> str:
    name = term.duty if isinstance(term, Duty) else term.limit
    return f"({what} {name}, because of the {term.because.replace(':', ' ')})"


def _grant(agreement: Agreement) -> list[str]:
    return [
        f"{_list(agreement.recipients)} may ask {agreement.custodian} for {agreement.dataset}.",
        f"It may ask for these columns: {_list(agreement.columns)}.",
        f"It may ask for it {_list(tuple(_PATTERNS[p] for p in agreement.patterns))}.",
        f"It may use it for {_list(agreement.purposes)}, and for nothing else.",
        f"It runs from {moment_text(agreement.starts)} until {moment_text(agreement.ends)}.",
        f"It is looked at again by {agreement.review.isoformat()}.",
        f"Nothing is given on word of the register older than {_age(agreement)}.",
        f"Where the text and these rules differ, {_PREVAILS[agreement.prevails]}.",
    ]


def _age(agreement: Agreement) -> str:
    hours, minutes = divmod(agreement.greatest_age_minutes, 60)
    return (
        _count(hours, "hour") if not minutes else _count(agreement.greatest_age_minutes, "minute")
    )


def _list(names: tuple[str, ...], last: str = "and") -> str:
    said = [_word(name) for name in names]
    return said[0] if len(said) == 1 else f"{', '.join(said[:-1])} {last} {said[-1]}"


def _word(name: str) -> str:
    return name.replace("_", " ")


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def _when(when: When) -> str:
    said = (
        f"a {when.signal} by {_list(when.issuers, 'or')} is in force in the area "
        f"({_word(when.area_column)})"
    )
    return f"{said}, {_BREAK_GLASS}" if when.break_glass else said


def explain_limit(limit: Limit) -> str:
    """Say what one limit does."""
    said = _limit(limit)
    if limit.patterns:
        return f"When asked for it {_list(tuple(_PATTERNS[p] for p in limit.patterns))}: {said}"
    return said[0].upper() + said[1:]


def _limit(limit: Limit) -> str:  # noqa: PLR0911 - one arm for each rule is the plainest form
    match limit:
        case OnlyColumns():
            return f"only {_list(limit.columns)} may be given."
        case OnlyPurposes():
            return f"only for {_list(limit.purposes)}."
        case OnlyRows():
            compared = _COMPARE[limit.compare].format(" or ".join(limit.values))
            return f"only rows whose {_word(limit.column)} {compared}."
        case Coarsen():
            unless = f", unless {_when(limit.unless)}" if limit.unless else ""
            made = f", made from the {_word(limit.source)}" if limit.source else ""
            column = _word(limit.column)
            return f"{_COARSE[limit.to]} is given instead of the {column}{made}{unless}."
        case LeaveOut():
            return (
                f"people on the list {limit.list} are left out; a list older than "
                f"{_count(limit.greatest_age_hours, 'hour')} stops everything."
            )
        case Rate():
            return f"at most {_count(limit.requests, 'request')} {_EACH[limit.per]}."
        case Pseudonymise():
            column = _word(limit.column)
            return f"a code that means nothing elsewhere is given instead of the {column}."
        case WhileSignal():
            return f"nothing is given unless {_when(limit.when)}."
        case MinimumCount():
            return f"no count below {limit.count} is given."


def explain_duty(duty: Duty) -> str:
    """Say what one duty asks, by when, and what follows from a miss."""
    again = f" and every {_count(duty.every_months, 'month')} after" if duty.every_months else ""
    missed = "; ".join(
        f"asking for it {_PATTERNS[pattern]} {_EFFECTS[effect]}"
        for pattern, effect in duty.on_miss.items()
    )
    return (
        f"{duty.party} promises by {duty.due.isoformat()}{again}: {duty.what.say()} "
        f"If it is missed, {missed or 'nothing stops, and the miss is public'}."
    )
