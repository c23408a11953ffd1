"""Signing in with an account at a provider on this machine, and what must let nobody in."""

import re
from contextlib import closing
from datetime import timedelta
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest
from tests.pages import Reader, served
from tests.provider import CLIENT, SECRET, Accounts

from answerable.model.actor import Role
from answerable.model.errors import Invalid
from answerable.web.app import Site
from answerable.web.session import COOKIE, STATE
from answerable.web.settings import Provider

PARTS = {
    "data-sharing": "officer@inverlarch-council",
    "information": "custodian@inverlarch-council",
}


@pytest.fixture
def accounts():
    made = Accounts()
    with served(made.app()) as address:
        made.issuer = address
        yield made


@pytest.fixture
def reader(story, accounts, tmp_path):
    """Somebody at the pages, which know the provider."""
    secret = tmp_path / "secret"
    secret.write_text(f"{SECRET}\n", "utf-8")
    accounts.now = lambda: story.clock.now().timestamp()
    provider = Provider(
        title="Some Council",
        issuer=accounts.issuer,
        client=CLIENT,
        secret_file=secret,
        parts=PARTS,
    )
    settings = story.settings.with_(provider=provider)
    site = Site(story.loop, sessions=story.sessions, settings=settings)
    with served(site.app()) as address, closing(Reader(address, story)) as made:
        yield made


def go(reader, path="/provider"):
    """Go to the provider and come back; give where they come back, not asked for yet."""
    away = reader.get(path)
    assert away.status_code == 303, away.text
    back = httpx.get(away.headers["location"]).headers["location"]
    return back.removeprefix(reader.address)


def refused(reader, back, code, status=403):
    answer = reader.client.get(back, headers={"accept": "application/json"})
    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert COOKIE not in reader.client.cookies


def test_staff_sign_in_with_the_account_they_have(reader, accounts):
    assert "Sign in with Some Council" in reader.get("/sign-in?next=/work/drafts").text
    answer = reader.get(go(reader, "/cy/provider?next=/work/drafts"))
    assert (answer.status_code, answer.headers["location"]) == (303, "/cy/work/drafts")
    assert reader.data("/work")
    assert STATE not in reader.client.cookies
    (asked,) = accounts.asked
    assert (asked["scope"], asked["response_type"]) == ("openid", "code")
    assert asked["redirect_uri"] == f"{reader.address}/provider/back"


def test_the_account_is_a_person_of_its_own(reader, story):
    reader.get(go(reader))
    visitor = story.sessions.visitor(reader.client.cookies[COOKIE], story.clock.now())
    assert (visitor.role, visitor.organisation) == (Role.OFFICER, "inverlarch-council")
    assert visitor.person.endswith("person-7")


@pytest.mark.parametrize("groups", ["data-sharing", ["another", "data-sharing", 7]])
def test_a_claim_may_be_one_value_or_several(reader, accounts, groups):
    accounts.groups = groups
    assert reader.get(go(reader)).headers["location"] == "/work"


def test_whoever_has_two_parts_chooses(reader, accounts, story):
    accounts.groups = ["information", "data-sharing"]
    page = reader.get(go(reader)).text
    assert COOKIE not in reader.client.cookies
    links = re.findall(r'<li><a class="govuk-link" href="(/sign-in/[^"]+)">', page)
    assert reader.post(links[1]).status_code == 303
    visitor = story.sessions.visitor(reader.client.cookies[COOKIE], story.clock.now())
    assert visitor.role is Role.CUSTODIAN


@pytest.mark.parametrize(
    ("changes", "sign"),
    [
        ({"iss": "https://another.example"}, "well"),
        ({"aud": "another"}, "well"),
        ({"aud": [CLIENT, "another"]}, "well"),
        ({"nonce": "another"}, "well"),
        ({"nonce": None}, "well"),
        ({"exp": 1}, "well"),
        ({"exp": None}, "well"),
        ({"sub": None}, "well"),
        ({"azp": "another"}, "well"),
        ({"at_hash": "another"}, "well"),
        ({}, "another"),
        ({}, "secret"),
        ({}, "not"),
    ],
)
def test_what_the_provider_did_not_say_of_us_lets_nobody_in(reader, accounts, changes, sign):
    accounts.changes, accounts.sign = changes, sign
    refused(reader, go(reader), "provider.refused")


def test_nobody_comes_back_in_another_browser(reader, story):
    back = go(reader)
    with closing(Reader(reader.address, story)) as other:
        refused(other, back, "provider.refused")
        other.client.cookies.set(STATE, "guessed", path="/provider")
        refused(other, back, "provider.refused")
    assert reader.get(back).status_code == 303


def test_nobody_comes_back_twice_or_too_late_or_with_another_state(reader, story):
    back = go(reader)
    state = parse_qs(urlsplit(back).query)["state"][0]
    refused(reader, back.replace(state, "another"), "provider.refused")
    refused(reader, back, "provider.refused")
    back = go(reader)
    story.clock.moment += timedelta(minutes=10)
    refused(reader, back, "provider.refused")


def test_whoever_says_no_at_the_provider_is_not_signed_in(reader, accounts):
    accounts.groups = None
    refused(reader, go(reader), "provider.refused")


@pytest.mark.parametrize("groups", [[], "another", ["another"], [7]])
def test_whoever_has_no_part_here_is_told_so(reader, accounts, groups):
    accounts.groups = groups
    refused(reader, go(reader), "provider.stranger")


def test_a_new_key_of_the_provider_is_asked_for(reader, accounts):
    reader.get(go(reader))
    reader.post("/sign-out")
    accounts.rotate()
    assert reader.get(go(reader)).status_code == 303
    assert COOKIE in reader.client.cookies


def test_a_provider_may_want_the_secret_in_the_form(reader, accounts):
    accounts.methods = ["client_secret_post"]
    assert reader.get(go(reader)).headers["location"] == "/work"


def test_a_silent_provider_is_no_fault_of_ours(reader, accounts):
    accounts.silent = True
    refused(reader, "/provider", "provider.silent", 503)
    accounts.silent = False
    good, accounts.issuer = accounts.issuer, "https://another.example"
    refused(reader, "/provider", "provider.silent", 503)
    accounts.issuer = good
    assert reader.get("/provider").status_code == 303


def test_without_a_provider_there_is_no_such_page(shown):
    for path in ("/provider", "/provider/back?code=x&state=y"):
        assert shown.get(path).status_code == 404


@pytest.mark.parametrize("content", [None, b"", b" \n", b"\xff"])
def test_the_secret_must_be_there_at_the_start(story, tmp_path, content):
    secret = tmp_path / "secret"
    if content is not None:
        secret.write_bytes(content)
    provider = Provider(
        title="X", issuer="https://x.example", client=CLIENT, secret_file=secret, parts=PARTS
    )
    with pytest.raises(Invalid, match=r"config\.secret"):
        Site(story.loop, settings=story.settings.with_(provider=provider))
