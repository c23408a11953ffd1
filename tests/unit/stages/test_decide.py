from datetime import UTC, date, datetime, timedelta

import pytest
from tests.golden.examples import LIMIT, LIMITS
from tests.unit.stages.table import allowed, each, empty, judge, put, refused, say, usual
from tests.worlds import AGENCY_DATA, DAY, FIRE, HEALTH, before, example, limited

from answerable.model.agreement import (
    Agreement,
    AgreementDrafted,
    AgreementResumed,
    AgreementSigned,
    AgreementSuspended,
    Decision,
    DutyAdded,
    LimitAdded,
    PartyNamed,
    ProposalDecided,
)
from answerable.model.dataset import (
    Access,
    ColumnDescribed,
    ColumnType,
    Dataset,
    DatasetOpened,
    Sensitivity,
)
from answerable.model.engagement import (
    ConsultationClosed,
    Engagement,
    PanelFinished,
    Recommendation,
    RecommendationAnswered,
    RecommendationRatified,
)
from answerable.model.errors import Refused
from answerable.model.limits import Coarsening, Effect, OnlyColumns, OnlyRows, Pattern, When
from answerable.model.proposal import Proposal
from answerable.model.signal import SignalDeclared
from answerable.model.text import en

SECOND = timedelta(seconds=1)
RULES = {limit.limit: limit for limit in LIMITS}
STARTS, ENDS = datetime(2026, 5, 1, tzinfo=UTC), datetime(2029, 5, 1, tzinfo=UTC)


def rain_decided(said):
    """The agency's decision, which comes second."""
    return isinstance(said, ProposalDecided) and said.proposal == "open-rain"


def decides(decision):
    return say(example(ProposalDecided, proposal="open-rain", decision=decision), AGENCY_DATA)


def decided_by_the_agency(world):
    """As if the agency had decided to share on the proposal of the fire service."""
    was = world.state.get(Decision, "flood-help/health")
    world.state.put(was.with_(custodian="agency"))


def based_by_the_agency(world):
    was = world.state.get(Proposal, "flood-help")
    agency = was.bases[0].with_(organisation="agency")
    world.state.put(was.with_(bases=(*was.bases, agency)))


def described(world):
    """A column that tells about people."""
    body = example(ColumnDescribed, dataset="rain-gauges", column="keeper")
    world.say(body, org="agency", role=AGENCY_DATA[1])


def born(world):
    """A column that holds a day."""
    body = example(ColumnDescribed, column="born", type=ColumnType.DATE)
    world.say(body, org=HEALTH[0], role=HEALTH[1])


def asked_all_the_same(world):
    """As if the proposal had asked for it, which it never may."""
    was = world.state.get(Proposal, "open-rain")
    ask = was.asks[0].with_(column="keeper")
    world.state.put(was.with_(asks=(*was.asks, ask)))


def another_panel(world):
    """A recommendation of a panel on another proposal, accepted."""
    panel = world.state.get(Engagement, "flood-panel")
    said = world.state.get(Recommendation, "tell-us")
    put(
        panel.with_(engagement="rain-panel", proposal="open-rain"),
        said.with_(recommendation="rain-first", engagement="rain-panel"),
    )(world)


def unanswered(world):
    said = world.state.get(Recommendation, "tell-us")
    world.state.put(said.with_(answered=None))


def signed_once(world):
    """The custodian has signed: before the other party does."""
    agreement = world.state.get(Agreement, "flood-rescue")
    world.state.put(agreement.with_(signed_by=("health",)))


def reasons(kind, body):
    """Every way in which a reason can be wrong, for a limit or a duty."""
    return [
        refused("principle.unknown", kind, body=body("principle:another")),
        refused("risk.unknown", kind, body=body("risk:another")),
        refused("risk.unknown", kind, body=body("risk:out-in-time")),
        refused("recommendation.unknown", kind, body=body("recommendation:another")),
        refused("basis.unknown", kind, body=body("basis:agency")),
        refused("reason.elsewhere", kind, body=body("risk:wrong-rain")),
        refused("reason.elsewhere", kind, another_panel, body=body("recommendation:rain-first")),
        refused("reason.rejected", kind, body=body("recommendation:no-list")),
        refused("reason.rejected", kind, unanswered, body=body("recommendation:tell-us")),
    ]


