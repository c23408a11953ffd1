"""A small world in memory: five organisations, three stewards, and one walk round the loop.

`STORY` says every kind of entry at least once. `before(Kind)` gives the world at the moment before
it is first said, and ``world.tell(**changes)`` says it, with changes::

    world = before(SignalDeclared)
    world.tell(area="kirklarch")

Nothing here touches a disk. Every key, time and chance is fixed.
"""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from functools import cache
from hashlib import sha256
from typing import Any

import pytest
from tests.golden import examples
from tests.golden.examples import EXAMPLES, NUMBERS, STEWARDS, key, log_key

from answerable.audit.admission import admit
from answerable.model.actor import Actor, Role
from answerable.model.agreement import (
    AgreementDrafted,
    AgreementResumed,
    AgreementSuspended,
    DutyAdded,
    DutyMet,
    LimitAdded,
    PartyNamed,
    ProposalDecided,
)
from answerable.model.assessment import (
    BenefitScored,
    DpiaRecorded,
    Feature,
    FeatureJudged,
    RiskScored,
    Test,
    TestJudged,
)
from answerable.model.base import BlobRef
from answerable.model.command import ACTIONS, RULES, Command, Said
from answerable.model.dataset import (
    ColumnDescribed,
    DatasetDescribed,
    DatasetOpened,
    Sensitivity,
)
from answerable.model.draw import (
    MemberLeft,
    MembersConfirmed,
    SeedPromised,
    SeedRevealed,
    TargetsRelaxed,
    promise_of,
)
from answerable.model.earlier import ReleasesCounted1
from answerable.model.engagement import (
    ConsultationClosed,
    ConsultationOpened,
    DissentRecorded,
    Engagement,
    EngagementOpened,
    PanelFinished,
    RecommendationAnswered,
    RecommendationRatified,
    StatementPut,
    TallyCounted,
    WorkshopHeld,
)
from answerable.model.entry import Body, Entry, Envelope, Signature, read_entry
from answerable.model.errors import Missing
from answerable.model.exchange import (
    GatewayListed,
    OptOutsSealed,
    ReleasesCounted,
    ServiceListed,
    ServiceWithdrawn,
)
from answerable.model.fingerprint import of_proposal, of_recommendation
from answerable.model.limits import LimitFields
from answerable.model.organisation import (
    OpenRegister,
    Organisation,
    OrganisationAdmitted,
    OrganisationKeyRotated,
    RegisterKeyRotated,
    RegisterOpened,
    register_id,
)
from answerable.model.outcome import OutcomeReported
from answerable.model.proposal import (
    AskAdded,
    BasisStated,
    BenefitClaimed,
    Level,
    ProposalMade,
    RiskNamed,
)
from answerable.model.recruitment import PopulationStated, RecruitmentTold, RegistrationOpened
from answerable.model.roles import MAY, Signed
from answerable.model.signal import SignalDeclared, SignalEnded
from answerable.model.signing import SigningKey
from answerable.model.state import Builder, fold
from answerable.model.text import en
from answerable.model.translation import TextTranslated
from answerable.model.vision import (
    AmbitionSet,
    MissionSet,
    PrincipleAdopted,
    ScenarioTold,
    VisionPublished,
)
from answerable.stages.assess import RouteProposal
from answerable.stages.decide import SignAgreement
from answerable.stages.engage import CommitPool, CommitReplacement, DrawPanel, PublishPool
from answerable.store.vault import VaultRecord, commitment

ORGANISATIONS = ("council", "health", "fire", "agency", "facilitators")
STRANGER = "stranger"
"""An organisation that nobody admitted, although it has a key."""

_NAMES = (*ORGANISATIONS, *(f"{name}-2" for name in ORGANISATIONS), *STEWARDS, STRANGER)
KEYS = {key(name).public: key(name) for name in _NAMES}

RESPONDENTS = "id,age,postcode,email\n" + "".join(
    f"{number},{'under 40' if number % 3 else '40 and over'},GB1 {number}AB,"
    f"person-{number}@people.example\n"
    for number in range(1, 13)
)
TARGETS = "feature,value,min,max\nage,under 40,2,3\nage,40 and over,1,2\n"
WITNESSED: dict[str, Any] = {
    "witnesses": ("agency", "facilitators"),
    "reveal_by": datetime(2026, 2, 6, 9, tzinfo=UTC),
}


# Bodies.


