"""The judge says what the terms say, and adds only what a gateway alone can know."""

import os
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.golden.examples import key
from tests.property.test_terms import situations
from tests.spec import world

from answerable.gateway.callers import Caller
from answerable.gateway.judge import Asked, House, Judge
from answerable.gateway.rates import Rates
from answerable.model.dataset import Access, Dataset
from answerable.model.errors import Invalid
from answerable.model.exchange import OptOut, RecipientService
from answerable.model.limits import LeaveOut, Pattern, Rate
from answerable.model.organisation import Organisation
from answerable.model.text import en
from answerable.terms import Facts, decide

NOW, SECOND = world.NOW, timedelta(seconds=1)
OWN = key("strathlarch")
HOUSE = House(
    "strathlarch",
    frozenset({OWN.public}),
    frozenset({"home-needs"}),
    timedelta(days=31),
    {"home-needs": frozenset({"need"})},
)


@dataclass(frozen=True)
class Version:
    version: int
    at: datetime
    commitment: str


@dataclass
class Register:
    """A register that says whatever a test says."""

    state: object
    sealed_at: datetime | None = NOW
    epoch: int = 1
    forked: bool = False
    unsound: bool = False
    unknown_names: frozenset[str] = frozenset()


@dataclass
class Lists:
    """Lists that are as old as a test says."""

    known: dict[str, Version] = field(default_factory=dict)
    token: int = 1

    def lists(self):
        return self.known


def organisation(name, signs, entry=90):
    return Organisation(
        entry=entry,
        at=NOW,
        organisation=name,
        title=en(name),
        public_key=signs.public,
        invented=True,
    )


def dataset(name="home-needs", *, opened=(), custodian="strathlarch"):
    return Dataset(
        entry=91,
        at=NOW,
        dataset=name,
        custodian=custodian,
        title=en(name),
        description=en(name),
        access=Access.OPEN if opened else Access.AGREEMENT,
        updated=en("Daily."),
        opened=opened,
    )


RECORDS = (organisation("strathlarch", OWN), dataset())


def judging(*records, house=HOUSE, lists=None, rates=None, **register):
    state = world.state(*RECORDS, *records)
    followed = Register(state, **register)
    judge = Judge(house, followed, lists or Lists(), rates or Rates())
    return judge, followed


def asked(request=None, **changes):
    said = request or world.request(**changes)
    places = tuple(said.areas.items())
    fields = said.model_dump(exclude={"areas"})
    return Asked(**{**fields, "pattern": said.pattern, "columns": said.columns, "places": places})


def codes(judge, question=None, now=NOW):
    return [r.code for r in judge.ruling(question or asked(), now).verdict.refusals]


cases = settings(max_examples=int(os.environ.get("FUZZ_CASES", "200")), deadline=None)


@pytest.mark.property
@cases
@given(situations(), st.lists(st.sampled_from(Pattern), max_size=6))
def test_it_says_what_the_terms_say_of_the_same_facts(situation, answered):
    agreed, signals, request, facts = situation
    rates = Rates()
    for pattern in answered:
        rates.answered(agreed.agreement, pattern, facts.now)
    lists = Lists({n: Version(1, facts.now - age, "") for n, age in facts.list_ages.items()})
    judge, _ = judging(
        agreed, *signals, lists=lists, rates=rates, sealed_at=facts.now - facts.register_age
    )
    state = world.state(agreed, *signals)
    often = Facts(facts.now, facts.register_age, facts.list_ages, rates.of(agreed, facts.now))
    seldom = Facts(facts.now, facts.register_age, facts.list_ages)
    usual = decide(state, request, seldom)
    ruling = judge.ruling(asked(request), facts.now)
    assert judge.standing(asked(request), facts.now).verdict == usual
    assert ruling.verdict == (decide(state, request, often) if usual.allowed else usual)


# What only a gateway can know.


def test_what_is_in_order_is_allowed():
    judge, _ = judging(world.agreement())
    assert codes(judge) == []


def test_an_agreement_that_is_not_there_or_not_ours_is_none():
    judge, _ = judging(world.agreement(custodian="larchside"))
    assert codes(judge) == ["request.agreement"]
    assert codes(judge, asked(agreement="another")) == ["request.agreement"]


def test_a_dataset_without_a_source_is_refused():
    judge, _ = judging(world.agreement(dataset="elsewhere"))
    assert codes(judge) == ["request.source"]


