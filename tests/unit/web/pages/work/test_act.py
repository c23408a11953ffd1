"""The form of anything that may be said: asked, looked over, said once."""

import re
from contextlib import closing
from datetime import timedelta
from http.client import HTTPConnection

import pytest
from tests.unit.web.pages.work.conftest import filled, words

from answerable.model.actor import Role
from answerable.model.agreement import Agreement
from answerable.model.dataset import Dataset
from answerable.model.engagement import Engagement
from answerable.model.proposal import Proposal, Risk
from answerable.terms import FITS
from answerable.web.session import COOKIE

PROPOSE = "/work/act/propose"
GOOD = {
    "proposal": "school-meals",
    "title__en": "School meals",
    "title__cy": "Prydau ysgol",
    "purposes": "meal_planning",
    "why__en": "So that no child goes hungry.",
    "who_benefits__en": "Children.",
    "people_affected__en": "Families.",
    "identifiable": "no",
}


@pytest.fixture
def officer(desk):
    return desk()


def answered(page, **more):
    return filled(page, **GOOD) | more


def propose(reader, **more):
    """Fill the form in, look it over, and put it in the record."""
    page = reader.get(PROPOSE).text
    checked = reader.post(PROPOSE, answered(page, **more) | {"_step": "check"})
    assert checked.status_code == 200, words(checked.text)
    return filled(checked.text) | {"_step": "send"}


def test_a_proposal_is_looked_over_and_then_public(officer, story):
    before = story.loop.state.size
    page = officer.get(PROPOSE).text
    checked = officer.post(PROPOSE, answered(page) | {"_step": "check"})
    assert "Check what will be public" in checked.text
    assert "So that no child goes hungry." in checked.text
    assert story.loop.state.size == before
    sent = officer.post(PROPOSE, filled(checked.text) | {"_step": "send"})
    assert sent.status_code == 303
    assert story.loop.state.size == before + 1
    assert story.loop.state.get(Proposal, "school-meals").title.say("cy") == "Prydau ysgol"
    done = officer.get(sent.headers["location"])
    assert done.status_code == 200
    assert "proposed school-meals: School meals" in words(done.text)
    assert "/work/act/add-benefit?proposal=school-meals" in done.text


def test_a_browser_may_go_back_to_what_was_sent_and_nothing_else_is_kept(officer):
    page = officer.get(PROPOSE)
    assert page.headers["cache-control"] == "no-store"
    for said in ({}, answered(page.text)):
        answer = officer.post(PROPOSE, said | {"_step": "check"})
        assert answer.headers["cache-control"] == "private, no-cache"


def test_sent_twice_it_is_one_entry(officer, story):
    body = propose(officer)
    before = story.loop.state.size
    answers = [officer.post(PROPOSE, body) for _ in range(2)]
    assert {answer.status_code for answer in answers} == {303}
    assert len({answer.headers["location"] for answer in answers}) == 1
    assert story.loop.state.size == before + 1


def test_after_the_back_button_other_words_are_not_taken_for_the_same(officer, story):
    body = propose(officer)
    officer.post(PROPOSE, body)
    size = story.loop.state.size
    again = officer.post(PROPOSE, body | {"proposal": "school-milk"})
    assert again.status_code == 409
    assert f"/work/done/{body['_id']}" in again.text
    assert story.loop.state.size == size
    form = filled(again.text)
    assert form["_id"] != body["_id"]
    assert form["proposal"] == "school-milk"
    assert officer.post(PROPOSE, form | {"_step": "send"}).status_code == 303


def test_with_every_field_wrong_all_faults_are_told_at_once_on_top(officer):
    page = officer.get(PROPOSE).text
    wrong = answered(
        page, proposal="No Slug!", purposes="UPPER", identifiable="perhaps", recipient="nobody-here"
    )
    wrong |= {"title.en": "\u202eevil", "title.cy": "", "why.en": "x" * 5000}
    wrong |= {"who_benefits.en": "", "people_affected.en": ""}
    answer = officer.post(PROPOSE, wrong | {"_step": "check"})
    assert answer.status_code == 400
    assert answer.text.index("govuk-error-summary") < answer.text.index("<h1")
    summary = answer.text.split("<h1")[0]
    links = re.findall(r'href="#([^"]+)"', summary.split("govuk-error-summary", 1)[1])
    names = ["title.en", "proposal", "purposes", "why.en", "who_benefits.en", "people_affected.en"]
    assert {*names, "identifiable"} <= set(links)
    for name in links:
        assert f'id="{name}"' in answer.text
    assert filled(answer.text)["why.en"] == "x" * 5000
    assert "<title>Error: " in answer.text.replace("\n", "")


