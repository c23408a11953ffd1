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

With data frames of pandas, polars or pyarrow in and out: ``instance_of``, ``chances_in`` and others
of ``frames``, which is loaded only when it is asked for.
"""

from typing import TYPE_CHECKING, Any

from answerable.science.sortition.certificate import certificate
from answerable.science.sortition.checker import Fault, check, check_people, check_rules
from answerable.science.sortition.conflict import (
    Change,
    Relaxation,
    conflict,
    explained,
    relaxation,
)
from answerable.science.sortition.draw import draw
from answerable.science.sortition.equal import COMPOSITIONS, equal_lottery, is_near
from answerable.science.sortition.errors import SortitionError
from answerable.science.sortition.formats import (
    read_people,
    read_questions,
    read_rules,
    read_targets,
)
from answerable.science.sortition.instance import Instance, Orbit, Wholes, instance, retarget
from answerable.science.sortition.lottery import Cut, Lottery, lottery, with_cuts
from answerable.science.sortition.measures import Measures, measures
from answerable.science.sortition.methods import METHODS, maximin
from answerable.science.sortition.nash import nash
from answerable.science.sortition.plain import doubt, lottery_of, plain_compositions
from answerable.science.sortition.population import read_shares
from answerable.science.sortition.public import PublicLottery, conceal, read_public
from answerable.science.sortition.relaxed import Level, Relaxed, leximin
from answerable.science.sortition.replacement import Remaining, remaining
from answerable.science.sortition.targets import (
    Profile,
    Seats,
    Target,
    check_pool,
    check_targets,
    count,
)
from answerable.science.sortition.ticket import Drawn, chances_of, draw_panel, pick
from answerable.science.sortition.uploads import read_upload

if TYPE_CHECKING:
    from answerable.science.sortition.frames import (
        chances_in,
        ids_of,
        instance_of,
        people_of,
        rows_in,
        shares_of,
        tables_in,
        targets_of,
    )

__all__ = [
    "COMPOSITIONS",
    "METHODS",
    "Change",
    "Cut",
    "Drawn",
    "Fault",
    "Instance",
    "Level",
    "Lottery",
    "Measures",
    "Orbit",
    "Profile",
    "PublicLottery",
    "Relaxation",
    "Relaxed",
    "Remaining",
    "Seats",
    "SortitionError",
    "Target",
    "Wholes",
    "certificate",
    "chances_in",
    "chances_of",
    "check",
    "check_people",
    "check_pool",
    "check_rules",
    "check_targets",
    "conceal",
    "conflict",
    "count",
    "doubt",
    "draw",
    "draw_panel",
    "equal_lottery",
    "explained",
    "ids_of",
    "instance",
    "instance_of",
    "is_near",
    "leximin",
    "lottery",
    "lottery_of",
    "maximin",
    "measures",
    "nash",
    "people_of",
    "pick",
    "plain_compositions",
    "read_people",
    "read_public",
    "read_questions",
    "read_rules",
    "read_shares",
    "read_targets",
    "read_upload",
    "relaxation",
    "remaining",
    "retarget",
    "rows_in",
    "shares_of",
    "tables_in",
    "targets_of",
    "with_cuts",
]

_FRAMES = frozenset(
    {
        "chances_in",
        "ids_of",
        "instance_of",
        "people_of",
        "rows_in",
        "shares_of",
        "tables_in",
        "targets_of",
    }
)


def __getattr__(name: str) -> Any:
    """Load what deals with data frames only when somebody uses it."""
    if name in _FRAMES:
        from answerable.science.sortition import frames  # noqa: PLC0415 - that is the point

        return getattr(frames, name)
    raise AttributeError(name)