@pytest.mark.parametrize(
    ("register", "code"),
    [
        ({"forked": True}, "request.fork"),
        ({"sealed_at": None}, "request.stale"),
        ({"sealed_at": NOW - timedelta(days=31, seconds=1)}, "request.stale"),
        ({"forked": True, "sealed_at": None}, "request.fork"),
    ],
)
def test_a_register_that_is_not_fit_to_be_relied_on(register, code):
    judge, _ = judging(world.agreement(greatest_age_minutes=44_640), **register)
    assert [refusal.code for refusal in judge.register_refusals(NOW)] == [code]
    assert codes(judge)[0] == code
    assert judge.may_open("home-needs", NOW)[0].code == code


def test_a_house_may_tolerate_less_than_an_agreement():
    house = House(HOUSE.organisation, HOUSE.keys, HOUSE.datasets, timedelta(minutes=1))
    agreed = world.agreement(greatest_age_minutes=60)
    for age, wanted in ((60, []), (61, ["request.stale"])):
        judge, _ = judging(agreed, house=house, sealed_at=NOW - age * SECOND)
        assert codes(judge) == wanted


def test_a_seal_from_the_future_is_of_no_age():
    judge, _ = judging(world.agreement(), sealed_at=NOW + SECOND)
    assert judge.age(NOW) == timedelta(0)
    judge, _ = judging(sealed_at=None)
    assert judge.age(NOW) is None


@pytest.mark.parametrize("records", [(), (organisation("strathlarch", key("another")),)])
def test_a_key_that_nobody_wrote_down_is_not_ours(records):
    state = world.state(world.agreement(), dataset(), *records)
    judge = Judge(HOUSE, Register(state), Lists(), Rates())
    assert codes(judge)[0] == "request.own-key"


def service(name="desk", of="larchside"):
    return RecipientService(
        entry=95,
        at=NOW,
        service=name,
        title=en(name),
        public_key=key(name).public,
        organisation=of,
    )


OTHER = organisation("larchside", key("larchside"), 92)


@pytest.mark.parametrize(
    ("name", "stops"),
    [
        ("flood-rescue", True),
        ("home-needs", True),
        ("strathlarch", True),
        ("larchside", True),
        ("desk", True),
        (OWN.public, True),
        (OWN.id, True),
        (key("larchside").public, True),
        (key("larchside").id, True),
        (key("desk").public, True),
        (key("desk").id, True),
        ("another-agreement", False),
        ("theirs", False),
        (key("theirs").id, False),
    ],
)
def test_what_an_entry_of_an_unknown_kind_names_is_stopped(name, stops):
    judge, _ = judging(
        world.agreement(),
        OTHER,
        service(),
        service("theirs", "larchwater"),
        unknown_names=frozenset({name}),
    )
    assert codes(judge) == (["request.unknown"] if stops else [])


# Open data.


@pytest.mark.parametrize(
    ("record", "code"),
    [
        (dataset("home-needs", opened=("gauge",)), None),
        (dataset("home-needs"), "request.dataset"),
        (dataset("home-needs", opened=("gauge",), custodian="larchwater"), "request.dataset"),
        (dataset("elsewhere", opened=("gauge",)), "request.dataset"),
    ],
)
def test_only_what_is_ours_and_open_and_here_is_open(record, code):
    judge, _ = judging(record)
    found = [refusal.code for refusal in judge.may_open(record.dataset, NOW)]
    assert found == ([code] if code else [])


@pytest.mark.parametrize("name", ["home-needs", "strathlarch", OWN.public, OWN.id])
def test_open_data_that_an_unknown_entry_names_is_stopped(name):
    opened = dataset(opened=("gauge",))
    judge, _ = judging(opened, unknown_names=frozenset({name}))
    assert [refusal.code for refusal in judge.may_open("home-needs", NOW)] == ["request.unknown"]
    judge, _ = judging(opened, unknown_names=frozenset({"something-else"}))
    assert judge.may_open("home-needs", NOW) == []


# Lists.

LEFT_OUT = world.rule(LeaveOut, "left-out", list="said-no", greatest_age_hours=24)


def sealed(version, seal="a" * 64):
    return OptOut(
        entry=96, at=NOW, list="said-no", custodian="strathlarch", version=version, seal=seal
    )


