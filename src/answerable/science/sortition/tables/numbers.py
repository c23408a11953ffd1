"""Numbers without end from a seed, for a search that anybody can repeat."""

from typing import Final

import numpy as np

from answerable.science.sortition.instance import Wholes
from answerable.science.sortition.lot import Lot

_LABEL: Final = "tables"
_BYTES: Final = 8


class Numbers:
    """Numbers in turn; they steer a search, so that a bias of 2**-56 is no matter."""

    def __init__(self, lot: Lot) -> None:
        self._lot = lot
        self._turn = 0
        self._left = b""

    def below(self, count: int) -> int:
        """Give the next number below a count."""
        if not self._left:
            self._left = self._lot.digest(_LABEL, self._turn.to_bytes(_BYTES, "big"))
            self._turn += 1
        number, self._left = self._left[:_BYTES], self._left[_BYTES:]
        return int.from_bytes(number, "big") % count

    def shuffled(self, count: int) -> Wholes:
        """Give the numbers below a count in a random order."""
        order = np.arange(count, dtype=np.int64)
        for last in range(count - 1, 0, -1):
            other = self.below(last + 1)
            order[last], order[other] = order[other], order[last]
        return order
