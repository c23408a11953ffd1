"""The certificate of a lottery, as plain data: what ``checker`` needs, and nothing else."""

from typing import Any

import numpy as np

from answerable.science.sortition.instance import Instance, Reals, Wholes
from answerable.science.sortition.lottery import Cut, Lottery, with_cuts
from answerable.science.sortition.proof import Tree, prove
from answerable.science.sortition.relaxed import Level

_NOTHING = 1e-13

Certificate = dict[str, Any]


def certificate(lottery: Lottery) -> Certificate:
    """Write down everything that shows a leximin lottery to be feasible, exact and the fairest.

    Orbits and rows are named by their place: row 0 is the seats, then targets, then cuts.
    """
    instance = lottery.instance
    return {
        "method": "leximin",
        "seats": instance.seats,
        "features": list(instance.features),
        "targets": [
            {"of": [list(pair) for pair in target.of], "min": target.min, "max": target.max}
            for target in instance.targets
        ],
        "orbits": _orbits(instance),
        "kinds": instance.room.tolist(),
        "chances": lottery.chances.tolist(),
        "cuts": _cuts(instance, lottery.cuts),
        "levels": [_level(level) for level in lottery.relaxed.levels],
        "panels": [
            {"weight": weight, "seats": _some(panel)}
            for panel, weight in zip(lottery.panels, lottery.weights.tolist(), strict=True)
        ],
    }


def _orbits(instance: Instance) -> list[dict[str, Any]]:
    return [
        {
            "values": list(orbit.values),
            "household": [list(values) for values in orbit.household],
            "size": len(orbit.members),
            "kind": kind,
        }
        for orbit, kind in zip(instance.orbits, instance.kind.tolist(), strict=True)
    ]


def _cuts(instance: Instance, cuts: tuple[Cut, ...]) -> list[dict[str, Any]]:
    return [
        {"weights": _some(cut.weights), "most": cut.most, "proof": _proof(instance, cuts, number)}
        for number, cut in enumerate(cuts)
    ]


def _proof(instance: Instance, cuts: tuple[Cut, ...], number: int) -> Tree | None:
    known, cut = with_cuts(instance, cuts[:number]), cuts[number]
    return prove(known, cut.weights.astype(np.float64), cut.most)


def _level(level: Level) -> dict[str, Any]:
    return {
        "chance": level.chance,
        "orbits": level.orbits.tolist(),
        "weights": level.weights.tolist(),
        "duals": {
            str(row): dual for row, dual in enumerate(level.duals.tolist()) if abs(dual) > _NOTHING
        },
    }


def _some(numbers: Wholes | Reals) -> dict[str, Any]:
    return {str(at): number for at, number in enumerate(numbers.tolist()) if number}
