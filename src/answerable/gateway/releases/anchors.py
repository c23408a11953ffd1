"""What the register anchored of a log, compared with the lines that the log has now."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from itertools import islice
from pathlib import Path

from answerable.gateway.releases.book import LINES
from answerable.model.exchange import Releases
from answerable.model.state import State
from answerable.science.tlog import Tree, leaf_hash
from answerable.store import files


@dataclass(frozen=True, slots=True)
class Anchor:
    """One day on which the register took down a log.

    Attributes:
        size: how many lines the log had.
        holds: whether the lines up to there are still those.
    """

    day: date
    size: int
    holds: bool


def compare(directory: Path, gateway: str, state: State) -> tuple[Anchor, ...]:
    """Compare a log with every day of it in the register; a gateway may run meanwhile.

    Args:
        directory: the log's.
        gateway: whose it is, as the register knows it.
        state: the register.

    Raises:
        Broken: ``store.unwritable``: the log cannot be read.
    """
    days = [each for each in state.each(Releases) if each.gateway == gateway]
    with files.writing_to(LINES):
        return tuple(_compared(directory / LINES, sorted(days, key=lambda each: each.size)))


def _compared(path: Path, days: Iterable[Releases]) -> Iterator[Anchor]:
    tree = Tree()
    with path.open("rb") as file:
        whole = (line[:-1] for line in file if line.endswith(b"\n"))
        for each in days:
            tree.extend(map(leaf_hash, islice(whole, each.size - tree.size)))
            holds = tree.size == each.size and tree.root().hex() == each.root
            yield Anchor(each.day, each.size, holds)
