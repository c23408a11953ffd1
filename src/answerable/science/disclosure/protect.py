"""Which cells may leave, so that no small one can be worked out, also not from earlier releases.

A cell is *sensitive* if it is below the minimum now, in any grouping that is or was asked for;
nought is below. It is *protected* if nobody can tell that it is small: some table that agrees
with all that is published has at least the minimum there. (A cell that has many rows, but of few
people, is protected if some such table has fewer rows than the minimum there.) Cells are withheld
until every sensitive cell is protected, and put back, the largest first, while all stay so.

What earlier releases gave away cannot be taken back. A sensitive cell that is exposed already
must stay as uncertain as it was: its greatest and least possible counts may not come closer.

For the ideas see Willenborg and de Waal, "Elements of Statistical Disclosure Control" (2001);
Fischetti and Salazar-Gonzalez (2001, see `attacker`); and Hundepool and others, "Statistical
Disclosure Control" (2012). What this does not look at: that counts are whole, which in tables of
three or more dimensions can in rare cases tell more; that data change between releases (see
`changing`); and that the attacker may know this program, or some of the people counted.
"""

from collections.abc import Sequence

import numpy as np

from answerable.science.disclosure.attacker import Attacker
from answerable.science.disclosure.errors import DisclosureError
from answerable.science.disclosure.goals import TOLERANCE, Goal, Goals
from answerable.science.disclosure.grid import lay_out
from answerable.science.disclosure.lumps import Flags
from answerable.science.disclosure.parts import parts
from answerable.science.disclosure.problem import (
    Below,
    Problem,
    Sensitive,
    Sheet,
    lay_sheets,
    pose,
)
from answerable.science.disclosure.search import Evidence, put_back, withhold
from answerable.science.disclosure.table import Grouping, Protected, Published, Table

MOST_WORK = 500_000
"""The most unknown numbers (see `lumps`) times counts that add some of them up, to look at at once.

A table of 60 by 60, or of 11 by 11 by 11, beside all its totals: some seconds.
"""

_FAR = 10


def protect(
    table: Table,
    wanted: Grouping,
    *,
    minimum: int,
    earlier: Sequence[Published] = (),
    below: Below | None = None,
) -> Protected:
    """Choose the cells of a grouping that may be published beside all earlier releases.

    Args:
        table: the rows there are now.
        wanted: the grouping now asked for.
        minimum: the smallest count that may be known.
        earlier: what was published before, in any order.
        below: says that a cell is below the minimum although it has as many rows, because they
            are of fewer people. A cell with fewer rows is always below.

    Raises:
        DisclosureError: as `lay_out`; ``disclosure.minimum``, it is below one;
            ``disclosure.large``, more than `MOST_WORK`; ``disclosure.failed``, the solver gave up.
    """
    if minimum < 1:
        raise DisclosureError("disclosure.minimum")
    grid = lay_out(table, wanted, earlier)
    sheets = lay_sheets(grid, wanted, earlier, minimum, below)
    problem = pose(grid, sheets, minimum)
    withheld, exposed = _solve(problem, minimum)
    return _protected(sheets[0], withheld, exposed)


def _protected(sheet: Sheet, withheld: Flags, exposed: Sequence[Sensitive]) -> Protected:
    cells = sheet.margin.cells
    back = frozenset(cells[at] for at in np.flatnonzero(sheet.candidate)[withheld])
    small = frozenset(cells[at] for at in np.flatnonzero(sheet.small))
    named = frozenset(each.name for each in exposed)
    return Protected(frozenset(cells) - back - small, small, back, named)


def _solve(whole: Problem, minimum: int) -> tuple[Flags, list[Sensitive]]:
    """Find the candidates to withhold, shape (candidates,), and what is exposed already."""
    withheld = np.zeros(len(whole.candidates), dtype=np.bool_)
    unsafe = _unsafe(whole)
    exposed = [each for each in unsafe if not each.touching]
    for part in parts(whole, [each for each in unsafe if each.touching]):
        back, lost = _solve_part(part.problem, minimum)
        withheld[part.candidates] = back
        exposed += lost
    return withheld, exposed


def _unsafe(problem: Problem) -> list[Sensitive]:
    """Leave out the cells with a lump that nobody knows anything about: it may hold any number."""
    far = max((each.goal.amount for each in problem.sensitive), default=0)
    anything = np.where(problem.free, far, 0.0)
    goals = Goals([each.goal for each in problem.sensitive])
    safe = goals.reached(anything)
    return [each for each, is_safe in zip(problem.sensitive, safe, strict=True) if not is_safe]


def _solve_part(problem: Problem, minimum: int) -> tuple[Flags, list[Sensitive]]:
    publish_all = np.zeros(len(problem.candidates), dtype=np.bool_)
    goals = {each.goal for each in problem.sensitive}
    evidence = Evidence(goals)
    attacker = _attacker(problem, _FAR * max(minimum, *(goal.amount for goal in goals)))
    hard = evidence.seek_all(attacker)
    if not hard:
        return publish_all, []
    attacker.publish_all_but(~publish_all)
    lost = set(Evidence(hard).seek_all(attacker))
    exposed = [each for each in problem.sensitive if each.goal in lost]
    kept = _stay_uncertain(exposed, attacker)
    evidence = Evidence((goals - lost) | kept, evidence.moves())
    withheld = withhold(attacker, evidence, len(publish_all))
    order = sorted(np.flatnonzero(withheld).tolist(), key=lambda at: (-problem.sizes[at], at))
    return put_back(attacker, evidence, withheld, problem.candidates, order), exposed


def _attacker(problem: Problem, reach: float) -> Attacker:
    sums = sum(len(lumps) > 1 for lumps in (*problem.known, *problem.candidates))
    if (work := len(problem.rows) * sums) > MOST_WORK:
        raise DisclosureError("disclosure.large", size=work, most=MOST_WORK)
    # Few cells first, then small ones: a cell costs between one and two.
    costs = 1 + problem.sizes / (1 + problem.sizes.max(initial=0))
    return Attacker(problem.rows, problem.known, problem.candidates, costs, reach)


def _stay_uncertain(exposed: Sequence[Sensitive], attacker: Attacker) -> set[Goal]:
    """Ask that cells can still move as far, up and down, as they can before this release."""
    ways = {(1, each.touching) for each in exposed} | {(-1, each.inside) for each in exposed}
    goals = set()
    for sign, lumps in sorted(way for way in ways if way[1]):
        goal = Goal(sign, lumps, 0.0)
        amount = goal.change(attacker.furthest(goal))
        if amount > 10 * TOLERANCE:
            goals.add(Goal(sign, lumps, amount))
    return goals
