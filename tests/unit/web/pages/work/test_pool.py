"""The organiser's page of a pool over HTTP: people, targets, chances, conflicts, the commitment."""

import hashlib
import re
import secrets
from threading import Event, Thread

import pytest
from tests.pages import FACILITATOR
from tests.pool import MEMBERS, PANEL, POOL, WITNESSES, opened, people
from tests.unit.web.pages.work.conftest import Form, words

from answerable.model.actor import Role
from answerable.model.engagement import Engagement
from answerable.web.pages.work.pool import buttons


@pytest.fixture
def organiser(desk, story):
    opened(story)
    return desk(FACILITATOR.role, FACILITATOR.organisation)


def upload(reader, text=None, **said):
    text = people() if text is None else text
    data = text if isinstance(text, bytes) else text.encode()
    files = {"respondents": ("people.csv", data, "text/csv")}
    return reader.post(POOL, {"_step": "upload", **said}, files=files)


def press(reader, step, **changes):
    """Press a button of the form with the targets, with what stands in it otherwise."""
    fields = Form(reader.get(POOL).text).fields
    for known in ("table", "id_column", "_step", "members"):
        fields.pop(known, None)
    changes = {name.replace("__", "."): each for name, each in changes.items()}
    return reader.post(POOL, {**fields, **changes, "_step": step})


def filled(reader):
    assert upload(reader).status_code == 303
    assert press(reader, "propose").status_code == 303


def rows(reader):
    return {
        row["row"]["value"]: (int(row["row"]["min"]), int(row["row"]["max"]), row["group"])
        for row in reader.data(POOL)["rows"]
    }


# People.


def test_people_of_a_file_are_in_the_pool_and_nowhere_else(organiser, story):
    answer = upload(organiser, id_column="number")
    assert answer.headers["location"].endswith("?done=uploaded#people")
    said = organiser.data(POOL)
    assert (said["people"], said["uploaded"], said["fixed"]) == (30, 30, False)
    assert "30 people are in the pool" in words(organiser.get(POOL).text)
    assert "canary" not in organiser.get(POOL).text
    records = story.loop.reveal(
        story.loop.actor(FACILITATOR.role, FACILITATOR.organisation), f"volunteer:{PANEL}"
    )
    assert records[0].body == {
        "registered": True,
        "profile": {"age": "young", "sex": "m"},
        "contact": {"number": "p0", "full name": "canary 0", "street": "0 Weir"},
    }
    press(organiser, "propose")
    drafts = story.loop.desk.list(FACILITATOR.organisation)
    assert drafts
    assert all("canary" not in str(draft) for draft in drafts)


def test_a_file_takes_the_place_of_the_one_before(organiser):
    upload(organiser)
    upload(organiser, people(20))
    assert organiser.data(POOL)["people"] == 20
    assert organiser.post(POOL, {"_step": "remove"}).status_code == 303
    assert organiser.data(POOL)["people"] == 0


@pytest.mark.parametrize(
    ("text", "said", "wanted"),
    [
        ("", {}, "No file of text was sent."),
        (b"\xff\xfe\x00", {}, "No file of text was sent."),
        ("id,age\n1,old\n1,old\n,young\n2\n", {}, "Line 3 of the respondents repeats the id"),
        ("id,age\n1,old\n1,old\n,young\n2\n", {}, "Line 4 of the respondents has no id."),
        ("id,age\n1,old\n1,old\n,young\n2\n", {}, "Line 5 of the respondents does not fit"),
        ("id,age\n1,old\n", {"id_column": "name"}, "have no column for: name"),
        ("id,age\n1,old\n", {"columns": "street, town"}, "have no column for: street, town"),
        ("id,id\n1,old\n", {}, "uses a name twice"),
        ("\n\n", {}, "No file of text was sent."),
        ("id,age\n", {}, "The respondents file is empty."),
    ],
)
def test_a_bad_file_is_taken_in_not_at_all(organiser, text, said, wanted):
    upload(organiser)
    answer = upload(organiser, text, **said)
    assert answer.status_code == 400
    assert wanted in words(answer.text)
    assert organiser.data(POOL)["people"] == 30


