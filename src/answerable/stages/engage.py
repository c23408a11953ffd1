"""Engage: consultations and panels, from the question to recommendations in their own words."""

import hashlib
from collections.abc import Iterator, Sequence
from datetime import timedelta
from itertools import groupby
from typing import Any

from pydantic import ValidationError

from answerable.model.base import Day, Slug, invalid
from answerable.model.command import Command, Context, Said, action, rule, says
from answerable.model.dataset import Dataset
from answerable.model.engagement import (
    Consultation,
    ConsultationClosed,
    ConsultationFields,
    ConsultationOpened,
    Dissent,
    DissentRecorded,
    Engagement,
    EngagementFields,
    EngagementOpened,
    PanelDrawn,
    PanelFinished,
    PoolCommitted,
    PopulationStated,
    Recommendation,
    RecommendationFields,
    RecommendationRatified,
    Seats,
    Share,
    Statement,
    StatementFields,
    StatementPut,
    Tally,
    TallyCounted,
    Target,
    WorkshopHeld,
)
from answerable.model.errors import Invalid, Refused
from answerable.model.organisation import Organisation
from answerable.model.proposal import Proposal
from answerable.model.signing import canonical
from answerable.model.state import State
from answerable.model.text import Text
from answerable.science import sortition

LEAST_COMMENT = timedelta(days=14)
"""A consultation is open for two weeks at the least."""

SEED_BYTES = 32

EVERYBODY, ROUNDING = 10_000, 100
"""A whole population, and by how much published shares may miss it because they were rounded."""


class OpenConsultation(ConsultationFields, Command):
    """Publish a proposal for comment until a closing day."""


class CloseConsultation(Command):
    """Tell what was said, and what comes of it."""

    consultation: Slug
    comments: int
    summary: Text
    response: Text


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


class CommitPool(Command):
    """Fix the pool, the targets and a sealed seed, before anybody can know the draw.

    Attributes:
        respondents: CSV text, one row a volunteer, with a column for each feature of the targets.
        targets: CSV text, ``feature,value,min,max`` or ``category,feature,min,max``.
        id_column: the column of ``respondents`` that tells volunteers apart.
    """

    engagement: Slug
    respondents: str
    targets: str
    id_column: str = "id"


class DrawPanel(Command):
    """Open the seed and draw the panel."""

    engagement: Slug


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


says(OpenConsultation, ConsultationOpened)
says(CloseConsultation, ConsultationClosed)
says(OpenEngagement, EngagementOpened)
says(HoldWorkshop, WorkshopHeld)
says(FinishPanel, PanelFinished)
says(PutStatement, StatementPut)
says(CountTally, TallyCounted)
says(RatifyRecommendation, RecommendationRatified)
says(RecordDissent, DissentRecorded)


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


def _pool(engagement: str) -> str:
    return f"pool:{engagement}"


def _seed(engagement: str) -> str:
    return f"seed:{engagement}"


@action(CommitPool, PoolCommitted)
def commit_pool(state: State, command: CommitPool, ctx: Context) -> Iterator[PoolCommitted]:
    """Put volunteers and seed in the vault, and their commitments in the register."""
    engagement = state.get(Engagement, command.engagement)
    try:
        targets = sortition.read_targets(command.targets)
        people = sortition.read_people(
            command.respondents, {t.feature for t in targets}, id_column=command.id_column
        )
        profiles = [profile for _, profile, _ in people]
        # A draw nobody sees, with a seed nobody will use: can these targets be met at all?
        sortition.draw(profiles, targets, seats=engagement.seats, seed=b"rehearsal")
    except sortition.SortitionError as problem:
        raise Invalid(problem.code, **problem.params) from None
    said_targets = _targets(targets)
    seed = ctx.random(SEED_BYTES)
    order = sorted(range(len(people)), key=lambda _: ctx.random(16))
    sealed = [
        ctx.keep(
            _pool(engagement.engagement),
            f"{engagement.engagement}-{number}",
            {"number": number, "profile": people[place][1], "contact": people[place][2]},
        )
        for number, place in enumerate(order, start=1)
    ]
    ctx.keep(_seed(engagement.engagement), f"{engagement.engagement}-seed", {"seed": seed.hex()})
    content = canonical({"engagement": engagement.engagement, "commitments": sealed})
    yield PoolCommitted(
        engagement=engagement.engagement,
        volunteers=len(people),
        pool=ctx.blob(content, "application/json"),
        targets=said_targets,
        method="random-keys",
        seed_commitment=hashlib.sha256(seed).hexdigest(),
    )


def _targets(targets: Sequence[sortition.Seats]) -> tuple[Target, ...]:
    try:
        return tuple(
            Target(feature=t.feature, value=t.value, min=t.min, max=t.max) for t in targets
        )
    except ValidationError as problem:
        raise invalid("command.invalid", problem, command=CommitPool.verb()) from None


