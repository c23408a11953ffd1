"""Translations of public sentences, which come as entries after the words they translate."""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import Annotated, Any, ClassVar, Literal

from pydantic import AfterValidator, Field

from answerable.model.base import Frozen, Slug
from answerable.model.entry import Body, Entry, Kind
from answerable.model.signing import canonical
from answerable.model.state import Builder, Record, State, applies
from answerable.model.text import Language, Text, texts

UNREVIEWED = "*"
"""Follows words that no speaker of the language has read."""


def _sentence(words: str) -> str:
    """A translation is as well formed as a sentence, with room for the mark."""
    for said in (words, f"{words} {UNREVIEWED}"):
        Text({"en": said})
    return words


TranslatedWords = Annotated[str, AfterValidator(_sentence)]
"""Words that could stand in a `Text`."""


class TranslationFields(Frozen):
    """Sentences of one entry in one more language.

    Attributes:
        of: index of the entry.
        words: sentence by JSON pointer (RFC 6901) into the body of that entry.
        made_by: a ``person``, or a ``machine``.
        reviewed: whether somebody who speaks the language has read it.
    """

    of: int = Field(ge=0)
    language: Language
    words: dict[str, TranslatedWords] = Field(min_length=1)
    made_by: Literal["person", "machine"]
    reviewed: bool


class TextTranslated(TranslationFields, Body):
    """The sentences of an entry were translated, or a translation was reviewed."""

    kind: ClassVar[Kind] = Kind("text.translated")

    def public_words(self) -> Iterator[tuple[str, str]]:
        """Give the translated sentences, and the pointers: nobody hides words there either."""
        for pointer, said in self.words.items():
            yield pointer, said
            yield pointer, pointer


class Translation(TranslationFields, Record):
    """The latest translation of an entry into one language."""

    noun: ClassVar[str] = "translation"

    by: Slug

    @property
    def key(self) -> str:
        """One per entry and language."""
        return f"{self.of}/{self.language}"


def in_language(entries: Iterable[Entry], state: State, language: str) -> Iterator[Entry]:
    """Give entries as they read in a language: a view, never what is stored or signed.

    Words that a machine drafted and nobody has read end in `UNREVIEWED`.
    """
    for entry in entries:
        translation = state.find(Translation, f"{entry.index}/{language}")
        yield _translated(entry, translation) if translation else entry


def _translated(entry: Entry, translation: Translation) -> Entry:
    plain = entry.envelope.plain()
    mark = "" if translation.reviewed else f" {UNREVIEWED}"
    sentences = dict(texts(entry.body))
    for pointer in translation.words.keys() & sentences.keys():
        said: Any = plain["body"]
        for step in pointer.strip("/").split("/"):
            said = said[int(step)] if isinstance(said, list) else said[step]
        said.setdefault(translation.language, translation.words[pointer] + mark)
    return replace(entry, envelope=type(entry.envelope).model_validate_json(canonical(plain)))


@applies(TextTranslated)
def _apply(state: Builder, entry: Entry, body: TextTranslated) -> None:
    was = state.find(Translation, f"{body.of}/{body.language}")
    words = {**(was.words if was else {}), **body.words}
    said = entry.envelope
    state.put(Translation.from_(body, entry=entry.index, at=said.at, by=said.org, words=words))
