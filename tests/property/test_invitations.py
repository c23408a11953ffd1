"""Laws of invitations: chances exact over all starts, exact sums, tests of chance by counting."""

import os
from fractions import Fraction
from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from answerable.science.sortition.invitations import GRAIN, AnswerRate, Place, expected, sample
from answerable.science.sortition.invitations.missing import binomial, holm
from answerable.science.sortition.invitations.sample import systematic

pytestmark = pytest.mark.property
SETTINGS = settings(max_examples=int(os.environ.get("FUZZ_CASES", "100")), deadline=None)


@st.composite
def towns(draw):
    """A few places of one feature, some with rates of their own."""
    size, rate = st.integers(1, 500), st.integers(1, 1_000).map(lambda n: Fraction(n, 1_000))
    return [
        Place(
            f"p{at}",
            draw(size),
            draw(size),
            draw(st.none() | rate),
            {"kind": draw(st.sampled_from("abc"))},
        )
        for at in range(draw(st.integers(1, 12)))
    ]


RATES = [
    AnswerRate("kind", value, Fraction(n, 100)) for value, n in zip("abc", (1, 4, 9), strict=True)
]


@SETTINGS
@given(st.lists(st.integers(0, 40), min_size=1, max_size=8), st.integers(1, 13))
def test_over_all_starts_each_stretch_has_exactly_its_due(lengths, grain):
    found = [systematic(lengths, grain, start) for start in range(grain)]
    for at, length in enumerate(lengths):
        counts = [each[at] for each in found]
        assert sum(counts) == length
        assert all(length // grain <= count <= -(-length // grain) for count in counts)
    for each in found:
        for upto in range(len(lengths) + 1):
            assert abs(sum(each[:upto]) - Fraction(sum(lengths[:upto]), grain)) < 1


@SETTINGS
@given(towns(), st.integers(1, 400), st.booleans(), st.booleans(), st.integers(0, 10))
def test_what_is_expected_adds_up_and_stays_within_the_addresses(
    places, volunteers, even, rated, again
):
    rates = RATES if rated else []
    made = expected(
        places, volunteers=volunteers, rates=rates, even=even, again=Fraction(again, 10)
    )
    assert sum(made.grains) == made.total * GRAIN
    assert all(0 < chance <= 1 for chance in made.chances)
    brings = [Fraction(g, GRAIN) * a for g, a in zip(made.grains, made.answers, strict=True)]
    full = [chance == 1 for chance in made.chances]
    assert all(full) or any(full) or sum(brings) >= volunteers * (1 - Fraction(1, 10**6))
    if even:
        assert max(made.chances) - min(made.chances) <= Fraction(1, 10**8)
        return
    people = [
        b / place.people
        for b, place, capped in zip(brings, places, full, strict=True)
        if not capped
    ]
    assert not people or max(people) - min(people) <= Fraction(1, 10**7)


@SETTINGS
@given(towns(), st.integers(1, 400), st.binary(min_size=32, max_size=32))
def test_a_sample_has_the_letters_that_were_said_and_no_address_twice(places, volunteers, seed):
    made = expected(places, volunteers=volunteers, rates=RATES)
    drawn = sample(made, seed)
    assert sum(drawn.letters) == made.total
    rows = zip(places, made.grains, drawn.letters, drawn.addresses, strict=True)
    for place, grains, letters, numbers in rows:
        assert grains // GRAIN <= letters <= -(-grains // GRAIN)
        assert len(set(numbers)) == len(numbers) == letters
        assert set(numbers) <= set(range(1, place.addresses + 1))


@SETTINGS
@given(st.integers(1, 9), st.integers(1, 9), st.data())
def test_the_test_of_chance_is_that_of_counting(people, tenths, data):
    count = data.draw(st.integers(0, people))
    part = Fraction(tenths, 10)
    chances = [Fraction(0)] * (people + 1)
    for picked in product((0, 1), repeat=people):
        have = sum(picked)
        chances[have] += part**have * (1 - part) ** (people - have)
    exact = sum(each for each in chances if each <= chances[count])
    assert binomial(count, people, float(part)) == pytest.approx(float(exact), rel=1e-6)


@SETTINGS
@given(st.lists(st.floats(0, 1), min_size=1, max_size=6))
def test_differences_together_are_named_between_one_by_one_and_all_at_once(chances):
    beyond = holm(chances, 0.05)
    for chance, named in zip(chances, beyond, strict=True):
        assert not named or chance <= 0.05
        assert named or chance > 0.05 / len(chances)
