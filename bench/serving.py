"""Servers for the benchmarks: ``python -m bench.serving WHICH ...``.

``gateway CONFIG`` is the gateway itself. ``bare TABLE PORT`` finds a row by its key in SQLite and
answers in JSON: nobody is asked who they are, nothing is decided, nothing is recorded.
``pages WORKSPACE PORT`` are the pages over a register.
"""

import json
import socket
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import uvloop
from granian.constants import Interfaces
from granian.server.embed import Server

from answerable.gateway import serve
from answerable.gateway.config import read_config
from answerable.model.clock import SystemClock
from bench.agreed import GIVEN


class Bare:
    """A keyed lookup, and nothing else."""

    def __init__(self, table: Path) -> None:
        self._connection = sqlite3.connect(
            f"{table.as_uri()}?mode=ro&immutable=1", uri=True, check_same_thread=False
        )
        columns = ", ".join(f'"{name}"' for name in GIVEN)
        self._select = f'SELECT {columns} FROM "subjects" WHERE "person" = ?'  # noqa: S608

    async def __call__(self, _scope: Any, receive: Any, send: Any) -> None:
        """Answer one request."""
        asked = json.loads((await receive())["body"])
        rows = self._connection.execute(self._select, (asked["subject"],)).fetchall()
        said = {"rows": [dict(zip(GIVEN, row, strict=True)) for row in rows]}
        headers = [(b"content-type", b"application/json")]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        await send({"type": "http.response.body", "body": json.dumps(said).encode()})


async def _bare(table: Path, port: int) -> None:
    server = Server(Bare(table), "127.0.0.1", port, interface=Interfaces.ASGINL, log_enabled=False)
    await server.serve()


async def _pages(workspace: Path, port: int) -> None:
    from answerable.loop import Loop  # noqa: PLC0415 - a gateway is measured without it
    from answerable.web.app import Site  # noqa: PLC0415

    with Loop(workspace, publishing=False) as loop:
        app = Site(loop).app()
        server = Server(app, "127.0.0.1", port, interface=Interfaces.ASGI, log_enabled=False)
        await server.serve()


@contextmanager
def serving(which: str, *rest: str, port: int) -> "Iterator[subprocess.Popen[bytes]]":
    """Run a server until the end of the block; begin when it listens."""
    program = [sys.executable, "-m", "bench.serving", which, *rest]
    process = subprocess.Popen(program, stderr=subprocess.DEVNULL)
    try:
        while not listens(port):
            time.sleep(0.1)
        yield process
    finally:
        process.kill()
        process.wait()


def listens(port: int) -> bool:
    """Tell whether anybody answers at a port."""
    try:
        socket.create_connection(("127.0.0.1", port), timeout=1).close()
    except OSError:
        return False
    return True


def free_port() -> int:
    """Find a port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def main(which: str, *rest: str) -> None:
    """Serve until killed."""
    if which == "gateway":
        serve.run(read_config(Path(rest[0])), SystemClock().now)
    elif which == "pages":
        uvloop.run(_pages(Path(rest[0]), int(rest[1])))
    else:
        uvloop.run(_bare(Path(rest[0]), int(rest[1])))


if __name__ == "__main__":
    main(*sys.argv[1:])
