"""The door: paths, methods, bodies and headers that are wrong, and what is never said."""

import asyncio
import io
import json
import logging
from itertools import product

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from tests.gateways import SERVICE, Wire, ask, asking
from tests.injections import INJECTIONS, UNSAYABLE
from tests.town import AUDIENCE, DRY, MARK, OPT_OUTS, OUT, home

from answerable.gateway import journal
from answerable.gateway.client import sign_token
from answerable.model.actor import Role
from answerable.model.errors import Broken
from answerable.model.text import en
from answerable.stages.share import WithdrawService

LONGEST = 65_536


def post(gate, body, *, path="/lookup", headers=(), service=SERVICE):
    gate.later()  # of strangers, only so many refusals of one second are listed
    return gate.ask("POST", path, body, service=service, headers=headers)


# Where, and how.


@pytest.mark.parametrize(
    "path",
    [
        "/",
        "",
        "//",
        "/lookups",
        "/lookup/",
        "/lookup/x",
        "//lookup",
        "/LOOKUP",
        "/health/x",
        "/open/rain/csv",
        "/releases/2026-03-01/x",
        "/../etc/passwd",
        "/" + "x" * 100_000,
        "/" + "/".join("x" * 1000),
        "*",
        "http://gateway.example/health",
    ],
)
def test_there_is_nothing_elsewhere(shared, path):
    shared.later()
    answer = shared.ask("GET", path)
    assert (answer.status, answer.code) == (404, "door.path")
    assert len(answer.body) < 300
    assert shared.last()["codes"] == ["door.path"]


def test_a_path_that_is_not_there_says_nothing_of_the_method(shared):
    assert shared.ask("DELETE", "/nowhere").status == 404


@pytest.mark.parametrize("kind", ["websocket", "lifespan", "something"])
def test_only_http_is_spoken(shared, kind):
    wire = Wire()
    asyncio.run(shared.running.app({"type": kind}, wire.receive, wire.send))
    assert wire.sent == []


# Who.


@pytest.mark.parametrize(
    ("headers", "status", "code"),
    [
        ([], 401, "token.missing"),
        ([(b"authorization", b"")], 401, "token.missing"),
        ([(b"authorization", b"Bearer")], 401, "token.missing"),
        ([(b"authorization", b"Bearer ")], 401, "token.missing"),
        ([(b"authorization", b"Basic dTpw")], 401, "token.missing"),
        ([(b"authorization", b"Bearer x")], 401, "token.form"),
        ([(b"authorization", b"Bearer \xff\xfe")], 401, "token.form"),
        ([(b"authorization", b"Bearer " + b"x" * 100_000)], 401, "token.form"),
        ([(b"authorization", b"Bearer x"), (b"authorization", b"Bearer x")], 400, "door.header"),
        ([(b"authorization", b""), (b"authorization", b"Bearer x")], 400, "door.header"),
    ],
)
def test_nobody_is_believed_without_a_token(shared, headers, status, code):
    answer = post(shared, asking(subject=DRY), service=None, headers=headers)
    assert (answer.status, answer.code) == (status, code)
    leaf = shared.last()
    assert (leaf["outcome"], leaf["codes"], leaf["by"]) == ("refused", [code], ["door"])
    assert (leaf["recipient"], leaf["agreement"], leaf["private"]) == (None, None, None)


def test_two_tokens_are_one_too_many(shared):
    headers = shared.headers()
    answer = post(shared, asking(subject=DRY), headers=headers)
    assert (answer.status, answer.code) == (400, "door.header")


@pytest.mark.parametrize("word", [b"bearer", b"Bearer", b"BEARER"])
def test_the_scheme_may_be_written_in_any_way(shared, word):
    header = (b"authorization", word + b" " + shared.token().encode())
    answer = shared.ask("POST", "/lookup", asking(subject=DRY), headers=[header])
    assert answer.status == 200


def test_a_token_counts_once_whatever_came_of_it(shared):
    headers = shared.headers()
    said = asking(subject=DRY, purpose="curiosity")
    assert shared.ask("POST", "/lookup", said, headers=headers).status == 403
    answer = shared.ask("POST", "/lookup", asking(subject=DRY), headers=headers)
    assert (answer.status, answer.code) == (401, "token.used")


