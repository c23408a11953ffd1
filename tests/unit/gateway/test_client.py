"""How a service asks: against the door itself, with a connection that is none."""

import asyncio
import io
import json
from http.client import HTTPResponse, IncompleteRead

import jwt
import pytest
from tests.gateways import Wire, ask, asking
from tests.town import AUDIENCE, DRY, GATEWAY, MARK, home

from answerable.gateway.client import Answered, Client, sign_token
from answerable.gateway.releases import verify_receipt
from answerable.model.errors import Broken


class Pipe:
    """As much of a connection as a client needs, with a gateway at its end."""

    def __init__(self, gate):
        self._gate = gate
        self.closed = False

    def request(self, method, path, body, headers):
        self.asked = (method, path, headers)
        sent = [(name.lower().encode(), value.encode()) for name, value in headers.items()]
        wire = Wire(body or b"")
        asyncio.run(ask(self._gate.running.app, method, path, headers=sent, wire=wire))
        self.answer = wire.answer

    def getresponse(self):
        answer = self.answer
        head = f"HTTP/1.1 {answer.status} .\r\ncontent-length: {len(answer.body)}\r\n\r\n"
        return response(head.encode() + answer.body)

    def close(self):
        self.closed = True


def response(data):
    class Socket:
        def makefile(self, mode):
            return io.BytesIO(data)

    made = HTTPResponse(Socket())
    made.begin()
    return made


@pytest.fixture
def client(shared, monkeypatch):
    """A client of fire control, and every connection it made."""
    made = Client(
        "https://gateway.example/", AUDIENCE, shared.town.keys["fire-control"], shared.clock.now
    )
    made.pipes = []

    def connect():
        made.pipes.append(Pipe(shared))
        return made.pipes[-1]

    monkeypatch.setattr(made, "_connect", connect)
    return made


def test_a_lookup(client):
    said = client.lookup(**asking(subject=DRY))
    assert said["rows"] == [{"address": f"1 {MARK} lane", "need": "chair"}]


def test_counts(client):
    assert client.counts(**asking(columns=["ward"]))["counts"] == [["north", 73], ["south", 61]]


def test_bulk_in_parts(client):
    body = b"".join(client.bulk(**asking(format="jsonl")))
    assert len(body.splitlines()) == 136


def test_open_data_needs_no_token(client):
    assert b"".join(client.open("rain")).startswith(b"gauge,read_at,rain_mm")
    assert "Authorization" not in client.pipes[-1].asked[2]


def test_a_day_and_a_receipt(client, shared):
    assert client.day("2026-03-01")["gateway"] == GATEWAY
    release = client.lookup(**asking(subject=home(3)))["release"]
    seen = verify_receipt(client.receipt(release), [shared.running.point.log.verifier])
    assert seen.index == release


def test_every_request_has_a_token_of_its_own(client):
    for _ in range(2):
        client.lookup(**asking(subject=DRY))
    first, second = (pipe.asked[2]["Authorization"] for pipe in client.pipes)
    assert first != second
    assert all(pipe.closed for pipe in client.pipes)


def test_a_refusal_says_why(client):
    with pytest.raises(Answered) as caught:
        client.lookup(**asking(subject=DRY, purpose="curiosity"))
    refused = caught.value
    assert (refused.status, refused.code) == (403, "request.declined")
    assert refused.said["refusals"][0]["code"] == "request.purpose"
    assert client.pipes[-1].closed
    with pytest.raises(Answered, match=r"request\.declined"):
        list(client.open("homes"))
    with pytest.raises(Answered, match=r"door\.receipt"):
        client.receipt(10**9)


def test_names_in_a_path_stay_names(client):
    with pytest.raises(Answered) as caught:
        list(client.open("../lookup?x=1#", "csv"))
    assert caught.value.status == 404
    assert client.pipes[-1].asked[1].startswith("/open/../lookup%3Fx%3D1%23.csv")


@pytest.mark.parametrize("body", [b"", b"<html>", b"[]", b"null", b"\xff"])
def test_a_refusal_of_something_else_is_one_too(client, monkeypatch, body):
    head = f"HTTP/1.1 502 .\r\ncontent-length: {len(body)}\r\n\r\n".encode()
    monkeypatch.setattr(Pipe, "getresponse", lambda pipe: response(head + body))
    with pytest.raises(Answered) as caught:
        client.lookup(**asking(subject=DRY))
    assert (caught.value.status, caught.value.code) == (502, "door.failed")


@pytest.mark.parametrize("error", [ConnectionRefusedError(), TimeoutError(), IncompleteRead(b"")])
def test_a_gateway_that_cannot_be_reached(client, monkeypatch, error):
    def fails(*said):
        raise error

    monkeypatch.setattr(Pipe, "request", fails)
    with pytest.raises(Broken, match=r"client\.unreachable"):
        client.lookup(**asking(subject=DRY))
    assert client.pipes[-1].closed


def test_an_answer_that_is_cut_is_none(client, monkeypatch):
    whole = Pipe.getresponse

    def cut(pipe):
        answer = pipe.answer
        head = b"HTTP/1.1 200 .\r\ntransfer-encoding: chunked\r\n\r\n"
        return response(head + b"%x\r\n" % len(answer.body) + answer.body)

    monkeypatch.setattr(Pipe, "getresponse", cut)
    with pytest.raises(Broken, match=r"client\.cut"):
        list(client.open("rain"))
    monkeypatch.setattr(Pipe, "getresponse", whole)
    assert list(client.open("rain"))


def test_whose_data_it_is_may_ask_who_looked(shared, client, monkeypatch):
    own = Client(
        "http://gateway.example", AUDIENCE, shared.town.keys["council-desk"], shared.clock.now
    )
    monkeypatch.setattr(own, "_connect", client._connect)
    release = client.lookup(**asking(subject=home(9)))["release"]
    assert [found["release"] for found in own.about("homes", home(9))] == [release]
    assert own.emergencies("2026-03-01") == []
    with pytest.raises(Answered, match=r"door\.own"):
        client.about("homes", home(9))


def test_a_token_is_for_one_use_unless_it_says_so(shared):
    key, now = shared.town.keys["fire-control"], shared.clock.now()
    one, many = (sign_token(key, AUDIENCE, now, **how) for how in ({}, {"uses": 9, "seconds": 7}))
    claims = [jwt.decode(token, options={"verify_signature": False}) for token in (one, many)]
    assert "uses" not in claims[0]
    assert claims[1]["uses"] == 9
    assert [said["exp"] - said["iat"] for said in claims] == [60, 7]
    assert claims[0]["jti"] != claims[1]["jti"]
    assert jwt.get_unverified_header(one)["kid"] == key.id


def test_the_secret_of_a_key_is_not_in_a_token(shared):
    key = shared.town.keys["fire-control"]
    token = sign_token(key, AUDIENCE, shared.clock.now())
    assert key.seed.hex() not in token
    assert json.dumps(token)
