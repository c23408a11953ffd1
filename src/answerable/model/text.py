"""Public sentences as language maps, and where a body holds them."""

import re
import unicodedata
from collections.abc import Iterator
from typing import Annotated

from pydantic import BaseModel, ConfigDict, RootModel, StringConstraints, field_validator
from pydantic_core import PydanticCustomError

Language = Annotated[str, StringConstraints(pattern=r"^[a-z]{2,3}$")]
"""A language as BCP 47 names it: ``en``, ``cy``, ``gd``."""

MOST_CHARACTERS = 4_000
_HIDDEN = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")
"""Control signs but for the line feed, and those that turn the direction of writing around."""


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


def texts(said: object, pointer: str = "") -> Iterator[tuple[str, Text]]:
    """Walk a body and give each public sentence with its JSON pointer (RFC 6901)."""
    if isinstance(said, Text):
        yield pointer, said
    elif isinstance(said, BaseModel):
        for name in type(said).model_fields:
            yield from texts(getattr(said, name), f"{pointer}/{name}")
    elif isinstance(said, tuple):
        for place, item in enumerate(said):
            yield from texts(item, f"{pointer}/{place}")
