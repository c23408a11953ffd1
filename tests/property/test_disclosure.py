"""Laws of the protection of counts, compared with two oracles that share nothing with it.

One lists every table of whole numbers that agrees with what is published; the other lists the
corners of all tables of numbers, in exact fractions.
"""

from fractions import Fraction
from itertools import combinations, product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from answerable.science.disclosure import GivenCounts, Published, Table, may_leave, protect

pytestmark = pytest.mark.property

LETTERS = "abc"
BEYOND = 1000
SETTINGS = settings(max_examples=settings().max_examples // 2)


def cells_of(table, grouping):
    """Every cell of a grouping, and the places in the grid of the combinations that are in it."""
    values = [sorted({cell[at] for cell in table.rows}) for at in range(len(table.columns))]
    found = {}
    for place, atom in enumerate(product(*values)):
        cell = tuple(atom[table.columns.index(column)] for column in grouping)
        found.setdefault(cell, []).append(place)
    return found


def count(table, grouping, cell):
    at = [table.columns.index(column) for column in grouping]
    return sum(n for atom, n in table.rows.items() if tuple(atom[i] for i in at) == cell)


def equations(table, releases):
    return {
        (tuple(cells_of(table, r.grouping)[cell]), count(table, r.grouping, cell))
        for r in releases
        for cell in r.cells
    }


def whole_tables(table, releases, cap):
    """All tables of whole numbers; a combination in no equation is at most ``cap``."""
    known = [(set(places), total) for places, total in equations(table, releases)]
    size = len(cells_of(table, table.columns))

    def extend(done, left):
        at = len(done)
        if at == size:
            yield done
            return
        mine = [i for i, (places, _) in enumerate(known) if at in places]
        most = min((left[i] for i in mine), default=cap)
        for value in range(most + 1):
            after = [total - value if i in mine else total for i, total in enumerate(left)]
            if all(after[i] == 0 for i in mine if max(known[i][0]) == at):
                yield from extend([*done, value], after)

    yield from extend([], [total for _, total in known])


def corners(table, releases, _cap):
    """The corners of all tables of numbers, their sum being at most ``BEYOND``; in fractions."""
    size = len(cells_of(table, table.columns))
    rows = [[Fraction(1)] * (size + 1) + [Fraction(BEYOND)]]
    for places, total in sorted(equations(table, releases)):
        rows.append([Fraction(at in places) for at in range(size + 1)] + [Fraction(total)])
    rows = reduced(rows)
    for basis in combinations(range(size + 1), len(rows)):
        solved = reduced([[row[at] for at in basis] + row[-1:] for row in rows])
        if len(solved) == len(basis) and all(solved[i][i] == 1 for i in range(len(basis))):
            values = dict(zip(basis, (row[-1] for row in solved), strict=True))
            if min(values.values()) >= 0:
                yield [values.get(at, Fraction(0)) for at in range(size)]


def reduced(rows):
    """Row echelon form, without rows of nought; the last column is the right-hand side."""
    rows, done = [list(row) for row in rows], 0
    for column in range(len(rows[0])):
        pivot = next((i for i in range(done, len(rows)) if rows[i][column]), None)
        if pivot is None:
            continue
        rows[done], rows[pivot] = rows[pivot], rows[done]
        rows[done] = [value / rows[done][column] for value in rows[done]]
        for i, row in enumerate(rows):
            if i != done and row[column]:
                rows[i] = [a - row[column] * b for a, b in zip(row, rows[done], strict=True)]
        done += 1
    return rows[:done]


def bounds(oracle, table, releases, groupings, cap):
    """The least and greatest count of every cell of the groupings."""
    names = {(g, cell): places for g in groupings for cell, places in cells_of(table, g).items()}
    least, most = dict.fromkeys(names, BEYOND), dict.fromkeys(names, 0)
    for numbers in oracle(table, releases, cap):
        for name, places in names.items():
            total = sum(numbers[place] for place in places)
            least[name], most[name] = min(least[name], total), max(most[name], total)
    return {name: (least[name], most[name]) for name in names}


def all_groupings(columns):
    return [g for n in range(len(columns) + 1) for g in combinations(columns, n)]


@st.composite
def tables(draw, sizes, most):
    columns = tuple(LETTERS[: len(sizes)])
    atoms = list(product(*(["p", "q", "r"][:size] for size in sizes)))
    counts = draw(st.lists(st.integers(0, most), min_size=len(atoms), max_size=len(atoms)))
    return Table(columns, dict(zip(atoms, counts, strict=True)))


@st.composite
def stories(draw, sizes, most):
    """A table, what is asked for in turn, and which cells are of too few people besides."""
    table = draw(tables(sizes, most))
    asked = draw(st.lists(st.sampled_from(all_groupings(table.columns)), min_size=1, max_size=4))
    names = [(g, cell) for g in all_groupings(table.columns) for cell in cells_of(table, g)]
    few = draw(st.frozensets(st.sampled_from(names), max_size=2))
    return table, asked, few


@st.composite
def careless(draw, sizes, most):
    """A table, and earlier releases that nobody checked, of cells of any size."""
    table = draw(tables(sizes, most))
    groupings = all_groupings(table.columns)
    releases = []
    for grouping in draw(st.lists(st.sampled_from(groupings), max_size=3)):
        cells = sorted(cells_of(table, grouping))
        releases.append(Published(grouping, draw(st.frozensets(st.sampled_from(cells)))))
    return table, releases, draw(st.sampled_from(groupings))


def check(oracle, table, earlier, wanted, minimum, few=frozenset()):
    """Everything that is promised of one release; what was published."""

    def small(grouping, cell):
        return count(table, grouping, cell) < minimum or (grouping, cell) in few

    found = protect(
        table, wanted, minimum=minimum, earlier=earlier, below=lambda *name: name in few
    )
    parts = (found.published, found.primary, found.complementary)
    cells = set(cells_of(table, wanted))
    assert sum(map(len, parts)) == len(cells)
    assert set().union(*parts) == cells
    assert found.primary == {cell for cell in cells if small(wanted, cell)}
    again = {cell for release in earlier if release.grouping == wanted for cell in release.cells}
    assert again - found.primary <= found.published

    release = Published(wanted, found.published)
    groupings = {wanted} | {each.grouping for each in earlier}
    before = bounds(oracle, table, earlier, groupings, minimum)
    after = bounds(oracle, table, [*earlier, release], groupings, minimum)
    sensitive = {name for name in before if small(*name)}
    lost = {name for name in sensitive if not before[name][0] < minimum <= before[name][1]}
    assert found.exposed == lost
    for name in sensitive - lost:
        assert after[name][0] < minimum <= after[name][1], name
    for name in lost:
        assert after[name] == before[name], name
    return release


def tell(oracle, story, minimum):
    table, asked, few = story
    releases = []
    for wanted in asked:
        releases.append(check(oracle, table, releases, wanted, minimum, few))


@SETTINGS
@given(stories((2, 3), 4))
def test_nobody_who_counts_can_tell_that_a_cell_is_small(story):
    tell(whole_tables, story, 3)


@SETTINGS
@given(stories((2, 2, 2), 9))
def test_nobody_who_calculates_can_tell_that_a_cell_is_small(story):
    tell(corners, story, 5)


@SETTINGS
@given(careless((2, 3), 4))
def test_what_is_exposed_is_said_and_made_no_worse(story):
    check(whole_tables, *story, 3)


@SETTINGS
@given(careless((2, 2, 2), 9))
def test_what_is_exposed_is_made_no_worse_in_three_dimensions(story):
    check(corners, *story, 5)


@given(tables((3, 3), 30), st.data())
def test_two_releases_expose_nothing_in_either_order(table, data):
    one, two = data.draw(st.permutations(all_groupings(table.columns)).map(lambda all_: all_[:2]))
    for first, second in ((one, two), (two, one)):
        releases = []
        for wanted in (first, second):
            found = protect(table, wanted, minimum=10, earlier=releases)
            releases.append(Published(wanted, found.published))
            assert not found.exposed


@given(tables((3, 2, 2), 40), st.permutations(all_groupings("abc")))
def test_if_no_cell_is_small_everything_is_published(table, asked):
    table = Table(table.columns, {cell: rows + 10 for cell, rows in table.rows.items()})
    releases = []
    for wanted in asked:
        found = protect(table, wanted, minimum=10, earlier=releases)
        assert found.published == set(cells_of(table, wanted))
        releases.append(Published(wanted, found.published))


@given(tables((3, 3), 30), st.permutations(all_groupings("ab")), st.randoms())
def test_the_order_in_which_things_are_given_does_not_matter(table, asked, chance):
    wanted, *before = asked
    earlier = []
    for grouping in before:
        found = protect(table, grouping, minimum=10, earlier=earlier)
        earlier.append(Published(grouping, found.published))
    rows = list(table.rows.items())
    first = protect(table, wanted, minimum=10, earlier=earlier)
    chance.shuffle(rows)
    chance.shuffle(earlier)
    assert protect(Table(table.columns, dict(rows)), wanted, minimum=10, earlier=earlier) == first


@st.composite
def changes(draw):
    """A table that changes, or changes back, before each thing asked."""
    table = draw(tables((2, 2), 4))
    cells = st.dictionaries(st.sampled_from(sorted(table.rows)), st.integers(0, 4), max_size=2)
    told = []
    for wanted in draw(st.lists(st.sampled_from(all_groupings(table.columns)), max_size=5)):
        table = Table(table.columns, {**table.rows, **draw(cells)})
        told.append((table, wanted))
    return told


@SETTINGS
@given(changes())
def test_nothing_small_follows_from_releases_of_the_same_data_or_from_what_is_still_true(told):
    given = []
    for table, wanted in told:

        def people(grouping, cell, table=table):
            return count(table, grouping, cell)

        version = str(sorted(table.rows.items()))
        true = [_true(each, people) for each in given]
        same = [each for each, known in zip(true, given, strict=True) if known.version == version]
        groupings = {wanted} | {each.grouping for each in given}
        before = bounds(whole_tables, table, true, groupings, 3)
        kept = may_leave(table, wanted, minimum=3, version=version, given=given, people=people)
        release = Published(wanted, kept)
        small = {name for name in before if people(*name) < 3}
        after = bounds(whole_tables, table, [*same, release], groupings, 3)
        for name in small:
            assert after[name][1] >= 3, name
        after = bounds(whole_tables, table, [*true, release], groupings, 3)
        for name in small:
            assert after[name][1] >= min(3, before[name][1]), name
        counts = {cell: people(wanted, cell) for cell in kept}
        given.append(GivenCounts(version, wanted, counts))


def _true(given, people):
    same = {cell for cell, n in given.counts.items() if people(given.grouping, cell) == n}
    return Published(given.grouping, frozenset(same))
