"""One example of every kind, written out by hand. Golden files are made of these: never change one.

A new version of a kind gets a new example beside the old one.
"""

from datetime import UTC, date, datetime
from hashlib import sha256

from answerable.model.actor import Role
from answerable.model.agreement import (
    AgreementDrafted,
    AgreementResumed,
    AgreementSigned,
    AgreementSuspended,
    Capacity,
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
    ProposalRouted,
    RiskScored,
    Route,
    Test,
    TestJudged,
)
from answerable.model.base import BlobRef
from answerable.model.dataset import (
    Access,
    ColumnDescribed,
    ColumnType,
    DatasetDescribed,
    DatasetOpened,
    Sensitivity,
)
from answerable.model.draw import (
    BothTarget,
    InPool,
    MemberLeft,
    MembersConfirmed,
    PanelDrawn,
    PoolCommitted,
    PoolPublished,
    ReplacementCommitted,
    Seats,
    SeedPromised,
    SeedRevealed,
    Target,
    TargetsRelaxed,
    WitnessedSeed,
    promise_of,
)
from answerable.model.earlier import (
    Count1,
    PanelDrawn1,
    PoolCommitted1,
    ReleasesCounted1,
)
from answerable.model.engagement import (
    ConsultationClosed,
    ConsultationOpened,
    DissentRecorded,
    EngagementOpened,
    PanelFinished,
    RecommendationAnswered,
    RecommendationRatified,
    StatementPut,
    TallyCounted,
    WorkshopHeld,
)
from answerable.model.entry import Body, Envelope, Signature
from answerable.model.exchange import (
    Count,
    GatewayListed,
    OptOutsSealed,
    ReleasesCounted,
    ServiceListed,
    ServiceWithdrawn,
)
from answerable.model.limits import (
    Coarsen,
    Coarsening,
    Effect,
    LeaveOut,
    MinimumCount,
    OnlyColumns,
    OnlyPurposes,
    OnlyRows,
    Pattern,
    Pseudonymise,
    Rate,
    When,
    WhileSignal,
)
from answerable.model.organisation import (
    OrganisationAdmitted,
    OrganisationKeyRotated,
    RegisterKeyRotated,
    RegisterOpened,
    Steward,
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
from answerable.model.recruitment import (
    PopulationStated,
    Question,
    RecruitmentTold,
    RegistrationOpened,
    Share,
)
from answerable.model.signal import SignalDeclared, SignalEnded
from answerable.model.signing import SigningKey
from answerable.model.text import Text, en
from answerable.model.translation import TextTranslated
from answerable.model.vision import (
    AmbitionSet,
    MissionSet,
    PrincipleAdopted,
    ScenarioTold,
    VisionPublished,
)
from answerable.science.tlog import Cosigner, Signer

ORIGIN = "register.example/inverlarch"


def seed(name: str) -> bytes:
    """Give 32 bytes that are the same everywhere and protect nothing."""
    return sha256(b"answerable tests: " + name.encode()).digest()


def key(name: str) -> SigningKey:
    return SigningKey(seed(name))


def log_key(name: str = "log") -> Signer:
    return Signer(ORIGIN, seed(name))


def time_key(name: str = "time") -> Cosigner:
    return Cosigner(f"{ORIGIN}/time", seed(name))


STEWARDS = ("steward-1", "steward-2", "steward-3")

OPENED = RegisterOpened(
    origin=ORIGIN,
    title=Text({"en": "The register of Inverlarch", "cy": "Cofrestr Inverlarch"}),
    operator="council",
    operator_title=en("Inverlarch Council"),
    operator_key=key("council").public,
    log_key=log_key().verifier.vkey,
    time_key=time_key().verifier.vkey,
    stewards=tuple(
        Steward(ref=f"a-0000000{number}", key=key(name).public)
        for number, name in enumerate(STEWARDS, start=1)
    ),
    quorum=2,
    languages=("en", "cy"),
    nature="invented",
)

LIMIT = Coarsen(
    limit="district-unless-warning",
    because="recommendation:tell-us",
    patterns=(Pattern.LOOKUP, Pattern.BULK),
    column="address",
    to=Coarsening.POSTCODE_DISTRICT,
    source="postcode",
    unless=When(signal="flood-warning", issuers=("agency",), area_column="flood_area"),
)

NUMBERS = {"agency": "1a" * 32, "facilitators": "1b" * 32}
"""What each witness puts into a draw."""

_TARGETS = (
    Target(feature="age", value="under 40", min=1, max=3),
    Target(feature="age", value="40 and over", min=1, max=3),
)
_TOTALS = (
    Seats(feature="age", value="under 40", seats=2),
    Seats(feature="age", value="40 and over", seats=2),
)
_WITNESSED = WitnessedSeed(
    witnesses=("agency", "facilitators"), reveal_by=datetime(2026, 2, 6, 9, tzinfo=UTC)
)

EXAMPLES: tuple[Body, ...] = (
    OPENED,
    OrganisationAdmitted(
        organisation="health",
        title=en("Strathlarch Health Board"),
        public_key=key("health").public,
        invented=True,
    ),
    VisionPublished(
        vision="dry-feet-2050",
        title=en("Dry feet in 2050"),
        picture=en("Nobody is forgotten when the river rises."),
        horizons=(2030, 2050),
    ),
    ScenarioTold(
        scenario="great-flood",
        vision="dry-feet-2050",
        horizon=2030,
        title=en("The great flood"),
        story=en("It rained for nine days.\n\nThen the bridge went."),
    ),
    AmbitionSet(
        ambition="know-who-needs-help",
        vision="dry-feet-2050",
        title=en("Know who needs help"),
        picture=en("Crews know which doors to knock on first."),
    ),
    PrincipleAdopted(
        principle="say-why",
        source="dry-feet-2050",
        title=en("Say why"),
        commitment=en("Whoever uses data says why, in plain words, before."),
    ),
    MissionSet(
        mission="safe-homes",
        vision="dry-feet-2050",
        title=en("Safe homes"),
        goal=en("Everybody is out in time."),
        measure=en("Minutes from the warning to the last door."),
    ),
    DatasetDescribed(
        dataset="home-needs",
        custodian="health",
        title=en("Homes where somebody needs help"),
        description=en("One row a home, with what a crew should know."),
        access=Access.AGREEMENT,
        licence="none",
        updated=en("Every night"),
    ),
    ColumnDescribed(
        dataset="home-needs",
        column="household",
        title=en("Household"),
        type=ColumnType.CODE,
        sensitivity=Sensitivity.PERSONAL,
    ),
    ProposalMade(
        proposal="flood-help",
        mission="safe-homes",
        title=en("Find who needs help in a flood"),
        purposes=("rescue", "planning"),
        why=en("Crews knock on the wrong doors first."),
        who_benefits=en("People who cannot leave alone."),
        people_affected=en("Everybody on the list."),
        recipient="fire",
        identifiable=True,
    ),
    AskAdded(
        proposal="flood-help",
        dataset="home-needs",
        column="address",
        why=en("To find the door."),
    ),
    BasisStated(
        proposal="flood-help",
        organisation="health",
        discloser_power=en("Its founding statute."),
        recipient_power=en("The fire and rescue statute."),
        article_6="public-task",
        article_9=en("Substantial public interest."),
        confidentiality=en("The public interest outweighs it while lives are at risk."),
    ),
    BenefitClaimed(
        proposal="flood-help",
        benefit="out-in-time",
        title=en("Out in time"),
        for_whom=en("People who need help to leave."),
        measure=en("From the warning to the last door."),
        unit=en("minutes"),
        baseline="94.5",
    ),
    RiskNamed(
        proposal="flood-help",
        risk="burglary",
        title=en("A list of frail people is stolen"),
        to_whom=en("People on the list."),
    ),
    TestJudged(
        proposal="flood-help",
        test=Test.PURPOSEFUL,
        score=5,
        reason=en("The purpose is plain."),
    ),
    FeatureJudged(
        proposal="flood-help",
        feature=Feature.BETTER_SERVICES,
        score=4,
        reason=en("Crews save minutes."),
    ),
    BenefitScored(benefit="out-in-time", likelihood=4, size=5, reason=en("Tried elsewhere.")),
    RiskScored(
        risk="burglary",
        likelihood=2,
        severity=4,
        mitigation=en("Addresses only during a warning."),
        reason=en("The list is small."),
    ),
    DpiaRecorded(
        proposal="flood-help",
        need=en("Health data of many."),
        processing=en("A lookup by area."),
        consultation=en("With a panel."),
        necessity=en("No other list exists."),
        risks=en("Theft of the list."),
        measures=en("Districts, not doors."),
        sign_off=en("The information officer."),
        advice=en("Go on, with care."),
        residual_risk=Level.LOW,
    ),
    ProposalRouted(
        proposal="flood-help",
        sensitivity=Level.MEDIUM,
        route=Route.PANEL,
        rule="routing-1",
        reason=en("It is about health."),
    ),
    ConsultationOpened(
        consultation="rain-talk",
        proposal="open-rain",
        question=en("Should rain be open to all?"),
        opens=date(2026, 2, 2),
        closes=date(2026, 2, 20),
    ),
    ConsultationClosed(
        consultation="rain-talk",
        comments=17,
        summary=en("Most said yes."),
        response=en("We go on."),
    ),
    EngagementOpened(
        engagement="flood-panel",
        proposal="flood-help",
        facilitator="facilitators",
        title=en("A panel on flood help"),
        question=en("When may a crew know who needs help?"),
        oversight=en("Three people from outside."),
        seats=4,
        workshops=2,
    ),
    PopulationStated(
        engagement="flood-panel",
        population=en("Adults in the valley"),
        source=en("A census of the valley"),
        shares=(
            Share(feature="age", value="under 40", per_10000=4_512),
            Share(feature="age", value="40 and over", per_10000=5_488),
        ),
    ),
    RegistrationOpened(
        engagement="flood-panel",
        words=en("Three Saturdays, 300 pounds, and lunch. Nobody needs to know anything first."),
        questions=(
            Question(
                feature="age", words=en("How old are you?"), values=("under 40", "40 and over")
            ),
        ),
        closes=date(2026, 2, 2),
    ),
    RecruitmentTold(
        engagement="flood-panel",
        route="letters",
        asked=900,
        answered=12,
        words=en("Letters to 900 addresses in the valley, chosen at random."),
        missing=en("Few people under 40 answered; a second letter went to their streets."),
    ),
    PoolCommitted1(
        engagement="flood-panel",
        volunteers=12,
        pool=BlobRef(sha256="0a" * 32, size=861, media="application/json"),
        targets=(
            Target(feature="age", value="under 40", min=1, max=3),
            Target(feature="age", value="40 and over", min=1, max=3),
        ),
        method="random-keys",
        seed_commitment="0b" * 32,
    ),
    PoolCommitted(
        engagement="flood-panel",
        draw=1,
        volunteers=12,
        pool=BlobRef(sha256="0a" * 32, size=861, media="application/json"),
        counts=(
            InPool(feature="age", value="under 40"),
            InPool(feature="age", value="40 and over"),
        ),
        targets=_TARGETS,
        both=(
            BothTarget(
                feature="age", value="under 40", feature_2="place", value_2="north", min=0, max=2
            ),
        ),
        method="leximin",
        households=False,
        lottery=BlobRef(sha256="0d" * 32, size=12_345, media="application/json"),
        seed=_WITNESSED,
    ),
    SeedPromised(engagement="flood-panel", draw=1, promise=promise_of(NUMBERS["agency"])),
    SeedRevealed(engagement="flood-panel", draw=1, number=NUMBERS["agency"]),
    PanelDrawn1(
        engagement="flood-panel",
        seed="0c" * 32,
        members=(2, 5, 7, 11),
        totals=_TOTALS,
    ),
    PanelDrawn(
        engagement="flood-panel",
        draw=1,
        seed="0c" * 32,
        ticket=417,
        members=(2, 5, 7, 11),
        totals=_TOTALS,
    ),
    PoolPublished(
        engagement="flood-panel",
        draw=1,
        export=BlobRef(sha256="0e" * 32, size=3_456, media="application/json"),
    ),
    MembersConfirmed(engagement="flood-panel", members=(2, 5, 7)),
    MemberLeft(engagement="flood-panel", member=11, reason="not-reached"),
    TargetsRelaxed(
        engagement="flood-panel",
        targets=(_TARGETS[0].with_(min=0, max=4),),
        both=(),
        reason=en("Nobody under 40 is left in the pool."),
    ),
    ReplacementCommitted(
        engagement="flood-panel",
        draw=2,
        seats=1,
        targets=tuple(each.with_(min=0, max=1) for each in _TARGETS),
        method="leximin",
        households=False,
        lottery=BlobRef(sha256="0f" * 32, size=2_345, media="application/json"),
        seed=_WITNESSED,
    ),
    WorkshopHeld(
        engagement="flood-panel",
        workshop=1,
        day=date(2026, 3, 7),
        title=en("What is at stake"),
        present=4,
        summary=en("The panel heard a crew and a burglar."),
    ),
    StatementPut(
        statement="only-in-floods",
        engagement="flood-panel",
        words=en("Crews may know only during a flood."),
    ),
    TallyCounted(statement="only-in-floods", agree=3, disagree=1, passed=0),
    RecommendationRatified(
        recommendation="tell-us",
        engagement="flood-panel",
        title=en("Tell us"),
        words=en("The address only while a warning is in force."),
        agree=3,
        disagree=1,
        passed=0,
    ),
    DissentRecorded(
        recommendation="tell-us",
        words=en("It will be used for more."),
        permitted=True,
        reviewed=True,
    ),
    PanelFinished(engagement="flood-panel", finished=4, note=en("All stayed.")),
    RecommendationAnswered(
        recommendation="tell-us",
        of="ab" * 32,
        answer="in-part",
        becomes="rule",
        reason=en("A crew needs the district for its plans."),
        post=en("Chief officer"),
    ),
    ProposalDecided(
        proposal="flood-help",
        of="ab" * 32,
        decision="share",
        reason=en("It saves lives."),
        post=en("Head of information"),
    ),
    DatasetOpened(
        dataset="rain-gauges",
        proposal="open-rain",
        licence="OGL-UK-3.0",
        freshness=en("Every quarter of an hour"),
    ),
    AgreementDrafted(
        agreement="flood-rescue",
        proposal="flood-help",
        title=en("Help in a flood"),
        review=date(2027, 5, 1),
        prevails="text",
        critical=(Pattern.LOOKUP,),
        custodian="health",
        dataset="home-needs",
        columns=("address", "need"),
        subject_column="household",
        patterns=(Pattern.LOOKUP, Pattern.BULK),
        recipients=("fire",),
        purposes=("rescue", "planning"),
        starts=datetime(2026, 5, 1, tzinfo=UTC),
        ends=datetime(2029, 5, 1, tzinfo=UTC),
        greatest_age_minutes=1440,
    ),
    PartyNamed(
        agreement="flood-rescue",
        organisation="health",
        capacity=Capacity.CONTROLLER,
        post=en("Chief executive"),
        authority=en("Scheme of delegation, part 2"),
    ),
    LimitAdded(agreement="flood-rescue", terms=LIMIT),
    DutyAdded(
        agreement="flood-rescue",
        duty="yearly-report",
        party="fire",
        because="recommendation:tell-us",
        what=en("Publish what the data was used for."),
        evidence=en("The report."),
        due=date(2026, 6, 1),
        every_months=6,
        on_miss={Pattern.LOOKUP: Effect.PUBLISH, Pattern.BULK: Effect.SUSPEND},
    ),
    AgreementSigned(agreement="flood-rescue", terms="0d" * 32, post=en("Chief executive")),
    AgreementSuspended(
        agreement="flood-rescue",
        patterns=(Pattern.BULK,),
        reason=en("A laptop is missing."),
        post=en("Duty officer"),
    ),
    AgreementResumed(agreement="flood-rescue", reason=en("It was found."), post=en("Duty officer")),
    SignalDeclared(
        declaration="warning-1",
        signal="flood-warning",
        area="larchfoot",
        begins=datetime(2026, 6, 1, 6, tzinfo=UTC),
        ends=datetime(2026, 6, 3, 6, tzinfo=UTC),
        source="declared",
        post=en("Duty officer"),
        reason=en("The river is rising."),
    ),
    SignalEnded(
        declaration="warning-1",
        ends=datetime(2026, 6, 2, 18, tzinfo=UTC),
        reason=en("The river is falling."),
    ),
    ServiceListed(
        service="fire-control",
        title=en("Control room of fire and rescue"),
        public_key=key("fire-control").public,
    ),
    ServiceWithdrawn(service="fire-control", reason=en("The machine was sold.")),
    GatewayListed(
        gateway="health-gateway",
        title=en("Gateway of the health board"),
        address="https://gateway.health.example/data",
        log_key=Signer(f"{ORIGIN}/health-gateway", seed("gateway")).verifier.vkey,
    ),
    OptOutsSealed(
        list="said-no", version=3, fed=datetime(2026, 6, 6, 7, 30, tzinfo=UTC), seal="5e" * 32
    ),
    ReleasesCounted1(
        gateway="health-gateway",
        day=date(2026, 6, 6),
        size=1200,
        root="70" * 32,
        counts=(
            Count1(
                agreement="flood-rescue",
                dataset="home-needs",
                pattern=Pattern.LOOKUP,
                recipient="fire",
                outcome="allowed",
                requests=120,
            ),
            Count1(outcome="refused", requests=30),
        ),
    ),
    ReleasesCounted(
        gateway="health-gateway",
        day=date(2026, 6, 7),
        size=1320,
        root="71" * 32,
        counts=(
            Count(
                agreement="flood-rescue",
                dataset="home-needs",
                pattern=Pattern.LOOKUP,
                recipient="fire",
                outcome="allowed",
                requests=120,
                rows=110,
                limits=("district-unless-warning",),
                commitment="c0" * 32,
            ),
            Count(outcome="refused", limits=(), commitment="c1" * 32),
        ),
    ),
    DutyMet(
        agreement="flood-rescue",
        duty="yearly-report",
        due=date(2026, 6, 1),
        evidence=en("The report is on the website."),
    ),
    OutcomeReported(
        outcome="first-summer",
        proposal="flood-help",
        of="benefit:out-in-time",
        since=date(2026, 5, 1),
        until=date(2026, 6, 30),
        measured="61",
        words=en("Half an hour sooner."),
        source=en("Crew logs"),
    ),
    TextTranslated(
        of=4,
        language="cy",
        words={"/title": "Traed sych", "/picture": "Ni chaiff neb ei anghofio."},
        made_by="person",
        reviewed=True,
    ),
    OrganisationKeyRotated(
        organisation="fire", public_key=key("fire-2").public, reason=en("The key is old.")
    ),
    RegisterKeyRotated(
        log_key=log_key("log-2").verifier.vkey,
        time_key=time_key("time-2").verifier.vkey,
        reason=en("The machine was replaced."),
    ),
)

_REASON = {"because": "risk:burglary"}
_WHILE = When(signal="flood-warning", issuers=("agency", "fire"), area_column="flood_area")
LIMITS = (
    OnlyColumns(limit="only-a", columns=("address", "need"), **_REASON),
    OnlyPurposes(limit="only-b", patterns=(Pattern.BULK,), purposes=("rescue",), **_REASON),
    OnlyRows(limit="only-c", column="need", compare="one-of", values=("carrying",), **_REASON),
    OnlyRows(limit="only-d", column="need", compare="present", **_REASON),
    Coarsen(limit="less-exact", column="address", to=Coarsening.MONTH, **_REASON),
    LeaveOut(limit="said-no", list="said-no", greatest_age_hours=24, **_REASON),
    Rate(limit="slowly", requests=60, per="hour", **_REASON),
    Pseudonymise(limit="codes", column="household", **_REASON),
    WhileSignal(limit="in-floods", when=_WHILE, **_REASON),
    MinimumCount(limit="ten", count=10, **_REASON),
    Coarsen(
        limit="break-glass",
        column="address",
        to=Coarsening.POSTCODE_DISTRICT,
        unless=_WHILE.with_(break_glass=True),
        **_REASON,
    ),
)


def golden() -> dict[str, bytes]:
    """Give the bytes of every golden file by its name."""
    made = {f"{body.kind.name}.v{body.kind.version}": body for body in EXAMPLES}
    made |= {
        f"limit.added.v1.{limit.limit}": LimitAdded(agreement="flood-rescue", terms=limit)
        for limit in LIMITS
    }
    return {name: _write(name, body) for name, body in made.items()}


def _write(name: str, body: Body) -> bytes:
    envelope = Envelope[type(body)](
        v=1,
        kind=body.kind.name,
        kind_version=body.kind.version,
        register_id=register_id(OPENED),
        at=datetime(2026, 1, 31, 9, 30, tzinfo=UTC),
        org="council",
        role=Role.STEWARD,
        actor_ref="a-0123456789abcdef",
        command_id=f"golden-{name}",
        body=body,
        signatures=(),
    )
    by = key("council")
    return envelope.signed(Signature(key=by.id, sig=by.sign(envelope.to_sign()))).to_bytes()
