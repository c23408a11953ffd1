"""Draw addresses so that the chance of each is exactly what is stated; anybody can redo it.

The rule, in full (``below`` is that of ``lot``):

1. Places are put in the order of their values, whole numbers as such, feature by feature in order
   of name; then of their own name. So what is next to each other is alike (systematic sampling:
   Madow 1949), and no value of the first feature gets a whole letter more or less than its due.
2. Their billionths of invitations are laid end to end. A place gets a letter for each point
   ``start``, ``start + 10**9``, ``start + 2 * 10**9`` ... in its stretch, ``start`` being
   ``below(10**9, "invitations")``: its due rounded down or up, and its due exactly on average.
3. Of the ``n`` addresses of the place that is ``i``-th in this order (from nought), numbered from
   nought, ``k`` are drawn: for ``j = n - k, ..., n - 1``, take ``below(j + 1, "address i j")``, or
   ``j`` where that is taken already (Floyd). All sets of ``k`` have the same chance.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from answerable.science.sortition.invitations.expected import GRAIN, Expected
from answerable.science.sortition.lot import Lot


@dataclass(frozen=True, slots=True)
class Sample:
    """Who gets a letter.

    Attributes:
        letters: to each place.
        addresses: for each place the numbers of those drawn, from one, ascending.
    """

    letters: tuple[int, ...]
    addresses: tuple[tuple[int, ...], ...]


def sample(asked: Expected, seed: bytes) -> Sample:
    """Draw addresses.

    Raises:
        SortitionError: ``seed.length``.
    """
    lot = Lot(seed)
    features = sorted({feature for place in asked.places for feature in place.values})
    order = sorted(
        range(len(asked.places)),
        key=lambda at: (
            *(_key(asked.places[at].values.get(feature, "")) for feature in features),
            asked.places[at].name,
        ),
    )
    start = lot.below(GRAIN, "invitations")
    letters = systematic([asked.grains[at] for at in order], GRAIN, start)
    drawn = [
        _addresses(asked.places[at].addresses, count, lot, f"address {place}")
        for place, (at, count) in enumerate(zip(order, letters, strict=True))
    ]
    back = sorted(range(len(order)), key=order.__getitem__)
    return Sample(tuple(letters[at] for at in back), tuple(drawn[at] for at in back))


def _key(value: str) -> str:
    """Let numbers come in the order of numbers."""
    return value.zfill(12) if value.isascii() and value.isdigit() else value


def systematic(grains: Sequence[int], grain: int, start: int) -> list[int]:
    """Count the points ``start + k * grain`` in each of some stretches laid end to end.

    >>> systematic([7, 5, 8], 10, 3)
    [1, 0, 1]
    """
    found, end, before = [], 0, 0
    for length in grains:
        end += length
        upto = -((start - end) // grain)
        found.append(upto - before)
        before = upto
    return found


def _addresses(addresses: int, count: int, lot: Lot, label: str) -> tuple[int, ...]:
    taken: set[int] = set()
    for last in range(addresses - count, addresses):
        one = lot.below(last + 1, f"{label} {last}")
        taken.add(last if one in taken else one)
    return tuple(sorted(number + 1 for number in taken))
