"""The files of the record beside the pages: the command that the front page shows works."""

import html
import re
from contextlib import closing

from tests.pages import NOW, Reader, Story, served

from answerable.audit.verify import verify
from answerable.evidence.source import source_at


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
    for path in ("register.sqlite3", "keys", "..%2fregister.sqlite3", "%2e%2e/vault.sqlite3", ""):
        assert shown.get(f"/public/{path}").status_code == 404
    answer = shown.get("/public/checkpoint")
    assert answer.status_code == 200
    assert answer.headers["cache-control"] == "no-store"
