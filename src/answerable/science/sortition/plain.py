"""The plain lottery: only the targets are respected, and yet everybody's chance is known exactly.

Drawing once by random keys (see ``draw``) gives chances that nobody can work out: they could only
be estimated by drawing often. So it is drawn often, *before* the seed is known: a thousand
compositions by random keys, from a key that is fixed by what is drawn from. They are numbered, and
one ticket decides among them, as among those of any other method. The chances are those of that
lottery: exact counts over a thousand, equal for people of one orbit, and open to every measure.

What is not exact is how near they are to the chances of endless drawing, of which a thousand are a
sample: `doubt` is the greatest standard error.

The rule. For composition ``c`` every person of an orbit gets a key, the first 24 bits of ``H("plain
c", orbit j)`` for the ``j``-th key of the orbit (see ``lot``). A seat for an orbit is worth its
greatest key, the next its second, and so on. The composition is the one of greatest worth among all
that keep the rows.
"""

from collections import Counter
from collections.abc import Callable

import numpy as np

from answerable.science.sortition.conflict import conflict
from answerable.science.sortition.equal import COMPOSITIONS
from answerable.science.sortition.errors import SortitionError
from answerable.science.sortition.instance import Instance, Wholes
from answerable.science.sortition.lot import Lot
from answerable.science.sortition.lottery import Lottery
from answerable.science.sortition.relaxed import Relaxed
from answerable.science.sortition.solver import EVERY, Linear

_KEY_BYTES = 3
_WHOLE = 1e-6

Tell = Callable[[int, int], None]


def plain_compositions(
    instance: Instance, key: bytes, count: int = COMPOSITIONS, tell: Tell | None = None
) -> Wholes:
    """Draw compositions by random keys; a row for each, with the seats of each orbit, sorted.

    Args:
        instance: the pool and its targets.
        key: 32 bytes that are fixed before the seed of the draw is known.
        count: how many.
        tell: told how many there are, and how many there will be.

    Raises:
        SortitionError: ``targets.together``; ``seed.length``; ``draw.failed``.
    """
    lot, search = Lot(key), _Search(instance)
    found = []
    for number in range(count):
        found.append(search.best(_keys(instance, lot, number)))
        if tell:
            tell(number + 1, count)
    return np.array(sorted(map(tuple, found)), dtype=np.int64)


def lottery_of(instance: Instance, compositions: Wholes) -> Lottery:
    """Give the lottery in which each of some compositions has the same chance."""
    times = Counter(map(tuple, compositions.tolist()))
    panels = np.array(sorted(times), dtype=np.int64)
    weights = np.array([times[tuple(panel)] for panel in panels.tolist()]) / len(compositions)
    chances = np.asarray(compositions.mean(axis=0) / instance.sizes)
    return Lottery(instance, Relaxed(chances, ()), (), panels, weights)


def doubt(instance: Instance, compositions: Wholes) -> float:
    """Give the greatest standard error of an orbit's chance, as an estimate of endless drawing.

    The standard deviation of its seats over the compositions, for one person of the orbit, over the
    square root of how many compositions there are.
    """
    spread = compositions.std(axis=0, ddof=1) / instance.sizes
    return float(spread.max() / np.sqrt(len(compositions)))


def _keys(instance: Instance, lot: Lot, number: int) -> list[list[int]]:
    """Give the keys that can count in each orbit, the greatest first."""
    keys = (
        sorted(
            (
                int.from_bytes(
                    lot.digest(f"plain {number}", f"{at} {j}".encode())[:_KEY_BYTES], "big"
                )
                for j in range(size)
            ),
            reverse=True,
        )
        for at, size in enumerate(instance.sizes.tolist())
    )
    most = np.minimum(instance.most, instance.seats).tolist()
    return [each[:seats] for each, seats in zip(keys, most, strict=True)]


class _Search:
    """Finds the composition of greatest worth, in parts of seats first, which mostly are whole."""

    def __init__(self, instance: Instance) -> None:
        most = np.minimum(instance.most, instance.seats)
        self.instance = instance
        self.orbit = np.repeat(np.arange(len(most)), most)
        self.models = [self._model(whole=whole) for whole in (False, True)]

    def _model(self, *, whole: bool) -> Linear:
        instance, orbit = self.instance, self.orbit
        columns = len(orbit)
        model = Linear(np.zeros(columns), np.zeros(columns), np.ones(columns), whole=whole)
        model.rows(instance.matrix[:, orbit], instance.lower, instance.upper)
        for kind in instance.shared.tolist():
            inside = np.flatnonzero(instance.kind[orbit] == kind)
            model.row(inside, np.ones(len(inside)), -EVERY, float(instance.room[kind]))
        return model

    def best(self, keys: list[list[int]]) -> Wholes:
        worth = np.array([key for each in keys for key in each], dtype=np.float64)
        for model in self.models:
            model.cost(-worth / (1 << 8 * _KEY_BYTES))
            if not model.solve():
                raise SortitionError("targets.together", targets=conflict(self.instance))
            seats = np.bincount(self.orbit, model.values, len(self.instance.sizes))
            composition = np.rint(seats).astype(np.int64)
            if np.abs(seats - composition).max() < _WHOLE:
                break
        if not self.instance.admits(composition):
            raise SortitionError("draw.failed")
        return composition