def test_one_token_for_several_uses_is_numbered(shared):
    token = shared.token(uses=2).encode()

    def use(number):
        headers = [(b"authorization", b"Bearer " + token), (b"answerable-use", number)]
        return shared.ask("POST", "/lookup", asking(subject=DRY), headers=headers)

    assert [use(n).status for n in (b"1", b"2")] == [200, 200]
    assert [use(n).code for n in (b"1", b"2", b"3", b"x")] == [
        "token.used",
        "token.used",
        "token.use",
        "token.use",
    ]


def test_whoever_is_withdrawn_is_believed_no_more(gate):
    headers = gate.headers()
    gate.act(Role.OFFICER, "fire", WithdrawService(service=SERVICE, reason=en("It was stolen.")))
    answer = gate.ask("POST", "/lookup", asking(subject=DRY), headers=headers)
    assert (answer.status, answer.code) == (401, "token.key")


def test_a_clock_may_be_off_by_seconds_and_not_by_minutes(gate):
    for ahead, code in ((4, None), (120, "token.early"), (-30, None), (-70, "token.expired")):
        key = gate.town.keys[SERVICE]
        now = gate.clock.moment.fromtimestamp(gate.clock.moment.timestamp() + ahead, tz=None)
        token = sign_token(key, AUDIENCE, now)
        gate.running.app._callers._since = 0
        header = (b"authorization", f"Bearer {token}".encode())
        answer = gate.ask("POST", "/lookup", asking(subject=DRY), headers=[header])
        assert answer.said.get("code") == code


# What.

BAD = {
    "nothing": (b"", "field.json"),
    "no JSON": (b"{", "field.json"),
    "half of it": (b'{"agreement": "pl', "field.json"),
    "not UTF-8": (b'{"agreement": "\xff"}', "field.json"),
    "a mark at the start": (b"\xef\xbb\xbf{}", "field.json"),
    "deep": (b"[" * 50_000, "field.json"),
    "a number that is none": (b'{"agreement": NaN}', None),
    "a list": (b"[]", "field.wrong"),
    "a text": (b'"plain"', "field.wrong"),
    "null": (b"null", "field.wrong"),
    "half a character": (b'{"subject": "\\ud800"}', "field.json"),
}


@pytest.mark.parametrize("path", ["/lookup", "/bulk", "/counts"])
@pytest.mark.parametrize("name", BAD)
def test_what_cannot_be_read_is_refused(shared, name, path):
    body, code = BAD[name]
    answer = post(shared, body, path=path)
    assert (answer.status, answer.code) == (400, "request.invalid")
    if code:
        assert [fault["code"] for fault in answer.said["faults"]] == [code]
    leaf = shared.last()
    assert (leaf["codes"], leaf["recipient"]) == (["request.invalid"], "fire")


ODD = [
    ({"subject": None}, "subject", "field.wrong"),
    ({"subject": 7}, "subject", "field.wrong"),
    ({"subject": [DRY, home(2)]}, "subject", "field.wrong"),
    ({"subject": ""}, "subject", "field.short"),
    ({"subject": "x" * 201}, "subject", "field.long"),
    ({"subject": f"{DRY}\0"}, "subject", "field.pattern"),
    ({"subject": f"{DRY}\n"}, "subject", "field.pattern"),
    ({"subject": f"\x1b[31m{DRY}"}, "subject", "field.pattern"),
    ({"subject": ...}, "subject", "field.missing"),
    ({"case": f"{MARK}\x7f"}, "case", "field.pattern"),
    ({"case": {}}, "case", "field.wrong"),
    ({"agreement": "Plain"}, "agreement", "field.pattern"),
    ({"agreement": ...}, "agreement", "field.missing"),
    ({"agreement": "x" * 65}, "agreement", "field.long"),
    ({"purpose": "to rescue"}, "purpose", "field.pattern"),
    ({"purpose": True}, "purpose", "field.wrong"),
    ({"columns": []}, "columns", "field.short"),
    ({"columns": "address"}, "columns", "field.wrong"),
    ({"columns": ["address", "address"]}, "columns", "request.twice"),
    ({"columns": ["Address"]}, "columns.0", "field.pattern"),
    ({"columns": ["address", None]}, "columns.1", "field.wrong"),
    ({"columns": [f"c{number}" for number in range(201)]}, "columns", "field.long"),
    ({"emergency": True}, "emergency", "field.wrong"),
    ({"emergency": {}}, "emergency.person", "field.missing"),
    (
        {"emergency": {"person": MARK, "post": "Chief", "reason": "short"}},
        "emergency.reason",
        "field.short",
    ),
]