def again(body: Body, **changes: Any) -> Any:
    """Say a body once more, with changes; checked as anything that is said."""
    said = {name: getattr(body, name) for name in type(body).model_fields}
    return type(body)(**{**said, **changes})


def example(kind: type[Body], **changes: Any) -> Any:
    """Give the golden example of a kind, with changes."""
    return again(next(body for body in EXAMPLES if type(body) is kind), **changes)


# The private store.


@dataclass
class Room:
    """What an action may reach: vault and blobs in memory, and chance that is always the same."""

    actor: Actor
    now: datetime
    entries: list[Entry] = field(default_factory=list)
    vault: dict[str, VaultRecord] = field(default_factory=dict)
    blobs: dict[str, bytes] = field(default_factory=dict)
    drawn: int = 0

    def random(self, size: int) -> bytes:
        self.drawn += 1
        return sha256(f"chance {self.drawn}".encode()).digest()[:size]

    def keep(self, subject: str, ref: str, body: dict[str, Any]) -> str:
        if ref in self.vault:
            raise AssertionError(f"{ref} is kept twice")
        self.vault[ref] = VaultRecord(ref, subject, body, self.random(16))
        return commitment(self.vault[ref])

    def entry(self, index: int) -> Entry:
        return self.entries[index]

    def kept(self, subject: str) -> list[VaultRecord]:
        return [record for record in self.vault.values() if record.subject == subject]

    def erase(self, ref: str) -> None:
        del self.vault[ref]

    def blob(self, content: bytes, media: str) -> BlobRef:
        digest = sha256(content).hexdigest()
        self.blobs[digest] = content
        return BlobRef(sha256=digest, size=len(content), media=media)

    def published(self, ref: BlobRef) -> bytes:
        return self.blobs[ref.sha256]


# The world.


def ref_of(org: str, role: Role) -> str:
    """Give an opaque reference, the same for one role in one organisation."""
    return f"a-{sha256(f'{org} {role}'.encode()).hexdigest()[:16]}"


@dataclass(frozen=True)
class Line:
    """One thing said in the story: by whom, on which day, and what."""

    org: str
    role: Role
    day: date
    said: Body | Command

    @property
    def kind(self) -> type[Body]:
        """The kind of entry that comes of it."""
        if isinstance(self.said, Command):
            return ACTIONS[self.said.verb()].yields[0]
        return type(self.said)

    @property
    def at(self) -> datetime:
        return datetime(self.day.year, self.day.month, self.day.day, 9, tzinfo=UTC)


