"""A gateway of the small town, asked in process: no sockets, and time stands still."""

import asyncio
import itertools
import json
import shutil
from collections.abc import Awaitable, Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from functools import cached_property
from pathlib import Path
from typing import Any

import pytest
from tests import forge
from tests.town import (
    AUDIENCE,
    DRY,
    HOUR,
    NOW,
    OPT_OUTS,
    SECOND,
    Builder,
    Town,
    build_town,
    quick,
    quiet,
)

from answerable.gateway.client import sign_token
from answerable.gateway.config import read_config
from answerable.gateway.releases import Release
from answerable.gateway.serve import Running
from answerable.gateway.vault import GatewayVault
from answerable.loop import Loop, SetClock
from answerable.model.actor import Role
from answerable.model.command import Command
from answerable.model.limits import Limit, Pattern
from answerable.model.signing import canonical
from answerable.model.text import en
from answerable.stages.decide import ResumeAgreement, SuspendAgreement
from answerable.stages.share import DeclareSignal, EndSignal

# Asking, over plain ASGI.


@dataclass(frozen=True)
class Answer:
    """What came back.

    Attributes:
        whole: whether the last part came.
    """

    status: int
    headers: dict[str, str]
    body: bytes
    whole: bool

    @property
    def said(self) -> dict[str, Any]:
        """The body, as JSON."""
        read: dict[str, Any] = json.loads(self.body)
        return read

    @property
    def code(self) -> str:
        """What was wrong."""
        return str(self.said.get("code"))

    @property
    def refusals(self) -> list[str]:
        """Why the terms, or the gateway, said no."""
        return [refusal["code"] for refusal in self.said.get("refusals", [])]


Message = dict[str, Any]


class Wire:
    """Both ends of one request; a test may slow it down or cut it."""

    def __init__(self, body: bytes = b"", *, cut: bool = False) -> None:
        """Begin.

        Args:
            body: what is sent.
            cut: whether the caller goes away before it is all sent.
        """
        self._body = body
        self._cut = cut
        self._asked = False
        self.begun = asyncio.Event()
        self.gone = asyncio.Event()
        self.sent: list[Message] = []
        self.before: Callable[[Message], Awaitable[None] | None] = lambda message: None

    async def receive(self) -> Message:
        """Give the body at first, and then wait until the caller goes away."""
        if not self._asked:
            self._asked = True
            return {"type": "http.request", "body": self._body, "more_body": self._cut}
        if not self._cut:
            await self.gone.wait()
        return {"type": "http.disconnect"}

    async def send(self, message: Message) -> None:
        """Take a part of the answer."""
        self.begun.set()
        waits = self.before(message)
        if waits is not None:
            await waits
        self.sent.append(message)

    @property
    def parts(self) -> list[bytes]:
        """What came, but for the last part."""
        return [m["body"] for m in self.sent if m["type"] == "http.response.body" and m["body"]]

    @property
    def answer(self) -> Answer:
        """All that came."""
        start, *rest = self.sent
        headers = {name.decode(): value.decode() for name, value in start["headers"]}
        whole = bool(rest) and not rest[-1].get("more_body")
        return Answer(start["status"], headers, b"".join(m["body"] for m in rest), whole)


Headers = Iterable[tuple[bytes, bytes]]


async def ask(
    app: Any, method: str, path: str, body: bytes = b"", headers: Headers = (), wire: Any = None
) -> tuple[int, dict[str, str], bytes]:
    """Ask an ASGI application; give status, headers and body."""
    wire = wire or Wire(body)
    scope = {
        "type": "http",
        "method": method,
        "path": path,
        "query_string": b"",
        "headers": list(headers),
    }
    await app(scope, wire.receive, wire.send)
    answer = wire.answer
    return answer.status, answer.headers, answer.body


SERVICE = "fire-control"


