"""Ask the public: what pages say of panels, consultations and answers that are waited for."""

from datetime import UTC, date, datetime, timedelta

import pytest
from tests.worlds import before, example

from answerable.model.engagement import (
    Consultation,
    ConsultationClosed,
    Engagement,
    PanelDrawn,
    PopulationStated,
    Recommendation,
)
from answerable.model.status import ANSWER_WITHIN
from answerable.web.pages.engage import composition

PANEL = "/panels/flood-help-panel"


def test_the_members_stand_beside_the_population():
    found = before(None).state.get(Engagement, "flood-panel")
    (age,) = composition(found)
    shares = {share.value: share.per_10000 for share in example(PopulationStated).shares}
    assert age.feature == "age"
    assert {row.value: row.population for row in age.values} == shares
    assert sum(row.seats for row in age.values) == found.seats == 4
    for row in age.values:
        assert row.panel == row.seats * 10_000 / found.seats
        assert row.least <= row.seats <= row.most


def test_without_a_population_they_stand_beside_the_targets():
    found = before(None).state.get(Engagement, "flood-panel").with_(population=None)
    (age,) = composition(found)
    assert {row.population for row in age.values} == {None}


def test_before_the_draw_there_is_nobody_to_show():
    assert list(composition(before(PanelDrawn).state.get(Engagement, "flood-panel"))) == []


def test_a_panel_is_told_from_the_draw_to_the_answers(shown):
    said = shown.data(PANEL)
    drawn = said["panel"]["draws"][0]["drawn"]["totals"]
    told = [
        (f["feature"], r["value"], r["seats"]) for f in said["composition"] for r in f["values"]
    ]
    assert told == [(t["feature"], t["value"], t["seats"]) for t in drawn]
    assert all(r["population"] is not None for f in said["composition"] for r in f["values"])
    page = shown.get(PANEL).text
    for words in (
        "1,500 people volunteered",
        "Ratification",
        "Crews need to know what help I need",
    ):
        assert words in page
    assert page.count('class="app-heard"') == 5
    assert page.count("app-bars__panel") >= len(drawn)
    assert "Rejected" in page
    assert "Overdue" not in page


def test_an_answer_that_is_late_is_called_overdue_and_by_whom(story, reader):
    found = story.loop.state.get(Recommendation, "floods-only")
    story.loop._state.put(found.with_(answered=None))
    for path in ("/panels", PANEL, "/recommendations/floods-only"):
        page = reader.get(path).text
        assert "Overdue" in page
        assert "Inverlarch Council" in page
    (waiting,) = reader.data("/panels")["awaited"]
    assert (waiting["late"], waiting["by"]) == (True, "inverlarch-council")
    assert waiting["due"] == (found.at + ANSWER_WITHIN).date().isoformat()
    story.clock.moment = found.at + ANSWER_WITHIN
    assert "Overdue" not in reader.get("/panels").text
    story.clock.moment += timedelta(seconds=1)
    assert "Overdue" in reader.get("/panels").text


def test_every_answer_was_given(shown):
    assert shown.data("/panels")["awaited"] == []
    assert "None: every recommendation has its answer." in shown.get("/panels").text


def test_panels_and_consultations_are_listed(shown):
    said = shown.data("/panels")
    (panel,) = said["panels"]
    assert (panel["asked"], panel["answered"]) == (5, 5)
    assert [each["consultation"] for each in said["consultations"]] == ["rain-comments"]


@pytest.mark.parametrize(
    ("day", "says"),
    [
        (date(2026, 1, 31), "Not open yet"),
        (date(2026, 2, 2), "Open now"),
        (date(2026, 2, 20), "Open now"),
        (date(2026, 2, 21), "Being summed up"),
    ],
)
def test_a_consultation_says_whether_one_may_comment(story, reader, day, says):
    was = story.loop.state.get(Consultation, "rain-comments")
    opens, closes = date(2026, 2, 2), date(2026, 2, 20)
    story.loop._state.put(was.with_(closed=None, opens=opens, closes=closes))
    story.clock.moment = datetime(day.year, day.month, day.day, 12, tzinfo=UTC)
    assert says in reader.get("/panels").text
    page = reader.get("/consultations/rain-comments").text
    assert ("Send your comment" in page) == (says == "Open now")
    assert "has not summed it up yet" in page


def test_what_was_said_in_a_consultation_and_what_came_of_it(shown, story):
    page = shown.get("/consultations/rain-comments").text
    closed = story.loop.state.get(Consultation, "rain-comments").closed
    assert isinstance(closed, ConsultationClosed)
    for words in (closed.summary.say(), closed.response.say(), f"<strong>{closed.comments}"):
        assert words in page


@pytest.mark.parametrize("path", ["/panels/nothing", "/consultations/nothing", "/panels/%00"])
def test_what_is_not_there(shown, path):
    assert shown.get(path).status_code == 404
