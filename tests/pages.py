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

from answerable.gateway.config import read_config
from answerable.gateway.serve import Running
from answerable.launch.demo.cast import COUNCIL
from answerable.loop import Loop
from answerable.model.actor import Role
from answerable.model.clock import SetClock
from answerable.store.desk import Draft
from answerable.store.registrations import Registrations
from answerable.store.sessions import Sessions, Visitor
from answerable.web.app import Site
from answerable.web.session import COOKIE
from answerable.web.settings import Contact, Settings

NOW: Final = datetime(2026, 11, 24, 12, tzinfo=UTC)
HOST: Final = "127.0.0.1"

PAGES: Final = {
    "/": "/",
    "/imagine": "/imagine",
    "/panels": "/panels",
    "/panels/{engagement}": "/panels/flood-help-panel",
    "/panels/{engagement}/draws/{draw}": "/panels/flood-help-panel/draws/1",
    "/panels/{engagement}/register": "/panels/flood-help-panel/register",
    "/panels/{engagement}/register/code": "/panels/flood-help-panel/register/code",
    "/panels/{engagement}/withdraw": (
        "/panels/flood-help-panel/withdraw?reference=ABCD-EFGH-JKMN-PQRS"
    ),
    "/consultations/{consultation}": "/consultations/rain-comments",
    "/proposals": "/proposals",
    "/proposals/{proposal}": "/proposals/flood-help",
    "/agreements": "/agreements",
    "/agreements/{agreement}": "/agreements/flood-help-council",
    "/agreements/{agreement}/rules/{rule}": "/agreements/flood-help-council/rules/left-out",
    "/recommendations/{recommendation}": "/recommendations/a-letter-each-time",
    "/library": "/library",
    "/library/{dataset}.csv": "/library/extra-help.csv",
    "/library/{dataset}": "/library/extra-help",
    "/services": "/services",
    "/services/{service}": "/services/fire-control",
    "/organisations/{organisation}": "/organisations/inverlarch-council",
    "/waiting": "/waiting",
    "/record": "/record",
    "/record.atom": "/record.atom",
    "/record/seals": "/record/seals",
    "/record/limits": "/record/limits",
    "/record/{entry}": "/record/40",
    "/record/{entry}/proof": "/record/40/proof",
    "/api": "/api",
    "/api/actions": "/api/actions",
    "/api/openapi.json": "/api/openapi.json",
    "/me": "/me",
    "/me/looked-up": "/me/looked-up",
    "/me/looked-up/{gateway}/{release}": "/me/looked-up/council-gateway/2",
    "/me/{agreement}": "/me/flood-help-council",
    "/about/accessibility": "/about/accessibility",
    "/about/complaints": "/about/complaints",
    "/about/contact": "/about/contact",
    "/about/cookies": "/about/cookies",
    "/about/privacy": "/about/privacy",
    "/sign-in": "/sign-in",
    "/sign-in/{token}": "/sign-in/a-link-that-works-once",
    "/work": "/work",
    "/work/act/{kind}": "/work/act/add-benefit?proposal=flood-help",
    "/work/agreements/{agreement}": "/work/agreements/flood-help-council",
    "/work/agreements/{agreement}/try": (
        "/work/agreements/flood-help-council/try"
        "?purpose=flood_response&pattern=lookup&column=need&warning=yes"
    ),
    "/work/audit": "/work/audit",
    "/work/done/{command}": "/work/done/demo-0057",
    "/work/drafts": "/work/drafts",
    "/work/draws": "/work/draws",
    "/work/drafts/{draft}": "/work/drafts/what-came-of-it",
    "/work/organisations": "/work/organisations",
    "/work/panels/{engagement}": "/work/panels/flood-help-panel",
    "/work/panels/{engagement}/members": "/work/panels/flood-help-panel/members",
    "/work/panels/{engagement}/pool": "/work/panels/flood-help-panel/pool",
    "/work/panels/{engagement}/tables": ("/work/panels/flood-help-panel/tables?rounds=2&size=7"),
    "/work/proposals/{proposal}": "/work/proposals/flood-help",
    "/work/recommendations": "/work/recommendations",
    "/work/release-points": "/work/release-points",
    "/agreements/{agreement}/evidence.zip": "/agreements/flood-help-council/evidence.zip",
}
"""By the path in the table of routes: an address of it in the story."""

