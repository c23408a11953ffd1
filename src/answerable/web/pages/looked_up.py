"""A person's own page: who looked me up, when, for what, with the evidence of each time."""

from typing import Any, Final

from answerable.model.agreement import Agreement
from answerable.model.dataset import Dataset
from answerable.model.errors import Forbidden, Missing
from answerable.model.text import Text, en
from answerable.web.call import Answer, Call, Later, Page, Raw
from answerable.web.contacts import reached
from answerable.web.looked_up import DELAY, Asked, Desk, ask, desks, receipt
from answerable.web.terms import sentences_of

_PROOF: Final = "text/plain; charset=utf-8"
_DIGITS: Final = 15


def looked_up(call: Call) -> Answer:
    """Ask the release points, and show what they say to the one person it is about."""
    dataset, subject = _who(call)
    every = _desks(call, dataset)
    return Later(
        lambda: ask(every, dataset, subject, call.now),
        lambda asked: Page("looked_up.html", _said(call, dataset, asked, can_ask=bool(every))),
    )


def evidence(call: Call) -> Answer:
    """Give the evidence that one look-up is in the log of its release point."""
    dataset, subject = _who(call)
    every, look = _desks(call, dataset), _look(call)
    return Later(
        lambda: receipt(every, dataset, subject, look, call.now),
        lambda data: Raw(_PROOF, data, "{}-{}.tlog-proof".format(*look)),
    )


def _who(call: Call) -> tuple[str, str]:
    if call.visitor.subject is None:
        raise Forbidden("page.own")
    return call.visitor.subject


def _desks(call: Call, dataset: str) -> list[Desk]:
    return desks(call.loop, call.state, dataset, call.settings.release_points)


def _look(call: Call) -> tuple[str, int]:
    number = call.named("release")
    if not (number.isascii() and number.isdigit() and len(number) <= _DIGITS):
        raise Missing("look.unknown")
    return call.named("gateway"), int(number)


def _said(call: Call, dataset: str, asked: Asked, *, can_ask: bool) -> dict[str, Any]:
    held = call.state.get(Dataset, dataset)
    names = dict.fromkeys(look.agreement for look in asked.found)
    agreements = {name: call.state.find(Agreement, name) for name in names}
    known = [each for each in agreements.values() if each]
    return {
        "dataset": held,
        "can_ask": can_ask,
        "looks": asked.found,
        "silent": asked.silent,
        "delay_hours": int(DELAY.total_seconds() // 3600),
        "titles": {column.column: column.title for column in held.columns},
        "agreements": {n: each.title if each else en(n) for n, each in agreements.items()},
        "rules": _rules(call, known),
        "responsible": reached(call.settings, (held.custodian,))[0],
    }


def _rules(call: Call, agreements: list[Agreement]) -> dict[str, Text]:
    said: dict[str, Text] = {}
    for each in agreements:
        said |= sentences_of(call.tongue, call.state, each)
    return said
