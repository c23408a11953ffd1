"""Make one panel anew so that the chances of all panels together are the least too far off."""

import numpy as np

from answerable.science.sortition.face import Face
from answerable.science.sortition.instance import Reals, Wholes
from answerable.science.sortition.solver import EVERY, Linear


class Remake:
    """A problem in whole numbers: the seats of one panel, and by how much they miss what is owed.

    Args:
        face: where the panel can be.
        most_off: for each orbit, how many seats off are too far.
    """

    def __init__(self, face: Face, most_off: Reals) -> None:
        orbits = len(most_off)
        least, most = face.least.astype(np.float64), face.most.astype(np.float64)
        self.model = Linear(np.zeros(orbits), least, most, whole=True)
        self.model.rows(face.rows, face.lower, face.upper)
        for kind in np.setdiff1d(face.instance.shared, face.filled).tolist():
            inside = np.flatnonzero(face.instance.kind == kind)
            room = float(face.instance.room[kind])
            self.model.row(inside, np.ones(len(inside)), -EVERY, room)
        self.first = self.model.rows_so_far
        self.model.rows(np.vstack([np.eye(orbits)] * 2), *_edges(np.zeros(orbits), most_off))
        for orbit in range(orbits):
            at = (self.first + orbit, self.first + orbits + orbit)
            self.model.entries(1 / most_off[orbit], at, (1.0, -1.0))

    def panel(self, owed: Reals, near: Reals) -> Wholes | None:
        """Give the panel after which what is owed is the least beyond what is near.

        Args:
            owed: to each orbit in seats, before the panel.
            near: by how many seats each may be off at no cost.
        """
        self.model.row_bounds(self.first, *_edges(owed, near))
        if not self.model.solve():
            return None
        return np.rint(self.model.values[: len(owed)]).astype(np.int64)


def _edges(owed: Reals, near: Reals) -> tuple[Reals, Reals]:
    """Give bounds of two rows for each orbit: at least nearly what is owed, and at most."""
    free = np.full(len(owed), EVERY)
    return np.append(owed - near, -free), np.append(free, owed + near)
