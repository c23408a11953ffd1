"""Find whole panels: near a wish quickly, or the very best one for a wish."""

from collections.abc import Iterator

import numpy as np

from answerable.science.sortition.face import Face, face_of
from answerable.science.sortition.instance import Instance, Reals, Wholes
from answerable.science.sortition.repair import Repair, Width
from answerable.science.sortition.siblings import Siblings
from answerable.science.sortition.solver import EVERY, Linear

_WHOLE = 1e-6
_NEAR, _FAR, _FURTHER = Width(2, 160, 64), Width(2, 250, 100), Width(2, 480, 192)
_THREE, _THREE_FAR = Width(3, 70, 40), Width(3, 100, 50)
_WIDTHS = (_NEAR, _FAR, _FAR, _THREE, _FURTHER, _FURTHER, _THREE_FAR, _THREE_FAR)
_GOLDEN = 0.6180339887498949
_ENOUGH = 0.5


class Finder:
    """Finds panels near a composition, as like a wish as can quickly be had."""

    def __init__(self, instance: Instance, composition: Reals) -> None:
        self.instance = instance
        self.face = face_of(instance, composition)
        self.repair = Repair(self.face)
        self.extra = self.face.most - self.face.least
        self.crowded = np.setdiff1d(instance.shared, self.face.filled)
        least, most = self.face.least.astype(np.float64), self.face.most.astype(np.float64)
        self.model = Linear(np.zeros(len(least)), least, most)
        self.model.rows(self.face.rows, self.face.lower, self.face.upper)

    def find(self, wish: Reals) -> Wholes | None:
        """Find a panel whose orbits have much of the wish; none where it is not quickly found."""
        self.model.cost(-wish)
        self._choose(wish)
        if not self.model.solve():
            return None
        parts, worth = self.model.values, -self.model.reduced
        for turn, width in enumerate(_WIDTHS):
            panel = self.repair.mend(self._rounded(parts, turn), worth, width)
            if panel is not None:
                return panel
        return None

    def _choose(self, wish: Reals) -> None:
        """Let only those with the greatest wish of a household have the seats it has room for."""
        inside = np.flatnonzero(np.isin(self.instance.kind, self.crowded))
        if not len(inside):
            return
        inside = inside[np.lexsort((-wish[inside], self.instance.kind[inside]))]
        kinds, extra = self.instance.kind[inside], self.extra[inside]
        before = np.cumsum(extra) - extra
        first = np.searchsorted(kinds, kinds)
        room = self.face.spare(self.face.least)[kinds]
        most = np.clip(room - (before - before[first]), 0, extra)
        least = self.face.least[inside].astype(np.float64)
        self.model.bounds(inside, least, least + most)

    def _rounded(self, parts: Reals, turn: int) -> Wholes:
        """Round to the number of seats, within the room; each turn favours other orbits."""
        whole = np.floor(parts + _WHOLE).astype(np.int64)
        rest = np.flatnonzero(parts - whole > _WHOLE)
        lacking = self.instance.seats - int(whole.sum())
        noise = turn * _GOLDEN * (1 + np.arange(len(rest))) % 1.0
        spare = self.face.spare(whole)
        for orbit in rest[np.argsort(-(parts[rest] - whole[rest] + noise), kind="stable")].tolist():
            kind = self.instance.kind[orbit]
            if lacking > 0 and spare[kind] > 0:
                whole[orbit] += 1
                spare[kind] -= 1
                lacking -= 1
        return whole


def _hold(model: Linear, instance: Instance, kind: int) -> None:
    inside = np.flatnonzero(instance.kind == kind)
    model.row(inside, np.ones(len(inside)), -EVERY, float(instance.room[kind]))


def spread(instance: Instance, composition: Reals, finder: Finder) -> Iterator[Wholes]:
    """Give panels without end whose average nears a composition; stop where none is found.

    Each panel is one that those who are most owed would choose: after every panel an orbit is owed
    its seats in the composition, less the seats it had. As many as there are more orbits than
    profiles are siblings of the panel before, which are quicker to make.
    """
    siblings = Siblings(finder.face)
    owed = np.zeros(len(composition))
    panel: Wholes | None = None
    due = 0.0
    while True:
        owed += composition
        wish = owed - finder.face.least
        sibling = siblings.of(panel, wish) if panel is not None and due >= 1 else None
        due += -1 if due >= 1 else siblings.each
        panel = sibling if sibling is not None else _near(instance, finder, wish)
        if panel is None:
            return
        owed -= panel
        yield panel


def _near(instance: Instance, finder: Finder, wish: Reals) -> Wholes | None:
    panel = finder.find(wish)
    return best_panel(instance, wish, finder.face, gap=_ENOUGH) if panel is None else panel


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
    model.rows(instance.matrix if face is None else face.rows, *edges)
    for kind in instance.shared.tolist():
        _hold(model, instance, kind)
    return np.rint(model.values).astype(np.int64) if model.solve() else None
