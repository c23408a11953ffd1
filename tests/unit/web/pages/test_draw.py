"""A draw as it is projected: before, while witnesses put in their numbers, after, and when void."""

from datetime import timedelta

import pytest
from tests.golden.examples import NUMBERS
from tests.worlds import WITNESSED, before

from answerable.model.draw import PanelDrawn, SeedPromised, SeedRevealed, promise_of
from answerable.model.engagement import Engagement
from answerable.web.pages.draw import STEPS, _witnesses, strip

DRAW = "/panels/flood-help-panel/draws/1"


def test_a_draw_is_shown_with_its_witnesses_members_and_chances(shown):
    said = shown.data(DRAW)
    assert said["draw"]["drawn"]["ticket"]
    assert [w["organisation"] for w in said["witnesses"]] == [
        "inverlarch-data-commons",
        "larchwater-rivers-agency",
        "kirklarch-facilitators",
    ]
    for witness in said["witnesses"]:
        assert promise_of(witness["number"]) == witness["promise"]
    assert said["lot"] == 1_500
    assert sum(step["people"] for step in said["strip"]) == 1_500
    assert said["open"] is False
    page = shown.get(DRAW).text
    for number in said["draw"]["drawn"]["members"]:
        assert f"<li>{number}</li>" in page
    assert "data-live" not in page, "it is over, so nothing is asked for again"
    assert page.count("<rect") > len(said["strip"])
    assert "live.js" not in page


def test_the_draw_of_a_replacement_says_so(shown):
    said = shown.data("/panels/flood-help-panel/draws/2")
    assert said["draw"]["replaces"]
    assert said["composition"] == []
    page = shown.get("/panels/flood-help-panel/draws/2").text
    assert "Who takes the seat of a member who left" in page
    assert "one seat" in page


def test_no_such_draw(shown):
    for name in ("3", "0", "x", "01"):
        assert shown.get(f"/panels/flood-help-panel/draws/{name}").status_code == 404
    assert shown.get("/panels/another/draws/1").status_code == 404


def drawing(story, kind, now=None):
    """Put a panel as it is at a moment of another story in place of the told one."""
    found = before(kind).state.get(Engagement, "flood-panel").draws[0]
    told = story.loop.state.get(Engagement, "flood-help-panel")
    (draw, *rest) = told.draws
    moment = now or story.loop.clock.now()
    seed = found.seed.with_(
        witnesses=("inverlarch-council", "larchwater-rivers-agency"),
        reveal_by=moment + timedelta(hours=1),
    )
    names = dict(zip(WITNESSED["witnesses"], seed.witnesses, strict=True))
    put = tuple(each.with_(witness=names[each.witness]) for each in found.contributions)
    changed = draw.with_(seed=seed, contributions=put, drawn=None)
    story.loop._state.put(told.with_(draws=(changed, *rest)))
    return seed


@pytest.mark.parametrize(
    ("kind", "promises", "words"),
    [
        (SeedPromised, 0, "Waiting for:"),
        (SeedRevealed, 2, "Waiting for:"),
        (PanelDrawn, 2, "All numbers are here"),
    ],
)
def test_while_it_is_open_the_page_is_live(story, reader, kind, promises, words):
    drawing(story, kind)
    said = reader.data(DRAW)
    assert said["open"]
    assert sum(witness["promise"] is not None for witness in said["witnesses"]) == promises
    page = reader.get(DRAW).text
    assert words in page
    assert 'data-live="5"' in page
    assert "live.js" in page
    assert "What the lot decided" not in page
    told = page.count(NUMBERS["agency"])
    assert told == (1 if kind is PanelDrawn else 0), "a number is shown when it was revealed"


def test_a_draw_that_became_void_says_why(story, reader):
    drawing(story, SeedRevealed, story.loop.clock.now() - timedelta(days=1))
    said = reader.data(DRAW)
    assert said["void"]
    assert not said["open"]
    assert "A number was withheld past the deadline" in reader.get(DRAW).text


def test_witnesses_who_have_not_promised_are_there():
    draw = before(SeedPromised).state.get(Engagement, "flood-panel").draws[0]
    assert [(w.promise, w.number) for w in _witnesses(draw)] == [(None, None), (None, None)]


def test_everyone_is_in_one_step():
    steps = strip([0.0, 0.01, 0.05, 0.05, 0.1])
    assert sum(step.people for step in steps) == 5
    assert steps[-1].most == pytest.approx(1_000)
    assert steps[-1].people == 1
    assert all(step.most - step.least == pytest.approx(1_000 / STEPS) for step in steps)
    assert strip([]) == ()
    assert strip([0.0]) == ()
