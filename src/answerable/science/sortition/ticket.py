"""From a seed to a panel, in a way that a hundred lines without a library can recompute.

The rule, in full. ``H(label, ...)`` is HMAC-SHA256 with the seed of 32 bytes as key, over the label
in ASCII, a zero byte, and the rest as said.

1. **Composition.** For i = 0, 1, 2, ...: read ``H("composition", i)`` as a number, big end first, i
   being written in 8 bytes, big end first. Take the first number below the greatest multiple of
   ``count`` that is not above 2**256, modulo ``count``: that many places into the list of
   compositions, from zero.
2. **Order.** Each member of the pool has an opaque member number, a text. Their key is
   ``H("member", number)``, the number in UTF-8. Keys are compared as bytes.
3. **Members.** Orbits are taken in their order. Each takes as many members as the composition has
   seats for it, in order of key, passing over who shares a household with somebody taken before.

Everybody in an orbit has the same chance, whoever they are: the keys cannot be told from random,
and the rule treats members of an orbit alike. There are always enough: an orbit of a kind of
household passes over only those households of that kind which other orbits were taken from.
"""

from collections.abc import Callable, Collection, Hashable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice

from answerable.science.sortition.errors import SortitionError
from answerable.science.sortition.instance import Instance, Wholes
from answerable.science.sortition.lot import Lot


@dataclass(frozen=True, slots=True)
class Drawn:
    """A panel drawn.

    Attributes:
        ticket: the place of the composition in the list.
        members: the places in the pool of the panel, ascending.
    """

    ticket: int
    members: tuple[int, ...]


def draw_panel(
    instance: Instance, compositions: Wholes, numbers: Sequence[str], seed: bytes
) -> Drawn:
    """Draw a panel by the seed, as the rule above says.

    Args:
        instance: who is in which orbit and household.
        compositions: numbered, of equal chance.
        numbers: an opaque member number for each person of the pool.
        seed: 32 bytes that nobody could know or choose.

    Raises:
        SortitionError: ``seed.length``; ``members.numbers`` where there is not one number for each
            person; ``compositions.none``.
    """
    _check(instance, compositions, numbers)
    ticket = pick(seed, len(compositions))
    panel = fill(
        [orbit.members for orbit in instance.orbits],
        compositions[ticket].tolist(),
        seed=seed,
        number=lambda place: numbers[place],
        home=lambda place: int(instance.households[place]),
    )
    return Drawn(ticket, panel)


def pick(seed: bytes, count: int) -> int:
    """Give the place in a list of so many compositions that a seed picks, from zero.

    Raises:
        SortitionError: ``seed.length``.
    """
    return Lot(seed).below(count, "composition")


def fill(
    groups: Sequence[Collection[int]],
    seats: Sequence[int],
    *,
    seed: bytes,
    number: Callable[[int], str],
    home: Callable[[int], Hashable],
) -> tuple[int, ...]:
    """Give the members that a seed picks, ascending.

    Args:
        groups: the members of each orbit.
        seats: how many seats each orbit has.
        seed: 32 bytes.
        number: gives the member number of a member.
        home: gives the household of a member.

    Raises:
        SortitionError: ``seed.length``; ``draw.failed`` where an orbit has too few members.
    """
    lot = Lot(seed)
    taken: set[Hashable] = set()
    panel: list[int] = []
    for members, wanted in zip(groups, seats, strict=True):
        ordered = lot.ordered(members, number) if wanted else []
        found = list(islice(_apart(ordered, home, taken), wanted))
        if len(found) < wanted:
            raise SortitionError("draw.failed")
        panel.extend(found)
    return tuple(sorted(panel))


def chances_of(instance: Instance, compositions: Wholes) -> tuple[float, ...]:
    """Give each person's chance in a lottery of compositions of equal chance."""
    average = compositions.mean(axis=0) / instance.sizes
    return tuple(instance.by_person(average).tolist())


def _check(instance: Instance, compositions: Wholes, numbers: Sequence[str]) -> None:
    if len(numbers) != len(instance.households) or len(set(numbers)) != len(numbers):
        raise SortitionError("members.numbers", people=len(instance.households))
    if not len(compositions):
        raise SortitionError("compositions.none")


def _apart(
    members: Sequence[int], home: Callable[[int], Hashable], taken: set[Hashable]
) -> Iterator[int]:
    """Give those whose household nobody was taken from; taking one takes the household."""
    for one in members:
        if home(one) not in taken:
            taken.add(home(one))
            yield one