# Targets and chances.


def test_targets_are_proposed_from_the_population(organiser):
    filled(organiser)
    found = rows(organiser)
    assert {value: each[:2] for value, each in found.items()} == {
        "young": (2, 3),
        "old": (4, 5),
        "f": (3, 4),
        "m": (3, 4),
    }
    assert found["young"][2] == {
        "people": 10,
        "average": pytest.approx(7 / 30),
        "least": pytest.approx(7 / 30),
    }
    page = words(organiser.get(POOL).text)
    assert "10 in the pool; 40% of the population" in page
    assert "Everybody has a chance of at least" in page
    assert "to be confirmed when the lottery is made" in page


def test_an_edit_is_tried_without_being_saved_and_saved_with_the_button(organiser):
    filled(organiser)
    fields = Form(organiser.get(POOL).text).fields
    tried = organiser.post(f"{POOL}/chances", {**fields, "min.0": "0", "max.0": "0"})
    assert tried.status_code == 200
    assert "10 people have no chance at all." not in words(f"<main>{tried.text}")
    assert "Targets in each other" in tried.text  # at most five are old
    tried = organiser.post(
        f"{POOL}/chances", {**fields, "min.0": "0", "max.0": "0", "min.1": "7", "max.1": "7"}
    )
    assert "10 people have no chance at all." in words(f"<main>{tried.text}")
    assert rows(organiser)["young"][:2] == (2, 3)
    assert press(organiser, "save", min__0="1").status_code == 303
    assert rows(organiser)["young"][:2] == (1, 3)


def test_rows_are_added_and_taken_out(organiser):
    filled(organiser)
    assert press(organiser, "add", feature="age", value="ancient").status_code == 303
    assert rows(organiser)["ancient"][:2] == (0, 7)
    assert press(organiser, "add", feature="age", value="").status_code == 400
    assert press(organiser, "save", min__2="", max__2="").status_code == 303
    assert "ancient" not in rows(organiser)


def test_what_is_no_number_is_kept_and_told(organiser):
    filled(organiser)
    answer = press(organiser, "save", min__0="two")
    assert answer.status_code == 400
    assert 'value="two"' in answer.text
    assert "Rows without whole numbers: 1." in words(answer.text)
    assert press(organiser, "commit", min__0="two").status_code == 400


def test_too_few_people_are_told_in_words(organiser):
    upload(organiser, people(5))
    answer = press(organiser, "propose")
    page = words(organiser.get(POOL).text)
    assert answer.status_code == 303
    assert "Fewer than seats" in page
    assert "Too few: needs 4" in page
    assert "These targets cannot be used" in page


def test_a_table_brings_targets_for_two_features_and_flex(organiser):
    upload(organiser)
    table = (
        "feature,value,feature_2,value_2,min,max,min_flex,max_flex\n"
        "age,young,,,2,3,1,4\nage,old,,,4,5,3,6\nage,young,sex,f,1,2,,\n"
    )
    assert organiser.post(POOL, {"_step": "read", "table": table}).status_code == 303
    page = words(organiser.get(POOL).text)
    assert "Two features together" in page
    assert "may give way to 1\u20134" in page
    found = organiser.data(POOL)["rows"]
    assert [each["group"]["people"] for each in found] == [10, 20, 5]
    files = {"targets": ("targets.csv", b"category,feature,min,max\nsex,f,3,4\nsex,m,3,4\n")}
    assert organiser.post(POOL, {"_step": "read"}, files=files).status_code == 303
    assert set(rows(organiser)) == {"f", "m"}
    bad = organiser.post(POOL, {"_step": "read", "table": "feature,value,min,max\nage,young,x,3\n"})
    assert bad.status_code == 400
    assert "Line 2 of the targets: min is not a whole number." in words(bad.text)


