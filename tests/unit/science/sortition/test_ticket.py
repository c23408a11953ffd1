"""From a seed to a panel: as documented, and with the chances that the lottery says."""

import hashlib
import hmac

import numpy as np
import pytest

from answerable.science.sortition import (
    Seats,
    SortitionError,
    chances_of,
    draw_panel,
    equal_lottery,
    instance,
    lottery,
    remaining,
)

DRAWS = 100_000
PEOPLE = [
    {"sex": "f" if at % 3 else "m", "age": ("young", "old", "older")[at * at % 7 % 3]}
    for at in range(24)
]
TARGETS = [
    Seats("sex", "f", 3, 5),
    Seats("sex", "m", 3, 4),
    Seats("age", "young", 2, 2),
    Seats("age", "old", 3, 3),
    Seats("age", "older", 3, 3),
]
NUMBERS = [f"m-{at:03}" for at in range(24)]
HOMES = ["" if at % 4 else f"h{at // 8}" for at in range(24)]


def seed(number):
    return hashlib.sha256(number.to_bytes(4, "big")).digest()


@pytest.fixture(scope="module", params=[None, HOMES], ids=["alone", "households"])
def made(request):
    own = instance(PEOPLE, TARGETS, seats=8, households=request.param)
    return own, equal_lottery(lottery(own))


def again(own, compositions, key):
    """The rule of the module's page, written once more."""

    def digest(label, rest):
        return hmac.new(key, label + b"\0" + rest, hashlib.sha256).digest()

    turn, count = 0, len(compositions)
    while True:
        number = int.from_bytes(digest(b"composition", turn.to_bytes(8, "big")), "big")
        if number < 2**256 - 2**256 % count:
            break
        turn += 1
    panel, homes = [], set()
    for orbit, seats in zip(own.orbits, compositions[number % count], strict=True):
        for at in sorted(orbit.members, key=lambda at: digest(b"member", NUMBERS[at].encode())):
            if seats and own.households[at] not in homes:
                panel.append(at)
                homes.add(own.households[at])
                seats -= 1  # noqa: PLW2901 - counted down to none
    return number % count, tuple(sorted(panel))


def test_the_rule_is_as_documented(made):
    for number in range(50):
        drawn = draw_panel(*made, NUMBERS, seed(number))
        assert (drawn.ticket, drawn.members) == again(*made, seed(number))


def test_every_panel_meets_the_targets_and_takes_one_of_a_household(made):
    own, compositions = made
    for number in range(200):
        members = draw_panel(own, compositions, NUMBERS, seed(number)).members
        panel = [PEOPLE[at] for at in members]
        assert len(set(members)) == 8
        assert len({int(own.households[at]) for at in members}) == 8
        for target in TARGETS:
            have = sum(person[target.feature] == target.value for person in panel)
            assert target.min <= have <= target.max


def test_many_draws_have_the_chances_of_the_lottery(made):
    """Each person's number of times, squared distance in standard deviations, summed."""
    own, compositions = made
    chances = np.array(chances_of(own, compositions))
    seen = np.zeros(len(PEOPLE))
    for number in range(DRAWS):
        seen[list(draw_panel(own, compositions, NUMBERS, seed(number)).members)] += 1
    some = (chances > 0) & (chances < 1)
    spread = DRAWS * chances[some] * (1 - chances[some])
    assert np.sum((seen[some] - DRAWS * chances[some]) ** 2 / spread) < 51.2  # one in a thousand
    np.testing.assert_array_equal(seen[~some], DRAWS * chances[~some])


def test_equal_people_have_the_very_same_chance(made):
    own, compositions = made
    chances = np.array(chances_of(own, compositions))
    for orbit in own.orbits:
        assert np.ptp(chances[list(orbit.members)]) == 0


@pytest.mark.parametrize(
    ("numbers", "key", "code"),
    [
        (NUMBERS, b"short", "seed.length"),
        (NUMBERS[:-1], seed(1), "members.numbers"),
        ([*NUMBERS[:-1], NUMBERS[0]], seed(1), "members.numbers"),
    ],
)
def test_a_draw_without_a_proper_seed_or_numbers_is_refused(made, numbers, key, code):
    with pytest.raises(SortitionError) as problem:
        draw_panel(*made, numbers, key)
    assert problem.value.code == code


def test_a_draw_without_compositions_is_refused(made):
    with pytest.raises(SortitionError, match=r"compositions\.none"):
        draw_panel(made[0], made[1][:0], NUMBERS, seed(1))


def test_a_replacement_completes_the_panel_within_the_targets(made):
    own, compositions = made
    homes = HOMES if len(own.room) < len(PEOPLE) and len(own.shared) else None
    members = draw_panel(own, compositions, NUMBERS, seed(7)).members
    gone, stay = members[:2], members[2:]
    left = remaining(PEOPLE, TARGETS, seats=8, staying=stay, withdrawn=gone, households=homes)
    assert left.seats == 2
    assert not set(left.places) & set(members)
    people = [PEOPLE[at] for at in left.places]
    own_homes = [homes[at] for at in left.places] if homes else None
    second = instance(people, left.targets, seats=2, households=own_homes)
    drawn = draw_panel(
        second, equal_lottery(lottery(second)), [NUMBERS[at] for at in left.places], seed(8)
    )
    panel = [PEOPLE[at] for at in stay] + [people[at] for at in drawn.members]
    for target in TARGETS:
        have = sum(person[target.feature] == target.value for person in panel)
        assert target.min <= have <= target.max


def test_a_replacement_that_cannot_be_is_refused():
    for staying, withdrawn, code in (
        ([1, 2], [2], "replacement.both"),
        (range(8), [], "replacement.seats"),
        ([0, 3, 6, 9, 12], [1], "replacement.target"),
    ):
        with pytest.raises(SortitionError) as problem:
            remaining(PEOPLE, TARGETS, seats=8, staying=staying, withdrawn=withdrawn)
        assert problem.value.code == code