class World:
    """A register as it comes to be, with the keys of everybody in it."""

    def __init__(self, state: Builder | None = None, next_line: Line | None = None) -> None:
        self.state = state or Builder()
        self.next = next_line
        self.entries: list[Entry] = []
        self.room = Room(Actor(role=Role.PUBLIC, organisation="council", ref="a-00000000"), FIRST)

    def say(self, body: Body, *, org: str, role: Role, **details: Any) -> Entry:
        """Sign a body as its kind needs, admit it, and take it in.

        ``details`` are those of `entry`.
        """
        entry = self.entry(body, org=org, role=role, **details)
        return self.take(entry)

    def take(self, entry: Entry) -> Entry:
        """Admit an entry and take it in."""
        admit(self.state, entry)
        self.state.apply(entry)
        self.entries.append(entry)
        return entry

    def entry(
        self,
        body: Body,
        *,
        org: str,
        role: Role,
        at: datetime | None = None,
        keys: Iterable[SigningKey] | None = None,
        sign: bool = True,
        **changes: Any,
    ) -> Entry:
        """Give the entry that the body would be: not admitted yet.

        Args:
            body: what is said.
            org: for whom.
            role: as what.
            at: the time; that of the last entry, if none is given.
            keys: who signs, in this order; those that the kind needs, in the right order,
                if none are given.
            sign: whether anybody signs at all.
            changes: other fields of the envelope.
        """
        opened = self.state.find(OpenRegister, "register")
        own = opened.register_id if opened else ""
        envelope = Envelope[Any](
            **{
                "v": 1,
                "kind": body.kind.name,
                "kind_version": body.kind.version,
                "register_id": register_id(body) if isinstance(body, RegisterOpened) else own,
                "at": at or self.state.last_at or FIRST,
                "org": org,
                "role": role,
                "actor_ref": ref_of(org, role),
                "command_id": f"command-{self.state.size}",
                "body": body,
                "signatures": (),
                **changes,
            }
        )
        by = self.signers(envelope) if keys is None else keys
        signed = signed_by(envelope, *(by if sign else ()))
        return read_entry(signed.to_bytes(), self.state.size)

    def signers(self, envelope: Envelope[Any]) -> list[SigningKey]:
        """Give the keys that the kind needs, in the order in which they sign."""
        return sorted(self._signers(envelope), key=lambda signer: signer.id)

    def _signers(self, envelope: Envelope[Any]) -> list[SigningKey]:
        match MAY[envelope.kind].signed:
            case Signed.NO:
                return []
            case Signed.ORGANISATION:
                known = self.state.find(Organisation, envelope.org)
                return [KEYS[known.public_key] if known else key(envelope.org)]
            case Signed.STEWARDS:
                return [key("steward-1"), key("steward-3")]
            case Signed.OLD_AND_NEW:
                body = envelope.body
                known = self.state.find(Organisation, body.organisation)
                return [KEYS[body.public_key], *([KEYS[known.public_key]] if known else [])]
            case Signed.SEAL_OR_STEWARDS:
                return [SigningKey(log_key().seed)]

    # The story.

    @property
    def line(self) -> Line:
        """What the story says next."""
        if self.next is None:
            raise AssertionError("the story is over")
        return self.next

    def body(self, said: Body | Command | None = None, /, **changes: Any) -> Any:
        """Give the next body of the story, or that of a command, with changes."""
        said = said or self.line.said
        if isinstance(said, Command):
            (said,) = self.run(said)
        return self.pinned(again(said, **changes), changes)

    def pinned(self, body: Body, changes: dict[str, Any]) -> Body:
        """Fill in what depends on what came before, unless it is set: fingerprints, members."""
        with suppress(Missing):
            if isinstance(body, MembersConfirmed) and "members" not in changes:
                return again(body, members=self.state.get(Engagement, body.engagement).members[:2])
            if isinstance(body, MemberLeft) and "member" not in changes:
                return again(body, member=self.state.get(Engagement, body.engagement).members[-1])
            if isinstance(body, RecommendationAnswered) and "of" not in changes:
                return again(body, of=of_recommendation(self.state, body.recommendation))
            if isinstance(body, ProposalDecided) and "of" not in changes:
                return again(body, of=of_proposal(self.state, body.proposal))
        return body

    def run(self, command: Command, *, org: str = "", role: Role | None = None) -> list[Body]:
        """Run an action and give what it yields, unchecked."""
        org, role = org or self.line.org, role or self.line.role
        self.room.actor = Actor(role=role, organisation=org, ref=ref_of(org, role))
        self.room.now = self.state.last_at or FIRST
        self.room.entries = self.entries
        return list(ACTIONS[command.verb()].run(self.state, command, self.room))

    def tell(self, *, at: datetime | None = None, **changes: Any) -> Entry:
        """Say the next body of the story, with changes; the story does not move on."""
        line = self.line
        return self.say(self.body(**changes), org=line.org, role=line.role, at=at or line.at)

    def check(self, body: Body, *, org: str = "", at: datetime | None = None) -> None:
        """Ask only the rule of the kind whether the body may be said."""
        _, rule = RULES[type(body)]
        rule(self.state, body, Said(org or self.line.org, at or self.line.at))


def signed_by(envelope: Envelope[Any], *keys: SigningKey) -> Envelope[Any]:
    """Sign an envelope, in the order given."""
    message = envelope.to_sign()
    return envelope.signed(*(Signature(key=one.id, sig=one.sign(message)) for one in keys))


def before(
    kind: type[Body] | None, *, without: Callable[[Body | Command], bool] | None = None
) -> World:
    """Give the world before a kind is first said, or at the end of the story.

    Args:
        kind: the kind; none for the end.
        without: tells which lines of the story are left out.
    """
    kinds = [line.kind for line in STORY]
    place = kinds.index(kind) if kind else len(kinds)
    here = STORY[place] if kind else None
    if without:
        world = World(next_line=here)
        told(world, (line for line in STORY[:place] if not without(line.said)))
        return world
    entries, rooms = _whole()
    world = World(fold(entries[:place]).fork(), here)
    world.entries, world.room = list(entries[:place]), copy.deepcopy(rooms[place])
    return world


def told(world: World, lines: Iterable[Line]) -> None:
    """Tell lines of the story."""
    for line in lines:
        body = world.body(line.said) if isinstance(line.said, Body) else None
        if body is None:
            (body,) = world.run(line.said, org=line.org, role=line.role)
        world.say(body, org=line.org, role=line.role, at=line.at)


