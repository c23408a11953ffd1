"""Who is believed, and who is not: one row for each way to be wrong."""

import base64
import hashlib
import hmac
import json
from datetime import UTC, datetime, timedelta

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from tests.golden.examples import key

from answerable.gateway.callers import MOST_USES, Caller, Callers
from answerable.gateway.client import sign_token
from answerable.gateway.errors import Unproved
from answerable.model.exchange import RecipientService
from answerable.model.state import Builder
from answerable.model.text import en

NOW = datetime(2026, 6, 1, 9, tzinfo=UTC)
SECOND = timedelta(seconds=1)
AUDIENCE = "register.example/health-gateway"
OWN = key("fire-control")
CLAIMS = {
    "aud": AUDIENCE,
    "iat": int(NOW.timestamp()),
    "exp": int(NOW.timestamp()) + 60,
    "jti": "once-only",
}


def service(name="fire-control", signs=OWN, **changes):
    usual = {
        "entry": 3,
        "at": NOW,
        "service": name,
        "title": en("Control room"),
        "public_key": signs.public,
        "organisation": "fire",
    }
    return RecipientService(**{**usual, **changes})


def register(*services):
    state = Builder()
    for each in services:
        state.put(each)
    return state


STATE = register(service())


@pytest.fixture
def callers():
    return Callers(AUDIENCE, NOW - timedelta(hours=1))


def signed(claims=None, *, signs=OWN, algorithm="EdDSA", headers=None, **changes):
    private = Ed25519PrivateKey.from_private_bytes(signs.seed)
    said = {**(CLAIMS if claims is None else claims), **changes}
    said = {name: value for name, value in said.items() if value is not ...}
    return jwt.encode(said, private, algorithm, headers={"kid": signs.id, **(headers or {})})


def raw(header, payload, signature=b""):
    parts = (json.dumps(header).encode(), json.dumps(payload).encode(), signature)
    return ".".join(base64.urlsafe_b64encode(part).rstrip(b"=").decode() for part in parts)


def confused():
    """Signed with the public key as if it were a shared secret (CVE-2015-9235)."""
    header = {"alg": "HS256", "typ": "JWT", "kid": OWN.id}
    text = raw(header, CLAIMS).rpartition(".")[0]
    mac = hmac.digest(base64.b64decode(OWN.public), text.encode(), hashlib.sha256)
    return f"{text}.{base64.urlsafe_b64encode(mac).rstrip(b'=').decode()}"


def test_a_service_is_believed_once(callers):
    token = signed()
    assert callers.prove(token, "", STATE, NOW) == Caller("fire-control", "fire")
    with pytest.raises(Unproved, match=r"token\.used"):
        callers.prove(token, "", STATE, NOW)


def test_our_own_client_signs_what_is_believed(callers):
    token = sign_token(OWN, AUDIENCE, NOW)
    assert callers.prove(token, "", STATE, NOW).service == "fire-control"


FORGED = {
    "nothing": ("", "token.form"),
    "no token": ("a.b.c", "token.form"),
    "a very long one": ("a" * 5000, "token.form"),
    "deep nonsense": ("[" * 3000, "token.form"),
    "no signature": (raw({"alg": "EdDSA", "kid": OWN.id}, CLAIMS), "token.key"),
    "algorithm none": (raw({"alg": "none", "kid": OWN.id}, CLAIMS), "token.form"),
    "the public key as a secret": (confused(), "token.form"),
    "no name of a key": (raw({"alg": "EdDSA"}, CLAIMS), "token.form"),
    "a number for a key": (raw({"alg": "EdDSA", "kid": 7}, CLAIMS), "token.form"),
    "a key that nobody listed": (signed(signs=key("stranger")), "token.key"),
    "by a stranger in our name": (
        signed(signs=key("stranger"), headers={"kid": OWN.id}),
        "token.key",
    ),
    "for another gateway": (signed(aud="register.example/council-gateway"), "token.audience"),
    "for several": (signed(aud=[AUDIENCE, "another"]), "token.audience"),
    "for nobody": (signed(aud=...), "token.claim"),
    "without an id": (signed(jti=...), "token.claim"),
    "without an end": (signed(exp=...), "token.claim"),
    "without a beginning": (signed(iat=...), "token.claim"),
    "an id that is no text": (signed(jti=12345678), "token.form"),
    "a short id": (signed(jti="1234567"), "token.id"),
    "a long id": (signed(jti="1" * 65), "token.id"),
    "a beginning that is a fraction": (signed(iat=CLAIMS["iat"] + 0.5), "token.claim"),
    "a beginning that is text": (signed(iat="yesterday"), "token.claim"),
    "an end that is true": (signed(exp=True), "token.claim"),
    "an end out of any range": (signed(exp=10**15), "token.claim"),
    "good for two minutes": (signed(exp=CLAIMS["iat"] + 120), "token.long"),
    "good for 61 seconds": (signed(exp=CLAIMS["iat"] + 61), "token.long"),
    "good for no time": (signed(exp=CLAIMS["iat"]), "token.long"),
    "good before it began": (signed(exp=CLAIMS["iat"] - 10), "token.long"),
    "good for too many uses": (signed(uses=MOST_USES + 1), "token.uses"),
    "good for no use": (signed(uses=0), "token.uses"),
    "good for some uses": (signed(uses="some"), "token.uses"),
    "good for true uses": (signed(uses=True), "token.uses"),
}


