"""The pages as a reader meets them: the told story, served, and looked at.

`PAGES` has an example of every page; a page that is missing there fails in `tests/unit/web`.
"""

import asyncio
import secrets
import shutil
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from itertools import chain
from pathlib import Path
from typing import Any, Final, NamedTuple, Self

import httpx
from granian.constants import Interfaces
from granian.server.embed import Server

from answerable.loop import Loop
from answerable.model.actor import Role
from answerable.model.clock import SetClock
from answerable.store.sessions import Sessions, Visitor
from answerable.web.app import Site
from answerable.web.session import COOKIE

NOW: Final = datetime(2026, 11, 24, 12, tzinfo=UTC)
HOST: Final = "127.0.0.1"

PAGES: Final = {
    "/": "/",
    "/proposals": "/proposals",
    "/proposals/{proposal}": "/proposals/flood-help",
    "/agreements/{agreement}": "/agreements/flood-help-council",
    "/agreements/{agreement}/rules/{rule}": "/agreements/flood-help-council/rules/left-out",
    "/recommendations/{recommendation}": "/recommendations/a-letter-each-time",
    "/api": "/api",
    "/api/actions": "/api/actions",
    "/api/openapi.json": "/api/openapi.json",
    "/sign-in": "/sign-in",
    "/sign-in/{token}": "/sign-in/a-link-that-works-once",
}
"""By the path in the table of routes: an address of it in the story."""


class Who(NamedTuple):
    """Somebody who signs in."""

    role: Role
    organisation: str = ""
    subject: tuple[str, str] | None = None


SEEN_BY: Final[dict[str, Who]] = {}
"""By an address in `PAGES`: who looks at it, where it is not for everybody."""

LINK: Final = "a-link-that-works-once"
"""The token of a link of an officer, in every story."""


@contextmanager
def served(app: Any) -> Iterator[str]:
    """Serve an application on a free port until the end of the block; give its address."""
    loop = asyncio.new_event_loop()
    port = _free_port()
    server = Server(app, HOST, port, interface=Interfaces.ASGI, log_enabled=False)
    thread = threading.Thread(target=loop.run_until_complete, args=(server.serve(),), daemon=True)
    thread.start()
    address = f"http://{HOST}:{port}"
    _wait(address)
    try:
        yield address
    finally:
        loop.call_soon_threadsafe(server.stop)
        thread.join(10)
        loop.close()


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        return int(probe.getsockname()[1])


def _wait(address: str) -> None:
    for _ in range(200):
        try:
            httpx.get(f"{address}/nothing", timeout=5)
        except httpx.TransportError:
            time.sleep(0.05)
        else:
            return
    raise TimeoutError(address)


class Story:
    """A copy of the told story, open; to be closed."""

    def __init__(self, told: Path, place: Path) -> None:
        shutil.copytree(told, place)
        self.clock = SetClock(NOW)
        self.loop = Loop(place, clock=self.clock, publishing=False)
        chance = chain([LINK], iter(secrets.token_urlsafe, None))
        self.sessions = Sessions(place / "sessions.sqlite3", chance=lambda: next(chance))
        self.link(Who(Role.OFFICER, "inverlarch-council"))
        self.site = Site(self.loop, sessions=self.sessions)

    def link(self, who: Who, person: str = "somebody") -> str:
        """Make a link for somebody; give its token."""
        visitor = Visitor(who.role, who.organisation, person, who.subject)
        return self.sessions.link(visitor, self.clock.now(), timedelta(days=1))

    def close(self) -> None:
        """Close its files."""
        self.sessions.close()
        self.loop.close()


class Reader:
    """A browser without a screen: follows no redirects, keeps cookies; to be closed."""

    def __init__(self, address: str, story: Story | None = None) -> None:
        self.address = address
        self.story = story
        self.client = httpx.Client(base_url=address, timeout=30)
        self._others: dict[Who, Reader] = {}

    def sign_in(
        self,
        role: Role,
        organisation: str = "",
        person: str = "somebody",
        subject: tuple[str, str] | None = None,
    ) -> Self:
        """Sign in through a link, in place of whoever was signed in."""
        assert self.story, "somebody to sign in with"
        token = self.story.link(Who(role, organisation, subject), person)
        answer = self.post(f"/sign-in/{token}")
        assert answer.status_code == 303, answer.text
        assert COOKIE in self.client.cookies
        return self

    def sees(self, path: str) -> "Reader":
        """Give a reader who may see a page: this one, or another who signed in as `SEEN_BY` says."""
        who = SEEN_BY.get(path)
        if who is None:
            return self
        if who not in self._others:
            other = Reader(self.address, self.story)
            self._others[who] = other.sign_in(who.role, who.organisation, subject=who.subject)
        return self._others[who]

    def post(self, path: str, data: Any = None, **given: Any) -> httpx.Response:
        """Send a form as a browser does from a page of the same site."""
        headers = {"accept": "text/html", "sec-fetch-site": "same-origin"}
        return self.client.post(
            path, data=data, headers=headers | given.pop("headers", {}), **given
        )

    def get(self, path: str, **headers: str) -> httpx.Response:
        """Get a page as a browser asks for it."""
        return self.client.get(path, headers={"accept": "text/html", **headers})

    def data(self, path: str) -> Any:
        """Get what a page says, as a program asks for it."""
        answer = self.client.get(path, headers={"accept": "application/json"})
        assert answer.status_code == 200, answer.text
        return answer.json()

    def close(self) -> None:
        """Close its connections."""
        for other in self._others.values():
            other.close()
        self.client.close()
