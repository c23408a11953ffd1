"""How a service asks a gateway: it signs a token for every request, and reads what comes back."""

import json
import secrets
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from http.client import HTTPConnection, HTTPException, HTTPResponse, HTTPSConnection
from typing import Any, Final
from urllib.parse import quote, urlsplit

import jwt
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from answerable.model.errors import AnswerableError, Broken
from answerable.model.signing import SigningKey

_SECONDS: Final = 30
_GOOD_FOR: Final = 60
_PART: Final = 262_144


class Answered(AnswerableError):
    """The gateway refused; what it said is the parameters.

    Attributes:
        status: of HTTP.
        said: the problem details (RFC 9457).
    """

    def __init__(self, status: int, said: Mapping[str, Any]) -> None:
        super().__init__(str(said.get("code", "door.failed")), status=status)
        self.status = status
        self.said = dict(said)


def sign_token(
    key: SigningKey, audience: str, now: datetime, *, uses: int = 1, seconds: int = _GOOD_FOR
) -> str:
    """Sign a token for one request, or for several numbered ones.

    Args:
        key: of the service, as the register lists it.
        audience: the origin of the register, a stroke, and the name of the gateway.
        now: the time.
        uses: how many requests it is good for, at most 1,000.
        seconds: how long it is good for, at most 60.
    """
    issued = int(now.timestamp())
    said = {
        "aud": audience,
        "iat": issued,
        "exp": issued + seconds,
        "jti": secrets.token_urlsafe(16),
        **({"uses": uses} if uses > 1 else {}),
    }
    private = Ed25519PrivateKey.from_private_bytes(key.seed)
    return jwt.encode(said, private, algorithm="EdDSA", headers={"kid": key.id})


class Client:
    """One service, and one gateway that it asks."""

    def __init__(
        self, address: str, audience: str, key: SigningKey, now: Callable[[], datetime]
    ) -> None:
        """Begin; nothing is sent yet.

        Args:
            address: of the gateway, such as ``https://gateway.example``.
            audience: as for `sign_token`.
            key: as for `sign_token`.
            now: tells the time.
        """
        self._address = urlsplit(address)
        self._audience = audience
        self._key = key
        self._now = now

    def lookup(self, **asked: Any) -> dict[str, Any]:
        """Ask about one subject; the fields are those of `answerable.gateway.asked.AskLookup`.

        Raises:
            Answered: the gateway refused.
            Broken: ``client.unreachable``.
        """
        return self._told("/lookup", asked)

    def counts(self, **asked: Any) -> dict[str, Any]:
        """Ask how many; the fields are those of `answerable.gateway.asked.AskCounts`.

        Raises:
            Answered: the gateway refused.
            Broken: ``client.unreachable``.
        """
        return self._told("/counts", asked)

    def bulk(self, **asked: Any) -> Iterator[bytes]:
        """Ask for everything, in parts; fields as in `answerable.gateway.asked.AskBulk`.

        Raises:
            Answered: the gateway refused.
            Broken: ``client.unreachable``, ``client.cut`` when it ended before its end.
        """
        with self._asked("POST", "/bulk", asked) as answer:
            yield from _parts(answer)

    def open(self, dataset: str, form: str = "csv") -> Iterator[bytes]:
        """Read open data, in parts; no token is needed or sent.

        Raises:
            Answered: the gateway refused.
            Broken: ``client.unreachable``, ``client.cut``.
        """
        with self._asked("GET", f"/open/{quote(dataset)}.{quote(form)}") as answer:
            yield from _parts(answer)

    def about(self, dataset: str, subject: str) -> list[dict[str, Any]]:
        """Ask who looked somebody up; only for services of the gateway's own organisation.

        Raises:
            Answered: the gateway refused.
            Broken: ``client.unreachable``.
        """
        said: list[dict[str, Any]] = self._told("/about", {"dataset": dataset, "subject": subject})[
            "releases"
        ]
        return said

    def emergencies(self, since: str) -> list[dict[str, Any]]:
        """Ask what a declared emergency opened since a day; for the gateway's own organisation.

        Raises:
            Answered: the gateway refused.
            Broken: ``client.unreachable``.
        """
        with self._asked("GET", f"/emergencies/{quote(since)}", prove=True) as answer:
            said: list[dict[str, Any]] = json.loads(answer.read())["releases"]
            return said

    def day(self, day: str) -> dict[str, Any]:
        """Read what a day came to; no token is needed or sent.

        Raises:
            Answered: the gateway refused.
            Broken: ``client.unreachable``.
        """
        with self._asked("GET", f"/releases/{quote(day)}") as answer:
            said: dict[str, Any] = json.loads(answer.read())
            return said

    def receipt(self, release: int) -> bytes:
        """Fetch the evidence that a release is in the gateway's log.

        Raises:
            Answered: the gateway refused.
            Broken: ``client.unreachable``.
        """
        with self._asked("GET", f"/receipts/{release}", prove=True) as answer:
            return answer.read()

    def _told(self, path: str, asked: Mapping[str, Any]) -> dict[str, Any]:
        with self._asked("POST", path, asked) as answer:
            said: dict[str, Any] = json.loads(answer.read())
            return said

    @contextmanager
    def _asked(
        self,
        method: str,
        path: str,
        asked: Mapping[str, Any] | None = None,
        *,
        prove: bool = False,
    ) -> Iterator[HTTPResponse]:
        headers = {"Content-Type": "application/json"} if asked is not None else {}
        if prove or asked is not None:
            token = sign_token(self._key, self._audience, self._now())
            headers["Authorization"] = f"Bearer {token}"
        body = json.dumps(asked).encode() if asked is not None else None
        connection = self._connect()
        try:
            connection.request(method, f"{self._address.path.rstrip('/')}{path}", body, headers)
            answer = connection.getresponse()
            if answer.status != 200:  # noqa: PLR2004 - anything else is a refusal
                raise Answered(answer.status, _problem(answer.read()))
            yield answer
        except (OSError, HTTPException):
            raise Broken("client.unreachable", address=self._address.netloc) from None
        finally:
            connection.close()

    def _connect(self) -> HTTPConnection:
        secure = self._address.scheme == "https"
        kind = HTTPSConnection if secure else HTTPConnection
        return kind(self._address.netloc, timeout=_SECONDS)


def _parts(answer: HTTPResponse) -> Iterator[bytes]:
    try:
        while part := answer.read(_PART):
            yield part
    except (HTTPException, OSError):
        raise Broken("client.cut") from None


def _problem(body: bytes) -> dict[str, Any]:
    try:
        said = json.loads(body)
    except ValueError:
        said = None
    return said if isinstance(said, dict) else {}