@action(DrawPanel, PanelDrawn)
def draw_panel(state: State, command: DrawPanel, ctx: Context) -> Iterator[PanelDrawn]:
    """Draw from the committed pool with the committed seed."""
    engagement = state.get(Engagement, command.engagement)
    pool = engagement.pool
    if pool is None:
        raise Refused("draw.uncommitted", engagement=command.engagement)
    profiles = _profiles(ctx, engagement.engagement, pool.volunteers)
    seed = str(ctx.kept(_seed(engagement.engagement))[0].body["seed"])
    targets = [sortition.Seats(t.feature, t.value, t.min, t.max) for t in pool.targets]
    try:
        places = sortition.draw(profiles, targets, seats=engagement.seats, seed=bytes.fromhex(seed))
    except sortition.SortitionError as problem:
        raise Refused(problem.code, **problem.params) from None
    totals = sortition.count([profiles[place] for place in places], targets)
    yield PanelDrawn(
        engagement=engagement.engagement,
        seed=seed,
        members=tuple(place + 1 for place in places),
        totals=tuple(
            Seats(feature=feature, value=value, seats=seats)
            for (feature, value), seats in totals.items()
        ),
    )


def _profiles(ctx: Context, engagement: str, volunteers: int) -> Sequence[dict[str, str]]:
    kept: dict[int, Any] = {
        record.body["number"]: record.body["profile"] for record in ctx.kept(_pool(engagement))
    }
    if len(kept) != volunteers or not ctx.kept(_seed(engagement)):
        raise Refused("pool.erased", engagement=engagement, volunteers=volunteers)
    return [kept[number] for number in sorted(kept)]


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


@rule(PoolCommitted)
def check_pool(state: State, body: PoolCommitted, _said: Said) -> None:
    """Refuse a second pool, one smaller than the panel, and targets that cannot add up."""
    engagement = state.get(Engagement, body.engagement)
    if engagement.pool:
        raise Refused("pool.taken", engagement=body.engagement)
    if body.volunteers < engagement.seats:
        raise Refused("pool.small", people=body.volunteers, seats=engagement.seats)
    seats = [sortition.Seats(t.feature, t.value, t.min, t.max) for t in body.targets]
    try:
        sortition.check_targets(seats, engagement.seats)
    except sortition.SortitionError as problem:
        raise Refused(problem.code, **problem.params) from None


@rule(PanelDrawn)
def check_drawn(state: State, body: PanelDrawn, _said: Said) -> None:
    """Refuse a draw that does not open the sealed seed, or misses a target.

    Raises:
        Refused: ``draw.uncommitted``, ``draw.again``, ``draw.seed``, ``draw.members``,
            ``draw.totals``.
    """
    engagement = state.get(Engagement, body.engagement)
    if engagement.pool is None:
        raise Refused("draw.uncommitted", engagement=body.engagement)
    if engagement.drawn:
        raise Refused("draw.again", engagement=body.engagement)
    if hashlib.sha256(bytes.fromhex(body.seed)).hexdigest() != engagement.pool.seed_commitment:
        raise Refused("draw.seed", engagement=body.engagement)
    numbers = set(body.members)
    inside = all(1 <= number <= engagement.pool.volunteers for number in numbers)
    if len(numbers) != len(body.members) or len(numbers) != engagement.seats or not inside:
        raise Refused("draw.members", engagement=body.engagement, seats=engagement.seats)
    _check_totals(engagement, engagement.pool, body)


def _check_totals(engagement: Engagement, pool: PoolCommitted, body: PanelDrawn) -> None:
    drawn = {(total.feature, total.value): total.seats for total in body.totals}
    wanted = {(target.feature, target.value): target for target in pool.targets}
    if drawn.keys() != wanted.keys() or len(drawn) != len(body.totals):
        raise Refused("draw.totals", engagement=body.engagement)
    for name, target in wanted.items():
        if not target.min <= drawn[name] <= target.max:
            raise Refused("draw.totals", engagement=body.engagement)
    for _, group in groupby(sorted(drawn), key=lambda name: name[0]):
        if sum(drawn[name] for name in group) != engagement.seats:
            raise Refused("draw.totals", engagement=body.engagement)


def _panel(state: State, name: str) -> Engagement:
    engagement = state.get(Engagement, name)
    if engagement.drawn is None:
        raise Refused("panel.undrawn", engagement=name)
    if engagement.finished is not None:
        raise Refused("panel.finished", engagement=name)
    return engagement


@rule(WorkshopHeld)
def check_workshop(state: State, body: WorkshopHeld, said: Said) -> None:
    """Refuse a workshop out of order, in the future, or fuller than the panel."""
    engagement = _panel(state, body.engagement)
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
    engagement = _panel(state, body.engagement)
    if len(engagement.held) != engagement.workshops:
        raise Refused("workshop.missing", held=len(engagement.held), planned=engagement.workshops)
    if body.finished > engagement.held[-1].present:
        raise Refused("workshop.present", present=body.finished, seats=engagement.held[-1].present)


@rule(StatementPut)
def check_statement(state: State, body: StatementPut, _said: Said) -> None:
    """Refuse a name that is taken, and a panel that does not sit."""
    state.free(Statement, body.statement)
    _panel(state, body.engagement)


@rule(TallyCounted)
def check_tally(state: State, body: TallyCounted, _said: Said) -> None:
    """Refuse a second count, and more votes than there are members."""
    statement = state.get(Statement, body.statement)
    engagement = _panel(state, statement.engagement)
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
    engagement = _panel(state, body.engagement)
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
