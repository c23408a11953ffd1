"""Share: signals that limits depend on. The data plane itself is `answerable.gateway`'s."""

from datetime import timedelta
from typing import Any

from answerable.model.base import Moment, Slug
from answerable.model.command import Command, Said, rule, says
from answerable.model.errors import Refused
from answerable.model.signal import Signal, SignalDeclared, SignalEnded, SignalFields
from answerable.model.state import State
from answerable.model.text import Text

LONGEST_SIGNAL = timedelta(days=14)
"""A signal has an end, and within two weeks; whoever needs longer declares another."""


EARLIEST, LATEST = timedelta(days=1), timedelta(days=3)
"""A signal is declared at most a day after it began, or three days before."""


class DeclareSignal(SignalFields, Command):
    """Declare that a signal, such as a flood warning, is in force in an area until an end."""


class EndSignal(Command):
    """End a signal early."""

    declaration: Slug
    ends: Moment
    reason: Text


says(DeclareSignal, SignalDeclared)
says(EndSignal, SignalEnded)


@rule(SignalDeclared)
def check_signal(state: State, body: SignalDeclared, said: Said) -> None:
    """Refuse a name that is taken, a signal that is too long, and one already over."""
    state.free(Signal, body.declaration)
    if body.ends - body.begins > LONGEST_SIGNAL:
        raise Refused("signal.long", days=LONGEST_SIGNAL.days)
    if body.ends <= said.at:
        raise Refused("signal.over", declaration=body.declaration)
    if not said.at - EARLIEST <= body.begins <= said.at + LATEST:
        raise Refused("signal.begins", declaration=body.declaration)


@rule(SignalEnded)
def check_ended(state: State, body: SignalEnded, said: Said) -> None:
    """Refuse to lengthen a signal, and to end it in the past."""
    signal: Any = state.get(Signal, body.declaration)
    if not said.at <= body.ends < signal.ends:
        raise Refused("signal.end", declaration=body.declaration)
