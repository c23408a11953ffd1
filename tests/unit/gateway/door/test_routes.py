"""Every route in one table: who may call it, and what nobody, a service or a stranger gets."""

import asyncio
import json

import pytest
from tests.gateways import SERVICE, Wire, ask, asking
from tests.town import ABSENT, DAY, DRY, GATEWAY, HOUR, MARK, NOW, home

from answerable.gateway.door.app import Access
from answerable.gateway.door.figures import Figures
from answerable.gateway.door.routes import Routes, Streams
from answerable.gateway.releases import verify_receipt
from answerable.model.agreement import Agreement
from answerable.model.base import moment_text
from answerable.model.exchange import ReleasesCounted

CALLERS = (None, SERVICE, "fire-retired", "police-desk", "council-desk")
OPEN = (200,) * 5
GUARDED = (401, 200, 401, 403, 403)
OWN = (401, 403, 401, 403, 200)
FULL, ASK = asking(subject=DRY), asking()

TABLE = [
    ("GET", "/health", "/health", None, Access.ANYONE, OPEN),
    ("GET", "/ready", "/ready", None, Access.ANYONE, OPEN),
    ("GET", "/metrics", "/metrics", None, Access.ANYONE, OPEN),
    ("GET", "/checkpoint", "/checkpoint", None, Access.ANYONE, OPEN),
    ("GET", "/releases/", "/releases/2026-03-01", None, Access.ANYONE, OPEN),
    ("GET", "/open/", "/open/rain.csv", None, Access.ANYONE, OPEN),
    ("POST", "/lookup", "/lookup", FULL, Access.SERVICE, GUARDED),
    ("POST", "/bulk", "/bulk", ASK, Access.SERVICE, GUARDED),
    ("POST", "/counts", "/counts", asking(columns=["ward"]), Access.SERVICE, GUARDED),
    ("GET", "/receipts/", "/receipts/{release}", None, Access.SERVICE, (401, 200, 401, 404, 200)),
    ("POST", "/about", "/about", {"dataset": "homes", "subject": DRY}, Access.OWN, OWN),
    ("GET", "/emergencies/", "/emergencies/2026-03-01", None, Access.OWN, OWN),
]
"""Method, path, path asked, body, access, and the status for each of `CALLERS`."""


def test_every_route_is_in_the_table(shared):
    routes = Routes(GATEWAY, shared.running.point, Figures(), Streams()).all()
    declared = {(route.method, route.path, route.access) for route in routes}
    assert declared == {(method, path, access) for method, path, _, _, access, _ in TABLE}


@pytest.mark.parametrize("place", range(len(CALLERS)), ids=[str(c) for c in CALLERS])
@pytest.mark.parametrize("row", TABLE, ids=[row[1] for row in TABLE])
def test_who_gets_what(shared, row, place):
    method, _, path, body, _, statuses = row
    release = shared.lookup().said["release"]
    answer = shared.ask(method, path.format(release=release), body, service=CALLERS[place])
    assert answer.status == statuses[place], answer.body
    assert answer.headers["cache-control"] == "no-store"
    assert answer.headers["x-content-type-options"] == "nosniff"
    if answer.status == 401:
        assert answer.headers["www-authenticate"] == "Bearer"
        assert MARK not in answer.body.decode()


WAYS = ("GET", "POST", "PUT", "DELETE", "HEAD", "OPTIONS", "get", "X" * 99)


@pytest.mark.parametrize("row", TABLE, ids=[row[1] for row in TABLE])
def test_a_route_is_asked_in_one_way(shared, row):
    for method in set(WAYS) - {row[0]}:
        answer = shared.ask(method, row[2].format(release=1), row[3], service=SERVICE)
        assert (answer.status, answer.code) == (405, "door.method")


# What each says.


def test_health_tells_how_much_is_believed(shared):
    said = shared.ask("GET", "/health").said
    believed = shared.running.mirror
    assert said == {
        "status": "ok",
        "entries": believed.size,
        "sealed_at": moment_text(believed.sealed_at),
    }


def test_a_gateway_without_a_fresh_register_is_alive_and_not_ready(gate):
    gate.later(40 * DAY)
    assert gate.ask("GET", "/health").status == 200
    answer = gate.ask("GET", "/ready")
    assert (answer.status, answer.refusals) == (503, ["request.stale"])


