"""One request and its answer, over plain ASGI."""

import asyncio
import json

import pytest
from tests.gateways import Wire

from answerable.gateway.door.exchange import LONGEST, NOBODY, Exchange, HungUp
from answerable.gateway.errors import Declined, Unproved
from answerable.model.errors import Broken, Invalid
from answerable.model.request import Refusal

SCOPE = {"type": "http", "method": "POST", "path": "/lookup", "query_string": b"x=1", "headers": []}


def exchange(wire=None, headers=()):
    wire = wire or Wire()
    return Exchange({**SCOPE, "headers": list(headers)}, wire.receive, wire.send)


def told(act, wire=None):
    """Let an exchange act, and give what came."""
    wire = wire or Wire()
    asyncio.run(act(exchange(wire)))
    return wire.answer


def test_what_was_asked():
    asked = exchange(headers=[(b"accept", b"\xe9"), (b"x", b"1"), (b"x", b"2")])
    assert (asked.method, asked.path) == ("POST", "/lookup")
    assert asked.header(b"accept") == "\u00e9"
    assert asked.header(b"not-there") == ""
    with pytest.raises(Invalid, match=r"door\.header"):
        asked.header(b"x")
    assert asked.caller == NOBODY
    assert asked.begun is False


def body_of(*messages):
    given = iter(messages)

    async def receive():
        return next(given)

    asked = Exchange(SCOPE, receive, None)
    return asyncio.run(asked.body())


def part(data, *, more):
    return {"type": "http.request", "body": data, "more_body": more}


def test_a_body_is_put_together():
    assert body_of(part(b"", more=False)) == b""
    assert body_of({"type": "http.request"}) == b""
    assert body_of(part(b"a", more=True), part(b"", more=True), part(b"b", more=False)) == b"ab"
    assert len(body_of(part(b"x" * LONGEST, more=False))) == LONGEST


def test_a_body_that_is_too_long_is_read_no_further():
    half = part(b"x" * (LONGEST // 2 + 1), more=True)
    with pytest.raises(Invalid, match=r"door\.length"):
        body_of(half, half)  # and no message more: there is none


def test_a_body_that_drips_is_not_waited_for(monkeypatch):
    monkeypatch.setattr("answerable.gateway.door.exchange.PATIENCE", 0.05)

    async def receive():
        await asyncio.sleep(0.02)
        return part(b"a", more=True)

    with pytest.raises(Invalid, match=r"door\.slow"):
        asyncio.run(Exchange(SCOPE, receive, None).body())


def cancelled(*messages):
    """Cancel whoever waits for a body, at once; give what comes of it."""

    async def ask():
        async def receive():
            await asyncio.sleep(60)

        reading = asyncio.create_task(Exchange(SCOPE, receive, None).body())
        await asyncio.sleep(0)
        for message in messages:
            reading.cancel(message)
        await asyncio.wait([reading])
        return reading

    return asyncio.run(ask())


@pytest.mark.parametrize("messages", [[None], ["slow", None], [None, "slow"]])
def test_whoever_is_cancelled_while_a_body_comes_is_cancelled(messages):
    """Also if it is late at that very moment."""
    assert cancelled(*messages).cancelled()


def test_a_body_that_came_in_time_is_late_no_more(monkeypatch):
    monkeypatch.setattr("answerable.gateway.door.exchange.PATIENCE", 0.02)

    async def ask():
        async def receive():
            return part(b"a", more=False)

        assert await Exchange(SCOPE, receive, None).body() == b"a"
        await asyncio.sleep(0.05)
        return asyncio.current_task().cancelling()

    assert asyncio.run(ask()) == 0


@pytest.mark.parametrize("before", [[], [part(b"a", more=True)]])
def test_whoever_goes_away_asked_nothing(before):
    with pytest.raises(HungUp):
        body_of(*before, {"type": "http.disconnect"})


def test_a_caller_is_gone_when_it_says_so():
    wire = Wire(b"late")

    async def run():
        waits = asyncio.ensure_future(exchange(wire).gone())
        await asyncio.sleep(0)
        before = waits.done()
        wire.gone.set()
        await waits
        return before

    assert asyncio.run(run()) is False


def test_a_whole_answer():
    answer = told(lambda e: e.tell({"name": "\u00e9"}))
    assert (answer.status, answer.whole) == (200, True)
    assert answer.body == '{"name": "\u00e9"}'.encode()
    assert answer.headers == {
        "content-type": "application/json",
        "cache-control": "no-store",
        "x-content-type-options": "nosniff",
    }


def test_an_answer_in_parts():
    async def act(asked):
        await asked.begin(200, b"text/csv", [(b"answerable-release", b"7")])
        assert asked.begun
        await asked.part(b"a")
        await asked.part(b"b")
        await asked.end()

    wire = Wire()
    answer = told(act, wire)
    assert (answer.body, answer.whole, answer.headers["answerable-release"]) == (b"ab", True, "7")
    assert [m.get("more_body", False) for m in wire.sent[1:]] == [True, True, False]


def test_an_answer_without_its_end_is_none():
    async def act(asked):
        await asked.begin(200, b"text/csv", [])
        await asked.part(b"a")

    assert told(act).whole is False


@pytest.mark.parametrize(
    ("problem", "number", "header"),
    [
        (Unproved("token.missing"), 401, ("www-authenticate", "Bearer")),
        (Declined([Refusal(code="request.rate", by="often")]), 429, ("retry-after", "60")),
        (Broken("door.failed"), 503, ("cache-control", "no-store")),
    ],
)
def test_a_refusal_says_what_is_wrong(problem, number, header):
    answer = told(lambda e: e.refuse(problem))
    assert (answer.status, answer.headers["content-type"]) == (number, "application/problem+json")
    assert answer.headers[header[0]] == header[1]
    assert json.loads(answer.body)["code"] == problem.code
