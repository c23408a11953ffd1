"""A load of lookups: prepared requests over kept connections, as fast as they are answered."""

import asyncio
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field


@dataclass(slots=True)
class Load:
    """What came of it.

    Attributes:
        seconds: how long each answer took, on the wall.
    """

    answered: int = 0
    refused: int = 0
    seconds: list[float] = field(default_factory=list)


async def put(port: int, requests: Sequence[bytes], connections: int, pause: float = 0.0) -> Load:
    """Send every request once, over so many connections; rest between two on one of them."""
    load, left = Load(), iter(requests)
    await asyncio.gather(*(_one(port, left, load, pause) for _ in range(connections)))
    return load


async def _one(port: int, left: Iterator[bytes], load: Load, pause: float) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    for request in left:
        begun = time.perf_counter()
        writer.write(request)
        head = await reader.readuntil(b"\r\n\r\n")
        length = int(head.lower().split(b"content-length: ")[1].split(b"\r\n")[0])
        await reader.readexactly(length)
        load.seconds.append(time.perf_counter() - begun)
        good = head.startswith(b"HTTP/1.1 200")
        load.answered += good
        load.refused += not good
        if pause:
            await asyncio.sleep(pause)
    writer.close()


def request(body: bytes, headers: dict[str, str]) -> bytes:
    """Write one POST to /lookup."""
    more = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
    head = (
        "POST /lookup HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
        f"{more}Content-Length: {len(body)}\r\n\r\n"
    )
    return head.encode() + body