def good_reasons(kind, body):
    names = ("principle:say-why", "risk:burglary", "basis:health", "recommendation:tell-us")
    return [allowed(kind, body=body(name)) for name in names]


def limit(code, terms, /, *first, **changes):
    return refused(code, LimitAdded, *first, body=limited(terms, **changes))


def for_limit(reason):
    return limited(LIMIT, because=reason)


def for_duty(reason):
    return example(DutyAdded, because=reason)


ANSWERS = [
    refused("recommendation.unknown", RecommendationAnswered, empty),
    refused("answer.taken", RecommendationAnswered, usual),
    refused("answer.taken", RecommendationAnswered, usual, answer="accepted"),
    refused("panel.unfinished", PanelFinished, body=example(RecommendationAnswered), by=FIRE),
    refused("answer.of", RecommendationAnswered, of="ab" * 32),
    refused("answer.of", RecommendationAnswered, of="0d" * 32),
    refused("answer.becomes", RecommendationAnswered, answer="rejected"),
    refused("answer.becomes", RecommendationAnswered, becomes="nothing"),
    refused("answer.becomes", RecommendationAnswered, answer="accepted", becomes="nothing"),
]
DECISIONS = [
    refused("decision.taken", ProposalDecided, usual),
    refused("decision.taken", ProposalDecided, usual, decision="refuse"),
    refused("proposal.unknown", ProposalDecided, proposal="another"),
    refused("decision.of", ProposalDecided, of="ab" * 32),
    refused("decision.open", ProposalDecided, decision="open"),
    refused("decision.of", ProposalDecided, of="0d" * 32),
    refused("decision.unheard", PanelFinished, body=example(ProposalDecided), by=HEALTH),
    refused(
        "decision.unheard",
        ConsultationClosed,
        body=example(ProposalDecided, proposal="open-rain", decision="open"),
        by=AGENCY_DATA,
    ),
    refused(
        "decision.unanswered", RecommendationAnswered, body=example(ProposalDecided), by=HEALTH
    ),
]
OPENINGS = [
    refused("decision.missing", DatasetOpened, without=rain_decided),
    refused("decision.missing", DatasetOpened, decides("share"), without=rain_decided),
    refused("decision.missing", DatasetOpened, decides("refuse"), without=rain_decided),
    refused("decision.missing", DatasetOpened, proposal="flood-help"),
    refused("dataset.unknown", DatasetOpened, dataset="another"),
    refused("dataset.open", DatasetOpened, usual),
    refused("dataset.unasked", DatasetOpened, dataset="home-needs"),
    refused("dataset.open", DatasetOpened, usual),
    refused("dataset.unasked", DatasetOpened, described),
    refused("column.open", DatasetOpened, described, asked_all_the_same),
]
DRAFTS = [
    refused("agreement.taken", AgreementDrafted, usual),
    refused("proposal.unknown", AgreementDrafted, proposal="another"),
    refused("proposal.unknown", AgreementDrafted, empty),
    refused("decision.missing", AgreementDrafted, custodian="agency", by=AGENCY_DATA),
    refused("decision.missing", AgreementDrafted, proposal="open-rain"),
    refused("decision.missing", ProposalDecided, body=example(AgreementDrafted), by=HEALTH),
    refused("basis.missing", AgreementDrafted, decided_by_the_agency, custodian="agency"),
    refused(
        "grant.custodian",
        AgreementDrafted,
        decided_by_the_agency,
        based_by_the_agency,
        custodian="agency",
        by=AGENCY_DATA,
    ),
    refused("dataset.unknown", AgreementDrafted, dataset="another"),
    refused("column.unknown", AgreementDrafted, subject_column="phone"),
    refused("grant.columns", AgreementDrafted, columns=("address", "need", "postcode")),
    refused("grant.purposes", AgreementDrafted, purposes=("rescue", "research")),
    refused("grant.recipients", AgreementDrafted, recipients=("fire", "council")),
    refused("grant.recipients", AgreementDrafted, recipients=("health",)),
    refused("grant.critical", AgreementDrafted, critical=(Pattern.AGGREGATE,)),
    refused("grant.long", AgreementDrafted, ends=STARTS + 3653 * DAY + SECOND),
    refused("grant.long", AgreementDrafted, ends=STARTS + timedelta(days=3_654)),
    refused("grant.window", AgreementDrafted, ends=STARTS),
    refused("grant.window", AgreementDrafted, ends=STARTS, review=STARTS.date()),
    refused("grant.window", AgreementDrafted, ends=STARTS - SECOND),
    refused("grant.window", AgreementDrafted, review=date(2026, 4, 30)),
    refused("grant.window", AgreementDrafted, review=date(2029, 5, 2)),
]
PARTIES = [
    refused("agreement.unknown", PartyNamed, agreement="another"),
    refused("organisation.unknown", PartyNamed, organisation="stranger"),
    refused("party.taken", PartyNamed, usual),
    refused("agreement.signed", PartyNamed, signed_once),
]
TERMS = [
    refused("agreement.unknown", LimitAdded, agreement="another"),
    refused("agreement.signed", LimitAdded, signed_once),
    refused("term.taken", LimitAdded, usual),
    limit("term.taken", RULES["ten"], usual, limit=LIMIT.limit),
    *reasons(LimitAdded, for_limit),
    limit("limit.patterns", RULES["ten"], patterns=(Pattern.AGGREGATE,)),
    limit("limit.columns", RULES["only-a"], columns=("address", "postcode")),
    limit("limit.columns", RULES["less-exact"], column="postcode"),
    limit("limit.columns", RULES["less-exact"], source="phone"),
    limit("limit.to", RULES["less-exact"]),
    limit("limit.to", RULES["less-exact"], to=Coarsening.TEN_YEAR_BAND, source="postcode"),
    limit("limit.columns", RULES["codes"]),
    limit("limit.columns", RULES["only-c"], column="phone"),
    limit("limit.columns", RULES["in-floods"], when=LIMIT.unless.with_(area_column="zone")),
    limit("limit.columns", LIMIT, unless=LIMIT.unless.with_(area_column="zone")),
    limit("limit.issuers", LIMIT, unless=LIMIT.unless.with_(issuers=("fire",))),
    limit("limit.purposes", RULES["only-b"], purposes=("rescue", "research")),
    limit("organisation.unknown", LIMIT, unless=LIMIT.unless.with_(issuers=("met-office",))),
    limit(
        "organisation.unknown",
        RULES["in-floods"],
        when=When(signal="flood", issuers=("agency", "met-office"), area_column="flood_area"),
    ),
    limit("limit.issuers", LIMIT, unless=LIMIT.unless.with_(issuers=("fire",))),
    limit("limit.issuers", RULES["in-floods"], when=LIMIT.unless.with_(issuers=("fire",))),
    refused("agreement.unknown", DutyAdded, agreement="another"),
    refused("agreement.signed", DutyAdded, signed_once),
    refused("term.taken", DutyAdded, usual),
    refused("term.taken", DutyAdded, duty=LIMIT.limit),
    refused("term.taken", DutyAdded, duty="window"),
    limit("term.taken", RULES["ten"], limit="grant"),
    refused("duty.party", DutyAdded, party="agency"),
    refused("duty.effect", DutyAdded, on_miss={}),
    refused("duty.due", DutyAdded, due=date(2026, 4, 30)),
    refused("duty.due", DutyAdded, due=date(2030, 5, 3)),
    *reasons(DutyAdded, for_duty),
    refused("duty.effect", DutyAdded, on_miss={}),
    refused("duty.due", DutyAdded, due=STARTS.date() - DAY),
    refused("duty.due", DutyAdded, due=ENDS.date() + 367 * DAY),
    refused("duty.patterns", DutyAdded, on_miss={Pattern.AGGREGATE: Effect.PUBLISH}),
    refused("duty.critical", DutyAdded, on_miss={Pattern.LOOKUP: Effect.SUSPEND}),
]


