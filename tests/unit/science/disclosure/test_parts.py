"""A problem falls into parts that share nothing."""

import numpy as np

from answerable.science.disclosure.goals import Goal
from answerable.science.disclosure.parts import parts
from answerable.science.disclosure.problem import Problem, Sensitive


def small(*lumps):
    return Sensitive((("x",), ("a",)), Goal(1, lumps, 5), lumps, lumps[:1])


def problem(known, candidates):
    return Problem(
        rows=np.array([1, 2, 3, 4, 5, 6]),
        free=np.array([False] * 5 + [True]),
        known=tuple(map(np.array, known)),
        candidates=tuple(map(np.array, candidates)),
        sizes=np.arange(len(candidates)) + 50,
        sensitive=(),
    )


def test_what_shares_a_count_is_one_part_and_what_matters_to_nobody_is_none():
    whole = problem([[0, 1], [2, 3]], [[1], [3, 4], [5], np.array([], dtype=int)])
    first, second = parts(whole, [small(0), small(4, 2)])
    assert first.candidates.tolist() == [0]
    assert first.problem.rows.tolist() == [1, 2]
    assert [cell.tolist() for cell in first.problem.known] == [[0, 1]]
    assert second.candidates.tolist() == [1]
    assert second.problem.rows.tolist() == [3, 4, 5]
    assert second.problem.sizes.tolist() == [51]
    assert [cell.tolist() for cell in second.problem.candidates] == [[1, 2]]
    (cell,) = second.problem.sensitive
    assert cell == Sensitive((("x",), ("a",)), Goal(1, (2, 0), 5), (2, 0), (2,))


def test_a_sensitive_cell_joins_what_it_touches():
    (only,) = parts(problem([[0, 1], [2, 3]], []), [small(0, 3)])
    assert only.problem.rows.tolist() == [1, 2, 3, 4]


def test_without_sensitive_cells_there_are_no_parts():
    assert list(parts(problem([[0, 1]], [[0]]), [])) == []
