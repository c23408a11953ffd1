"""Imagine: a vision with all that is part of it, and what counts towards its missions."""

from contextlib import closing

from tests.pages import Reader, served

from answerable.model.vision import Principle


def test_a_vision_is_told_with_all_that_is_part_of_it(shown):
    (picture,) = shown.data("/imagine")["pictures"]
    assert picture["vision"]["vision"] == "inverlarch-2044"
    assert [each["horizon"] for each in picture["scenarios"]] == [2031, 2038, 2044]
    assert len(picture["ambitions"]) == len(picture["principles"]) == 5
    page = shown.get("/imagine").text
    for words in ("People are asked first", "The wet winter", "Enough and no more"):
        assert words in page


def test_a_mission_leads_to_what_counts_towards_it(shown):
    (goal,) = shown.data("/imagine")["pictures"][0]["missions"]
    assert "flood-help" in [each["proposal"] for each in goal["proposals"]]
    assert goal["outcomes"] == 1
    page = shown.get("/imagine").text
    assert 'id="no-one-left-behind"' in page
    assert 'href="/proposals/flood-help"' in page


def test_a_principle_of_a_panel_stands_apart(story):
    was = next(story.loop.state.each(Principle))
    story.loop._state.put(was.with_(principle="of-the-panel", source="flood-help-panel"))
    with served(story.site.app()) as address, closing(Reader(address)) as reader:
        said = reader.data("/imagine")
        assert [each["principle"] for each in said["principles"]] == ["of-the-panel"]
        assert "Principles from panels" in reader.get("/imagine").text
