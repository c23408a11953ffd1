"""The pages as a reader meets them: the told story, served, and looked at.

`PAGES` has an example of every page; a page that is missing there fails in `tests/unit/web`.
"""

import asyncio
import shutil
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

import httpx
from granian.constants import Interfaces
from granian.server.embed import Server

from answerable.loop import Loop
from answerable.model.clock import SetClock
from answerable.web.app import Site

NOW: Final = datetime(2026, 11, 24, 12, tzinfo=UTC)
HOST: Final = "127.0.0.1"

PAGES: Final = {
    "/": "/",
    "/proposals": "/proposals",
    "/proposals/{proposal}": "/proposals/flood-help",
    "/agreements/{agreement}": "/agreements/flood-help-council",
    "/agreements/{agreement}/rules/{rule}": "/agreements/flood-help-council/rules/left-out",
    "/recommendations/{recommendation}": "/recommendations/a-letter-each-time",
}
"""By the path in the table of routes: an address of it in the story."""


@contextmanager
def served(app: Any) -> Iterator[str]:
    """Serve an application on a free port until the end of the block; give its address."""
    loop = asyncio.new_event_loop()
    port = _free_port()
    server = Server(app, HOST, port, interface=Interfaces.ASGI, log_enabled=False)
    thread = threading.Thread(target=loop.run_until_complete, args=(server.serve(),), daemon=True)
    thread.start()
    address = f"http://{HOST}:{port}"
    _wait(address)
    try:
        yield address
    finally:
        loop.call_soon_threadsafe(server.stop)
        thread.join(10)
        loop.close()


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        return int(probe.getsockname()[1])


def _wait(address: str) -> None:
    for _ in range(200):
        try:
            httpx.get(f"{address}/nothing", timeout=5)
        except httpx.TransportError:
            time.sleep(0.05)
        else:
            return
    raise TimeoutError(address)


class Story:
    """A copy of the told story, open; to be closed."""

    def __init__(self, told: Path, place: Path) -> None:
        shutil.copytree(told, place)
        self.clock = SetClock(NOW)
        self.loop = Loop(place, clock=self.clock, publishing=False)
        self.site = Site(self.loop)

    def close(self) -> None:
        """Close its files."""
        self.loop.close()


class Reader:
    """A browser without a screen: follows no redirects, keeps cookies; to be closed."""

    def __init__(self, address: str) -> None:
        self.address = address
        self.client = httpx.Client(base_url=address, timeout=30)

    def get(self, path: str, **headers: str) -> httpx.Response:
        """Get a page as a browser asks for it."""
        return self.client.get(path, headers={"accept": "text/html", **headers})

    def data(self, path: str) -> Any:
        """Get what a page says, as a program asks for it."""
        answer = self.client.get(path, headers={"accept": "application/json"})
        assert answer.status_code == 200, answer.text
        return answer.json()

    def close(self) -> None:
        """Close its connections."""
        self.client.close()
