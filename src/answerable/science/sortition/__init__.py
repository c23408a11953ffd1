"""Fair panels by lot, within targets.

>>> from answerable.science.sortition import Seats, draw
>>> people = [{"sex": "f"}, {"sex": "m"}, {"sex": "f"}, {"sex": "m"}]
>>> targets = [Seats("sex", "f", 1, 1), Seats("sex", "m", 1, 1)]
>>> panel = draw(people, targets, seats=2, seed=b"s")
>>> sorted(people[place]["sex"] for place in panel)
['f', 'm']

The fairest chances, and a lottery over whole panels that gives them:

>>> from answerable.science.sortition import instance, lottery
>>> fairest = lottery(instance(people, targets, seats=2))
>>> [float(round(chance, 6)) for chance in fairest.instance.by_person(fairest.chances)]
[0.5, 0.5, 0.5, 0.5]
"""

from answerable.science.sortition.draw import draw
from answerable.science.sortition.errors import SortitionError
from answerable.science.sortition.formats import read_people, read_targets
from answerable.science.sortition.instance import Instance, Orbit, instance
from answerable.science.sortition.lottery import Cut, Lottery, lottery, with_cuts
from answerable.science.sortition.relaxed import Level, Relaxed, leximin
from answerable.science.sortition.targets import Seats, Target, check_targets, count

__all__ = [
    "Cut",
    "Instance",
    "Level",
    "Lottery",
    "Orbit",
    "Relaxed",
    "Seats",
    "SortitionError",
    "Target",
    "check_targets",
    "count",
    "draw",
    "instance",
    "leximin",
    "lottery",
    "read_people",
    "read_targets",
    "with_cuts",
]
