"""Volunteering over HTTP: what is refused, what is kept and for how long, and who learns of it."""

import re
from contextlib import closing
from datetime import timedelta

import pytest
from tests.pages import FACILITATOR, OFFICER, Reader, served
from tests.volunteering import (
    ANN,
    BOB,
    CANARY,
    CLOSES,
    CODE,
    FORM,
    PANEL,
    WITHDRAW,
    WORK,
    code_for,
    code_in,
    facilitator,
    fix_pool,
    messages,
    open_registration,
    reference_in,
)

from answerable.loop import Loop
from answerable.model.errors import Broken, Forbidden, Invalid, Missing, Refused
from answerable.store.registrations import LASTS, TRIES, Registrations
from answerable.store.vault import Vault
from answerable.web.registering import MOST_CODES
from answerable.web.session import BEGUN
from answerable.web.tries import FROM_ONE


@pytest.fixture
def site(story):
    open_registration(story)
    return story


@pytest.fixture
def address(site):
    with served(site.site.app()) as made:
        yield made


@pytest.fixture
def reader(address, site):
    with closing(Reader(address, site)) as made:
        yield made


@pytest.fixture
def other(address, site):
    """Another browser."""
    with closing(Reader(address, site)) as made:
        yield made


def pool(site, panel=PANEL):
    return site.loop.volunteers(facilitator(site), panel)


def begin(reader, who=ANN, form=FORM):
    answer = reader.post(form, who)
    assert answer.status_code == 303, answer.text
    assert answer.headers["location"] == f"{form}/code"
    return answer


def enter(reader, code, place=CODE):
    return reader.post(place, {"code": code})


def join(reader, site, who=ANN):
    """Volunteer and confirm; give the reference."""
    begin(reader, who)
    answer = enter(reader, code_for(site, who["email"] or who["phone"]))
    assert answer.status_code == 200, answer.text
    return reference_in(answer.text)


def wrong(code):
    return f"{(int(code) + 1) % 1_000_000:06d}"


# The form.


def test_somebody_volunteers_and_is_in_the_pool_only_after_the_code(reader, site):
    assert "150 pounds a day" in reader.get(FORM).text
    begin(reader)
    assert pool(site) == []
    (message,) = messages(site)
    assert message.to == ANN["email"]
    page = reader.get(CODE)
    assert ANN["email"] in page.text
    answer = enter(reader, code_in(message))
    assert "You are in the pool" in answer.text
    (kept,) = pool(site)
    assert kept.body["profile"] == {"age": "40 and over", "district": "Weirside"}
    assert kept.body["contact"] == {"name": ANN["name"], "email": ANN["email"], "language": "en"}
    assert reference_in(answer.text) in messages(site)[0].text + messages(site)[1].text


def test_messages_and_pages_are_in_the_language_of_the_reader(reader, site):
    answer = reader.post(f"/cy{FORM}", BOB)
    assert answer.headers["location"] == f"/cy{CODE}"
    (message,) = messages(site)
    assert message.text.startswith("Eich cod yw ")
    answer = reader.post(f"/cy{CODE}", {"code": code_in(message)})
    assert "Rydych yn y gronfa" in answer.text
    assert pool(site)[0].body["contact"]["language"] == "cy"
    assert any(f"/cy{WITHDRAW}?reference=" in each.text for each in messages(site))


BAD = {
    "nothing": ({}, ["#q1", "#q2", "#name", "#email", "#agreed"]),
    "an answer that nobody may give": ({**ANN, "q1": "100"}, ["#q1"]),
    "no name": ({**ANN, "name": " \n"}, ["#name"]),
    "a very long name": ({**ANN, "name": "x" * 101}, ["#name"]),
    "no way": ({**ANN, "email": ""}, ["#email"]),
    "no address": ({**ANN, "email": "ann"}, ["#email"]),
    "two addresses": ({**ANN, "email": "a@b.example,c@d.example"}, ["#email"]),
    "a header in an address": ({**ANN, "email": "a@b.example\r\nBcc: c@d.example"}, ["#email"]),
    "a very long address": ({**ANN, "email": f"a@{'b.' * 200}example"}, ["#email"]),
    "no number": ({**ANN, "phone": "call me"}, ["#phone"]),
    "a short number": ({**ANN, "phone": "12345"}, ["#phone"]),
    "a box that was not ticked": ({**ANN, "agreed": ""}, ["#agreed"]),
    "everything twice": ({**ANN, "name": ["Ann", "Bob"]}, ["#name"]),
}


