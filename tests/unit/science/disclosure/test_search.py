"""Cells are withheld until every goal is reached, and put back as far as the effort goes."""

import numpy as np
import pytest

from answerable.science.disclosure import search
from answerable.science.disclosure.attacker import Attacker
from answerable.science.disclosure.goals import Goal
from answerable.science.disclosure.search import Evidence, put_back, withhold

UP = Goal(1, (0,), 6)
EASY = Goal(1, (0,), 2)
CELLS = [np.array([1]), np.array([2])]
ALL = np.ones(2, dtype=np.bool_)


@pytest.fixture
def attacker():
    rows, total = np.array([4, 30, 40]), np.array([0, 1, 2])
    return Attacker(rows, [total], CELLS, np.array([1.1, 1.9]), reach=100.0)


@pytest.fixture
def evidence(attacker):
    attacker.publish_all_but(ALL)
    found = Evidence([UP, EASY])
    assert not found.seek_all(attacker)
    return found


def test_one_move_serves_every_goal_that_it_reaches(attacker, evidence):
    assert len(evidence.moves()) == 1
    assert evidence.has(UP)
    assert evidence.has(EASY)
    assert not evidence.missing()


def test_a_goal_without_lumps_is_never_reached(attacker):
    nowhere = Goal(1, (), 1)
    assert Evidence([nowhere]).seek_all(attacker) == [nowhere]


def test_the_hardest_goal_comes_first(attacker):
    assert Evidence([EASY, UP]).missing() == [UP, EASY]
    assert Evidence([EASY, UP]).seek_all(attacker) == [UP, EASY]


def test_enough_is_withheld_and_no_more(attacker):
    evidence = Evidence([UP, EASY])
    assert withhold(attacker, evidence, 2).tolist() == [True, False]
    assert not evidence.missing()


def test_the_largest_goes_back_while_all_goals_stay_reached(attacker, evidence):
    left = put_back(attacker, evidence, ALL, CELLS, [1, 0])
    assert left.tolist() == [True, False]
    assert ALL.all(), "it stays as it is"
    assert not evidence.missing()


def test_without_effort_only_what_breaks_nothing_goes_back(attacker, evidence, monkeypatch):
    monkeypatch.setattr(search, "EFFORT", 0)
    broken = [search.breaks(evidence.moves()[0], cell) for cell in CELLS]
    assert any(broken)
    assert put_back(attacker, evidence, ALL, CELLS, [1, 0]).tolist() == broken


def test_each_cell_alone_could_go_back_but_not_both(attacker):
    evidence = Evidence([UP], [np.array([6.0, -6.0, 0.0])])
    assert put_back(attacker, evidence, ALL, CELLS, [0, 1]).tolist() == [False, True]
    evidence = Evidence([UP], [np.array([6.0, -6.0, 0.0])])
    assert put_back(attacker, evidence, ALL, CELLS, [1, 0]).tolist() == [True, False]
