from datetime import UTC, datetime

import pytest
from tests.spec.world import agreement, duty, rule, state

from answerable.model.engagement import Engagement, Recommendation, RecommendationAnswered
from answerable.model.errors import Missing, Refused
from answerable.model.limits import MinimumCount
from answerable.model.proposal import Basis, Proposal, Risk
from answerable.model.text import en
from answerable.model.vision import Principle
from answerable.terms import Trace, became, why

AT = datetime(2026, 9, 1, tzinfo=UTC)
BASIS = Basis(
    organisation="strathlarch",
    discloser_power=en("A health act."),
    recipient_power=en("A fire act."),
    article_6="public-task",
    article_9=en("Substantial public interest."),
    confidentiality=en("People would expect it in a flood."),
)
PROPOSAL = Proposal(
    entry=10,
    at=AT,
    proposal="flood-help",
    title=en("Help in a flood"),
    purposes=("rescue",),
    why=en("Crews do not know who needs help."),
    who_benefits=en("People who need help."),
    people_affected=en("People with needs."),
    identifiable=True,
    made_by="larchside",
    bases=(BASIS,),
)
RISK = Risk(
    entry=11,
    at=AT,
    risk="burglary",
    title=en("Somebody learns who lives alone."),
    to_whom=en("People who live alone."),
    proposal="flood-help",
)
PRINCIPLE = Principle(
    entry=2,
    at=AT,
    principle="say-why",
    source="vision",
    title=en("Say why"),
    commitment=en("We say why."),
)
PANEL = Engagement(
    entry=12,
    at=AT,
    engagement="panel",
    proposal="flood-help",
    facilitator="talk-well",
    title=en("Panel"),
    question=en("Should crews know?"),
    oversight=en("Three people."),
    seats=30,
    workshops=4,
    commissioner="larchside",
)


def recommendation(name, entry, answer="accepted", **changes):
    answered = RecommendationAnswered(
        of="ab" * 32,
        recommendation=name,
        answer=answer,
        becomes="rule",
        reason=en("Yes."),
        post=en("Chief"),
    )
    usual = {
        "at": AT,
        "engagement": "panel",
        "title": en("Title"),
        "words": en(f"The words of {name}."),
        "agree": 20,
        "disagree": 8,
        "passed": 2,
        "answered": answered,
    }
    return Recommendation(recommendation=name, entry=entry, **{**usual, **changes})


TELL_US = recommendation("tell-us", 20)
FEW_COUNTS = recommendation("few-counts", 21, "in-part")
NEVER = recommendation("never", 22, "rejected")
WAITING = recommendation("waiting", 23, answered=None)


def least(because, name="least"):
    return rule(MinimumCount, name, count=5).with_(because=because)


def whole(*limits, **changes):
    others = (PROPOSAL, RISK, PRINCIPLE, PANEL, TELL_US, FEW_COUNTS, NEVER, WAITING)
    return state(agreement(*limits, **changes), *others)


@pytest.mark.parametrize(
    ("because", "ground", "words", "entry"),
    [
        ("recommendation:few-counts", FEW_COUNTS, "The words of few-counts.", 21),
        ("risk:burglary", RISK, "Somebody learns who lives alone.", 11),
        ("principle:say-why", PRINCIPLE, "We say why.", 2),
        ("basis:strathlarch", BASIS, "People would expect it in a flood.", 10),
    ],
)
def test_why_a_limit_is_there(because, ground, words, entry):
    limit = least(because)
    assert why(whole(limit), "flood-rescue", "least") == Trace(
        "flood-rescue", limit, because, ground, en(words), entry
    )


def test_why_a_duty_is_there():
    found = why(whole(duties=(duty(),)), "flood-rescue", "yearly-report")
    assert (found.term, found.ground, found.entry) == (duty(), TELL_US, 20)


@pytest.mark.parametrize(
    ("agreed", "term", "code"),
    [("another", "least", "agreement.unknown"), ("flood-rescue", "most", "term.unknown")],
)
def test_why_of_what_is_not_there(agreed, term, code):
    with pytest.raises(Missing) as caught:
        why(whole(least("risk:burglary")), agreed, term)
    assert caught.value.code == code


@pytest.mark.parametrize(
    ("because", "error", "code"),
    [
        ("recommendation:never", Refused, "reason.rejected"),
        ("recommendation:waiting", Refused, "reason.rejected"),
        ("recommendation:nobody", Missing, "recommendation.unknown"),
        ("basis:larchside", Missing, "basis.unknown"),
        ("risk:nobody", Missing, "risk.unknown"),
        ("principle:nobody", Missing, "principle.unknown"),
    ],
)
def test_why_for_a_reason_that_cannot_be_one(because, error, code):
    with pytest.raises(error) as caught:
        why(whole(least(because)), "flood-rescue", "least")
    assert caught.value.code == code


@pytest.mark.parametrize("because", ["risk:burglary", "recommendation:tell-us"])
def test_why_for_a_reason_of_another_proposal(because):
    said = whole(least(because))
    said.put(RISK.with_(proposal="another"))
    said.put(PANEL.with_(proposal="another"))
    with pytest.raises(Refused) as caught:
        why(said, "flood-rescue", "least")
    assert caught.value.code == "reason.elsewhere"


def test_what_a_recommendation_became():
    first = least("recommendation:tell-us")
    said = whole(first, least("risk:burglary", "other"), duties=(duty(),))
    second = least("recommendation:tell-us", "again")
    said.put(agreement(second, entry=9, agreement="more"))
    assert became(said, "tell-us") == [
        ("flood-rescue", first),
        ("flood-rescue", duty()),
        ("more", second),
    ]
    assert became(said, "few-counts") == []


def test_a_name_that_only_begins_the_same_is_another():
    said = whole(least("recommendation:few-counts-more"))
    assert became(said, "few-counts") == []


def test_what_an_unknown_recommendation_became():
    with pytest.raises(Missing) as caught:
        became(whole(), "nobody")
    assert caught.value.code == "recommendation.unknown"


def test_there_and_back():
    said = whole(least("recommendation:tell-us"))
    found = why(said, "flood-rescue", "least")
    assert (found.agreement, found.term) in became(said, found.ground.recommendation)
