"""A pool is fixed: people in the vault; their fingerprints and the lottery in the register."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from pydantic import ValidationError

from answerable.model.base import BlobRef, Moment, Slug, invalid
from answerable.model.command import Command, Context, Kept, Said, action, rule
from answerable.model.draw import BothTarget, InPool, PoolCommitted, Target, WitnessedSeed
from answerable.model.engagement import Engagement
from answerable.model.errors import Invalid, Refused
from answerable.model.signing import canonical
from answerable.model.state import State
from answerable.science import sortition
from answerable.science.sortition import rules
from answerable.science.sortition.households import households
from answerable.stages.engage.fair import Asked, Fair, ask, fairest, forget
from answerable.stages.engage.rooms import lottery_room, pool_room, volunteer_room
from answerable.stages.engage.seats import check_pool_size, check_wanted
from answerable.stages.engage.seeds import check_seed

_TEN = 10
_JSON = "application/json"


class CommitPool(Command):
    """Fix the pool, the targets, the whole lottery and its witnesses, before the draw.

    Attributes:
        respondents: CSV text, one row a volunteer, with a column for each feature of the targets;
            empty where people registered here.
        targets: CSV text, ``feature,value,min,max`` or ``category,feature,min,max``.
        id_column: the column of ``respondents`` that tells volunteers apart.
        household_columns: columns of ``respondents``, or of what people registered with, joined
            by commas; at most one person of those with the same in all of them is drawn.
        witnesses: the organisations that each put in a number.
        reveal_by: a number withheld at this time makes the draw void.
    """

    engagement: Slug
    respondents: str = ""
    targets: str
    id_column: str = "id"
    household_columns: str = ""
    method: Literal["leximin", "maximin", "nash"] = "leximin"
    witnesses: tuple[Slug, ...]
    reveal_by: Moment


@dataclass(frozen=True)
class Volunteer:
    """Somebody who can be drawn.

    Attributes:
        contact: everything else that is known.
        ref: of the record that holds it, where there is one already.
    """

    profile: sortition.Profile
    contact: dict[str, str]
    ref: str | None = None


@dataclass(frozen=True)
class Read:
    """A pool and its targets, as somebody gave them."""

    people: list[Volunteer]
    targets: list[sortition.Target]
    asked: Asked


def _read(engagement: Engagement, command: CommitPool, ctx: Context) -> Read:
    try:
        targets = sorted(sortition.read_rules(command.targets), key=lambda t: len(t.of))
        people = _people(engagement, command, {f for t in targets for f, _ in t.of}, ctx)
        homes = homes_of(people, columns_in(command.household_columns))
        rules.check_rules(targets, engagement.seats)
        profiles = [person.profile for person in people]
        sortition.check_pool(profiles, rules.plain(targets), engagement.seats)
    except sortition.SortitionError as problem:
        raise Invalid(problem.code, **problem.params) from None
    of: dict[str, Any] = {"seats": engagement.seats, "households": homes, "method": command.method}
    return Read(people, targets, ask(profiles, targets, **of))


def _people(
    engagement: Engagement, command: CommitPool, features: set[str], ctx: Context
) -> list[Volunteer]:
    if command.respondents:
        rows = sortition.read_people(command.respondents, features, id_column=command.id_column)
        return [Volunteer(profile, rest) for _, profile, rest in rows]
    found = registered(ctx.kept(volunteer_room(engagement.engagement)), features)
    if not found:
        raise Invalid("registration.nobody", engagement=engagement.engagement)
    return found


def registered(kept: Sequence[Kept], features: set[str]) -> list[Volunteer]:
    """Give those who registered, or were uploaded, as far as a draw may know them.

    What an upload says of a feature that nobody had named yet stands among the contacts.
    """
    return [
        Volunteer(_profile(record.body, features), dict(record.body["contact"]), record.ref)
        for record in kept
        if record.body.get("registered")
    ]


def _profile(body: Mapping[str, Any], features: set[str]) -> dict[str, str]:
    known = {**body["contact"], **body["profile"]}
    return {name: known[name] for name in sorted(features & known.keys())}


def columns_in(text: str) -> list[str]:
    """Give the names of columns that somebody joined by commas.

    >>> columns_in("street, postcode,")
    ['street', 'postcode']
    """
    return [name.strip() for name in text.split(",") if name.strip()]


def homes_of(people: Sequence[Volunteer], columns: Sequence[str]) -> list[str] | None:
    """Give everybody's household; who registered without one of the columns has it empty.

    Raises:
        SortitionError: ``people.column`` where nobody has one of them.
    """
    rows = [{**person.profile, **person.contact} for person in people]
    known = set().union(*rows) & set(columns)
    return households([{**dict.fromkeys(known, ""), **row} for row in rows], columns)


def _prepare(state: State, command: CommitPool, ctx: Context) -> None:
    fairest(_read(state.get(Engagement, command.engagement), command, ctx).asked)


@action(CommitPool, PoolCommitted, prepare=_prepare)
def commit_pool(state: State, command: CommitPool, ctx: Context) -> Iterator[PoolCommitted]:
    """Put volunteers in the vault; fingerprints, targets and the lottery in the register."""
    engagement = state.get(Engagement, command.engagement)
    check_open(engagement, ctx.now)
    read = _read(engagement, command, ctx)
    named = (engagement.engagement, len(engagement.draws) + 1)
    fair = fairest(read.asked)
    numbers = _shuffled(len(read.people), ctx)
    try:
        said = {
            **said_targets(read.targets),
            "counts": counts(read),
            "seed": WitnessedSeed(witnesses=command.witnesses, reveal_by=command.reveal_by),
        }
    except ValidationError as problem:
        raise invalid("command.invalid", problem, command=CommitPool.verb()) from None
    yield PoolCommitted(
        engagement=engagement.engagement,
        draw=named[1],
        volunteers=len(read.people),
        pool=_seal(read, numbers, named, ctx),
        method=command.method,
        households=bool(command.household_columns.strip()),
        lottery=publish(fair, [number + 1 for number in numbers], named, ctx),
        **said,
    )
    forget()


def _shuffled(count: int, ctx: Context) -> list[int]:
    """Give each of so many places another one that only chance knows."""
    keys = [ctx.random(16) for _ in range(count)]
    order = sorted(range(count), key=keys.__getitem__)
    place = dict(zip(order, range(count), strict=True))
    return [place[at] for at in range(count)]


def _seal(read: Read, numbers: Sequence[int], named: tuple[str, int], ctx: Context) -> BlobRef:
    """Keep everybody in the vault, and publish their fingerprints in the order of their numbers."""
    engagement, draw = named
    sealed = [""] * len(numbers)
    for person, at in zip(read.people, numbers, strict=True):
        ref = person.ref or f"{engagement}-{draw}-volunteer-{at + 1}"
        if person.ref is None:
            kept = {"profile": dict(person.profile), "contact": person.contact}
            ctx.keep(volunteer_room(engagement), ref, kept)
        sealed[at] = ctx.keep(
            pool_room(*named),
            f"{engagement}-{draw}-{at + 1}",
            {"number": at + 1, "profile": dict(person.profile), "volunteer": ref},
        )
    return ctx.blob(canonical({"engagement": engagement, "commitments": sealed}), _JSON)


def publish(fair: Fair, numbers: Sequence[int], named: tuple[str, int], ctx: Context) -> BlobRef:
    """Publish a lottery under opaque numbers; keep in the vault what the numbers stand for."""
    made = fair.made
    order = _shuffled(len(made.orbits), ctx)
    hidden = sortition.conceal(made, fair.compositions, numbers=numbers, order=order, named=named)
    ctx.keep(
        lottery_room(*named),
        f"{named[0]}-{named[1]}-lottery",
        {
            "features": list(made.features),
            "values": [list(made.orbits[orbit].values) for orbit in order],
            "certificate": fair.certificate,
        },
    )
    return ctx.blob(canonical(hidden.plain()), _JSON)


def said_targets(targets: Sequence[sortition.Target]) -> dict[str, Any]:
    """Give targets as an entry says them."""
    plain = (t for t in targets if len(t.of) == 1)
    both = (t for t in targets if len(t.of) > 1)
    return {
        "targets": tuple(
            Target(feature=t.of[0][0], value=t.of[0][1], min=t.min, max=t.max) for t in plain
        ),
        "both": tuple(
            BothTarget(
                feature=t.of[0][0],
                value=t.of[0][1],
                feature_2=t.of[1][0],
                value_2=t.of[1][1],
                min=t.min,
                max=t.max,
            )
            for t in both
        ),
    }


def counts(read: Read) -> tuple[InPool, ...]:
    """Count who is in a pool, value by value, rounded."""
    plain = rules.plain(read.targets)
    found = sortition.count([person.profile for person in read.people], plain)
    return tuple(
        InPool(feature=feature, value=value, people=_rounded(people))
        for (feature, value), people in found.items()
    )


def _rounded(people: int) -> int | None:
    return (people + _TEN // 2) // _TEN * _TEN if people >= _TEN else None


def check_open(engagement: Engagement, now: Moment) -> None:
    """Refuse a pool where there is one whose draw is not void.

    Raises:
        Refused: ``pool.taken``.
    """
    if engagement.pool and not engagement.pool.void(now):
        raise Refused("pool.taken", engagement=engagement.engagement)


@rule(PoolCommitted)
def check_pool(state: State, body: PoolCommitted, said: Said) -> None:
    """Refuse a second pool, one smaller than the panel, targets that cannot add up, a weak seed.

    Raises:
        Refused: ``pool.taken``, ``draw.number``, ``pool.small``, ``targets.*``, ``pool.counts``,
            ``witness.*``, ``seed.deadline``.
    """
    engagement = state.get(Engagement, body.engagement)
    check_open(engagement, said.at)
    if body.draw != len(engagement.draws) + 1:
        raise Refused("draw.number", draw=body.draw, wanted=len(engagement.draws) + 1)
    check_pool_size(engagement, body.volunteers)
    check_wanted(body.targets, body.both, engagement.seats)
    counted = [(each.feature, each.value) for each in body.counts]
    if counted != [(each.feature, each.value) for each in body.targets]:
        raise Refused("pool.counts", engagement=body.engagement)
    check_seed(state, engagement, body, said.at)