@pytest.mark.parametrize(
    ("said", "red"),
    [({}, {"why.en"}), ({"why.cy": "ann@example.org"}, {"why.cy"})],
)
def test_only_the_box_that_is_wrong_is_red(officer, said, red):
    page = officer.post(PROPOSE, said | {"_step": "check"}).text
    boxes = re.findall(r'<textarea class="[^"]*error[^"]*" id="(why[^"]*)"', page)
    assert set(boxes) == red


def test_nothing_filled_in_is_told_in_welsh_too(officer):
    answer = officer.post("/cy" + PROPOSE, {"_step": "check"})
    assert answer.status_code == 400
    assert '<html lang="cy"' in answer.text


@pytest.mark.parametrize(
    "said",
    [
        '<script>alert("x")</script><b>&amp;',
        "مرحبا بالعالم",
        "👩‍👩‍👧 🌊",
        "long " * 700 + "end",
        "{{ 7 * 7 }} {% raw %} ${x} %(day)s",
    ],
)
def test_anything_that_may_be_written_is_shown_as_it_is(officer, said):
    page = officer.get(PROPOSE).text
    checked = officer.post(PROPOSE, answered(page) | {"why.en": said, "_step": "check"})
    assert checked.status_code == 200
    assert "<script>alert" not in checked.text
    assert said.strip() in words(checked.text.replace("<", " <")) or "<" in said
    assert filled(checked.text)["why.en"] == said.strip()
    body = filled(checked.text) | {"_step": "change"}
    back = officer.post(PROPOSE, body)
    assert filled(back.text)["why.en"] == said.strip()
    sent = officer.post(PROPOSE, body | {"_step": "send"})
    assert sent.status_code == 303
    assert officer.get(sent.headers["location"]).status_code == 200


def test_personal_details_are_refused_beside_their_question_before_anybody_sees_them(officer):
    page = officer.get(PROPOSE).text
    said = {"why.cy": "Ffoniwch Ann: 07700 900123, ann@example.org.", "_step": "check"}
    answer = officer.post(PROPOSE, answered(page) | said)
    assert answer.status_code == 400
    assert 'href="#why.en"' in answer.text
    assert "an e-mail address, a telephone number" in words(answer.text)
    assert filled(answer.text)["proposal"] == "school-meals"


def test_a_rule_that_refuses_says_so_and_keeps_what_was_typed(officer, story):
    body = propose(officer)
    size = story.loop.state.size
    for step in ("check", "send"):
        answer = officer.post(PROPOSE, body | {"proposal": "flood-help", "_step": step})
        assert answer.status_code == 409
        assert "The proposal flood-help is there already." in answer.text
        assert 'href="#proposal"' in answer.text.split("<h1")[0]
        assert filled(answer.text)["why.en"] == GOOD["why__en"]
    assert story.loop.state.size == size


def test_personal_details_are_told_together_with_what_is_missing(officer):
    page = officer.get(PROPOSE).text
    said = {"why.en": "Ann: 07700 900123", "title.en": "", "title.cy": "", "_step": "check"}
    summary = officer.post(PROPOSE, answered(page) | said).text.split("<h1")[0]
    assert 'href="#why.en"' in summary
    assert 'href="#title.en"' in summary


@pytest.mark.parametrize(
    ("verb", "name"),
    [("add-risk", "proposal"), ("state-basis", "proposal"), ("score-risk", "risk")],
)
def test_what_can_no_longer_change_is_not_offered(officer, story, verb, name):
    def offered():
        return set(re.findall(r'value="([a-z0-9-]+)"', officer.get(path).text))

    path, table = f"/work/act/{verb}", {"proposal": Proposal, "risk": Risk}[name]
    own = {each.key for each in story.loop.state.each(table) if each.proposal == "flood-help"}
    assert own
    assert own.isdisjoint(offered())
    found = story.loop.state.get(Proposal, "flood-help")
    story.loop._state.put(found.with_(route=None))
    assert own <= offered()


def test_a_less_exact_form_that_no_column_can_have_is_not_offered(desk, story):
    found = story.loop.state.get(Agreement, "flood-help-council")
    story.loop._state.put(found.with_(signed_by=()))
    custodian = desk(Role.CUSTODIAN)
    path = "/work/act/add-limit?agreement=flood-help-council&rule=coarsen"
    page = custodian.get(path).text
    offered = re.findall(r'name="to" type="radio" value="([^"]+)"', page)
    types = {c.type for c in story.loop.state.get(Dataset, found.dataset).columns}
    assert set(offered) == {form for form, fit in FITS.items() if fit & types}
    assert 0 < len(offered) < len(FITS)
    body = filled(page, limit="nonsense", column="address", because="risk:curiosity")
    answer = custodian.post(path, body | {"to": "year", "_step": "check"})
    assert answer.status_code == 409
    assert 'href="#to"' in answer.text.split("<h1")[0]


