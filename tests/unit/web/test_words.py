"""The words of the pages: every one in Welsh, and none outside a catalogue."""

import gettext
import html.parser
import re
from io import BytesIO
from pathlib import Path

import pytest
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po
from jinja2 import pass_context
from markupsafe import Markup
from tests.pages import PAGES, Reader, Story, served
from tests.volunteering import ANN, BOB, CODE, FORM, PANEL, WITHDRAW, code_for, open_registration

from answerable import web
from answerable.web.language import LANGUAGES
from answerable.web.render import environment

WEB = Path(web.__file__).parent
METHODS = [("**.py", "python"), ("templates/**.html", "jinja2.ext.babel_extract")]
OPTIONS = {
    "templates/**.html": {
        "extensions": "jinja2.ext.i18n,jinja2.ext.do",
        "newstyle_gettext": "true",
        "trim_blocks": "true",
        "lstrip_blocks": "true",
    }
}
MARKED = re.compile(r"⟦[^⟦⟧⟪⟫]*⟧|⟪[^⟦⟧⟪⟫]*⟫")
HOLES = re.compile(r"%\((\w+)\)[sd]")


def extracted():
    """Give every sentence that code and templates ask a catalogue for."""
    found = extract_from_dir(
        str(WEB), METHODS, OPTIONS, keywords={"_": None, "gettext": None, "ngettext": (1, 2)}
    )
    return {message for _, _, message, _, _ in found}


def catalogue(language):
    """Give every sentence of the files of a language, with its translations; no sentence twice."""
    known = {}
    for file in sorted((WEB / "locale" / language).glob("*.po")):
        for message in read_po(BytesIO(file.read_bytes()), locale=language):
            if message.id:
                assert message.id not in known, (file.name, message.id)
                assert not message.fuzzy
                known[message.id] = message
    return known


@pytest.mark.parametrize("language", [code for code in LANGUAGES if code != "en"])
def test_every_sentence_is_translated_and_none_is_left_over(language):
    known, wanted = catalogue(language), extracted()
    assert wanted - known.keys() == set()
    assert known.keys() - wanted == set()
    for message in known.values():
        said = message.string if isinstance(message.string, tuple) else (message.string,)
        asked = message.id if isinstance(message.id, tuple) else (message.id,)
        assert all(said), message.id
        for words in said:
            assert set(HOLES.findall(words)) <= set(HOLES.findall(asked[-1])), message.id


class Pseudo(gettext.NullTranslations):
    """A language in which everything that a catalogue knows can be told from everything else."""

    def gettext(self, message):
        return f"⟦{message}⟧"

    def ngettext(self, one, many, number):
        return f"⟦{one if number == 1 else many}⟧"


class Prose(html.parser.HTMLParser):
    """Collects the text that people read."""

    QUIET = ("script", "style", "code", "pre")

    def __init__(self):
        super().__init__()
        self.found, self.quiet = [], 0

    def handle_starttag(self, tag, attrs):
        self.quiet += tag in self.QUIET
        for name, value in attrs:
            if name in ("aria-label", "alt", "placeholder") and value:
                self.found.append(value)

    def handle_endtag(self, tag):
        self.quiet -= tag in self.QUIET

    def handle_data(self, data):
        if not self.quiet and data.strip():
            self.found.append(data)


def unmarked(page):
    """Give the words of a page that no catalogue gave and no entry said."""
    prose = Prose()
    prose.feed(page)
    left, marked = "\n".join(prose.found), 1
    while marked:  # a sentence may hold another
        left, marked = MARKED.subn(" ", left)
    return re.findall(r"[A-Za-z]{2,}", left)


@pytest.fixture(scope="module")
def pseudo(told, tmp_path_factory):
    """The story in a language of marks: a value is told by the marks around it."""
    made = environment("zz")

    def marked(value):
        plain = type(value) is str and value and not {*value} & {*"⟦⟧"}
        return f"⟪{value}⟫" if plain else value

    def told_as(filter_):
        @pass_context
        def wrapped(context, *given):
            return Markup("⟪{}⟫").format(filter_(context, *given))

        return wrapped

    made.finalize = marked
    for name in ("said", "titled"):
        made.filters[name] = told_as(made.filters[name])
    story = Story(told, tmp_path_factory.mktemp("pseudo") / "story")
    open_registration(story)
    story.site._words = {"en": Pseudo(), "zz": Pseudo()}
    with story.answering(), served(story.site.app()) as address:
        reader = Reader(address, story)
        yield reader
        reader.close()
    story.close()


@pytest.mark.parametrize("path", PAGES.values())
def test_no_english_stands_outside_a_catalogue(pseudo, path):
    answer = pseudo.sees(path).get(f"/zz{path}")
    assert answer.status_code == 200
    if "text/html" in answer.headers["content-type"]:
        assert unmarked(answer.text) == []


def test_no_english_stands_outside_a_catalogue_where_people_volunteer(pseudo):
    def sees(answer, status):
        assert answer.status_code == status
        assert unmarked(answer.text) == []

    for path in (f"/panels/{PANEL}", FORM, WITHDRAW, f"{WITHDRAW}?reference=1"):
        sees(pseudo.get(f"/zz{path}"), 200)
    sees(pseudo.post(f"/zz{WITHDRAW}", {}), 400)
    sees(pseudo.post(f"/zz{FORM}", {}), 400)
    for who in (ANN, BOB):
        assert pseudo.post(f"/zz{FORM}", who).status_code == 303
        sees(pseudo.get(f"/zz{CODE}"), 200)
    sees(pseudo.post(f"/zz{CODE}", {"code": "1"}), 400)
    code = code_for(pseudo.story, BOB["phone"])
    sees(pseudo.post(f"/zz{CODE}", {"code": code}), 200)