@pytest.mark.parametrize(("token", "code"), FORGED.values(), ids=FORGED)
def test_nobody_else_is_believed(callers, token, code):
    with pytest.raises(Unproved) as refused:
        callers.prove(token, "", STATE, NOW)
    assert refused.value.code == code


@pytest.mark.parametrize(
    ("later", "code"),
    [
        (timedelta(0), None),
        (59 * SECOND, None),
        (60 * SECOND, "token.expired"),
        (timedelta(minutes=5), "token.expired"),
        (-5 * SECOND, None),
        (-6 * SECOND, "token.early"),
        (-timedelta(minutes=3), "token.early"),
    ],
)
def test_clocks_that_are_off(callers, later, code):
    if code is None:
        assert callers.prove(signed(), "", STATE, NOW + later)
        return
    with pytest.raises(Unproved) as refused:
        callers.prove(signed(), "", STATE, NOW + later)
    assert refused.value.code == code


def test_a_token_from_before_the_last_start_is_refused():
    with pytest.raises(Unproved, match=r"token\.restart"):
        Callers(AUDIENCE, NOW + SECOND).prove(signed(), "", STATE, NOW + SECOND)


def test_an_id_counts_once_even_in_another_token(callers):
    callers.prove(signed(), "", STATE, NOW)
    with pytest.raises(Unproved, match=r"token\.used"):
        callers.prove(signed(exp=CLAIMS["exp"] - 1), "", STATE, NOW)


def test_two_services_may_choose_the_same_id(callers):
    state = register(service(), service("health-desk", key("stranger"), organisation="health"))
    assert callers.prove(signed(), "", state, NOW).organisation == "fire"
    assert callers.prove(signed(signs=key("stranger")), "", state, NOW).organisation == "health"


def test_a_withdrawn_service_is_believed_no_more_even_with_a_token_half_used(callers):
    token = signed(uses=2)
    callers.prove(token, "1", STATE, NOW)
    with pytest.raises(Unproved, match=r"token\.key"):
        callers.prove(token, "2", register(service(withdrawn=True)), NOW)


def test_each_numbered_use_counts_once(callers):
    token = signed(uses=3)
    for use in ("2", "1", "3"):
        callers.prove(token, use, STATE, NOW)
    for use in ("1", "", "3"):
        with pytest.raises(Unproved, match=r"token\.used"):
            callers.prove(token, use, STATE, NOW)


@pytest.mark.parametrize("use", ["0", "4", "-1", "1.0", "two", "\u0661", "99999", "1 ", "+1"])
def test_a_use_that_is_not_a_number_in_range(callers, use):
    with pytest.raises(Unproved, match=r"token\.use\("):
        callers.prove(signed(uses=3), use, STATE, NOW)


def test_a_used_token_stays_used_until_it_is_over(callers):
    """What is let go of to save memory is never something that could be used again."""
    first = signed()
    callers.prove(first, "", STATE, NOW)
    for number in range(2500):
        moment = NOW + timedelta(seconds=number // 50)
        claims = {"iat": int(moment.timestamp()), "exp": int(moment.timestamp()) + 5}
        callers.prove(signed(jti=f"number-{number}", **claims), "", STATE, moment)
    with pytest.raises(Unproved, match=r"token\.used"):
        callers.prove(first, "", STATE, NOW + 50 * SECOND)
