"""Targets that cannot be met together: which they are, and the least that could give way."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from answerable.science.sortition.errors import SortitionError
from answerable.science.sortition.instance import Instance, Reals
from answerable.science.sortition.solver import EVERY, Linear
from answerable.science.sortition.targets import Target

_SEAT = 0.5


@dataclass(frozen=True, slots=True)
class Change:
    """A target that should give way, and what it would then be."""

    target: Target
    min: int
    max: int

    def __str__(self) -> str:
        was = f"{self.target.min} to {self.target.max}"
        return f"{self.target.name}: {self.min} to {self.max}, not {was}"


@dataclass(frozen=True, slots=True)
class Relaxation:
    """The least changes with which a panel exists.

    Attributes:
        changes: one for each target that gives way; none where the targets can be met.
        within_flex: whether no target gives way further than it says it may.
    """

    changes: tuple[Change, ...]
    within_flex: bool


def conflict(instance: Instance) -> list[str]:
    """Name targets that cannot be met together, though without any one of them the others can.

    Nothing where a panel exists; nothing either where no targets are to blame, but the seats are
    more than the people or households.
    """
    kept = list(range(len(instance.targets)))
    if _feasible(instance, kept):
        return []
    for place in list(kept):
        without = [other for other in kept if other != place]
        if not _feasible(instance, without):
            kept = without
    return [str(instance.targets[place]) for place in kept]


def relaxation(instance: Instance) -> Relaxation | None:
    """Find the least changes to targets with which a panel exists, within flex bounds if it can be.

    A seat more or less costs one; a seat less of a least costs more the smaller the least is, so
    that a small group is not the first to lose its place. None where no change of targets helps.
    """
    for within in (True, False):
        changes = _changes(instance, within_flex=within)
        if changes is not None:
            return Relaxation(changes, within)
    return None


def _rows(model: Linear, instance: Instance, places: Sequence[int], extra: Reals) -> None:
    """Add the seats, some of the targets with more columns beside them, and the households."""
    at = [0, *(1 + place for place in places)]
    model.rows(np.hstack([instance.matrix[at], extra]), instance.lower[at], instance.upper[at])
    for kind in instance.shared.tolist():
        inside = np.flatnonzero(instance.kind == kind)
        model.row(inside, np.ones(len(inside)), -EVERY, float(instance.room[kind]))


def _feasible(instance: Instance, places: Sequence[int]) -> bool:
    """Say whether some panel meets these targets; parts of seats are tried first."""
    most = instance.most.astype(np.float64)
    for whole in (False, True):
        model = Linear(np.zeros(len(most)), np.zeros(len(most)), most, whole=whole)
        _rows(model, instance, places, np.zeros((1 + len(places), 0)))
        if not model.solve():
            return False
    return True


def _changes(instance: Instance, *, within_flex: bool) -> tuple[Change, ...] | None:
    targets = instance.targets
    orbits, count = len(instance.orbits), len(targets)
    down = [target.min - _least(target, within_flex=within_flex) for target in targets]
    up = [_most(target, instance.seats, within_flex=within_flex) - target.max for target in targets]
    dear = [1 + 1 / max(1, target.min) for target in targets]
    model = Linear(
        np.concatenate([np.zeros(orbits), dear, np.ones(count)]),
        np.zeros(orbits + 2 * count),
        np.concatenate([instance.most, down, up]).astype(np.float64),
        whole=True,
    )
    gives = np.vstack([np.zeros((1, 2 * count)), np.hstack([np.eye(count), -np.eye(count)])])
    _rows(model, instance, range(count), gives)
    if not model.solve():
        return None
    lower, raised = np.rint(model.values[orbits:]).astype(int).reshape(2, count)
    return tuple(
        Change(target, target.min - int(less), target.max + int(more))
        for target, less, more in zip(targets, lower, raised, strict=True)
        if less + more > _SEAT
    )


def _least(target: Target, *, within_flex: bool) -> int:
    """Say how far a least may give way: to its flex bound, or to nothing."""
    return target.min_flex if within_flex and target.min_flex is not None else 0


def _most(target: Target, seats: int, *, within_flex: bool) -> int:
    flex = target.max_flex if within_flex else None
    return max(target.max, seats if flex is None else flex)


def explained(problem: SortitionError, instance: Instance) -> SortitionError:
    """Say of targets that cannot be met together the least that could give way, if it is known.

    Returns:
        ``targets.relax`` with the targets in each other's way, and the changes; ``targets.beyond``
        where these go beyond flex bounds; or the same error.
    """
    found = relaxation(instance) if problem.code == "targets.together" else None
    if found is None or not found.changes:
        return problem
    targets = problem.params.get("targets", ())
    changes = [str(change) for change in found.changes]
    if found.within_flex or not _flexible(instance):
        return SortitionError("targets.relax", targets=targets, changes=changes)
    return SortitionError("targets.beyond", targets=targets, changes=changes)


def _flexible(instance: Instance) -> bool:
    """Tell whether any target says how far it may give way."""
    return any((each.min_flex, each.max_flex) != (None, None) for each in instance.targets)