@pytest.mark.parametrize("bad", BAD)
def test_what_is_wrong_is_named_beside_it_and_nothing_typed_is_lost(reader, site, bad):
    form, faults = BAD[bad]
    answer = reader.post(FORM, form)
    assert answer.status_code == 400
    summary = answer.text.partition('class="govuk-error-summary"')[2].partition("<h1")[0]
    assert re.findall(r'href="(#\w+)"', summary) == faults
    assert answer.text.count("govuk-error-message") == len(faults)
    assert all(f'id="{each[1:]}"' in answer.text for each in faults)
    assert "<title>Error: " in answer.text
    if form.get("q2"):
        assert re.search(r'value="Weirside" checked', answer.text)
    if form.get("email") == ANN["email"]:
        assert f'value="{ANN["email"]}"' in answer.text
    assert messages(site) == []
    assert BEGUN not in reader.client.cookies


def test_markup_that_was_typed_stays_words(reader):
    answer = reader.post(FORM, {**ANN, "name": "<b>Ann</b>", "agreed": ""})
    assert "<b>Ann" not in answer.text
    assert "&lt;b&gt;Ann" in answer.text


def test_another_site_can_send_nothing(reader, site):
    for place, form in ((FORM, ANN), (CODE, {"code": "123456"}), (WITHDRAW, {"reference": "x"})):
        answer = reader.post(place, form, headers={"sec-fetch-site": "cross-site"})
        assert answer.status_code == 403
    assert messages(site) == []


# The code.


def test_a_code_works_once(reader, other, site):
    begin(reader)
    code = code_for(site, ANN["email"])
    first = enter(reader, code)
    again = enter(reader, code)
    assert reference_in(first.text)
    assert again.status_code == 200
    assert "You are in the pool" in again.text
    assert reference_in(first.text) not in again.text
    assert len(pool(site)) == 1
    begin(other, BOB)
    assert enter(other, code).status_code == 400
    assert len(pool(site)) == 1


def test_after_five_tries_a_code_is_dead_and_another_can_be_asked_for(reader, site):
    begin(reader)
    code = code_for(site, ANN["email"])
    for left in reversed(range(TRIES)):
        answer = enter(reader, wrong(code))
        assert answer.status_code == 400
        assert f"Tries left: {left}." in answer.text
    answer = enter(reader, code)
    assert answer.status_code == 409
    assert pool(site) == []
    before = {each.text for each in messages(site)}
    assert "Another code is on its way" in reader.post(CODE, {"_step": "again"}).text
    (fresh,) = [each for each in messages(site) if each.text not in before]
    if code_in(fresh) != code:
        assert enter(reader, code).status_code == 400
    assert enter(reader, code_in(fresh)).status_code == 200
    assert len(pool(site)) == 1


@pytest.mark.parametrize(
    "typed", ["", "12", "1234567", "abcdef", "\uff11\uff12\uff13\uff14\uff15\uff16"]
)
def test_what_can_be_no_code_takes_no_try(reader, site, typed):
    begin(reader)
    for _ in range(TRIES + 1):
        assert enter(reader, typed).status_code == 400
    code = code_for(site, ANN["email"])
    assert enter(reader, f" {code[:3]} {code[3:]} ").status_code == 200


def test_after_half_an_hour_nothing_waits(reader, site):
    begin(reader)
    code = code_for(site, ANN["email"])
    site.clock.moment += LASTS
    answer = enter(reader, code)
    assert answer.status_code == 410
    assert "No registration waits" in answer.text
    assert "No registration waits" in reader.get(CODE).text
    assert pool(site) == []


