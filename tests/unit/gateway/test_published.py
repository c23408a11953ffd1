"""Which counts were given: remembered for ever, and never the counts."""

import sqlite3

import pytest

from answerable.gateway.published import PublishedCells
from answerable.model.errors import Broken
from answerable.science.disclosure import Published

CELLS = frozenset({("north", None), ("south", "chair")})


@pytest.fixture
def memory(tmp_path):
    with PublishedCells(tmp_path / "published.sqlite3") as memory:
        yield memory


def test_what_was_given_is_known_by_agreement_and_columns(memory):
    memory.add("one", ("ward", "need"), CELLS)
    memory.add("one", ("ward",), [("north",)])
    memory.add("two", ("ward",), [("south",)])
    assert memory.under("one") == [
        Published(("ward",), frozenset({("north",)})),
        Published(("ward", "need"), CELLS),
    ]
    assert memory.under("two") == [Published(("ward",), frozenset({("south",)}))]
    assert memory.under("three") == []


def test_what_is_given_again_is_there_once(memory):
    memory.add("one", ("ward",), [("north",)])
    memory.add("one", ("ward",), [("north",), ("south",)])
    (found,) = memory.under("one")
    assert found.cells == {("north",), ("south",)}


def test_nothing_given_is_nothing_to_remember(memory):
    memory.add("one", ("ward",), [])
    assert memory.under("one") == []


@pytest.mark.parametrize(
    "text", ["'", '"', "\\", "é", "e\u0301", "\u2028", "\U0001f469", "a\nb", ""]
)
def test_any_text_comes_back_as_it_was(memory, text):
    memory.add("one", ("ward",), [(text,), (None,)])
    (found,) = memory.under("one")
    assert found.cells == {(text,), (None,)}


def test_it_is_there_after_a_restart(tmp_path):
    path = tmp_path / "published.sqlite3"
    with PublishedCells(path) as memory:
        memory.add("one", ("ward",), [("north",)])
    with PublishedCells(path) as memory:
        assert memory.under("one")


def test_a_file_of_something_else_is_not_taken_for_it(tmp_path):
    path = tmp_path / "published.sqlite3"
    with sqlite3.connect(path) as connection:
        connection.execute("CREATE TABLE something (else_ TEXT)")
    connection.close()
    with pytest.raises(Broken, match=r"store\."):
        PublishedCells(path)