def test_what_was_named_and_has_closed_is_told_at_the_check(officer):
    path = "/work/act/add-risk?proposal=flood-help"
    page = officer.get(path).text
    body = filled(page, risk="wet-feet", title__en="Wet", description__en="Wet.", to_whom__en="All")
    answer = officer.post(path, body | {"_step": "check"})
    assert answer.status_code == 409, words(answer.text)


def test_what_comes_first_is_asked_first(desk):
    custodian = desk(Role.CUSTODIAN)
    first = custodian.get("/work/act/add-limit").text
    assert 'name="because"' not in first
    assert 'method="get"' in first
    rest = custodian.get("/work/act/add-limit?agreement=flood-help-council&rule=minimum-count").text
    assert 'name="because"' in rest
    assert 'name="count"' in rest
    assert 'name="area_column"' not in rest


@pytest.mark.parametrize(
    ("role", "path", "missing"),
    [
        (Role.OFFICER, "add-ask?proposal=&dataset=", {"proposal", "dataset"}),
        (Role.OFFICER, "add-ask?proposal=flood-help&dataset=", {"dataset"}),
        (Role.OFFICER, "state-basis?proposal=", {"proposal"}),
        (Role.CUSTODIAN, "add-limit?agreement=flood-help-council", {"rule"}),
    ],
)
def test_going_on_with_nothing_chosen_is_told(desk, role, path, missing):
    reader = desk(role)
    assert "govuk-error-summary" not in reader.get(f"/work/act/{path}").text
    answer = reader.get(f"/work/act/{path}&_step=next")
    assert answer.status_code == 400
    summary = answer.text.split("<h1")[0].split("govuk-error-summary", 1)[1]
    assert set(re.findall(r'href="#([^"]+)"', summary)) == missing
    assert 'name="_step" value="next"' in answer.text


def test_going_on_with_everything_chosen_asks_the_rest(desk):
    path = "/work/act/add-limit?agreement=flood-help-council&rule=minimum-count&_step=next"
    page = desk(Role.CUSTODIAN).get(path)
    assert page.status_code == 200
    assert 'name="count"' in page.text


@pytest.mark.parametrize(
    ("role", "organisation", "path", "status"),
    [
        (Role.FACILITATOR, "kirklarch-facilitators", PROPOSE, 403),
        (Role.AUDITOR, "inverlarch-data-commons", PROPOSE, 403),
        (Role.OFFICER, "strathlarch-health-board", "/work/act/add-risk?proposal=flood-help", 403),
        (Role.OFFICER, "strathlarch-health-board", "/work/act/propose", 200),
        (Role.OFFICER, "inverlarch-council", "/work/act/add-risk?proposal=nothing", 404),
        (Role.OFFICER, "inverlarch-council", "/work/act/count-releases", 403),
        (Role.OFFICER, "inverlarch-council", "/work/act/nothing", 404),
        (Role.OFFICER, "not-admitted", PROPOSE, 404),
        (
            Role.CUSTODIAN,
            "strathlarch-health-board",
            "/work/act/suspend-agreement?agreement=flood-help-council",
            403,
        ),
    ],
)
def test_who_may_not_is_told_so_and_nothing_else(desk, role, organisation, path, status):
    reader = desk(role, organisation)
    assert reader.get(path).status_code == status
    assert reader.post(path, {"_step": "send"}).status_code in (status, 400)


def test_whoever_did_not_sign_in_is_asked_to(desk):
    public = desk(None)
    answer = public.get(f"{PROPOSE}?x=1")
    assert answer.status_code == 303
    assert answer.headers["location"] == "/sign-in?next=%2Fwork%2Fact%2Fpropose%3Fx%3D1"


def test_a_lost_session_keeps_what_was_typed(desk, officer):
    body = propose(officer)
    officer.client.cookies.clear()
    kept = officer.post(PROPOSE, body)
    assert kept.status_code == 401
    again = filled(kept.text)
    assert again == body
    officer.sign_in(Role.OFFICER, "inverlarch-council")
    assert officer.post(PROPOSE, again).status_code == 303


def test_what_another_organisation_said_is_not_shown_as_done_here(desk, officer):
    location = officer.post(PROPOSE, propose(officer)).headers["location"]
    other = desk(Role.OFFICER, "strathlarch-health-board")
    answer = other.get(location)
    assert answer.status_code == 403
    assert "School meals" not in answer.text
    assert officer.get("/work/done/nothing-at-all").status_code == 404


