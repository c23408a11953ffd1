"""What somebody can push how far, and what it would take to let them push further."""

import numpy as np
import pytest

from answerable.science.disclosure import DisclosureError
from answerable.science.disclosure.attacker import Attacker, breaks
from answerable.science.disclosure.goals import Goal, Goals

UP = Goal(1, (0,), 6)


def attacker(known, candidates, costs=None):
    costs = np.ones(len(candidates)) if costs is None else np.array(costs)
    sets = ([np.array(cell) for cell in cells] for cells in (known, candidates))
    return Attacker(np.array([4, 30, 40]), *sets, costs, reach=100.0)


def test_a_lump_moves_as_far_as_the_others_can_give():
    someone = attacker([[0, 1]], [[2]])
    move = someone.furthest(UP)
    assert move == pytest.approx([30, -30, 0])
    assert UP.change(move) == pytest.approx(30)
    assert someone.furthest(Goal(-1, (0,), 1)) == pytest.approx([-4, 4, 0])


def test_what_is_withheld_moves_until_it_is_published_again():
    someone = attacker([[0, 1]], [[1]])
    assert UP.change(someone.furthest(UP)) == pytest.approx(0)
    someone.publish_all_but(np.array([True]))
    assert UP.change(someone.furthest(UP)) == pytest.approx(30)
    someone.publish_all_but(np.array([False]))
    assert UP.change(someone.furthest(UP)) == pytest.approx(0)


def test_what_nobody_knows_moves_as_far_as_anything_may():
    assert UP.change(attacker([], []).furthest(UP)) == pytest.approx(100)


def test_the_cheapest_cell_is_broken_to_reach_a_goal():
    someone = attacker([[0, 1, 2]], [[1], [2]], costs=[1.9, 1.1])
    move, broken = someone.cheapest(UP)
    assert broken.tolist() == [False, True]
    assert move == pytest.approx([6, 0, -6])
    assert UP.change(someone.furthest(UP)) == pytest.approx(0), "it is published all the same"


def test_what_is_withheld_already_costs_nothing():
    someone = attacker([[0, 1, 2]], [[1], [2]], costs=[1.9, 1.1])
    someone.publish_all_but(np.array([True, False]))
    move, broken = someone.cheapest(UP)
    assert not broken.any()
    assert move == pytest.approx([6, -6, 0])


def test_a_goal_that_nothing_reaches_is_a_fault():
    with pytest.raises(DisclosureError) as caught:
        attacker([[0]], []).cheapest(UP)
    assert caught.value.code == "disclosure.failed"


def test_a_move_breaks_the_counts_that_it_changes():
    move = np.array([6.0, -6.0, 0.0])
    assert breaks(move, np.array([0, 2]))
    assert not breaks(move, np.array([0, 1]))


def test_goals_are_reached_or_not_all_at_once():
    goals = Goals([UP, Goal(1, (0, 1), 1), Goal(-1, (1,), 6), Goal(1, (), 1)])
    assert goals.reached(np.array([6.0, -6.0, 0.0])).tolist() == [True, False, True, False]
    assert goals.reached(np.zeros(3)).tolist() == [False] * 4
    assert Goals([]).reached(np.zeros(3)).tolist() == []