class Gate:
    """A gateway in a copy of the town, and everything that can happen to it."""

    def __init__(self, town: Town, place: Path) -> None:
        self.town = town
        self.place = place
        self.clock = SetClock(NOW)
        shutil.copytree(town.place, place)
        self.folder = place / "gateway"
        self.running = self._start()

    def _start(self) -> Running:
        running = Running(read_config(self.folder / "gateway.toml"), self.clock.now)
        running.ready()
        return running

    def restart(self) -> None:
        """Stop, and start again with what was kept."""
        self.running.close()
        self.running = self._start()

    def close(self) -> None:
        """Stop."""
        self.running.close()
        if "loop" in vars(self):
            self.loop.close()
        quiet()

    # The register.

    @cached_property
    def loop(self) -> Loop:
        """The register that the gateway follows."""
        return Loop(self.place, clock=self.clock, publishing=False)

    def act(self, role: Role, organisation: str, *commands: Command) -> None:
        """Say things in the register; the gateway believes them at once."""
        for command in commands:
            self.loop.act(command, self.loop.actor(role, organisation))
        self.catch_up()

    def catch_up(self) -> None:
        """Seal the register now, and let the gateway follow."""
        self.loop.publish(renew=True)
        self.follow()

    def says(self, like: str, **fields: Any) -> None:
        """Let whoever holds the seal go on, like the first entry of a kind; no rule is asked."""
        entries = [entry.data for entry in self.loop.entries()]
        original = forge.Original(entries, {}, self.loop.keyring)
        said = original.plain()[original.first(like)]
        at = original.plain()[-1]["at"]
        new = {**said, "at": at, "command_id": f"command-{len(entries)}", "signatures": []}
        entries = [*entries, canonical({**new, **fields})]
        forge.sealed(original, entries, self.place, at=self.clock.moment)
        self.follow()

    def follow(self) -> None:
        """Let the gateway look at the register and its sources."""
        self.running.follow()
        self.running.point.models.use(self.running.make())

    def later(self, by: timedelta = SECOND) -> None:
        """Let time pass."""
        self.clock.moment += by

    def agree(self, name: str, *limits: Limit, **changes: Any) -> None:
        """Put another agreement into force."""
        Builder(self.loop).agree(name, *limits, **changes)
        self.catch_up()

    def suspend(self, agreement: str, *patterns: Pattern) -> None:
        """Suspend an agreement."""
        said = {"reason": en("Something is wrong."), "post": en("Head")}
        stops = SuspendAgreement(agreement=agreement, patterns=patterns or tuple(Pattern), **said)
        self.act(Role.CUSTODIAN, "council", stops)

    def resume(self, agreement: str) -> None:
        """Let an agreement go on."""
        goes_on = ResumeAgreement(agreement=agreement, reason=en("Mended."), post=en("Head"))
        self.act(Role.CUSTODIAN, "council", goes_on)

    def warn(self, name: str = "warning", *, area: str = "larch", lasts: timedelta = HOUR) -> None:
        """Declare a flood warning, from now on."""
        declared = DeclareSignal(
            declaration=name,
            signal="flood-warning",
            area=area,
            begins=self.clock.moment,
            ends=self.clock.moment + lasts,
            source="feed",
            post=en("Warning service"),
            reason=en("The river is rising."),
        )
        self.act(Role.OFFICER, "agency", declared)

    def end(self, name: str = "warning") -> None:
        """End a warning now."""
        ends = EndSignal(declaration=name, ends=self.clock.moment, reason=en("It fell."))
        self.act(Role.OFFICER, "agency", ends)

    # The data.

    def feed(self, *subjects: str, name: str = OPT_OUTS) -> None:
        """Feed a list, as another process does, and let the gateway see it."""
        with GatewayVault(self.running.point.vault.path) as vault:
            vault.feed(name, subjects, self.clock.moment)
        self.running.follow()

    @property
    def homes(self) -> Path:
        """The file with the data about people."""
        return self.folder / "homes.sqlite3"

    # Asking.

    def token(self, service: str = SERVICE, **how: Any) -> str:
        """Sign a token."""
        return sign_token(self.town.keys[service], AUDIENCE, self.clock.moment, **how)

    def headers(self, service: str | None = SERVICE) -> list[tuple[bytes, bytes]]:
        """Give the headers of a service; none for nobody."""
        return [(b"authorization", f"Bearer {self.token(service)}".encode())] if service else []

    async def sends(
        self,
        method: str,
        path: str,
        said: Any = None,
        *,
        service: str | None = None,
        headers: Headers = (),
        wire: Wire | None = None,
    ) -> Answer:
        """Ask; a body that is no bytes is written as JSON."""
        body = (
            said if isinstance(said, bytes) else b"" if said is None else json.dumps(said).encode()
        )
        wire = wire or Wire(body)
        given = [*self.headers(service), *headers]
        await ask(self.running.app, method, path, headers=given, wire=wire)
        return wire.answer

    def ask(self, method: str, path: str, said: Any = None, **how: Any) -> Answer:
        """Ask, and wait for the whole answer."""
        return asyncio.run(self.sends(method, path, said, **how))

    def post(self, path: str, service: str | None = SERVICE, **said: Any) -> Answer:
        """Ask for something under an agreement; ``...`` leaves a usual field out."""
        return self.ask("POST", path, asking(**said), service=service)

    def lookup(self, subject: str = DRY, service: str | None = SERVICE, **said: Any) -> Answer:
        """Look somebody up."""
        return self.post("/lookup", service, subject=subject, **said)

    def bulk(self, form: str = "jsonl", service: str | None = SERVICE, **said: Any) -> Answer:
        """Ask for everything."""
        return self.post("/bulk", service, format=form, **said)

    def counts(self, *columns: str, service: str | None = SERVICE, **said: Any) -> Answer:
        """Count homes."""
        return self.post("/counts", service, columns=list(columns or ("ward",)), **said)

    def given(self, **said: Any) -> list[dict[str, Any]]:
        """Ask for everything, and read it."""
        answer = self.bulk(**said)
        assert answer.status == 200, answer.body
        return [json.loads(line) for line in answer.body.splitlines()]

    def cells(self, *columns: str, **said: Any) -> dict[tuple[Any, ...], int]:
        """Count homes, and read the counts."""
        answer = self.counts(*columns, **said)
        assert answer.status == 200, answer.body
        return {tuple(cell): people for *cell, people in answer.said["counts"]}

    # The log.

    def leaves(self, what: str = "release") -> list[dict[str, Any]]:
        """Give all lines of the log of one sort."""
        log = self.running.point.log
        return [leaf for leaf in map(log.leaf, range(len(log))) if leaf["what"] == what]

    def last(self) -> dict[str, Any]:
        """Give the release that was recorded last."""
        return self.leaves()[-1]

    def ended(self, number: int) -> tuple[int, str]:
        """Tell how many rows a release gave, and how it ended."""
        note = Release(outcome="refused", recipient="fire", codes=("door.path",))
        self.running.point.log.record(note).result()  # what waited is noted with it
        found = {n: (rows, how) for leaf in self.leaves("sent") for n, rows, how in leaf["of"]}
        return found[number]


def asking(**said: Any) -> dict[str, Any]:
    """Give what is asked, with usual values; ``...`` leaves a field out."""
    usual = {"agreement": "plain", "purpose": "rescue", "columns": ["address", "need"]}
    return {name: value for name, value in {**usual, **said}.items() if value is not ...}


_numbers = itertools.count()


@contextmanager
def opened_gate() -> Iterator[Gate]:
    """Open a gateway in a copy of the town; gone at the end of the block."""
    place = Path(quick().name) / f"copy-{next(_numbers)}"
    gate = Gate(build_town(Path(quick().name) / "town"), place)
    try:
        yield gate
    finally:
        gate.close()
        shutil.rmtree(place)


@pytest.fixture
def gate() -> Iterator[Gate]:
    """A gateway of one test."""
    with opened_gate() as gate:
        yield gate


@pytest.fixture(scope="module")
def shared() -> Iterator[Gate]:
    """A gateway of a whole module, for tests that change nothing but log and time."""
    with opened_gate() as gate:
        yield gate
