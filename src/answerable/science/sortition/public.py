"""A lottery as it is published before the draw: seats and numbers, and nothing of anybody.

Profiles appear in an order that chance chose, under the numbers of their places; people under
their member numbers. So everybody can recompute a draw, and nobody learns who has which profile.
As canonical JSON::

    {"compositions": [[0, 0, 5, …], …],   the profile of each seat, ascending; each of equal chance
     "engagement": "flood-panel", "draw": 1,
     "households": [[4, 7], …],            members of whom at most one may serve
     "profiles": [[1, 12, 30], …],         the members of each profile
     "v": 1}
"""

import json
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import chain
from typing import Any

import numpy as np

from answerable.science.sortition.errors import SortitionError
from answerable.science.sortition.instance import Instance, Wholes
from answerable.science.sortition.ticket import Drawn, fill, pick

Numbers = tuple[tuple[int, ...], ...]


@dataclass(frozen=True)
class PublicLottery:
    """Compositions of equal chance over profiles that nobody can read.

    Attributes:
        engagement: whose lottery it is; ``draw`` says which of them.
        profiles: the member numbers of each profile, ascending.
        households: member numbers that share a household, for each that has more than one.
        compositions: the profile of each seat, ascending.
    """

    engagement: str
    draw: int
    profiles: Numbers
    households: Numbers
    compositions: Numbers

    def plain(self) -> dict[str, Any]:
        """Give the JSON object that is published."""
        return {
            "v": 1,
            "engagement": self.engagement,
            "draw": self.draw,
            "profiles": [list(each) for each in self.profiles],
            "households": [list(each) for each in self.households],
            "compositions": [list(each) for each in self.compositions],
        }

    @property
    def members(self) -> frozenset[int]:
        """Everybody who can be drawn."""
        return frozenset(chain.from_iterable(self.profiles))

    def chances(self) -> dict[int, float]:
        """Give each member's chance: seats of their profile, on average, for each of its people."""
        seats = Counter(chain.from_iterable(self.compositions))
        each = [seats[at] / len(of) for at, of in enumerate(self.profiles)]
        return {
            one: each[at] / len(self.compositions)
            for at, of in enumerate(self.profiles)
            for one in of
        }

    def drawn(self, seed: bytes) -> Drawn:
        """Give what a seed draws: the ticket, from zero, and the member numbers.

        Raises:
            SortitionError: as `pick` and `fill`.
        """
        ticket = pick(seed, len(self.compositions))
        return Drawn(ticket, self.panel(ticket, seed))

    def panel(self, ticket: int, seed: bytes) -> tuple[int, ...]:
        """Give the members that a seed picks for one composition."""
        seats = Counter(self.compositions[ticket])
        return fill(
            self.profiles,
            [seats[at] for at in range(len(self.profiles))],
            seed=seed,
            number=str,
            home=lambda one: self._homes.get(one, -one),
        )

    @cached_property
    def _homes(self) -> dict[int, int]:
        return {one: at for at, home in enumerate(self.households) for one in home}


def conceal(
    made: Instance,
    compositions: Wholes,
    *,
    numbers: Sequence[int],
    order: Sequence[int],
    named: tuple[str, int],
) -> PublicLottery:
    """Write a lottery so that it says nothing of anybody.

    Args:
        made: who is in which orbit and household.
        compositions: of equal chance; a row for each, with the seats of each orbit.
        numbers: the member number of each person of the instance.
        order: the orbits in the order in which they are published; chance should choose it.
        named: the engagement, and which draw of it.
    """
    place = {orbit: at for at, orbit in enumerate(order)}
    homes: dict[int, list[int]] = {}
    for person, home in enumerate(made.households.tolist()):
        homes.setdefault(home, []).append(numbers[person])
    return PublicLottery(
        *named,
        tuple(tuple(sorted(numbers[at] for at in made.orbits[o].members)) for o in order),
        tuple(sorted(tuple(sorted(home)) for home in homes.values() if len(home) > 1)),
        tuple(_seats(row, place) for row in compositions),
    )


def _seats(row: Wholes, place: dict[int, int]) -> tuple[int, ...]:
    return tuple(
        sorted(place[int(orbit)] for orbit in np.repeat(np.arange(len(row)), row).tolist())
    )


def read_public(data: bytes) -> PublicLottery:
    """Read a published lottery, and see that it can be drawn from.

    Every member is in one profile; every composition has the same number of seats, and no more of a
    profile than people.

    Raises:
        SortitionError: ``lottery.form``.
    """
    try:
        said = json.loads(data)
        read = PublicLottery(
            said["engagement"],
            said["draw"],
            *(_numbers(said[name]) for name in ("profiles", "households", "compositions")),
        )
        known = read.plain() == said
    except (ValueError, KeyError, TypeError, RecursionError):
        raise SortitionError("lottery.form") from None
    if not known or not _sound(read):
        raise SortitionError("lottery.form")
    return read


def _numbers(said: Any) -> Numbers:
    found = tuple(tuple(each) for each in said)
    if any(type(one) is not int for each in found for one in each):
        raise TypeError
    return found


def _sound(read: PublicLottery) -> bool:
    members = list(chain.from_iterable(read.profiles))
    housed = list(chain.from_iterable(read.households))
    apart = len(set(members)) == len(members) and len(set(housed)) == len(housed)
    sizes = {len(each) for each in read.compositions}
    return (
        apart
        and all(read.profiles)
        and set(housed) <= set(members)
        and len(sizes) == 1
        and all(_fits(read, each) for each in read.compositions)
    )


def _fits(read: PublicLottery, composition: Sequence[int]) -> bool:
    return all(
        0 <= at < len(read.profiles) and seats <= len(read.profiles[at])
        for at, seats in Counter(composition).items()
    )
