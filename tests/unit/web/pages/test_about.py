"""The pages about the site: what they say is what the program does."""

import re
from contextlib import closing, contextmanager
from html import unescape

import pytest
from tests.pages import Reader, Who, served

from answerable.model.actor import Role
from answerable.store.sessions import IDLE, LONGEST
from answerable.web.app import Site
from answerable.web.session import COOKIE
from answerable.web.settings import Regulator, Settings

ABOUT = ("accessibility", "complaints", "contact", "cookies", "privacy")


@contextmanager
def shown_with(story, settings):
    """Serve the story with other settings."""
    site = Site(story.loop, sessions=story.sessions, settings=settings)
    with served(site.app()) as address, closing(Reader(address, story)) as reader:
        yield reader


def words(answer):
    return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]+>", " ", answer.text)))


@pytest.mark.parametrize("name", ABOUT)
def test_every_page_leads_to_each_of_them(shown, name):
    assert f'href="/about/{name}"' in shown.get("/").text
    assert f'href="/cy/about/{name}"' in shown.get("/cy/").text


def test_the_only_cookie_is_the_one_that_is_named(shown):
    with closing(Reader(shown.address, shown.story)) as reader:
        for path in ("/", "/me", "/about/cookies", "/sign-in"):
            assert "set-cookie" not in reader.get(path).headers
        reader.sign_in(Role.OFFICER, "inverlarch-council")
        assert list(reader.client.cookies) == [COOKIE]
    said = shown.data("/about/cookies")
    assert said["cookie"] == COOKIE
    assert said["idle_hours"] * 3600 == IDLE.total_seconds()
    assert said["longest_hours"] * 3600 == LONGEST.total_seconds()
    assert COOKIE in shown.get("/about/cookies").text


@pytest.mark.parametrize(("address", "secure"), [("https://sharing.example", True), (None, False)])
def test_the_cookie_travels_only_enciphered_where_people_come_so(story, address, secure):
    with shown_with(story, Settings(address=address)) as reader:
        token = story.link(Who(Role.OFFICER, "inverlarch-council"))
        cookie = reader.post(f"/sign-in/{token}").headers["set-cookie"]
    assert ("Secure" in cookie) == secure
    assert "HttpOnly" in cookie
    assert "SameSite=lax" in cookie


def test_no_page_loads_anything_from_elsewhere(shown):
    for name in ABOUT:
        page = shown.get(f"/about/{name}").text
        assert re.findall(r'(?:src|srcset|action)="(?!/)[^"]*"', page) == []
        assert "<link" not in re.sub(r'<link[^>]*href="/[^>]*>', "", page)


def test_the_statement_claims_no_more_than_was_done(shown):
    said = words(shown.get("/about/accessibility"))
    assert "24 November 2026" in said
    assert "people with disabilities have not" in said
    assert "fully compliant" not in said
    assert "Equality and Human Rights Commission" in said
    assert "24 Tachwedd 2026" in words(shown.get("/cy/about/accessibility"))


def test_contacts_are_those_of_the_settings(shown):
    said = shown.data("/about/contact")
    assert said["contact"]["email"] == "register@inverlarch.example"
    own = {each["organisation"]: each["own"] for each in said["organisations"]}
    assert own["inverlarch-council"]
    assert not own["strathlarch-health-board"]
    page = shown.get("/about/contact").text
    assert 'href="tel:01632960001"' in page
    assert "mailto:register@inverlarch.example" in page


def test_whoever_answers_for_data_about_people_is_named_for_complaints(shown):
    said = shown.data("/about/complaints")
    found = [each["organisation"] for each in said["responsible"]]
    assert found == ["inverlarch-council", "strathlarch-health-board"]
    page = words(shown.get("/about/complaints"))
    assert "within 30 days" in page
    assert "Information Commissioner" in page


def test_a_site_that_says_nothing_of_itself_says_so(story):
    with shown_with(story, Settings()) as reader:
        for path in ("/about/contact", "/about/privacy", "/about/accessibility"):
            page = words(reader.get(path))
            assert "has not said yet how to reach them" in page
            assert "None" not in page
        assert "ask for its data protection team" in words(reader.get("/about/complaints"))


def test_what_settings_say_is_text_and_never_markup(story):
    strange = Regulator(name="<script>alert(1)</script>", phone='"><img src=x>')
    with shown_with(story, Settings(regulator=strange)) as reader:
        page = reader.get("/about/complaints").text
    assert "<script>alert" not in page
    assert "<img" not in page
    assert "&lt;script&gt;" in page
