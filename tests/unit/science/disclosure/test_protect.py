"""Small tables, worked out by hand: what may leave beside what has left."""

import pytest

from answerable.science.disclosure import (
    DisclosureError,
    Protected,
    Published,
    Table,
    protect,
)

PLACES = Table(
    ("place", "sex"),
    {("hill", "f"): 40, ("hill", "m"): 33, ("shore", "f"): 57, ("shore", "m"): 4},
)
BY_PLACE, BY_SEX, BY_BOTH = ("place",), ("sex",), ("place", "sex")


def published(grouping, *cells):
    return Published(grouping, frozenset(cells))


def give(table, *groupings, minimum=10):
    """Ask for one grouping after the other; what came of the last."""
    releases = []
    for grouping in groupings:
        found = protect(table, grouping, minimum=minimum, earlier=releases)
        releases.append(Published(grouping, found.published))
    return found


def table(columns, *rows):
    """Rows of values and a count, such as ``"a p 12"``; a dash is *not known*."""
    split = [row.split() for row in rows]
    return Table(
        tuple(columns),
        {tuple(None if v == "-" else v for v in values): int(n) for *values, n in split},
    )


def test_a_first_release_withholds_only_small_cells():
    assert give(PLACES, BY_BOTH) == Protected(
        published=frozenset({("hill", "f"), ("hill", "m"), ("shore", "f")}),
        primary=frozenset({("shore", "m")}),
        complementary=frozenset(),
        exposed=frozenset(),
    )


def test_a_total_after_the_cells_would_give_the_small_one_away():
    found = give(PLACES, BY_BOTH, BY_PLACE)
    assert found.published == {("hill",)}
    assert found.complementary == {("shore",)}
    assert not found.primary
    assert give(PLACES, BY_BOTH, ()).complementary == {()}


def test_the_cells_after_a_total_lose_the_smallest_other_cell():
    found = give(PLACES, BY_PLACE, BY_BOTH)
    assert found.published == {("hill", "f"), ("hill", "m")}
    assert found.complementary == {("shore", "f")}
    found = give(PLACES, (), BY_BOTH)
    assert found.complementary == {("hill", "m")}


def test_the_cells_after_both_totals_lose_a_rectangle():
    found = give(PLACES, BY_PLACE, BY_SEX, BY_BOTH)
    assert found.primary == {("shore", "m")}
    assert found.complementary == {("hill", "f"), ("hill", "m"), ("shore", "f")}


def test_two_hidden_in_each_line_are_not_enough():
    """Rows a and b less columns p and q leave exactly what is at (b, r)."""
    counts = table(
        "xy",
        *("a p 9", "a q 9", "a r 40", "a s 40"),
        *("b p 9", "b q 9", "b r 4", "b s 40"),
        *("c p 40", "c q 40", "c r 9", "c s 9"),
        *("d p 20", "d q 40", "d r 9", "d s 9"),
    )
    assert give(counts, ("x",), ("y",)).published == {("p",), ("q",), ("r",), ("s",)}
    found = give(counts, ("x",), ("y",), ("x", "y"))
    assert len(found.primary) == 9
    assert found.complementary == {("d", "p")}


def test_two_earlier_releases_expose_only_together():
    """By place and sex one man is hidden; places or the total alone would find him."""
    inner = published(BY_BOTH, ("hill", "f"), ("hill", "m"))
    women = published(BY_SEX, ("f",))
    asked = {"minimum": 10}
    everything = frozenset({("hill",), ("shore",)})
    assert protect(PLACES, BY_PLACE, earlier=[inner], **asked).published == everything
    assert protect(PLACES, BY_PLACE, earlier=[women], **asked).published == everything
    both = protect(PLACES, BY_PLACE, earlier=[inner, women], **asked)
    assert both.published == {("hill",)}
    assert both.complementary == {("shore",)}


def test_nought_is_small_too():
    counts = table("xy", "a p 20", "a q 30", "b p 40")
    assert give(counts, ("x", "y")).primary == {("b", "q")}
    assert give(counts, ("x",), ("x", "y")).complementary == {("b", "p")}


def test_a_value_that_nobody_has_counts_if_everybody_knows_of_it():
    counts = Table(("sex",), {("f",): 40})
    assert give(counts, (), ("sex",)).published == {("f",)}
    known = Table(("sex",), {("f",): 40}, {"sex": frozenset({"f", "m"})})
    found = give(known, (), ("sex",))
    assert found.primary == {("m",)}
    assert found.complementary == {("f",)}


def test_not_known_is_a_value_like_any_other():
    counts = table("xy", "a p 20", "a - 3", "- p 30", "- - 40")
    found = give(counts, ("x",), ("x", "y"))
    assert found.primary == {("a", None)}
    assert found.complementary == {("a", "p")}
    assert found.published == {(None, "p"), (None, None)}


def test_three_columns_are_protected_across_pairs():
    counts = table("xyz", *(f"{x} {y} {z} 30" for x in "ab" for y in "pq" for z in "vw"))
    counts = Table(counts.columns, {**counts.rows, ("a", "p", "v"): 2})
    pairs = [("x", "y"), ("y", "z"), ("x", "z")]
    assert give(counts, *pairs).complementary == set()
    found = give(counts, *pairs, ("x", "y", "z"))
    assert found.primary == {("a", "p", "v")}
    assert len(found.complementary) == 7


