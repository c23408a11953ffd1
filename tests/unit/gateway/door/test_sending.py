"""A stream goes on as long as its caller is there and its permission lasts, and never raises."""

import asyncio
from dataclasses import dataclass, field

import pytest
from tests.gateways import Wire

from answerable.gateway.door import sending
from answerable.gateway.door.exchange import Exchange, HungUp
from answerable.gateway.formats import Format
from answerable.model.errors import Refused

SCOPE = {"type": "http", "method": "POST", "path": "/bulk", "headers": []}


@dataclass
class Parts:
    """A stream of some parts, whose permission a test may end."""

    given: list = field(default_factory=lambda: [b"a", b"b", b"c"])
    release: int = 7
    format: Format = Format.CSV
    allowed: bool = True
    closed: bool = False

    def may_go_on(self):
        return self.allowed

    async def parts(self):
        try:
            for part in self.given:
                if isinstance(part, Exception):
                    raise part
                yield part
        finally:
            self.closed = True


@pytest.fixture(autouse=True)
def _quickly(monkeypatch):
    monkeypatch.setattr(sending, "LOOK_AGAIN", 0.001)


def send(stream, wire):
    async def run():
        ended = await sending.send(Exchange(SCOPE, wire.receive, wire.send), stream)
        others = asyncio.all_tasks() - {asyncio.current_task()}
        await asyncio.gather(*others, return_exceptions=True)
        return ended

    return asyncio.run(run())


def wire_that(do, at=1):
    """Give a wire on which something is done once so many parts came."""
    wire = Wire()

    def before(message):
        if message.get("body") and len(wire.parts) == at:
            return do(wire)
        return None

    wire.before = before
    return wire


def test_all_parts_are_sent():
    stream, wire = Parts(), Wire()
    ended = send(stream, wire)
    assert (ended.how, ended.problem) == ("sent", None)
    assert (wire.answer.body, wire.answer.whole) == (b"abc", True)
    assert wire.answer.headers["answerable-release"] == "7"
    assert wire.answer.headers["content-type"] == Format.CSV.media


def test_nothing_at_all_is_a_whole_answer():
    wire = Wire()
    assert send(Parts(given=[]), wire).how == "sent"
    assert wire.answer.whole


def test_without_permission_no_part_is_sent():
    stream, wire = Parts(allowed=False), Wire()
    ended = send(stream, wire)
    assert (ended.how, ended.problem.code) == ("stopped", "door.stopped")
    assert (wire.parts, wire.answer.whole, stream.closed) == ([], False, True)


def test_a_permission_that_ends_ends_the_stream():
    stream = Parts()
    wire = wire_that(lambda wire: setattr(stream, "allowed", False))
    assert send(stream, wire).how == "stopped"
    assert (wire.answer.whole, stream.closed) == (False, True)
    assert len(wire.parts) <= 2


def test_a_permission_that_ends_while_the_caller_is_slow():
    stream = Parts()

    async def waits(wire):
        stream.allowed = False
        await asyncio.Event().wait()

    wire = wire_that(waits)
    assert send(stream, wire).how == "stopped"
    assert wire.parts == [b"a"]


def test_a_slow_caller_gets_everything_in_the_end():
    looked, enough = [], asyncio.Event()
    stream = Parts()

    def may_go_on():
        looked.append(1)
        if len(looked) == 20:
            enough.set()
        return True

    stream.may_go_on = may_go_on
    wire = wire_that(lambda wire: enough.wait())
    assert send(stream, wire).how == "sent"
    assert (wire.answer.body, len(looked) >= 20) == (b"abc", True)


def test_a_caller_that_is_gone_while_it_is_waited_for():
    async def hangs_up(wire):
        wire.gone.set()
        await asyncio.Event().wait()

    stream, wire = Parts(), wire_that(hangs_up)
    ended = send(stream, wire)
    assert ended.how == "hung-up"
    assert isinstance(ended.problem, HungUp)
    assert stream.closed


def test_a_caller_that_is_gone_where_nobody_waits():
    stream = Parts(given=[b"x"] * 100)
    ended = send(stream, wire_that(lambda wire: wire.gone.set()))
    assert ended.how == "hung-up"


def breaks(wire):
    raise ConnectionResetError


def test_a_part_that_cannot_be_sent_has_nobody_to_go_to():
    assert send(Parts(), wire_that(breaks)).how == "hung-up"


@pytest.mark.parametrize(
    ("kind", "how"),
    [
        ("http.response.start", "hung-up"),
        ("end", "hung-up"),
    ],
)
def test_a_beginning_or_an_end_that_cannot_be_sent_too(kind, how):
    wire = Wire()

    def before(message):
        last = message["type"] == "http.response.body" and not message.get("more_body")
        if message["type"] == kind or (kind == "end" and last):
            raise ConnectionResetError

    wire.before = before
    assert send(Parts(), wire).how == how


@pytest.mark.parametrize("error", [Refused("source.moved", dataset="homes"), ValueError("data")])
def test_a_source_that_fails(error):
    stream, wire = Parts(given=[b"a", error]), Wire()
    ended = send(stream, wire)
    assert (ended.how, ended.problem) == ("failed", error)
    assert (wire.parts, wire.answer.whole) == ([b"a"], False)
