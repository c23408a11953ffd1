"""A lottery as numbered compositions of equal chance, so that one fair ticket decides it.

A thousand compositions are chosen, the same one perhaps more than once, so that everybody's chance
is within 0.1 percentage points of the exact lottery. Most are panels of the lottery, each chosen
when it is nearest to what every orbit is still owed. The last ones are new panels, made for whoever
is owed the most; and then single panels are exchanged for new ones while that brings the chance
that is furthest off nearer. Where that is not enough, it starts again from panels of the lottery
alone, and makes single ones anew, each the best beside the others, until all are near. Whether they
are is checked, not assumed: small lotteries without room can be impossible to write so, and are
refused.
"""

import numpy as np

from answerable.science.sortition.errors import SortitionError
from answerable.science.sortition.instance import Reals, Wholes
from answerable.science.sortition.lottery import Lottery, with_cuts
from answerable.science.sortition.panels import Finder
from answerable.science.sortition.remake import Remake

COMPOSITIONS = 1_000
NEAR = 0.001
_FIT = 0.95
_NEW = 60
_EXCHANGES = 400
_REMADE = 1_000
_NEARNESS = (0.8, 0.99)
_EXACTLY = 1 + 1e-9
_LOOK = 20
_STEEP = 10
_BETTER = 1e-9


def is_near(off: float) -> bool:
    """Tell whether a chance this far from the exact one is near enough, rounding aside.

    >>> is_near(0.001), is_near(0.00101)
    (True, False)
    """
    return off <= NEAR * _EXACTLY