def test_a_code_is_for_one_panel_and_one_browser(reader, other, site):
    open_registration(site, "other-panel")
    begin(reader)
    code = code_for(site, ANN["email"])
    assert enter(reader, code, "/panels/other-panel/register/code").status_code == 410
    assert enter(other, code).status_code == 410
    other.client.cookies.set(BEGUN, "x" * 500)
    assert enter(other, code).status_code == 410
    assert pool(site) == pool(site, "other-panel") == []
    assert enter(reader, code).status_code == 200


def test_who_guesses_over_and_over_is_told_to_wait(site, address):
    answers = []
    for number in range(4):
        with closing(Reader(address, site)) as one:
            who = {**ANN, "email": f"ann-{number}@people.example"}
            begin(one, who)
            code = code_for(site, who["email"])
            answers += [enter(one, wrong(code)) for _ in range(TRIES)]
    statuses = [each.status_code for each in answers]
    assert statuses == [400] * FROM_ONE + [429] * (len(statuses) - FROM_ONE)
    assert 1 <= int(answers[-1].headers["retry-after"]) <= 60


def test_nobody_is_flooded_with_codes(reader, site):
    for _ in range(MOST_CODES):
        begin(reader)
    answer = reader.post(FORM, ANN)
    assert answer.status_code == 429
    assert f'value="{ANN["email"]}"' in answer.text
    assert reader.post(CODE, {"_step": "again"}).status_code == 429
    assert len(messages(site)) == MOST_CODES
    site.clock.moment += LASTS
    begin(reader)


def test_somebody_goes_back_and_changes_what_they_entered(reader, site):
    begin(reader)
    answer = reader.post(CODE, {"_step": "change"})
    assert answer.status_code == 200
    assert f'value="{ANN["email"]}"' in answer.text
    assert re.search(r'value="Weirside" checked', answer.text)


# Closed.


def test_registration_that_closes_in_between_keeps_nobody(reader, site):
    today = site.clock.moment.date()
    open_registration(site, "short-panel", today)
    form = "/panels/short-panel/register"
    site.clock.moment = site.clock.moment.replace(hour=23, minute=45)
    begin(reader, form=form)
    code = code_for(site, ANN["email"])
    site.clock.moment += timedelta(minutes=20)
    answer = enter(reader, code, f"{form}/code")
    assert answer.status_code == 409
    assert "Registration is closed" in answer.text
    assert pool(site, "short-panel") == []
    assert enter(reader, code, f"{form}/code").status_code == 410


def test_nobody_volunteers_after_the_last_day(reader, site):
    site.clock.moment = site.clock.moment.replace(month=12, day=CLOSES.day, hour=23)
    assert "Send me a code" in reader.get(FORM).text
    assert "Volunteer for this panel" in reader.get(f"/panels/{PANEL}").text
    site.clock.moment += timedelta(hours=1)
    assert "Registration is closed" in reader.get(FORM).text
    assert "Volunteer for this panel" not in reader.get(f"/panels/{PANEL}").text
    assert reader.post(FORM, ANN).status_code == 409
    assert messages(site) == []


def test_a_panel_that_never_opened_registration_says_so(reader):
    page = reader.get("/panels/flood-help-panel/register")
    assert "Registration is not open" in page.text
    assert reader.post("/panels/flood-help-panel/register", ANN).status_code == 409
    assert reader.get("/panels/nothing/register").status_code == 404
    assert reader.post("/panels/nothing/register", ANN).status_code == 404


# Twice.


