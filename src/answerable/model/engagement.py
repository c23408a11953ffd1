"""How the public was asked: consultations, panels, workshops, statements, recommendations."""

from typing import ClassVar, Literal

from pydantic import Field

from answerable.model.base import Day, Digest, Frozen, Slug
from answerable.model.draw import (
    BothTarget,
    Contribution,
    Draw,
    Drawn,
    MemberLeft,
    MembersConfirmed,
    PanelDrawn,
    PoolCommitted,
    PoolPublished,
    ReplacementCommitted,
    SeedPromised,
    SeedRevealed,
    Target,
    TargetsRelaxed,
)
from answerable.model.entry import Body, Entry, Kind
from answerable.model.recruitment import PopulationStated, RecruitmentTold, RegistrationOpened
from answerable.model.state import Builder, Record, applies, remembers
from answerable.model.text import Text


class ConsultationFields(Frozen):
    """A time-boxed, open invitation to comment on a published proposal."""

    consultation: Slug
    proposal: Slug
    question: Text
    opens: Day
    closes: Day


class ConsultationOpened(ConsultationFields, Body):
    """Anybody may comment until a closing day."""

    kind: ClassVar[Kind] = Kind("consultation.opened")


class ConsultationClosed(Body):
    """What was said in a consultation, and what came of it."""

    kind: ClassVar[Kind] = Kind("consultation.closed")

    consultation: Slug
    comments: int = Field(ge=0)
    summary: Text
    response: Text


class Consultation(ConsultationFields, Record):
    """A consultation, with its result once it closed."""

    noun: ClassVar[str] = "consultation"

    closed: ConsultationClosed | None = None


class EngagementFields(Frozen):
    """A panel to be: who asks, who runs it, what it is asked."""

    engagement: Slug
    proposal: Slug
    facilitator: Slug
    title: Text
    question: Text
    oversight: Text
    seats: int = Field(ge=3, le=1_000)
    workshops: int = Field(ge=1, le=50)


class EngagementOpened(EngagementFields, Body):
    """A commissioner asked for a panel."""

    kind: ClassVar[Kind] = Kind("engagement.opened")


class WorkshopHeld(Body):
    """A panel met."""

    kind: ClassVar[Kind] = Kind("workshop.held")

    engagement: Slug
    workshop: int = Field(ge=1)
    day: Day
    title: Text
    present: int = Field(ge=0)
    summary: Text


class PanelFinished(Body):
    """The panel ended: how many stayed to the end, and why others did not."""

    kind: ClassVar[Kind] = Kind("panel.finished")

    engagement: Slug
    finished: int = Field(ge=0)
    note: Text


class Engagement(EngagementFields, Record):
    """One public deliberation about a proposal.

    Attributes:
        draws: in order, void ones and those of replacements too.
        confirmed: the numbers of members who said that they will come.
        left: the numbers of members who left.
        relaxed: how targets gave way since the panel was drawn, in order.
        published: the draw whose pool is public, where everybody in it is invented.
    """

    noun: ClassVar[str] = "engagement"

    commissioner: Slug
    population: PopulationStated | None = None
    registration: RegistrationOpened | None = None
    recruitment: tuple[RecruitmentTold, ...] = ()
    draws: tuple[Draw, ...] = ()
    confirmed: tuple[int, ...] = ()
    left: tuple[int, ...] = ()
    relaxed: tuple[TargetsRelaxed, ...] = ()
    published: PoolPublished | None = None
    held: tuple[WorkshopHeld, ...] = ()
    finished: int | None = None

    @property
    def pool(self) -> Draw | None:
        """The draw of the panel itself: the last one, where others were void."""
        return next((draw for draw in reversed(self.draws) if not draw.replaces), None)

    def pool_of(self, draw: Draw) -> Draw:
        """Give the draw whose pool another is from: for replacements the one of the panel."""
        own = (each for each in reversed(self.draws[: draw.draw]) if not each.replaces)
        return next(own, draw)

    @property
    def drawn(self) -> Drawn | None:
        """What came of the draw of the panel itself."""
        return self.pool.drawn if self.pool else None

    @property
    def drawn_on(self) -> Day | None:
        """The day on which the panel was drawn."""
        return self.drawn.day if self.drawn else None

    @property
    def members(self) -> tuple[int, ...]:
        """The numbers of those who are on the panel now, ascending."""
        drawn = {one for draw in self.draws for one in draw.drawn_members}
        return tuple(sorted(drawn - set(self.left)))

    @property
    def targets(self) -> tuple[Target, ...]:
        """The targets of the panel as they are now."""
        latest = {each.of: each for said in self.relaxed for each in said.targets}
        return tuple(latest.get(each.of, each) for each in self.pool.targets) if self.pool else ()

    @property
    def both(self) -> tuple[BothTarget, ...]:
        """Those for two values together, as they are now."""
        latest = {each.of: each for said in self.relaxed for each in said.both}
        return tuple(latest.get(each.of, each) for each in self.pool.both) if self.pool else ()

    def takes_volunteers(self, day: Day) -> bool:
        """Tell whether anybody may volunteer on a day: it was opened, and no pool is fixed."""
        opened = self.registration
        return opened is not None and day <= opened.closes and not self.draws

    def with_draw(self, number: int, **changes: object) -> "Engagement":
        """Give the engagement with changes to one of its draws."""
        draws = [draw.with_(**changes) if draw.draw == number else draw for draw in self.draws]
        return self.with_(draws=tuple(draws))


