"""Laws of seatings, small ones against a listing of every seating."""

import os

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.reference import seatings

from answerable.science.sortition import SortitionError
from answerable.science.sortition.tables import reached, seating, table_sizes

pytestmark = pytest.mark.property
SETTINGS = settings(max_examples=int(os.environ.get("FUZZ_CASES", "60")), deadline=None)
SIZES = ((2, 2), (3, 2), (2, 2, 2), (3, 3), (4, 2), (3, 2, 2), (4, 4), (4, 3))


@st.composite
def panels(draw):
    """A few people, tables, and perhaps two who sit apart and two who sit together."""
    sizes = draw(st.sampled_from(SIZES))
    values = draw(st.lists(st.integers(1, 3), max_size=2))
    people = [
        {f"f{at}": f"v{draw(st.integers(0, most - 1))}" for at, most in enumerate(values)}
        for _ in range(sum(sizes))
    ]
    pair = st.sets(st.integers(0, len(people) - 1), min_size=2, max_size=2)
    apart, together = (draw(st.lists(pair.map(sorted), max_size=1)) for _ in range(2))
    seed = draw(st.binary(min_size=32, max_size=32))
    return people, sizes, draw(st.integers(1, 2)), apart, together, seed


def seat(people, sizes, rounds, apart, together, seed):
    features = list(people[0])
    numbers = [f"n{at}" for at in range(len(people))]
    found = seating(
        people,
        features,
        sizes=sizes,
        rounds=rounds,
        numbers=numbers,
        seed=seed,
        apart=apart,
        together=together,
    )
    return found, reached(found, people, features, apart=apart, together=together)


@SETTINGS
@given(panels())
def test_a_seating_of_a_few_is_the_best_of_all(case):
    people, sizes, rounds, apart, together, _ = case
    pairs = [{tuple(pair) for pair in each} for each in (apart, together)]
    best = seatings.best(people, sizes, rounds, *pairs)
    if best is None:
        with pytest.raises(SortitionError):
            seat(*case)
        return
    _, came = seat(*case)
    assert came.kept
    assert (came.beyond, came.meetings) == best
    assert came.meetings <= came.possible
    assert came.meetings + len(came.never) == came.pairs


@SETTINGS
@given(panels(), st.randoms(use_true_random=False))
def test_the_order_of_the_people_makes_no_difference(case, shuffled):
    people, sizes, rounds, _, _, seed = case
    numbers = [f"n{at}" for at in range(len(people))]
    order = list(range(len(people)))
    shuffled.shuffle(order)
    asked = {"sizes": sizes, "rounds": rounds, "seed": seed}
    first = seating(people, list(people[0]), numbers=numbers, **asked)
    again = seating(
        [people[p] for p in order],
        list(people[0]),
        numbers=[numbers[p] for p in order],
        **asked,
    )
    for one, other in zip(first.rounds, again.rounds, strict=True):
        assert [one[p] for p in order] == list(other)


@SETTINGS
@given(st.integers(1, 200), st.integers(2, 12), st.integers(1, 6), st.integers(0, 6))
def test_sizes_are_as_equal_as_they_can_be(people, size, below, above):
    least, most = max(1, size - below), size + above
    possible = [t for t in range(1, people + 1) if least * t <= people <= most * t]
    if not possible:
        with pytest.raises(SortitionError, match=r"tables\.sizes"):
            table_sizes(people, size=size, least=least, most=most)
        return
    sizes = table_sizes(people, size=size, least=least, most=most)
    assert sum(sizes) == people
    assert max(sizes) - min(sizes) <= 1
    assert least <= min(sizes) <= max(sizes) <= most
    assert all(abs(people / len(sizes) - size) <= abs(people / t - size) + 1e-9 for t in possible)