def without_terms(said):
    return isinstance(said, LimitAdded | DutyAdded)


def without_fire(said):
    """Nor its duty, which needs it to be a party."""
    return isinstance(said, DutyAdded) or (
        isinstance(said, PartyNamed) and said.organisation == "fire"
    )


def without_health(said):
    return isinstance(said, PartyNamed) and said.organisation == "health"


LIFE = [
    refused("agreement.unknown", AgreementSigned, empty, body=example(AgreementSigned)),
    refused("signature.taken", AgreementSigned, usual),
    refused("agreement.terms", AgreementSigned, terms="0d" * 32),
    refused("agreement.over", AgreementSigned, at=ENDS),
    refused("agreement.over", AgreementSigned, at=ENDS),
    refused("agreement.parties", AgreementSigned, without=without_fire),
    refused("agreement.parties", AgreementSigned, without=without_health, by=FIRE),
    refused("agreement.limits", AgreementSigned, without=without_terms),
    refused(
        "recommendation.untraced",
        AgreementSigned,
        say(limited(RULES["ten"]), HEALTH),
        without=without_terms,
    ),
    refused("agreement.unknown", AgreementSuspended, agreement="another"),
    refused("agreement.unsigned", AgreementSigned, body=example(AgreementSuspended), by=HEALTH),
    refused(
        "agreement.unsigned",
        AgreementSigned,
        usual,
        body=example(AgreementSuspended),
        by=HEALTH,
    ),
    refused("suspension.empty", AgreementSuspended, patterns=()),
    refused("limit.patterns", AgreementSuspended, patterns=(Pattern.AGGREGATE,)),
    refused("agreement.running", AgreementResumed, usual),
    refused("agreement.running", AgreementSuspended, body=example(AgreementResumed)),
    refused("agreement.unknown", AgreementResumed, agreement="another"),
]
CASES = [*ANSWERS, *DECISIONS, *OPENINGS, *DRAFTS, *PARTIES, *TERMS, *LIFE]
ALLOWED = [
    allowed(RecommendationAnswered, answer="accepted", becomes="duty"),
    allowed(RecommendationAnswered, answer="accepted", becomes="action"),
    allowed(RecommendationAnswered, answer="rejected", becomes="nothing"),
    allowed(ProposalDecided),
    allowed(ProposalDecided, decision="refuse"),
    allowed(
        RecommendationRatified,
        body=example(ProposalDecided, decision="refuse"),
        by=HEALTH,
    ),
    allowed(DatasetOpened),
    allowed(AgreementDrafted),
    allowed(AgreementDrafted, columns=("need",), purposes=("rescue",), critical=()),
    allowed(AgreementDrafted, ends=STARTS + SECOND, review=STARTS.date()),
    allowed(AgreementDrafted, review=ENDS.date()),
    allowed(AgreementDrafted, ends=STARTS + 3653 * DAY),
    allowed(AgreementDrafted, subject_column="postcode"),
    allowed(PartyNamed),
    *(
        allowed(LimitAdded, body=limited(each_limit))
        for each_limit in (LIMIT, *LIMITS)
        if each_limit.limit not in ("codes", "less-exact")
    ),
    allowed(LimitAdded, born, body=limited(RULES["less-exact"], source="born")),
    allowed(LimitAdded, body=limited(RULES["codes"], column="need")),
    allowed(LimitAdded, body=limited(RULES["only-c"], column="postcode")),
    *good_reasons(LimitAdded, for_limit),
    *good_reasons(DutyAdded, for_duty),
    allowed(DutyAdded, due=STARTS.date()),
    allowed(DutyAdded, due=ENDS.date() + 366 * DAY),
    allowed(DutyAdded, on_miss={Pattern.LOOKUP: Effect.ESCALATE}),
    allowed(AgreementSigned),
    allowed(AgreementSigned, at=ENDS - SECOND),
    allowed(AgreementSuspended, patterns=(Pattern.LOOKUP, Pattern.BULK)),
    allowed(AgreementResumed),
]


