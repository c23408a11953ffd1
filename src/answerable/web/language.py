"""The languages of the pages: words of ours by gettext, words of the register by language map.

A catalogue is every ``*.po`` file in the folder of its language. Words of the register that nobody
said in the reader's language are shown as a machine drafted them, marked, or as they were said,
with ``lang``.
"""

import gettext
from collections.abc import Mapping
from datetime import date, datetime
from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable
from io import BytesIO
from typing import Final

from babel import Locale
from babel.dates import format_date, format_datetime
from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.numbers import format_decimal
from markupsafe import Markup, escape

from answerable.model.text import Text
from answerable.web.drafts import Drafts

ENGLISH: Final = "en"
LANGUAGES: Final[Mapping[str, str]] = {"en": "English", "cy": "Cymraeg"}
"""The languages that every public page is in, as they call themselves."""


@cache
def catalogue(language: str) -> gettext.NullTranslations:
    """Read the words of the pages in a language; there are none for English."""
    folder = files("answerable.web") / "locale" / language
    if not folder.is_dir():
        return gettext.NullTranslations()
    return gettext.GNUTranslations(BytesIO(_compiled(folder, language)))


def _compiled(folder: Traversable, language: str) -> bytes:
    whole = Catalog(locale=language)
    for file in sorted(folder.iterdir(), key=lambda each: each.name):
        if file.name.endswith(".po"):
            for message in read_po(BytesIO(file.read_bytes()), locale=language):
                if message.id and message.string:
                    whole[message.id] = message
    compiled = BytesIO()
    write_mo(compiled, whole)
    return compiled.getvalue()


class Tongue:
    """One reader's language, on one page."""

    def __init__(self, code: str, words: gettext.NullTranslations, drafts: Drafts) -> None:
        self.code = code
        self.words = words
        self.prefix = "" if code == ENGLISH else f"/{code}"
        self.drafted = False
        """Whether words were shown that only a machine has translated."""
        self._drafts = drafts
        self._locale = Locale.parse(code if code in LANGUAGES else ENGLISH)

    def url(self, path: str) -> str:
        """Give an address in this language."""
        return f"{self.prefix}{path}"

    def plain(self, text: Text) -> str:
        """Say it without any mark, for titles and attributes."""
        if text.has(self.code):
            return text.say(self.code)
        draft = self._drafts.find(self.code, text)
        return draft.words if draft else text.say(self.code)

    def said(self, text: Text) -> Markup:
        """Say it, and mark what is in another language or was only drafted."""
        if text.has(self.code):
            return escape(text.say(self.code))
        draft = self._drafts.find(self.code, text)
        if draft is None:
            other = next(iter(text.root)) if not text.has(ENGLISH) else ENGLISH
            return Markup('<span lang="{}">{}</span>').format(other, text.say(self.code))
        if draft.reviewed:
            return escape(draft.words)
        self.drafted = True
        return Markup('{}<span class="app-draft" aria-hidden="true">*</span>').format(draft.words)

    def day(self, day: date) -> str:
        """Write a day, such as 14 March 2026."""
        return str(format_date(day, "d MMMM y", self._locale))

    def time(self, moment: datetime) -> str:
        """Write a moment in UTC, such as 14 March 2026, 04:00."""
        return str(format_datetime(moment, "d MMMM y, HH:mm", locale=self._locale))

    def number(self, number: float) -> str:
        """Write a number with the marks of the language."""
        return str(format_decimal(number, locale=self._locale))
