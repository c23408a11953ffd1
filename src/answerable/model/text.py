"""Public sentences as language maps, and where a body holds them."""

import re
import unicodedata
from collections.abc import Iterator
from enum import Enum
from typing import Annotated

from pydantic import BaseModel, ConfigDict, RootModel, StringConstraints, field_validator
from pydantic_core import PydanticCustomError

Language = Annotated[str, StringConstraints(pattern=r"^[a-z]{2,3}$")]
"""A language as BCP 47 names it: ``en``, ``cy``, ``gd``."""

MOST_CHARACTERS = 4_000
_HIDDEN = re.compile(
    "[\x00-\x09\x0b-\x1f\x7f-\x9f\u00ad\u200b\u200e\u200f\u2028-\u202e\u2060-\u2069\ufeff"
    "\U000e0000-\U000e007f]"
)
"""Signs that nobody sees, but for the line feed and the two that join or part letters."""


class Text(RootModel[dict[Language, str]]):
    """A public sentence in one or more languages.

    >>> Text({"en": "Rain", "cy": "Glaw"}).say("cy")
    'Glaw'
    >>> Text({"en": "Rain"}).say("gd")
    'Rain'
    """

    model_config = ConfigDict(frozen=True, strict=True)

    @field_validator("root")
    @classmethod
    def _well_said(cls, said: dict[str, str]) -> dict[str, str]:
        if not said:
            raise PydanticCustomError("text.empty", "needs words in at least one language")
        for language, words in said.items():
            where = {"language": language}
            if not words.strip():
                raise PydanticCustomError("text.empty", "is empty in {language}", where)
            if words != words.strip() or words != unicodedata.normalize("NFC", words):
                raise PydanticCustomError("text.form", "has stray spaces in {language}", where)
            if len(words) > MOST_CHARACTERS:
                raise PydanticCustomError("text.long", "is too long in {language}", where)
            if _HIDDEN.search(words):
                raise PydanticCustomError("text.control", "has hidden signs in {language}", where)
        return dict(sorted(said.items()))

    def say(self, language: str = "en") -> str:
        """Give the words in a language, or in the first there is."""
        return self.root.get(language) or self.root.get("en") or next(iter(self.root.values()))

    def has(self, language: str) -> bool:
        """Tell whether the sentence was said in that language."""
        return language in self.root

    def plus(self, language: str, words: str) -> "Text":
        """Give the same sentence with one more language."""
        return Text({**self.root, language: words})


def en(words: str) -> Text:
    """Say it in English only; other languages come later as translations.

    >>> en("Rain").root
    {'en': 'Rain'}
    """
    return Text({"en": words})


_MADE_BY_MACHINES = re.compile(
    r"[0-9a-f]{64}|[A-Za-z0-9+/]{43,86}={1,2}|[^+\s@]+\+[0-9a-f]{8}\+[A-Za-z0-9+/]{44}"
)
"""Digests, keys, signatures and verifier keys: nobody chose their letters."""


def leaves(said: object, pointer: str = "") -> Iterator[tuple[str, Text | str]]:
    """Walk a body and give each sentence and each string with its JSON pointer (RFC 6901)."""
    if isinstance(said, Text) or (isinstance(said, str) and not isinstance(said, Enum)):
        yield pointer, said
    elif isinstance(said, BaseModel):
        for name in type(said).model_fields:
            yield from leaves(getattr(said, name), f"{pointer}/{name}")
    elif isinstance(said, tuple):
        for place, item in enumerate(said):
            yield from leaves(item, f"{pointer}/{place}")


def texts(said: object) -> Iterator[tuple[str, Text]]:
    """Give each public sentence of a body with its JSON pointer."""
    yield from ((pointer, leaf) for pointer, leaf in leaves(said) if isinstance(leaf, Text))


def words(said: object) -> Iterator[tuple[str, str]]:
    """Give every string of a body that somebody chose, sentences language by language."""
    for pointer, leaf in leaves(said):
        if isinstance(leaf, Text):
            yield from ((f"{pointer}/{language}", said) for language, said in leaf.root.items())
        elif not _MADE_BY_MACHINES.fullmatch(leaf):
            yield pointer, leaf
