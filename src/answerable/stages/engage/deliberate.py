"""A panel at work: workshops, statements and votes, recommendations in its own words, the end."""

from answerable.model.base import Day, Slug
from answerable.model.command import Command, Said, rule, says
from answerable.model.engagement import (
    Dissent,
    DissentRecorded,
    PanelFinished,
    Recommendation,
    RecommendationFields,
    RecommendationRatified,
    Statement,
    StatementFields,
    StatementPut,
    Tally,
    TallyCounted,
    WorkshopHeld,
)
from answerable.model.errors import Refused
from answerable.model.state import State
from answerable.model.text import Text
from answerable.stages.engage.seats import sitting


class HoldWorkshop(Command):
    """Tell that the panel met, how many were there, and what they did."""

    engagement: Slug
    workshop: int
    day: Day
    title: Text
    present: int
    summary: Text


class FinishPanel(Command):
    """Tell how many stayed to the end, and why others did not."""

    engagement: Slug
    finished: int
    note: Text


class PutStatement(StatementFields, Command):
    """Put one sentence to the panel."""


class CountTally(Tally, Command):
    """Tell how the panel voted on a statement."""

    statement: Slug


class RatifyRecommendation(RecommendationFields, Command):
    """Record what the panel ratified, in its own words, with its support."""


class RecordDissent(Dissent, Command):
    """Record a dissent, with permission and after review."""

    recommendation: Slug


says(HoldWorkshop, WorkshopHeld)
says(FinishPanel, PanelFinished)
says(PutStatement, StatementPut)
says(CountTally, TallyCounted)
says(RatifyRecommendation, RecommendationRatified)
says(RecordDissent, DissentRecorded)


@rule(WorkshopHeld)
def check_workshop(state: State, body: WorkshopHeld, said: Said) -> None:
    """Refuse a workshop out of order, in the future, or fuller than the panel."""
    engagement = sitting(state, body.engagement)
    if body.workshop != len(engagement.held) + 1 or body.workshop > engagement.workshops:
        raise Refused("workshop.order", workshop=body.workshop, planned=engagement.workshops)
    if body.day > said.at.date():
        raise Refused("workshop.future", day=body.day.isoformat())
    before = engagement.held[-1].day if engagement.held else engagement.drawn_on
    if before and body.day < before:
        raise Refused("workshop.day", day=body.day.isoformat(), before=before.isoformat())
    if body.present > engagement.seats:
        raise Refused("workshop.present", present=body.present, seats=engagement.seats)


@rule(PanelFinished)
def check_finished(state: State, body: PanelFinished, _said: Said) -> None:
    """Refuse to end a panel before its last workshop, or with more people than it had."""
    engagement = sitting(state, body.engagement)
    if len(engagement.held) != engagement.workshops:
        raise Refused("workshop.missing", held=len(engagement.held), planned=engagement.workshops)
    if body.finished > engagement.held[-1].present:
        raise Refused("workshop.present", present=body.finished, seats=engagement.held[-1].present)


@rule(StatementPut)
def check_statement(state: State, body: StatementPut, _said: Said) -> None:
    """Refuse a name that is taken, and a panel that does not sit."""
    state.free(Statement, body.statement)
    sitting(state, body.engagement)


@rule(TallyCounted)
def check_tally(state: State, body: TallyCounted, _said: Said) -> None:
    """Refuse a second count, and more votes than there are members."""
    statement = state.get(Statement, body.statement)
    engagement = sitting(state, statement.engagement)
    if statement.tally:
        raise Refused("tally.taken", statement=body.statement)
    present = engagement.held[-1].present if engagement.held else 0
    if body.voted > present:
        raise Refused("tally.votes", votes=body.voted, people=present)


@rule(RecommendationRatified)
def check_ratified(state: State, body: RecommendationRatified, _said: Said) -> None:
    """Refuse a recommendation before the last workshop, without a quorum, or without support.

    Half of the seats must vote, and more must agree than disagree.
    """
    state.free(Recommendation, body.recommendation)
    engagement = sitting(state, body.engagement)
    if len(engagement.held) != engagement.workshops:
        raise Refused("workshop.missing", held=len(engagement.held), planned=engagement.workshops)
    present = engagement.held[-1].present
    if body.voted > present:
        raise Refused("tally.votes", votes=body.voted, people=present)
    if body.voted * 2 < engagement.seats:
        raise Refused("recommendation.quorum", votes=body.voted, seats=engagement.seats)
    if body.agree <= body.disagree:
        raise Refused("recommendation.support", agree=body.agree, disagree=body.disagree)


@rule(DissentRecorded)
def check_dissent(state: State, body: DissentRecorded, _said: Said) -> None:
    """Refuse more dissents than there were votes against."""
    recommendation = state.get(Recommendation, body.recommendation)
    if recommendation.answered:
        raise Refused("answer.taken", recommendation=body.recommendation)
    if len(recommendation.dissents) >= recommendation.disagree:
        raise Refused("dissent.votes", disagree=recommendation.disagree)