@cache
def _whole() -> tuple[list[Entry], list[Room]]:
    world = World()
    rooms = [copy.deepcopy(world.room)]
    for line in STORY:
        told(world, [line])
        rooms.append(copy.deepcopy(world.room))
    return world.entries, rooms


def story() -> list[Entry]:
    """Give every entry of the story."""
    return list(_whole()[0])


# The story itself.

COUNCIL = ("council", Role.STEWARD)
HEALTH = ("health", Role.CUSTODIAN)
FIRE = ("fire", Role.OFFICER)
AGENCY = ("agency", Role.OFFICER)
AGENCY_DATA = ("agency", Role.CUSTODIAN)
PANEL = ("facilitators", Role.FACILITATOR)


def _lines(day: str, who: tuple[str, Role], *said: Body | Command) -> Iterator[Line]:
    org, role = who
    for one in said:
        yield Line(org, role, date.fromisoformat(day), one)


def _opening() -> Iterator[Line]:
    yield from _lines("2026-01-05", COUNCIL, examples.OPENED)
    for name in ORGANISATIONS[1:]:
        title = en(f"The {name} organisation")
        body = example(
            OrganisationAdmitted, organisation=name, title=title, public_key=key(name).public
        )
        yield from _lines("2026-01-05", COUNCIL, body)
    kinds = (VisionPublished, ScenarioTold, AmbitionSet, PrincipleAdopted, MissionSet)
    yield from _lines("2026-01-06", COUNCIL, *map(example, kinds))


def _catalogue() -> Iterator[Line]:
    described = example(ColumnDescribed)
    yield from _lines(
        "2026-01-07",
        HEALTH,
        example(DatasetDescribed),
        described,
        *(again(described, column=name) for name in ("address", "need", "postcode")),
        again(described, column="flood_area", sensitivity=Sensitivity.NONE),
    )
    rain = example(DatasetDescribed, dataset="rain-gauges", custodian="agency", licence=None)
    public = again(described, dataset="rain-gauges", sensitivity=Sensitivity.NONE)
    yield from _lines(
        "2026-01-07",
        AGENCY_DATA,
        rain,
        *(again(public, column=name) for name in ("gauge", "rain_mm")),
    )


def _proposals() -> Iterator[Line]:
    yield from _lines(
        "2026-01-12",
        FIRE,
        example(ProposalMade),
        example(AskAdded),
        example(AskAdded, column="need", why=en("To bring the right people.")),
        example(BasisStated),
        example(BenefitClaimed),
        example(RiskNamed),
        *_weighed("flood-help", "out-in-time", "burglary"),
        example(DpiaRecorded),
        RouteProposal(
            proposal="flood-help", sensitivity=Level.MEDIUM, reason=en("It is about health.")
        ),
    )
    rain = {"proposal": "open-rain"}
    made = example(ProposalMade, **rain, recipient=None, identifiable=False, purposes=("any_use",))
    yield from _lines(
        "2026-01-13",
        AGENCY,
        made,
        *(
            example(AskAdded, **rain, dataset="rain-gauges", column=name)
            for name in ("gauge", "rain_mm")
        ),
        example(BasisStated, **rain, organisation="agency", article_6="no-personal-data"),
        example(BenefitClaimed, **rain, benefit="known-rain"),
        example(RiskNamed, **rain, risk="wrong-rain"),
        *_weighed("open-rain", "known-rain", "wrong-rain"),
        RouteProposal(**rain, sensitivity=Level.LOW, reason=en("It is about rain.")),
    )


def _weighed(proposal: str, benefit: str, risk: str) -> list[Body]:
    return [
        *(example(TestJudged, proposal=proposal, test=test) for test in Test),
        *(example(FeatureJudged, proposal=proposal, feature=feature) for feature in Feature),
        example(BenefitScored, benefit=benefit),
        example(RiskScored, risk=risk),
    ]


def _witnessed(day: str, draw: int) -> Iterator[Line]:
    who = {"agency": AGENCY, "facilitators": PANEL}
    for name, number in NUMBERS.items():
        promise = example(SeedPromised, draw=draw, promise=promise_of(number))
        yield from _lines(day, who[name], promise)
    for name, number in NUMBERS.items():
        yield from _lines(day, who[name], example(SeedRevealed, draw=draw, number=number))