def test_the_day_counts_what_the_register_can_hold(gate):
    for _ in range(12):
        assert gate.lookup().status == 200
    gate.later(DAY)
    said = gate.ask("GET", "/releases/2026-03-02").said
    assert said.pop("v") == 2
    counted = ReleasesCounted.model_validate_json(json.dumps(said))
    (count,) = counted.counts
    assert (count.agreement, count.requests, count.rows) == ("plain", 10, 10)


@pytest.mark.parametrize("times", [9, 10])
def test_a_limit_is_named_once_it_decided_ten_answers(gate, times):
    for _ in range(times):
        assert gate.lookup(agreement="coarse").status == 200
    gate.lookup(agreement="coarse", purpose="curiosity")
    gate.later(DAY)
    given, refused = gate.ask("GET", "/releases/2026-03-02").said["counts"]
    limit = gate.running.mirror.state.get(Agreement, "coarse").limits[0].limit
    assert given["limits"] == ([limit] if times == 10 else [])
    assert (refused["requests"], refused["limits"]) == (None, [])
    assert len({given["commitment"], refused["commitment"]}) == 2


@pytest.mark.parametrize(
    ("name", "status", "code"),
    [
        ("2026-03-02", 404, "releases.day"),
        ("2999-01-01", 404, "releases.day"),
        ("yesterday", 400, "door.day"),
        ("", 400, "door.day"),
        ("2026-02-30", 400, "door.day"),
        ("0000-01-01", 400, "door.day"),
        ("2026-03-01 ", 400, "door.day"),
        ("٢٠٢٦-٠٣-٠١", 400, "door.day"),  # noqa: RUF001 - digits, but not ours
        ("9999-12-31", 404, "releases.day"),
    ],
)
def test_a_day_that_is_none_or_not_over(shared, name, status, code):
    answer = shared.ask("GET", f"/releases/{name}")
    assert (answer.status, answer.code) == (status, code)


def test_before_the_log_began_there_was_nothing(shared):
    said = shared.ask("GET", "/releases/0001-01-01").said
    assert (said["counts"], said["size"]) == ([], 0)


# Receipts.


def test_a_receipt_proves_the_release_to_whoever_has_the_key_of_the_log(shared):
    release = shared.lookup().said["release"]
    data = shared.ask("GET", f"/receipts/{release}", service=SERVICE).body
    seen = verify_receipt(data, [shared.running.point.log.verifier])
    assert (seen.index, seen.leaf["recipient"], seen.leaf["outcome"]) == (
        release,
        "fire",
        "allowed",
    )
    assert MARK not in data.decode()


def test_a_refusal_has_a_receipt_too(shared):
    release = shared.lookup(purpose="curiosity").said["release"]
    data = shared.ask("GET", f"/receipts/{release}", service=SERVICE).body
    seen = verify_receipt(data, [shared.running.point.log.verifier])
    assert (seen.leaf["outcome"], seen.leaf["codes"]) == ("refused", ["request.purpose"])


@pytest.mark.parametrize(
    "number", ["0", "", "-1", "1.0", "1e3", "+1", " 1", "99999", "9" * 15, "9" * 400, "٣", "²", "x"]
)
def test_what_is_no_release_of_theirs_has_no_receipt(shared, number):
    answer = shared.ask("GET", f"/receipts/{number}", service=SERVICE)
    assert (answer.status, answer.code) == (404, "door.receipt")


def test_open_data_has_a_receipt_for_nobody(shared):
    release = shared.ask("GET", "/open/rain.csv").headers["answerable-release"]
    assert shared.ask("GET", f"/receipts/{release}", service=SERVICE).status == 404


# Who looked, for those who were looked up, and for review.


def about(gate, subject=DRY, dataset="homes"):
    return gate.ask(
        "POST", "/about", {"dataset": dataset, "subject": subject}, service="council-desk"
    )


def test_a_person_can_be_told_who_looked(gate):
    release = gate.lookup(DRY, case="case-7").said["release"]
    gate.lookup(home(3))
    said = about(gate).said
    (found,) = said["releases"]
    assert found["release"] == release
    assert found["private"]["case"] == "case-7"
    assert found["recipient"] == "fire"
    assert about(gate, ABSENT).said["releases"] == []


