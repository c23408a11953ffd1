"""Sentences of the register in languages in which they were not said, by the sentence.

Translations are entries of their own that name a place in another entry. What is kept here is by
the words themselves, so that a page need not know where a sentence of a record came from, and so
that a new entry costs no more than itself.
"""

from typing import NamedTuple

from answerable.loop import Loop
from answerable.model.entry import Entry
from answerable.model.text import Text, texts
from answerable.model.translation import TextTranslated


class Draft(NamedTuple):
    """A sentence in another language.

    Attributes:
        reviewed: whether somebody who speaks the language has read it.
    """

    words: str
    reviewed: bool


class Drafts:
    """Every translation in the register, by language and sentence."""

    def __init__(self) -> None:
        self._known: dict[tuple[str, str], Draft] = {}

    def find(self, language: str, text: Text) -> Draft | None:
        """Give a sentence in a language, if it was translated."""
        return self._known.get((language, text.say()))

    def take(self, loop: Loop, entry: Entry) -> None:
        """Take in what an entry translated, if it did."""
        if isinstance(entry.body, TextTranslated):
            self._take(loop, entry.body)

    def _take(self, loop: Loop, said: TextTranslated) -> None:
        sentences = dict(texts(loop.entry(said.of).body))
        for pointer, words in said.words.items():
            if pointer in sentences:
                draft = Draft(words, said.reviewed)
                self._known[said.language, sentences[pointer].say()] = draft
