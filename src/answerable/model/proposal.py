"""What a proposal is, what can be said about it, and how the state remembers it."""

from enum import StrEnum
from typing import Annotated, ClassVar, Literal

from pydantic import Field, StringConstraints

from answerable.model.base import Frozen, Name, Slug
from answerable.model.entry import Body, Entry, Kind
from answerable.model.errors import Refused
from answerable.model.state import Builder, Record, State, applies, remembers
from answerable.model.text import Text

Amount = Annotated[str, StringConstraints(pattern=r"^-?(0|[1-9][0-9]*)(\.[0-9]+)?$", max_length=24)]
"""A measured number, as a decimal string."""

Score = Annotated[int, Field(ge=1, le=5)]
"""One (low) to five (high)."""


class Level(StrEnum):
    """Low, medium or high."""

    LOW = "low"
    MEDIUM = "medium"
    HIGH = "high"


class ProposalFields(Frozen):
    """A wish to use named data for a stated purpose.

    Attributes:
        purposes: names that every later request for data must repeat.
        recipient: the organisation that would use the data; none when it would be open to all.
        identifiable: whether anybody could be recognised in the data asked for.
    """

    proposal: Slug
    mission: Slug | None = None
    title: Text
    purposes: tuple[Name, ...] = Field(min_length=1)
    why: Text
    who_benefits: Text
    people_affected: Text
    recipient: Slug | None = None
    identifiable: bool


class ProposalMade(ProposalFields, Body):
    """A proposal became public."""

    kind: ClassVar[Kind] = Kind("proposal.made")


class Ask(Frozen):
    """One column asked for, and why."""

    dataset: Slug
    column: Name
    why: Text


class AskAdded(Ask, Body):
    """A proposal asks for a column."""

    kind: ClassVar[Kind] = Kind("ask.added")

    proposal: Slug


class Basis(Frozen):
    """What makes it lawful for one discloser, in five parts.

    Source: UK GDPR Articles 6 and 9, Data Protection Act 2018 Schedule 1, and the common law of
    confidence; the powers are those of each body's founding statutes.
    """

    organisation: Slug
    discloser_power: Text
    recipient_power: Text
    article_6: Literal["legal-obligation", "vital-interests", "public-task", "no-personal-data"]
    article_9: Text
    confidentiality: Text


class BasisStated(Basis, Body):
    """The lawful basis on which one organisation would disclose."""

    kind: ClassVar[Kind] = Kind("basis.stated")

    proposal: Slug


class BenefitFields(Frozen):
    """A stated good, for whom, with a way to tell whether it came."""

    benefit: Slug
    title: Text
    for_whom: Text
    measure: Text
    unit: Text
    baseline: Amount


class BenefitClaimed(BenefitFields, Body):
    """A proposal claims a benefit."""

    kind: ClassVar[Kind] = Kind("benefit.claimed")

    proposal: Slug


class Benefit(BenefitFields, Record):
    """A stated good, with its scores once it was weighed."""

    noun: ClassVar[str] = "benefit"

    proposal: Slug
    likelihood: Score | None = None
    size: Score | None = None
    reason: Text | None = None


class RiskFields(Frozen):
    """A stated harm, and to whom."""

    risk: Slug
    title: Text
    to_whom: Text


class RiskNamed(RiskFields, Body):
    """A proposal names a risk."""

    kind: ClassVar[Kind] = Kind("risk.named")

    proposal: Slug


class Risk(RiskFields, Record):
    """A stated harm, with its scores and mitigation once it was weighed."""

    noun: ClassVar[str] = "risk"

    proposal: Slug
    likelihood: Score | None = None
    severity: Score | None = None
    mitigation: Text | None = None
    reason: Text | None = None


class Proposal(ProposalFields, Record):
    """A request to use named data for a stated purpose, as far as the entries tell it."""

    noun: ClassVar[str] = "proposal"

    made_by: Slug
    asks: tuple[Ask, ...] = ()
    bases: tuple[Basis, ...] = ()
    route: str | None = None

    def basis_of(self, organisation: str) -> Basis | None:
        """Give the basis stated for one discloser."""
        return next((basis for basis in self.bases if basis.organisation == organisation), None)

    def columns_of(self, dataset: str) -> frozenset[str]:
        """Give the names of the columns asked for in one dataset."""
        return frozenset(ask.column for ask in self.asks if ask.dataset == dataset)


def open_proposal(state: State, name: str) -> Proposal:
    """Give a proposal that can still change.

    Raises:
        Refused: ``proposal.routed`` once the public was called in: what they judge stays put.
    """
    proposal = state.get(Proposal, name)
    if proposal.route is not None:
        raise Refused("proposal.routed", proposal=name)
    return proposal


@applies(ProposalMade)
def _made(state: Builder, entry: Entry, body: ProposalMade) -> None:
    state.put(
        Proposal.from_(body, entry=entry.index, at=entry.envelope.at, made_by=entry.envelope.org)
    )


@applies(AskAdded)
def _asked(state: Builder, _entry: Entry, body: AskAdded) -> None:
    was = state.get(Proposal, body.proposal)
    state.put(was.with_(asks=(*was.asks, Ask.from_(body))))


@applies(BasisStated)
def _based(state: Builder, _entry: Entry, body: BasisStated) -> None:
    was = state.get(Proposal, body.proposal)
    state.put(was.with_(bases=(*was.bases, Basis.from_(body))))


remembers(BenefitClaimed, Benefit)
remembers(RiskNamed, Risk)