def test_whoever_asks_who_looked_is_recorded_too(gate):
    first = about(gate).said["release"]
    leaf = gate.running.point.log.leaf(first)
    assert (leaf["recipient"], leaf["dataset"], leaf["rows"]) == ("council", "homes", 0)
    (found,) = about(gate).said["releases"]
    assert found["release"] == first
    assert MARK not in str(leaf)


@pytest.mark.parametrize(
    "dataset",
    [
        "homes",
        "mistress-quickly",
    ],
)
def test_no_name_of_the_callers_own_is_in_the_log(gate, dataset):
    said = about(gate, dataset=dataset).said
    leaf = gate.running.point.log.leaf(said["release"])
    assert leaf["dataset"] in ("homes", None)


def test_emergencies_are_listed_for_review(gate):
    person = {"person": f"{MARK} officer", "post": "Chief", "reason": "Water is in the street"}
    release = gate.lookup(home(2), agreement="glass", emergency=person).said["release"]
    gate.lookup(home(2), agreement="plain", emergency=person)
    said = gate.ask("GET", "/emergencies/2026-03-02", service="council-desk").said
    (found,) = said["releases"]
    assert (found["release"], found["private"]["emergency"]) == (release, person)
    later = gate.ask("GET", "/emergencies/2026-03-03", service="council-desk").said
    assert later["releases"] == []


@pytest.mark.parametrize("day", ["", "never", "2026-13-01"])
def test_a_review_begins_on_a_day(shared, day):
    answer = shared.ask("GET", f"/emergencies/{day}", service="council-desk")
    assert (answer.status, answer.code) == (400, "door.day")


# Open data.


def test_open_data_goes_to_anyone_and_only_what_was_opened(shared):
    answer = shared.ask("GET", "/open/rain.jsonl")
    rows = [json.loads(line) for line in answer.body.splitlines()]
    assert (len(rows), set(rows[0])) == (48, {"gauge", "read_at", "rain_mm"})
    assert answer.headers["content-type"] == "application/jsonl; charset=utf-8"
    assert shared.ended(int(answer.headers["answerable-release"])) == (48, "sent")
    leaf = shared.running.point.log.leaf(int(answer.headers["answerable-release"]))
    assert (leaf["dataset"], leaf["agreement"], leaf["recipient"]) == ("rain", None, None)


@pytest.mark.parametrize(
    ("name", "status", "code"),
    [
        ("homes.csv", 404, "request.dataset"),
        ("ledger.csv", 404, "request.dataset"),
        ("beds.csv", 404, "request.dataset"),
        ("nothing.csv", 404, "request.dataset"),
        (".csv", 404, "request.dataset"),
        ("rain.CSV", 400, "door.format"),
        ("rain.exe", 400, "door.format"),
        ("rain", 400, "door.format"),
        ("", 400, "door.format"),
    ],
)
def test_what_is_not_open_is_not_there(shared, name, status, code):
    shared.later()  # of strangers, only so many refusals of one second are listed
    answer = shared.ask("GET", f"/open/{name}")
    said = answer.refusals[0] if answer.refusals else answer.code
    assert (answer.status, said) == (status, code)
    assert MARK not in answer.body.decode()
    if answer.refusals:
        assert shared.last()["codes"] == ["request.dataset"]


def test_open_data_stops_when_the_register_is_too_old(gate):
    gate.later(32 * DAY)
    answer = gate.ask("GET", "/open/rain.csv")
    assert answer.status == 503
    assert "request.stale" in answer.refusals


# Whatever else comes with a request changes nothing.


def test_a_question_mark_and_an_accept_header_are_not_read(shared):
    usual = shared.lookup().said
    headers = [(b"accept", b"text/csv;q=1"), (b"x-forwarded-for", b"127.0.0.1")]
    answer = shared.ask("POST", "/lookup", FULL, service=SERVICE, headers=headers)
    assert {**answer.said, "release": 0} == {**usual, "release": 0}


def test_a_lookup_is_known_to_have_been_sent(shared):
    release = shared.lookup().said["release"]
    assert shared.ended(release) == (1, "sent")
    number = shared.counts("ward").said["release"]
    assert shared.ended(number) == (2, "sent")


