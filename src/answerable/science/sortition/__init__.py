"""Fair panels by lot, within targets.

>>> from answerable.science.sortition import Seats, draw
>>> people = [{"sex": "f"}, {"sex": "m"}, {"sex": "f"}, {"sex": "m"}]
>>> panel = draw(people, [Seats("sex", "f", 1, 1), Seats("sex", "m", 1, 1)], seats=2, seed=b"s")
>>> sorted(people[place]["sex"] for place in panel)
['f', 'm']
"""

from answerable.science.sortition.draw import draw
from answerable.science.sortition.errors import SortitionError
from answerable.science.sortition.formats import read_people, read_targets
from answerable.science.sortition.population import read_shares
from answerable.science.sortition.targets import Seats, check_targets, count

__all__ = [
    "Seats",
    "SortitionError",
    "check_targets",
    "count",
    "draw",
    "read_people",
    "read_shares",
    "read_targets",
]
