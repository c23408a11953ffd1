"""Write chances as a lottery over whole panels, cutting off what no panels can reach."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from itertools import islice

import numpy as np

from answerable.science.sortition.conflict import conflict
from answerable.science.sortition.errors import SortitionError
from answerable.science.sortition.instance import Instance, Reals, Wholes
from answerable.science.sortition.master import Master, even_weights
from answerable.science.sortition.panels import Finder, best_panel, spread
from answerable.science.sortition.relaxed import Relaxed, leximin
from answerable.science.sortition.solver import EVERY

_OUTSIDE = 1e-7
_REACHED = 1e-9
_SCALES = (*range(1, 61), 120, 360, 840, 2520, 10**4, 10**6)
_MOST_CUTS = 500
_MOST_PANELS = 20_000

Rule = Callable[[Instance], Relaxed]
"""What chances are best, where seats may be parts of seats."""
Tell = Callable[[int, int], None]
"""Told how many panels there are, and about how many there will be."""


@dataclass(frozen=True, eq=False)
class Cut:
    """No panel has more than ``most`` by these whole weights of its orbits."""

    weights: Wholes
    most: int


@dataclass(frozen=True, eq=False)
class Lottery:
    """Whole panels and their weights.

    Attributes:
        instance: without the cuts.
        relaxed: the chances as the rows and cuts give them, with the proof of each level.
        cuts: rows that every panel keeps, needed because parts of seats do not exist.
        panels: for each panel its seats for each orbit.
        weights: the chance of each panel; they add up to one.
    """

    instance: Instance
    relaxed: Relaxed
    cuts: tuple[Cut, ...]
    panels: Wholes
    weights: Reals

    @property
    def chances(self) -> Reals:
        """The chance of each member of each orbit, as the panels give it."""
        return np.asarray(self.weights @ self.panels / self.instance.sizes)


def lottery(instance: Instance, rule: Rule = leximin, tell: Tell | None = None) -> Lottery:
    """Find the best chances that whole panels can give, and panels that give them exactly.

    Args:
        instance: the pool and its targets.
        rule: what is best; leximin unless said otherwise.
        tell: told now and then how far it is; what it raises stops the work.

    Raises:
        SortitionError: ``targets.together`` where no panel meets all targets; ``draw.failed``.
    """
    cuts: list[Cut] = []
    known: list[Wholes] = []
    while len(cuts) < _MOST_CUTS:
        tightened = with_cuts(instance, cuts)
        relaxed = rule(tightened)
        found = _write(tightened, relaxed.chances * instance.sizes, known, tell)
        if not isinstance(found, Cut):
            panels, weights = found
            return Lottery(instance, relaxed, tuple(cuts), np.array(panels), weights)
        cuts.append(found)
    raise SortitionError("draw.failed")


def with_cuts(instance: Instance, cuts: Iterable[Cut]) -> Instance:
    """Give the instance with a row for each cut."""
    cuts = list(cuts)
    if not cuts:
        return instance
    return replace(
        instance,
        matrix=np.vstack([instance.matrix, *(cut.weights.astype(np.float64) for cut in cuts)]),
        lower=np.append(instance.lower, [-EVERY] * len(cuts)),
        upper=np.append(instance.upper, [float(cut.most) for cut in cuts]),
    )


def _write(
    instance: Instance, composition: Reals, known: list[Wholes], tell: Tell | None
) -> tuple[list[Wholes], Reals] | Cut:
    """Write a composition of parts of seats as a lottery, or give a cut that it breaks."""
    finder = Finder(instance, composition)
    panels: list[Wholes] = []
    around = spread(instance, composition, finder)
    for more in _batches(composition):
        wanted = len(panels) + more
        for panel in islice(around, more):
            panels.append(panel)
            if tell:
                tell(len(panels), wanted)
        weights = even_weights(panels, composition) if panels else None
        if weights is not None:
            return panels, weights
        if len(panels) < wanted:
            break
    known.extend(panels)
    return _generate(instance, composition, known, finder, tell)


def _batches(composition: Reals) -> tuple[int, ...]:
    """How many panels to try with: somewhat more than there are orbits in parts, then more."""
    parts = int(np.sum(np.abs(composition - np.rint(composition)) > _OUTSIDE))
    return parts + parts // 8 + 2, parts // 6


def _generate(
    instance: Instance,
    composition: Reals,
    known: list[Wholes],
    finder: Finder,
    tell: Tell | None,
) -> tuple[list[Wholes], Reals] | Cut:
    """Add the panel that helps most until the weights are exact, or none helps."""
    master = Master(composition)
    if not known:
        known.append(_best(instance, composition))
    for panel in {panel.tobytes(): panel for panel in known}.values():
        master.add(panel)
    while len(master.panels) < _MOST_PANELS:
        if master.solve() <= _REACHED:
            return master.weights()
        helping = _helping(instance, composition, master, finder)
        if isinstance(helping, Cut):
            return helping
        known.append(helping)
        master.add(helping)
        if tell:
            tell(len(known), len(known) + 1)
    raise SortitionError("draw.failed")


def _helping(
    instance: Instance, composition: Reals, master: Master, finder: Finder
) -> Wholes | Cut:
    """Find a panel that helps, quickly or else surely; or the cut that shows there is none."""
    worth, needed = master.direction
    panel = finder.find(worth)
    if panel is not None and worth @ panel > needed + _OUTSIDE:
        return panel
    panel = _best(instance, worth)
    if worth @ panel < worth @ composition - _OUTSIDE or worth @ panel <= needed + _REACHED:
        return _cut(instance, composition, worth)
    return panel


def _best(instance: Instance, worth: Reals) -> Wholes:
    panel = best_panel(instance, worth)
    if panel is None:
        raise SortitionError("targets.together", targets=conflict(instance))
    return panel


def _cut(instance: Instance, composition: Reals, worth: Reals) -> Cut:
    """Write a direction in small whole numbers, so that what it cuts off is exact."""
    scaled = worth / np.abs(worth).max()
    for scale in _SCALES:
        weights = np.rint(scaled * scale).astype(np.int64)
        if scale < _SCALES[-2] and np.abs(weights / scale - scaled).max() > _OUTSIDE:
            continue
        most = int(weights @ _best(instance, weights.astype(np.float64)))
        if weights @ composition > most + _OUTSIDE:
            return Cut(weights, most)
    raise SortitionError("draw.failed")
