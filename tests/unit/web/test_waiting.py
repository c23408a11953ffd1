"""What is waiting, and for whom, at every moment of a story."""

from contextlib import closing
from datetime import UTC, date, datetime, timedelta

import pytest
from tests.pages import Reader, served
from tests.worlds import before

from answerable.model.agreement import Agreement, AgreementSigned, ProposalDecided
from answerable.model.draw import SeedPromised, SeedRevealed
from answerable.model.engagement import (
    ConsultationClosed,
    Engagement,
    Recommendation,
    RecommendationAnswered,
)
from answerable.web.waiting import Waiting, waiting


def at(day):
    return datetime(*map(int, day.split("-")), 12, tzinfo=UTC)


def waits(kind, day):
    return [
        (each.organisation, each.what, each.late) for each in waiting(before(kind).state, at(day))
    ]


def test_a_recommendation_waits_for_whoever_asked_the_panel():
    assert ("fire", Waiting.ANSWER, False) in waits(RecommendationAnswered, "2026-04-01")
    assert ("fire", Waiting.ANSWER, True) in waits(RecommendationAnswered, "2026-08-01")
    assert not [w for w in waits(None, "2026-08-01") if w[1] is Waiting.ANSWER]


def test_a_consultation_waits_to_be_summed_up_after_its_last_day():
    assert ("agency", Waiting.SUMMARY, False) in waits(ConsultationClosed, "2026-02-21")
    assert Waiting.SUMMARY not in {what for _, what, _ in waits(ConsultationClosed, "2026-02-20")}


def test_a_decision_waits_once_the_public_was_heard():
    assert ("health", Waiting.DECISION, False) in waits(ProposalDecided, "2026-04-02")
    early = waits(ConsultationClosed, "2026-02-10")
    assert Waiting.DECISION not in {what for _, what, _ in early}


def test_a_signature_waits_for_each_party():
    unsigned = [w for w in waits(AgreementSigned, "2026-04-10") if w[1] is Waiting.SIGNATURE]
    assert {by for by, _, _ in unsigned} == {"health", "fire"}


def test_a_promise_waits_before_its_day_and_is_late_after_it():
    state = before(None).state
    agreement = next(a for a in state.each(Agreement) if a.duties and a.is_signed)
    duty = agreement.duties[0]
    kept = {day for name, day in agreement.met if name == duty.duty}
    told = waiting(state, datetime.combine(duty.due, datetime.min.time(), UTC))
    mine = [w for w in told if w.what is Waiting.PROMISE and w.due == duty.due]
    assert bool(mine) == (duty.due not in kept)


def test_the_same_promise_in_two_agreements_can_be_told_apart(shown):
    own = shown.data("/waiting")["waiting"]["larchside-fire-and-rescue"]
    told = [(each["of"]["en"], each["under"]["en"], each["due"]) for each in own]
    assert len(set(told)) == len(told)
    assert "(Flood help: powered equipment" in shown.get("/waiting").text


def test_what_is_late_comes_first_then_by_day(story):
    every = waiting(story.loop.state, story.clock.now())
    assert [each.late for each in every] == sorted((each.late for each in every), reverse=True)
    days = [each.due or date.max for each in every if not each.late]
    assert days == sorted(days)


@pytest.mark.parametrize("language", ["", "/cy"])
def test_anybody_sees_it_and_may_ask_for_one_organisation(shown, language):
    page = shown.get(f"{language}/waiting").text
    assert "larchside-fire-and-rescue" in page
    said = shown.data("/waiting?organisation=larchside-fire-and-rescue")
    assert list(said["waiting"]) == ["larchside-fire-and-rescue"]
    assert said["late"] == 1
    assert shown.get("/waiting?organisation=nobody").status_code == 404


def test_an_answer_that_is_owed_is_on_the_list(story):
    found = story.loop.state.get(Recommendation, "floods-only")
    story.loop._state.put(found.with_(answered=None))
    with served(story.site.app()) as address, closing(Reader(address)) as reader:
        own = reader.data("/waiting")["waiting"]["inverlarch-council"]
        assert [(each["what"], each["late"]) for each in own if each["what"] == "answer"] == [
            ("answer", True)
        ]


@pytest.mark.parametrize("kind", [SeedPromised, SeedRevealed])
def test_a_number_waits_for_each_witness_until_it_is_too_late(kind):
    state = before(kind).state
    (engagement,) = [each for each in state.each(Engagement) if each.draws]
    draw = engagement.draws[-1]
    until = draw.seed.reveal_by
    told = [w for w in waiting(state, until) if w.what is Waiting.NUMBER]
    assert {(w.organisation, w.due) for w in told} == {
        (witness, until.date()) for witness in draw.awaited
    }
    late = waiting(state, until + timedelta(seconds=1))
    assert Waiting.NUMBER not in {w.what for w in late}