class StatementFields(Frozen):
    """One sentence people can agree or disagree with."""

    statement: Slug
    engagement: Slug
    words: Text


class StatementPut(StatementFields, Body):
    """A statement was put to the panel."""

    kind: ClassVar[Kind] = Kind("statement.put")


class Tally(Frozen):
    """How a panel voted."""

    agree: int = Field(ge=0)
    disagree: int = Field(ge=0)
    passed: int = Field(ge=0)

    @property
    def voted(self) -> int:
        """How many votes there are in all."""
        return self.agree + self.disagree + self.passed


class TallyCounted(Tally, Body):
    """The votes on a statement were counted; ballots stay unlinkable."""

    kind: ClassVar[Kind] = Kind("tally.counted")

    statement: Slug


class Statement(StatementFields, Record):
    """A statement, with its tally once it was counted."""

    noun: ClassVar[str] = "statement"

    tally: Tally | None = None


class RecommendationFields(Tally):
    """What a panel says should happen, in its own words, with its support."""

    recommendation: Slug
    engagement: Slug
    title: Text
    words: Text


class RecommendationRatified(RecommendationFields, Body):
    """A panel ratified a recommendation."""

    kind: ClassVar[Kind] = Kind("recommendation.ratified")


class Dissent(Frozen):
    """What somebody who disagreed wants on the record, in their own words."""

    words: Text
    permitted: Literal[True]
    reviewed: Literal[True]


class DissentRecorded(Dissent, Body):
    """A dissent joined a recommendation, with the dissenter's permission and after review."""

    kind: ClassVar[Kind] = Kind("dissent.recorded")

    recommendation: Slug


class RecommendationAnswered(Body):
    """The commissioner's reply to one recommendation.

    Attributes:
        of: fingerprint of the recommendation, so that it cannot change under the signature.
        becomes: what the recommendation turns into; a rejected one turns into nothing.
        post: the post, not the person, that answers.
    """

    kind: ClassVar[Kind] = Kind("recommendation.answered")

    recommendation: Slug
    of: Digest
    answer: Literal["accepted", "in-part", "rejected"]
    becomes: Literal["rule", "duty", "action", "nothing"]
    reason: Text
    post: Text


class Recommendation(RecommendationFields, Record):
    """A recommendation, with dissent and answer."""

    noun: ClassVar[str] = "recommendation"

    dissents: tuple[Dissent, ...] = ()
    answered: RecommendationAnswered | None = None


remembers(ConsultationOpened, Consultation)
remembers(StatementPut, Statement)
remembers(RecommendationRatified, Recommendation)


@applies(ConsultationClosed)
def _closed(state: Builder, _entry: Entry, body: ConsultationClosed) -> None:
    state.put(state.get(Consultation, body.consultation).with_(closed=body))


@applies(EngagementOpened)
def _opened(state: Builder, entry: Entry, body: EngagementOpened) -> None:
    said = entry.envelope
    state.put(Engagement.from_(body, entry=entry.index, at=said.at, commissioner=said.org))


@applies(PopulationStated)
def _stated(state: Builder, _entry: Entry, body: PopulationStated) -> None:
    state.put(state.get(Engagement, body.engagement).with_(population=body))