def test_a_release_is_repeated_as_it_was():
    first = give(PLACES, BY_PLACE, BY_BOTH)
    again = give(PLACES, BY_PLACE, BY_BOTH, BY_BOTH)
    assert again == first


def test_columns_in_another_order_are_the_same_release():
    turned = give(PLACES, BY_BOTH, ("sex", "place"))
    assert turned.published == {(s, p) for p, s in give(PLACES, BY_BOTH).published}


def test_columns_that_nobody_asked_for_do_not_matter():
    wide = Table(
        ("place", "sex", "age"),
        {(*cell, age): rows for cell, rows in PLACES.rows.items() for age in ("1", "2")},
    )
    doubled = Table(BY_BOTH, {cell: 2 * rows for cell, rows in PLACES.rows.items()})
    assert give(wide, BY_BOTH, BY_SEX) == give(doubled, BY_BOTH, BY_SEX)


def test_a_cell_that_is_just_large_enough_leaves():
    counts = table("x", "a 10", "b 9")
    assert give(counts, ("x",)).published == {("a",)}
    assert give(counts, ("x",), minimum=9).published == {("a",), ("b",)}


def test_many_rows_of_few_people_are_small():
    counts = table("x", "a 20", "b 30", "c 40")

    def below(grouping, cell):
        return cell == ("a",)

    found = protect(counts, ("x",), minimum=10, below=below)
    assert found.primary == {("a",)}
    assert not found.complementary
    total = published((), ())
    found = protect(counts, ("x",), minimum=10, below=below, earlier=[total])
    assert found.primary == {("a",)}
    assert found.complementary == {("b",)}


def test_many_rows_of_few_people_must_be_able_to_be_few_rows():
    """At least ten of the twelve at (a, p) follow from row a and column q: that is too many."""
    counts = table("xy", "a p 12", "a q 8", "b p 9", "b q 2")
    totals = [published(("x",), ("a",), ("b",)), published(("y",), ("p",), ("q",))]
    found = protect(
        counts, ("x", "y"), minimum=10, earlier=totals, below=lambda _, cell: cell == ("a", "p")
    )
    assert found.exposed == {(("x", "y"), ("a", "p"))}


def test_what_was_given_away_is_said_and_blocks_nothing_else():
    careless = [published(BY_BOTH, ("hill", "f"), ("shore", "m")), published(BY_PLACE, ("hill",))]
    found = protect(PLACES, BY_BOTH, minimum=10, earlier=careless)
    assert found.exposed == {(BY_BOTH, ("shore", "m"))}
    assert found.published == {("hill", "f"), ("hill", "m"), ("shore", "f")}
    assert found.primary == {("shore", "m")}


def test_what_was_nearly_given_away_is_not_given_away_further():
    """Five are left for b and c together: too few, but nobody knows yet where they are."""
    counts = table("xy", "a p 12", "a q 13", "b p 3", "c q 2")
    earlier = [published((), ()), published(("x",), ("a",)), published(("y",), ("p",), ("q",))]
    found = protect(counts, ("x", "y"), minimum=10, earlier=earlier)
    assert {cell for grouping, cell in found.exposed if grouping == ("x",)} == {("b",), ("c",)}
    assert found.complementary == {("a", "p"), ("a", "q")}
    assert not found.published


def test_a_cell_that_has_become_small_is_not_given_again():
    counts = table("x", "a 3", "b 30")
    found = protect(
        counts, ("x",), minimum=10, earlier=[published(("x",), ("a",), ("b",), ("gone",))]
    )
    assert found.published == {("b",)}
    assert found.primary == {("a",), ("gone",)}
    assert found.exposed == {(("x",), ("a",)), (("x",), ("gone",))}


def test_an_empty_table_tells_nothing():
    nothing = Table(("x",), {})
    assert give(nothing, ()) == Protected(frozenset(), frozenset({()}), frozenset(), frozenset())
    assert not give(nothing, ("x",)).published


def test_small_parts_of_a_large_table_are_solved_one_by_one():
    places = [f"place {number}" for number in range(2_000)]
    rows = {(place, sex): 20 for place in places for sex in "fm"}
    counts = Table(("place", "sex"), {**rows, (places[7], "f"): 1})
    found = give(counts, ("place",), ("place", "sex"))
    assert found.complementary == {(places[7], "m")}


def test_more_than_can_be_solved_is_refused():
    square = {(f"{x}", f"{y}"): 20 - (x == y) * 19 for x in range(110) for y in range(110)}
    earlier = [published(g, *((f"{n}",) for n in range(110))) for g in (("x",), ("y",))]
    with pytest.raises(DisclosureError) as caught:
        protect(Table(("x", "y"), square), ("x", "y"), minimum=10, earlier=earlier)
    assert caught.value.code == "disclosure.large"
    assert set(caught.value.params) == {"size", "most"}


@pytest.mark.parametrize("minimum", [0, -1])
def test_a_minimum_below_one_is_no_minimum(minimum):
    with pytest.raises(DisclosureError) as caught:
        protect(PLACES, (), minimum=minimum)
    assert caught.value.code == "disclosure.minimum"
