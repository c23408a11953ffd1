"""What each role finds on its working pages, and what others are told."""

import json
import re
from datetime import timedelta
from io import BytesIO
from zipfile import ZipFile

import pytest
from tests.pages import NOW
from tests.unit.web.pages.work.conftest import filled, words
from tests.unit.web.test_access import STAFF, WHO

from answerable.model.actor import Role
from answerable.model.agreement import Agreement, Decision
from answerable.model.assessment import ProposalRouted, Route
from answerable.model.engagement import Engagement, Recommendation
from answerable.model.limits import Pattern
from answerable.science.tlog import Verifier, parse_receipt

COUNCIL, HEALTH = "inverlarch-council", "strathlarch-health-board"
RIVERS, FIRE = "larchwater-rivers-agency", "larchside-fire-and-rescue"
FACILITATORS, STEWARDS = "kirklarch-facilitators", "inverlarch-data-commons"


AGREEMENT = "/work/agreements/flood-help-council"


def _part(reader, path, name):
    return next((part for part in reader.data(path)["parts"] if part["id"] == name), None)


@pytest.mark.parametrize(
    ("who", "path"),
    [
        ("officer", "/work/proposals/nothing"),
        ("facilitator", "/work/panels/nothing"),
        ("custodian", "/work/agreements/nothing"),
        ("custodian", "/work/agreements/nothing/try"),
        ("auditor", "/agreements/nothing/evidence.zip"),
    ],
)
def test_what_is_not_there(desk, who, path):
    assert desk(*WHO[who]).get(path).status_code == 404


@pytest.mark.parametrize("who", sorted(STAFF))
def test_home_leads_only_to_what_may_be_said(desk, who):
    reader = desk(*WHO[who])
    said = reader.data("/work")
    kinds = [each["kind"] for stage in said["stages"] for each in stage["sayable"]]
    assert kinds
    for kind in kinds:
        assert reader.get(f"/work/act/{kind}").status_code == 200, kind


def test_tasks_come_before_the_forms_which_are_folded(desk):
    page = desk(*WHO["custodian"]).get("/work").text
    tasks, forms = page.split("<details", 1)
    assert "Your agreements" in tasks
    assert "app-sayable" not in tasks
    assert re.search(r'class="govuk-button[^>]*href="/work/release-points"', tasks)
    assert "/work/act/draft-agreement" in forms


def test_whoever_says_nothing_here_is_led_on(desk):
    page = desk(Role.PANELLIST, FACILITATORS).get("/work").text
    assert "/work/act/" not in page
    assert "/work/audit" in desk(Role.AUDITOR, STEWARDS).get("/work").text


def test_an_officer_sees_what_a_new_proposal_lacks_and_fills_it_in(desk, story):
    officer = desk()
    page = officer.get("/work/act/propose").text
    body = filled(
        page,
        proposal="school-meals",
        title__en="School meals",
        purposes="meal_planning",
        why__en="So that no child goes hungry.",
        who_benefits__en="Children.",
        people_affected__en="Families.",
        recipient=FIRE,
        identifiable="yes",
    )
    assert officer.post("/work/act/propose", body | {"_step": "send"}).status_code == 303
    place = "/work/proposals/school-meals"
    missing = next(p for p in officer.data(place)["parts"] if p["id"] == "missing")["items"]
    paths = [item["offer"]["path"] for item in missing]
    assert "/work/act/add-benefit?proposal=school-meals" in paths
    assert "/work/act/judge-test?proposal=school-meals&test=purposeful" in paths
    assert "/work/act/record-dpia?proposal=school-meals" in paths
    for path in paths:
        assert officer.get(path).status_code == 200, path
    path = "/work/act/judge-test?proposal=school-meals&test=purposeful"
    form = filled(officer.get(path).text, score="4", reason__en="It is.")
    assert form["test"] == ["purposeful"]
    assert officer.post(path, form | {"_step": "send"}).status_code == 303
    less = next(p for p in officer.data(place)["parts"] if p["id"] == "missing")["items"]
    assert len(less) == len(missing) - 1
    refused = "/work/act/route-proposal?proposal=school-meals"
    form = filled(officer.get(refused).text, sensitivity="low", reason__en="So it is.")
    answer = officer.post(refused, form | {"_step": "send"})
    assert answer.status_code == 409


