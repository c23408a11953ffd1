"""What the register took down of a log, compared with the lines that the log has now.

Of each day it took down the size and root of the log, and rows that were counted from it. They are
worked out again here, from a file that is only read: a gateway may run meanwhile.
"""

from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import partial
from pathlib import Path
from typing import Any, Final, NamedTuple, TypeAlias

from answerable.gateway.releases.book import LINES
from answerable.gateway.releases.committed import salt_of
from answerable.gateway.releases.daily import Counted, Counting, Sort, count_day, limits_in
from answerable.gateway.releases.leaves import first_from, read_leaf
from answerable.gateway.releases.lines import Reading
from answerable.gateway.releases.seal import BLIND_KEY, read_blind_key
from answerable.model.errors import Invalid
from answerable.model.exchange import Count, Releases
from answerable.model.state import State
from answerable.science.tlog import Tree, leaf_hash

Salts: TypeAlias = Callable[[date], bytes | None]
"""Gives the salt of a day, if it is known."""

_SINCE_2: Final = ("limits", "commitment")
_FIGURES: Final = ("requests", "rows", *_SINCE_2)

_NO_LINES: Final = (ValueError, LookupError, TypeError, AttributeError, RecursionError)
"""What comes of reading lines that a gateway did not write."""


class Wrong(NamedTuple):
    """A row that is not what the lines come to.

    Attributes:
        sort: which row.
        what: the fields that differ; all of them, where only one of the two has the row.
    """

    sort: Sort
    what: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Anchor:
    """One day on which the register took down a log.

    Attributes:
        size: how many lines the log had.
        holds: whether the lines up to there are still those.
        salted: whether the commitments could be compared too.
        rows: how many rows the register has.
        wrong: those that differ; nothing if the lines cannot be counted at all.
    """

    day: date
    size: int
    holds: bool
    salted: bool
    rows: int
    wrong: tuple[Wrong, ...] | None


def salts_of(directory: Path) -> Salts:
    """Give what tells the salts of a log; without its key, it knows none.

    Raises:
        Broken: ``releases.damaged``.
    """
    if not (directory / BLIND_KEY).exists():
        return lambda _: None
    return partial(salt_of, read_blind_key(directory))


def compare(directory: Path, gateway: str, state: State, salts: Salts) -> tuple[Anchor, ...]:
    """Compare a log with every day of it in the register.

    Args:
        directory: the log's; of what is in it only the lines are needed.
        gateway: whose it is, as the register knows it.
        state: the register.
        salts: what is known of the salts.

    Raises:
        Broken: ``store.unwritable``: the log cannot be read.
    """
    days = [each for each in state.each(Releases) if each.gateway == gateway]
    with closing(Reading(directory / LINES)) as lines:
        recount = _Recount(lines, limits_in(state), salts)
        return tuple(recount.days(sorted(days, key=lambda each: each.size)))


@dataclass(frozen=True, slots=True)
class _Recount:
    """Counts days again."""

    lines: Reading
    limits: Callable[[str | None], Any]
    salts: Salts

    def days(self, days: list[Releases]) -> Iterator[Anchor]:
        tree = Tree()
        for each in days:
            there = min(each.size, len(self.lines))
            tree.extend(map(leaf_hash, self.lines.between(tree.size, there)))
            holds = tree.size == each.size and tree.root().hex() == each.root
            salt, rows = self.salts(each.day), len(each.counts)
            yield Anchor(each.day, each.size, holds, salt is not None, rows, self._wrong(each))

    def _wrong(self, said: Releases) -> tuple[Wrong, ...] | None:
        try:
            counted = self._counted(said)
        except (*_NO_LINES, Invalid):
            return None
        return tuple(_different(said.counts, counted))

    def _counted(self, said: Releases) -> tuple[Counted, ...]:
        """Count every line of the day, also such as came after those that were anchored."""
        start = datetime.combine(said.day, time(), UTC)
        first, last = (
            first_from(moment, self.lines.read, len(self.lines))
            for moment in (start, start + timedelta(days=1))
        )
        by = Counting(said.gateway, said.day, self.salts(said.day), self._leaf, self.limits)
        return count_day(self.lines.between(first, last), by)

    def _leaf(self, number: int) -> dict[str, Any]:
        return read_leaf(self.lines.read(number))


def _different(said: tuple[Count, ...], counted: tuple[Counted, ...]) -> Iterator[Wrong]:
    """Compare rows; what version 1 did not say, and what needs a salt that is not known, passes."""
    theirs = {_sort_of(row): row for row in said}
    ours = {row.sort: row for row in counted}
    for sort in {**theirs, **ours}:
        row, other = theirs.get(sort), ours.get(sort)
        if row is None or other is None:
            yield Wrong(sort, _FIGURES)
        elif what := tuple(name for name in _FIGURES if _differs(row, other, name)):
            yield Wrong(sort, what)
    if len(theirs) != len(said):
        yield from (Wrong(sort, _FIGURES) for sort in _repeated(said))


def _sort_of(row: Count) -> Sort:
    return Sort(row.agreement, row.dataset, row.pattern, row.recipient, row.outcome)


def _repeated(said: tuple[Count, ...]) -> list[Sort]:
    sorts = list(map(_sort_of, said))
    return list(dict.fromkeys(sort for sort in sorts if sorts.count(sort) > 1))


def _differs(row: Count, counted: Counted, name: str) -> bool:
    said, true = getattr(row, name), getattr(counted, name)
    unsaid = said is None and name in _SINCE_2
    unknown = true is None and name == "commitment"
    return bool(said != true) and not (unsaid or unknown)
