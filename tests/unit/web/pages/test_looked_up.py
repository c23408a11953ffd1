"""Who looked me up: a real release point is asked, and one person sees their own and no more."""

import re
from contextlib import closing, contextmanager
from datetime import timedelta
from html import unescape

import pytest
from tests.pages import ELDER_LANE, HOST, Reader, Who, free_port, served

from answerable.gateway.client import Client
from answerable.gateway.releases import ReleaseLog, verify_receipt
from answerable.gateway.vault import GatewayVault
from answerable.launch.demo.cast import ORIGIN
from answerable.launch.demo.chapters.decide import OPT_OUTS
from answerable.launch.demo.chapters.share import ASK, SAID_NO, SERVICE, WEIR_WYND
from answerable.model.actor import Role
from answerable.model.exchange import Gateway, RecipientService
from answerable.model.signing import key_id
from answerable.model.text import en
from answerable.science.tlog import Verifier
from answerable.stages.share import ListGateway
from answerable.web.app import Site
from answerable.web.looked_up import DELAY

COUNCIL = "inverlarch-council"
GATEWAY = "council-gateway"
PAGE = "/me/looked-up"
WEIR = Who(Role.CITIZEN, COUNCIL, ("extra-help", WEIR_WYND))
SECOND = timedelta(seconds=1)


def words(answer):
    return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]+>", " ", answer.text)))


@contextmanager
def signed_in(story, address, who=ELDER_LANE):
    with closing(Reader(address, story)) as reader:
        yield reader.sign_in(who.role, who.organisation, subject=who.subject)


@pytest.fixture
def running(story):
    """The story with the council's release point at work, and its pages."""
    with story.answering() as running, served(story.site.app()) as address:
        yield running, address


def look_up(story, running, subject):
    """Look somebody up as the crew does; give the number of the release."""
    with GatewayVault(running.point.vault.path) as vault:
        vault.feed(OPT_OUTS, (SAID_NO,), story.clock.now())
    running.follow()
    service = story.loop.state.get(RecipientService, SERVICE)
    key = story.loop.keyring.find(key_id(service.public_key))
    address = story.settings.release_points[GATEWAY]
    client = Client(address, f"{ORIGIN}/{GATEWAY}", key, story.clock.now)
    return client.lookup(**ASK, subject=subject)["release"]


def seen(reader):
    return {look["release"] for look in reader.data(PAGE)["looks"]}


# What one person sees.


def test_each_look_up_is_told_in_words_newest_first(shown):
    reader = shown.sees(PAGE)
    said = words(reader.get(PAGE))
    for phrase in (
        "5 look-ups",
        "13 March 2026, 12:00",
        "Larchside Fire and Rescue",
        "flood response",
        "Flood help: the council's list",
        "Address, Help that is needed",
        "The postcode district is given instead of the address",
        "That, as it is held.",
        "24 hours after it happened",
        "answerable verify receipt FILE",
    ):
        assert phrase in said
    moments = [look["at"] for look in reader.data(PAGE)["looks"]]
    assert moments == sorted(moments, reverse=True)


def test_it_is_told_in_welsh(shown):
    said = words(shown.sees(PAGE).get(f"/cy{PAGE}"))
    assert "Pwy chwiliodd amdanaf" in said
    assert "13 Mawrth 2026, 12:00" in said
    assert "Who asked" not in said


def test_the_receipt_of_each_verifies_with_the_key_in_the_record(shown):
    reader = shown.sees(PAGE)
    listed = shown.story.loop.state.get(Gateway, GATEWAY)
    keys = [Verifier.from_vkey(key) for key in listed.log_keys]
    numbers = seen(reader)
    assert numbers
    for number in numbers:
        answer = reader.get(f"{PAGE}/{GATEWAY}/{number}")
        found = verify_receipt(answer.content, keys)
        assert found.index == number
        assert found.leaf["agreement"] == "flood-help-council"
        assert f'filename="{GATEWAY}-{number}.tlog-proof"' in answer.headers["content-disposition"]


def test_neither_page_nor_data_names_the_person_or_who_looked(shown):
    reader = shown.sees(PAGE)
    subject = ELDER_LANE.subject[1]
    for path in (PAGE, f"{PAGE}?as=json"):
        answer = reader.get(path)
        assert subject not in answer.text
        assert subject not in str(answer.headers)
        assert answer.headers["cache-control"] == "no-store"
    receipt = reader.get(f"{PAGE}/{GATEWAY}/2")
    assert subject not in receipt.text
    assert receipt.headers["cache-control"] == "no-store"


def test_nothing_of_it_is_written_to_the_log_of_the_machine(shown, capfd):
    reader = shown.sees(PAGE)
    reader.get(PAGE)
    reader.get(f"{PAGE}/{GATEWAY}/999999")
    said = capfd.readouterr()
    assert ELDER_LANE.subject[1] not in said.out + said.err


# What they do not see.


def test_a_look_up_shows_after_the_delay_and_its_receipt_no_sooner(story, running):
    point, address = running
    number = look_up(story, point, ELDER_LANE.subject[1])
    story.clock.moment += DELAY - SECOND
    with signed_in(story, address) as reader:
        assert number not in seen(reader)
        early = reader.get(f"{PAGE}/{GATEWAY}/{number}")
        assert early.status_code == 404
        assert "look.unknown" in early.text
        story.clock.moment += SECOND
        assert number in seen(reader)
        assert reader.get(f"{PAGE}/{GATEWAY}/{number}").status_code == 200


