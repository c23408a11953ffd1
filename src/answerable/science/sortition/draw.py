"""A seeded draw that respects targets: the method ``random-keys``.

Every person gets a key from the seed: the first 24 bits of HMAC-SHA256(seed, place). The panel is
the set of people, among all sets that meet the targets, whose keys have the greatest sum. The sum
decides, not the solver's path, so anybody with another solver finds the same panel; and people
with the same profile have the same chance, because their keys are alike in distribution. The
method does not make chances as equal as possible between *different* profiles.
"""

import hashlib
import hmac
from collections.abc import Sequence
from typing import Any

import highspy
import numpy as np

from answerable.science.sortition.errors import SortitionError
from answerable.science.sortition.targets import (
    Profile,
    Seats,
    check_pool,
    check_targets,
    count,
)

_KEY_BYTES = 3


def draw(
    people: Sequence[Profile], targets: Sequence[Seats], *, seats: int, seed: bytes
) -> tuple[int, ...]:
    """Draw a panel; the places in ``people`` of those drawn, ascending.

    Raises:
        SortitionError: as `check_targets` and `check_pool`; ``targets.together`` naming the
            targets that cannot be met together, although each can be alone.
    """
    check_targets(targets, seats)
    check_pool(people, targets, seats)
    keys = [_key(seed, place) for place in range(len(people))]
    chosen = _solve(people, targets, seats, keys)
    if chosen is None:
        raise SortitionError("targets.together", targets=_conflict(people, targets, seats))
    _check_panel([people[place] for place in chosen], targets, seats)
    return chosen


def _key(seed: bytes, place: int) -> int:
    digest = hmac.digest(seed, place.to_bytes(8, "big"), hashlib.sha256)
    return int.from_bytes(digest[:_KEY_BYTES], "big")


def _check_panel(panel: Sequence[Profile], targets: Sequence[Seats], seats: int) -> None:
    have = count(panel, targets)
    if len(panel) != seats or any(not t.min <= have[t.feature, t.value] <= t.max for t in targets):
        raise SortitionError("draw.failed")


def _model(
    people: Sequence[Profile], targets: Sequence[Seats], seats: int
) -> tuple[Any, list[np.ndarray[Any, Any]]]:
    model = highspy.Highs()  # type: ignore[no-untyped-call]
    for option, value in (
        ("output_flag", False),
        ("threads", 1),
        ("random_seed", 0),
        ("mip_rel_gap", 0.0),
        ("mip_abs_gap", 0.5),
    ):
        model.setOptionValue(option, value)
    size = len(people)
    model.addVars(size, np.zeros(size), np.ones(size))
    everyone = np.arange(size, dtype=np.int32)
    model.changeColsIntegrality(size, everyone, np.array([highspy.HighsVarType.kInteger] * size))
    model.addRow(seats, seats, size, everyone, np.ones(size))
    rows = [
        np.array(
            [i for i, person in enumerate(people) if person.get(t.feature, "") == t.value],
            dtype=np.int32,
        )
        for t in targets
    ]
    return model, rows


def _solve(
    people: Sequence[Profile], targets: Sequence[Seats], seats: int, keys: Sequence[int]
) -> tuple[int, ...] | None:
    model, rows = _model(people, targets, seats)
    for target, row in zip(targets, rows, strict=True):
        model.addRow(target.min, target.max, len(row), row, np.ones(len(row)))
    size = len(people)
    model.changeColsCost(size, np.arange(size, dtype=np.int32), np.array(keys, dtype=np.double))
    model.changeObjectiveSense(highspy.ObjSense.kMaximize)
    model.run()
    if model.getModelStatus() != highspy.HighsModelStatus.kOptimal:
        return None
    values = np.array(model.getSolution().col_value)
    return tuple(int(place) for place in np.flatnonzero(values > 0.5))  # noqa: PLR2004 - of 0 or 1


def _conflict(people: Sequence[Profile], targets: Sequence[Seats], seats: int) -> list[str]:
    """Name the targets of a least relaxation: the fewest seats by which some must give way."""
    model, rows = _model(people, targets, seats)
    slack = len(people)
    most = float(seats)
    model.addVars(2 * len(targets), np.zeros(2 * len(targets)), np.full(2 * len(targets), most))
    for place, (target, row) in enumerate(zip(targets, rows, strict=True)):
        up, down = slack + 2 * place, slack + 2 * place + 1
        columns = np.append(row, np.array([up, down], dtype=np.int32))
        weights = np.append(np.ones(len(row)), [1.0, -1.0])
        model.addRow(target.min, target.max, len(columns), columns, weights)
        model.changeColCost(up, 1.0)
        model.changeColCost(down, 1.0)
    model.run()
    values = model.getSolution().col_value[slack:]
    return [
        f"{target.feature}: {target.value} ({target.min} to {target.max})"
        for place, target in enumerate(targets)
        if values[2 * place] + values[2 * place + 1] > 0.5  # noqa: PLR2004 - of whole seats
    ]
