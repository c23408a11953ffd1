"""One gateway at work: it follows the register, keeps its copies fresh, and answers at its door."""

import asyncio
import gc
import signal
from collections.abc import Callable, Iterator
from concurrent.futures import Executor, ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from datetime import datetime
from typing import Final, Self, TypeVar

import uvloop
from granian.constants import Interfaces
from granian.server.embed import Server

from answerable.gateway import journal
from answerable.gateway.callers import Callers
from answerable.gateway.config import Config
from answerable.gateway.door.app import App
from answerable.gateway.door.figures import Figures
from answerable.gateway.door.routes import Routes, Streams
from answerable.gateway.judge import House, Judge
from answerable.gateway.mirror import Mirror
from answerable.gateway.models import Made, Models
from answerable.gateway.point import Point
from answerable.gateway.pseudonyms import open_pseudonyms
from answerable.gateway.published import PublishedCells
from answerable.gateway.rates import LONGEST, Rates
from answerable.gateway.releases import ReleaseLog
from answerable.gateway.vault import GatewayVault
from answerable.model.errors import AnswerableError
from answerable.model.limits import Pattern
from answerable.store.files import private_directory

Now = Callable[[], datetime]
T = TypeVar("T")
_STOPS: Final = (signal.SIGTERM, signal.SIGINT)
_CALLERS: Final = 4096
"""Connections that may be open at once; the web server in front bounds them for each caller."""

_ALLOCATIONS: Final = 50_000
"""Objects made and kept, before the collector looks at what is young."""

_PATIENCE: Final = 20
"""Seconds for which a gateway that is to stop waits for a caller that does not read."""


