"""What was said of a subject while somebody was filling in a form about it."""

from collections.abc import Iterator
from typing import Final

from answerable.model.command import Command
from answerable.model.proposal import Benefit, Risk
from answerable.model.translation import TextTranslated
from answerable.web.call import Call
from answerable.web.form.acting import NAMES
from answerable.web.lines import Line, line_of

MOST: Final = 20


def changes(call: Call, command: Command, since: int) -> tuple[Line, ...]:
    """Give the entries about what a command is about that came since a page was made."""
    about = set(_about(call, command))
    start = max(0, min(since, call.state.size))
    found = [
        line_of(call, entry)
        for entry in call.loop.entries(start, call.state.size)
        if not isinstance(entry.body, TextTranslated) and about & set(_about(call, entry.meaning))
    ]
    return tuple(found[-MOST:])


def _about(call: Call, said: object) -> Iterator[tuple[str, str]]:
    """Give the subjects that a body or a command names."""
    for name in NAMES:
        value = getattr(said, name, None)
        if isinstance(value, str):
            yield name, value
    for weighed in (
        call.state.find(Benefit, getattr(said, "benefit", None)),
        call.state.find(Risk, getattr(said, "risk", None)),
    ):
        if weighed:
            yield "proposal", weighed.proposal
