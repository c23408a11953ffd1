from datetime import UTC, date, datetime, timedelta

import pytest
from tests.spec.world import (
    AGGREGATE,
    BULK,
    HERE,
    LOOKUP,
    NEARBY,
    NOW,
    WARNING,
    agreement,
    duty,
    party,
    signal,
    state,
)

from answerable.model.agreement import Agreement, AgreementResumed, AgreementSuspended
from answerable.model.engagement import (
    Consultation,
    ConsultationClosed,
    Recommendation,
    RecommendationAnswered,
)
from answerable.model.limits import Effect
from answerable.model.state import APPLIERS
from answerable.model.status import (
    Missed,
    Standing,
    due_days,
    effects,
    in_force,
    missed,
    standing,
    status,
)
from answerable.model.text import en

SECOND = timedelta(seconds=1)


def at(year, month, day, *clock):
    return datetime(year, month, day, *clock, tzinfo=UTC)


def days(first, every, until):
    due = duty(due=date.fromisoformat(first), every_months=every)
    return [day.isoformat() for day in due_days(due, date.fromisoformat(until))]


@pytest.mark.parametrize(
    ("first", "every", "until", "wanted"),
    [
        ("2027-01-10", None, "2027-01-09", []),
        ("2027-01-10", None, "2027-01-10", ["2027-01-10"]),
        ("2027-01-10", None, "2040-01-01", ["2027-01-10"]),
        ("2027-01-10", 6, "2027-07-09", ["2027-01-10"]),
        ("2027-01-10", 6, "2027-07-10", ["2027-01-10", "2027-07-10"]),
        ("2027-11-30", 1, "2028-01-30", ["2027-11-30", "2027-12-30", "2028-01-30"]),
        ("2027-01-31", 1, "2027-04-30", ["2027-01-31", "2027-02-28", "2027-03-31", "2027-04-30"]),
        ("2028-01-31", 1, "2028-03-31", ["2028-01-31", "2028-02-29", "2028-03-31"]),
        ("2027-12-31", 2, "2028-02-29", ["2027-12-31", "2028-02-29"]),
        ("2028-02-29", 12, "2029-02-28", ["2028-02-29", "2029-02-28"]),
        ("2028-02-29", 48, "2032-03-01", ["2028-02-29", "2032-02-29"]),
        ("2096-02-29", 48, "2104-02-29", ["2096-02-29", "2100-02-28", "2104-02-29"]),
        ("2027-12-15", 120, "2037-12-15", ["2027-12-15", "2037-12-15"]),
    ],
)
def test_due_days(first, every, until, wanted):
    assert days(first, every, until) == wanted


def test_a_duty_at_the_end_of_a_month_does_not_creep():
    assert days("2027-01-31", 1, "2031-12-31")[-1] == "2031-12-31"
    assert len(days("2027-01-31", 1, "2031-12-31")) == 60


@pytest.mark.parametrize(
    ("now", "wanted"),
    [
        (at(2026, 11, 1) - SECOND, Standing.NOT_STARTED),
        (at(2026, 11, 1), Standing.IN_FORCE),
        (at(2029, 11, 1) - SECOND, Standing.IN_FORCE),
        (at(2029, 11, 1), Standing.ENDED),
    ],
)
def test_standing(now, wanted):
    assert standing(agreement(), now) is wanted
    assert standing(agreement(signed_by=("larchside",)), now) is Standing.UNSIGNED


def test_an_agreement_of_nobody_is_not_signed():
    assert standing(agreement(parties=(), signed_by=()), NOW) is Standing.UNSIGNED


def test_an_agreement_is_signed_when_all_parties_signed_in_any_order():
    agreed = agreement(signed_by=("larchside", "strathlarch"))
    assert agreed.is_signed
    assert not agreed.with_(parties=(*agreed.parties, party("inverlarch"))).is_signed


def test_missed_from_the_day_after():
    agreed = agreement(duties=(duty(),))
    assert missed(agreed, at(2027, 1, 10, 23, 59, 59)) == []
    assert missed(agreed, at(2027, 1, 11)) == [Missed(duty(), date(2027, 1, 10))]


def test_each_day_is_missed_or_met_by_itself():
    monthly = duty(every_months=1)
    agreed = agreement(
        duties=(monthly, duty(duty="once")), met=(("yearly-report", date(2027, 2, 10)),)
    )
    assert missed(agreed, at(2027, 3, 11)) == [
        Missed(monthly, date(2027, 1, 10)),
        Missed(monthly, date(2027, 3, 10)),
        Missed(duty(duty="once"), date(2027, 1, 10)),
    ]


def test_meeting_one_duty_does_not_meet_another():
    agreed = agreement(duties=(duty(),), met=(("another", date(2027, 1, 10)),))
    assert len(missed(agreed, NOW)) == 1


def test_a_duty_met_late_is_no_longer_missed():
    agreed = agreement(duties=(duty(),))
    assert missed(agreed, NOW)
    assert not missed(agreed.with_(met=(("yearly-report", date(2027, 1, 10)),)), NOW)


def test_effects_by_pattern():
    agreed = agreement(duties=(duty(), duty(duty="other", on_miss={BULK: Effect.ESCALATE})))
    said = {
        pattern: [(miss.duty.duty, effect) for miss, effect in found]
        for pattern, found in effects(agreed, NOW).items()
    }
    assert said == {
        LOOKUP: [("yearly-report", Effect.PUBLISH)],
        BULK: [("yearly-report", Effect.SUSPEND), ("other", Effect.ESCALATE)],
        AGGREGATE: [],
    }