@pytest.mark.parametrize(("said", "field", "code"), ODD)
def test_every_field_that_is_wrong_is_named_and_no_value(shared, said, field, code):
    answer = post(shared, asking(**{"subject": DRY, **said}))
    assert (answer.status, answer.code) == (400, "request.invalid")
    found = {fault["field"]: fault["code"] for fault in answer.said["faults"]}
    assert found.get(field) == code
    assert MARK not in answer.body.decode()
    assert all(fault["says"] and fault["remedy"] for fault in answer.said["faults"])


def test_all_that_is_wrong_is_said_at_once(shared):
    answer = post(shared, {"agreement": 1, "purpose": "", "columns": [], "subject": "\0"})
    fields = [fault["field"] for fault in answer.said["faults"]]
    assert fields == ["agreement", "purpose", "columns", "subject"]


@pytest.mark.parametrize("said", [{"subject": DRY}, {"case": "c"}, {"columns": {}}, {"limit": 1}])
@pytest.mark.parametrize("path", ["/bulk", "/counts"])
def test_what_is_for_another_route_is_unknown_here(shared, path, said):
    assert post(shared, asking(**said), path=path).status == 400


@pytest.mark.parametrize(
    "name",
    [f"{MARK} lives here"],
)
def test_the_name_of_an_unknown_field_is_not_repeated(shared, name):
    answer = post(shared, asking(**{"subject": DRY, name: 1}))
    assert answer.status == 400
    assert name not in answer.body.decode()


def test_a_million_subjects_are_too_long(shared):
    subjects = b",".join([f'"{DRY}"'.encode()] * 1_000_000)
    answer = post(shared, b'{"subject": [%b]}' % subjects)
    assert (answer.status, answer.code) == (413, "door.length")
    assert shared.last()["codes"] == ["door.length"]


@pytest.mark.parametrize(("more", "status"), [(0, 200), (1, 413)])
def test_the_limit_is_64_kib_exactly(shared, more, status):
    said = json.dumps(asking(subject=DRY)).encode()
    assert post(shared, said.ljust(LONGEST + more)).status == status


def test_a_body_that_was_cut_short_is_nobodys_request(gate):
    body = json.dumps(asking(subject=DRY)).encode()
    wire = Wire(body, cut=True)
    asyncio.run(ask_with(gate, wire))
    assert wire.sent == []
    assert gate.running.figures.hung_up._value.get() == 1
    assert not gate.leaves()


async def ask_with(gate, wire):
    scope = {"type": "http", "method": "POST", "path": "/lookup", "headers": gate.headers()}
    await gate.running.app(scope, wire.receive, wire.send)


def test_a_body_may_come_in_parts(shared):
    wire = Wire()
    parts = [bytes([byte]) for byte in json.dumps(asking(subject=DRY)).encode()]
    messages = iter(parts)

    async def receive():
        part = next(messages, None)
        return {"type": "http.request", "body": part or b"", "more_body": part is not None}

    wire.receive = receive
    asyncio.run(ask_with(shared, wire))
    assert wire.answer.status == 200


# What breaks inside is told without data.


def test_what_goes_wrong_inside_shows_nothing(gate, monkeypatch):
    lines = listening(gate)

    async def breaks(point, caller, ask, *more):
        raise ZeroDivisionError(f"{ask.subject} of {MARK}")

    monkeypatch.setattr("answerable.gateway.door.routes.lookup", breaks)
    answer = gate.lookup()
    assert (answer.status, answer.code) == (503, "door.failed")
    assert MARK not in answer.body.decode() + lines.getvalue()
    assert gate.last()["codes"] == ["door.failed"]
    assert '"kind": "ZeroDivisionError"' in lines.getvalue()


def test_nothing_is_given_that_could_not_be_recorded(gate, monkeypatch):
    async def full(*said):
        raise Broken("store.full", path="releases.jsonl")

    monkeypatch.setattr(type(gate.running.point.log), "recorded", full)
    for answer in (
        gate.lookup(),
        gate.bulk(),
        gate.counts("ward"),
        gate.ask("GET", "/open/rain.csv"),
    ):
        assert (answer.status, answer.code) == (503, "store.full")
        assert MARK not in answer.body.decode()
    refused = gate.lookup(purpose="curiosity")
    assert refused.status == 503


