"""Compare two agreements term by term, and tell whether each change widens or narrows."""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from answerable.model.agreement import Agreement, Grant
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
            yield Change(name, str(old), str(new), _window(name, old < new))


def _window(name: str, grew: bool) -> Direction:
    if name in ("ends", "greatest_age_minutes"):
        return Direction.WIDER if grew else Direction.NARROWER
    if name == "starts":
        return Direction.NARROWER if grew else Direction.WIDER
    return Direction.DIFFERENT


def _terms(before: Agreement, after: Agreement) -> Iterator[Change]:
    yield from _named(
        {f"rule {limit.limit}": explain_limit(limit) for limit in before.limits},
        {f"rule {limit.limit}": explain_limit(limit) for limit in after.limits},
        added=Direction.NARROWER,
    )
    yield from _named(
        {f"duty {duty.duty}": explain_duty(duty) for duty in before.duties},
        {f"duty {duty.duty}": explain_duty(duty) for duty in after.duties},
        added=Direction.NARROWER,
    )


def _named(old: dict[str, str], new: dict[str, str], added: Direction) -> Iterator[Change]:
    removed = Direction.WIDER
    for name in [*old, *(name for name in new if name not in old)]:
        was, now = old.get(name, ""), new.get(name, "")
        if was != now:
            both = Direction.DIFFERENT
            yield Change(name, was, now, both if was and now else added if now else removed)
