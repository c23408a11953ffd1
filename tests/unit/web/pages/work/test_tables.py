"""Small tables of a panel: by name for its facilitator, by number in data."""

import re

import pytest
from tests.pages import FACILITATOR
from tests.pool import PANEL as ANOTHER
from tests.pool import opened
from tests.unit.web.pages.work.conftest import words

from answerable.model.engagement import Engagement

PANEL = "flood-help-panel"
TABLES = f"/work/panels/{PANEL}/tables"


@pytest.fixture
def organiser(desk):
    return desk(FACILITATOR.role, FACILITATOR.organisation)


def test_nobody_is_seated_before_it_is_asked_how(organiser):
    page = words(organiser.get(TABLES).text)
    assert "Seat them" in page
    assert "Round 1" not in page


def test_everybody_who_comes_has_one_seat_in_each_round(organiser, story):
    panel = story.loop.state.get(Engagement, PANEL)
    coming = sorted(set(panel.members) & set(panel.confirmed)) or sorted(panel.members)
    said = organiser.data(f"{TABLES}?rounds=3&size=5")
    rounds = said["seated"]["rounds"]
    assert len(rounds) == 3
    for tables in rounds:
        assert sorted(one for table in tables for one in table) == coming
        assert {len(table) for table in tables} <= {4, 5, 6}
    assert len({tuple(map(tuple, tables)) for tables in rounds}) == 3
    assert 0 < said["seated"]["met"] <= said["seated"]["possible"]
    assert organiser.data(f"{TABLES}?rounds=3&size=5")["seated"] == said["seated"]


def test_names_are_on_the_page_and_not_in_the_data(organiser):
    page = organiser.get(f"{TABLES}?rounds=1&size=7").text
    names = re.findall(r'<span dir="auto">([^<]+)</span>', page)
    data = str(organiser.data(f"{TABLES}?rounds=1&size=7"))
    assert names
    assert not any(name in data for name in names)


@pytest.mark.parametrize("asked", ["rounds=x&size=7", "rounds=99&size=-1", "rounds=1"])
def test_what_cannot_be_is_as_usual(organiser, asked):
    said = organiser.data(f"{TABLES}?{asked}")
    assert said["size"] == 7
    assert said["rounds"] in (1, 3)


def test_a_panel_that_was_not_drawn_has_no_tables(organiser, story):
    opened(story)
    assert organiser.get(f"/work/panels/{ANOTHER}/tables").status_code == 409
