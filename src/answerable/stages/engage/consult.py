"""Consultations: anybody may comment on a published proposal, until a closing day."""

from datetime import timedelta

from answerable.model.base import Slug
from answerable.model.command import Command, Said, rule, says
from answerable.model.engagement import (
    Consultation,
    ConsultationClosed,
    ConsultationFields,
    ConsultationOpened,
)
from answerable.model.errors import Refused
from answerable.model.proposal import Proposal
from answerable.model.state import State
from answerable.model.text import Text

LEAST_COMMENT = timedelta(days=14)
"""A consultation is open for two weeks at the least."""


class OpenConsultation(ConsultationFields, Command):
    """Publish a proposal for comment until a closing day."""


class CloseConsultation(Command):
    """Tell what was said, and what comes of it."""

    consultation: Slug
    comments: int
    summary: Text
    response: Text


says(OpenConsultation, ConsultationOpened)
says(CloseConsultation, ConsultationClosed)


@rule(ConsultationOpened)
def check_consultation(state: State, body: ConsultationOpened, said: Said) -> None:
    """Refuse a consultation on what was not weighed up, or one that is too short."""
    state.free(Consultation, body.consultation)
    if state.get(Proposal, body.proposal).route is None:
        raise Refused("proposal.unrouted", proposal=body.proposal)
    if body.opens < said.at.date():
        raise Refused("consultation.past", opens=body.opens.isoformat())
    if body.closes - body.opens < LEAST_COMMENT:
        raise Refused("consultation.short", days=LEAST_COMMENT.days)


@rule(ConsultationClosed)
def check_closed(state: State, body: ConsultationClosed, said: Said) -> None:
    """Refuse to close a consultation twice, or before its last day."""
    consultation = state.get(Consultation, body.consultation)
    if consultation.closed:
        raise Refused("consultation.closed", consultation=body.consultation)
    if said.at.date() < consultation.closes:
        raise Refused("consultation.open", closes=consultation.closes.isoformat())