def test_values_without_a_target_are_named(organiser):
    upload(organiser)
    table = "feature,value,min,max\nage,young,0,7\n"
    organiser.post(POOL, {"_step": "read", "table": table})
    assert "Age: old (20 people)" in words(organiser.get(POOL).text)


def test_households_narrow_the_chances(organiser):
    upload(organiser, columns="street")
    press(organiser, "propose")
    assert 'value="street"' in organiser.get(POOL).text
    assert press(organiser, "save", columns="town").status_code == 303
    assert "have no column for: town" in words(organiser.get(POOL).text)


def test_a_conflict_is_named_and_the_least_change_is_used(organiser):
    filled(organiser)
    assert press(organiser, "save", min__1="6", max__1="7", min__0="2").status_code == 303
    page = words(organiser.get(POOL).text)
    assert "No panel can meet these targets together" in page
    said = organiser.data(POOL)
    assert {tuple(map(tuple, each["of"])) for each in said["conflict"]} <= {
        (("age", "young"),),
        (("age", "old"),),
    }
    assert len(said["changes"]) == 1
    assert press(organiser, "relax").status_code == 303
    said = organiser.data(POOL)
    assert not said["changes"]
    assert said["bars"]


def test_two_who_save_at_once_lose_nothing(organiser):
    filled(organiser)
    fields = Form(organiser.get(POOL).text).fields
    assert organiser.post(POOL, {**fields, "min.0": "1", "_step": "save"}).status_code == 303
    late = organiser.post(POOL, {**fields, "min.0": "0", "_step": "save"})
    assert late.status_code == 409
    assert "Somebody else of your organisation saved other targets" in words(late.text)
    again = {**fields, **Form(late.text).fields, "min.0": "0", "_step": "save"}
    assert organiser.post(POOL, again).status_code == 303
    assert rows(organiser)["young"][:2] == (0, 3)


@pytest.mark.parametrize("step", ["save", "commit", "relax", "propose"])
def test_what_no_form_sends_breaks_nothing(organiser, step):
    for sent in (
        {"base": "nonsense"},
        {"base": "feature,value,min,max\na,b,1,x\n"},
        {"base": ["a", "b"], "min.0": ["1", "2"]},
        {"_revision": "x"},
        {},
    ):
        assert organiser.post(POOL, {"_step": step, **sent}).status_code in (303, 400, 409)
    bad = {"base": "feature,value,min,max\na,b,1,x\n"}
    assert organiser.post(f"{POOL}/chances", bad).status_code == 400


def test_chances_are_worked_out_while_others_act(organiser, story, monkeypatch):
    filled(organiser)
    begun, done = Event(), Event()

    def slow(tried):
        begun.set()
        assert done.wait(10)
        return buttons.Trial(tuple(buttons.Group(0) for _ in tried.targets))

    monkeypatch.setattr(buttons, "trial", slow)
    asking = Thread(target=organiser.get, args=(POOL,))
    asking.start()
    assert begun.wait(10)
    free = story.loop._turn.acquire(timeout=5)
    if free:
        story.loop._turn.release()
    done.set()
    asking.join(10)
    assert free


def test_nobody_else_sees_the_pool(organiser, desk):
    filled(organiser)
    for role, organisation in (
        (Role.FACILITATOR, "inverlarch-council"),
        (Role.OFFICER, FACILITATOR.organisation),
        (Role.AUDITOR, WITNESSES[0]),
    ):
        other = desk(role, organisation)
        for answer in (
            other.get(POOL),
            other.get(MEMBERS),
            other.post(POOL, {"_step": "propose"}),
            other.post(f"{POOL}/chances", {"base": ""}),
            upload(other),
        ):
            assert answer.status_code == 403
            assert "in the pool" not in answer.text
    assert desk(None).get(POOL).status_code == 303


# The whole way.


