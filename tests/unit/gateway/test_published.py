"""Which counts were given, and of which version of the data: remembered for ever."""

import sqlite3

import pytest

from answerable.gateway.published import PublishedCells
from answerable.model.errors import Broken
from answerable.science.disclosure import GivenCounts

CELLS = {("north", None): 12, ("south", "chair"): 30}


def given(*grouping, version="one", **counts):
    return GivenCounts(version, grouping, {(name,): n for name, n in counts.items()})


@pytest.fixture
def memory(tmp_path):
    with PublishedCells(tmp_path / "published.sqlite3") as memory:
        yield memory


def test_what_was_given_is_known_by_agreement_and_columns(memory):
    parts = GivenCounts("one", ("ward", "need"), CELLS)
    memory.add("one", parts)
    memory.add("one", given("ward", north=12))
    memory.add("two", given("ward", south=30))
    assert memory.under("one") == [given("ward", north=12), parts]
    assert memory.under("two") == [given("ward", south=30)]
    assert memory.under("three") == []


def test_what_was_given_of_other_data_is_kept_apart(memory):
    memory.add("one", given("ward", north=12))
    memory.add("one", given("ward", version="two", north=15))
    assert memory.under("one") == [
        given("ward", north=12),
        given("ward", version="two", north=15),
    ]


def test_what_is_given_again_is_there_once(memory):
    memory.add("one", given("ward", north=12))
    memory.add("one", given("ward", north=12, south=30))
    assert memory.under("one") == [given("ward", north=12, south=30)]


def test_nothing_given_is_nothing_to_remember(memory):
    memory.add("one", given("ward"))
    assert memory.under("one") == []


@pytest.mark.parametrize(
    "text", ["'", '"', "\\", "é", "e\u0301", "\u2028", "\U0001f469", "a\nb", ""]
)
def test_any_text_comes_back_as_it_was(memory, text):
    said = GivenCounts(text, ("ward",), {(text,): 10, (None,): 11})
    memory.add("one", said)
    assert memory.under("one") == [said]


def test_it_is_there_after_a_restart(tmp_path):
    path = tmp_path / "published.sqlite3"
    with PublishedCells(path) as memory:
        memory.add("one", given("ward", north=12))
    with PublishedCells(path) as memory:
        assert memory.under("one")


def test_a_file_of_something_else_is_not_taken_for_it(tmp_path):
    path = tmp_path / "published.sqlite3"
    with sqlite3.connect(path) as connection:
        connection.execute("CREATE TABLE something (else_ TEXT)")
    connection.close()
    with pytest.raises(Broken, match=r"store\."):
        PublishedCells(path)