@each(CASES)
def test_refused(case):
    judge(case)


@each(ALLOWED)
def test_allowed(case):
    judge(case)


def test_refusals_name_what_is_meant():
    world = before(AgreementDrafted)
    with pytest.raises(Refused) as refusal:
        world.tell(columns=("postcode", "address", "flood_area"))
    wanted = {"outside": ["flood_area", "postcode"], "allowed": ["address", "need"]}
    assert refusal.value.params == wanted


def test_every_recommendation_that_waits_is_named():
    world = before(RecommendationAnswered)
    with pytest.raises(Refused) as refusal:
        world.check(world.pinned(example(ProposalDecided), {}), org="health")
    assert refusal.value.params["recommendations"] == ["tell-us", "no-list"]


@pytest.mark.parametrize(
    ("becomes", "missing", "signed"),
    [
        ("rule", DutyAdded, True),
        ("rule", LimitAdded, False),
        ("duty", LimitAdded, True),
        ("duty", DutyAdded, False),
        ("action", LimitAdded | DutyAdded, True),
    ],
)
def test_a_promise_is_kept_in_the_form_in_which_it_was_made(becomes, missing, signed):
    world = before(AgreementSigned, without=lambda said: isinstance(said, missing))
    if missing is not DutyAdded:
        world.say(limited(RULES["ten"]), org="health", role=HEALTH[1])
    said = world.state.get(Recommendation, "tell-us")
    world.state.put(said.with_(answered=said.answered.with_(becomes=becomes)))
    if signed:
        world.tell()
        return
    with pytest.raises(Refused, match=r"recommendation\.untraced") as refusal:
        world.tell()
    assert refusal.value.params["recommendations"] == ["tell-us"]


