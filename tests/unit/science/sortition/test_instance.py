"""Orbits, rows, and input that cannot be drawn from."""

from dataclasses import replace

import numpy as np
import pytest

from answerable.science.sortition import (
    Seats,
    SortitionError,
    Target,
    certificate,
    check,
    instance,
    leximin,
    lottery,
    read_people,
    retarget,
)
from answerable.words import say

PEOPLE = [{"sex": "f"}, {"sex": "m"}, {"sex": "f"}, {"sex": "m"}, {"sex": "f"}]
FAIR = [Seats("sex", "f", 1, 2), Seats("sex", "m", 1, 2)]


def test_identical_people_are_one_orbit():
    made = instance(PEOPLE, FAIR, seats=3)
    assert [orbit.members for orbit in made.orbits] == [(0, 2, 4), (1, 3)]
    assert made.most.tolist() == [3, 2]


def test_an_orbit_is_a_profile_in_a_kind_of_household():
    made = instance(PEOPLE, FAIR, seats=2, households=["a", "a", "b", "b", ""])
    assert [(orbit.values, len(orbit.household)) for orbit in made.orbits] == [
        (("f",), 1),
        (("f",), 2),
        (("m",), 2),
    ]
    assert made.room.tolist() == [1, 2]
    assert made.kind.tolist() == [0, 1, 1]


def test_two_alike_in_one_household_can_have_one_seat():
    made = instance(PEOPLE[::2], [Seats("sex", "f", 2, 2)], seats=2, households=["a", "a", ""])
    np.testing.assert_allclose(made.by_person(lottery(made).chances), [0.5, 0.5, 1.0])


def test_one_person_and_everybody():
    one = instance([{"f": "v"}], [Seats("f", "v", 1, 1)], seats=1)
    assert lottery(one).chances.tolist() == [1.0]
    everybody = instance(PEOPLE, [Seats("sex", "f", 3, 3), Seats("sex", "m", 2, 2)], seats=5)
    found = lottery(everybody)
    assert found.chances.tolist() == [1.0, 1.0]
    assert check(certificate(found)) == []


def refused(people, targets, seats, **more):
    with pytest.raises(SortitionError) as problem:
        instance(people, targets, seats=seats, **more)
    return problem.value.code, problem.value.params


@pytest.mark.parametrize(
    ("people", "targets", "seats", "code"),
    [
        ([], FAIR, 2, "pool.small"),
        (PEOPLE, FAIR, 0, "seats.none"),
        (PEOPLE, FAIR, -1, "seats.none"),
        (PEOPLE, FAIR, "2", "seats.form"),
        (PEOPLE, FAIR, 2.5, "seats.form"),
        (PEOPLE, [], 2, "targets.empty"),
        (PEOPLE, FAIR, 6, "targets.sum"),
        (PEOPLE, [Seats("sex", "f", 2, 1), FAIR[1]], 3, "targets.order"),
        (PEOPLE, [Seats("sex", "f", -1, 1), FAIR[1]], 3, "targets.flex"),
        (PEOPLE, [*FAIR, FAIR[0]], 3, "targets.repeated"),
        ([*PEOPLE, {"sex": "x"}], FAIR, 3, "pool.value"),
        ([*PEOPLE, {}], FAIR, 3, "pool.value"),
        (PEOPLE, [*FAIR, Target((), 0, 1)], 3, "targets.features"),
        (PEOPLE, [*FAIR, Target((("sex", "f"), ("sex", "m")), 0, 1)], 3, "targets.features"),
        (PEOPLE, [*FAIR, Target((("sex", "f"), ("age", "9")), 2, 1)], 3, "targets.order"),
        (PEOPLE, [*FAIR, *[Target((("sex", "f"), ("age", "9")), 0, 1)] * 2], 3, "targets.repeated"),
        (PEOPLE, [Target((("sex", "f"),), 1, 2, min_flex=2), FAIR[1]], 3, "targets.flex"),
        (PEOPLE, [Target((("sex", "f"),), 1, 2, max_flex=1), FAIR[1]], 3, "targets.flex"),
    ],
)
def test_what_cannot_be_drawn_from_is_refused(people, targets, seats, code):
    assert refused(people, targets, seats)[0] == code


def test_a_refusal_names_the_row_and_the_feature():
    code, params = refused([*PEOPLE, {"sex": "x"}], FAIR, 3)
    assert (code, params) == (
        "pool.value",
        {"row": 6, "feature": "sex", "value": "x", "known": ["f", "m"]},
    )
    assert refused(PEOPLE, FAIR, 3, households=["a"])[0] == "pool.households"


def test_a_target_for_two_values_is_named_as_one_reads_it():
    crossed = Target((("age", "9"), ("sex", "f")), 2, 1)
    for wanted, more in (
        ("targets.order", [crossed]),
        ("targets.repeated", [replace(crossed, max=2)] * 2),
    ):
        code, params = refused(PEOPLE, [*FAIR, *more], 3)
        said = say(code, params).says
        assert code == wanted
        assert "for age: 9, sex: f" in said
        assert "f:" not in said


def test_an_id_used_twice_is_refused_with_both_lines():
    with pytest.raises(SortitionError) as problem:
        read_people("id,sex\n1,f\n2,m\n1,f\n", {"sex"})
    assert problem.value.params == {"file": "respondents", "line": 4, "first": 2}


def test_an_intersection_counts_people_with_both_values():
    people = [{"sex": s, "age": a} for s in "fm" for a in "yo" for _ in range(3)]
    singles = [Seats("sex", s, 1, 3) for s in "fm"] + [Seats("age", a, 1, 3) for a in "yo"]
    both = Target((("sex", "f"), ("age", "y")), 0, 0)
    made = instance(people, [*singles, both], seats=4)
    found = lottery(made)
    assert made.by_person(found.chances)[:3].tolist() == [0, 0, 0]
    assert check(certificate(found)) == []


def test_edited_targets_give_what_a_new_instance_gives():
    made = instance(PEOPLE, FAIR, seats=3)
    other = [Seats("sex", "f", 1, 1), Seats("sex", "m", 2, 2)]
    edited, new = leximin(retarget(made, other)), leximin(instance(PEOPLE, other, seats=3))
    np.testing.assert_allclose(edited.chances, new.chances)
    with pytest.raises(SortitionError, match=r"targets\.others"):
        retarget(made, other[::-1])
    with pytest.raises(SortitionError, match=r"targets\.sum"):
        retarget(made, [Seats("sex", "f", 0, 1), Seats("sex", "m", 0, 1)])
