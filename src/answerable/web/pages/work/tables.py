"""Small tables for the meetings of a panel, by name, for its facilitator alone."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final

from answerable.model.engagement import Engagement
from answerable.model.errors import Invalid, Refused
from answerable.science.sortition import SortitionError
from answerable.science.sortition.tables import Reached, Seating, reached, seating, table_sizes
from answerable.stages.engage.rooms import pool_room
from answerable.web.call import Call, Page
from answerable.web.pages.work.members import contacts_of
from answerable.web.pages.work.parts import check_own

ROUNDS: Final = range(1, 7)
SIZES: Final = range(4, 11)
_USUAL: Final = {"rounds": 3, "size": 7}

Pairs = tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Seated:
    """A panel at its tables.

    Attributes:
        rounds: for each round the tables, each with the numbers of its members.
        met: different pairs that meet.
        possible: no seating has more.
    """

    rounds: tuple[tuple[tuple[int, ...], ...], ...]
    met: int
    possible: int


def tables(call: Call) -> Page:
    """Seat those who will come, where it is asked how; whoever asks again gets the same."""
    found = call.state.get(Engagement, call.named("engagement"))
    check_own(call, found.facilitator)
    if found.drawn is None:
        raise Refused("panel.undrawn", engagement=found.engagement)
    asked = {"rounds": _number(call, "rounds", ROUNDS), "size": _number(call, "size", SIZES)}
    coming = [one for one in found.members if one in found.confirmed] or list(found.members)
    seated = _seated(call, found, coming, **asked) if call.asked("rounds") else None
    said = {"panel": found, "coming": len(coming), "seated": seated, **asked}
    contacts = contacts_of(call, found)
    names = {one: next(filter(None, contact.values()), "") for one, contact in contacts.items()}
    aids = {"names": names, "rounds_allowed": ROUNDS, "sizes_allowed": SIZES}
    return Page("work/tables.html", said, aids=aids)


def _number(call: Call, name: str, allowed: Sequence[int]) -> int:
    known = {str(each): each for each in allowed}
    return known.get(call.asked(name), _USUAL[name])


def _seated(
    call: Call, found: Engagement, coming: Sequence[int], *, rounds: int, size: int
) -> Seated:
    """Seat them, mixed in every feature that has a target.

    Raises:
        Invalid: ``tables.*``.
    """
    profiles = _profiles(call, found)
    features = tuple(sorted({target.feature for target in found.targets}))
    people = tuple(
        tuple((feature, profiles.get(one, {}).get(feature, "")) for feature in features)
        for one in coming
    )
    seed = found.drawn.seed if found.drawn else ""
    try:
        sizes = table_sizes(len(coming), size=size, least=size - 1, most=size + 1)
        made, came = _seating(people, sizes, rounds, tuple(map(str, coming)), seed)
    except SortitionError as problem:
        raise Invalid(problem.code, **problem.params) from None
    at_tables = tuple(
        tuple(
            tuple(one for one, at in zip(coming, places, strict=True) if at == table)
            for table in range(len(sizes))
        )
        for places in made.rounds
    )
    return Seated(at_tables, came.meetings, came.possible)


def _profiles(call: Call, found: Engagement) -> Mapping[int, Mapping[str, str]]:
    """Give the profile of each member number of the pool; who was erased has none."""
    if found.pool is None:
        return {}
    kept = call.loop.reveal(call.actor, pool_room(found.engagement, found.pool.draw))
    bodies: list[Any] = [record.body for record in kept]
    return {int(body["number"]): body["profile"] for body in bodies}


@lru_cache(maxsize=4)
def _seating(
    people: tuple[Pairs, ...],
    sizes: tuple[int, ...],
    rounds: int,
    numbers: tuple[str, ...],
    seed: str,
) -> tuple[Seating, Reached]:
    """Seat people; some seconds, so the last few are remembered, without names."""
    profiles = [dict(pairs) for pairs in people]
    features = sorted({feature for pairs in people for feature, _ in pairs})
    of: dict[str, Any] = {"numbers": numbers, "seed": bytes.fromhex(seed)}
    made = seating(profiles, features, sizes=sizes, rounds=rounds, **of)
    return made, reached(made, profiles, features)
