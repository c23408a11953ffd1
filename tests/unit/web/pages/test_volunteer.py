"""Volunteering over HTTP: what is asked, what is refused, and how long a code works."""

import re
from contextlib import closing
from datetime import timedelta

import pytest
from tests.pages import Reader
from tests.volunteering import (
    ANN,
    BOB,
    CLOSES,
    CODE,
    FORM,
    PANEL,
    WITHDRAW,
    begin,
    code_for,
    code_in,
    enter,
    messages,
    open_registration,
    pool,
    reference_in,
)

from answerable.store.registrations import LASTS, TRIES
from answerable.web.registering import MOST_CODES
from answerable.web.session import BEGUN
from answerable.web.tries import FROM_ONE


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


def test_answers_bear_the_language_of_their_question(reader):
    assert '<span lang="en">Larchfoot</span>' in reader.get(f"/cy{FORM}").text
    assert '<span lang="en">Larchfoot</span>' not in reader.get(FORM).text


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


def test_a_number_is_the_same_however_it_is_written(reader):
    written = ("01632 960 042", "+44 1632 960042", "(01632) 960-042", "00441632960042")
    statuses = [reader.post(FORM, {**BOB, "phone": each}).status_code for each in written]
    assert statuses == [303] * MOST_CODES + [429]


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
