"""How often was asked, in periods of the clock."""

from datetime import UTC, datetime, timedelta

import pytest
from tests.spec import world

from answerable.gateway.rates import LONGEST, Rates
from answerable.model.limits import Pattern, Rate

NOW = datetime(2026, 3, 2, 23, 59, 59, tzinfo=UTC)
SECOND = timedelta(seconds=1)
LOOKUP, BULK, COUNTS = Pattern


def agreed(*limits, **changes):
    return world.agreement(*limits, **changes)


def rate(per, patterns=(), name="rate"):
    return world.rule(Rate, name, requests=9, per=per, patterns=patterns)


@pytest.mark.parametrize("per", ["minute", "hour", "day"])
def test_a_period_ends_with_the_clock(per):
    rates, agreement = Rates(), agreed(rate(per))
    rates.answered(agreement.agreement, LOOKUP, NOW)
    assert rates.of(agreement, NOW) == {"rate": 1}
    assert rates.of(agreement, NOW + SECOND) == {"rate": 0}


def test_a_second_is_in_its_minute_its_hour_and_its_day():
    noon = NOW.replace(hour=12, minute=30, second=0)
    rates = Rates()
    agreement = agreed(*(rate(per, name=per) for per in ("minute", "hour", "day")))
    for by in (0, 59, 60, 3600):
        rates.answered(agreement.agreement, LOOKUP, noon + by * SECOND)
    assert rates.of(agreement, noon) == {"minute": 2, "hour": 3, "day": 4}


def test_a_limit_counts_its_own_patterns_and_one_without_all_that_are_agreed():
    rates = Rates()
    for pattern, times in ((LOOKUP, 1), (BULK, 2), (COUNTS, 4)):
        rates.answered("flood-rescue", pattern, NOW, times)
    limits = (rate("day"), rate("day", (BULK,), "bulk"), rate("day", (BULK, COUNTS), "both"))
    assert rates.of(agreed(*limits), NOW) == {"rate": 7, "bulk": 2, "both": 6}
    assert rates.of(agreed(rate("day"), patterns=(LOOKUP,)), NOW) == {"rate": 1}


def test_another_agreement_is_counted_apart():
    rates = Rates()
    rates.answered("another", LOOKUP, NOW)
    assert rates.of(agreed(rate("day")), NOW) == {"rate": 0}


def test_what_was_not_answered_after_all_is_taken_back():
    rates, agreement = Rates(), agreed(rate("day"))
    rates.answered(agreement.agreement, LOOKUP, NOW)
    rates.answered(agreement.agreement, LOOKUP, NOW, times=-1)
    assert rates.of(agreement, NOW) == {"rate": 0}


def test_what_is_taken_back_after_midnight_is_taken_from_its_own_day():
    rates, agreement = Rates(), agreed(rate("day"))
    rates.answered(agreement.agreement, LOOKUP, NOW)
    rates.answered(agreement.agreement, LOOKUP, NOW + SECOND)
    rates.answered(agreement.agreement, LOOKUP, NOW, times=-1)
    assert rates.of(agreement, NOW + SECOND) == {"rate": 1}


def test_a_new_day_forgets_what_is_over_and_nothing_else():
    rates, agreement = Rates(), agreed(rate("day"))
    for day in range(400):
        rates.answered(agreement.agreement, LOOKUP, NOW + day * LONGEST)
    assert rates.of(agreement, NOW + 399 * LONGEST) == {"rate": 1}
    assert len(rates._counts) <= 6


def test_what_the_log_says_is_counted_in_any_order():
    rates, agreement = Rates(), agreed(rate("day"), rate("minute", name="minute"))
    before = [NOW - 2 * SECOND, NOW, NOW - 3600 * SECOND]
    rates.restore((agreement.agreement, LOOKUP, at) for at in before)
    assert rates.of(agreement, NOW) == {"rate": 3, "minute": 2}


def test_limits_of_other_kinds_count_nothing():
    assert Rates().of(agreed(), NOW) == {}
