"""Parts of a problem that have nothing to do with each other, each smaller than the whole.

Counts by place and sex beside counts by place, for example, are one small problem for each place.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from answerable.science.disclosure.goals import Goal
from answerable.science.disclosure.grid import Whole
from answerable.science.disclosure.problem import Problem, Sensitive


@dataclass(frozen=True, slots=True)
class Part:
    """A problem of its own, and which candidates of the whole it has; shape (candidates,)."""

    problem: Problem
    candidates: Whole


def parts(problem: Problem, sensitive: Sequence[Sensitive]) -> Iterator[Part]:
    """Split a problem, leaving out what matters to none of these cells.

    Each of them touches at least one lump that can move.
    """
    touched = [np.array(each.touching) for each in sensitive]
    label = _join(len(problem.rows), (*problem.known, *problem.candidates, *touched))
    known, candidates = _by_label(problem.known, label), _by_label(problem.candidates, label)
    lumps = defaultdict(list)
    for at, each in enumerate(label):
        lumps[each].append(at)
    new = np.zeros(len(label), dtype=np.int64)
    for each, cells in sorted(_by_label(touched, label).items()):
        inside = np.array(lumps[each])
        new[inside] = np.arange(len(inside))
        asked = np.array(candidates[each], dtype=np.int64)
        yield Part(
            Problem(
                problem.rows[inside],
                problem.free[inside],
                tuple(new[problem.known[at]] for at in known[each]),
                tuple(new[problem.candidates[at]] for at in candidates[each]),
                problem.sizes[asked],
                tuple(_renumbered(sensitive[at], new) for at in cells),
            ),
            asked,
        )


def _join(size: int, sets: Iterable[Whole]) -> list[int]:
    """Give lumps that are together in a set, or in a chain of sets, the same label."""
    parent = list(range(size))

    def root(at: int) -> int:
        while parent[at] != at:
            parent[at] = at = parent[parent[at]]
        return at

    for lumps in sets:
        first, *others = {root(at) for at in lumps.tolist()} or {0}
        for other in others:
            parent[other] = first
    return [root(at) for at in range(size)]


def _by_label(sets: Sequence[Whole], label: Sequence[int]) -> defaultdict[int, list[int]]:
    found = defaultdict(list)
    for at, lumps in enumerate(sets):
        if len(lumps):
            found[label[lumps[0]]].append(at)
    return found


def _renumbered(each: Sensitive, new: Whole) -> Sensitive:
    touching, inside = _new(each.touching, new), _new(each.inside, new)
    goal = Goal(each.goal.sign, _new(each.goal.lumps, new), each.goal.amount)
    return Sensitive(each.name, goal, touching, inside)


def _new(lumps: tuple[int, ...], new: Whole) -> tuple[int, ...]:
    return tuple(new[list(lumps)].tolist())