def listening(gate):
    """Let the journal write where a test can read it."""
    lines = io.StringIO()
    writes = logging.StreamHandler(lines)
    writes.setFormatter(journal.Lines(gate.clock.now))
    logging.getLogger(journal.LOGGER).addHandler(writes)
    return lines


# Text that has broken programs.

TEXTS = [*INJECTIONS, *(text for text in UNSAYABLE if text.isprintable() or "\0" in text)]
BODIES = [
    *(("/lookup", field) for field in ("subject", "case", "person", "reason", "post")),
    *product(("/lookup", "/bulk", "/counts"), ("purpose", "agreement", "columns")),
    ("/bulk", "format"),
]


def injected(field, text):
    """Give what is asked with a text in a field."""
    match field:
        case "columns":
            return asking(subject=DRY, columns=[text])
        case "person" | "reason":
            usual = {
                "person": MARK,
                "post": "Chief officer",
                "reason": "The river is in the street",
            }
            return asking(subject=DRY, emergency={**usual, field: text})
        case "post":
            return asking(subject=DRY, emergency={"person": MARK, "post": text, "reason": text})
        case _:
            return asking(**{"subject": DRY, field: text})


def contents(gate):
    """Give everything that must not change."""
    point = gate.running.point
    return gate.homes.read_bytes(), point.vault.members([OPT_OUTS]), point.vault.opens(OPT_OUTS)


def calm(answer, text):
    assert answer.status in (200, 400, 401, 403, 404, 405, 413), answer.body
    if answer.status != 200 and len(text) > 3:
        said = answer.body.decode()
        assert text not in said
        assert json.dumps(text)[1:-1] not in said


@pytest.mark.parametrize(("path", "field"), BODIES)
def test_texts_in_a_body_are_what_they_are(shared, path, field):
    before = contents(shared)
    for text in TEXTS:
        said = injected(field, text)
        if path != "/lookup":
            del said["subject"]
        calm(shared.ask("POST", path, said, service=SERVICE), text)
    assert contents(shared) == before


def test_nobody_is_found_by_a_text_that_is_no_reference(shared):
    for text in TEXTS:
        answer = shared.lookup(text)
        assert answer.status == 400 or answer.said["rows"] == []


@pytest.mark.parametrize(
    "path",
    [
        *("/open/{}", "/open/{}.csv", "/open/rain.{}"),
        *("/releases/{}", "/receipts/{}", "/emergencies/{}"),
    ],
)
def test_texts_in_a_path_are_what_they_are(shared, path):
    before = contents(shared)
    for text in TEXTS:
        calm(shared.ask("GET", path.format(text), service="council-desk"), text)
    assert contents(shared) == before


@pytest.mark.parametrize("field", ["dataset", "subject"])
def test_texts_about_whom_is_asked_are_what_they_are(shared, field):
    before = contents(shared)
    for text in TEXTS:
        said = {"dataset": "homes", "subject": DRY, field: text}
        calm(shared.ask("POST", "/about", said, service="council-desk"), text)
    assert contents(shared) == before


@pytest.mark.parametrize("name", [b"authorization", b"answerable-use"])
def test_texts_in_a_header_are_what_they_are(shared, name):
    for text in TEXTS:
        headers = [] if name == b"authorization" else shared.headers()
        header = (name, text.encode("utf-8", "surrogatepass"))
        answer = shared.ask("POST", "/lookup", asking(subject=DRY), headers=[*headers, header])
        calm(answer, text)
        assert answer.status == (401 if text else 401 if name == b"authorization" else 200)


@pytest.mark.parametrize("claim", ["jti", "aud", "kid", "sub", "iss"])
def test_texts_in_a_token_are_what_they_are(shared, claim):
    key = shared.town.keys[SERVICE]
    private = Ed25519PrivateKey.from_private_bytes(key.seed)
    second = int(shared.clock.moment.timestamp())
    for number, text in enumerate(TEXTS):
        said = {"aud": AUDIENCE, "iat": second, "exp": second + 60, "jti": f"{claim}-{number:08}"}
        head = {"kid": key.id}
        if claim == "kid":
            head["kid"] = text
        else:
            said[claim] = text
        token = jwt.encode(said, private, algorithm="EdDSA", headers=head)
        header = (b"authorization", f"Bearer {token}".encode())
        calm(shared.ask("POST", "/lookup", asking(subject=DRY), headers=[header]), text)


# Canaries: nothing about a person is anywhere but in the answer to whoever may have it.


