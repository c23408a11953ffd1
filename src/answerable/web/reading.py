"""What pages keep of the register beside its state: each entry is read for it once."""

from answerable.loop import Loop
from answerable.model.state import State
from answerable.web.drafts import Drafts
from answerable.web.recorded import Recorded
from answerable.web.shelves import Shelves


class Reading:
    """Translations, and where entries and data are found.

    Attributes:
        drafts: sentences in languages in which they were not said.
        recorded: where in the register things were said.
        shelves: data and services, by words.
    """

    def __init__(self) -> None:
        self.drafts = Drafts()
        self.recorded = Recorded()
        self.shelves = Shelves(self.drafts)

    def follow(self, loop: Loop, state: State) -> None:
        """Take in what was said since the last time."""
        for entry in loop.entries(self.recorded.size, state.size):
            self.drafts.take(loop, entry)
            self.recorded.take(entry)
            self.shelves.take(entry, self.recorded.about(entry.index))