def test_the_same_address_twice_is_one_volunteer_and_no_page_tells(reader, other, site):
    join(reader, site)
    told = len(messages(site))
    again = {**ANN, "email": ANN["email"].upper(), "name": "Somebody else"}
    begin(other, again)
    page = other.get(CODE)
    with closing(Reader(other.address, site)) as third:
        begin(third, {**ANN, "email": "someone.new@people.example"})
        fresh = third.get(CODE)
        shown = fresh.text.replace("someone.new@people.example", again["email"])
    assert page.text == shown
    assert len(messages(site)) == told + 2
    (message,) = [each for each in messages(site) if each.to == again["email"]]
    assert "already" in message.text
    assert not re.search(r"\b\d{6}\b", message.text.replace("01632", ""))
    assert [each.body["contact"]["name"] for each in pool(site)] == [ANN["name"]]


def test_a_number_that_is_there_already_is_not_kept_twice_and_its_owner_stays(reader, other, site):
    first = join(reader, site, BOB)
    both = {**ANN, "phone": "+44 1632 960042"}
    begin(other, both)
    answer = enter(other, code_for(site, ANN["email"]))
    assert "You are in the pool" in answer.text
    assert len(pool(site)) == 1
    second = reference_in(answer.text)
    assert reader.post(WITHDRAW, {"reference": second}).status_code == 200
    assert len(pool(site)) == 1
    assert reader.post(WITHDRAW, {"reference": first}).status_code == 200
    assert pool(site) == []


# Leaving.


def test_somebody_leaves_with_a_link_that_erases_nobody_by_itself(reader, other, site):
    reference = join(reader, site)
    for _ in range(2):
        page = other.get(f"{WITHDRAW}?reference={reference}")
        assert "Erase my details" in page.text
        assert reference in page.text
    assert len(pool(site)) == 1
    answer = other.post(WITHDRAW, {"reference": reference})
    assert "Your details are erased" in answer.text
    assert pool(site) == []
    assert messages(site) == []
    assert other.post(WITHDRAW, {"reference": reference}).status_code == 400
    begin(reader)


@pytest.mark.parametrize("how", [str.lower, lambda s: s.replace("-", ""), lambda s: f" {s} "])
def test_a_reference_is_read_as_people_write_it(reader, site, how):
    reference = join(reader, site)
    assert reader.post(WITHDRAW, {"reference": how(reference)}).status_code == 200


def test_a_reference_is_for_one_panel(reader, site):
    open_registration(site, "other-panel")
    reference = join(reader, site)
    assert reader.post("/panels/other-panel/withdraw", {"reference": reference}).status_code == 400
    assert len(pool(site)) == 1


def test_who_guesses_references_is_told_to_wait(reader):
    statuses = [reader.post(WITHDRAW, {"reference": f"{n}"}).status_code for n in range(FROM_ONE)]
    assert statuses == [400] * FROM_ONE
    assert reader.post(WITHDRAW, {"reference": "x"}).status_code == 429
    assert reader.post(WITHDRAW, {}).status_code == 400


# What stays, and what is lost.


def found_in(site, words=CANARY):
    """Give the files of a workspace that have some words in them."""
    return {
        path.relative_to(site.loop.workspace).parts[0]
        for path in site.loop.workspace.rglob("*")
        if path.is_file() and words.encode() in path.read_bytes()
    }


def test_nothing_personal_is_where_it_should_not_be(reader, site, capfd):
    begin(reader)
    assert CANARY not in str(reader.client.cookies)
    assert found_in(site) == {"outbox"}
    reference = enter(reader, code_for(site, ANN["email"])).text
    site.loop.publish()
    assert found_in(site) == {"outbox", "vault.sqlite3"}
    assert reader.post(WITHDRAW, {"reference": reference_in(reference)}).status_code == 200
    assert found_in(site) == set()
    said = capfd.readouterr()
    assert CANARY not in said.out + said.err


def test_nothing_is_left_of_who_does_not_go_on(reader, site):
    begin(reader)
    (name, _) = site.site._registering.outgoing().outbox.list()[0]
    kept = site.loop.workspace / "outbox" / f"{name}.txt"
    assert kept.stat().st_mode & 0o777 == 0o600
    assert kept.parent.stat().st_mode & 0o777 == 0o700
    site.clock.moment += LASTS
    site.site.sweep()
    assert found_in(site) == set()
    assert messages(site) == []
    with site.registrations._database.reading() as connection:
        assert connection.execute("SELECT count(*) FROM begun").fetchone() == (0,)


