"""Which cells may leave when the data changed since earlier ones left.

A count of data that are no more says nothing exact about those of today. So there are two
questions, and a cell leaves only if both allow it. What was given of the *same version* is known:
nothing small may follow from it and this release. What was given of any version and is *still
true* may be taken for known, as whoever asks may guess that it did not change: nothing small may
follow from that either.

What this does not look at: by how much a count changed, which tells of those who came and went; and
what a release of later data lets somebody guess about a cell that was withheld earlier.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from answerable.science.disclosure.protect import protect
from answerable.science.disclosure.table import Cell, Grouping, Published, Table

People = Callable[[Grouping, Cell], int]
"""Says how many people a cell has now."""


@dataclass(frozen=True, slots=True)
class GivenCounts:
    """What was given of one grouping and one version of the data.

    Attributes:
        version: any text; another for other data.
        counts: the people of each cell that was given.
    """

    version: str
    grouping: Grouping
    counts: Mapping[Cell, int]


def may_leave(
    table: Table,
    wanted: Grouping,
    *,
    minimum: int,
    version: str,
    given: Sequence[GivenCounts],
    people: People,
) -> frozenset[Cell]:
    """Choose the cells of a grouping that may be given, beside all that were.

    Args:
        table: the rows there are now.
        wanted: the grouping now asked for.
        minimum: the smallest number of people that may be known.
        version: of the data there are now.
        given: what was given before, in any order.
        people: how many people a cell of any of these groupings has now.

    Raises:
        DisclosureError: as `protect`.
    """

    def below(grouping: Grouping, cell: Cell) -> bool:
        return people(grouping, cell) < minimum

    def beside(known: Iterable[GivenCounts]) -> frozenset[Cell]:
        earlier = [Published(each.grouping, frozenset()) for each in given]
        earlier += [_still_true(each, people) for each in known]
        return protect(table, wanted, minimum=minimum, earlier=earlier, below=below).published

    same = [each for each in given if each.version == version]
    chosen = beside(given)
    return chosen & beside(same) if len(same) < len(given) else chosen


def _still_true(given: GivenCounts, people: People) -> Published:
    counts = given.counts.items()
    true = frozenset(cell for cell, count in counts if people(given.grouping, cell) == count)
    return Published(given.grouping, true)
