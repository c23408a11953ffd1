"""What an agreement gives now, and what it would give during a warning."""

from datetime import timedelta

import pytest
from tests.spec import world
from tests.spec.world import AGGREGATE, BULK, LOOKUP, NOW, WARNING

from answerable.model.limits import (
    Coarsen,
    Coarsening,
    LeaveOut,
    MinimumCount,
    OnlyColumns,
    OnlyPurposes,
    Pseudonymise,
    WhileSignal,
)
from answerable.model.signal import Signal
from answerable.web.shares import shares, signals_now, whens

DISTRICT = Coarsening.POSTCODE_DISTRICT
ADDRESS = world.rule(Coarsen, "address", column="address", to=DISTRICT, unless=WARNING)


def shown(*limits, **changes):
    """Give what each pattern of an agreement gives."""
    agreed = world.agreement(*limits, **changes)
    return {share.pattern: share for share in shares(world.state(agreed), agreed, NOW)}


def forms(share):
    return {form.column: form for form in share.forms}


def codes(refusals):
    return {refusal.code for refusal in refusals}


def test_without_limits_everything_is_given_as_it_is():
    for share in shown().values():
        assert share.refused == share.refused_warned == ()
        assert all(f.usually and not f.usually.coarsened and not f.differs for f in share.forms)


def test_a_warning_opens_one_lookup_and_never_the_whole_list():
    given = shown(ADDRESS)
    one = forms(given[LOOKUP])["address"]
    assert one.usually.coarsened == DISTRICT
    assert one.warned.coarsened is None
    assert one.differs
    whole = forms(given[BULK])["address"]
    assert whole.usually.coarsened == whole.warned.coarsened == DISTRICT
    assert not whole.differs


def test_what_waits_for_a_warning_is_refused_without_one():
    given = shown(world.rule(WhileSignal, "floods", when=WARNING))[LOOKUP]
    assert codes(given.refused) == {"request.no-signal"}
    assert given.refused_warned == ()
    assert forms(given)["need"].usually is None
    assert forms(given)["need"].warned is not None


def test_a_column_outside_a_limit_is_not_given_and_hides_no_other():
    given = shown(world.rule(OnlyColumns, "few", columns=("need", "person")))[LOOKUP]
    assert given.refused == ()
    assert {f.column for f in given.forms if f.usually} == {"need", "person"}


def test_a_purpose_that_a_limit_excludes_does_not_hide_what_another_gives():
    only = world.rule(OnlyPurposes, "planning-only", purposes=("planning",))
    assert shown(only)[LOOKUP].refused == ()


def test_codes_counts_and_lists_are_told():
    given = shown(
        world.rule(Pseudonymise, "no-names", column="person"),
        world.rule(MinimumCount, "tens", count=10),
        world.rule(LeaveOut, "said-no", list="said-no", greatest_age_hours=24),
    )
    assert forms(given[LOOKUP])["person"].usually.pseudonym
    assert given[AGGREGATE].minimum == 10
    assert given[LOOKUP].minimum is None
    assert given[LOOKUP].leaves_out == ("said-no",)


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"signed_by": ()}, "request.unsigned"),
        ({"starts": NOW + timedelta(days=1)}, "request.not-started"),
        ({"ends": NOW}, "request.ended"),
        ({"suspended": (LOOKUP,)}, "request.suspended"),
    ],
)
def test_what_stops_an_agreement_stops_it_in_a_warning_too(changes, code):
    given = shown(ADDRESS, **changes)[LOOKUP]
    assert code in codes(given.refused)
    assert code in codes(given.refused_warned)
    assert not [f for f in given.forms if f.usually or f.warned]


def test_nothing_of_what_if_is_left_in_the_state():
    agreed = world.agreement(ADDRESS)
    state = world.state(agreed)
    shares(state, agreed, NOW)
    assert not list(state.each(Signal))


def test_only_signals_that_count_and_are_in_force_are_named():
    agreed = world.agreement(ADDRESS)
    others = [
        world.signal(entry=2, declaration="over", ends=NOW - timedelta(minutes=1)),
        world.signal(entry=3, declaration="other-kind", signal="power-cut"),
        world.signal(entry=4, declaration="other-body", issuer="nobody-known"),
    ]
    state = world.state(agreed, world.signal(), *others)
    assert [each.declaration for each in signals_now(state, agreed, NOW)] == ["warning-1"]
    assert whens(agreed) == (WARNING,)
    assert whens(world.agreement()) == ()
