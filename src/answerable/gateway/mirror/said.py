"""What a mirror says of its sources: troubles, which pass, and the one alarm, which does not."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from answerable.model.base import Frozen, Moment
from answerable.model.errors import Param


@dataclass(frozen=True, slots=True)
class Trouble:
    """What is wrong with one source.

    Attributes:
        source: its name, as configured.
        code: a code of `answerable.words`.
        params: what the sentence needs, the source among it.
    """

    source: str
    code: str
    params: Mapping[str, Param]


@dataclass(frozen=True, slots=True)
class Followed:
    """What came of one pass over all sources.

    Attributes:
        accepted: whether anything new is believed.
        troubles: those of this pass, and those of the last one that were not looked at again.
    """

    accepted: bool
    troubles: tuple[Trouble, ...] = ()


class Alarm(Frozen):
    """The register showed two faces. Both signed notes are the proof; sizes are in entries.

    What is empty could not be read back: an alarm that is damaged is an alarm.
    """

    code: Literal["mirror.fork"] = "mirror.fork"
    source: str = ""
    found_at: Moment | None = None
    our_size: int = 0
    their_size: int = 0
    ours: str = ""
    theirs: str = ""

    @property
    def trouble(self) -> Trouble:
        """The same, as it is logged."""
        params: dict[str, Param] = {
            "source": self.source,
            "ours": self.our_size,
            "theirs": self.their_size,
        }
        return Trouble(self.source, self.code, params)