def test_a_recommendation_that_waits_is_on_the_list_until_it_is_answered(desk, story):
    custodian = desk(*WHO["custodian"])
    waiting, answered = custodian.data("/work/recommendations")["parts"]
    assert waiting["items"] == []
    assert "/recommendations/floods-only" in [each["path"] for each in answered["items"]]
    found = story.loop.state.get(Recommendation, "floods-only")
    story.loop._state.put(found.with_(answered=None))
    waiting, _ = custodian.data("/work/recommendations")["parts"]
    assert [each["path"] for each in waiting["items"]] == ["/recommendations/floods-only"]
    assert waiting["items"][0]["words"].startswith("Overdue since ")
    form = "/work/act/answer-recommendation?recommendation=floods-only"
    assert form in custodian.get("/work").text
    assert custodian.get(form).status_code == 200
    assert "floods-only" not in desk(*WHO["other custodian"]).get("/work/recommendations").text


@pytest.mark.parametrize(
    ("unheard", "listed"), [(None, True), (Engagement, False), (Recommendation, False)]
)
def test_a_proposal_waits_for_a_decision_once_the_public_was_heard_and_answered(
    desk, story, unheard, listed
):
    state = story.loop._state
    for decided in [d for d in state.each(Decision) if d.proposal == "flood-help"]:
        state.put(decided.with_(proposal="another"))
        del state._tables[Decision][f"flood-help/{decided.custodian}"]
    if unheard is Engagement:
        state.put(state.get(Engagement, "flood-help-panel").with_(finished=None))
    if unheard is Recommendation:
        state.put(state.get(Recommendation, "floods-only").with_(answered=None))
    part = _part(desk(*WHO["custodian"]), "/work", "decide")
    paths = [each["path"] for each in part["items"]] if part else []
    assert ("/proposals/flood-help" in paths) == listed


def test_after_a_proposal_went_to_a_panel_no_consultation_is_offered(desk, story):
    entries = story.loop.entries()
    routed = [e for e in entries if isinstance(e.body, ProposalRouted)]
    assert {e.body.route for e in routed} == {Route.PANEL, Route.CONSULTATION}
    for entry in routed:
        reader = desk(Role.OFFICER, entry.envelope.org)
        page = reader.get(f"/work/done/{entry.envelope.command_id}").text
        assert ("/work/act/open-consultation" in page) == (entry.body.route == Route.CONSULTATION)
        assert "/work/act/open-engagement" in page


TRY = "/work/agreements/flood-help-council/try?purpose=flood_response&pattern=lookup"


@pytest.mark.parametrize(
    ("query", "says"),
    [
        ("&column=address", "only the postcode district"),
        ("&column=address&warning=yes", "as it is held"),
        ("&column=need", "It would be given"),
        ("&column=medication", "It would be refused"),
        ("&column=postcode", "It would be refused"),
        ("", "Choose at least one column"),
        ("&column=need&recipient=strathlarch-health-board", "It would be refused"),
    ],
)
def test_a_request_is_tried_out_as_a_release_point_would_answer(desk, story, query, says):
    size = story.loop.state.size
    answer = desk(*WHO["custodian"]).get(TRY + query)
    assert answer.status_code in (200, 400)
    assert says in words(answer.text)
    assert story.loop.state.size == size


@pytest.mark.parametrize(
    "changes",
    [
        {"signed_by": ()},
        {"parties": (), "signed_by": ()},
        {"suspended": (Pattern.LOOKUP,)},
        {"starts": NOW + timedelta(days=1)},
        {"ends": NOW - timedelta(days=1)},
    ],
)
def test_what_is_not_in_force_is_tried_as_if_it_were(desk, story, changes):
    found = story.loop.state.get(Agreement, "flood-help-council")
    story.loop._state.put(found.with_(**changes))
    reader = desk(*WHO["custodian"])
    page = words(reader.get(f"{TRY}&column=address&warning=yes").text)
    assert "As if it were signed and in force" in page
    assert "as it is held" in page
    assert "It would be refused" in words(reader.get(f"{TRY}&column=medication").text)


def test_what_is_in_force_is_tried_as_it_stands(desk):
    page = words(desk(*WHO["custodian"]).get(f"{TRY}&column=need").text)
    assert "As if it were signed" not in page


