"""The ASGI application: finds the route, proves the caller where the route asks for it, answers."""

import logging
from collections.abc import Awaitable, Callable
from contextlib import suppress
from enum import StrEnum
from typing import NamedTuple

from answerable.gateway.callers import Caller, Callers
from answerable.gateway.door.exchange import Exchange, HungUp, Message, Receive, Send
from answerable.gateway.door.figures import Figures
from answerable.gateway.errors import Declined, Unproved
from answerable.gateway.point import Point
from answerable.gateway.releases import Release
from answerable.model.errors import AnswerableError, Broken, Forbidden, Invalid, Missing

log = logging.getLogger("answerable.gateway")


class Access(StrEnum):
    """Who may call a route."""

    ANYONE = "anyone"
    SERVICE = "a listed service"
    OWN = "a service of the gateway's own organisation"


class Call(NamedTuple):
    """A route that was found, with what its path names."""

    exchange: Exchange
    name: str


class Route(NamedTuple):
    """One thing that can be asked of a gateway.

    Attributes:
        path: what the path begins with; if it ends in a stroke, one name follows.
    """

    method: str
    path: str
    access: Access
    run: Callable[[Call], Awaitable[None]]


class App:
    """One gateway, at its door."""

    def __init__(
        self, point: Point, callers: Callers, figures: Figures, routes: tuple[Route, ...]
    ) -> None:
        self._point = point
        self._callers = callers
        self._figures = figures
        self._routes = {route.path: route for route in routes}

    async def __call__(self, scope: Message, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] != "http":
            return
        try:
            await self._answer_or_refuse(Exchange(scope, receive, send))
        except HungUp:
            self._figures.hung_up.inc()

    async def _answer_or_refuse(self, exchange: Exchange) -> None:
        try:
            await self._answer(exchange)
        except HungUp:
            raise
        except AnswerableError as problem:
            await self._refuse(exchange, problem)
        except Exception as error:  # noqa: BLE001 - what went wrong may name data: it is not told
            log.error("failed", extra={"kind": type(error).__name__})  # noqa: TRY400
            await self._refuse(exchange, Broken("door.failed"))

    async def _answer(self, exchange: Exchange) -> None:
        route, name = self._route(exchange)
        if route.access is not Access.ANYONE:
            if forked := self._point.judge.fork():
                await self._point.turn_away(forked)
            exchange.caller = self._prove(exchange)
        if route.access is Access.OWN and not self._point.judge.is_own(exchange.caller):
            raise Forbidden("door.own")
        if route.access is Access.OWN:
            await self._check_register()
        await route.run(Call(exchange, name))

    async def _check_register(self) -> None:
        """Refuse whoever would be believed on the word of a register that is not.

        Raises:
            Declined: it is recorded.
        """
        unsound = self._point.judge.register_refusals(self._point.now())
        if unsound:
            await self._point.turn_away(unsound)

    def _route(self, exchange: Exchange) -> tuple[Route, str]:
        path = exchange.path
        route, name = self._routes.get(path), ""
        if route is None:
            start, _, name = path.rpartition("/")
            route = self._routes.get(f"{start}/") if name else None
        if route is None:
            raise Missing("door.path")
        if exchange.method != route.method:
            raise Invalid("door.method", wanted=route.method)
        return route, name

    def _prove(self, exchange: Exchange) -> Caller:
        """Tell who calls.

        Raises:
            Unproved: ``token.*``.
        """
        word, _, token = exchange.header(b"authorization").partition(" ")
        if word.lower() != "bearer" or not token:
            raise Unproved("token.missing")
        use = exchange.header(b"answerable-use")
        return self._callers.prove(token, use, self._point.judge.state, self._point.now())

    async def _refuse(self, exchange: Exchange, problem: AnswerableError) -> None:
        """Count, record and say what is wrong; nothing that was said is repeated."""
        codes = [problem.code]
        if isinstance(problem, Declined):
            codes = [refusal.code for refusal in problem.refusals]
        elif not exchange.begun:  # how an answer that began has ended is recorded with it
            await self._record(exchange.caller, problem.code)
        for code in codes:
            self._figures.refused.labels(code).inc()
        log.info("refused", extra={"codes": codes, "recipient": exchange.caller.organisation})
        if exchange.begun:
            raise problem  # the server cuts the connection: an answer that ends here is no answer
        await exchange.refuse(problem)

    async def _record(self, caller: Caller, code: str) -> None:
        """Record a refusal; one that cannot be recorded is still a refusal."""
        said = Release(
            outcome="refused", recipient=caller.organisation or None, codes=(code,), by=("door",)
        )
        with suppress(Broken):
            await self._point.log.recorded(said, None)
