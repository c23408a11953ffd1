"""Every route of a gateway, with its access, on one page."""

import asyncio
from datetime import UTC, date, datetime, time
from typing import Final, NamedTuple

from answerable.gateway.asked import AskAbout, AskBulk, AskCounts, AskLookup, read
from answerable.gateway.callers import Caller
from answerable.gateway.door.app import Access, Call, Route
from answerable.gateway.door.exchange import HungUp, written
from answerable.gateway.door.figures import Figures
from answerable.gateway.door.room import Room
from answerable.gateway.door.sending import send
from answerable.gateway.errors import Declined
from answerable.gateway.formats import Format
from answerable.gateway.patterns.bulk import Stream, bulk, everyone
from answerable.gateway.patterns.counts import counts
from answerable.gateway.patterns.lookup import given_form, lookup
from answerable.gateway.point import Point
from answerable.gateway.releases import Leaf, Recorded, Release
from answerable.model.base import moment_text
from answerable.model.errors import Invalid, Missing

ANYONE, SERVICE, OWN = Access

TABLE: Final[tuple[tuple[str, str, Access, str], ...]] = (
    ("POST", "/lookup", SERVICE, "lookup"),
    ("POST", "/bulk", SERVICE, "bulk"),
    ("POST", "/counts", SERVICE, "counts"),
    ("GET", "/receipts/", SERVICE, "receipt"),
    ("POST", "/about", OWN, "about"),
    ("GET", "/emergencies/", OWN, "emergencies"),
    ("GET", "/open/", ANYONE, "open"),
    ("GET", "/releases/", ANYONE, "day"),
    ("GET", "/checkpoint", ANYONE, "checkpoint"),
    ("GET", "/health", ANYONE, "health"),
    ("GET", "/ready", ANYONE, "ready"),
    ("GET", "/metrics", ANYONE, "metrics"),
)
"""Method, path (one that ends in a stroke is followed by a name), access, what runs."""


class Streams(NamedTuple):
    """How many streams may run at once: under agreements, and of open data."""

    services: int = 16
    anyone: int = 4