def test_a_stale_page_says_what_changed_before_a_binding_act(desk, story):
    path = "/work/act/sign-agreement?agreement=flood-help-council"
    one, other = desk(Role.CUSTODIAN), desk(Role.CUSTODIAN)
    page = one.get(path).text
    suspend = "/work/act/suspend-agreement?agreement=flood-help-council"
    stop = filled(other.get(suspend).text, patterns="lookup", reason__en="Tests.", post__en="Head")
    assert other.post(suspend, stop | {"_step": "send"}).status_code == 303
    size = story.loop.state.size
    answer = one.post(path, filled(page, post__en="Head of information") | {"_step": "send"})
    assert answer.status_code == 409
    assert "suspended" in words(answer.text.split("changed", 1)[1])
    assert story.loop.state.size == size
    again = one.post(path, filled(answer.text) | {"_step": "send"})
    assert "changed" not in again.text.split("<main")[-1] or again.status_code != 409


TARGETS = "feature,value,min,max\nage,16-39,1,2\nage,40+,1,2\n"
PEOPLE = "id,age\n" + "".join(f"p{n},{'16-39' if n % 2 else '40+'}\n" for n in range(12))


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"", "the file is empty"),
        (b"\xff\xfe\x00picture", "save the file as text in UTF-8"),
        (b"a" * (8 * 1024 * 1024 + 1), "the file is larger than 8 MB"),
        (None, "choose a file"),
    ],
)
def test_a_file_of_the_wrong_kind_empty_or_too_large(desk, content, says):
    facilitator = desk(Role.FACILITATOR, "kirklarch-facilitators")
    path = "/work/act/commit-pool?engagement=flood-help-panel"
    page = facilitator.get(path)
    assert 'enctype="multipart/form-data"' in page.text
    body = filled(page.text, id_column="id", _step="send")
    files = {"targets": ("targets.csv", TARGETS.encode(), "text/csv")}
    if content is None:
        files = {"respondents": ("people.csv", b"id,age\n1,old\n", "text/csv")}
    else:
        files["respondents"] = ("people.csv", content, "text/csv")
    answer = facilitator.post(path, body, files=files)
    assert answer.status_code == 400
    assert says in words(answer.text)


def test_a_file_of_200_mb_is_refused_before_it_is_sent(desk):
    facilitator = desk(Role.FACILITATOR, "kirklarch-facilitators")
    with closing(HTTPConnection(facilitator.address.removeprefix("http://"))) as line:
        line.putrequest("POST", "/work/act/commit-pool")
        line.putheader("content-length", str(200 << 20))
        line.putheader("content-type", "multipart/form-data; boundary=x")
        line.putheader("sec-fetch-site", "same-origin")
        line.putheader("accept", "text/html")
        line.putheader("cookie", f"{COOKIE}={facilitator.client.cookies[COOKIE]}")
        line.endheaders()
        answer = line.getresponse()
        assert answer.status == 413
        assert b"<h1" in answer.read()


def soon(story):
    """A day from now, as a form asks for it."""
    moment = story.loop.clock.now() + timedelta(days=1)
    return {part: str(getattr(moment, part)) for part in ("day", "month", "year", "hour", "minute")}


def test_a_pool_of_volunteers_is_fixed_and_their_names_stay_private(desk, story):
    officer, facilitator = desk(), desk(Role.FACILITATOR, "kirklarch-facilitators")
    path = "/work/act/open-engagement?proposal=flood-help"
    body = filled(
        officer.get(path).text,
        engagement="second-panel",
        facilitator="kirklarch-facilitators",
        title__en="A second panel",
        question__en="Does it still hold?",
        oversight__en="A board at arm's length.",
        seats="3",
        workshops="1",
    )
    assert officer.post(path, body | {"_step": "send"}).status_code == 303
    path = "/work/act/commit-pool?engagement=second-panel"
    body = filled(
        facilitator.get(path).text,
        id_column="id",
        witnesses="inverlarch-data-commons\nlarchwater-rivers-agency",
        _step="send",
        **{f"reveal_by__{part}": each for part, each in soon(story).items()},
    )
    files = {
        "respondents": ("people.csv", PEOPLE.encode(), "text/csv"),
        "targets": ("targets.csv", TARGETS.encode("utf-8-sig"), "text/csv"),
    }
    answers = [facilitator.post(path, body, files=files) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [303, 303], words(answers[0].text)
    pool = story.loop.state.get(Engagement, "second-panel").pool
    assert pool.volunteers == 12
    done = facilitator.get(answers[0].headers["location"])
    assert "p11" not in done.text
    assert "/work/act/draw-panel?engagement=second-panel" in done.text
    page = facilitator.data("/work/panels/second-panel")
    steps = page["parts"][0]["items"]
    assert [step["done"] for step in steps] == [False, True, False, False, False]
    assert steps[0]["offer"]["path"] == "/work/act/state-population?engagement=second-panel"
    assert steps[2]["offer"]["path"] == "/work/act/draw-panel?engagement=second-panel"