@pytest.mark.parametrize("query", ["&column=No Name!", "&column=%F0%9F%8C%8A", "&pattern=what"])
def test_a_request_that_makes_no_sense_breaks_nothing(desk, query):
    assert desk(*WHO["custodian"]).get(TRY + query).status_code in (200, 400)


def test_what_is_supposed_is_one_question(desk):
    page = desk(*WHO["custodian"]).get(f"{TRY}&column=need").text
    group = page.split('name="warning"', 1)[1].split("</fieldset>", 1)[0]
    assert 'name="emergency"' in group


def test_a_refusal_names_the_rule(desk):
    path = "/work/agreements/flood-help-council/try?purpose=gossip&pattern=bulk&column=need"
    page = words(desk(*WHO["custodian"]).get(path).text)
    assert "It would be refused" in page


def test_use_is_drawn_and_told_in_a_table(desk):
    custodian = desk(*WHO["custodian"])
    days = custodian.data("/work/agreements/flood-help-council")["days"]
    page = custodian.get("/work/agreements/flood-help-council").text
    assert [day["day"] for day in days] == ["2026-03-13", "2026-03-14", "2026-03-16", "2026-03-20"]
    drawn = re.findall(r'y="150">(\d+)<', page)
    assert drawn == [str(day) for day in range(13, 21)]
    assert page.count('y="168">March<') == 1
    assert "Fewer than 10 is drawn as 5." in page
    assert "fewer than 10" in page


def test_a_custodian_sees_what_its_own_release_points_did(desk):
    said = desk(*WHO["custodian"]).data("/work/release-points")["points"]
    assert [each["gateway"]["gateway"] for each in said] == ["council-gateway"]
    assert [day["day"] for day in said[0]["days"]] == [
        "2026-03-13",
        "2026-03-14",
        "2026-03-16",
        "2026-03-20",
    ]
    other = desk(*WHO["other custodian"]).get("/work/release-points").text
    assert "council-gateway" not in other


def test_a_promise_that_was_missed_waits_on_the_page_of_whoever_made_it(desk):
    said = desk(*WHO["party"]).data("/work")["parts"]
    missed = next(part for part in said if part["id"] == "keep")["items"]
    assert missed[0]["offer"]["path"] == (
        "/work/act/meet-duty?agreement=flood-help-council&duty=trained-crews"
    )
    assert _part(desk(*WHO["other custodian"]), "/work", "keep") is None


@pytest.mark.parametrize(("path", "part"), [("/work", "keep"), (AGREEMENT, "promises")])
def test_a_custodian_is_told_what_a_promise_of_others_has_stopped(desk, path, part):
    items = _part(desk(*WHO["custodian"]), path, part)["items"]
    found = [
        each for each in items if "Stopped until it is kept: Counts only" in each.get("words", "")
    ]
    assert len(found) == 1
    assert found[0].get("offer") is None
    assert found[0].get("done") is (False if path == AGREEMENT else None)  # not theirs to do
    assert (path == AGREEMENT) != found[0]["words"].startswith("Owed by Larchside Fire and Rescue")


SIGN = "/work/act/sign-agreement?agreement=flood-help-council"


def _unsigned(story, **changes):
    found = story.loop.state.get(Agreement, "flood-help-council")
    story.loop._state.put(found.with_(signed_by=(), **changes))
    return found


def test_whoever_signs_is_shown_what_they_sign(desk, story):
    terms = _unsigned(story).terms
    custodian = desk(*WHO["custodian"])
    form = custodian.get(SIGN).text
    body = filled(form, post__en="Head of information") | {"_step": "check"}
    for page in (form, custodian.post(SIGN, body).text):
        said = words(page)
        assert terms in said
        assert "Larchside Fire and Rescue" in said
        assert "The postcode district is given instead of the address" in said
        assert "What people have promised" in said
        assert 'href="/agreements/flood-help-council"' in page
    assert custodian.get("/work/act/suspend-agreement").text.count(terms) == 0


def test_what_can_be_signed_is_offered(desk, story):
    _unsigned(story)
    custodian = desk(*WHO["custodian"])
    assert SIGN in custodian.get(AGREEMENT).text
    assert SIGN in custodian.get("/work").text
    assert _part(custodian, AGREEMENT, "missing") is None


