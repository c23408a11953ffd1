"""Small tables: designs that are known to be perfect, who sits with whom, and what is refused."""

from math import comb

import pytest

from answerable.science.sortition import SortitionError
from answerable.science.sortition.tables import reached, seating, table_sizes
from answerable.science.sortition.tables.field import arithmetic

SEED = bytes(range(32))


def people(count):
    """People with values of unequal weight that lean on each other."""
    return [
        {
            "age": "young" if at % 5 < 2 else "old",
            "sex": "f" if at % 7 < 4 else "m",
            "area": ("town", "shore", "hills")[at * at % 11 % 3],
        }
        for at in range(count)
    ]


def seat(who, features, sizes, rounds, **kept):
    numbers = [f"n{at}" for at in range(len(who))]
    found = seating(who, features, sizes=sizes, rounds=rounds, numbers=numbers, seed=SEED, **kept)
    return found, reached(found, who, features, **kept)


@pytest.mark.parametrize("order", [2, 3, 4, 5, 7, 8, 9])
def test_where_there_is_an_affine_plane_everybody_meets_all_others_once(order):
    """Bose 1938: for a power of a prime, q tables of q seats over q + 1 rounds."""
    _, came = seat([{}] * order**2, [], [order] * order, order + 1)
    assert came.meetings == came.possible == comb(order**2, 2)
    assert came.never == ()
    assert came.most_often == 1
    assert came.fewest == came.most == order**2 - 1


def test_fifteen_at_five_tables_meet_nobody_twice_in_five_rounds():
    """Kirkman knew seven such walks for fifteen girls; a prime number of tables gives five."""
    _, came = seat([{}] * 15, [], [3] * 5, 5)
    assert came.meetings == came.possible == 5 * 5 * 3
    assert came.most_often == 1


@pytest.mark.parametrize(("count", "rounds"), [(24, 2), (30, 3), (53, 4), (90, 3)])
def test_tables_are_mixed_and_people_meet(count, rounds):
    who = people(count)
    sizes = table_sizes(count)
    found, came = seat(who, ["age", "sex", "area"], sizes, rounds)
    assert (came.furthest, came.beyond, came.kept) == (0, 0, True)
    assert 0.9 * came.possible <= came.meetings <= came.possible
    for seats in found.rounds:
        assert [seats.count(table) for table in range(len(sizes))] == list(sizes)


def test_the_mix_comes_first():
    """Four of one value at four tables: one at each, so they never meet, whatever that costs."""
    who = [{"f": "rare" if at < 4 else "common"} for at in range(16)]
    _, came = seat(who, ["f"], [4] * 4, 5)
    assert came.beyond == 0
    assert {(a, b) for a in range(4) for b in range(a + 1, 4)} <= set(came.never)
    assert came.possible == comb(16, 2) - comb(4, 2)


def test_the_same_seed_seats_the_same_and_another_does_not():
    who = people(30)
    asked = {"sizes": table_sizes(30), "rounds": 2, "numbers": [str(at) for at in range(30)]}
    first = seating(who, ["age"], seed=SEED, **asked)
    assert first == seating(who, ["age"], seed=SEED, **asked)
    assert first != seating(who, ["age"], seed=SEED[::-1], **asked)


def test_households_sit_apart_and_companions_together():
    who = people(40)
    apart = [(0, 1), (2, 3, 4), (5, 39)]
    together = [(6, 7), (7, 8), (20, 21)]
    found, came = seat(who, ["age", "sex"], table_sizes(40), 4, apart=apart, together=together)
    assert came.kept
    assert came.beyond == 0
    for seats in found.rounds:
        assert len({seats[place] for place in (2, 3, 4)}) == 3
        assert seats[6] == seats[7] == seats[8]
        assert seats[20] == seats[21]


def test_groups_who_sit_apart_can_be_of_people_who_sit_together():
    together = [(0, 1, 2), (3, 4, 5)]
    _, came = seat(people(14), ["age"], (7, 7), 3, apart=[(0, 3)], together=together)
    assert came.kept


def test_one_table_seats_everybody():
    _, came = seat(people(7), ["age"], (7,), 2)
    assert (came.meetings, came.possible, came.most_often) == (21, 21, 2)


@pytest.mark.parametrize(
    ("code", "asked"),
    [
        ("tables.rounds", {"rounds": 0}),
        ("tables.rounds", {"rounds": 11}),
        ("tables.seats", {"sizes": (5, 6)}),
        ("tables.seats", {"sizes": (12, 0)}),
        ("members.numbers", {"numbers": ["a"] * 12}),
        ("seed.length", {"seed": b"short"}),
        ("tables.apart", {"apart": [(0, 1, 2)]}),
        ("tables.together", {"together": [(0, 1, 2, 3), (3, 4, 5, 6)]}),
        ("tables.both", {"apart": [(0, 1)], "together": [(0, 1)]}),
        ("tables.full", {"together": [(0, 1, 2, 3), (4, 5, 6, 7), (8, 9, 10, 11)]}),
        ("tables.kept", {"apart": [(0, 1), (1, 2), (0, 2)]}),
        ("input.faults", {"apart": [(0, 1, 2), (3, 4)], "together": [(3, 4)]}),
    ],
)
def test_what_cannot_be_seated_is_refused(code, asked):
    said = {
        "sizes": (6, 6),
        "rounds": 2,
        "numbers": [str(at) for at in range(12)],
        "seed": SEED,
        **asked,
    }
    with pytest.raises(SortitionError) as problem:
        seating(people(12), ["age"], **said)
    assert problem.value.code == code


def test_every_fault_is_named_with_its_rows():
    with pytest.raises(SortitionError) as problem:
        seat(people(12), [], (6, 6), 1, apart=[(0, 1, 2), (3, 4)], together=[(3, 4)])
    named = [(fault.code, fault.params["rows"]) for fault in problem.value.faults]
    assert named == [("tables.apart", ["1", "2", "3"]), ("tables.both", ["4", "5"])]


def test_more_people_than_tables_are_laid_for_are_refused():
    with pytest.raises(SortitionError) as problem:
        seat([{}] * 201, [], (201,), 1)
    assert problem.value.code == "tables.many"


@pytest.mark.parametrize("size", [2, 3, 4, 5, 7, 8, 9, 16, 25, 27])
def test_a_field_has_sums_products_and_inverses(size):
    sums, products = arithmetic(size)
    everything = list(range(size))
    for number in everything:
        assert sorted(sums[number].tolist()) == everything
        assert number == 0 or sorted(products[number].tolist()) == everything
        assert sums[number, 0] == number
        assert products[number, 1] == number
    for a in everything:
        for b in everything:
            left = products[a, sums[b]]
            assert left.tolist() == sums[products[a, b], products[a]].tolist()
