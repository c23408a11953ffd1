"""Make a near-panel whole: the best exchange of a few people that puts every row right.

A panel rounded from parts of seats breaks some of the rows that must hold exactly. Each such row
has a random weight, so what an orbit's seat does to all of them is one number. Some who come and
some who go put the rows right exactly where their numbers differ by what is missing: looking up the
sums of all that could come together among those of all that could go finds every such exchange.
"""

import hashlib
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from answerable.science.sortition.face import Face
from answerable.science.sortition.instance import Reals, Wholes

_ALIKE = 6
_TRIED = 256
_WEIGHT_BITS = 40


@dataclass(frozen=True, slots=True)
class Width:
    """How far to look: so many people at once, of so many who could come, and who could go."""

    people: int
    coming: int
    going: int


class Repair:
    """Finds exchanges that put a near-panel right.

    One place after the last orbit stands for nobody, so that fewer can come and go.
    """

    def __init__(self, face: Face) -> None:
        self.face = face
        weights = _weights(len(face.exact))
        self.codes: Wholes = np.append(weights @ face.rows[face.exact].astype(np.int64), 0)
        self.wanted = int(weights @ face.lower[face.exact].astype(np.int64))
        self.loose = np.pad(face.rows[face.loose], ((0, 0), (0, 1)))

    def mend(self, start: Wholes, worth: Reals, width: Width) -> Wholes | None:
        """Give the panel nearest in worth that an exchange leads to, or none.

        Args:
            start: seats within the face's own, in number as many as there are.
            worth: what a seat of each orbit is worth.
            width: which exchanges to consider.
        """
        missing = self.wanted - int(self.codes[:-1] @ start)
        if not missing and self.face.holds(start):
            return start
        spare = self.face.spare(start)
        spare[self.face.filled] = 1
        could = np.flatnonzero((start < self.face.most) & (spare > 0)[self.face.instance.kind])
        coming = self._sets(_first(could, -worth, width.coming), width.people)
        could = np.flatnonzero(start > self.face.least)
        going = self._sets(_first(could, worth, width.going), width.people)
        for come, gone in self._exchanges(coming, going, np.append(worth, 0.0), missing, start):
            panel = np.append(start, 0)
            np.add.at(panel, come, 1)
            np.subtract.at(panel, gone, 1)
            if self.face.holds(panel[:-1]):
                return panel[:-1]
        return None

    def _sets(self, places: Wholes, people: int) -> Wholes:
        """Give all sets of so many, or fewer, of some orbits, a column for each."""
        everybody = np.append(places, [len(self.codes) - 1] * people)
        return everybody[_sets_of(people, len(everybody))]

    def _exchanges(
        self, coming: Wholes, going: Wholes, worth: Reals, missing: int, start: Wholes
    ) -> Wholes:
        """Give exchanges after which every row holds, those of least loss first.

        Returns:
            For each, a row of those who come and one of those who go.
        """
        losing, gaining = worth[going].sum(axis=0), worth[coming].sum(axis=0)
        sums, wanted = self.codes[going].sum(axis=0), self.codes[coming].sum(axis=0)
        gone, come = _meeting(sums + missing, losing, wanted)
        lost = losing[gone] - gaining[come]
        best = _first(np.arange(len(lost)), lost, _TRIED)
        found = np.array([coming[:, come[best]], going[:, gone[best]]])
        change = self.loose[:, found].sum(axis=2)
        after = (self.loose[:, :-1] @ start)[:, None] + change[:, 0] - change[:, 1]
        low, high = (edge[self.face.loose, None] for edge in (self.face.lower, self.face.upper))
        right = np.all((after >= low) & (after <= high), axis=0)
        return np.moveaxis(found[:, :, right], 2, 0)


def _meeting(sums: Wholes, losses: Reals, wanted: Wholes) -> tuple[Wholes, Wholes]:
    """Give places of sums, and of what is wanted, that are equal; a few least losses for each."""
    order = np.lexsort((losses, sums))
    ordered = sums[order]
    begin = np.searchsorted(ordered, wanted)
    begin[begin == len(ordered)] = 0
    met = np.flatnonzero(ordered[begin] == wanted)
    begin = begin[met]
    end = np.searchsorted(ordered, wanted[met], "right")
    has = [np.flatnonzero(end - begin > step) for step in range(_ALIKE)]
    found = [order[begin[some] + step] for step, some in enumerate(has)]
    return np.concatenate(found), np.concatenate([met[some] for some in has])


@lru_cache(maxsize=16)
def _sets_of(people: int, count: int) -> Wholes:
    """Give all sets of so many places below a count, a column for each."""
    sets = np.arange(count)[None]
    for _ in range(people - 1):
        more = count - 1 - sets[-1]
        begin = np.repeat(np.cumsum(more) - more, more)
        sets = np.repeat(sets, more, axis=1)
        after = sets[-1] + 1 + np.arange(len(begin)) - begin
        sets = np.vstack([sets, after])
    return sets


def _first(places: Wholes, by: Reals, most: int) -> Wholes:
    """Give the places with the least, in order."""
    if len(places) > most:
        places = np.sort(places[np.argpartition(by[places], most)[:most]])
    return places[np.argsort(by[places], kind="stable")]


def _weights(rows: int) -> Wholes:
    """Give each row a weight that looks random and is always the same."""
    digests = (hashlib.sha256(row.to_bytes(4, "big")).digest() for row in range(rows))
    keep = 64 - _WEIGHT_BITS
    return np.array([int.from_bytes(d[:8], "big") >> keep for d in digests], dtype=np.int64)
