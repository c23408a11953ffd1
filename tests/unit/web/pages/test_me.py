"""What this means for me: every share in short, and the notice of each agreement."""

import re
from datetime import UTC, date, datetime
from html import unescape

import pytest
from tests.pages import Reader, served

from answerable.model.actor import Role
from answerable.model.agreement import Agreement, Capacity
from answerable.model.limits import Pattern
from answerable.model.status import Standing, standing
from answerable.model.text import en
from answerable.stages.decide import (
    AddLimit,
    DraftAgreement,
    NameParty,
    SignAgreement,
    SuspendAgreement,
)
from answerable.web.notice import order

FIRE = "larchside-fire-and-rescue"
COUNCIL = "inverlarch-council"
AGREEMENTS = {
    "flood-help-council": {
        "says": ["Extra help needed", "Help that is needed", "Data protection team"],
        "responsible": COUNCIL,
    },
    "flood-help-health": {
        "says": ["Powered medical equipment at home", "Kind of equipment", "Register team"],
        "responsible": "strathlarch-health-board",
    },
}


def words(answer):
    return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]+>", " ", answer.text)))


@pytest.fixture
def reader(story):
    with served(story.site.app()) as address:
        reader = Reader(address, story)
        yield reader
        reader.close()


def draft(story, name, **changes):
    """Draft an agreement of the council that nobody signed yet."""
    custodian = story.loop.actor(Role.CUSTODIAN, COUNCIL)
    said = {
        "agreement": name,
        "proposal": "flood-help",
        "title": en("Another share"),
        "custodian": COUNCIL,
        "dataset": "extra-help",
        "columns": ("household", "address", "flood_area", "need"),
        "subject_column": "household",
        "patterns": (Pattern.LOOKUP,),
        "recipients": (FIRE,),
        "purposes": ("flood_planning", "flood_response"),
        "starts": datetime(2027, 3, 1, tzinfo=UTC),
        "ends": datetime(2028, 3, 1, tzinfo=UTC),
        "review": date(2028, 1, 1),
        "greatest_age_minutes": 60,
        "prevails": "text",
    }
    story.loop.act(DraftAgreement.model_validate({**said, **changes}), custodian)
    for body in (COUNCIL, FIRE):
        named = NameParty(
            agreement=name,
            organisation=body,
            capacity=Capacity.CONTROLLER,
            post=en("Chief officer"),
            authority=en("Scheme of delegation."),
        )
        story.loop.act(named, custodian)


def sign(story, name):
    """Give it the rules that the panel asked for, and sign it."""
    custodian = story.loop.actor(Role.CUSTODIAN, COUNCIL)
    for limit in story.loop.state.get(Agreement, "flood-help-council").limits:
        rule = limit.model_copy(update={"patterns": ()})
        story.loop.act(AddLimit(agreement=name, terms=rule), custodian)
    for role, body in ((Role.CUSTODIAN, COUNCIL), (Role.OFFICER, FIRE)):
        signs = SignAgreement(agreement=name, post=en("Chief officer"))
        story.loop.act(signs, story.loop.actor(role, body))


# Every share in short.


def test_every_agreement_about_people_is_listed_under_its_dataset(shown):
    held = shown.data("/me")["held"]
    listed = {each["dataset"]["dataset"]: each["shared"] for each in held}
    assert [one["agreement"] for one in listed["extra-help"]] == ["flood-help-council"]
    assert [one["agreement"] for one in listed["powered-equipment"]] == ["flood-help-health"]
    assert listed["households"] == []
    assert "rain-readings" not in listed
    assert "deprivation" not in listed


def test_a_share_says_who_what_and_why(shown):
    said = words(shown.get("/me"))
    for phrase in ("Larchside Fire and Rescue", "Help that is needed", "When the river rises"):
        assert phrase in said
    assert "Nothing from this list is shared, and nothing is planned." in said


def test_what_happens_now_comes_before_what_is_planned_or_over(story, reader):
    draft(story, "a-plan")
    draft(story, "a-promise")
    sign(story, "a-promise")
    (held,) = (
        each for each in reader.data("/me")["held"] if each["dataset"]["dataset"] == "extra-help"
    )
    assert [(one["agreement"], one["standing"]) for one in held["shared"]] == [
        ("flood-help-council", "in-force"),
        ("a-promise", "not-started"),
        ("a-plan", "unsigned"),
    ]
    assert {order(each) for each in Standing} == {0, 1, 2, 3}


# The notice.


def test_the_notice_of_every_agreement_says_what_the_law_asks_for(shown):
    every = list(shown.story.loop.state.each(Agreement))
    assert {each.agreement for each in every} == set(AGREEMENTS)
    for name, wanted in AGREEMENTS.items():
        said = words(shown.get(f"/me/{name}"))
        for phrase in (
            *wanted["says"],
            "Larchside Fire and Rescue",
            "flood planning, flood response",
            "UK GDPR Article 6(1)(e)",
            "UK GDPR Article 9",
            "1 February 2026 until 1 February 2028",
            "How to be left out",
            "It counts within a working day and not at once",
            "What follows if you are left out",
            "Object to its use",
            "within 30 days",
            "Information Commissioner",
        ):
            assert phrase in said, (name, phrase)


