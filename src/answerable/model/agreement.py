"""A decision to share: one grant, its limits and duties, its parties and their signatures."""

import hashlib
from enum import StrEnum
from typing import ClassVar, Literal

from pydantic import Field

from answerable.model.base import Day, Digest, Frozen, Moment, Name, Slug
from answerable.model.entry import Body, Entry, Kind
from answerable.model.limits import Coarsen, Effect, Limit, Pattern, Reason, WhileSignal
from answerable.model.signing import canonical
from answerable.model.state import Builder, Record, applies, remembers
from answerable.model.text import Text


class DecisionFields(Frozen):
    """A custodian's choice on a proposal."""

    proposal: Slug
    decision: Literal["share", "open", "refuse"]
    reason: Text
    post: Text


class ProposalDecided(DecisionFields, Body):
    """A custodian decided.

    Attributes:
        of: fingerprint of all that was decided on, so that it cannot change under the signature.
    """

    kind: ClassVar[Kind] = Kind("proposal.decided")

    of: Digest


class Decision(DecisionFields, Record):
    """The custodian's choice on a proposal."""

    noun: ClassVar[str] = "decision"

    custodian: Slug

    @property
    def key(self) -> str:
        """Each custodian decides once on a proposal."""
        return f"{self.proposal}/{self.custodian}"


class Grant(Frozen):
    """What an agreement permits at all; nothing outside it exists.

    Attributes:
        subject_column: the column by which one subject is looked up.
        greatest_age_minutes: how old the register may be when a gateway relies on it: a month
            at the most.
    """

    custodian: Slug
    dataset: Slug
    columns: tuple[Name, ...] = Field(min_length=1)
    subject_column: Name
    patterns: tuple[Pattern, ...] = Field(min_length=1)
    recipients: tuple[Slug, ...] = Field(min_length=1)
    purposes: tuple[Name, ...] = Field(min_length=1)
    starts: Moment
    ends: Moment
    greatest_age_minutes: int = Field(ge=1, le=44_640)


class AgreementFields(Grant):
    """The text of an agreement; limits and duties follow one by one.

    Attributes:
        prevails: whether the text or the machine's terms win where they differ.
        critical: patterns on which lives may depend; no missed duty suspends them.
    """

    agreement: Slug
    proposal: Slug
    title: Text
    review: Day
    prevails: Literal["text", "terms"]
    critical: tuple[Pattern, ...] = ()


class AgreementDrafted(AgreementFields, Body):
    """A custodian put an agreement forward."""

    kind: ClassVar[Kind] = Kind("agreement.drafted")


class Capacity(StrEnum):
    """What an organisation is in data protection law."""

    CONTROLLER = "controller"
    JOINT_CONTROLLER = "joint-controller"
    PROCESSOR = "processor"


class Party(Frozen):
    """An organisation in an agreement."""

    organisation: Slug
    capacity: Capacity
    post: Text
    authority: Text


class PartyNamed(Party, Body):
    """An agreement names a party that must sign it."""

    kind: ClassVar[Kind] = Kind("party.named")

    agreement: Slug


class LimitAdded(Body):
    """A limit joined an agreement."""

    kind: ClassVar[Kind] = Kind("limit.added")

    agreement: Slug
    terms: Limit


class Duty(Frozen):
    """What a party promises by a day, with the effect of a miss on each pattern."""

    duty: Slug
    party: Slug
    because: Reason
    what: Text
    evidence: Text
    due: Day
    every_months: int | None = Field(default=None, ge=1, le=120)
    on_miss: dict[Pattern, Effect]


class DutyAdded(Duty, Body):
    """A duty joined an agreement."""

    kind: ClassVar[Kind] = Kind("duty.added")

    agreement: Slug


class AgreementSigned(Body):
    """A party signed the terms with this digest."""

    kind: ClassVar[Kind] = Kind("agreement.signed")

    agreement: Slug
    terms: Digest
    post: Text


class AgreementSuspended(Body):
    """The custodian stopped an agreement, in whole or for some patterns."""

    kind: ClassVar[Kind] = Kind("agreement.suspended")

    agreement: Slug
    patterns: tuple[Pattern, ...]
    reason: Text
    post: Text