def due(reader):
    day = {"reveal_by.day": "8", "reveal_by.month": "12", "reveal_by.year": "2026"}
    return {**day, "reveal_by.hour": "12", "reveal_by.minute": "00"}


def sent(answer, **more):
    """Send what is shown to be looked over."""
    assert answer.status_code == 200, words(answer.text)
    form = {**Form(answer.text).fields, **more, "_step": "send"}
    form["witnesses"] = list(WITNESSES)
    return form


def seal_and_open(desk, story, reader):
    """Let the witnesses promise and reveal; give what the steps of the panel said meanwhile."""
    numbers, told = {}, []
    for role, name in zip((Role.STEWARD, Role.OFFICER), WITNESSES, strict=True):
        witness, number = desk(role, name), secrets.token_hex(32)
        numbers[name] = (witness, number)
        assert "To do" in words(witness.get("/work").text)
        promise = hashlib.sha256(bytes.fromhex(number)).hexdigest()
        path = offered(witness)
        assert path.startswith("/work/act/promise-seed?")
        form = {**Form(witness.get(path).text).fields, "promise": promise, "_step": "send"}
        assert witness.post(path, form).status_code == 303
        told.append(words(reader.get(f"/work/panels/{PANEL}").text))
    for witness, number in numbers.values():
        path = offered(witness)
        assert path.startswith("/work/act/reveal-seed?")
        form = {**Form(witness.get(path).text).fields, "number": number, "_step": "send"}
        assert witness.post(path, form).status_code == 303
        told.append(words(reader.get(f"/work/panels/{PANEL}").text))
    return told


def offered(witness):
    waits = [each for each in witness.data("/work/draws")["draws"] if each.get("offer")]
    return waits[0]["offer"]["path"]


def give_way(organiser, story):
    """Make a target one seat wider; what it is then."""
    assert "Let targets give way" in words(organiser.get(MEMBERS).text)
    (was, *_) = story.loop.state.get(Engagement, PANEL).targets
    rows = "feature,value,min,max\n{feature},{value},{min},{max}\n"
    link = f"/work/act/relax-targets?engagement={PANEL}"
    fields = Form(organiser.get(link).text).fields
    form = {**fields, "reason.en": "So few are left.", "_step": "send"}
    narrow = {**was.model_dump(), "max": was.max - 1}
    refused = organiser.post(link, {**form, "changes": rows.format(**narrow)})
    assert "is not a target of the panel made wider" in words(refused.text)
    wide = {**was.model_dump(), "max": was.max + 1}
    given = {**form, "changes": rows.format(**wide)}
    check = words(organiser.post(link, {**given, "_step": "check"}).text)
    assert "Check what will be public" in check
    assert "So few are left." in check
    assert organiser.post(link, given).status_code == 303
    (now, *_) = story.loop.state.get(Engagement, PANEL).targets
    assert now.max == was.max + 1
    return now


