"""What the tables in `tests/spec` do not show: who decided, and what comes with a verdict."""

from datetime import timedelta

import pytest
from tests.spec.world import (
    AGGREGATE,
    BULK,
    FACTS,
    LOOKUP,
    NOW,
    WARNING,
    agreement,
    duty,
    request,
    rule,
    signal,
    state,
)

from answerable.model.limits import (
    Coarsen,
    Coarsening,
    LeaveOut,
    MinimumCount,
    OnlyRows,
    Pseudonymise,
)
from answerable.model.request import Given, Refusal, Verdict
from answerable.terms import Facts, decide

DISTRICT = rule(Coarsen, "district", column="address", to=Coarsening.POSTCODE_DISTRICT)
MONTH = rule(Coarsen, "month", column="address", to=Coarsening.MONTH)
CODE = rule(Pseudonymise, "code", column="address")


def judge(agreed, *signals, facts=FACTS, **asked):
    return decide(state(agreed, *signals), request(**asked), facts)


def test_nothing_but_what_was_asked():
    assert judge(agreement()) == Verdict(gives=(Given(column="address"),))


def test_columns_come_in_the_order_asked_for():
    given = judge(agreement(), columns=("person", "need", "address")).gives
    assert [each.column for each in given] == ["person", "need", "address"]


def test_a_column_names_the_limits_that_made_it_so():
    verdict = judge(agreement(DISTRICT, CODE))
    assert verdict.gives == (
        Given(
            column="address",
            coarsened=Coarsening.POSTCODE_DISTRICT,
            pseudonym=True,
            by=("district", "code"),
        ),
    )


def test_a_limit_that_a_signal_lifts_is_not_named():
    verdict = judge(agreement(DISTRICT.with_(unless=WARNING), CODE), signal())
    assert verdict.gives == (Given(column="address", pseudonym=True, by=("code",)),)


def test_a_signal_lifts_only_the_limit_that_says_so():
    verdict = judge(agreement(DISTRICT.with_(unless=WARNING), DISTRICT), signal())
    assert verdict.gives[0].coarsened is Coarsening.POSTCODE_DISTRICT


def test_a_refusal_gives_nothing_and_still_says_what_would_hold():
    rows = rule(OnlyRows, "needs", column="need", compare="present")
    out = rule(LeaveOut, "said-no", list="said-no", greatest_age_hours=1)
    least = rule(MinimumCount, "least", count=7)
    verdict = judge(agreement(rows, out, least), pattern=AGGREGATE)
    assert verdict == Verdict(
        refusals=(Refusal(code="request.opt-out-stale", by="said-no"),),
        rows=(rows,),
        leaves_out=("said-no",),
        minimum_count=7,
    )


def test_a_warning_is_no_refusal():
    verdict = judge(agreement(duties=(duty(),)), pattern=LOOKUP)
    assert verdict.allowed
    assert verdict.warnings == ("yearly-report",)
    assert judge(agreement(duties=(duty(),)), pattern=BULK).warnings == ()


def test_a_warning_comes_once_however_often_the_duty_was_missed():
    agreed = agreement(duties=(duty(every_months=1),))
    facts = Facts(now=NOW + timedelta(days=200))
    assert judge(agreed, facts=facts).warnings == ("yearly-report",)


def test_a_refusal_comes_once_however_often_the_duty_was_missed():
    agreed = agreement(duties=(duty(every_months=1),))
    facts = Facts(now=NOW + timedelta(days=200))
    assert len(judge(agreed, facts=facts, pattern=BULK).refusals) == 1


def test_the_end_of_a_signal_that_was_shortened_counts():
    shortened = signal().with_(ends=NOW)
    verdict = judge(agreement(DISTRICT.with_(unless=WARNING)), shortened)
    assert verdict.gives[0].coarsened is Coarsening.POSTCODE_DISTRICT


def test_facts_left_out_are_the_careful_ones_but_for_the_rate():
    facts = Facts(now=NOW)
    assert facts.list_ages.get("said-no") is None
    assert not facts.requests


@pytest.mark.parametrize("limits", [(DISTRICT, MONTH), (MONTH, DISTRICT)])
def test_two_forms_that_exclude_each_other_give_nothing(limits):
    verdict = judge(agreement(*limits))
    assert {refusal.code for refusal in verdict.refusals} == {"request.form"}
    assert verdict.gives == ()


@pytest.mark.parametrize("limits", [(DISTRICT, MONTH, CODE), (CODE, MONTH, DISTRICT)])
def test_two_forms_that_exclude_each_other_are_both_named_and_nothing_else(limits):
    verdict = judge(agreement(*limits))
    assert {refusal.by for refusal in verdict.refusals} == {"district", "month"}


def test_forms_of_other_columns_do_not_clash():
    other = MONTH.with_(column="born")
    assert judge(agreement(DISTRICT, other), columns=("address", "born")).allowed
    lifted = MONTH.with_(unless=WARNING)
    assert judge(agreement(DISTRICT, lifted), signal()).allowed
