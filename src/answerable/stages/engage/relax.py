"""Targets give way where nobody who is left can take an empty seat: in public, with a reason."""

from collections.abc import Iterator, Mapping, Sequence

from answerable.model.base import Slug
from answerable.model.command import Command, Context, Said, action, rule
from answerable.model.draw import TargetsRelaxed
from answerable.model.engagement import Engagement
from answerable.model.errors import Invalid, Refused
from answerable.model.state import State
from answerable.model.text import Text
from answerable.science import sortition
from answerable.science.sortition.rules import named
from answerable.stages.engage.fair import Pairs, instance_of
from answerable.stages.engage.left import Left, check_no_draw_open, drawn_by_lot
from answerable.stages.engage.lottery import said_targets
from answerable.stages.engage.seats import check_wanted, sitting, wanted


class RelaxTargets(Command):
    """Let targets of a panel give way, so that somebody who is left can take an empty seat.

    Attributes:
        changes: CSV text as targets of the draw, with only the rows that change and the numbers of
            the whole panel; empty for the least that must give way.
        reason: for everybody to read.
    """

    engagement: Slug
    changes: str = ""
    reason: Text


@action(RelaxTargets, TargetsRelaxed)
def relax_targets(state: State, command: RelaxTargets, ctx: Context) -> Iterator[TargetsRelaxed]:
    """Take the targets given, or find the least that must give way."""
    engagement = state.get(Engagement, command.engagement)
    drawn_by_lot(engagement)
    try:
        given = command.changes.strip()
        changes = sortition.read_rules(given) if given else _least(engagement, ctx)
    except sortition.SortitionError as problem:
        raise Invalid(problem.code, **problem.params) from None
    yield TargetsRelaxed(
        engagement=engagement.engagement, reason=command.reason, **said_targets(changes)
    )


def _least(engagement: Engagement, ctx: Context) -> list[sortition.Target]:
    """Find what must give way for the empty seats, and say it of the whole panel.

    Raises:
        Refused: ``targets.met`` where nothing must.
        SortitionError: ``pool.small`` where fewer people are left than seats, ``pool.homes``
            households.
    """
    found = sortition.relaxation(instance_of(Left(engagement, ctx).asked))
    if found is None or not found.changes:
        raise Refused("targets.met", engagement=engagement.engagement)
    whole = {target.of: target for target in wanted(engagement.targets, engagement.both)}
    return [_wider(whole[change.target.of], change) for change in found.changes]


def _wider(whole: sortition.Target, change: sortition.Change) -> sortition.Target:
    less, more = change.target.min - change.min, change.max - change.target.max
    return sortition.Target(whole.of, whole.min - less, whole.max + more)


@rule(TargetsRelaxed)
def check_relaxed(state: State, body: TargetsRelaxed, said: Said) -> None:
    """Refuse other targets, narrower ones, and a change when no seat is empty or a draw is open.

    Raises:
        Refused: ``draw.open``, ``replacement.seats``, ``targets.empty``, ``targets.wider``,
            ``targets.*``.
    """
    engagement = sitting(state, body.engagement)
    check_no_draw_open(engagement, said.at)
    staying = len(engagement.members)
    if staying >= engagement.seats:
        raise Refused("replacement.seats", seats=engagement.seats, staying=staying)
    changes = wanted(body.targets, body.both)
    before = {target.of: target for target in wanted(engagement.targets, engagement.both)}
    _check_wider(changes, before)
    after = engagement.with_(relaxed=(*engagement.relaxed, body))
    check_wanted(after.targets, after.both, engagement.seats)


def _check_wider(
    changes: Sequence[sortition.Target], before: Mapping[Pairs, sortition.Target]
) -> None:
    if not changes:
        raise Refused("targets.empty")
    for to in changes:
        was = before.get(to.of)
        if was is None or to.min > was.min or to.max < was.max or to == was:
            raise Refused("targets.wider", target=str(to))
    for at, to in enumerate(changes):
        if to.of in [other.of for other in changes[:at]]:
            feature, value = named(to)
            raise Refused("targets.repeated", feature=feature, value=value)
