"""Where the panels of a lottery for one composition can be."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from answerable.science.sortition.instance import Instance, Reals, Wholes

_NEAR = 1e-7


@dataclass(frozen=True, eq=False)
class Face:
    """The rows and the nearest seats of a composition, which is an average of panels.

    What an average meets exactly, each of its panels meets exactly: such rows are held there.

    Attributes:
        least: for each orbit, its seats in the composition, rounded down.
        most: the same, rounded up.
        filled: the kinds of household that several orbits live in and the composition fills.
        rows: those of the instance, then one for each such kind.
        lower, upper: of the rows.
    """

    instance: Instance
    least: Wholes
    most: Wholes
    filled: Wholes
    rows: Reals
    lower: Reals
    upper: Reals

    @cached_property
    def exact(self) -> Wholes:
        """The rows that hold exactly."""
        return np.flatnonzero(self.lower == self.upper)

    @cached_property
    def loose(self) -> Wholes:
        """The other rows."""
        return np.flatnonzero(self.lower != self.upper)

    def spare(self, panel: Wholes) -> Wholes:
        """How many more of each kind of household can be on a panel."""
        room = self.instance.room
        return np.asarray(room - np.bincount(self.instance.kind, panel, len(room)).astype(np.int64))

    def holds(self, panel: Wholes) -> bool:
        sums = self.rows @ panel
        return bool(
            np.all((panel >= self.least) & (panel <= self.most))
            and np.all((sums >= self.lower) & (sums <= self.upper))
            and np.all(self.spare(panel) >= 0)
        )


def face_of(instance: Instance, composition: Reals) -> Face:
    """Give the face of a composition that keeps the rows of an instance."""
    living = np.bincount(instance.kind, composition, len(instance.room))
    shared = instance.shared
    filled = shared[living[shared] > instance.room[shared] - _NEAR]
    matrix = np.vstack([instance.matrix, instance.kind == filled[:, None]])
    least = np.append(instance.lower, instance.room[filled])
    most = np.append(instance.upper, instance.room[filled])
    sums = matrix @ composition
    return Face(
        instance,
        least=np.floor(composition + _NEAR).astype(np.int64),
        most=np.ceil(composition - _NEAR).astype(np.int64),
        filled=filled,
        rows=matrix,
        lower=np.where(sums > most - _NEAR, most, least),
        upper=np.where(sums < least + _NEAR, least, most),
    )
