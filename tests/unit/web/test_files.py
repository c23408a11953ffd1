"""The files of the record beside the pages: the command that the front page shows works."""

import html
import re
from contextlib import closing

import pytest
from tests.pages import NOW, Reader, Story, served

from answerable.audit.verify import verify
from answerable.evidence.source import source_at
from answerable.web.app import Site


def test_the_command_on_the_front_page_checks_the_record(told, tmp_path):
    story = Story(told, tmp_path / "story")
    story.loop.publish(renew=True)
    with closing(story), served(story.site.app()) as address, closing(Reader(address)) as reader:
        shown = html.unescape(reader.get("/").text)
        command = re.search(r"answerable verify ([^\s<]+)<", shown)
        assert command[1] == f"{address}/public"
        report = verify(source_at(command[1]), NOW)
        assert report.holds
        assert report.checked == story.loop.state.size


def test_nothing_but_the_files_of_the_record_is_given(shown):
    for path in ("register.sqlite3", "keys", "..%2fregister.sqlite3", "%2e%2e/vault.sqlite3"):
        assert shown.get(f"/public/{path}").status_code == 404
    answer = shown.get("/public/checkpoint")
    assert answer.status_code == 200
    assert answer.headers["cache-control"] == "no-store"


def test_the_folder_of_the_files_leads_to_the_page_about_them(shown):
    for path in ("/public", "/public/"):
        answer = shown.get(path)
        assert (answer.status_code, answer.headers["location"]) == (303, "/record/seals")


@pytest.mark.parametrize(("address", "closed"), [("https://sharing.example", True), (None, False)])
def test_a_site_behind_a_closed_line_says_that_it_is_reached_by_no_other(story, address, closed):
    settings = story.settings.model_copy(update={"address": address})
    site = Site(story.loop, sessions=story.sessions, settings=settings)
    with served(site.app()) as place, closing(Reader(place)) as reader:
        assert ("strict-transport-security" in reader.get("/").headers) == closed
