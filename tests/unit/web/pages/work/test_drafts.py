"""Drafts on the desk: kept, gone on with, published once, thrown away; nobody's words are lost."""

import re

import pytest
from tests.unit.web.pages.work.conftest import filled, words

from answerable.model.actor import Role
from answerable.model.proposal import Proposal, Risk
from answerable.store.desk import Draft

PROPOSE = "/work/act/propose"


@pytest.fixture
def officer(desk):
    return desk()


def saved(reader, **answers):
    page = reader.get(PROPOSE).text
    answer = reader.post(PROPOSE, filled(page, **answers) | {"_step": "save"})
    assert answer.status_code == 303, words(answer.text)
    return re.sub(r"\?.*", "", answer.headers["location"])


def test_a_draft_may_be_as_unfinished_as_it_likes(officer, story):
    size = story.loop.state.size
    path = saved(officer, proposal="Half a thought", why__en="<b>Because</b>")
    page = officer.get(path)
    assert page.status_code == 200
    assert filled(page.text)["proposal"] == "Half a thought"
    assert filled(page.text)["why.en"] == "<b>Because</b>"
    assert "Half a thought" in words(officer.get("/work/drafts").text)
    assert path in officer.get("/work").text
    assert story.loop.state.size == size


def test_saved_twice_by_a_double_click_it_is_one_draft(officer, story):
    page = officer.get(PROPOSE).text
    body = filled(page, proposal="twice") | {"_step": "save"}
    places = {officer.post(PROPOSE, body).headers["location"] for _ in range(2)}
    assert len(places) == 1
    assert len(story.loop.desk.list("inverlarch-council")) == 2


def test_a_draft_is_published_once_and_then_off_the_desk(officer, story):
    path = saved(
        officer,
        proposal="school-meals",
        title__en="School meals",
        purposes="meal_planning",
        why__en="So that no child goes hungry.",
        who_benefits__en="Children.",
        people_affected__en="Families.",
        identifiable="no",
    )
    checked = officer.post(path, filled(officer.get(path).text) | {"_step": "check"})
    assert "Check what will be public" in checked.text
    body = filled(checked.text) | {"_step": "send"}
    size = story.loop.state.size
    answers = [officer.post(path, body) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [303, 303]
    assert len({answer.headers["location"] for answer in answers}) == 1
    assert story.loop.state.size == size + 1
    assert story.loop.state.get(Proposal, "school-meals")
    assert officer.get(path).status_code == 404


def test_where_two_write_at_once_neither_loses_a_word(desk, story):
    one, other = desk(), desk(person="somebody else")
    path = saved(one, proposal="together")
    mine, theirs = filled(one.get(path).text), filled(other.get(path).text)
    theirs |= {"why.en": "Their words.", "_step": "save"}
    assert other.post(path, theirs).status_code == 303
    for step in ("save", "send", "discard"):
        body = mine | {"why.en": "My words.", "purposes": "meals", "_step": step}
        answer = one.post(path, body)
        assert answer.status_code in (400, 409), step
        if answer.status_code == 409:
            assert "Their words." in answer.text
        assert filled(answer.text)["why.en"] == "My words."
    answer = one.post(path, mine | {"why.en": "My words.", "_step": "save"})
    assert one.post(path, filled(answer.text) | {"_step": "save"}).status_code == 303
    draft = story.loop.desk.load(path.rpartition("/")[2])
    assert draft.body["why"] == {"en": "My words."}
    assert draft.revision == 3


def test_a_draft_that_was_thrown_away_meanwhile_can_still_be_kept(desk):
    one, other = desk(), desk(person="somebody else")
    path = saved(one, proposal="together")
    mine = filled(one.get(path).text) | {"why.en": "My words."}
    thrown = other.post(path, filled(other.get(path).text) | {"_step": "discard"})
    assert thrown.headers["location"] == "/work/drafts"
    answer = one.post(path, mine | {"_step": "save"})
    assert answer.status_code == 409
    again = filled(answer.text)
    assert again["why.en"] == "My words."
    assert one.post(PROPOSE, again | {"_step": "save"}).status_code == 303


def test_a_draft_of_another_organisation_does_not_exist(desk, officer):
    path = saved(officer, proposal="private-thought")
    other = desk(Role.OFFICER, "strathlarch-health-board")
    answer = other.get(path)
    assert answer.status_code == 404
    assert "private-thought" not in answer.text
    assert "private-thought" not in other.get("/work/drafts").text
    sent = other.post(path, {"_kind": "propose", "_step": "discard"})
    assert sent.status_code in (303, 409)
    assert officer.get(path).status_code == 200


def test_a_draft_that_another_role_has_to_say_is_not_listed(desk, officer):
    path = saved(officer, proposal="a-thought")
    custodian = desk(Role.CUSTODIAN)
    for place in ("/work", "/work/drafts"):
        assert path in officer.get(place).text
        assert path not in custodian.get(place).text


def test_a_draft_of_another_kind_is_not_overwritten(officer, story):
    path = saved(officer, proposal="a-thought")
    answer = officer.post(path, {"_kind": "add-risk", "_step": "save", "_revision": "1"})
    assert answer.status_code == 409
    assert story.loop.desk.load(path.rpartition("/")[2]).action == "propose"


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"proposal": ["a", 1, None], "title": "words", "why": {"en": 7, "xx": "?"}},
        {"proposal": {"a": {}}, "purposes": 5, "identifiable": "maybe", "extra": [[]]},
        {"title": {"en": ["x"]}, "why": None},
    ],
)
def test_a_draft_from_the_command_line_may_hold_anything(officer, story, body):
    story.loop.desk.save(Draft("odd", "inverlarch-council", "propose", body))
    assert officer.get("/work/drafts").status_code == 200
    page = officer.get("/work/drafts/odd")
    assert page.status_code == 200
    answer = officer.post("/work/drafts/odd", filled(page.text) | {"_step": "check"})
    assert answer.status_code == 400


def test_a_draft_of_a_risk_goes_with_its_proposal(desk, story):
    rivers = desk(Role.OFFICER, "larchwater-rivers-agency")
    path = "/work/act/add-risk?proposal=rain-as-open-data"
    page = rivers.get(path).text
    kept = rivers.post(path, filled(page, risk="wet-feet", title__en="Wet") | {"_step": "save"})
    place = kept.headers["location"]
    assert "Draft, not public" in rivers.get(place).text
    body = filled(rivers.get(place).text, to_whom__en="Walkers")
    assert body["proposal"] == "rain-as-open-data"
    for step in ("check", "send"):
        refused = rivers.post(place.partition("?")[0], body | {"_step": step})
        assert refused.status_code == 409
    assert story.loop.state.find(Risk, "wet-feet") is None
    assert filled(refused.text)["to_whom.en"] == "Walkers"