@pytest.mark.parametrize(
    ("records", "fed", "fresh"),
    [
        ((), Version(1, NOW, "x"), True),
        ((), None, False),
        ((), Version(1, NOW - timedelta(hours=24), "x"), True),
        ((), Version(1, NOW - timedelta(hours=24, seconds=1), "x"), False),
        ((), Version(1, NOW + SECOND, "x"), False),
        ((sealed(3),), Version(4, NOW, "x"), True),
        ((sealed(3),), Version(3, NOW, "a" * 64), True),
        ((sealed(3),), Version(3, NOW, "b" * 64), False),
        ((sealed(3),), Version(2, NOW, "a" * 64), False),
    ],
)
def test_a_list_counts_if_it_is_fresh_and_what_the_register_says(records, fed, fresh):
    lists = Lists({"said-no": fed} if fed else {})
    judge, _ = judging(world.agreement(LEFT_OUT), *records, lists=lists)
    assert codes(judge) == ([] if fresh else ["request.opt-out-stale"])


def test_the_list_of_another_custodian_is_another_list():
    theirs = sealed(9).with_(custodian="larchside")
    lists = Lists({"said-no": Version(1, NOW, "x")})
    judge, _ = judging(world.agreement(LEFT_OUT), theirs, lists=lists)
    assert codes(judge) == []


# Thought through once in a second.


def test_a_verdict_is_thought_through_once_in_a_second():
    judge, register = judging(world.agreement())
    first = judge.standing(asked(), NOW)
    assert judge.standing(asked(), NOW) is first
    assert judge.standing(asked(purpose="planning"), NOW) is not first
    assert judge.standing(asked(), NOW + SECOND) is not first
    register.epoch += 1
    assert judge.standing(asked(), NOW + SECOND) is not first


@pytest.mark.parametrize("what", ["epoch", "token", "now"])
def test_news_are_seen_at_once(what):
    lists = Lists({"said-no": Version(1, NOW, "x")})
    judge, register = judging(world.agreement(LEFT_OUT), lists=lists)
    now = NOW
    assert codes(judge) == []
    match what:
        case "epoch":
            register.state = world.state(*RECORDS, world.agreement(suspended=tuple(Pattern)))
            register.epoch += 1
        case "token":
            lists.known = {}
            lists.token += 1
        case "now":
            now = world.agreement().ends
    assert codes(judge, now=now) != []


def test_an_alarm_is_seen_at_once():
    judge, register = judging(world.agreement())
    assert codes(judge) == []
    register.forked = True
    assert codes(judge) == ["request.fork"]


def test_an_agreement_ends_at_its_second():
    agreed = world.agreement(greatest_age_minutes=44_640)
    for name, moment, statuses in (
        ("starts", agreed.starts, (["request.not-started"], [], [])),
        ("ends", agreed.ends, ([], ["request.ended"], ["request.ended"])),
    ):
        judge, _ = judging(agreed, sealed_at=moment)
        found = [codes(judge, now=moment + by * SECOND) for by in (-1, 0, 1)]
        assert tuple(found) == statuses, name


def test_a_missed_duty_counts_from_the_day_after():
    agreed = world.agreement(duties=(world.duty(due=NOW.date()),))
    question = asked(pattern=Pattern.BULK)
    midnight = NOW.replace(hour=0) + timedelta(days=1)
    judge, _ = judging(agreed, sealed_at=midnight)
    assert codes(judge, question, midnight - SECOND) == []
    assert codes(judge, question, midnight) == ["request.duty"]


def test_how_often_is_never_remembered():
    agreed = world.agreement(world.rule(Rate, "two", requests=2, per="hour"))
    rates = Rates()
    judge, _ = judging(agreed, rates=rates)
    found = []
    for _ in range(3):
        found.append(codes(judge))
        rates.answered(agreed.agreement, Pattern.LOOKUP, NOW)
    assert found == [[], [], ["request.rate"]]
    ruling = judge.ruling(asked(), NOW)
    assert (ruling.verdict.allowed, ruling.verdict.gives) == (False, ())
    assert judge.standing(asked(), NOW).verdict.allowed


def test_what_is_no_request_is_refused_as_such():
    judge, _ = judging(world.agreement())
    with pytest.raises(Invalid, match=r"request\.invalid"):
        judge.ruling(asked()._replace(columns=("address", "address")), NOW)


def test_our_own_services_are_known():
    judge, _ = judging()
    assert judge.is_own(Caller("desk", "strathlarch"))
    assert not judge.is_own(Caller("desk", "larchside"))
