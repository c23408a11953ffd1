"""``answerable serve``: the pages, until the process is asked to stop."""

import asyncio
import signal
import socket
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Final

import click
from granian.constants import Interfaces
from granian.server.embed import Server

from answerable.cli.console import tell
from answerable.cli.session import Session
from answerable.loop import Loop
from answerable.model.errors import AnswerableError, Broken
from answerable.store.registrations import Registrations
from answerable.store.sessions import Sessions
from answerable.web.app import Site
from answerable.web.settings import read_settings

LISTEN: Final = "127.0.0.1:8000"
_PATIENCE: Final = 5
_STOPS: Final = (signal.SIGTERM, signal.SIGINT)


def serve(site: Site, loop: Loop, host: str, port: int, ready: Callable[[str], None]) -> None:
    """Serve pages until asked to stop; the register's seal is renewed meanwhile.

    Args:
        site: the pages.
        loop: the register they show.
        host: where to listen.
        port: the same.
        ready: told the address as soon as somebody answers there.

    Raises:
        Broken: ``serve.port`` when something else listens there.
    """
    check_free(host, port)
    asyncio.run(_serve(site, loop, host, port, ready))


def check_free(host: str, port: int) -> None:
    """See that nobody listens there yet.

    Raises:
        Broken: ``serve.port``.
    """
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError:
            raise Broken("serve.port", port=port) from None


async def _serve(
    site: Site, loop: Loop, host: str, port: int, ready: Callable[[str], None]
) -> None:
    server = Server(
        site.app(), host, port, interface=Interfaces.ASGI, log_enabled=False, websockets=False
    )
    stopping = asyncio.Event()
    running = asyncio.get_running_loop()
    for name in _STOPS:
        running.add_signal_handler(name, stopping.set)
    serving = asyncio.ensure_future(server.serve())
    asked = asyncio.ensure_future(stopping.wait())
    renewing = asyncio.ensure_future(_renew(site, loop))
    running.call_soon(ready, f"http://{host}:{port}")
    await asyncio.wait({serving, asked}, return_when=asyncio.FIRST_COMPLETED)
    renewing.cancel()
    if not serving.done():
        server.stop()  # type: ignore[no-untyped-call]
        await asyncio.wait({serving}, timeout=_PATIENCE)
    asked.cancel()
    serving.cancel()


_RENEW: Final = 300
"""Seconds between two renewals of the seal: release points rely on a register only so long."""


async def _renew(site: Site, loop: Loop) -> None:
    while True:
        with suppress(AnswerableError):  # the seal is renewed whatever becomes of this
            await asyncio.to_thread(site.sweep)
        await asyncio.to_thread(loop.publish, renew=True)
        await asyncio.sleep(_RENEW)


@click.command("serve")
@click.option(
    "--listen", default=LISTEN, show_default=True, metavar="HOST:PORT", envvar="ANSWERABLE_LISTEN"
)
@click.pass_obj
def serve_command(session: Session, listen: str) -> None:
    """Serve the pages: what is shared, why, and how to check it."""
    host, _, port = listen.rpartition(":")
    if not host or not port.isascii() or not port.isdigit():
        raise click.BadParameter("needs HOST:PORT, such as 127.0.0.1:8000", param_hint="--listen")
    settings = read_settings(session.workspace)
    with (
        session.loop(acting=False) as loop,
        sessions_of(session.workspace) as sessions,
        registrations_of(session.workspace) as begun,
    ):
        site = Site(loop, sessions=sessions, registrations=begun, settings=settings)
        serve(site, loop, host, int(port), _ready)


def sessions_of(workspace: Path) -> Sessions:
    """Open who is signed in on the pages of a workspace; to be closed."""
    return Sessions(workspace / "sessions.sqlite3")


def registrations_of(workspace: Path) -> Registrations:
    """Open who began to volunteer on the pages of a workspace; to be closed."""
    return Registrations(workspace / "registrations.sqlite3")


def address_of(workspace: Path) -> str:
    """Give where people find the pages of a workspace.

    Raises:
        Invalid: as `read_settings`.
    """
    return (read_settings(workspace).address or f"http://{LISTEN}").rstrip("/")


def _ready(address: str) -> None:
    tell(f"The pages are at {address} until you press Ctrl-C.")