@pytest.mark.parametrize(
    ("changes", "says", "verb"),
    [
        ({"recipients": (FIRE, RIVERS)}, "Not named as a party yet", "name-party"),
        ({"limits": ()}, "There is no rule yet", "add-limit"),
        ({"limits": ()}, "The answer promised a rule", "add-limit"),
        ({"ends": NOW}, "It has ended before it was signed: draft another.", None),
    ],
)
def test_what_is_missing_before_anybody_can_sign_is_listed(desk, story, changes, says, verb):
    _unsigned(story, **changes)
    custodian = desk(*WHO["custodian"])
    found = _part(custodian, AGREEMENT, "missing")["items"]
    item = next(each for each in found if each["words"] == says)
    assert (item.get("offer") or {}).get("kind") == verb
    assert SIGN not in custodian.get(AGREEMENT).text
    assert SIGN not in custodian.get("/work").text
    assert says in words(custodian.get(SIGN).text)
    form = filled(custodian.get(SIGN).text, post__en="Head") | {"_step": "send"}
    assert custodian.post(SIGN, form).status_code in (403, 409)


def test_a_promise_to_the_panel_that_became_no_duty_is_missing(desk, story):
    _unsigned(story)
    said = story.loop.state.get(Recommendation, "needs-not-reasons")
    story.loop._state.put(said.with_(answered=said.answered.with_(becomes="duty")))
    items = _part(desk(*WHO["custodian"]), AGREEMENT, "missing")["items"]
    assert [(each["path"], each["words"]) for each in items] == [
        ("/recommendations/needs-not-reasons", "The answer promised a duty")
    ]
    assert items[0]["offer"]["path"] == "/work/act/add-duty?agreement=flood-help-council"


def test_nothing_is_added_after_the_first_signature(desk, story):
    found = _unsigned(story)
    story.loop._state.put(found.with_(signed_by=found.signed_by[:1]))
    assert "/work/act/add-" not in desk(*WHO["custodian"]).get(AGREEMENT).text


def test_only_the_custodian_may_suspend(desk):
    path = "/work/agreements/flood-help-council"
    assert "suspend-agreement" in desk(*WHO["custodian"]).get(path).text
    assert "suspend-agreement" not in desk(*WHO["party"]).get(path).text


def test_evidence_can_be_checked_without_us_and_is_always_the_same(desk, story):
    auditor = desk(*WHO["auditor"])
    answers = [auditor.get("/agreements/flood-help-council/evidence.zip") for _ in range(2)]
    assert answers[0].content == answers[1].content
    assert answers[0].headers["content-type"] == "application/zip"
    with ZipFile(BytesIO(answers[0].content)) as archive:
        found = {name: archive.read(name) for name in archive.namelist()}
    verifier = Verifier.from_vkey(found["register.vkey"].decode().strip())
    entries = [name for name in found if name.startswith("entries/") and name.endswith(".json")]
    kinds = set()
    for name in entries:
        receipt = parse_receipt(found[name.replace(".json", ".tlog-proof")])
        receipt.verify(found[name], [verifier])
        kinds.add(json.loads(found[name])["kind"])
    assert {"agreement.drafted", "limit.added", "recommendation.ratified", "risk.named"} <= kinds
    assert {"agreement.signed", "releases.counted", "recommendation.answered"} <= kinds
    drafted = [json.loads(found[n]) for n in entries]
    names = {e["body"]["agreement"] for e in drafted if e["kind"] == "agreement.drafted"}
    assert "flood-help-council" in names
    agreement = json.loads(found["agreement.json"])
    assert agreement["terms"] == auditor.data("/agreements/flood-help-council")["terms"]
    assert b"answerable verify" in found["README.txt"]
    assert found["checkpoint"] in found[entries[0].replace(".json", ".tlog-proof")]


def test_evidence_about_what_is_not_sealed_yet(desk, story):
    custodian = desk(*WHO["custodian"])
    path = "/work/act/suspend-agreement?agreement=flood-help-council"
    form = filled(custodian.get(path).text, patterns="lookup", reason__en="Test.", post__en="Head")
    assert custodian.post(path, form | {"_step": "send"}).status_code == 303
    name = f"entries/{story.loop.state.size - 1:08}"
    answer = custodian.get("/agreements/flood-help-council/evidence.zip")
    with ZipFile(BytesIO(answer.content)) as archive:
        assert f"{name}.json" in archive.namelist()
        assert f"{name}.tlog-proof" not in archive.namelist()
