"""Who may take the seats of people who withdrew: the same lottery, given who stays.

The rule, in full. Let *stays* be the panel without those who withdrew.

1. Nobody who has withdrawn, ever, is in the lot again. Nor is anybody who stays, nor, under the
   rule of households, who lives with somebody who stays.
2. The seats are those missing. Each target keeps its least and most, less the people of it who
   stay; a least below nothing is nothing.
3. Over the others and these targets the same method makes a new lottery: leximin, its certificate,
   a thousand compositions, committed before their own seed, drawn by ``ticket``.

It is not a choice among the first thousand compositions: hardly ever does a second one hold the
same people who stay. Of all panels that contain those who stay, this gives the others the fairest
chances; and the whole panel meets the targets as they were. Alternates are drawn likewise, as if
nobody stayed but the panel.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace

from answerable.science.sortition.errors import SortitionError
from answerable.science.sortition.targets import AnyTarget, Profile, Target, as_target


@dataclass(frozen=True, slots=True)
class Remaining:
    """What a draw of replacements is made from.

    Attributes:
        places: the places in the pool of those who are in the lot, ascending.
        targets: what is left of each.
        seats: how many are missing.
    """

    places: tuple[int, ...]
    targets: tuple[Target, ...]
    seats: int


def remaining(
    people: Sequence[Profile],
    targets: Sequence[AnyTarget],
    *,
    seats: int,
    staying: Collection[int],
    withdrawn: Collection[int],
    households: Sequence[str] | None = None,
) -> Remaining:
    """Say who may take the missing seats, and within which targets.

    Args:
        people: the pool of the draw.
        targets: of the draw.
        seats: of the draw.
        staying: the places of those of the panel who stay.
        withdrawn: the places of those who have withdrawn, ever.
        households: as of the draw.

    Raises:
        SortitionError: ``replacement.both`` for somebody who stays and has withdrawn;
            ``replacement.seats`` where nobody is missing; ``replacement.target`` naming a target
            that those who stay are too many for.
    """
    stays = set(staying)
    if stays & set(withdrawn):
        raise SortitionError("replacement.both")
    if len(stays) >= seats:
        raise SortitionError("replacement.seats", seats=seats, staying=len(stays))
    panel = [people[place] for place in sorted(stays)]
    left = tuple(_left(as_target(target), panel) for target in targets)
    homes = set() if households is None else {households[place] for place in stays} - {""}
    out = stays | set(withdrawn)
    places = tuple(
        place
        for place in range(len(people))
        if place not in out and not (households and households[place] in homes)
    )
    return Remaining(places, left, seats - len(stays))


def _left(target: Target, panel: Sequence[Profile]) -> Target:
    have = sum(target.includes(person) for person in panel)
    if have > target.max:
        raise SortitionError("replacement.target", target=str(target), have=have)
    return replace(
        target,
        min=max(0, target.min - have),
        max=target.max - have,
        min_flex=None if target.min_flex is None else max(0, target.min_flex - have),
        max_flex=None if target.max_flex is None else target.max_flex - have,
    )
