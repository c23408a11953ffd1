"""Recruitment: a panel is asked for, whom it is to resemble, and how volunteers are found."""

from collections.abc import Iterator
from datetime import date
from itertools import groupby

from pydantic import ValidationError

from answerable.model.base import Day, Slug, invalid
from answerable.model.command import Command, Context, Said, action, rule, says
from answerable.model.dataset import Dataset
from answerable.model.engagement import Engagement, EngagementFields, EngagementOpened
from answerable.model.errors import Invalid, Refused
from answerable.model.organisation import Organisation
from answerable.model.proposal import Proposal
from answerable.model.recruitment import (
    PopulationStated,
    Question,
    RecruitmentTold,
    RegistrationOpened,
    Route,
    Share,
)
from answerable.model.state import State
from answerable.model.text import Text, en
from answerable.science import sortition

EVERYBODY, ROUNDING = 10_000, 100
"""A whole population, and by how much published shares may miss it because they were rounded."""


class OpenEngagement(EngagementFields, Command):
    """Ask for a panel: the question, who runs it, who oversees it."""


class StatePopulation(Command):
    """Say whom the panel is to resemble, from figures that somebody else published.

    Attributes:
        shares: CSV text, ``feature,value,percent``: how many in a hundred have each value.
    """

    engagement: Slug
    population: Text
    source: Text
    shares: str


class OpenRegistration(Command):
    """Let anybody volunteer, until a closing day.

    Attributes:
        words: what volunteers read first.
        questions: CSV text, ``feature,question,value``: a row for each answer to choose from.
    """

    engagement: Slug
    words: Text
    questions: str
    closes: Day


class TellRecruitment(Command):
    """Tell how some of the volunteers were found, and who was missing among them.

    Attributes:
        asked: how many were asked; nothing for an open call.
        answered: how many of them volunteered.
    """

    engagement: Slug
    route: Route
    asked: int | None = None
    answered: int
    words: Text
    missing: Text


says(OpenEngagement, EngagementOpened)
says(TellRecruitment, RecruitmentTold)


@action(StatePopulation, PopulationStated)
def state_population(
    _state: State, command: StatePopulation, _ctx: Context
) -> Iterator[PopulationStated]:
    """Read the figures of a population."""
    try:
        shares = [
            Share(feature=feature, value=value, per_10000=number)
            for feature, value, number in sortition.read_shares(command.shares)
        ]
        yield PopulationStated(
            engagement=command.engagement,
            population=command.population,
            source=command.source,
            shares=tuple(shares),
        )
    except sortition.SortitionError as problem:
        raise Invalid(problem.code, **problem.params) from None
    except ValidationError as problem:
        raise invalid("command.invalid", problem, command=command.verb()) from None


@action(OpenRegistration, RegistrationOpened)
def open_registration(
    _state: State, command: OpenRegistration, _ctx: Context
) -> Iterator[RegistrationOpened]:
    """Read the questions that volunteers are asked."""
    try:
        questions = tuple(
            Question(feature=feature, words=en(words), values=values)
            for feature, words, values in sortition.read_questions(command.questions)
        )
        yield RegistrationOpened(
            engagement=command.engagement,
            words=command.words,
            questions=questions,
            closes=command.closes,
        )
    except sortition.SortitionError as problem:
        raise Invalid(problem.code, **problem.params) from None
    except ValidationError as problem:
        raise invalid("command.invalid", problem, command=command.verb()) from None


@rule(EngagementOpened)
def check_engagement(state: State, body: EngagementOpened, said: Said) -> None:
    """Refuse a panel before the assessment, and one run by the organisation that asks for it."""
    state.free(Engagement, body.engagement)
    if state.get(Proposal, body.proposal).route is None:
        raise Refused("proposal.unrouted", proposal=body.proposal)
    state.get(Organisation, body.facilitator)
    proposal = state.get(Proposal, body.proposal)
    holders = {state.get(Dataset, ask.dataset).custodian for ask in proposal.asks}
    if body.facilitator in {said.org, proposal.recipient, *holders}:
        raise Refused("facilitator.commissioner", organisation=body.facilitator)


@rule(PopulationStated)
def check_population(state: State, body: PopulationStated, _said: Said) -> None:
    """Refuse figures that come after the draw, come twice, or do not add up to everybody.

    Raises:
        Refused: ``population.taken``, ``population.late``, ``population.repeated``,
            ``population.sum``.
    """
    engagement = state.get(Engagement, body.engagement)
    if engagement.population:
        raise Refused("population.taken", engagement=body.engagement)
    if engagement.drawn:
        raise Refused("population.late", engagement=body.engagement)
    shares = sorted(body.shares, key=lambda share: (share.feature, share.value))
    for feature, group in groupby(shares, key=lambda share: share.feature):
        values = list(group)
        if len({share.value for share in values}) != len(values):
            raise Refused("population.repeated", feature=feature)
        if abs(sum(share.per_10000 for share in values) - EVERYBODY) > ROUNDING:
            raise Refused("population.sum", feature=feature)


@rule(RegistrationOpened)
def check_registration(state: State, body: RegistrationOpened, said: Said) -> None:
    """Refuse a second registration, one after the pool was fixed, and a question put twice.

    Raises:
        Refused: ``registration.taken``, ``registration.late``, ``registration.past``,
            ``registration.repeated``.
    """
    engagement = state.get(Engagement, body.engagement)
    if engagement.registration:
        raise Refused("registration.taken", engagement=body.engagement)
    if engagement.pool:
        raise Refused("registration.late", engagement=body.engagement)
    _check_after(body.closes, said.at.date())
    features = [question.feature for question in body.questions]
    for question in body.questions:
        repeated = len(set(question.values)) != len(question.values)
        if repeated or features.count(question.feature) > 1:
            raise Refused("registration.repeated", feature=question.feature)


def _check_after(closes: date, today: date) -> None:
    if closes < today:
        raise Refused("registration.past", closes=closes.isoformat())


@rule(RecruitmentTold)
def check_recruitment(state: State, body: RecruitmentTold, _said: Said) -> None:
    """Refuse figures that cannot be, and a route that is told after the draw.

    Raises:
        Refused: ``recruitment.late``, ``recruitment.asked``, ``recruitment.answered``.
    """
    engagement = state.get(Engagement, body.engagement)
    if engagement.drawn:
        raise Refused("recruitment.late", engagement=body.engagement)
    if (body.asked is None) != (body.route == "open-call"):
        raise Refused("recruitment.asked", route=body.route)
    if body.asked is not None and body.answered > body.asked:
        raise Refused("recruitment.answered", asked=body.asked, answered=body.answered)
