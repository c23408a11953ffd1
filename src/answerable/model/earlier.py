"""Bodies as they were once said; each can say the same in the newest version of its kind.

Nobody says them any more. Registers in which somebody did are read and checked for ever: each keeps
its class and its golden file, its rule in the room of its stage, and has an ``upcast``. A name ends
in the version; what was not said then stays unsaid.
"""

from typing import ClassVar, Literal

from pydantic import Field

from answerable.model.base import Day, Digest, Frozen, Slug
from answerable.model.entry import Body, Kind
from answerable.model.exchange import Count, ReleasesCounted, Rounded
from answerable.model.limits import Pattern


class Count1(Frozen):
    """Requests of one sort in a day, and the rows given in answer."""

    agreement: Slug | None = None
    dataset: Slug | None = None
    pattern: Pattern | None = None
    recipient: Slug | None = None
    outcome: Literal["allowed", "refused", "emergency"]
    requests: Rounded | None = None
    rows: Rounded | None = None


class ReleasesCounted1(Body):
    """A custodian said what one day's releases came to: not which limits decided, nor of what."""

    kind: ClassVar[Kind] = Kind("releases.counted", 1)

    gateway: Slug
    day: Day
    size: int = Field(ge=0)
    root: Digest
    counts: tuple[Count1, ...] = Field(max_length=150)

    def upcast(self) -> ReleasesCounted:
        """Say the same, without limits and commitments."""
        counts = tuple(map(Count.from_, self.counts))
        return ReleasesCounted.from_(self, counts=counts)
