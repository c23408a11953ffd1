"""Make a near-panel whole: the best one or two exchanges of people that put every row right.

A panel rounded from parts of seats breaks some of the rows that must hold exactly. Each such row
has a random weight, so what an exchange of one orbit for another does to all of them is one
number, and two exchanges together put them right exactly where their numbers add up to what is
wanted. Sorting the numbers finds all such pairs at once.
"""

import hashlib
from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from answerable.science.sortition.instance import Instance, Reals, Wholes

_COMING, _GOING = 160, 64
_ALIKE = 6
_TRIED = 64
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

    def mend(self, start: Wholes, worth: Reals) -> Wholes | None:
        """Give the panel nearest in worth that at most two exchanges lead to, or none."""
        coming = _first(np.flatnonzero(start < self.face.most), -worth, _COMING)
        going = _first(np.flatnonzero(start > self.face.least), worth, _GOING)
        moves = np.array(
            [[-1, -1], *np.stack(np.meshgrid(going, coming, indexing="ij"), -1).reshape(-1, 2)]
        )
        codes = self.codes[moves[:, 1]] - self.codes[moves[:, 0]]
        losses = worth[moves[:, 0]] - worth[moves[:, 1]]
        missing = self.wanted - int(self.codes @ start)
        for first, second in _pairs(codes, losses, missing):
            panel = start.copy()
            for gone, come in (moves[first], moves[second]):
                panel[gone] -= 1
                panel[come] += 1
            if self.face.holds(panel):
                return panel
        return None


def _pairs(codes: Wholes, losses: Reals, missing: int) -> Iterator[tuple[int, int]]:
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
    for best in np.argsort(losses[one] + losses[other], kind="stable")[:_TRIED]:
        yield int(one[best]), int(other[best])


def _first(places: NDArray[np.intp], by: Reals, most: int) -> NDArray[np.intp]:
    return places[np.argsort(by[places], kind="stable")[:most]]


def _weights(rows: int) -> Wholes:
    """Give each row a weight that looks random and is always the same."""
    digests = (hashlib.sha256(row.to_bytes(4, "big")).digest() for row in range(rows))
    keep = 64 - _WEIGHT_BITS
    return np.array([int.from_bytes(d[:8], "big") >> keep for d in digests], dtype=np.int64)
