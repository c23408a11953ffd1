"""Find whole panels: near a wish quickly, or the very best one for a wish."""

from collections.abc import Iterator

import numpy as np

from answerable.science.sortition.instance import Instance, Reals, Wholes
from answerable.science.sortition.repair import Face, Repair
from answerable.science.sortition.solver import EVERY, Linear

_WHOLE = 1e-6
_WIDTHS = (1, 1, 1, 1, 2, 3, 3, 3)
_GOLDEN = 0.6180339887498949
_NEAR_ENOUGH = 0.5


class Finder:
    """Finds panels near a composition, as like a wish as can quickly be had."""

    def __init__(self, instance: Instance, composition: Reals) -> None:
        self.instance = instance
        self.face = Face(instance, composition)
        self.repair = Repair(self.face)
        least, most = self.face.least.astype(np.float64), self.face.most.astype(np.float64)
        self.model = Linear(np.zeros(len(least)), least, most)
        self.model.rows(instance.matrix, self.face.lower, self.face.upper)
        self.kinds: set[int] = set()

    def find(self, wish: Reals) -> Wholes | None:
        """Find a panel whose orbits have much of the wish; none where it is not quickly found."""
        self.model.cost(-wish)
        parts = self._parts()
        if parts is None:
            return None
        worth = -self.model.reduced
        for turn, wider in enumerate(_WIDTHS):
            panel = self.repair.mend(self._rounded(parts, turn), worth, wider=wider)
            if panel is not None:
                return panel
        return None

    def _parts(self) -> Reals | None:
        """Give the best parts of seats; rows of kinds of household join where they are broken."""
        while self.model.solve():
            values = self.model.values
            load = np.bincount(self.instance.kind, values, len(self.instance.room))
            broken = set(np.flatnonzero(load > self.instance.room + _WHOLE).tolist()) - self.kinds
            if not broken:
                return values
            for kind in sorted(broken):
                self.kinds.add(kind)
                _hold(self.model, self.instance, kind)
        return None

    def _rounded(self, parts: Reals, turn: int) -> Wholes:
        """Round to the number of seats; each turn favours other orbits."""
        whole = np.floor(parts + _WHOLE).astype(np.int64)
        rest = np.flatnonzero(parts - whole > _WHOLE)
        lacking = max(0, self.instance.seats - int(whole.sum()))
        noise = turn * _GOLDEN * (1 + np.arange(len(rest))) % 1.0
        favoured = np.argsort(-(parts[rest] - whole[rest] + noise), kind="stable")
        whole[rest[favoured[:lacking]]] += 1
        return whole


def _hold(model: Linear, instance: Instance, kind: int) -> None:
    inside = np.flatnonzero(instance.kind == kind)
    model.row(inside, np.ones(len(inside)), -EVERY, float(instance.room[kind]))


def spread(instance: Instance, composition: Reals, finder: Finder) -> Iterator[Wholes]:
    """Give panels without end whose average nears a composition; stop where none is found.

    Each panel is one that those who are most owed would choose: after every panel an orbit is owed
    its seats in the composition, less the seats it had.
    """
    owed = np.zeros(len(composition))
    while True:
        owed += composition
        wish = owed / instance.sizes
        panel = finder.find(wish)
        if panel is None:
            panel = best_panel(instance, wish, finder.face, gap=_NEAR_ENOUGH)
        if panel is None:
            return
        owed -= panel
        yield panel


def best_panel(
    instance: Instance, wish: Reals, face: Face | None = None, *, gap: float = 0.0
) -> Wholes | None:
    """Find the panel whose orbits have the most of a wish in all; none where there is no panel.

    Args:
        instance: the rows.
        wish: for each orbit, what a seat of it is worth.
        face: look only there.
        gap: how far from the best it may be, as a share.
    """
    least = np.zeros(len(wish)) if face is None else face.least.astype(np.float64)
    most = (instance.most if face is None else face.most).astype(np.float64)
    model = Linear(-wish, least, most, whole=True)
    model.option("mip_rel_gap", gap)
    edges = (instance.lower, instance.upper) if face is None else (face.lower, face.upper)
    model.rows(instance.matrix, *edges)
    for kind in instance.shared.tolist():
        _hold(model, instance, kind)
    return np.rint(model.values).astype(np.int64) if model.solve() else None
