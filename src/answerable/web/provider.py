"""Signing in with the accounts that staff have already: OpenID Connect, authorization code flow.

OpenID Connect Core 1.0 section 3.1, with PKCE (RFC 7636). What is waited for is kept in memory for
ten minutes: whoever serves the pages again meanwhile asks people to begin again.
"""

import secrets
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from threading import Lock
from typing import Any, Final
from urllib.parse import quote

import httpx
from authlib.common.errors import AuthlibBaseError
from authlib.oauth2.rfc6749.parameters import parse_authorization_code_response, prepare_grant_uri
from authlib.oauth2.rfc7636 import create_s256_code_challenge
from authlib.oidc.core import CodeIDToken
from authlib.oidc.discovery import get_well_known_url
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from answerable.model.errors import Broken, Forbidden, Invalid
from answerable.store.sessions import Visitor
from answerable.web.settings import Provider

ALGORITHMS: Final = ("RS256", "PS256", "ES256", "EdDSA", "Ed25519")
"""How a provider may sign; never with a secret that it shares with us."""

WAITS: Final = timedelta(minutes=10)
_MOST_WAITING: Final = 1_000
_FRESH: Final = timedelta(hours=1)
_SECONDS: Final = 10
_LEEWAY: Final = 60
_SCOPE: Final = "openid"
_TROUBLES: Final = (httpx.HTTPError, JoseError, AuthlibBaseError, ValueError, KeyError, TypeError)


@dataclass(frozen=True, slots=True)
class Asked:
    """Somebody who was sent to the provider, and is to come back.

    Attributes:
        onward: the page they wanted, in their language.
    """

    nonce: str
    verifier: str
    onward: str
    ends: datetime


@dataclass(frozen=True, slots=True)
class Known:
    """Somebody whom the provider knows.

    Attributes:
        visitors: what they may sign in as; at least one.
        onward: the page they wanted, in their language.
    """

    visitors: tuple[Visitor, ...]
    onward: str


@dataclass(frozen=True, slots=True)
class _Found:
    said: Mapping[str, Any]
    keys: KeySet
    at: datetime


