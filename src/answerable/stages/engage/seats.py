"""What a draw must keep, whichever it is: targets that add up, members of the pool, totals."""

from collections.abc import Sequence
from itertools import groupby

from answerable.model.draw import BothTarget, Draw, Seats, Target
from answerable.model.engagement import Engagement
from answerable.model.errors import Refused
from answerable.model.state import State
from answerable.science import sortition
from answerable.science.sortition import rules


def wanted(targets: Sequence[Target], both: Sequence[BothTarget] = ()) -> list[sortition.Target]:
    """Give targets as a draw reads them."""
    return [sortition.Target(each.of, each.min, each.max) for each in (*targets, *both)]


def sitting(state: State, name: str) -> Engagement:
    """Give a panel that was drawn and has not ended.

    Raises:
        Refused: ``panel.undrawn``, ``panel.finished``.
        Missing: ``engagement.unknown``.
    """
    engagement = state.get(Engagement, name)
    if engagement.drawn is None:
        raise Refused("panel.undrawn", engagement=name)
    if engagement.finished is not None:
        raise Refused("panel.finished", engagement=name)
    return engagement


def check_pool_size(engagement: Engagement, volunteers: int) -> None:
    """Refuse a pool that is smaller than the panel.

    Raises:
        Refused: ``pool.small``.
    """
    if volunteers < engagement.seats:
        raise Refused("pool.small", people=volunteers, seats=engagement.seats)


def check_wanted(targets: Sequence[Target], both: Sequence[BothTarget], seats: int) -> None:
    """Refuse targets that cannot add up to the seats.

    Raises:
        Refused: ``targets.*``.
    """
    try:
        rules.check_rules(wanted(targets, both), seats)
    except sortition.SortitionError as problem:
        raise Refused(problem.code, **problem.params) from None


def check_members(draw: Draw, members: Sequence[int], engagement: Engagement) -> None:
    """Refuse members who are not so many different people of the pool, or had a seat before.

    Raises:
        Refused: ``draw.members``.
    """
    numbers = set(members)
    inside = all(1 <= number <= draw.volunteers for number in numbers)
    before = numbers & {*engagement.members, *engagement.left}
    if len(numbers) != len(members) or len(numbers) != draw.seats or not inside or before:
        raise Refused("draw.members", engagement=engagement.engagement, seats=draw.seats)


def check_totals(draw: Draw, totals: Sequence[Seats], engagement: str) -> None:
    """Refuse totals that miss a target, or do not add up to the seats.

    Raises:
        Refused: ``draw.totals``.
    """
    drawn = {(total.feature, total.value): total.seats for total in totals}
    targets = {(target.feature, target.value): target for target in draw.targets}
    right = drawn.keys() == targets.keys() and len(drawn) == len(totals)
    if not right or not all(t.min <= drawn[name] <= t.max for name, t in targets.items()):
        raise Refused("draw.totals", engagement=engagement)
    for _, group in groupby(sorted(drawn), key=lambda name: name[0]):
        if sum(drawn[name] for name in group) != draw.seats:
            raise Refused("draw.totals", engagement=engagement)
