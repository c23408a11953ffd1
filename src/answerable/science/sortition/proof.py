"""Prove a cut: a tree of cases, each closed by adding up rows. See ``checker``, which needs it."""

from dataclasses import dataclass
from typing import Any

import numpy as np

from answerable.science.sortition.instance import Instance, Reals
from answerable.science.sortition.solver import EVERY, Linear

_ROOM = 1e-4
_NOTHING = 1e-10
_MOST_CASES = 4_000

Tree = dict[str, Any]


@dataclass
class _Case:
    least: Reals
    most: Reals
    tree: Tree


def prove(instance: Instance, weights: Reals, most: int) -> Tree | None:
    """Show that no panel has more than a most by these weights; none where it takes too long.

    Args:
        instance: with the cuts that were proved before.
        weights: whole numbers.
        most: what the cut allows.
    """
    root = _Case(np.zeros(len(weights)), instance.most.astype(np.float64), {})
    waiting = [root]
    for _ in range(_MOST_CASES):
        if not waiting:
            return root.tree
        case = waiting.pop()
        waiting += _split(instance, weights, most, case)
    return None


def _split(instance: Instance, weights: Reals, most: int, case: _Case) -> list[_Case]:
    """Close a case, or split it in two at an orbit that has a part of a seat."""
    model = _model(instance, -weights, case)
    if not model.solve():
        case.tree.update(_leaf(instance, _broken(instance, case), empty=True))
        return []
    if -model.objective < most + 1 - _ROOM:
        case.tree.update(_leaf(instance, -model.duals, empty=False))
        return []
    values = model.values
    orbit = int(np.argmax(np.abs(values - np.rint(values))))
    at = int(np.floor(values[orbit]))
    below, above = case.most.copy(), case.least.copy()
    below[orbit], above[orbit] = at, at + 1
    low, high = _Case(case.least, below, {}), _Case(above, case.most, {})
    case.tree.update({"orbit": orbit, "at": at, "low": low.tree, "high": high.tree})
    return [low, high]


def _rows(instance: Instance) -> tuple[Reals, Reals, Reals]:
    """Give all rows: the matrix, then the kinds of household that several orbits live in."""
    kinds = [(instance.kind == kind).astype(np.float64) for kind in instance.shared]
    lower = np.append(instance.lower, [-EVERY] * len(kinds))
    upper = np.append(instance.upper, instance.room[instance.shared].astype(np.float64))
    return np.vstack([instance.matrix, *kinds]), lower, upper


def _model(instance: Instance, cost: Reals, case: _Case) -> Linear:
    model = Linear(cost, case.least, case.most)
    model.rows(*_rows(instance))
    return model


def _broken(instance: Instance, case: _Case) -> Reals:
    """Give multipliers of rows that show a case to be empty: by how little it could be mended."""
    matrix, lower, upper = _rows(instance)
    rows, orbits = matrix.shape
    cost = np.append(np.zeros(orbits), np.ones(2 * rows))
    least = np.append(case.least, np.zeros(2 * rows))
    model = Linear(cost, least, np.append(case.most, np.full(2 * rows, EVERY)))
    model.rows(np.hstack([matrix, np.eye(rows), -np.eye(rows)]), lower, upper)
    model.solve()
    return -model.duals


def _leaf(instance: Instance, duals: Reals, *, empty: bool) -> Tree:
    rows = len(instance.matrix)
    kinds = zip(instance.shared.tolist(), duals[rows:].tolist(), strict=True)
    return {
        "empty": empty,
        "duals": {str(at): dual for at, dual in enumerate(duals[:rows].tolist()) if _counts(dual)},
        "kinds": {str(kind): dual for kind, dual in kinds if dual > _NOTHING},
    }


def _counts(dual: float) -> bool:
    return abs(dual) > _NOTHING
