"""What an agreement gives at this moment, and what it would give during an official warning.

Worked out by the same decision that a gateway makes, asked once as things are and once as they
would be if every signal that the agreement speaks of were in force.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

from answerable.model.agreement import Agreement
from answerable.model.limits import Coarsen, LeaveOut, Pattern, When, WhileSignal
from answerable.model.request import Given, Refusal, Request, Verdict
from answerable.model.signal import Signal
from answerable.model.state import State
from answerable.model.status import in_force
from answerable.model.text import en
from answerable.terms import Facts, decide

_HOUR = timedelta(hours=1)
SOMEWHERE = "some-area"


@dataclass(frozen=True, slots=True)
class Form:
    """What is given of one column.

    Attributes:
        column: its name in the catalogue.
        usually: nothing if it is not given.
        warned: the same during a warning; nothing if it is not given then either.
    """

    column: str
    usually: Given | None
    warned: Given | None

    @property
    def differs(self) -> bool:
        """Whether a warning changes it."""
        return self.usually != self.warned


@dataclass(frozen=True, slots=True)
class Share:
    """What one way of asking gives.

    Attributes:
        refused: why nothing is given as things are.
        refused_warned: why nothing would be given during a warning either.
        minimum: the smallest count that is given.
        leaves_out: the lists of people who are left out.
    """

    pattern: Pattern
    forms: tuple[Form, ...]
    refused: tuple[Refusal, ...]
    refused_warned: tuple[Refusal, ...]
    minimum: int | None
    leaves_out: tuple[str, ...]


def shares(state: State, agreement: Agreement, now: datetime) -> tuple[Share, ...]:
    """Work it out for every pattern of the agreement."""
    above = warned(state, agreement, now)
    return tuple(_share(state, above, agreement, pattern, now) for pattern in agreement.patterns)


def whens(agreement: Agreement) -> tuple[When, ...]:
    """Give the conditions that an agreement speaks of, each once."""
    found = [limit.unless for limit in agreement.limits if isinstance(limit, Coarsen)]
    found += [limit.when for limit in agreement.limits if isinstance(limit, WhileSignal)]
    return tuple(dict.fromkeys(when for when in found if when))


def signals_now(state: State, agreement: Agreement, now: datetime) -> tuple[Signal, ...]:
    """Give the signals in force anywhere that change what an agreement gives."""
    found = {
        signal.declaration: signal
        for when in whens(agreement)
        for area in {signal.area for signal in state.each(Signal)}
        if (signal := in_force(state, when, area, now))
    }
    return tuple(found.values())


def warned(state: State, agreement: Agreement, now: datetime) -> State:
    """Give the state as it would be if every signal were in force."""
    above = state.fork()
    for number, when in enumerate(whens(agreement)):
        above.put(
            Signal(
                entry=state.size,
                at=now,
                declaration=f"what-if-{number}",
                issuer=when.issuers[0],
                signal=when.signal,
                area=SOMEWHERE,
                begins=now - _HOUR,
                ends=now + _HOUR,
                source="declared",
                post=en("What if"),
                reason=en("What if"),
            )
        )
    return above


def _share(
    state: State, warned: State, agreement: Agreement, pattern: Pattern, now: datetime
) -> Share:
    usual, during = (
        {column: _asked(each, agreement, pattern, column, now) for column in agreement.columns}
        for each in (state, warned)
    )
    every = (*usual.values(), *during.values())
    return Share(
        pattern,
        tuple(Form(c, _given(usual[c]), _given(during[c])) for c in agreement.columns),
        _in_all(usual.values()),
        _in_all(during.values()),
        next((verdict.minimum_count for verdict in every if verdict.minimum_count), None),
        every[0].leaves_out,
    )


def _given(verdict: Verdict) -> Given | None:
    return verdict.gives[0] if verdict.gives else None


def _in_all(verdicts: Collection[Verdict]) -> tuple[Refusal, ...]:
    """Give the reasons for which nothing is given, whatever the column."""
    first, *others = verdicts
    return tuple(r for r in first.refusals if all(r in other.refusals for other in others))


def _asked(
    state: State, agreement: Agreement, pattern: Pattern, column: str, now: datetime
) -> Verdict:
    """Decide as a gateway would whose lists are fresh, for the first purpose that is allowed."""
    lists = {each.list: timedelta(0) for each in agreement.limits if isinstance(each, LeaveOut)}
    facts = Facts(now, list_ages=lists)
    asked = (_request(agreement, pattern, purpose, column) for purpose in agreement.purposes)
    verdicts = [decide(state, request, facts) for request in asked]
    return next((verdict for verdict in verdicts if verdict.allowed), verdicts[0])


def _request(agreement: Agreement, pattern: Pattern, purpose: str, column: str) -> Request:
    return Request(
        agreement=agreement.agreement,
        recipient=agreement.recipients[0],
        purpose=purpose,
        pattern=pattern,
        columns=(column,),
        areas=dict.fromkeys(agreement.places, SOMEWHERE),
    )
