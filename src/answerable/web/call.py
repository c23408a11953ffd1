"""What a page is given, and what it gives: the same facts for people and for programs."""

import dataclasses
from collections.abc import Mapping
from datetime import datetime
from types import MappingProxyType
from typing import Any, NamedTuple, Protocol

from starlette.requests import Request

from answerable.loop import Loop
from answerable.model.actor import Actor
from answerable.model.errors import Forbidden, Invalid
from answerable.model.organisation import OpenRegister
from answerable.model.state import State
from answerable.web.language import ENGLISH, Tongue
from answerable.web.session import Visitor


@dataclasses.dataclass(frozen=True, slots=True)
class Call:
    """One request for a page, while the register is held still.

    Attributes:
        visitor: who asks; the public is nobody in particular.
        form: what was filled in, if anything was.
    """

    loop: Loop
    state: State
    now: datetime
    tongue: Tongue
    request: Request
    visitor: Visitor
    form: Mapping[str, Any] = dataclasses.field(default_factory=dict)

    @property
    def actor(self) -> Actor:
        """Who acts, if somebody signed in.

        Raises:
            Forbidden: ``page.sign-in``.
        """
        if not self.visitor.organisation:
            raise Forbidden("page.sign-in")
        return self.loop.actor(self.visitor.role, self.visitor.organisation, self.visitor.person)

    def named(self, name: str) -> str:
        """Give a part of the path."""
        return str(self.request.path_params[name])

    def asked(self, name: str) -> str:
        """Give what follows the question mark under a name, or nothing."""
        return str(self.request.query_params.get(name, "")).strip()

    def number(self, name: str, usual: int = 1, most: int = 1_000_000) -> int:
        """Give a whole number that was asked for.

        Raises:
            Invalid: ``page.number``.
        """
        said = self.asked(name)
        if not said:
            return usual
        if not (said.isascii() and said.isdigit() and 1 <= int(said[:9]) <= most):
            raise Invalid("page.number", name=name, most=most)
        return int(said[:9])

    @property
    def invented(self) -> bool:
        """Whether the register is a demonstration."""
        opened = self.state.find(OpenRegister, "register")
        return opened is not None and opened.nature == "invented"

    def address(self, language: str) -> str:
        """Give this very page in another language."""
        url = self.request.url
        prefix = "" if language == ENGLISH else f"/{language}"
        query = f"?{url.query}" if url.query else ""
        return f"{prefix}{self.request.scope['page']}{query}"

    def _(self, words: str, **params: object) -> str:
        """Say words of ours in the reader's language."""
        said = self.tongue.words.gettext(words)
        return said % params if params else said


class Page(NamedTuple):
    """What a page says.

    Attributes:
        template: how it is laid out for people.
        said: what it says: records, sentences, numbers; programs get it as JSON.
        aids: what only people need to find their way in it.
    """

    template: str
    said: dict[str, Any]
    status: int = 200
    aids: Mapping[str, Any] = MappingProxyType({})


class Raw(NamedTuple):
    """Something that is no page: a feed, a table, a proof."""

    media: str
    data: bytes
    name: str = ""


class Away(NamedTuple):
    """Go and look elsewhere; after something was done."""

    path: str


Answer = Page | Raw | Away


class View(Protocol):
    """Makes a page."""

    def __call__(self, call: Call, /) -> Answer:
        """Make it."""