AWAY: Final = frozenset({"/provider", "/provider/back"})
"""Addresses that only send people elsewhere, where a provider knows them; see `test_provider`."""


class Who(NamedTuple):
    """Somebody who signs in."""

    role: Role
    organisation: str = ""
    subject: tuple[str, str] | None = None


ELDER_LANE: Final = Who(Role.CITIZEN, COUNCIL, ("extra-help", "INV000000217"))
"""Somebody on the council's list, who was looked up in the story."""

OFFICER: Final = Who(Role.OFFICER, COUNCIL)
CUSTODIAN: Final = Who(Role.CUSTODIAN, COUNCIL)
FACILITATOR: Final = Who(Role.FACILITATOR, "kirklarch-facilitators")
STEWARD: Final = Who(Role.STEWARD, "inverlarch-data-commons")
AUDITOR: Final = Who(Role.AUDITOR, "inverlarch-data-commons")

SEEN_BY: Final[dict[str, Who]] = {
    "/work": OFFICER,
    PAGES["/work/act/{kind}"]: OFFICER,
    PAGES["/work/agreements/{agreement}"]: CUSTODIAN,
    PAGES["/work/agreements/{agreement}/try"]: CUSTODIAN,
    "/work/audit": AUDITOR,
    "/work/done/demo-0057": OFFICER,
    "/work/drafts": OFFICER,
    "/work/draws": STEWARD,
    "/work/drafts/what-came-of-it": OFFICER,
    "/work/organisations": STEWARD,
    "/work/panels/flood-help-panel": FACILITATOR,
    "/work/panels/flood-help-panel/members": FACILITATOR,
    "/work/panels/flood-help-panel/tables?rounds=2&size=7": FACILITATOR,
    "/work/panels/flood-help-panel/pool": FACILITATOR,
    "/work/proposals/flood-help": OFFICER,
    "/work/recommendations": CUSTODIAN,
    "/work/release-points": CUSTODIAN,
    "/agreements/flood-help-council/evidence.zip": AUDITOR,
    "/me/looked-up": ELDER_LANE,
    "/me/looked-up/council-gateway/2": ELDER_LANE,
}
"""By an address in `PAGES`: who looks at it, where it is not for everybody."""

DRAFT: Final = Draft(
    "what-came-of-it",
    COUNCIL,
    "report-outcome",
    {
        "proposal": "flood-help",
        "words": {"en": "Crews came sooner.", "cy": "Daeth criwiau'n gynt."},
    },
)
"""A draft on the council's desk, in every story."""

LINK: Final = "a-link-that-works-once"
"""The token of a link of an officer, in every story."""


@contextmanager
def served(app: Any, port: int = 0) -> Iterator[str]:
    """Serve an application, on a free port if none is named; give its address."""
    loop = asyncio.new_event_loop()
    port = port or free_port()
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


def free_port() -> int:
    """Give a port on which nothing listens."""
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
        self.loop.desk.save(DRAFT)
        self.registrations = Registrations(place / "registrations.sqlite3")
        self._port = free_port()
        self.site = Site(
            self.loop,
            sessions=self.sessions,
            registrations=self.registrations,
            settings=self.settings,
        )

    def link(self, who: Who, person: str = "somebody") -> str:
        """Make a link for somebody; give its token."""
        visitor = Visitor(who.role, who.organisation, person, who.subject)
        return self.sessions.link(visitor, self.clock.now(), timedelta(days=1))

    @property
    def settings(self) -> Settings:
        """What whoever runs the pages says; the health board said nothing of itself."""
        return Settings(
            contact=Contact(post="Register team", email="register@inverlarch.example"),
            contacts={
                COUNCIL: Contact(
                    post="Data protection team",
                    phone="01632 960 001",
                    letters="1 Weir Square, Inverlarch",
                )
            },
            release_points={"council-gateway": f"http://{HOST}:{self._port}"},
        )

    @contextmanager
    def answering(self) -> Iterator[Running]:
        """Open the council's release point, which everything else in the story does without."""
        self.loop.publish(renew=True)
        config = read_config(self.loop.workspace / "gateways" / COUNCIL / "gateway.toml")
        with Running(config, self.clock.now) as running:
            running.ready()
            with served(running.app, self._port):
                yield running

    def close(self) -> None:
        """Close its files."""
        self.sessions.close()
        self.registrations.close()
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
        """Give a reader who may see a page: this one, or one signed in as `SEEN_BY` says."""
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