def test_a_rejected_recommendation_need_not_show_in_the_terms():
    state = before(AgreementSuspended).state
    agreement = state.get(Agreement, "flood-rescue")
    reasons = {term.because for term in (*agreement.limits, *agreement.duties)}
    assert reasons == {"recommendation:tell-us"}
    assert agreement.is_signed


def test_the_first_signature_does_not_make_an_agreement():
    world = before(AgreementSigned)
    world.tell()
    assert not world.state.get(Agreement, "flood-rescue").is_signed


def test_signing_takes_the_terms_as_they_stand():
    world = before(AgreementSigned)
    terms = world.state.get(Agreement, "flood-rescue").terms
    assert world.body().terms == terms
    world.say(limited(RULES["ten"]), org="health", role=HEALTH[1])
    assert world.body().terms != terms
    with pytest.raises(Refused, match=r"agreement\.terms"):
        world.tell(terms=terms)


def test_the_terms_are_those_of_the_text_not_of_what_happens_later():
    signed, later = before(SignalDeclared).state, before(None).state
    names = ("signed_by", "suspended", "met")
    one, other = (state.get(Agreement, "flood-rescue") for state in (signed, later))
    assert one.terms == other.terms
    assert [getattr(one, name) for name in names] != [getattr(other, name) for name in names]


def test_an_opened_dataset_is_open():
    state = before(AgreementDrafted).state
    dataset = state.get(Dataset, "rain-gauges")
    assert (dataset.access, dataset.licence) == (Access.OPEN, "OGL-UK-3.0")
    assert dataset.updated == en("Every quarter of an hour")
    assert state.get(Dataset, "home-needs").access is Access.AGREEMENT


def test_a_suspension_and_its_end():
    assert before(AgreementResumed).state.get(Agreement, "flood-rescue").suspended == (
        Pattern.BULK,
    )
    assert before(None).state.get(Agreement, "flood-rescue").suspended == ()


def test_a_limit_keeps_its_kind():
    world = before(LimitAdded)
    for one in (RULES["only-a"], RULES["only-d"]):
        world.say(limited(one), org="health", role=HEALTH[1])
    kinds = [type(one) for one in world.state.get(Agreement, "flood-rescue").limits]
    assert kinds == [OnlyColumns, OnlyRows]


def test_no_more_is_opened_than_the_public_was_asked_about():
    world = before(DatasetOpened)
    more = example(
        ColumnDescribed,
        dataset="rain-gauges",
        column="keeper",
        sensitivity=Sensitivity.NONE,
    )
    world.say(more, org="agency", role=AGENCY_DATA[1])
    with pytest.raises(Refused, match=r"dataset\.unasked") as refusal:
        world.tell()
    assert refusal.value.params["columns"] == ["keeper"]