def test_of_another_person_neither_look_up_nor_receipt_is_shown(story, running):
    _, address = running
    with signed_in(story, address) as elder, signed_in(story, address, WEIR) as weir:
        own, others = seen(elder), seen(weir)
        assert own
        assert others
        assert own.isdisjoint(others)
        for number in others:
            assert elder.get(f"{PAGE}/{GATEWAY}/{number}").status_code == 404
        for number in own:
            assert weir.get(f"{PAGE}/{GATEWAY}/{number}").status_code == 404


def test_that_somebody_looked_at_this_page_is_no_look_up(story, running):
    _, address = running
    with signed_in(story, address) as reader:
        before = seen(reader)
        story.clock.moment += timedelta(hours=1)
        reader.get(PAGE)
    story.clock.moment += 2 * DELAY
    with signed_in(story, address) as reader:
        assert seen(reader) == before


def test_somebody_whom_nobody_looked_up_is_told_so(story, running):
    _, address = running
    nobody = Who(Role.CITIZEN, COUNCIL, ("extra-help", "INV999999999"))
    with signed_in(story, address, nobody) as reader:
        assert "Nobody has looked you up" in words(reader.get(PAGE))
        assert seen(reader) == set()


@pytest.mark.parametrize(
    "path",
    [
        *("nothing/2", "health-gateway/2", "%00/2", f"{GATEWAY}/0", f"{GATEWAY}/-1"),
        *(f"{GATEWAY}/2.0", f"{GATEWAY}/x", f"{GATEWAY}/²"),
        *(f"{GATEWAY}/{'9' * 15}", f"{GATEWAY}/{'9' * 400}"),
    ],
)
def test_a_receipt_that_is_not_theirs_is_not_found(shown, path):
    assert shown.sees(PAGE).get(f"{PAGE}/{path}").status_code == 404


# Who may look.


@pytest.mark.parametrize("path", [PAGE, f"{PAGE}/{GATEWAY}/2"])
def test_the_public_is_asked_to_sign_in(shown, path):
    answer = shown.get(path)
    assert answer.status_code == 303
    assert answer.headers["location"].startswith("/sign-in?next=")
    assert shown.client.get(path, headers={"accept": "application/json"}).status_code == 401


@pytest.mark.parametrize("role", [each for each in Role if each not in {Role.PUBLIC, Role.CITIZEN}])
@pytest.mark.parametrize("path", [PAGE, f"{PAGE}/{GATEWAY}/2"])
def test_nobody_else_may_look_whatever_their_role(shown, role, path):
    who = Who(role, COUNCIL, ELDER_LANE.subject)
    with signed_in(shown.story, shown.address, who) as reader:
        answer = reader.get(path)
    assert answer.status_code == 403
    assert "page.role" in answer.text


@pytest.mark.parametrize("path", [PAGE, f"{PAGE}/{GATEWAY}/2"])
def test_a_citizen_of_whom_nothing_is_known_is_told_what_to_do(shown, path):
    with signed_in(shown.story, shown.address, Who(Role.CITIZEN, COUNCIL)) as reader:
        answer = reader.get(path)
    assert answer.status_code == 403
    assert "page.own" in answer.text


# What does not answer.


def test_without_an_answer_it_says_which_release_point_and_whom_to_ask(story):
    with served(story.site.app()) as address, signed_in(story, address) as reader:
        said = reader.get(PAGE)
        assert said.status_code == 200
        assert "No answer came from: Gateway of the council" in words(said)
        assert "01632 960 001" in said.text
        assert "Nobody has looked you up" not in words(said)
        assert reader.get(f"{PAGE}/{GATEWAY}/2").status_code == 503


def test_one_that_is_silent_hides_no_other(story, tmp_path):
    name = "a-second-gateway"
    tmp_path.chmod(0o700)
    with ReleaseLog(tmp_path / "log", f"{ORIGIN}/{name}", story.clock.now) as log:
        key = log.verifier.vkey
    story.loop.act(
        ListGateway(
            gateway=name,
            title=en("Second gateway of the council"),
            address=f"http://{HOST}:{free_port()}",
            log_key=key,
        ),
        story.loop.actor(Role.CUSTODIAN, COUNCIL),
    )
    with (
        story.answering(),
        served(story.site.app()) as address,
        signed_in(story, address) as reader,
    ):
        said = words(reader.get(PAGE))
        assert "No answer came from: Second gateway of the council" in said
        assert "5 look-ups" in said
        assert reader.get(f"{PAGE}/{GATEWAY}/2").status_code == 200


@pytest.mark.parametrize(
    "said", [b"", b"[]", b'{"releases": 3}', b'{"releases": [{}]}', b'{"releases": [3]}', b"{" * 99]
)
def test_one_that_answers_nonsense_counts_as_silent(story, said):
    async def nonsense(_scope, receive, send):
        await receive()
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": said})

    with (
        served(nonsense) as other,
        served(site_asking(story, other).app()) as address,
        signed_in(story, address) as reader,
    ):
        answer = reader.get(PAGE)
        assert answer.status_code == 200
        assert "No answer came from: Gateway of the council" in words(answer)
        assert reader.get(f"{PAGE}/{GATEWAY}/2").status_code == 503


def site_asking(story, address):
    changed = story.settings.model_copy(update={"release_points": {GATEWAY: address}})
    return Site(story.loop, sessions=story.sessions, settings=changed)


def test_without_a_key_on_this_machine_it_says_whom_to_ask(story):
    (key,) = (story.loop.workspace / "keys").glob("service-council-records.*")
    key.unlink()
    with served(story.site.app()) as address, signed_in(story, address) as reader:
        said = words(reader.get(PAGE))
        assert "This site cannot show it" in said
        assert "Data protection team" in said
        assert "Nobody has looked you up" not in said
        assert reader.get(f"{PAGE}/{GATEWAY}/2").status_code == 404
