"""Learn: duties met, and what came of benefits and risks."""

from datetime import timedelta

from answerable.model.agreement import Agreement, Decision, DutyMet
from answerable.model.base import Day, Slug
from answerable.model.command import Command, Said, rule, says
from answerable.model.errors import Missing, Refused
from answerable.model.outcome import Outcome, OutcomeFields, OutcomeReported
from answerable.model.proposal import Benefit, Risk
from answerable.model.state import State
from answerable.model.status import due_days
from answerable.model.text import Text

EARLY = timedelta(days=92)
"""A duty can be met up to a quarter before it is due."""


class MeetDuty(Command):
    """Show that a duty was done for one due day."""

    agreement: Slug
    duty: Slug
    due: Day
    evidence: Text


class ReportOutcome(OutcomeFields, Command):
    """Tell what came of a benefit or a risk, against what was said before."""


says(MeetDuty, DutyMet)
says(ReportOutcome, OutcomeReported)


@rule(DutyMet)
def check_duty_met(state: State, body: DutyMet, said: Said) -> None:
    """Refuse a duty nobody has, a day on which it is not due, and one met already."""
    agreement = state.get(Agreement, body.agreement)
    duty = agreement.duty(body.duty)
    if duty is None:
        raise Missing("duty.unknown", name=body.duty)
    if not agreement.is_signed:
        raise Refused("agreement.unsigned", agreement=body.agreement)
    if body.due > said.at.date() + EARLY:
        raise Refused("duty.early", duty=body.duty, due=body.due.isoformat())
    if body.due not in due_days(duty, body.due):
        raise Refused("duty.day", duty=body.duty, due=body.due.isoformat())
    if (body.duty, body.due) in agreement.met:
        raise Refused("duty.met", duty=body.duty, due=body.due.isoformat())


@rule(OutcomeReported)
def check_outcome(state: State, body: OutcomeReported, said: Said) -> None:
    """Refuse an outcome of something nobody expected, or of a time that is not over."""
    state.free(Outcome, body.outcome)
    what, _, name = body.of.partition(":")
    expected: Benefit | Risk = (
        state.get(Benefit, name) if what == "benefit" else state.get(Risk, name)
    )
    if expected.proposal != body.proposal:
        raise Refused("outcome.elsewhere", outcome=body.outcome, proposal=body.proposal)
    decided = [each.at.date() for each in state.of(Decision, body.proposal)]
    if not decided or body.since < min(decided):
        raise Refused("outcome.early", outcome=body.outcome)
    if not body.since <= body.until <= said.at.date():
        raise Refused("outcome.period", outcome=body.outcome)
