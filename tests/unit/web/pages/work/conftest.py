"""Somebody at work: a story of their own, served, and people who signed in."""

from contextlib import ExitStack, closing
from html import unescape
from html.parser import HTMLParser

import pytest
from tests.pages import Reader, served

from answerable.model.actor import Role


class Form(HTMLParser):
    """What a browser would send of the form of a page that is posted."""

    def __init__(self, page):
        super().__init__()
        self.fields, self.inside, self.area, self.select = {}, False, None, None
        self.feed(page.split("<main", 1)[1])

    def handle_starttag(self, tag, attrs):
        said = dict(attrs)
        if tag == "form":
            self.inside = said.get("method") == "post"
        elif not self.inside:
            return
        elif tag == "input":
            self._input(said)
        elif tag == "textarea":
            self.area = said["name"]
            self.fields[self.area] = ""
        elif tag == "select":
            self.select = said["name"]
        elif tag == "option" and "selected" in said:
            self.fields[self.select] = said["value"]

    def _input(self, said):
        if said.get("type") in ("radio", "checkbox"):
            if "checked" in said:
                self.fields.setdefault(said["name"], []).append(said["value"])
        elif said.get("type") != "file":
            self.fields[said["name"]] = said.get("value") or ""

    def handle_data(self, data):
        if self.area:
            self.fields[self.area] += data

    def handle_endtag(self, tag):
        if tag == "textarea":
            self.fields[self.area] = self.fields[self.area].removeprefix("\n")
            self.area = None
        elif tag == "form":
            self.inside = False


def filled(page, **answers):
    """Fill in the form of a page: every name with two underscores for a dot."""
    return Form(page).fields | {name.replace("__", "."): each for name, each in answers.items()}


def words(page):
    """Give the page without marks, as one line."""
    import re

    return " ".join(unescape(re.sub(r"<[^>]*>", " ", page)).split())


@pytest.fixture
def desk(story):
    """Give somebody who signed in, by role and organisation."""
    with ExitStack() as stack:
        address = stack.enter_context(served(story.site.app()))

        def sit(role=Role.OFFICER, organisation="inverlarch-council", person="somebody"):
            reader = stack.enter_context(closing(Reader(address, story)))
            return reader.sign_in(role, organisation, person) if role else reader

        yield sit