def test_nothing_about_a_person_is_where_it_does_not_belong(gate):
    lines = listening(gate)
    said = {
        "subject": DRY,
        "case": f"{MARK} case",
        "emergency": {
            "person": f"{MARK} officer",
            "post": "Chief officer",
            "reason": f"{MARK} is in the water",
        },
    }
    answers = [
        gate.lookup(**{**said, **change})
        for change in (
            {"purpose": "curiosity"},
            {"columns": ["note"]},
            {"columns": [MARK]},
            {"agreement": MARK},
            {"agreement": "over"},
            {"agreement": "in-a-warning"},
            {"service": "police-desk"},
            {"service": "fire-retired"},
            {"subject": f"{DRY}\n"},
            {"subject": ["x", DRY]},
            {"case": [f"{MARK}"]},
        )
    ]
    answers += [
        gate.ask("GET", f"/{MARK}"),
        gate.ask("GET", f"/open/{MARK}.csv"),
        gate.ask("GET", f"/open/rain.{MARK}"),
        gate.ask("GET", f"/releases/{MARK}"),
        gate.ask("GET", f"/receipts/{MARK}", service=SERVICE),
        gate.ask("GET", "/health"),
        gate.ask("GET", "/open/ledger.csv"),
    ]
    assert all(answer.status != 200 for answer in answers[:11])
    allowed = gate.lookup(**said)
    assert allowed.said["rows"][0]["address"].count(MARK) == 1
    assert gate.lookup(**{**said, "agreement": "glass"}).said["emergency"]
    release = allowed.said["release"]
    gate.later()
    answers += [
        gate.ask("GET", "/metrics"),
        gate.ask("GET", "/checkpoint"),
        gate.ask("GET", f"/receipts/{release}", service=SERVICE),
        gate.ask("GET", f"/receipts/{release}", service="police-desk"),
    ]
    gate.later(gate.clock.moment.replace(hour=0) - gate.clock.moment.replace(hour=0, day=1))
    answers.append(gate.ask("GET", "/releases/2026-03-02"))
    gate.bulk()
    gate.counts("ward")
    for answer in answers:
        assert MARK not in answer.body.decode(), answer.body
        assert MARK not in str(answer.headers)
    assert MARK not in lines.getvalue()
    assert lines.getvalue().count("refused") >= 11
    releases = gate.folder / "state/releases"
    gate.running.close()
    for path in releases.iterdir():
        if path.name != "private.sqlite3":
            assert MARK.encode() not in path.read_bytes(), path.name
    gate.running = gate._start()


def test_no_error_of_the_gateway_shows_who_was_asked_about(gate, monkeypatch):
    problems = []
    refuse = type(gate.running.app)._refuse

    async def noted(app, exchange, problem):
        problems.append(problem)
        await refuse(app, exchange, problem)

    monkeypatch.setattr(type(gate.running.app), "_refuse", noted)
    gate.lookup(purpose="curiosity")
    gate.lookup(f"{DRY}\n")
    gate.lookup(agreement=MARK)
    gate.lookup(columns=[f"{MARK}_{MARK}"])
    gate.homes.unlink()
    gate.bulk()
    gate.counts("ward")
    assert len(problems) == 6
    for problem in problems:
        assert MARK not in f"{problem!r} {problem} {problem.params}"
        assert problem.__cause__ is None


def test_the_private_half_says_what_was_asked(gate):
    gate.lookup(DRY, case=f"{MARK} case")
    (found,) = gate.running.point.log.about("homes", DRY)
    assert found.private == {
        "service": SERVICE,
        "subject": DRY,
        "columns": ["address", "need"],
        "case": f"{MARK} case",
    }
    assert gate.running.point.log.about("homes", OUT) == []


def test_a_refusal_of_a_stranger_has_no_private_half(gate):
    gate.ask("GET", "/nowhere")
    assert gate.last()["private"] is None


def test_names_that_nobody_knows_are_not_in_the_log(gate):
    gate.lookup(agreement="a-name-of-mine", purpose="a_purpose_of_mine")
    leaf = gate.last()
    assert (leaf["agreement"], leaf["dataset"], leaf["purpose"]) == (None, None, None)
    assert leaf["codes"] == ["request.agreement"]


def test_the_answer_to_ask_is_three_things(shared):
    status, headers, body = asyncio.run(ask(shared.running.app, "GET", "/health"))
    assert (status, headers["content-type"]) == (200, "application/json")
    assert json.loads(body)["status"] == "ok"
