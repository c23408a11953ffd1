"""What was typed: read with care, and never lost."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from answerable.web.form.entered import read, said
from answerable.web.form.fields import Shape, Slot

DAY = Slot("due", Shape.DAY, "due")
TITLE = Slot("title", Shape.TITLE, "title")
MANY = Slot("patterns", Shape.MANY, "patterns")
NUMBER = Slot("count", Shape.NUMBER, "count", numbers=True)


def day(**parts):
    return {f"due.{name}": value for name, value in parts.items()}


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        (day(day="1", month="2", year="2026"), {"due": "2026-02-01"}),
        (day(day="01", month="02", year="2026"), {"due": "2026-02-01"}),
        ({}, {}),
    ],
)
def test_a_day(typed, found):
    assert said([DAY], typed, ["en"]) == (found, [])


@pytest.mark.parametrize(
    "typed",
    [
        day(day="31", month="2", year="2026"),
        day(day="1"),
        day(day="x", month="2", year="2026"),
        day(day="٣", month="2", year="2026"),
        day(day="1", month="2", year="0"),
        day(day="1", month="2", year="20260"),
    ],
)
def test_what_is_no_day(typed):
    found, faults = said([DAY], typed, ["en"])
    assert found == {}
    assert [fault.code for fault in faults] == ["form.day"]


@given(st.datetimes(datetime(1900, 1, 1), datetime(9999, 1, 1)))  # noqa: DTZ001
def test_every_moment_that_is_typed(at):
    slot = Slot("at", Shape.MOMENT, "at")
    names = ("day", "month", "year", "hour", "minute")
    typed = {f"at.{name}": str(getattr(at, name)) for name in names}
    found, faults = said([slot], typed, ["en"])
    assert faults == []
    wanted = at.replace(second=0, microsecond=0, tzinfo=UTC)
    assert datetime.fromisoformat(found["at"]) == wanted


def test_words_are_written_in_the_one_way_that_entries_do():
    form = {"title.en": "  cafe\u0301\r\n\tau lait ", "title.cy": " ", "other": "x"}
    typed = read(form, [TITLE], ["en", "cy"])
    assert typed == {"title.en": "caf\u00e9\n au lait", "title.cy": ""}
    assert said([TITLE], typed, ["en", "cy"])[0] == {"title": {"en": "caf\u00e9\n au lait"}}


def test_what_comes_more_than_once():
    form = {"patterns": ["lookup", "", "bulk"], "count": ["1", "2"]}
    assert read(form, [MANY, NUMBER], ["en"]) == {"patterns": ["lookup", "bulk"], "count": "2"}


@pytest.mark.parametrize(
    ("typed", "found"),
    [("12", 12), ("-3", -3), ("٣", "٣"), ("1e3", "1e3"), ("9" * 40, "9" * 40)],
)
def test_a_number(typed, found):
    assert said([NUMBER], {"count": typed}, ["en"])[0] == {"count": found}