class AgreementResumed(Body):
    """The custodian let an agreement go on."""

    kind: ClassVar[Kind] = Kind("agreement.resumed")

    agreement: Slug
    reason: Text
    post: Text


class DutyMet(Body):
    """A party did what it promised for one due day."""

    kind: ClassVar[Kind] = Kind("duty.met")

    agreement: Slug
    duty: Slug
    due: Day
    evidence: Text


class Agreement(AgreementFields, Record):
    """A decision to share: one grant, its limits and duties, parties, start, end, review.

    Attributes:
        signed_by: the parties that signed the terms as they now stand.
    """

    noun: ClassVar[str] = "agreement"

    parties: tuple[Party, ...] = ()
    limits: tuple[Limit, ...] = ()
    duties: tuple[Duty, ...] = ()
    signed_by: tuple[Slug, ...] = ()
    suspended: tuple[Pattern, ...] = ()
    met: tuple[tuple[Slug, Day], ...] = ()

    @property
    def terms(self) -> str:
        """Digest of everything the parties sign: text, grant, parties, limits, duties."""
        signed = {*AgreementFields.model_fields, "parties", "limits", "duties"}
        said = self.model_dump(mode="json", exclude_none=True, include=signed)
        return hashlib.sha256(b"answerable/terms/v1\n" + canonical(said)).hexdigest()

    @property
    def is_signed(self) -> bool:
        """Whether every party has signed, the custodian and every recipient among them."""
        wanted = {party.organisation for party in self.parties}
        needed = {self.custodian, *self.recipients}
        return needed <= wanted and wanted == set(self.signed_by)

    @property
    def stopped(self) -> bool:
        """Whether every way of asking is suspended, so that nothing is given."""
        return set(self.patterns) <= set(self.suspended)

    @property
    def places(self) -> tuple[str, ...]:
        """The columns by which conditions tell where a subject is."""
        whens = [limit.unless for limit in self.limits if isinstance(limit, Coarsen)]
        whens += [limit.when for limit in self.limits if isinstance(limit, WhileSignal)]
        return tuple(dict.fromkeys(when.area_column for when in whens if when))

    def duty(self, name: str) -> Duty | None:
        """Give a duty by name."""
        return next((duty for duty in self.duties if duty.duty == name), None)


remembers(AgreementDrafted, Agreement)


@applies(ProposalDecided)
def _decided(state: Builder, entry: Entry, body: ProposalDecided) -> None:
    said = entry.envelope
    state.put(Decision.from_(body, entry=entry.index, at=said.at, custodian=said.org))


@applies(PartyNamed)
def _party(state: Builder, _entry: Entry, body: PartyNamed) -> None:
    was = state.get(Agreement, body.agreement)
    state.put(was.with_(parties=(*was.parties, Party.from_(body)), signed_by=()))


@applies(LimitAdded)
def _limit(state: Builder, _entry: Entry, body: LimitAdded) -> None:
    was = state.get(Agreement, body.agreement)
    state.put(was.with_(limits=(*was.limits, body.terms), signed_by=()))


@applies(DutyAdded)
def _duty(state: Builder, _entry: Entry, body: DutyAdded) -> None:
    was = state.get(Agreement, body.agreement)
    state.put(was.with_(duties=(*was.duties, Duty.from_(body)), signed_by=()))


@applies(AgreementSigned)
def _signed(state: Builder, entry: Entry, body: AgreementSigned) -> None:
    was = state.get(Agreement, body.agreement)
    if body.terms == was.terms:  # a signature under other terms is none
        state.put(was.with_(signed_by=(*was.signed_by, entry.envelope.org)))


@applies(AgreementSuspended)
def _suspended(state: Builder, _entry: Entry, body: AgreementSuspended) -> None:
    was = state.get(Agreement, body.agreement)
    stopped = {*was.suspended, *body.patterns}
    state.put(was.with_(suspended=tuple(p for p in Pattern if p in stopped)))


@applies(AgreementResumed)
def _resumed(state: Builder, _entry: Entry, body: AgreementResumed) -> None:
    state.put(state.get(Agreement, body.agreement).with_(suspended=()))


@applies(DutyMet)
def _met(state: Builder, _entry: Entry, body: DutyMet) -> None:
    was = state.get(Agreement, body.agreement)
    state.put(was.with_(met=(*was.met, (body.duty, body.due))))