def _engaged() -> Iterator[Line]:
    yield from _lines("2026-01-26", AGENCY, example(ConsultationOpened))
    yield from _lines("2026-01-26", FIRE, example(EngagementOpened))
    yield from _lines(
        "2026-02-02",
        PANEL,
        example(PopulationStated),
        example(RegistrationOpened),
        example(RecruitmentTold),
        CommitPool(engagement="flood-panel", respondents=RESPONDENTS, targets=TARGETS, **WITNESSED),
    )
    yield from _witnessed("2026-02-03", 1)
    yield from _lines(
        "2026-02-04",
        PANEL,
        DrawPanel(engagement="flood-panel"),
        PublishPool(engagement="flood-panel"),
        example(MembersConfirmed),
        example(MemberLeft),
        example(TargetsRelaxed),
        CommitReplacement(engagement="flood-panel", **WITNESSED),
    )
    yield from _witnessed("2026-02-05", 2)
    yield from _lines("2026-02-05", PANEL, DrawPanel(engagement="flood-panel"))
    yield from _lines("2026-02-20", AGENCY, example(ConsultationClosed))
    yield from _lines(
        "2026-03-14",
        PANEL,
        example(WorkshopHeld),
        example(StatementPut),
        example(TallyCounted),
        example(WorkshopHeld, workshop=2, day=date(2026, 3, 14), present=3),
        example(RecommendationRatified, agree=2, disagree=1),
        example(
            RecommendationRatified,
            recommendation="no-list",
            title=en("No list"),
            words=en("No list of homes at all."),
            agree=2,
            disagree=1,
        ),
        example(DissentRecorded),
        example(PanelFinished, finished=3, note=en("One fell ill.")),
    )


def _decided() -> Iterator[Line]:
    yield from _lines(
        "2026-04-01",
        FIRE,
        example(RecommendationAnswered),
        example(
            RecommendationAnswered,
            recommendation="no-list",
            answer="rejected",
            becomes="nothing",
        ),
    )
    yield from _lines("2026-04-02", HEALTH, example(ProposalDecided))
    opened = example(ProposalDecided, proposal="open-rain", decision="open")
    yield from _lines("2026-04-02", AGENCY_DATA, opened, example(DatasetOpened))
    yield from _lines(
        "2026-04-10",
        HEALTH,
        example(AgreementDrafted),
        example(PartyNamed),
        example(PartyNamed, organisation="fire"),
        example(LimitAdded),
        example(DutyAdded),
        SignAgreement(agreement="flood-rescue", post=en("Chief executive")),
    )
    signs = SignAgreement(agreement="flood-rescue", post=en("Chief officer"))
    yield from _lines("2026-04-11", FIRE, signs)


def _lived() -> Iterator[Line]:
    yield from _lines("2026-06-01", AGENCY, example(SignalDeclared), example(SignalEnded))
    yield from _lines("2026-06-05", HEALTH, example(AgreementSuspended), example(AgreementResumed))
    yield from _lines("2026-06-06", FIRE, example(ServiceListed), example(ServiceWithdrawn))
    yield from _lines(
        "2026-06-07",
        HEALTH,
        example(GatewayListed),
        example(OptOutsSealed),
        example(ReleasesCounted1),
    )
    yield from _lines("2026-06-08", HEALTH, example(ReleasesCounted))
    yield from _lines("2026-07-01", FIRE, example(DutyMet), example(OutcomeReported))
    yield from _lines("2026-07-02", COUNCIL, example(TextTranslated, of=5))
    yield from _lines("2026-07-03", FIRE, example(OrganisationKeyRotated))
    yield from _lines("2026-07-04", COUNCIL, example(RegisterKeyRotated))


STORY = (*_opening(), *_catalogue(), *_proposals(), *_engaged(), *_decided(), *_lived())
FIRST = STORY[0].at
LAST = STORY[-1].at
DAY = timedelta(days=1)


def limited(limit: LimitFields, /, **changes: Any) -> LimitAdded:
    """Give the example of a limit that joins the agreement, with another limit in it."""
    return example(LimitAdded, terms=limit.with_(**changes))


def fault(reason: str, raises: type[BaseException], *values: Any) -> Any:
    """Mark values of a test that a known fault fails; the mark goes when the fault is mended."""
    mark = pytest.mark.xfail(strict=True, reason=reason, raises=raises)
    return pytest.param(*values, marks=mark)
