"""What came of a seating, beside what can be had at all; it needs no search."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from answerable.science.sortition.tables.bounds import meetings, most_meetings
from answerable.science.sortition.tables.layout import Groups, layout
from answerable.science.sortition.tables.seating import Seating
from answerable.science.sortition.targets import Profile


@dataclass(frozen=True, slots=True)
class Reached:
    """What came of a seating.

    Attributes:
        meetings: different pairs that met.
        possible: no seating has more: of those with as whole a mix, where the mix is whole.
        pairs: all pairs of people.
        never: pairs that never met, by place; the lower first.
        most_often: how often those met who met most often, other than by being kept together.
        fewest, most: different people met by whoever met fewest, and most.
        furthest: by how many people any count at a table is beyond its share rounded down or up.
        beyond: the same, added up over rounds, tables and values; nothing where the mix is whole.
        kept: whether who should be apart was, and who should be together was, in every round.
    """

    meetings: int
    possible: int
    pairs: int
    never: tuple[tuple[int, int], ...]
    most_often: int
    fewest: int
    most: int
    furthest: int
    beyond: int
    kept: bool


def reached(
    seating: Seating,
    people: Sequence[Profile],
    features: Sequence[str],
    *,
    apart: Groups = (),
    together: Groups = (),
) -> Reached:
    """Say what came of a seating.

    Raises:
        SortitionError: as `layout`.
    """
    plan = layout(people, features, seating.sizes, apart, together)
    rounds = [np.array(seats, dtype=np.int64) for seats in seating.rounds]
    met = meetings(rounds, plan.people)
    beyond = [plan.beyond(plan.counts(seats)) for seats in rounds]
    furthest = max((int(each.max(initial=0)) for each in beyond), default=0)
    others = (met > 0).sum(axis=1)
    unmet = np.argwhere(np.triu(met == 0, 1)).tolist()
    kept = np.zeros_like(met, dtype=np.bool_)
    for group in plan.together:
        kept[np.ix_(group, group)] = True
    np.fill_diagonal(kept, val=False)
    return Reached(
        meetings=int(others.sum()) // 2,
        possible=most_meetings(plan, len(rounds), mixed=furthest == 0),
        pairs=plan.people * (plan.people - 1) // 2,
        never=tuple((one, other) for one, other in unmet),
        most_often=int(np.where(kept, 0, met).max(initial=0)),
        fewest=int(others.min(initial=plan.people)),
        most=int(others.max(initial=0)),
        furthest=furthest,
        beyond=sum(int(each.sum()) for each in beyond),
        kept=not np.any(met * plan.apart) and bool(np.all(met[kept] == len(rounds))),
    )
