"""Members of a panel: who will come, who left, and the draw of those who take their seats."""

from collections.abc import Iterator
from typing import Literal

from pydantic import ValidationError

from answerable.model.base import Moment, Slug, invalid
from answerable.model.command import Command, Context, Said, action, rule, says
from answerable.model.draw import (
    MemberLeft,
    MembersConfirmed,
    ReplacementCommitted,
    WitnessedSeed,
)
from answerable.model.engagement import Engagement
from answerable.model.errors import Refused
from answerable.model.state import State
from answerable.stages.engage.fair import fairest, forget
from answerable.stages.engage.left import Left, check_no_draw_open, drawn_by_lot, named
from answerable.stages.engage.lottery import publish, said_targets
from answerable.stages.engage.seats import check_wanted, sitting, wanted
from answerable.stages.engage.seeds import check_seed


class ConfirmMembers(Command):
    """Record that members said they will come.

    Attributes:
        members: their numbers.
    """

    engagement: Slug
    members: tuple[int, ...]


class RecordLeaving(Command):
    """Record that a member left; the reason is one of few, so that it tells nothing of anybody."""

    engagement: Slug
    member: int
    reason: Literal["withdrew", "not-reached", "not-eligible"]


class CommitReplacement(Command):
    """Fix the lottery for the seats of members who left, given who stays.

    Attributes:
        witnesses: the organisations that each put in a number.
        reveal_by: a number withheld at this time makes the draw void.
    """

    engagement: Slug
    witnesses: tuple[Slug, ...]
    reveal_by: Moment


says(ConfirmMembers, MembersConfirmed)
says(RecordLeaving, MemberLeft)


def _prepare(state: State, command: CommitReplacement, ctx: Context) -> None:
    fairest(Left(state.get(Engagement, command.engagement), ctx).asked)


@action(CommitReplacement, ReplacementCommitted, prepare=_prepare)
def commit_replacement(
    state: State, command: CommitReplacement, ctx: Context
) -> Iterator[ReplacementCommitted]:
    """Make the lottery of those who are left."""
    engagement = state.get(Engagement, command.engagement)
    pool, left = drawn_by_lot(engagement), Left(engagement, ctx)
    draw = len(engagement.draws) + 1
    try:
        seed = WitnessedSeed(witnesses=command.witnesses, reveal_by=command.reveal_by)
    except ValidationError as problem:
        raise invalid("command.invalid", problem, command=command.verb()) from None
    yield ReplacementCommitted(
        engagement=engagement.engagement,
        draw=draw,
        seats=left.left.seats,
        method=pool.method,
        households=pool.households,
        lottery=publish(fairest(left.asked), left.members, (engagement.engagement, draw), ctx),
        seed=seed,
        **said_targets(left.left.targets),
    )
    forget()


@rule(MembersConfirmed)
def check_confirmed(state: State, body: MembersConfirmed, _said: Said) -> None:
    """Refuse to confirm who is not on the panel, or was confirmed before.

    Raises:
        Refused: ``member.unknown``, ``member.confirmed``.
    """
    engagement = sitting(state, body.engagement)
    strangers = set(body.members) - set(engagement.members)
    if strangers:
        raise Refused("member.unknown", members=named(strangers))
    again = set(body.members) & set(engagement.confirmed)
    if again or len(set(body.members)) != len(body.members):
        raise Refused("member.confirmed", members=named(again or body.members))


@rule(MemberLeft)
def check_left(state: State, body: MemberLeft, _said: Said) -> None:
    """Refuse to let somebody leave who is not on the panel.

    Raises:
        Refused: ``member.unknown``.
    """
    if body.member not in sitting(state, body.engagement).members:
        raise Refused("member.unknown", members=named([body.member]))


@rule(ReplacementCommitted)
def check_replacement(state: State, body: ReplacementCommitted, said: Said) -> None:
    """Refuse a replacement of nobody, one while another is open, and other targets.

    Raises:
        Refused: ``draw.open``, ``draw.number``, ``replacement.seats``, ``replacement.targets``,
            ``targets.*``, ``witness.*``, ``seed.deadline``.
    """
    engagement = sitting(state, body.engagement)
    drawn_by_lot(engagement)
    check_no_draw_open(engagement, said.at)
    if body.draw != len(engagement.draws) + 1:
        raise Refused("draw.number", draw=body.draw, wanted=len(engagement.draws) + 1)
    missing = engagement.seats - len(engagement.members)
    if body.seats != missing:
        raise Refused("replacement.seats", seats=engagement.seats, staying=len(engagement.members))
    before = {target.of: target for target in wanted(engagement.targets, engagement.both)}
    now = {target.of: target for target in wanted(body.targets, body.both)}
    if now.keys() != before.keys() or any(t.max > before[of].max for of, t in now.items()):
        raise Refused("replacement.targets", engagement=body.engagement)
    check_wanted(body.targets, body.both, body.seats)
    check_seed(state, engagement, body, said.at)
