"""Who asks: a service proves itself on every request with a token it signed a moment ago.

A token is a JSON Web Token (RFC 7519, RFC 8725) signed with EdDSA (RFC 8037). Its header names the
key (``kid``); its claims say for which gateway it is (``aud``), from when to when (``iat``,
``exp``, at most a minute), and under which id (``jti``), which counts once. A service that asks
often may sign one token for several uses (``uses``), each numbered by the caller and counted once.
"""

from collections import OrderedDict
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

import jwt
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from jwt.types import Options

from answerable.gateway.errors import Unproved
from answerable.model.exchange import RecipientService
from answerable.model.signing import key_bytes, key_id
from answerable.model.state import State

LONGEST: Final = 60
"""Seconds for which a token may be good."""

MOST_USES: Final = 1000

_LEEWAY = 5
"""Seconds by which the clock of a caller may be ahead of ours."""

_MOST_BYTES = 4096
_OPTIONS: Options = {
    "require": ["aud", "exp", "iat", "jti"],
    "strict_aud": True,
    "verify_exp": False,
    "verify_iat": False,
    "verify_nbf": False,
}


@dataclass(frozen=True, slots=True)
class Caller:
    """A service that proved who it is."""

    service: str
    organisation: str


@dataclass(slots=True)
class _Token:
    """A token whose signature was checked.

    Attributes:
        used: the numbers that were used.
    """

    caller: Caller
    key: str
    uses: int
    issued: int
    expires: int
    used: set[int] = field(default_factory=set)


class Callers:
    """Checks tokens against the keys in the register, and remembers what was used."""

    def __init__(self, audience: str, since: datetime) -> None:
        """Begin to listen.

        Args:
            audience: what a token must name; the name of the gateway's log.
            since: now. What was used before a restart is not known, so older tokens are refused.
        """
        self._audience = audience
        self._since = int(since.timestamp())
        self._tokens: OrderedDict[str, _Token] = OrderedDict()
        self._spent: dict[tuple[str, str], int] = {}
        self._state: State | None = None
        self._services: dict[str, RecipientService] = {}

    def prove(self, token: str, use: str, state: State, now: datetime) -> Caller:
        """Tell who asks, and count this use of the token.

        Args:
            token: as in the header, without the word before it.
            use: the number of this use, from ``1``; nothing is the first.
            state: the register, which lists keys.
            now: the time.

        Raises:
            Unproved: ``token.*``: nobody is believed.
        """
        second = int(now.timestamp())
        self._know(state)
        known = self._tokens.get(token) or self._read(token, second)
        self._check_time(known, second)
        if known.key not in self._services:
            raise Unproved("token.key")
        number = _number(use, known.uses)
        if number in known.used:
            raise Unproved("token.used")
        known.used.add(number)
        return known.caller

    def _know(self, state: State) -> None:
        if state is self._state:
            return
        found = state.table(RecipientService).values()
        self._services = {key_id(s.public_key): s for s in found if not s.withdrawn}
        self._state = state

    def _read(self, token: str, second: int) -> _Token:
        """Check a token not seen before, and remember it until it is over."""
        self._forget(second)
        key, service = self._key(token)
        claims = self._claims(token, service)
        issued, expires, uses = _whole(claims, "iat"), _whole(claims, "exp"), claims.get("uses", 1)
        name = claims["jti"]
        if not isinstance(name, str) or not 8 <= len(name) <= 64:  # noqa: PLR2004
            raise Unproved("token.id")
        if type(uses) is not int or not 1 <= uses <= MOST_USES:
            raise Unproved("token.uses", most=MOST_USES)
        found = _Token(Caller(service.service, service.organisation), key, uses, issued, expires)
        self._check_time(found, second)
        if (key, name) in self._spent:
            raise Unproved("token.used")
        self._spent[key, name] = expires
        self._tokens[token] = found
        return found

    def _forget(self, second: int) -> None:
        """Let go of tokens that are over; they come in nearly the order in which they end."""
        while self._tokens:
            token, oldest = next(iter(self._tokens.items()))
            if oldest.expires > second:
                break
            del self._tokens[token]
        if len(self._spent) > 2 * len(self._tokens) + 1000:
            self._spent = {name: ends for name, ends in self._spent.items() if ends > second}

    def _key(self, token: str) -> tuple[str, RecipientService]:
        if len(token) > _MOST_BYTES:
            raise Unproved("token.form")
        try:
            header = jwt.get_unverified_header(token)
        except (jwt.PyJWTError, ValueError, RecursionError):
            raise Unproved("token.form") from None
        key = header.get("kid")
        if header.get("alg") != "EdDSA" or not isinstance(key, str):
            raise Unproved("token.form")
        service = self._services.get(key)
        if service is None:
            raise Unproved("token.key")
        return key, service

    def _claims(self, token: str, service: RecipientService) -> dict[str, Any]:
        """Check the signature and the audience; the times are checked by our own clock."""
        public = Ed25519PublicKey.from_public_bytes(key_bytes(service.public_key))
        try:
            claims = jwt.decode(
                token, public, algorithms=["EdDSA"], audience=self._audience, options=_OPTIONS
            )
        except jwt.MissingRequiredClaimError as missing:
            raise Unproved("token.claim", claim=missing.claim) from None
        except jwt.InvalidAudienceError:
            raise Unproved("token.audience", wanted=self._audience) from None
        except jwt.InvalidSignatureError:
            raise Unproved("token.key") from None
        except (jwt.PyJWTError, ValueError, TypeError, RecursionError):
            raise Unproved("token.form") from None
        return dict(claims)

    def _check_time(self, token: _Token, second: int) -> None:
        if not 0 < token.expires - token.issued <= LONGEST:
            raise Unproved("token.long", most=LONGEST)
        if token.issued > second + _LEEWAY:
            raise Unproved("token.early")
        if token.expires <= second:
            raise Unproved("token.expired")
        if token.issued < self._since:
            raise Unproved("token.restart")


def _whole(claims: dict[str, Any], name: str) -> int:
    value = claims[name]
    if type(value) is not int or not 0 <= value < 1 << 40:
        raise Unproved("token.claim", claim=name)
    return value


def _number(use: str, most: int) -> int:
    if not use:
        return 1
    number = int(use) if use.isascii() and use.isdigit() and len(use) < 5 else 0  # noqa: PLR2004
    if not 1 <= number <= most:
        raise Unproved("token.use", most=most)
    return number
