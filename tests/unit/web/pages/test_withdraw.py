"""The pool: nobody is in it twice, everybody can leave it, and nothing personal is left behind."""

import re
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from datetime import timedelta

import pytest
from tests.pages import FACILITATOR, OFFICER, Reader
from tests.volunteering import (
    ANN,
    BOB,
    CANARY,
    CODE,
    FORM,
    PANEL,
    TARGETS,
    WITHDRAW,
    WORK,
    begin,
    code_for,
    enter,
    facilitator,
    fix_pool,
    join,
    messages,
    open_registration,
    pool,
    reference_in,
)

from answerable.loop import Loop
from answerable.model.engagement import Engagement
from answerable.model.errors import Broken, Forbidden, Invalid, Missing, Refused
from answerable.store.registrations import LASTS, Registrations
from answerable.store.vault import Vault
from answerable.web.tries import FROM_ONE

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
    assert "://" not in message.text
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
    assert second in str([each.text for each in messages(site)])
    assert reader.post(WITHDRAW, {"reference": second}).status_code == 200
    assert second not in str([each.text for each in messages(site)])
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


def test_the_pool_is_fixed_on_a_page_without_a_file(reader, site):
    for number in range(14):
        answers = {"age": ("Under 40", "40 and over")[number % 2], "district": "Weirside"}
        site.loop.enrol(PANEL, answers, {"email": f"v{number}@people.example"}, f"R{number}")
    reader.sign_in(FACILITATOR.role, FACILITATOR.organisation)
    form = {
        "id_column": "id",
        "method": "leximin",
        "witnesses": ["larchwater-rivers-agency", "inverlarch-data-commons"],
        "_step": "send",
    }
    moment = {"day": "30", "month": "11", "year": "2026", "hour": "9", "minute": "00"}
    form |= {f"reveal_by.{part}": value for part, value in moment.items()}
    chosen = {"targets": ("targets.csv", TARGETS.encode(), "text/csv")}
    chosen["respondents"] = ("", b"", "application/octet-stream")
    place = f"/work/act/commit-pool?engagement={PANEL}"
    answer = reader.post(place, form, files=chosen)
    assert answer.status_code == 303, re.findall(r"error-message.*?</p>", answer.text, re.DOTALL)
    assert site.loop.state.get(Engagement, PANEL).pool.volunteers == 14
    del chosen["targets"]
    assert reader.post(place, form, files=chosen).status_code == 400


def test_two_at_once_of_one_address_are_one_volunteer(site):
    answers = {"age": "Under 40", "district": "Weirside"}

    def enrol(number):
        site.loop.enrol(PANEL, answers, {"email": "ann@people.example"}, f"R{number // 2}")

    with ThreadPoolExecutor(8) as workers:
        list(workers.map(enrol, range(16)))
    assert len(pool(site)) == 1


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