def test_from_a_file_to_a_replacement(organiser, desk, story):
    filled(organiser)
    press(organiser, "save", min__1="6", max__1="7")
    assert press(organiser, "relax").status_code == 303
    check = press(organiser, "commit", witnesses=list(WITNESSES), columns="street")
    page = words(check.text)
    assert "Check what will be public" in page
    assert "canary" not in check.text
    refused = press(organiser, "commit", witnesses=[FACILITATOR.organisation, "inverlarch-council"])
    assert refused.status_code in (400, 409)
    done = organiser.post("/work/act/commit-pool", sent(check))
    assert done.status_code == 303
    draw = story.loop.state.get(Engagement, PANEL).draws[0]
    assert (draw.volunteers, draw.households, draw.method) == (30, True, "leximin")

    fixed = organiser.get(POOL)
    assert "Nothing on this page can be changed any more." in words(fixed.text)
    assert organiser.post(POOL, {"_step": "save"}).status_code == 409
    assert upload(organiser).status_code == 409

    told = seal_and_open(desk, story, organiser)
    assert "Numbers are sealed; awaited by 8 December 2026, 12:00 (UTC): Larchwater" in told[0]
    assert "Numbers are opened; awaited by" in told[1]
    assert "Every witness has opened its number Done" in told[3]
    asked = {"engagement": PANEL, "_step": "send"}
    assert organiser.post("/work/act/draw-panel", asked).status_code == 303

    members = story.loop.state.get(Engagement, PANEL).members
    assert len(members) == 7
    page = organiser.get(MEMBERS).text
    assert len(re.findall(r"canary \d+<", page)) == 7
    check = organiser.post(
        "/work/act/confirm-members",
        {"engagement": PANEL, "members": list(map(str, members[:3])), "_step": "check"},
    )
    assert ", ".join(map(str, members[:3])) in words(check.text)
    said = {"engagement": PANEL, "members": list(map(str, members[:3])), "_step": "send"}
    assert organiser.post("/work/act/confirm-members", said).status_code == 303
    assert "Members confirmed: 3 of 7" in words(organiser.get(f"/work/panels/{PANEL}").text)
    link = f"/work/act/record-leaving?engagement={PANEL}&member={members[6]}"
    assert link.replace("&", "&amp;") in page
    form = {**Form(organiser.get(link).text).fields, "reason": "withdrew", "_step": "send"}
    assert organiser.post(link, form).status_code == 303
    assert "empty seats: 1" in words(organiser.get(f"/work/panels/{PANEL}").text)

    wide = give_way(organiser, story)
    again = {"engagement": PANEL, "witnesses": list(WITNESSES), **due(organiser), "_step": "send"}
    assert organiser.post("/work/act/commit-replacement", again).status_code == 303
    seal_and_open(desk, story, organiser)
    assert organiser.post("/work/act/draw-panel", asked).status_code == 303
    after = story.loop.state.get(Engagement, PANEL).members
    assert len(after) == 7
    assert members[6] not in after
    drawn = words(organiser.get(f"/panels/{PANEL}/draws/2").text)
    assert f"{wide.value}: {wide.min} to {wide.max} seats . So few are left." in drawn
    assert "canary" not in everything_public(story)
    assert "canary" in organiser.get(MEMBERS).text


def everything_public(story):
    entries = b"".join(entry.data for entry in story.loop.entries())
    story.loop.publish()
    files = (each for each in (story.loop.workspace / "public").rglob("*") if each.is_file())
    return (entries + b"".join(each.read_bytes() for each in files)).decode("utf-8", "replace")


def test_a_member_who_was_erased_is_still_a_number(organiser, desk, story):
    filled(organiser)
    check = press(organiser, "commit", witnesses=list(WITNESSES))
    assert organiser.post("/work/act/commit-pool", sent(check)).status_code == 303
    seal_and_open(desk, story, organiser)
    organiser.post("/work/act/draw-panel", {"engagement": PANEL, "_step": "send"})
    actor = story.loop.actor(FACILITATOR.role, FACILITATOR.organisation)
    gone = story.loop.state.get(Engagement, PANEL).members[0]
    assert story.loop.erase(actor, f"{PANEL}-1-{gone}")
    page = words(organiser.get(MEMBERS).text)
    assert f"{gone} erased" in page


def test_a_void_draw_opens_the_pool_again(organiser, desk, story):
    filled(organiser)
    check = press(organiser, "commit", witnesses=list(WITNESSES))
    assert organiser.post("/work/act/commit-pool", sent(check)).status_code == 303
    story.clock.moment = story.clock.now().replace(month=12, day=31)
    organiser = desk(FACILITATOR.role, FACILITATOR.organisation)
    page = words(organiser.get(f"/work/panels/{PANEL}").text)
    assert "The draw is void, because a number was withheld" in page
    assert organiser.data(POOL)["fixed"] is False
    witness = desk(Role.STEWARD, WITNESSES[0])
    assert "Your number was not opened in time." in words(witness.get("/work/draws").text)
