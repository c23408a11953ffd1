"""Words for people: what each code means and what to do. Codes stay; words come here."""

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any


@dataclass(frozen=True, slots=True)
class Said:
    """What is wrong, and the remedy."""

    says: str
    remedy: str


@cache
def words(name: str, language: str) -> dict[str, Any]:
    """Read a file of words in a language, or in English where there is none in it."""
    path = files(__name__) / language / f"{name}.toml"
    if not path.is_file():
        path = files(__name__) / "en" / f"{name}.toml"
    return tomllib.loads(path.read_text(encoding="utf-8"))


def sentences(language: str = "en") -> dict[str, tuple[str, str]]:
    """Give the sentence and remedy for every code."""
    return {code: (says, remedy) for code, (says, remedy) in words("errors", language).items()}


def say(code: str, params: Mapping[str, object], language: str = "en") -> Said:
    """Put a code into words.

    >>> say("proposal.taken", {"name": "flood-help"}).says
    'The proposal flood-help is there already.'
    """
    known = sentences(language)
    noun, _, what = code.rpartition(".")
    says, remedy = known.get(code) or known.get(f"*.{what}") or (code, "See the reference.")
    filled = _Params({"noun": noun, **{name: _plain(value) for name, value in params.items()}})
    return Said(says.format_map(filled), remedy.format_map(filled))


class _Params(dict[str, str]):
    def __missing__(self, name: str) -> str:
        return f"({name})"


def _plain(value: object) -> str:
    if isinstance(value, Sequence) and not isinstance(value, str):
        return ", ".join(map(str, value))
    return str(value)