PRIVATE = [
    ("POST", "/lookup", FULL, SERVICE, 1),
    ("POST", "/counts", asking(columns=["ward"]), SERVICE, 2),
    ("POST", "/about", {"dataset": "homes", "subject": DRY}, "council-desk", 0),
    ("GET", "/emergencies/2026-03-01", None, "council-desk", 0),
]


@pytest.mark.parametrize("last", [False, True], ids=["at the beginning", "before the end"])
@pytest.mark.parametrize("row", PRIVATE, ids=[row[1] for row in PRIVATE])
def test_a_caller_that_is_gone_before_its_answer_is_recorded_so(gate, row, last):
    method, path, said, service, rows = row
    wire = Wire(json.dumps(said).encode() if said else b"")

    def breaks(message):
        if not last or message["type"] == "http.response.body":
            raise ConnectionResetError

    wire.before = breaks
    asyncio.run(hears_nothing(gate, wire, method, path, service))
    log = gate.running.point.log
    [number] = [n for n in range(len(log)) if log.leaf(n).get("outcome") == "allowed"]
    assert gate.ended(number) == (rows, "hung-up")
    figures = gate.running.figures.text()
    assert b"answerable_hung_up_total 1.0" in figures
    assert b"answerable_refused_total{" not in figures


async def hears_nothing(gate, wire, method, path, service):
    scope = {"type": "http", "method": method, "path": path, "headers": gate.headers(service)}
    await gate.running.app(scope, wire.receive, wire.send)


def test_a_caller_that_is_gone_before_its_refusal_is_counted_so(gate):
    wire = Wire(json.dumps(asking(subject=DRY, purpose="curiosity")).encode())

    def breaks(message):
        raise ConnectionResetError

    wire.before = breaks
    asyncio.run(hears_nothing(gate, wire, "POST", "/lookup", SERVICE))
    assert gate.last()["codes"] == ["request.purpose"]
    assert b"answerable_hung_up_total 1.0" in gate.running.figures.text()


def test_figures_count_what_was_answered(gate):
    gate.lookup()
    gate.lookup(agreement="coarse", purpose="curiosity")
    gate.bulk()
    gate.counts("ward")
    text = gate.ask("GET", "/metrics").body.decode()
    for line in (
        'answerable_answered_total{pattern="lookup"} 1.0',
        'answerable_answered_total{pattern="bulk"} 1.0',
        'answerable_answered_total{pattern="aggregate"} 1.0',
        'answerable_rows_total{pattern="bulk"} 136.0',
        'answerable_refused_total{code="request.purpose"} 1.0',
        "answerable_register_fork 0.0",
    ):
        assert line in text.splitlines()


def test_a_service_may_ask_at_any_hour(gate):
    """A token is for a minute; the next is as good."""
    gate.clock.moment = NOW + 2 * HOUR
    gate.catch_up()
    assert gate.lookup().status == 200


def test_one_wire_is_one_request(shared):
    wire = Wire(json.dumps(FULL).encode())
    answer = shared.ask("POST", "/lookup", service=SERVICE, wire=wire)
    assert answer.whole
    assert [message["type"] for message in wire.sent] == [
        "http.response.start",
        "http.response.body",
    ]


def test_only_so_many_streams_of_open_data_at_once(gate):
    """Anyone may ask for them, and each holds a query open; a lookup goes through meanwhile."""
    app, path = gate.running.app, "/open/rain.csv"

    async def run():
        hold = asyncio.Event()
        held = [Wire() for _ in range(Streams().anyone)]
        for wire in held:
            wire.before = lambda _: hold.wait()
        streams = [asyncio.ensure_future(ask(app, "GET", path, wire=wire)) for wire in held]
        await asyncio.gather(*(wire.begun.wait() for wire in held))
        refused = await ask(app, "GET", path)
        looked_up = await ask(
            app, "POST", "/lookup", json.dumps(FULL).encode(), gate.headers(SERVICE)
        )
        hold.set()
        given = await asyncio.gather(*streams)
        after = await ask(app, "GET", path)
        return refused, looked_up, given, after

    refused, looked_up, given, after = asyncio.run(run())
    assert (refused[0], json.loads(refused[2])["code"]) == (503, "door.busy")
    assert refused[1]["retry-after"] == "60"
    assert looked_up[0] == 200
    assert {status for status, _, _ in given} == {200}
    assert after[2] == given[0][2]
