"""A lottery under opaque numbers: it gives the chances that it says, and says nothing else."""

import hashlib
import json
from collections import Counter
from contextlib import suppress

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from answerable.science.sortition import (
    Seats,
    SortitionError,
    Target,
    conceal,
    equal_lottery,
    explained,
    instance,
    lottery,
    pick,
    read_public,
    read_questions,
)
from answerable.science.sortition.households import households

DRAWS = 20_000
PEOPLE = [{"sex": "f" if at % 3 else "m", "age": "old" if at % 4 else "young"} for at in range(24)]
TARGETS = [
    Seats("sex", "f", 3, 5),
    Seats("sex", "m", 3, 4),
    Seats("age", "young", 2, 3),
    Seats("age", "old", 5, 6),
]
HOMES = ["" if at % 4 else f"h{at // 8}" for at in range(24)]
NUMBERS = [(at * 7) % 24 + 1 for at in range(24)]


def made(homes=None):
    own = instance(PEOPLE, TARGETS, seats=8, households=homes)
    compositions = equal_lottery(lottery(own))
    order = list(range(len(own.orbits)))[::-1]
    hidden = conceal(own, compositions, numbers=NUMBERS, order=order, named=("a-panel", 1))
    return own, compositions, hidden


@pytest.fixture(scope="module", params=[None, HOMES], ids=["alone", "households"])
def case(request):
    return made(request.param)


def seed(number):
    return hashlib.sha256(number.to_bytes(4, "big")).digest()


def test_everybody_is_in_it_once_with_the_chance_of_their_profile(case):
    own, compositions, hidden = case
    assert hidden.members == set(range(1, 25))
    chances = own.by_person(compositions.mean(axis=0) / own.sizes)
    for place, chance in enumerate(chances):
        assert hidden.chances()[NUMBERS[place]] == pytest.approx(chance, abs=1e-12)
    assert len(hidden.compositions) == 1_000
    assert all(len(each) == 8 for each in hidden.compositions)


def test_it_says_nothing_of_any_feature(case):
    said = json.dumps(case[2].plain())
    assert not any(word in said for word in ("sex", "age_", '"old', "young", '"f"', '"m"'))


def test_it_is_read_as_it_was_written(case):
    hidden = case[2]
    assert read_public(json.dumps(hidden.plain()).encode()) == hidden


def test_panels_keep_the_targets_and_the_households(case):
    own, _, hidden = case
    place = {number: at for at, number in enumerate(NUMBERS)}
    for number in range(300):
        drawn = hidden.drawn(seed(number))
        panel = [place[one] for one in drawn.members]
        assert len(set(panel)) == 8
        for target in TARGETS:
            seats = sum(PEOPLE[at][target.feature] == target.value for at in panel)
            assert target.min <= seats <= target.max
        homes = [own.households[at] for at in panel]
        assert len(set(homes)) == 8
        assert drawn.ticket == pick(seed(number), 1_000)


def test_drawing_often_gives_the_chances_it_says(case):
    hidden = case[2]
    drawn = Counter(one for n in range(DRAWS) for one in hidden.drawn(seed(n)).members)
    chances = hidden.chances()
    numbers = sorted(chances)
    seen = np.array([drawn[one] for one in numbers])
    wanted = np.array([chances[one] for one in numbers]) * DRAWS
    spread = (seen - wanted) ** 2 / (wanted * (1 - wanted / DRAWS))
    # chi-squared, with room for four standard deviations; the seeds are fixed
    assert spread.sum() < len(numbers) + 4 * (2 * len(numbers)) ** 0.5


@pytest.mark.parametrize("data", [b"", b"[]", b"{", b"\xff", b'{"v":1}', b"[" * 100_000])
def test_what_is_no_lottery(data):
    with pytest.raises(SortitionError, match=r"lottery\.form"):
        read_public(data)


@given(st.data())
def test_whatever_is_changed_in_its_form_is_no_lottery_or_another(data):
    hidden = made()[2] if not CACHE else CACHE[0]
    CACHE[:] = [hidden]
    said = json.loads(json.dumps(hidden.plain()))
    name = data.draw(st.sampled_from(["profiles", "households", "compositions", "draw", "v"]))
    said[name] = data.draw(
        st.none()
        | st.integers(-5, 50)
        | st.text(max_size=3)
        | st.lists(st.lists(st.integers(-2, 30), max_size=9), max_size=5)
    )
    with suppress(SortitionError):
        assert read_public(json.dumps(said).encode()).plain() == said


CACHE: list = []


def test_the_least_that_could_give_way_is_named():
    people = [{"age": "old", "side": "south"}] * 5 + [{"age": "young", "side": "north"}] * 5
    targets = [
        Target((("age", "old"),), 3, 3),
        Target((("age", "young"),), 1, 1),
        Target((("side", "south"),), 1, 1),
        Target((("side", "north"),), 3, 3),
    ]
    own = instance(people, targets, seats=4)
    with pytest.raises(SortitionError) as refusal:
        lottery(own)
    found = explained(refusal.value, own)
    assert found.code == "targets.relax"
    assert found.params["changes"]
    assert explained(SortitionError("pool.small"), own).code == "pool.small"


def test_households_by_what_stands_in_columns():
    rows = [
        {"street": " Mill  Lane ", "post": "GB1"},
        {"street": "mill lane", "post": "gb1"},
        {"street": "mill lane", "post": "GB2"},
        {"street": "", "post": " "},
    ]
    homes = households(rows, ["street", "post"])
    assert homes[0] == homes[1] != homes[2]
    assert homes[3] == ""
    assert households(rows, []) is None
    with pytest.raises(SortitionError) as refusal:
        households(rows, ["town", "street"])
    assert refusal.value.params == {"columns": ["town"]}


def test_questions_and_their_answers():
    text = (
        "feature,question,value\nage,How old are you?,under 40\nage,,40 and over\nsex,,f\nsex,,m\n"
    )
    assert read_questions(text) == [
        ("age", "How old are you?", ("under 40", "40 and over")),
        ("sex", "sex", ("f", "m")),
    ]
