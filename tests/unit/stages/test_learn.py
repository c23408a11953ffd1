from datetime import date

import pytest
from tests.unit.stages.table import allowed, at, each, empty, judge, refused, usual
from tests.worlds import FIRE, before, example

from answerable.model.agreement import (
    Agreement,
    AgreementDrafted,
    AgreementSigned,
    DutyMet,
    ProposalDecided,
)
from answerable.model.errors import AnswerableError
from answerable.model.outcome import Outcome, OutcomeReported

CASES = [
    refused("agreement.unknown", DutyMet, empty),
    refused("duty.unknown", DutyMet, duty="another"),
    refused("duty.day", DutyMet, due=date(2026, 6, 2)),
    refused("duty.day", DutyMet, due=date(2026, 5, 31)),
    refused("duty.day", DutyMet, due=date(2026, 7, 1)),
    refused("duty.met", DutyMet, usual),
    refused("duty.early", DutyMet, due=date(2026, 12, 1)),
    refused("agreement.unsigned", AgreementSigned, body=example(DutyMet), by=FIRE),
    refused("outcome.early", OutcomeReported, since=date(2026, 4, 1)),
    refused("duty.early", DutyMet, due=date(2026, 12, 1)),
    refused("duty.early", DutyMet, due=date(2026, 12, 1), at=at("2026-08-30T23:59:59")),
    refused("agreement.unsigned", AgreementSigned, usual, body=example(DutyMet), by=FIRE),
    refused("outcome.taken", OutcomeReported, usual),
    refused("outcome.elsewhere", OutcomeReported, of="benefit:known-rain"),
    refused("outcome.elsewhere", OutcomeReported, of="risk:wrong-rain"),
    refused("outcome.elsewhere", OutcomeReported, proposal="open-rain"),
    refused("benefit.unknown", OutcomeReported, of="benefit:burglary"),
    refused("risk.unknown", OutcomeReported, of="risk:out-in-time"),
    refused("outcome.early", OutcomeReported, since=date(2026, 4, 1)),
    refused("outcome.early", ProposalDecided, body=example(OutcomeReported), by=FIRE),
    refused("outcome.period", OutcomeReported, since=date(2026, 7, 1)),
    refused("outcome.period", OutcomeReported, until=date(2026, 7, 2)),
]
ALLOWED = [
    allowed(DutyMet),
    allowed(DutyMet, usual, due=date(2026, 12, 1), at=at("2026-08-31T00:00:00")),
    allowed(OutcomeReported),
    allowed(OutcomeReported, of="risk:burglary"),
    allowed(OutcomeReported, since=date(2026, 4, 2)),
    allowed(OutcomeReported, since=date(2026, 7, 1), until=date(2026, 7, 1)),
    allowed(OutcomeReported, at=at("2026-07-02T00:00:00"), until=date(2026, 7, 2)),
]


@each(CASES)
def test_refused(case):
    judge(case)


@each(ALLOWED)
def test_allowed(case):
    judge(case)


def test_a_duty_is_met_for_one_day_only():
    state = before(OutcomeReported).state
    assert state.get(Agreement, "flood-rescue").met == (("yearly-report", date(2026, 6, 1)),)


def test_what_came_of_it():
    state = before(None).state
    assert state.get(Outcome, "first-summer").measured == "61"
    assert before(AgreementDrafted).state.find(Outcome, "first-summer") is None


def test_a_day_at_the_end_of_the_calendar_is_refused_like_any_other():
    judge(refused("duty.day", DutyMet, due=date(9999, 12, 2), at=at("9999-09-05T00:00:00")))


def test_a_misspelt_duty_is_not_found():
    world = before(DutyMet)
    with pytest.raises(AnswerableError) as refusal:
        world.tell(duty="yearly-raport")
    assert refusal.value.code == "duty.unknown"
