"""What is left of a pool for the seats of members who left."""

from collections.abc import Iterable, Sequence
from typing import Any

from answerable.model.base import Moment
from answerable.model.command import Context
from answerable.model.draw import Draw
from answerable.model.engagement import Engagement
from answerable.model.errors import Refused
from answerable.science import sortition
from answerable.stages.engage.fair import ask
from answerable.stages.engage.rooms import pool_room
from answerable.stages.engage.seats import wanted


class Left:
    """What is left of a pool when some stay on the panel: people, their numbers, the targets."""

    def __init__(self, engagement: Engagement, ctx: Context) -> None:
        pool = drawn_by_lot(engagement)
        kept = ctx.kept(pool_room(engagement.engagement, pool.draw))
        people = {int(record.body["number"]): record.body["profile"] for record in kept}
        self.numbers = sorted(people)
        missing = set(engagement.members) - set(self.numbers)
        if missing:
            raise Refused("member.erased", members=named(missing))
        homes = self._homes(pool, ctx)
        place = {number: at for at, number in enumerate(self.numbers)}
        profiles = [people[number] for number in self.numbers]
        try:
            self.left = sortition.remaining(
                profiles,
                wanted(engagement.targets, engagement.both),
                seats=engagement.seats,
                staying=[place[number] for number in engagement.members],
                withdrawn=[place[number] for number in engagement.left if number in place],
                households=homes,
            )
        except sortition.SortitionError as problem:
            raise Refused(problem.code, **problem.params) from None
        of: dict[str, Any] = {"seats": self.left.seats, "method": pool.method}
        self.asked = ask(
            [profiles[at] for at in self.left.places],
            self.left.targets,
            households=[homes[at] for at in self.left.places] if homes else None,
            **of,
        )

    def _homes(self, pool: Draw, ctx: Context) -> list[str] | None:
        if not pool.households or pool.lottery is None:
            return None
        shared = sortition.read_public(ctx.published(pool.lottery)).households
        home = {number: str(at) for at, of in enumerate(shared) for number in of}
        return [home.get(number, "") for number in self.numbers]

    @property
    def members(self) -> Sequence[int]:
        """The numbers of those who are in the lot."""
        return [self.numbers[at] for at in self.left.places]


def drawn_by_lot(engagement: Engagement) -> Draw:
    """Give the draw of a panel whose lottery is public.

    Raises:
        Refused: ``panel.undrawn``, ``replacement.earlier``.
    """
    if engagement.pool is None or engagement.drawn is None:
        raise Refused("panel.undrawn", engagement=engagement.engagement)
    if engagement.pool.lottery is None:
        raise Refused("replacement.earlier", engagement=engagement.engagement)
    return engagement.pool


def check_no_draw_open(engagement: Engagement, now: Moment) -> None:
    """Refuse what must wait until a draw has ended.

    Raises:
        Refused: ``draw.open``.
    """
    last = engagement.draws[-1]
    if last.drawn is None and not last.void(now):
        raise Refused("draw.open", draw=last.draw)


def named(members: Iterable[int]) -> list[str]:
    """Give member numbers in order, to be told."""
    return [str(one) for one in sorted(members)]
