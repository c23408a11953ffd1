"""Send a stream, as long as its caller is there and its permission lasts."""

import asyncio
from dataclasses import dataclass
from typing import Final

from answerable.gateway.door.exchange import Exchange, HungUp
from answerable.gateway.patterns.bulk import Stream
from answerable.gateway.releases import How
from answerable.model.errors import AnswerableError, Refused

LOOK_AGAIN: Final = 0.25
"""Seconds after which a stream that waits for a slow caller looks at its permission again."""


@dataclass(frozen=True, slots=True)
class Ended:
    """How a stream ended.

    Attributes:
        problem: what to say of it; nothing when all was sent.
    """

    how: How
    problem: Exception | None = None


async def send(exchange: Exchange, stream: Stream) -> Ended:
    """Send a stream to its end, or to the end of its permission; never raises."""
    gone = asyncio.ensure_future(exchange.gone())
    try:
        number = str(stream.release).encode()
        await exchange.begin(200, stream.format.media.encode(), [(b"answerable-release", number)])
        async for part in stream.parts():
            await _part(exchange, stream, part, gone)
        await exchange.end()
    except HungUp as problem:
        return Ended("hung-up", problem)
    except AnswerableError as problem:
        stopped = problem.code == "door.stopped"
        return Ended("stopped" if stopped else "failed", problem)
    except Exception as problem:  # noqa: BLE001 - it is raised again where it is told
        return Ended("failed", problem)
    finally:
        gone.cancel()
    return Ended("sent")


async def _part(
    exchange: Exchange, stream: Stream, part: bytes, gone: "asyncio.Future[None]"
) -> None:
    """Send one part.

    Raises:
        Refused: ``door.stopped``: the permission ended before it was gone.
        HungUp: the caller is gone.
    """
    if gone.done():
        raise HungUp
    _check(stream)
    sending = asyncio.ensure_future(exchange.part(part))
    try:
        while not sending.done():
            await asyncio.wait(
                {sending, gone}, timeout=LOOK_AGAIN, return_when=asyncio.FIRST_COMPLETED
            )
            if gone.done() and not sending.done():
                raise HungUp
            _check(stream)
        await sending
    finally:
        sending.cancel()


def _check(stream: Stream) -> None:
    if not stream.may_go_on():
        raise Refused("door.stopped", release=stream.release)