class Routes:
    """What each route does."""

    def __init__(self, gateway: str, point: Point, figures: Figures, streams: Streams) -> None:
        self._gateway = gateway
        self._point = point
        self._figures = figures
        self._for_services = Room(streams.services)
        self._for_anyone = Room(streams.anyone)
        self._looked_up = figures.answered.labels("lookup")
        self._rows = figures.rows.labels("lookup")

    def all(self) -> tuple[Route, ...]:
        """Give every route."""
        return tuple(
            Route(method, path, access, getattr(self, run)) for method, path, access, run in TABLE
        )

    async def health(self, call: Call) -> None:
        """Say that the process answers, and how much of the register it believes."""
        sealed = self._point.judge.sealed_at
        said = {
            "status": "ok",
            "entries": self._point.judge.state.size,
            "sealed_at": moment_text(sealed) if sealed else None,
        }
        await call.exchange.tell(said)

    async def ready(self, call: Call) -> None:
        """Say whether data can be given at all; 503 with the reasons if not."""
        refusals = self._point.judge.register_refusals(self._point.now())
        if refusals:
            raise Declined(refusals)
        await call.exchange.tell({"status": "ready"})

    async def metrics(self, call: Call) -> None:
        """Give the figures."""
        await call.exchange.give(self._figures.text(), b"text/plain; version=0.0.4")

    async def checkpoint(self, call: Call) -> None:
        """Give the signed size and root of the log of releases."""
        note = await asyncio.to_thread(self._point.log.checkpoint)
        await call.exchange.give(note, b"text/plain; charset=utf-8")

    async def day(self, call: Call) -> None:
        """Give what one day came to, once it is over."""
        state = self._point.judge.state
        day = _day(call.name)
        counted = await asyncio.to_thread(self._point.log.count, self._gateway, day, state)
        await call.exchange.give(counted.data)

    async def open(self, call: Call) -> None:
        """Give open data to anyone: ``/open/DATASET.FORMAT``."""
        name, _, ending = call.name.rpartition(".")
        if ending not in set(Format):
            raise Invalid("door.format", formats=[f.value for f in Format])
        with self._for_anyone.taken():
            await self._stream(call, await everyone(self._point, name, Format(ending)))

    async def lookup(self, call: Call) -> None:
        """Answer for one subject."""
        ask = read(AskLookup, await call.exchange.body())
        found = await lookup(self._point, call.exchange.caller, ask, self._point.now())
        await self._give(call, found.said, found.release, len(found.rows))
        self._looked_up.inc()
        self._rows.inc(len(found.rows))

    async def counts(self, call: Call) -> None:
        """Answer with how many people there are."""
        ask = read(AskCounts, await call.exchange.body())
        found = await counts(self._point, call.exchange.caller, ask)
        said = {
            "columns": list(ask.columns),
            "counts": [[*cell, people] for cell, people in found.cells],
            "minimum": found.minimum,
            "given": [given_form(given) for given in found.gives],
            "warnings": found.warnings,
            "release": found.release,
        }
        await self._give(call, written(said), found.release, len(found.cells))
        self._figures.answered.labels("aggregate").inc()

    async def bulk(self, call: Call) -> None:
        """Give everything that may be given, as a stream."""
        ask = read(AskBulk, await call.exchange.body())
        with self._for_services.taken():
            await self._stream(call, await bulk(self._point, call.exchange.caller, ask))

    async def receipt(self, call: Call) -> None:
        """Give the evidence that a release is in the log, to whoever it was given to or gave it."""
        if not (call.name.isascii() and call.name.isdigit() and len(call.name) < 16):  # noqa: PLR2004
            raise Missing("door.receipt")
        number = int(call.name)
        if number >= len(self._point.log) or not self._may_see(call.exchange.caller, number):
            raise Missing("door.receipt")
        found = await asyncio.to_thread(self._point.log.receipt, number)
        await call.exchange.give(found.data, b"text/plain; charset=utf-8")

    def _may_see(self, caller: Caller, number: int) -> bool:
        leaf = self._point.log.leaf(number)
        return self._point.judge.is_own(caller) or _is_for(caller, leaf)

    async def about(self, call: Call) -> None:
        """Say who looked one person up, for that person's own view; this look is recorded too."""
        ask = read(AskAbout, await call.exchange.body())
        found = await asyncio.to_thread(self._point.log.about, ask.dataset, ask.subject)
        known = ask.dataset if ask.dataset in self._point.sources else None
        await self._looked(call, known, found, (ask.dataset, ask.subject))

    async def emergencies(self, call: Call) -> None:
        """List what was opened by a declared emergency since a day, for review: ``2026-03-14``."""
        since = datetime.combine(_day(call.name), time(), UTC)
        found = await asyncio.to_thread(self._point.log.emergencies, since)
        await self._looked(call, None, found, None)

    async def _looked(
        self,
        call: Call,
        dataset: str | None,
        found: list[Recorded],
        subject: tuple[str, str] | None,
    ) -> None:
        """Show both halves of releases to the organisation that answers for them."""
        caller = call.exchange.caller
        look = Release("allowed", dataset=dataset, recipient=caller.organisation, rows=len(found))
        number = await self._point.recorded(look, {"service": caller.service}, subject)
        told = [{"release": each.number, **each.leaf, "private": each.private} for each in found]
        said = written({"releases": told, "release": number})
        await self._give(call, said, number, len(found))

    async def _give(self, call: Call, said: bytes, release: int, rows: int) -> None:
        """Give a whole answer that was recorded, and note how it ended."""
        try:
            await call.exchange.give(said)
        except HungUp:
            self._point.log.finished(release, rows, "hung-up")
            raise
        self._point.log.finished(release, rows, "sent")

    async def _stream(self, call: Call, stream: Stream) -> None:
        ended = await send(call.exchange, stream)
        self._point.log.finished(stream.release, stream.rows, ended.how)
        self._figures.rows.labels("bulk").inc(stream.rows)
        if ended.how == "stopped":
            self._figures.stopped.inc()
        if ended.problem:
            raise ended.problem
        self._figures.answered.labels("bulk").inc()


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise Invalid("door.day") from None


def _is_for(caller: Caller, leaf: Leaf) -> bool:
    return bool(leaf["what"] == "release" and leaf["recipient"] == caller.organisation)
