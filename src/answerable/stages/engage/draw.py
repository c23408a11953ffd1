"""The draw: the witnesses' numbers make the seed, the seed picks a composition and its members."""

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from typing import Any

from answerable.model.base import Slug
from answerable.model.command import Command, Context, Kept, Said, action, rule
from answerable.model.draw import (
    COMPOSITIONS,
    Contribution,
    Draw,
    PanelDrawn,
    PoolPublished,
    Seats,
    seed_of,
)
from answerable.model.engagement import Engagement
from answerable.model.errors import Refused
from answerable.model.organisation import OpenRegister
from answerable.model.signing import canonical
from answerable.model.state import State
from answerable.science import sortition
from answerable.stages.engage.rooms import lottery_room, pool_room
from answerable.stages.engage.seats import check_members, check_totals
from answerable.stages.engage.seeds import open_draw


class DrawPanel(Command):
    """Make the seed from the witnesses' numbers, and draw; also the replacements of members."""

    engagement: Slug


class PublishPool(Command):
    """Publish what an auditor may see of a pool whose people are all invented."""

    engagement: Slug


def seed_for(draw: Draw) -> str:
    """Give the seed that the revealed numbers make.

    Raises:
        Refused: ``draw.unrevealed`` with the witnesses that are waited for.
    """
    numbers = tuple(each.number for each in _in_order(draw) if each and each.number)
    if draw.lottery is None or draw.awaited or not draw.promised:
        raise Refused("draw.unrevealed", awaited=draw.awaited)
    return seed_of(draw.lottery.sha256, numbers)


def _in_order(draw: Draw) -> Iterator[Contribution | None]:
    if draw.seed.rule == "witnesses":
        yield from map(draw.contribution, draw.seed.witnesses)


@action(DrawPanel, PanelDrawn)
def draw_panel(state: State, command: DrawPanel, ctx: Context) -> Iterator[PanelDrawn]:
    """Draw from the committed lottery."""
    engagement = state.get(Engagement, command.engagement)
    if not engagement.draws:
        raise Refused("draw.uncommitted", engagement=command.engagement)
    draw = open_draw(engagement, engagement.draws[-1].draw, ctx.now)
    seed = seed_for(draw)
    lottery = _lottery(draw, ctx)
    drawn = lottery.drawn(bytes.fromhex(seed))
    yield PanelDrawn(
        engagement=engagement.engagement,
        draw=draw.draw,
        seed=seed,
        ticket=drawn.ticket + 1,
        members=drawn.members,
        totals=_totals(engagement, draw, lottery.compositions[drawn.ticket], ctx),
    )


def _lottery(draw: Draw, ctx: Context) -> sortition.PublicLottery:
    if draw.lottery is None:
        raise Refused("draw.unrevealed", awaited=())
    return sortition.read_public(ctx.published(draw.lottery))


def _totals(
    engagement: Engagement, draw: Draw, composition: Sequence[int], ctx: Context
) -> tuple[Seats, ...]:
    """Count the seats of each target; what profiles stand for is in the vault."""
    kept = _legend(engagement.engagement, draw.draw, ctx.kept)
    values = [dict(zip(kept["features"], each, strict=True)) for each in kept["values"]]
    seats: Counter[tuple[str, str]] = Counter()
    for at in composition:
        seats.update(values[at].items())
    return tuple(
        Seats(feature=t.feature, value=t.value, seats=seats[t.feature, t.value])
        for t in draw.targets
    )


def _legend(engagement: str, draw: int, kept: Callable[[str], Sequence[Kept]]) -> dict[str, Any]:
    found = kept(lottery_room(engagement, draw))
    if not found:
        raise Refused("pool.erased", engagement=engagement)
    return {name: value for name, value in found[0].body.items() if value is not None}


@action(PublishPool, PoolPublished)
def publish_pool(state: State, command: PublishPool, ctx: Context) -> Iterator[PoolPublished]:
    """Publish the export that an auditor would be given."""
    engagement = state.get(Engagement, command.engagement)
    draw = engagement.pool
    if draw is None:
        raise Refused("draw.uncommitted", engagement=command.engagement)
    content = export(engagement, draw, ctx.kept)
    yield PoolPublished(
        engagement=engagement.engagement,
        draw=draw.draw,
        export=ctx.blob(content, "application/json"),
    )


def export(engagement: Engagement, draw: Draw, kept: Callable[[str], Sequence[Kept]]) -> bytes:
    """Write what an auditor is given of the pool of a draw: canonical JSON, no names or contacts.

    ``people`` have their ``ref``, ``salt`` and ``body`` (``number``, ``profile``, ``volunteer``),
    by which their fingerprints can be made again; ``features`` and ``values`` say what the numbers
    of profiles stand for; ``certificate`` proves that no lottery is fairer, as a text in JSON.

    Raises:
        Refused: ``pool.erased`` where nobody knows any more what the profiles stand for.
    """
    name = engagement.engagement
    subject = pool_room(name, engagement.pool_of(draw).draw)
    people = sorted(kept(subject), key=lambda each: int(each.body["number"]))
    said = {
        "v": 1,
        "engagement": name,
        "draw": draw.draw,
        "subject": subject,
        "people": [_person(each) for each in people],
    }
    return canonical({**said, **_legend(name, draw.draw, kept)})


def slip(engagement: str, draw: int, record: Kept) -> bytes:
    """Write what one volunteer is given, to see that they were in the lot, and with what chance."""
    subject = pool_room(engagement, draw)
    said = {"v": 1, "engagement": engagement, "draw": draw, "subject": subject}
    return canonical({**said, "person": _person(record)})


def _person(record: Kept) -> dict[str, Any]:
    return {"ref": record.ref, "salt": record.salt.hex(), "body": dict(record.body)}


@rule(PanelDrawn)
def check_drawn(state: State, body: PanelDrawn, said: Said) -> None:
    """Refuse a draw that the revealed numbers do not give, or that misses a target.

    Whether the members are those of the composition, whoever checks the public files can tell:
    the lottery is a blob.

    Raises:
        Refused: as `open_draw`; ``draw.unrevealed``, ``draw.seed``, ``draw.ticket``,
            ``draw.members``, ``draw.totals``.
    """
    engagement = state.get(Engagement, body.engagement)
    draw = open_draw(engagement, body.draw, said.at)
    if body.seed != seed_for(draw):
        raise Refused("draw.seed", engagement=body.engagement)
    if body.ticket != sortition.pick(bytes.fromhex(body.seed), COMPOSITIONS) + 1:
        raise Refused("draw.ticket", engagement=body.engagement)
    check_members(draw, body.members, engagement)
    check_totals(draw, body.totals, engagement.engagement)


@rule(PoolPublished)
def check_published(state: State, body: PoolPublished, _said: Said) -> None:
    """Refuse to publish a pool of people who are not invented, and one twice.

    Raises:
        Refused: ``pool.live``, ``pool.published``, ``draw.unknown``.
    """
    engagement = state.get(Engagement, body.engagement)
    if state.get(OpenRegister, "register").nature != "invented":
        raise Refused("pool.live", engagement=body.engagement)
    if engagement.published:
        raise Refused("pool.published", engagement=body.engagement)
    if engagement.pool is None or engagement.pool.draw != body.draw:
        raise Refused("draw.uncommitted", engagement=body.engagement)
