"""Compare two agreements term by term, and tell whether each change widens or narrows."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from answerable.model.agreement import Agreement, Duty, Grant
from answerable.model.base import moment_text
from answerable.model.limits import Limit
from answerable.terms.explain import explain_duty, explain_limit


class Direction(StrEnum):
    """What a change does to what may leave."""

    WIDER = "wider"
    NARROWER = "narrower"
    DIFFERENT = "different"


@dataclass(frozen=True, slots=True)
class Change:
    """One difference: what, what was said before, what is said now."""

    what: str
    before: str
    after: str
    direction: Direction


_SETS = ("columns", "patterns", "recipients", "purposes")


def diff(before: Agreement, after: Agreement) -> list[Change]:
    """Give every difference in grant, limits and duties; none when the terms are the same."""
    return [*_grants(before, after), *_terms(before, after)]


def _grants(before: Grant, after: Grant) -> Iterator[Change]:
    for name in Grant.model_fields:
        old, new = getattr(before, name), getattr(after, name)
        if name in _SETS:
            lost, won = sorted(set(old) - set(new)), sorted(set(new) - set(old))
            if lost:
                yield Change(name, ", ".join(lost), "", Direction.NARROWER)
            if won:
                yield Change(name, "", ", ".join(won), Direction.WIDER)
        elif old != new:
            yield Change(name, _value(old), _value(new), _window(name, old < new))


def _value(value: object) -> str:
    return moment_text(value) if isinstance(value, datetime) else str(value)


def _window(name: str, grew: bool) -> Direction:
    if name in ("ends", "greatest_age_minutes"):
        return Direction.WIDER if grew else Direction.NARROWER
    if name == "starts":
        return Direction.NARROWER if grew else Direction.WIDER
    return Direction.DIFFERENT


def _terms(before: Agreement, after: Agreement) -> Iterator[Change]:
    old = _named((*before.limits, *before.duties))
    new = _named((*after.limits, *after.duties))
    for name in [*old, *(name for name in new if name not in old)]:
        was, now = old.get(name), new.get(name)
        if was != now:
            one = Direction.NARROWER if now else Direction.WIDER
            yield Change(name, _say(was), _say(now), Direction.DIFFERENT if was and now else one)


def _named(terms: Iterable[Limit | Duty]) -> dict[str, Limit | Duty]:
    return {
        f"duty {term.duty}" if isinstance(term, Duty) else f"rule {term.limit}": term
        for term in terms
    }


def _say(term: Limit | Duty | None) -> str:
    if term is None:
        return ""
    if isinstance(term, Duty):
        said = f"{explain_duty(term)} It is shown by: {term.evidence.say()}"
    else:
        said = explain_limit(term)
    return f"{said} (because of {term.because})"