def test_no_effect_on_what_is_not_granted():
    agreed = agreement(duties=(duty(),), patterns=(LOOKUP,))
    assert list(effects(agreed, NOW)) == [LOOKUP]


def test_the_signal_in_force_is_given():
    first, second = signal(), signal(declaration="warning-2", entry=2, source="declared")
    both = state(second, first)
    assert in_force(both, WARNING, HERE, NOW) == first
    assert in_force(both, WARNING, NEARBY, NOW) is None
    assert in_force(both, WARNING, None, NOW) is None
    assert in_force(both, WARNING.with_(issuers=("larchside",)), HERE, NOW) is None
    assert in_force(both, WARNING.with_(signal="power-cut"), HERE, NOW) is None


def test_a_signal_holds_from_its_beginning_until_before_its_end():
    one = signal()
    found = {
        moment: in_force(state(one), WARNING, HERE, moment) is not None
        for moment in (one.begins - SECOND, one.begins, one.ends - SECOND, one.ends)
    }
    assert list(found.values()) == [False, True, True, False]


def apply(said, body, org="strathlarch"):
    entry = type("Entry", (), {"index": 5, "envelope": type("Said", (), {"org": org, "at": NOW})})
    APPLIERS[type(body)](said, entry, body)
    return said.get(Agreement, "flood-rescue").suspended


def stop(*patterns):
    words = {"reason": en("Something is wrong."), "post": en("Head of information")}
    return AgreementSuspended(agreement="flood-rescue", patterns=patterns, **words)


def test_suspended_and_resumed():
    said = state(agreement())
    assert apply(said, stop(BULK)) == (BULK,)
    words = {"reason": en("All is well."), "post": en("Head of information")}
    assert apply(said, AgreementResumed(agreement="flood-rescue", **words)) == ()


def test_a_second_suspension_does_not_lift_the_first():
    said = state(agreement())
    apply(said, stop(BULK))
    assert set(apply(said, stop(LOOKUP))) == {BULK, LOOKUP}


def test_status_of_nothing():
    empty = status(state(), NOW)
    assert not any(getattr(empty, name) for name in type(empty).__slots__)


def test_status_of_agreements():
    first = agreement(duties=(duty(),), review=NOW.date())
    later = agreement(agreement="later", review=NOW.date() + timedelta(days=1))
    draft = agreement(agreement="draft", signed_by=(), review=NOW.date())
    over = agreement(agreement="over", ends=NOW, review=date(2026, 12, 1))
    found = status(state(first, later, draft, over), NOW)
    assert found.agreements == {
        "flood-rescue": Standing.IN_FORCE,
        "later": Standing.IN_FORCE,
        "draft": Standing.UNSIGNED,
        "over": Standing.ENDED,
    }
    assert found.missed == {"flood-rescue": [Missed(duty(), date(2027, 1, 10))]}
    assert found.reviews_due == ["flood-rescue"]


def recommendation(name, days_ago, answered=None):
    return Recommendation(
        entry=days_ago,
        at=NOW - timedelta(days=days_ago),
        recommendation=name,
        engagement="panel",
        title=en("Title"),
        words=en("Words."),
        agree=20,
        disagree=8,
        passed=2,
        answered=answered,
    )


def test_status_of_recommendations():
    yes = RecommendationAnswered(
        of="ab" * 32,
        recommendation="old-answered",
        answer="accepted",
        becomes="action",
        reason=en("Yes."),
        post=en("Chief"),
    )
    said = state(
        recommendation("in-time", 90),
        recommendation("late", 91),
        recommendation("old-answered", 300, yes),
    )
    found = status(said, NOW)
    assert found.unanswered == ["in-time", "late"]
    assert found.late_answers == ["late"]
    assert status(said, NOW + SECOND).late_answers == ["in-time", "late"]


def consultation(name, closes, closed=None):
    return Consultation(
        entry=3,
        at=NOW,
        consultation=name,
        proposal="flood-help",
        question=en("What do you think?"),
        opens=date(2026, 6, 1),
        closes=closes,
        closed=closed,
    )


def test_status_of_consultations():
    summary = ConsultationClosed(
        consultation="summed-up", comments=3, summary=en("Said."), response=en("Done.")
    )
    yesterday = NOW.date() - timedelta(days=1)
    said = state(
        consultation("closes-today", NOW.date()),
        consultation("closed-yesterday", yesterday),
        consultation("summed-up", yesterday, summary),
    )
    assert status(said, NOW).to_summarise == ["closed-yesterday"]
    assert status(said, NOW + timedelta(days=1)).to_summarise == [
        "closes-today",
        "closed-yesterday",
    ]


def test_status_of_signals():
    said = state(
        signal(),
        signal(declaration="over", ends=NOW),
        signal(declaration="to-come", begins=NOW + SECOND),
        signal(declaration="elsewhere", area=NEARBY, issuer="anybody"),
    )
    assert status(said, NOW).signals == ["warning-1", "elsewhere"]


def test_status_is_pure():
    said = state(agreement(duties=(duty(),)), signal())
    assert status(said, NOW) == status(said, NOW)
