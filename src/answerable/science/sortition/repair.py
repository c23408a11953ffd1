"""Make a near-panel whole: the best one or two exchanges of people that put every row right.

A panel rounded from parts of seats breaks some of the rows that must hold exactly. Each such row
has a random weight, so what an exchange of one orbit for another does to all of them is one
number, and two exchanges together put them right exactly where their numbers add up to what is
wanted. Sorting the numbers finds all such pairs at once.
"""

import hashlib

import numpy as np
from numpy.typing import NDArray

from answerable.science.sortition.instance import Instance, Reals, Wholes

_COMING, _GOING = 160, 64
_ALIKE = 6
_TRIED = 256
_WEIGHT_BITS = 40


class Face:
    """Where the panels of a lottery for one composition can be: its rows, its nearest seats.

    Attributes:
        least: for each orbit, its seats in the composition, rounded down.
        most: the same, rounded up.
        lower, upper: the rows; those that the composition meets exactly are held there.
    """

    def __init__(self, instance: Instance, composition: Reals, near: float = 1e-7) -> None:
        self.instance = instance
        self.least = np.floor(composition + near).astype(np.int64)
        self.most = np.ceil(composition - near).astype(np.int64)
        sums = instance.matrix @ composition
        self.lower = np.where(sums > instance.upper - near, instance.upper, instance.lower)
        self.upper = np.where(sums < instance.lower + near, instance.lower, instance.upper)

    def holds(self, panel: Wholes) -> bool:
        sums = self.instance.matrix @ panel
        lived_in = np.bincount(self.instance.kind, panel, len(self.instance.room))
        return bool(
            np.all((panel >= self.least) & (panel <= self.most))
            and np.all((sums >= self.lower) & (sums <= self.upper))
            and np.all(lived_in <= self.instance.room)
        )


class Repair:
    """Finds exchanges that put a near-panel right."""

    def __init__(self, face: Face) -> None:
        self.face = face
        exact = face.lower == face.upper
        weights = _weights(int(exact.sum()))
        rows = face.instance.matrix[exact].astype(np.int64)
        self.codes: Wholes = weights @ rows
        self.wanted = int(weights @ face.lower[exact].astype(np.int64))

    def mend(self, start: Wholes, worth: Reals, *, wider: int = 1) -> Wholes | None:
        """Give the panel nearest in worth that at most two exchanges lead to, or none.

        Args:
            start: seats within the face's own, in number as many as there are.
            worth: what a seat of each orbit is worth.
            wider: how many times more people to consider.
        """
        coming = _first(np.flatnonzero(start < self.face.most), -worth, _COMING * wider)
        going = _first(np.flatnonzero(start > self.face.least), worth, _GOING * wider)
        gone = np.append(np.repeat(going, len(coming)), 0)
        come = np.append(np.tile(coming, len(going)), 0)
        missing = self.wanted - int(self.codes @ start)
        one, other = _pairs(self.codes[come] - self.codes[gone], worth[gone] - worth[come], missing)
        changes = [(gone[one], come[one]), (gone[other], come[other])]
        for best in np.flatnonzero(self._right(start, changes)):
            panel = start.copy()
            for away, towards in changes:
                panel[away[best]] -= 1
                panel[towards[best]] += 1
            if self.face.holds(panel):
                return panel
        return None

    def _right(
        self, start: Wholes, changes: list[tuple[NDArray[np.intp], NDArray[np.intp]]]
    ) -> NDArray[np.bool_]:
        """Say of each pair of exchanges whether every row holds after it."""
        matrix = self.face.instance.matrix
        sums = (matrix @ start)[:, None]
        for away, towards in changes:
            sums = sums + matrix[:, towards] - matrix[:, away]
        low, high = self.face.lower[:, None], self.face.upper[:, None]
        return np.asarray(np.all((sums >= low) & (sums <= high), axis=0))


def _pairs(codes: Wholes, losses: Reals, missing: int) -> tuple[Wholes, Wholes]:
    """Give pairs of moves whose codes add up to what is missing, least loss first."""
    order = np.lexsort((losses, codes))
    ordered = codes[order]
    wanted = missing - codes
    begin, end = (np.searchsorted(ordered, wanted, side) for side in ("left", "right"))
    firsts, seconds = [], []
    for step in range(_ALIKE):
        has = np.flatnonzero(end - begin > step)
        firsts.append(has)
        seconds.append(order[begin[has] + step])
    one, other = np.concatenate(firsts), np.concatenate(seconds)
    lost = losses[one] + losses[other]
    near = np.argpartition(lost, _TRIED)[:_TRIED] if len(lost) > _TRIED else np.arange(len(lost))
    best = near[np.lexsort((near, lost[near]))]
    return one[best], other[best]


def _first(places: NDArray[np.intp], by: Reals, most: int) -> NDArray[np.intp]:
    return places[np.argsort(by[places], kind="stable")[:most]]


def _weights(rows: int) -> Wholes:
    """Give each row a weight that looks random and is always the same."""
    digests = (hashlib.sha256(row.to_bytes(4, "big")).digest() for row in range(rows))
    keep = 64 - _WEIGHT_BITS
    return np.array([int.from_bytes(d[:8], "big") >> keep for d in digests], dtype=np.int64)