class OpenIdProvider:
    """Who knows the staff; shared by threads."""

    def __init__(
        self, settings: Provider, secret: str, chance: Callable[[], str] = secrets.token_urlsafe
    ) -> None:
        """Begin; nobody is asked yet.

        Args:
            settings: who it is, and what its claims mean.
            secret: with which these pages prove themselves.
            chance: gives words that nobody can guess.
        """
        self.title = settings.title
        self._settings = settings
        self._secret = secret
        self._chance = chance
        self._asked: dict[str, Asked] = {}
        self._found: _Found | None = None
        self._turn = Lock()

    def begin(self, back: str, onward: str, now: datetime) -> tuple[str, str]:
        """Send somebody to the provider.

        Args:
            back: the whole address to which they are to come back.
            onward: the page they wanted, in their language.
            now: the time.

        Returns:
            Where they go, and what their browser keeps meanwhile.

        Raises:
            Broken: ``provider.silent``.
        """
        said = self._provider(now).said
        state, verifier = self._chance(), self._chance() + self._chance()
        asked = Asked(self._chance(), verifier, onward, now + WAITS)
        with self._turn:
            self._forget(now)
            self._asked[state] = asked
        address = prepare_grant_uri(
            said["authorization_endpoint"],
            self._settings.client,
            "code",
            back,
            _SCOPE,
            state,
            nonce=asked.nonce,
            code_challenge=create_s256_code_challenge(asked.verifier),
            code_challenge_method="S256",
        )
        return str(address), state

    def finish(self, address: str, kept: str, back: str, now: datetime) -> Known:
        """Take in who came back.

        Args:
            address: the whole address at which they came back.
            kept: what their browser kept.
            back: as `begin` was told.
            now: the time.

        Raises:
            Forbidden: ``provider.refused`` when they come too late, with another browser, or the
                provider did not recognise them; ``provider.stranger`` when they have no part here.
            Broken: ``provider.silent``.
        """
        with self._turn:
            self._forget(now)
            asked = self._asked.pop(kept, None)
        if asked is None:
            raise Forbidden("provider.refused")
        try:
            code = parse_authorization_code_response(address, kept)["code"]
        except AuthlibBaseError:
            raise Forbidden("provider.refused") from None
        claims = self._claims(str(code), asked, back, now)
        visitors = self._visitors(claims)
        if not visitors:
            raise Forbidden("provider.stranger")
        return Known(visitors, asked.onward)

    def _claims(self, code: str, asked: Asked, back: str, now: datetime) -> Mapping[str, Any]:
        found = self._provider(now)
        answer = self._token(found.said, code, asked.verifier, back)
        try:
            return self._checked(answer, found.keys, asked.nonce, now)
        except _TROUBLES:
            # its keys may have changed since we asked for them
            with self._turn:
                self._found = None
            keys = self._provider(now).keys
        try:
            return self._checked(answer, keys, asked.nonce, now)
        except _TROUBLES:
            raise Forbidden("provider.refused") from None

    def _checked(
        self, answer: Mapping[str, Any], keys: KeySet, nonce: str, now: datetime
    ) -> Mapping[str, Any]:
        """Read an ID token as OpenID Connect Core 1.0 section 3.1.3.7 asks."""
        token = jwt.decode(answer["id_token"], keys, algorithms=list(ALGORITHMS))
        options = {
            "iss": {"essential": True, "value": self._settings.issuer},
            "aud": {"essential": True, "value": self._settings.client},
        }
        params = {
            "nonce": nonce,
            "client_id": self._settings.client,
            "access_token": answer.get("access_token"),
        }
        claims = CodeIDToken(token.claims, token.header, options, params)
        claims.validate(int(now.timestamp()), _LEEWAY)
        return token.claims

    def _token(
        self, said: Mapping[str, Any], code: str, verifier: str, back: str
    ) -> Mapping[str, Any]:
        client, secret = self._settings.client, self._secret
        form = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": back,
            "code_verifier": verifier,
        }
        basic = "client_secret_basic" in said.get(
            "token_endpoint_auth_methods_supported", ("client_secret_basic",)
        )
        proof = (quote(client, safe=""), quote(secret, safe=""))
        with self._talking() as talk:
            answer = talk.post(
                said["token_endpoint"],
                data=form if basic else {**form, "client_id": client, "client_secret": secret},
                auth=proof if basic else httpx.USE_CLIENT_DEFAULT,
            )
            if httpx.codes.is_client_error(answer.status_code):
                raise Forbidden("provider.refused")
            token: Mapping[str, Any] = answer.raise_for_status().json()
            return token

    def _provider(self, now: datetime) -> _Found:
        """Give what the provider says of itself, and its keys; asked for once an hour.

        Raises:
            Broken: ``provider.silent``.
        """
        found = self._found
        if found is not None and found.at <= now < found.at + _FRESH:
            return found
        with self._talking() as talk:
            issuer = self._settings.issuer
            said = talk.get(get_well_known_url(issuer, external=True)).raise_for_status().json()
            _check(said, issuer)
            keys = KeySet.import_key_set(talk.get(said["jwks_uri"]).raise_for_status().json())
        found = _Found(said, keys, now)
        with self._turn:
            self._found = found
        return found

    @contextmanager
    def _talking(self) -> Iterator[httpx.Client]:
        """Talk to the provider: whatever goes wrong in it is the provider's silence."""
        try:
            with httpx.Client(timeout=_SECONDS, headers={"accept": "application/json"}) as talk:
                yield talk
        except _TROUBLES:
            raise Broken("provider.silent", provider=self.title) from None

    def _visitors(self, claims: Mapping[str, Any]) -> tuple[Visitor, ...]:
        said = claims.get(self._settings.claim, ())
        values = {said} if isinstance(said, str) else {each for each in said if _is_text(each)}
        person = f"{claims['iss']} {claims['sub']}"
        parts = (part for value, part in self._settings.parts.items() if value in values)
        return tuple(Visitor(part.role, part.organisation, person) for part in parts)

    def _forget(self, now: datetime) -> None:
        """Forget who came not back in time; the oldest too where too many are waited for."""
        for state in [state for state, asked in self._asked.items() if asked.ends <= now]:
            del self._asked[state]
        while len(self._asked) >= _MOST_WAITING:
            del self._asked[next(iter(self._asked))]


def _check(said: Mapping[str, Any], issuer: str) -> None:
    """Refuse a provider that calls itself another, or would send people over open lines.

    Raises:
        ValueError: it does.
    """
    lines = [said[name] for name in ("authorization_endpoint", "token_endpoint", "jwks_uri")]
    if said["issuer"] != issuer:
        raise ValueError(issuer)
    if issuer.startswith("https:") and not all(line.startswith("https:") for line in lines):
        raise ValueError(lines)


def _is_text(value: object) -> bool:
    return isinstance(value, str)


def connect(settings: Provider) -> OpenIdProvider:
    """Make ready to ask a provider, with the secret that it gave these pages.

    Raises:
        Invalid: ``config.secret`` when the file cannot be read, or is empty.
    """
    try:
        secret = settings.secret_file.read_text("utf-8").strip()
    except (OSError, UnicodeDecodeError):
        secret = ""
    if not secret:
        raise Invalid("config.secret", file=str(settings.secret_file))
    return OpenIdProvider(settings, secret)
