"""What a page is given, and what it gives: the same facts for people and for programs."""

import dataclasses
from collections.abc import Callable, Mapping
from datetime import datetime
from types import MappingProxyType
from typing import Any, Final, NamedTuple, Protocol

from starlette.requests import Request

from answerable.loop import Loop
from answerable.model.actor import Actor
from answerable.model.errors import Forbidden, Invalid
from answerable.model.organisation import OpenRegister
from answerable.model.state import State
from answerable.web.language import ENGLISH, Tongue
from answerable.web.reading import Reading
from answerable.web.reception import Reception
from answerable.web.registering import Registering
from answerable.web.session import Visitor
from answerable.web.settings import Settings

JSON: Final = "application/json"
FILES: Final = "/public"
"""Where the files of the record are, for anyone to copy."""


def wants_json(request: Request) -> bool:
    """Tell whether a program asks: by the header, by ``?as=json``, or where only programs go."""
    accept = request.headers.get("accept", "")
    return (
        request.query_params.get("as") == "json"
        or request.scope["page"].startswith("/api/")
        or (JSON in accept and "text/html" not in accept)
    )


@dataclasses.dataclass(frozen=True, slots=True)
class Call:
    """One request for a page, while the register is held still.

    Attributes:
        visitor: who asks; the public is nobody in particular.
        form: what was filled in, if anything was: a text, a list of texts, or an `Upload`.
        body: what a program sent.
        reception: where people sign in.
        settings: what whoever runs the pages says about them.
        reading: where entries and data are found.
        registering: where people volunteer for panels.
    """

    loop: Loop
    state: State
    now: datetime
    tongue: Tongue
    request: Request
    visitor: Visitor
    form: Mapping[str, Any] = dataclasses.field(default_factory=dict)
    body: bytes = b""
    reception: Reception = dataclasses.field(default_factory=Reception)
    settings: Settings = dataclasses.field(default_factory=Settings)
    reading: Reading = dataclasses.field(default_factory=Reading)
    registering: Registering = dataclasses.field(default_factory=Registering)

    @property
    def actor(self) -> Actor:
        """Who acts, if somebody signed in.

        Raises:
            Forbidden: ``page.sign-in``.
        """
        if not (self.visitor.signed_in and self.visitor.organisation):
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

    @property
    def here(self) -> str:
        """Give the address of this page, without the language."""
        query = self.request.url.query
        return f"{self.request.scope['page']}{'?' if query else ''}{query}"

    def whole(self, path: str) -> str:
        """Give the whole address of a path of this site, as people elsewhere find it."""
        base = self.settings.address or str(self.request.base_url)
        return f"{base.rstrip('/')}{path}"

    @property
    def files(self) -> str:
        """Give the whole address of the files of the record, for programs elsewhere."""
        return self.whole(FILES)

    def leads(self, path: str) -> bool:
        """Tell whether there is a page at an address."""
        return any(row.path == path for row in self.request.app.state.table)

    def address(self, language: str) -> str:
        """Give this very page in another language."""
        prefix = "" if language == ENGLISH else f"/{language}"
        return f"{prefix}{self.here}"

    @property
    def place(self) -> str:
        """Tell from where somebody asks, as far as this machine sees it."""
        return self.request.client.host if self.request.client else ""

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
        headers: what browsers need besides.
    """

    template: str
    said: dict[str, Any]
    status: int = 200
    aids: Mapping[str, Any] = MappingProxyType({})
    headers: Mapping[str, str] = MappingProxyType({})


class Raw(NamedTuple):
    """Something that is no page: a feed, a table, a proof."""

    media: str
    data: bytes
    name: str = ""


class Away(NamedTuple):
    """Go and look elsewhere; after something was done.

    Attributes:
        session: the token of a session that begins with it; empty where one ends.
        outside: whether the path is a whole address of another site.
        state: what the browser keeps while somebody is at the provider; empty when they are back.
        begun: what the browser keeps while somebody who volunteers waits for a code.
    """

    path: str
    session: str | None = None
    outside: bool = False
    state: str | None = None
    begun: str | None = None


class Later(NamedTuple):
    """What others have to be asked for first, while the register goes on.

    Attributes:
        ask: asks them.
        page: makes the answer of what they said.
    """

    ask: Callable[[], Any]
    page: "Callable[[Any], Page | Raw | Away]"


Ready = Page | Raw | Away
Answer = Ready | Later


class View(Protocol):
    """Makes a page."""

    def __call__(self, call: Call, /) -> Answer:
        """Make it."""
