"""How the public was asked: consultations, panels, workshops, statements, recommendations."""

from typing import ClassVar, Literal

from pydantic import Field

from answerable.model.base import BlobRef, Day, Digest, Frozen, Slug
from answerable.model.entry import Body, Entry, Kind
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


class Target(Frozen):
    """Least and most seats for one value of one feature."""

    feature: str = Field(min_length=1, max_length=80)
    value: str = Field(min_length=1, max_length=120)
    min: int = Field(ge=0)
    max: int = Field(ge=0)


class Share(Frozen):
    """How many in 10,000 people of a population have one value of one feature."""

    feature: str = Field(min_length=1, max_length=80)
    value: str = Field(min_length=1, max_length=120)
    per_10000: int = Field(ge=0, le=10_000)


class PopulationStated(Body):
    """Whom a panel is to resemble, in figures that somebody else published.

    Attributes:
        population: who they are, such as adults in Scotland.
        source: where the figures were published.
    """

    kind: ClassVar[Kind] = Kind("population.stated")

    engagement: Slug
    population: Text
    source: Text
    shares: tuple[Share, ...] = Field(min_length=1, max_length=200)


class PoolCommitted(Body):
    """Everything the draw depends on was fixed before it: pool, targets, method, sealed seed.

    Attributes:
        pool: a blob of salted commitments, one a volunteer, in the order of their numbers.
        seed_commitment: SHA-256 of the 32-byte seed.
    """

    kind: ClassVar[Kind] = Kind("pool.committed")

    engagement: Slug
    volunteers: int = Field(ge=1)
    pool: BlobRef
    targets: tuple[Target, ...]
    method: Literal["random-keys"]
    seed_commitment: Digest


class Seats(Frozen):
    """How many seats went to one value of one feature."""

    feature: str
    value: str
    seats: int = Field(ge=0)


class PanelDrawn(Body):
    """The seed was opened and the panel drawn; members by number, never by name."""

    kind: ClassVar[Kind] = Kind("panel.drawn")

    engagement: Slug
    seed: Digest
    members: tuple[int, ...]
    totals: tuple[Seats, ...]


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
    """One public deliberation about a proposal."""

    noun: ClassVar[str] = "engagement"

    commissioner: Slug
    population: PopulationStated | None = None
    pool: PoolCommitted | None = None
    drawn: PanelDrawn | None = None
    drawn_on: Day | None = None
    held: tuple[WorkshopHeld, ...] = ()
    finished: int | None = None


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


@applies(PoolCommitted)
def _pooled(state: Builder, _entry: Entry, body: PoolCommitted) -> None:
    state.put(state.get(Engagement, body.engagement).with_(pool=body))


@applies(PanelDrawn)
def _drawn(state: Builder, entry: Entry, body: PanelDrawn) -> None:
    was = state.get(Engagement, body.engagement)
    state.put(was.with_(drawn=body, drawn_on=entry.envelope.at.date()))


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