class Running:
    """Everything of one gateway, put together; nobody is answered yet."""

    def __init__(self, config: Config, now: Now) -> None:
        """Open what the gateway keeps, and restore what it must not forget.

        Raises:
            Broken: ``store.*``, ``releases.*``: its own files are locked, damaged or unwritable.
        """
        self._now = now
        self._config = config
        self._journal = journal.begin(now)
        self._said: frozenset[tuple[str, str]] = frozenset()
        self.figures = Figures()
        # threads of their own: whatever streams and counts do, a suspension is heard
        self._following = ThreadPoolExecutor(1, "following")
        self._renewing = ThreadPoolExecutor(1, "renewing")
        with ExitStack() as opening:
            self.point = self._put_together(config, now, opening)
            self._opened = opening.pop_all()
        streams = Streams(config.told.streams, config.told.open_streams)
        routes = Routes(config.told.gateway, self.point, self.figures, streams)
        callers = Callers(config.log_name, now())
        self.app = App(self.point, callers, self.figures, routes.all())

    def _put_together(self, config: Config, now: Now, opening: ExitStack) -> Point:
        home, told = private_directory(config.directory), config.told
        log = opening.enter_context(ReleaseLog(home / "releases", config.log_name, now))
        vault = opening.enter_context(GatewayVault(home / "vault.sqlite3"))
        models = Models(private_directory(home / "copies"), vault.path, config.sources)
        opening.callback(models.close)
        self.mirror = Mirror(
            origin=told.register_.origin,
            key=told.register_.key,
            sources=config.mirrors,
            keep=home / "register",
        )
        opening.callback(self.mirror.close)
        house = House(
            told.organisation,
            frozenset(told.organisation_keys),
            frozenset(config.sources),
            config.greatest_age,
            config.open_columns,
        )
        rates = Rates()
        rates.restore(
            (agreement, Pattern(pattern), at)
            for agreement, pattern, at in log.answered_since(now() - LONGEST)
        )
        return Point(
            judge=Judge(house, self.mirror, vault, rates),
            log=log,
            rates=rates,
            vault=vault,
            pseudonyms=open_pseudonyms(home / "pseudonyms.key"),
            sources=config.sources,
            models=models,
            published=opening.enter_context(PublishedCells(home / "published.sqlite3")),
            now=now,
        )

    def follow(self) -> None:
        """Look at register and lists once; say what is wrong when it begins to be."""
        self.point.vault.look()
        followed = self.mirror.follow(self._now())
        troubles = frozenset((trouble.source, trouble.code) for trouble in followed.troubles)
        for source, code in sorted(troubles - self._said):
            self.figures.troubles.labels(code).inc()
            self._journal.warning("mirror", extra={"mirror": source, "code": code})
        self._said = troubles
        age = self.point.judge.age(self._now())
        self.figures.stand(age, self.mirror.size, forked=self.mirror.forked)
        for name, fed in self.point.vault.lists().items():
            self.figures.list_age.labels(name).set((self._now() - fed.at).total_seconds())

    def make(self) -> Made:
        """Make copies for lookups where there is none, or the source has changed."""
        made = self.point.models.make(
            self.mirror.state, self._config.told.organisation, self._now()
        )
        for dataset, trouble in made.troubles.items():
            self._journal.warning("source", extra={"dataset": dataset, "code": trouble.code})
        return made

    def ready(self) -> None:
        """Look at the register and the sources once, before anybody is answered."""
        self.follow()
        self.point.models.use(self.make())

    async def serve(self, listening: Callable[[], None] | None = None) -> None:
        """Once it is ready, answer until asked to stop; then let what is on its way end.

        Args:
            listening: called when the door is open.
        """
        host, port = self._config.address
        server = Server(
            self.app,
            host,
            port,
            interface=Interfaces.ASGINL,
            log_enabled=False,
            websockets=False,
            backlog=_CALLERS,
            backpressure=_CALLERS,
        )
        loop = asyncio.get_running_loop()
        stopping = asyncio.Event()
        for name in _STOPS:
            loop.add_signal_handler(name, stopping.set)
        tasks = [loop.create_task(self._keep_following()), loop.create_task(self._keep_fresh())]
        self._journal.info("open", extra={"listen": self._config.told.listen})
        if listening:
            loop.call_soon(listening)
        try:
            await _until(server, stopping)
        finally:
            for name in _STOPS:
                loop.remove_signal_handler(name)
            for task in tasks:
                task.cancel()
            self._journal.info("closed")

    async def _keep_following(self) -> None:
        while True:
            await asyncio.sleep(self._config.told.register_.look_every)
            await self._try(self._following, self.follow)

    async def _keep_fresh(self) -> None:
        while True:
            await asyncio.sleep(self._config.told.renew_every)
            made = await self._try(self._renewing, self.make)
            if made:
                self.point.models.use(made)

    async def _try(self, worker: Executor, work: Callable[[], T]) -> T | None:
        """Work in a thread; trouble is told, and what stands, stands until it is too old."""
        try:
            return await asyncio.get_running_loop().run_in_executor(worker, work)
        except AnswerableError as problem:
            self._journal.error("trouble", extra={"code": problem.code})
        except Exception as problem:  # noqa: BLE001 - to stop following would be worse than any
            self._journal.error("trouble", extra={"kind": type(problem).__name__})
        return None

    def close(self) -> None:
        """Close everything, the log last written."""
        self._following.shutdown()
        self._renewing.shutdown()
        self._opened.close()
        journal.end()

    def __enter__(self) -> Self:
        """Close at the end of the block."""
        return self

    def __exit__(self, *details: object) -> None:
        self.close()


async def _until(server: Server, stopping: asyncio.Event) -> None:
    """Serve until asked to stop; then wait for what is on its way, but not for ever."""
    serving = asyncio.ensure_future(server.serve())
    asked = asyncio.ensure_future(stopping.wait())
    await asyncio.wait({serving, asked}, return_when=asyncio.FIRST_COMPLETED)
    if not serving.done():
        server.stop()  # type: ignore[no-untyped-call]
        await asyncio.wait({serving}, timeout=_PATIENCE)
    asked.cancel()
    if serving.done():
        serving.result()
    else:
        serving.cancel()


def run(config: Config, now: Now, listening: Callable[[], None] | None = None) -> None:
    """Run a gateway until the process is asked to stop.

    Raises:
        Broken: its own files are locked, damaged or unwritable.
    """
    with Running(config, now) as running:
        running.ready()
        with _collecting_seldom():
            uvloop.run(running.serve(listening))


@contextmanager
def _collecting_seldom() -> Iterator[None]:
    """Let the garbage collector pass over the register, and come more seldom.

    A request leaves no cycles behind, but with its usual settings the collector looks at everything
    that was ever made, again and again: half of the serving thread's time went there.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(_ALLOCATIONS, 20, 50)
    try:
        yield
    finally:
        gc.unfreeze()  # or modules outlive the process's end, and complain of it among the lines
