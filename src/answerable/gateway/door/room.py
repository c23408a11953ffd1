"""How many streams may run at once: each holds a query open, and memory with it."""

from collections.abc import Iterator
from contextlib import contextmanager

from answerable.model.errors import Broken


class Room:
    """So many places, and nobody waits for one: whoever finds none comes again."""

    def __init__(self, places: int) -> None:
        self._free = places

    @contextmanager
    def taken(self) -> Iterator[None]:
        """Hold a place until the end of the block.

        Raises:
            Broken: ``door.busy``.
        """
        if not self._free:
            raise Broken("door.busy")
        self._free -= 1
        try:
            yield
        finally:
            self._free += 1
