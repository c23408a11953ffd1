"""Numbers and an order that come from a seed, and can be recomputed from it.

``H(label, ...)`` is HMAC-SHA256 with the seed of 32 bytes as key, over the label in ASCII, a zero
byte, and the rest. Each use has labels of its own, so one seed may serve several.
"""

import hashlib
import hmac
from collections.abc import Callable, Collection

from answerable.science.sortition.errors import SortitionError

SEED_BYTES = 32
_BITS = 256


class Lot:
    """What a seed decides.

    Raises:
        SortitionError: ``seed.length``.
    """

    def __init__(self, seed: bytes) -> None:
        if len(seed) != SEED_BYTES:
            raise SortitionError("seed.length", bytes=len(seed))
        self.seed = seed

    def digest(self, label: str, rest: bytes) -> bytes:
        return hmac.digest(self.seed, label.encode("ascii") + b"\0" + rest, hashlib.sha256)

    def below(self, count: int, label: str) -> int:
        """Pick a number below a count; every one has the same chance."""
        limit = (1 << _BITS) // count * count
        turn = 0
        while True:
            number = int.from_bytes(self.digest(label, turn.to_bytes(8, "big")), "big")
            if number < limit:
                return number % count
            turn += 1

    def ordered(
        self, members: Collection[int], number: Callable[[int], str], label: str = "member"
    ) -> list[int]:
        """Put members, each with a number of their own, in the order of their keys."""
        return sorted(members, key=lambda one: self.digest(label, number(one).encode()))