def test_the_notice_as_data_has_the_same_facts(shown):
    for name, wanted in AGREEMENTS.items():
        said = shown.data(f"/me/{name}")
        assert said["contacts"][0]["organisation"] == wanted["responsible"]
        assert said["contacts"][0]["own"] == (wanted["responsible"] == COUNCIL)
        assert said["basis"]["organisation"] == wanted["responsible"]
        (way,) = said["left_out"]
        assert way["hours"] == 24
        assert way["patterns"] == ["lookup", "aggregate"]
        assert {each["sensitivity"] for each in said["personal"]} == {"personal", "special"}


def test_the_notice_leads_on(shown):
    page = shown.get("/me/flood-help-council").text
    for path in (
        "/proposals/flood-help",
        "/agreements/flood-help-council",
        "/agreements/flood-help-council/rules/left-out",
        "/about/complaints",
        "/me/looked-up",
    ):
        assert f'href="{path}"' in page
        assert shown.get(path).status_code in {200, 303}


def test_the_notice_is_there_before_anybody_signed_and_before_it_begins(story, reader):
    draft(story, "a-plan")
    said = words(reader.get("/me/a-plan"))
    assert "This is a plan." in said
    assert "Nothing is shared under it." in said
    assert "This agreement leaves nobody out." in said
    sign(story, "a-plan")
    said = words(reader.get("/me/a-plan"))
    assert "This is agreed, and has not begun." in said
    assert "Nothing is shared before 1 March 2027." in said
    assert "No use has been counted yet." in said


def suspend(story, *patterns):
    """Stop ways of asking under the council's agreement; all of them if none is named."""
    stopped = SuspendAgreement(
        agreement="flood-help-council",
        patterns=patterns or story.loop.state.get(Agreement, "flood-help-council").patterns,
        reason=en("Something is wrong."),
        post=en("Head of information"),
    )
    story.loop.act(stopped, story.loop.actor(Role.CUSTODIAN, COUNCIL))


def test_the_notice_of_what_has_ended_or_was_stopped_says_so(story, reader):
    suspend(story, Pattern.LOOKUP)
    assert "Stopped for now: One person or household" in words(reader.get("/me/flood-help-council"))
    story.clock.moment = datetime(2028, 2, 2, tzinfo=UTC)
    found = story.loop.state.get(Agreement, "flood-help-council")
    assert standing(found, story.clock.now()) is Standing.ENDED
    said = words(reader.get("/me/flood-help-council"))
    assert "This has ended. Nothing more has been shared since 1 February 2028." in said


TAGS = re.compile(r"(In force|Suspended in part|Suspended)</strong>")
SHOWN_AT = {
    "/me": 'href="/me/flood-help-council"',
    "/agreements": 'href="/agreements/flood-help-council"',
    "/agreements/flood-help-council": "<h1",
    "/library/extra-help": 'href="/agreements/flood-help-council"',
    "/proposals/flood-help": 'id="flood-help-council"',
}


@pytest.mark.parametrize(
    ("patterns", "tags", "in_force"),
    [((Pattern.LOOKUP,), ["In force", "Suspended in part"], 2), ((), ["Suspended"], 1)],
    ids=["in-part", "whole"],
)
def test_what_is_suspended_is_nowhere_said_to_be_in_force(story, reader, patterns, tags, in_force):
    suspend(story, *patterns)
    for path, place in SHOWN_AT.items():
        _, _, about = reader.get(path).text.partition(place)
        assert TAGS.findall(about)[: len(tags)] == tags, path
    said = words(reader.get("/me/flood-help-council"))
    assert ("This is happening now." in said) == (in_force > 1)
    assert ("This is stopped for now." in said) == (in_force == 1)
    counts = {each["id"]: each["count"] for each in reader.data("/")["stages"]}
    assert counts["share"] == in_force


def test_the_notice_in_welsh_is_in_welsh(shown):
    page = shown.get("/cy/me/flood-help-council")
    assert '<html lang="cy"' in page.text
    said = words(page)
    assert "Sut i gael eich gadael allan" in said
    assert "Eich hawliau" in said
    assert "1 Chwefror 2026 tan 1 Chwefror 2028" in said
    assert "How to be left out" not in said


@pytest.mark.parametrize("name", ["nothing", "extra-help", "%00", "..%2f..", "<b>"])
def test_an_agreement_that_is_not_there_is_not_found(shown, name):
    answer = shown.get(f"/me/{name}")
    assert answer.status_code == 404
    assert "<b>" not in answer.text
