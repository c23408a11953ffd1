"""The rules of draws as they once were: they judge entries of that time, and nothing is said so."""

import hashlib

from answerable.model.command import Said, rule
from answerable.model.draw import SealedSeed
from answerable.model.earlier import PanelDrawn1, PoolCommitted1
from answerable.model.engagement import Engagement
from answerable.model.errors import Refused
from answerable.model.state import State
from answerable.stages.engage.seats import (
    check_members,
    check_pool_size,
    check_totals,
    check_wanted,
)


@rule(PoolCommitted1)
def check_pool(state: State, body: PoolCommitted1, _said: Said) -> None:
    """Refuse a second pool, one smaller than the panel, and targets that cannot add up."""
    engagement = state.get(Engagement, body.engagement)
    if engagement.pool:
        raise Refused("pool.taken", engagement=body.engagement)
    check_pool_size(engagement, body.volunteers)
    check_wanted(body.targets, (), engagement.seats)


@rule(PanelDrawn1)
def check_drawn(state: State, body: PanelDrawn1, _said: Said) -> None:
    """Refuse a draw that does not open the sealed seed, or misses a target.

    Raises:
        Refused: ``draw.uncommitted``, ``draw.again``, ``draw.seed``, ``draw.members``,
            ``draw.totals``.
    """
    engagement = state.get(Engagement, body.engagement)
    draw = engagement.pool
    if draw is None or not isinstance(draw.seed, SealedSeed):
        raise Refused("draw.uncommitted", engagement=body.engagement)
    if draw.drawn:
        raise Refused("draw.again", engagement=body.engagement)
    if hashlib.sha256(bytes.fromhex(body.seed)).hexdigest() != draw.seed.commitment:
        raise Refused("draw.seed", engagement=body.engagement)
    check_members(draw, body.members, engagement)
    check_totals(draw, body.totals, engagement.engagement)
