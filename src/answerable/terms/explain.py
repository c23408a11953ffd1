"""An agreement in plain sentences: what a machine enforces, as a person would say it."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
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
    When,
    WhileSignal,
)
from answerable.model.text import Text
from answerable.words import words


def _plain(name: str) -> str:
    return name.replace("_", " ")


@dataclass(frozen=True, slots=True)
class Manner:
    """How things are called and days are said; plainly, unless told otherwise.

    Attributes:
        called: gives what people call something, by its public name.
        text: says a sentence of the register in a language.
    """

    called: Callable[[str], str] = _plain
    day: Callable[[date], str] = date.isoformat
    time: Callable[[datetime], str] = moment_text
    text: Callable[[Text, str], str] = Text.say


PLAIN = Manner()


@dataclass(frozen=True, slots=True)
class _Sayer:
    """The words of one language, and how it counts and lists."""

    language: str
    manner: Manner

    def __call__(self, key: str, **said: object) -> str:
        sentence: str = words("terms", self.language)[key]
        return sentence.format(**said)

    def called(self, name: str) -> str:
        return self.manner.called(name)

    def count(self, key: str, number: int, **said: object) -> str:
        return self(f"{key}.{'one' if number == 1 else 'more'}", count=number, **said)

    def all_of(self, names: tuple[str, ...], link: str = "and") -> str:
        *most, last = map(self.called, names)
        return self(f"list.{link}", most=", ".join(most), last=last) if most else last

    def any_of(self, values: tuple[str, ...]) -> str:
        return reduce(lambda most, last: self("list.or", most=most, last=last), values or ("",))

    def patterns(self, patterns: tuple[Pattern, ...]) -> str:
        return self.all_of(tuple(self(f"pattern.{pattern}") for pattern in patterns))


def explain(agreement: Agreement, language: str = "en", manner: Manner = PLAIN) -> list[str]:
    """Say what an agreement permits, narrows and asks, one sentence each."""
    say = _Sayer(language, manner)
    return [
        *_grant(agreement, say),
        *(_because("limit", _whole(each, say), each, say) for each in agreement.limits),
        *(_because("duty", _duty(each, say), each, say) for each in agreement.duties),
    ]


def explain_grant(agreement: Agreement, language: str = "en", manner: Manner = PLAIN) -> list[str]:
    """Say what an agreement permits at all, before any rule narrows it."""
    return _grant(agreement, _Sayer(language, manner))


def explain_limit(limit: Limit, language: str = "en", manner: Manner = PLAIN) -> str:
    """Say what one limit does."""
    return _whole(limit, _Sayer(language, manner))


def explain_duty(duty: Duty, language: str = "en", manner: Manner = PLAIN) -> str:
    """Say what one duty asks, by when, and what follows from a miss."""
    return _duty(duty, _Sayer(language, manner))


def _because(what: str, said: str, term: Limit | Duty, say: _Sayer) -> str:
    kind, _, ground = term.because.partition(":")
    name = term.duty if isinstance(term, Duty) else term.limit
    return say(f"because.{what}", said=said, name=name, reason=say(f"reason.{kind}", name=ground))


def _grant(agreement: Agreement, say: _Sayer) -> list[str]:
    starts, ends = say.manner.time(agreement.starts), say.manner.time(agreement.ends)
    return [
        _asking(agreement, say),
        say("grant.columns", columns=say.all_of(agreement.columns)),
        say("grant.patterns", patterns=say.patterns(agreement.patterns)),
        say("grant.purposes", purposes=say.all_of(agreement.purposes)),
        say("grant.window", starts=starts, ends=ends),
        say("grant.review", review=say.manner.day(agreement.review)),
        say("grant.age", age=_age(agreement.greatest_age_minutes, say)),
        say(f"grant.prevails.{agreement.prevails}"),
    ]


def _asking(agreement: Agreement, say: _Sayer) -> str:
    recipients, custodian = say.all_of(agreement.recipients), say.called(agreement.custodian)
    dataset = say.called(agreement.dataset)
    return say("grant.recipients", recipients=recipients, custodian=custodian, dataset=dataset)


def _age(minutes: int, say: _Sayer) -> str:
    hours, rest = divmod(minutes, 60)
    return say.count("minutes", minutes) if rest else say.count("hours", hours)


def _whole(limit: Limit, say: _Sayer) -> str:
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
            column, values = say.called(limit.column), say.any_of(limit.values)
            return say(f"limit.only-rows.{limit.compare}", column=column, values=values)
        case Coarsen():
            return _coarsen(limit, say)
        case LeaveOut():
            age = say.count("hours", limit.greatest_age_hours)
            return say("limit.opt-out", list=say.called(limit.list), age=age)
        case Rate():
            return say(f"limit.rate.{limit.per}", requests=say.count("requests", limit.requests))
        case Pseudonymise():
            return say("limit.pseudonymise", column=say.called(limit.column))
        case WhileSignal():
            return say("limit.while-signal", unless=_unless(limit.when, say))
        case MinimumCount():
            return say("limit.minimum-count", count=limit.count)


def _coarsen(limit: Coarsen, say: _Sayer) -> str:
    said = {"less": say(f"less.{limit.to}"), "column": say.called(limit.column)}
    made = {"source": say.called(limit.source)} if limit.source else {}
    unless = {"unless": _unless(limit.unless, say)} if limit.unless else {}
    key = ".".join(["limit.coarsen", *(["made"] if made else []), *unless])
    return say(key, **said, **made, **unless)


def _unless(when: When, say: _Sayer) -> str:
    key = "unless.emergency" if when.break_glass else "unless.signal"
    issuers, area = say.all_of(when.issuers, "or"), say.called(when.area_column)
    return say(key, signal=say.called(when.signal), issuers=issuers, area=area)


def _duty(duty: Duty, say: _Sayer) -> str:
    missed = "; ".join(
        say(f"miss.{effect}", pattern=say(f"pattern.{pattern}"))
        for pattern, effect in duty.on_miss.items()
    )
    return say("duty.missed", promise=_promise(duty, say), effects=missed or say("miss.nothing"))


def _promise(duty: Duty, say: _Sayer) -> str:
    party, due = say.called(duty.party), say.manner.day(duty.due)
    said = {"party": party, "due": due, "what": say.manner.text(duty.what, say.language)}
    if duty.every_months:
        return say.count("duty.again", duty.every_months, **said)
    return say("duty.once", **said)
