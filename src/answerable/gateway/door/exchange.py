"""One HTTP request and its answer, over plain ASGI."""

import asyncio
import json
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any, Final, cast

from answerable.gateway.callers import Caller
from answerable.gateway.door.problems import PROBLEM, details, status
from answerable.model.errors import AnswerableError, Invalid

Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
Headers = list[tuple[bytes, bytes]]

LONGEST: Final = 65_536
"""Bytes of a request; what is asked fits in far less."""

PATIENCE: Final = 10
"""Seconds in which all of it has to come."""

_SLOW: Final = "slow"
_JSON: Final = b"application/json"
_ALWAYS: Final[Headers] = [
    (b"cache-control", b"no-store"),
    (b"x-content-type-options", b"nosniff"),
]


_COME_AGAIN: Final = frozenset({429, 503})

NOBODY: Final = Caller("", "")


class HungUp(Exception):
    """The caller is gone."""


class Exchange:
    """What was asked, and the way to answer."""

    def __init__(self, scope: Message, receive: Receive, send: Send) -> None:
        self._scope = scope
        self._receive = receive
        self._send = send
        self.caller = NOBODY
        """Who asks, once it is proved."""
        self.begun = False
        """Whether an answer has begun: after that there is no way to say what went wrong."""

    @property
    def method(self) -> str:
        """GET, POST and so on."""
        return str(self._scope["method"])

    @property
    def path(self) -> str:
        """The path, without what follows a question mark; no route reads that."""
        return str(self._scope["path"])

    def header(self, name: bytes) -> str:
        """Give a header by its lower-case name; the only one, or nothing.

        Raises:
            Invalid: ``door.header`` if it comes twice.
        """
        found = None
        for key, value in self._scope["headers"]:
            if key == name:
                if found is not None:
                    raise Invalid("door.header", name=name.decode())
                found = value
        return found.decode("latin-1") if found else ""

    async def body(self) -> bytes:
        """Read all that was sent.

        Raises:
            Invalid: ``door.length`` above 64 KiB; ``door.slow`` when it takes too long.
            HungUp: the caller went away first.
        """
        task = cast("asyncio.Task[Any]", asyncio.current_task())
        late = task.get_loop().call_later(PATIENCE, task.cancel, _SLOW)
        try:  # as `asyncio.timeout` does, at a quarter of its cost
            return await self._parts()
        except asyncio.CancelledError as cancelled:
            if cancelled.args != (_SLOW,) or task.uncancel():
                raise
            raise Invalid("door.slow", seconds=PATIENCE) from None
        finally:
            late.cancel()

    async def _parts(self) -> bytes:
        parts: bytes = b""
        while True:
            message = await self._receive()
            if message["type"] != "http.request":
                raise HungUp
            parts += message.get("body", b"")
            if len(parts) > LONGEST:
                raise Invalid("door.length", most=LONGEST)
            if not message.get("more_body"):
                return parts

    async def gone(self) -> None:
        """Wait until the caller goes away."""
        while (await self._receive())["type"] != "http.disconnect":
            pass

    # Whatever sends raises HungUp when there is nobody to send it to.

    async def begin(self, number: int, media: bytes, more: Headers) -> None:
        """Begin an answer."""
        self.begun = True
        headers = [(b"content-type", media), *_ALWAYS, *more]
        await self._tell({"type": "http.response.start", "status": number, "headers": headers})

    async def part(self, data: bytes) -> None:
        """Send a part of an answer; waits while the caller is slow."""
        await self._tell({"type": "http.response.body", "body": data, "more_body": True})

    async def end(self, data: bytes = b"") -> None:
        """Send the last part."""
        await self._tell({"type": "http.response.body", "body": data})

    async def _tell(self, message: Message) -> None:
        try:
            await self._send(message)
        except Exception:  # noqa: BLE001 - whatever the server says of it, there is nobody
            raise HungUp from None

    async def give(self, data: bytes, media: bytes = _JSON, more: Headers | None = None) -> None:
        """Give a whole answer."""
        await self.begin(200, media, more or [])
        await self.end(data)

    async def tell(self, said: Any) -> None:
        """Give a whole answer in JSON."""
        await self.give(written(said))

    async def refuse(self, problem: AnswerableError) -> None:
        """Say what is wrong, and what to do."""
        number = status(problem)
        more: Headers = [(b"www-authenticate", b"Bearer")] if number == 401 else []  # noqa: PLR2004
        more += [(b"retry-after", b"60")] if number in _COME_AGAIN else []
        await self.begin(number, PROBLEM, more)
        await self.end(details(problem))


def written(said: Any) -> bytes:
    """Write something as JSON."""
    return json.dumps(said, ensure_ascii=False).encode()
