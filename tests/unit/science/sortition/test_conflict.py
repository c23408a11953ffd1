"""Targets that cannot be met: which, and the least that would help."""

import pytest

from answerable.science.sortition import (
    Seats,
    SortitionError,
    Target,
    conflict,
    explained,
    instance,
    leximin,
    lottery,
    relaxation,
)

PEOPLE = [{"sex": "f", "age": "old"}] * 6 + [{"sex": "m", "age": "young"}] * 6


def made(*targets, seats=4, people=PEOPLE, households=None):
    return instance(people, targets, seats=seats, households=households)


CLASH = (
    Seats("sex", "f", 3, 4),
    Seats("sex", "m", 0, 1),
    Seats("age", "young", 2, 3),
    Seats("age", "old", 1, 2),
)


def test_a_conflict_names_targets_of_which_none_can_be_left_out():
    named = conflict(made(*CLASH))
    assert named
    for kept in range(len(named)):
        rest = [t for t in CLASH if f"{t.feature}: {t.value}" not in named[kept]]
        shown = [t for t in rest if any(f"{t.feature}: {t.value}" in name for name in named)]
        wide = [t if t in shown else Seats(t.feature, t.value, 0, 4) for t in CLASH]
        assert conflict(made(*wide)) == []


@pytest.mark.parametrize("work", [leximin, lottery])
def test_who_works_out_chances_is_told(work):
    with pytest.raises(SortitionError) as problem:
        work(made(*CLASH))
    assert problem.value.code == "targets.together"
    assert problem.value.params["targets"] == conflict(made(*CLASH))


def test_the_least_relaxation_makes_a_panel_possible():
    found = relaxation(made(*CLASH))
    assert found.within_flex
    after = {change.target.of: change for change in found.changes}
    eased = [
        Target(t.of, after[t.of].min, after[t.of].max) if t.of in after else t
        for t in made(*CLASH).targets
    ]
    assert conflict(made(*eased)) == []
    assert sum(c.target.min - c.min + c.max - c.target.max for c in found.changes) == 2


def test_nothing_gives_way_where_nothing_needs_to():
    found = relaxation(made(Seats("sex", "f", 2, 2), Seats("sex", "m", 2, 2)))
    assert found.changes == ()
    assert found.within_flex


def told(own):
    with pytest.raises(SortitionError) as problem:
        lottery(own)
    return explained(problem.value, own)


def test_flex_bounds_say_who_gives_way():
    few = [*PEOPLE[:1], *PEOPLE[6:]]
    targets = [
        Target((("sex", "f"),), 2, 4, min_flex=2, max_flex=4),
        Target((("sex", "m"),), 0, 2, min_flex=0, max_flex=2),
    ]
    found = relaxation(made(*targets, people=few))
    assert not found.within_flex
    assert told(made(*targets, people=few)).code == "targets.beyond"
    easy = [targets[0], Target((("sex", "m"),), 0, 2, min_flex=0, max_flex=4)]
    easy[0] = Target((("sex", "f"),), 2, 4, min_flex=1, max_flex=4)
    found = relaxation(made(*easy, people=few))
    assert found.within_flex
    assert told(made(*easy, people=few)).code == "targets.relax"
    assert {str(change) for change in found.changes} == {
        "sex: f: 1 to 4, not 2 to 4",
        "sex: m: 0 to 3, not 0 to 2",
    }


def test_a_small_group_is_not_the_first_to_lose_its_place():
    people = [{"a": "x", "b": "p"}] * 5 + [{"a": "y", "b": "q"}] * 5
    targets = [
        Seats("a", "x", 4, 4),
        Seats("a", "y", 1, 1),
        Seats("b", "p", 3, 5),
        Seats("b", "q", 2, 5),
    ]
    found = relaxation(made(*targets, seats=5, people=people))
    assert [change.target.name for change in found.changes] == ["b: q"] or all(
        change.min == change.target.min for change in found.changes
    )


def test_seats_that_no_targets_are_to_blame_for():
    homes = ["one"] * 12
    with pytest.raises(SortitionError) as problem:
        made(Seats("sex", "f", 0, 4), Seats("sex", "m", 0, 4), households=homes)
    assert problem.value.code == "pool.homes"
    assert problem.value.params == {"households": 1, "seats": 4}


def test_what_only_parts_of_seats_could_meet():
    """Each pair shares a value that at most one seat may have: half a seat each, never whole."""
    people = [
        {"a": "1", "b": "1", "c": "0"},
        {"a": "1", "b": "0", "c": "1"},
        {"a": "0", "b": "1", "c": "1"},
        *[{"a": "0", "b": "0", "c": "0"}] * 3,
    ]
    exact = [Seats(f, "1", 1, 1) for f in "abc"]
    rest = [Seats(f, "0", 0, 3) for f in "abc"]
    own = made(*exact, *rest, seats=3, people=people)
    assert leximin(own).chances.max() <= 1
    assert {name[:4] for name in conflict(own)} == {"a: 1", "b: 1", "c: 1"}
    with pytest.raises(SortitionError, match=r"targets\.together"):
        lottery(own)
