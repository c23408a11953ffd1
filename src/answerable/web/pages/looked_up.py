"""A person's own page: who looked me up, when, for what, with the evidence of each time."""

from typing import Any

from answerable.model.agreement import Agreement
from answerable.model.dataset import Dataset
from answerable.model.errors import Forbidden, Missing
from answerable.model.text import Text, en
from answerable.web.call import Answer, Call, Later, Page, Raw
from answerable.web.looked_up import DELAY, Asked, ask, desks, receipt


def looked_up(call: Call) -> Answer:
    """Ask the release points, and show what they say to the one person it is about."""
    dataset, subject = _who(call)
    every = desks(call.loop, call.state, dataset, call.settings.release_points)
    return Later(
        lambda: ask(every, dataset, subject, call.now),
        lambda asked: Page("looked_up.html", _said(call, dataset, asked, can_ask=bool(every))),
    )


def evidence(call: Call) -> Answer:
    """Give the evidence that one look-up is in the log of its release point."""
    dataset, subject = _who(call)
    every = desks(call.loop, call.state, dataset, call.settings.release_points)
    name, number = call.named("gateway"), call.named("release")
    if not (number.isascii() and number.isdigit() and len(number) < 16):  # noqa: PLR2004
        raise Missing("look.unknown")
    return Later(
        lambda: receipt(every, dataset, subject, name, int(number)),
        lambda data: Raw("text/plain; charset=utf-8", data, f"{name}-{number}.tlog-proof"),
    )


def _who(call: Call) -> tuple[str, str]:
    if call.visitor.subject is None:
        raise Forbidden("page.own")
    return call.visitor.subject


def _said(call: Call, dataset: str, asked: Asked, *, can_ask: bool) -> dict[str, Any]:
    held = call.state.get(Dataset, dataset)
    return {
        "dataset": held,
        "can_ask": can_ask,
        "looks": asked.found,
        "silent": asked.silent,
        "delay_hours": int(DELAY.total_seconds() // 3600),
        "titles": {column.column: column.title for column in held.columns},
        "agreements": _titles(call, {look.agreement for look in asked.found}),
    }


def _titles(call: Call, names: set[str]) -> dict[str, Text]:
    found = {name: call.state.find(Agreement, name) for name in names}
    return {name: each.title if each else en(name) for name, each in found.items()}
