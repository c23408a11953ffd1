"""An agreement in plain sentences: what a machine enforces, as a person would say it."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import reduce

from answerable.model.agreement import Agreement, Duty
from answerable.model.base import moment_text
from answerable.model.limits import (
    Coarsen,
    LeaveOut,
    Limit,
    MinimumCount,
    OnlyColumns,
    OnlyPurposes,
    OnlyRows,
    Pattern,
    Pseudonymise,
    Rate,
    Reason,
    When,
    WhileSignal,
)
from answerable.words import words


@dataclass(frozen=True, slots=True)
class _Sayer:
    """The words of one language, and how it counts and lists."""

    words: Mapping[str, str]

    def __call__(self, key: str, **said: object) -> str:
        return self.words[key].format(**said)

    def count(self, key: str, number: int, **said: object) -> str:
        return self(f"{key}.{'one' if number == 1 else 'more'}", count=number, **said)

    def all_of(self, names: tuple[str, ...], link: str = "and") -> str:
        *most, last = map(_word, names)
        return self(f"list.{link}", most=", ".join(most), last=last) if most else last

    def any_of(self, values: tuple[str, ...]) -> str:
        return reduce(lambda most, last: self("list.or", most=most, last=last), values or ("",))

    def patterns(self, patterns: tuple[Pattern, ...]) -> str:
        return self.all_of(tuple(self(f"pattern.{pattern}") for pattern in patterns))


def _sayer(language: str) -> _Sayer:
    return _Sayer(words("terms", language))


def _word(name: str) -> str:
    return name.replace("_", " ")


def explain(agreement: Agreement, language: str = "en") -> list[str]:
    """Say what an agreement permits, narrows and asks, one sentence each."""
    return [
        *explain_grant(agreement, language),
        *(_limit_and_why(limit, language) for limit in agreement.limits),
        *(_duty_and_why(duty, language) for duty in agreement.duties),
    ]


def _limit_and_why(limit: Limit, language: str) -> str:
    say, said = _sayer(language), explain_limit(limit, language)
    return say("because.limit", said=said, name=limit.limit, reason=_reason(limit.because, say))


def _duty_and_why(duty: Duty, language: str) -> str:
    say, said = _sayer(language), explain_duty(duty, language)
    return say("because.duty", said=said, name=duty.duty, reason=_reason(duty.because, say))


def _reason(because: Reason, say: _Sayer) -> str:
    what, _, name = because.partition(":")
    return say(f"reason.{what}", name=name)


def explain_grant(agreement: Agreement, language: str = "en") -> list[str]:
    """Say what an agreement permits at all, before any rule narrows it."""
    say = _sayer(language)
    return [
        _asking(agreement, say),
        say("grant.columns", columns=say.all_of(agreement.columns)),
        say("grant.patterns", patterns=say.patterns(agreement.patterns)),
        say("grant.purposes", purposes=say.all_of(agreement.purposes)),
        _window(agreement, say),
        say("grant.review", review=agreement.review.isoformat()),
        say("grant.age", age=_age(agreement.greatest_age_minutes, say)),
        say(f"grant.prevails.{agreement.prevails}"),
    ]


def _asking(agreement: Agreement, say: _Sayer) -> str:
    recipients = say.all_of(agreement.recipients)
    asked = {"custodian": agreement.custodian, "dataset": agreement.dataset}
    return say("grant.recipients", recipients=recipients, **asked)


def _window(agreement: Agreement, say: _Sayer) -> str:
    starts, ends = moment_text(agreement.starts), moment_text(agreement.ends)
    return say("grant.window", starts=starts, ends=ends)


def _age(minutes: int, say: _Sayer) -> str:
    hours, rest = divmod(minutes, 60)
    return say.count("minutes", minutes) if rest else say.count("hours", hours)


def explain_limit(limit: Limit, language: str = "en") -> str:
    """Say what one limit does."""
    say = _sayer(language)
    said = _limit(limit, say)
    if limit.patterns:
        return say("limit.asked", patterns=say.patterns(limit.patterns), limit=said)
    return said[0].upper() + said[1:]


def _limit(limit: Limit, say: _Sayer) -> str:  # noqa: PLR0911 - one arm for each rule is the plainest form
    match limit:
        case OnlyColumns():
            return say("limit.only-columns", columns=say.all_of(limit.columns))
        case OnlyPurposes():
            return say("limit.only-purposes", purposes=say.all_of(limit.purposes))
        case OnlyRows():
            column, values = _word(limit.column), say.any_of(limit.values)
            return say(f"limit.only-rows.{limit.compare}", column=column, values=values)
        case Coarsen():
            return _coarsen(limit, say)
        case LeaveOut():
            age = say.count("hours", limit.greatest_age_hours)
            return say("limit.opt-out", list=limit.list, age=age)
        case Rate():
            return say(f"limit.rate.{limit.per}", requests=say.count("requests", limit.requests))
        case Pseudonymise():
            return say("limit.pseudonymise", column=_word(limit.column))
        case WhileSignal():
            return say("limit.while-signal", unless=_unless(limit.when, say))
        case MinimumCount():
            return say("limit.minimum-count", count=limit.count)


def _coarsen(limit: Coarsen, say: _Sayer) -> str:
    said = {"less": say(f"less.{limit.to}"), "column": _word(limit.column)}
    made = {"source": _word(limit.source)} if limit.source else {}
    unless = {"unless": _unless(limit.unless, say)} if limit.unless else {}
    key = ".".join(["limit.coarsen", *(["made"] if made else []), *unless])
    return say(key, **said, **made, **unless)


def _unless(when: When, say: _Sayer) -> str:
    key = "unless.emergency" if when.break_glass else "unless.signal"
    issuers, area = say.all_of(when.issuers, "or"), _word(when.area_column)
    return say(key, signal=when.signal, issuers=issuers, area=area)


def explain_duty(duty: Duty, language: str = "en") -> str:
    """Say what one duty asks, by when, and what follows from a miss."""
    say = _sayer(language)
    missed = "; ".join(
        say(f"miss.{effect}", pattern=say(f"pattern.{pattern}"))
        for pattern, effect in duty.on_miss.items()
    )
    promise = _promise(duty, language, say)
    return say("duty.missed", promise=promise, effects=missed or say("miss.nothing"))


def _promise(duty: Duty, language: str, say: _Sayer) -> str:
    said = {"party": duty.party, "due": duty.due.isoformat(), "what": duty.what.say(language)}
    if duty.every_months:
        return say.count("duty.again", duty.every_months, **said)
    return say("duty.once", **said)