def equal_lottery(lottery: Lottery, count: int = COMPOSITIONS) -> Wholes:
    """Choose compositions of equal chance; a row for each, with the seats of each orbit.

    Args:
        lottery: exact.
        count: how many compositions.

    Raises:
        SortitionError: ``lottery.uneven`` where somebody's chance would be too far from the exact
            one; with the number of compositions, and how far in millionths.
    """
    limit = NEAR * count
    chosen = _known(lottery, count)
    orbits = len(lottery.instance.sizes)
    if not is_near(_off(lottery, chosen, count)):
        finder = Finder(with_cuts(lottery.instance, lottery.cuts), _average(lottery))
        new = _with_new(lottery, finder, count, min(_NEW + orbits // 4, count))
        new = _exchanged(lottery, finder, new, limit)
        near = is_near(_off(lottery, new, count))
        chosen = new if near else _remade(lottery, finder, chosen, limit)
    furthest = _off(lottery, chosen, count)
    if not is_near(furthest):
        millionths = round(furthest * 1_000_000)
        raise SortitionError("lottery.uneven", compositions=count, millionths=millionths)
    return np.array(sorted(map(tuple, chosen.tolist())), dtype=np.int64)


def _average(lottery: Lottery) -> Reals:
    return np.asarray(lottery.weights @ lottery.panels)


def _off(lottery: Lottery, chosen: Wholes, count: int) -> float:
    """How far the chance that is furthest off is from the exact one."""
    owed = count * _average(lottery) - chosen.sum(axis=0)
    return float(np.abs(owed / lottery.instance.sizes).max()) / count


def _known(lottery: Lottery, count: int) -> Wholes:
    """Choose among the panels of the lottery, each nearest to what is owed at its turn."""
    panels = lottery.panels.astype(np.float64)
    sizes = lottery.instance.sizes.astype(np.float64)
    times = np.floor(lottery.weights * count + _BETTER).astype(np.int64)
    weighted = panels / sizes**2
    overlap = weighted @ panels.T
    typical = weighted @ _average(lottery)
    own = np.diag(overlap)
    left = count - int(times.sum())
    due = count * typical - overlap @ times - (left - 1) * typical
    for _ in range(left):
        panel = int(np.argmin(own - 2 * due))
        times[panel] += 1
        due += typical - overlap[panel]
    return np.repeat(lottery.panels, times, axis=0)


def _with_new(lottery: Lottery, finder: Finder, count: int, new: int) -> Wholes:
    """Choose most panels from the lottery, and make new ones for those who are owed most."""
    chosen = list(_known(lottery, count - new)) if new < count else []
    average = _average(lottery)
    owed = len(chosen) * average - np.sum(chosen, axis=0, initial=0)
    for _ in range(new):
        owed = owed + average
        panel = _fitting(lottery, finder, owed)
        chosen.append(panel)
        owed = owed - panel
    return np.array(chosen)


def _fitting(lottery: Lottery, finder: Finder, owed: Reals) -> Wholes:
    """Make a panel for those who are owed, or take the one of the lottery that fits best."""
    wish = owed / lottery.instance.sizes
    panel = finder.find(wish)
    return lottery.panels[int(np.argmax(lottery.panels @ wish))] if panel is None else panel


def _exchanged(lottery: Lottery, finder: Finder, chosen: Wholes, limit: float) -> Wholes:
    """Exchange single panels while a chance is too far off; first those whose going helps most."""
    strain = _Strain(lottery.instance.sizes.astype(np.float64) * limit)
    owed = len(chosen) * _average(lottery) - chosen.sum(axis=0)
    tried: set[int] = set()
    for _ in range(_EXCHANGES):
        if strain.furthest(owed) <= _FIT:
            break
        place = _first_to_go(chosen, strain.gain(owed + 1), tried)
        without = owed + chosen[place]
        panel = _relieving(lottery, finder, strain, without)
        if strain.total(without - panel) < strain.total(owed) - _BETTER:
            owed = without - panel
            chosen[place] = panel
            tried.clear()
        elif len(tried) == len(chosen):
            break
    return chosen


def _relieving(lottery: Lottery, finder: Finder, strain: "_Strain", owed: Reals) -> Wholes:
    """Give the panel, new or known, that leaves the least strain."""
    gain = strain.gain(owed - finder.face.least)
    best = np.argsort(-(lottery.panels @ gain), kind="stable")[:_LOOK]
    new = finder.find(gain)
    panels = [*lottery.panels[best], *([] if new is None else [new])]
    return min(panels, key=lambda panel: strain.total(owed - panel))


def _remade(lottery: Lottery, finder: Finder, chosen: Wholes, limit: float) -> Wholes:
    """Make single panels anew while a chance is too far off; also where it only is not worse.

    In turn any panel, and one in which an orbit that is too far off could have what it is owed.
    """
    strain = _Strain(lottery.instance.sizes.astype(np.float64) * limit)
    owed = len(chosen) * _average(lottery) - chosen.sum(axis=0)
    remake = Remake(finder.face, strain.most)
    chance = np.random.default_rng(0)
    for turn in range(_REMADE):
        if strain.furthest(owed) <= _EXACTLY:
            break
        orbit = int(chance.choice(np.flatnonzero(strain.beyond(owed))))
        edge = finder.face.least if owed[orbit] > 0 else finder.face.most
        could = np.flatnonzero(chosen[:, orbit] == edge[orbit])
        any_of = could if turn % 2 and len(could) else np.arange(len(chosen))
        place = int(chance.choice(any_of))
        panel = remake.panel(owed + chosen[place], strain.most * chance.uniform(*_NEARNESS))
        if panel is None:
            continue
        after = owed + chosen[place] - panel
        if strain.beyond(after).sum() <= strain.beyond(owed).sum() + _BETTER:
            chosen[place], owed = panel, after
    return chosen


def _first_to_go(chosen: Wholes, gain: Reals, tried: set[int]) -> int:
    """Give the panel not tried yet whose seats are worth the least."""
    worth = chosen @ gain
    worth[list(tried)] = np.inf
    place = int(np.argmin(worth))
    tried.add(place)
    return place


class _Strain:
    """How much too far off chances are in all; the furthest count most."""

    def __init__(self, most: Reals) -> None:
        self.most = most

    def furthest(self, owed: Reals) -> float:
        return float(np.abs(owed / self.most).max())

    def beyond(self, owed: Reals) -> Reals:
        """By how much each is too far off, with some room."""
        return np.asarray(np.maximum(0, np.abs(owed / self.most) - _FIT))

    def total(self, owed: Reals) -> float:
        return float(np.sum((owed / self.most) ** _STEEP))

    def gain(self, owed: Reals) -> Reals:
        """How much less strain there is after one more seat for each orbit; the most is one."""
        after = ((owed - 1) / self.most) ** _STEEP
        gain = (owed / self.most) ** _STEEP - after
        return np.asarray(gain / max(_BETTER, np.abs(gain).max()))