def test_programs_are_told_nothing_personal(reader, site):
    begin(reader)
    assert CANARY not in reader.client.get(f"{CODE}?as=json").text
    answer = reader.post(FORM, {**ANN, "q1": ""}, headers={"accept": "application/json"})
    assert answer.status_code == 400
    assert CANARY not in answer.text


def test_a_crash_after_the_pool_was_joined_loses_nothing(reader, site, monkeypatch):
    begin(reader)
    code = code_for(site, ANN["email"])
    with monkeypatch.context() as patch:

        def dies(*_):
            raise Broken("store.full", path="registrations.sqlite3")

        patch.setattr(Registrations, "finish", dies)
        assert enter(reader, code).status_code == 503
    assert len(pool(site)) == 1
    answer = enter(reader, code)
    assert answer.status_code == 200
    assert reader.post(WITHDRAW, {"reference": reference_in(answer.text)}).status_code == 200
    assert pool(site) == []


def test_a_crash_while_the_pool_was_joined_can_be_made_good(reader, site, monkeypatch):
    begin(reader)
    code = code_for(site, ANN["email"])
    with monkeypatch.context() as patch:

        def dies(*_):
            raise Broken("store.full", path="vault.sqlite3")

        patch.setattr(Vault, "settle", dies)
        assert enter(reader, code).status_code == 503
    Loop(site.loop.workspace, clock=site.clock, publishing=False).close()
    assert pool(site) == []
    assert enter(reader, code).status_code == 200
    assert len(pool(site)) == 1


# Whoever runs it.


def test_the_facilitator_sees_the_address_and_how_many_there_are(reader, other, site):
    join(reader, site)
    other.sign_in(FACILITATOR.role, FACILITATOR.organisation)
    page = other.get(WORK)
    assert f"{other.address}{FORM}" in page.text
    assert "People in the pool so far: 1" in page.text
    assert CANARY not in page.text
    officer = site.loop.actor(OFFICER.role, OFFICER.organisation)
    with pytest.raises(Forbidden):
        site.loop.volunteers(officer, PANEL)


def test_the_pool_can_be_fixed_from_those_who_volunteered_and_then_left(reader, site):
    references = []
    for number in range(14):
        who = {
            **ANN,
            "email": f"v{number}@people.example",
            "q1": ("Under 40", "40 and over")[number % 2],
        }
        with closing(Reader(reader.address, site)) as one:
            references.append(join(one, site, who))
        site.clock.moment += timedelta(minutes=1)
    fix_pool(site)
    assert "Registration is closed" in reader.get(FORM).text
    page = reader.post(WITHDRAW, {"reference": references[0]})
    assert "Your number stays in it" in page.text
    assert len(pool(site)) == 13
    assert len(site.loop.reveal(facilitator(site), f"pool:{PANEL}")) == 13
    with pytest.raises(Refused) as running:
        site.loop.erase_volunteers(facilitator(site), PANEL)
    assert running.value.code == "panel.running"


def test_everybody_is_erased_when_a_panel_has_ended(site):
    actor = facilitator(site)
    assert site.loop.erase_volunteers(actor, "flood-help-panel") > 0
    assert site.loop.reveal(actor, "volunteer:flood-help-panel") == []
    assert site.loop.reveal(actor, "pool:flood-help-panel") == []


def test_only_whole_answers_are_kept(site):
    for answers in ({}, {"age": "Under 40"}, {"age": "Under 40", "district": "Mars"}):
        with pytest.raises(Invalid) as problem:
            site.loop.enrol(PANEL, answers, {"email": "a@b.example"}, "R")
        assert problem.value.code == "registration.answers"
    with pytest.raises(Missing):
        site.loop.withdraw(PANEL, "R")