@applies(RegistrationOpened)
def _registering(state: Builder, _entry: Entry, body: RegistrationOpened) -> None:
    state.put(state.get(Engagement, body.engagement).with_(registration=body))


@applies(RecruitmentTold)
def _recruited(state: Builder, _entry: Entry, body: RecruitmentTold) -> None:
    was = state.get(Engagement, body.engagement)
    state.put(was.with_(recruitment=(*was.recruitment, body)))


def _add(state: Builder, was: Engagement, draw: Draw) -> None:
    state.put(was.with_(draws=(*was.draws, draw)))


@applies(PoolCommitted)
def _pooled(state: Builder, entry: Entry, body: PoolCommitted) -> None:
    was = state.get(Engagement, body.engagement)
    of = {"committed": entry.index, "at": entry.envelope.at, "seats": was.seats}
    _add(state, was, Draw.from_(body, replaces=False, **of))


@applies(ReplacementCommitted)
def _replacing(state: Builder, entry: Entry, body: ReplacementCommitted) -> None:
    was = state.get(Engagement, body.engagement)
    pool = was.pool_of(was.draws[-1])
    same = {"volunteers": pool.volunteers, "pool": pool.pool, "counts": pool.counts}
    of = {"committed": entry.index, "at": entry.envelope.at, "relaxed": len(was.relaxed)}
    draw = Draw.from_(body, replaces=True, **same, **of)
    _add(state, was, draw)


@applies(SeedPromised)
def _promised(state: Builder, entry: Entry, body: SeedPromised) -> None:
    was = state.get(Engagement, body.engagement)
    put = Contribution(witness=entry.envelope.org, promise=body.promise)
    before = was.draws[body.draw - 1].contributions
    state.put(was.with_draw(body.draw, contributions=(*before, put)))


@applies(SeedRevealed)
def _revealed(state: Builder, entry: Entry, body: SeedRevealed) -> None:
    was = state.get(Engagement, body.engagement)
    put = tuple(
        each.with_(number=body.number) if each.witness == entry.envelope.org else each
        for each in was.draws[body.draw - 1].contributions
    )
    state.put(was.with_draw(body.draw, contributions=put))


@applies(PanelDrawn)
def _drawn(state: Builder, entry: Entry, body: PanelDrawn) -> None:
    was = state.get(Engagement, body.engagement)
    drawn = Drawn.from_(body, day=entry.envelope.at.date())
    state.put(was.with_draw(body.draw, drawn=drawn))


@applies(MembersConfirmed)
def _confirmed(state: Builder, _entry: Entry, body: MembersConfirmed) -> None:
    was = state.get(Engagement, body.engagement)
    state.put(was.with_(confirmed=(*was.confirmed, *body.members)))


@applies(MemberLeft)
def _left(state: Builder, _entry: Entry, body: MemberLeft) -> None:
    was = state.get(Engagement, body.engagement)
    state.put(was.with_(left=(*was.left, body.member)))


@applies(TargetsRelaxed)
def _relaxed(state: Builder, _entry: Entry, body: TargetsRelaxed) -> None:
    was = state.get(Engagement, body.engagement)
    state.put(was.with_(relaxed=(*was.relaxed, body)))


@applies(PoolPublished)
def _published(state: Builder, _entry: Entry, body: PoolPublished) -> None:
    state.put(state.get(Engagement, body.engagement).with_(published=body))


@applies(WorkshopHeld)
def _held(state: Builder, _entry: Entry, body: WorkshopHeld) -> None:
    was = state.get(Engagement, body.engagement)
    state.put(was.with_(held=(*was.held, body)))


@applies(PanelFinished)
def _finished(state: Builder, _entry: Entry, body: PanelFinished) -> None:
    state.put(state.get(Engagement, body.engagement).with_(finished=body.finished))


@applies(TallyCounted)
def _counted(state: Builder, _entry: Entry, body: TallyCounted) -> None:
    state.put(state.get(Statement, body.statement).with_(tally=Tally.from_(body)))


@applies(DissentRecorded)
def _dissent(state: Builder, _entry: Entry, body: DissentRecorded) -> None:
    was = state.get(Recommendation, body.recommendation)
    state.put(was.with_(dissents=(*was.dissents, Dissent.from_(body))))


@applies(RecommendationAnswered)
def _answered(state: Builder, _entry: Entry, body: RecommendationAnswered) -> None:
    state.put(state.get(Recommendation, body.recommendation).with_(answered=body))
