"""Targets tried out on a pool: chances as the lottery makes them, or what is in the way."""

import pytest

from answerable.science.sortition import Target, instance, lottery
from answerable.stages.engage.lottery import Volunteer
from answerable.stages.engage.trial import Tried, trial


def pool(count=30):
    return [
        Volunteer(
            {"age": "young" if n % 3 == 0 else "old", "sex": "f" if n % 2 else "m"},
            {"street": str(n // 2)},
        )
        for n in range(count)
    ]


def target(feature, value, least, most, **flex):
    return Target(((feature, value),), least, most, **flex)


YOUNG, OLD = target("age", "young", 2, 3), target("age", "old", 4, 5)


@pytest.mark.parametrize("columns", [(), ("street",)])
@pytest.mark.parametrize(
    "targets",
    [
        [YOUNG, OLD],
        [target("age", "young", 5, 5), target("age", "old", 2, 2)],
        [YOUNG, OLD, Target((("age", "young"), ("sex", "f")), 2, 2)],
    ],
)
def test_chances_are_those_of_the_lottery(targets, columns):
    came = trial(Tried(pool(), targets, 7, columns))
    homes = [person.contact["street"] for person in pool()] if columns else None
    made = instance([p.profile for p in pool()], targets, seats=7, households=homes)
    wanted = sorted(made.by_person(lottery(made).chances))
    assert came.chances == pytest.approx(wanted, abs=1e-6)
    assert sum(came.chances) == pytest.approx(7)
    assert came.groups[0].least <= came.groups[0].average
    assert 0 <= came.gini < 1
    assert (came.conflict, came.strangers, came.problem) == ((), (), None)


def test_people_without_a_chance_are_counted():
    came = trial(Tried(pool(), [target("age", "young", 0, 0), target("age", "old", 7, 7)], 7))
    assert came.without == 10
    assert came.groups[0].average == 0


@pytest.mark.parametrize(
    "targets",
    [
        [target("age", "young", 6, 7), OLD],  # they add up to more than the seats
        [
            target("age", "young", 7, 7),
            target("age", "old", 0, 7),
            target("sex", "f", 6, 7),
            target("sex", "m", 0, 7),
        ],
    ],
)
def test_what_is_in_the_way_is_named_and_relaxed(targets):
    came = trial(Tried(pool(), targets, 7))
    assert came.conflict
    changed = {change.target.of: change for change in came.relaxation.changes}
    now = [
        Target(t.of, changed[t.of].min, changed[t.of].max) if t.of in changed else t
        for t in targets
    ]
    assert trial(Tried(pool(), now, 7)).chances


def test_a_change_stays_within_the_bounds_that_were_allowed():
    targets = [target("age", "young", 6, 7, min_flex=2), target("age", "old", 4, 5, min_flex=4)]
    came = trial(Tried(pool(), targets, 7))
    assert came.relaxation.within_flex
    assert [(c.target.of[0][1], c.min) for c in came.relaxation.changes] == [("young", 3)]


def test_too_few_people_and_values_without_targets():
    assert trial(Tried(pool(5), [YOUNG, OLD], 7)).problem.code == "pool.small"
    came = trial(Tried(pool(), [target("age", "young", 0, 7)], 7))
    assert [(each.value, each.people) for each in came.strangers] == [("old", 20)]
    assert trial(Tried(pool(), [], 7)).problem.code == "targets.empty"
    wrong = [target("age", "young", 3, 2), OLD]
    assert trial(Tried(pool(), wrong, 7)).problem.code == "targets.order"
    assert trial(Tried(pool(), [YOUNG, OLD], 7, ("town",))).problem.code == "people.column"


def test_who_registered_without_a_street_lives_alone():
    alone = Volunteer({"age": "old", "sex": "f"}, {"email": "somebody@people.example"})
    assert len(trial(Tried([*pool(), alone], [YOUNG, OLD], 7, ("street",))).chances) == 31
