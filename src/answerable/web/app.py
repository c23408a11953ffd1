"""The application: finds the page, asks who is there, holds the register still, and answers."""

from collections.abc import Awaitable, Callable, Mapping
from importlib.resources import files
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final

from pydantic_core import to_json
from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import BaseRoute, Mount, Route
from starlette.staticfiles import StaticFiles

from answerable.loop import Loop
from answerable.model.errors import AnswerableError, Invalid, Missing
from answerable.store.registrations import Registrations
from answerable.store.sessions import Sessions
from answerable.web.access import admitted, check_own_site
from answerable.web.call import (
    FILES,
    JSON,
    Answer,
    Away,
    Call,
    Later,
    Page,
    Raw,
    Ready,
    View,
    wants_json,
)
from answerable.web.forms import TEXT_BYTES, read_body, read_form
from answerable.web.guard import Guard
from answerable.web.language import ENGLISH, LANGUAGES, Tongue, catalogue
from answerable.web.messages import messages_of
from answerable.web.problem import PROBLEM, problem
from answerable.web.provider import connect
from answerable.web.reading import Reading
from answerable.web.reception import Reception
from answerable.web.registering import Registering
from answerable.web.render import html
from answerable.web.routes import TABLE
from answerable.web.row import Row
from answerable.web.session import begun, entered, sent, visitor_of
from answerable.web.settings import Settings

_VARY: Final = "Accept, Cookie"
_NOTHING: Final[Mapping[str, Any]] = MappingProxyType({})
_FORGET: Final = '"cache"'
"""Whoever signs out leaves nothing behind that the Back button could show."""
_KEPT: Final = "public, max-age=31536000, immutable"


class Site:
    """Everything that pages are made of."""

    def __init__(
        self,
        loop: Loop,
        languages: Mapping[str, Any] | None = None,
        *,
        sessions: Sessions | None = None,
        registrations: Registrations | None = None,
        settings: Settings | None = None,
    ) -> None:
        """Begin.

        Args:
            loop: the register that is shown.
            sessions: who signed in; without them nobody can.
            registrations: who began to volunteer; without them nobody can.
            settings: what whoever runs the pages says about them.
            languages: the words of the pages in each language; those of the package by default.

        Raises:
            Invalid: ``config.secret`` or ``config.password``, if the secret of the provider or the
                password of the mail server cannot be read.
        """
        self._loop = loop
        self._settings = settings or Settings()
        known = self._settings.provider
        self._reception = Reception(sessions, provider=connect(known) if known else None)
        messages = messages_of(loop.workspace, self._settings.mail)
        self._registering = Registering(registrations, messages)
        self._reading = Reading()
        self._words = languages or {code: catalogue(code) for code in LANGUAGES}

    def sweep(self) -> None:
        """Forget what people left behind who did not go on, and messages of no more use."""
        self._registering.sweep(self._loop.clock.now())

    def app(self) -> Starlette:
        """Put the application together."""
        closed = (self._settings.address or "").startswith("https://")
        app = Starlette(
            routes=[*self._pages(), _assets(), *_record_files(self._loop.workspace)],
            middleware=[Middleware(Guard, closed=closed)],
            exception_handlers={HTTPException: self._no_page, Exception: self._failed},
        )
        app.state.table = TABLE
        return app

    def _pages(self) -> list[BaseRoute]:
        return [
            Route(
                f"{_prefix(code)}{row.path}",
                self._endpoint(code, row),
                methods=[row.method],
            )
            for code in self._words
            for row in TABLE
        ]

    def _endpoint(self, code: str, row: Row) -> Callable[[Request], Awaitable[Response]]:
        async def endpoint(request: Request) -> Response:
            view, came = admitted(row), _NOTHING
            try:
                came = await _came(request, row)
            except AnswerableError as trouble:
                view = _troubled(trouble)
            return await run_in_threadpool(self._answer, code, view, request, came)

        return endpoint

    def _answer(
        self, code: str, view: View, request: Request, came: Mapping[str, Any] = _NOTHING
    ) -> Response:
        """Make a page while nothing changes, then lay it out."""
        request.scope["page"] = request.url.path.removeprefix(_prefix(code)) or "/"
        tongue = Tongue(code, self._words[code], self._reading.drafts)
        now = self._loop.clock.now()
        visitor = visitor_of(self._reception.sessions, request, now)
        with self._loop.still() as state:
            self._reading.follow(self._loop, state)
            call = Call(
                self._loop,
                state,
                now,
                tongue,
                request,
                visitor,
                reception=self._reception,
                settings=self._settings,
                reading=self._reading,
                registering=self._registering,
                **came,
            )
            answer = _tried(call, lambda: view(call))
            if not isinstance(answer, Later):
                return _response(call, answer)
        return self._later(call, answer)

    def _later(self, call: Call, later: Later) -> Response:
        """Ask others, which may take its time, while nobody waits; then lay out what they said."""
        asked: list[Any] = []
        answer = _tried(call, lambda: asked.append(later.ask()))
        with self._loop.still():
            if asked:
                answer = _tried(call, lambda: later.page(asked[0]))
            return _response(call, answer)

    async def _no_page(self, request: Request, error: Exception) -> Response:
        """Say in the reader's language that there is no such page, or not in this way."""
        number = error.status_code if isinstance(error, HTTPException) else 500
        trouble = Missing("page.unknown") if number == 404 else Missing("page.method")  # noqa: PLR2004
        answer = await run_in_threadpool(self._trouble, request, trouble, number)
        answer.headers.update(getattr(error, "headers", None) or {})
        return answer

    async def _failed(self, request: Request, _error: Exception) -> Response:
        return await run_in_threadpool(self._trouble, request, Missing("page.failed"), 500)

    def _trouble(self, request: Request, trouble: AnswerableError, number: int) -> Response:
        code = request.url.path.split("/")[1]
        code = code if code in self._words and code != ENGLISH else ENGLISH

        return self._answer(code, _troubled(trouble, number), request)


def _tried(call: Call, make: Callable[[], Any]) -> Any:
    """Make something, or the page that says why it cannot be made."""
    try:
        return make()
    except AnswerableError as trouble:
        return problem(call, trouble)


async def _came(request: Request, row: Row) -> Mapping[str, Any]:
    """Read what came with a request, unless another site made a browser send it."""
    if row.method != "POST":
        return _NOTHING
    check_own_site(request)
    if row.takes == "json":
        large = Invalid("command.large", most=TEXT_BYTES)
        return {"body": await read_body(request, TEXT_BYTES, large)}
    return {"form": await read_form(request)}


def _troubled(trouble: AnswerableError, number: int = 0) -> View:
    def view(call: Call) -> Answer:
        page = problem(call, trouble)
        if not number:
            return page
        return page._replace(said={**page.said, "status": number}, status=number)

    return view


def _prefix(code: str) -> str:
    return "" if code == ENGLISH else f"/{code}"


def _assets() -> Mount:
    folder = Path(str(files("answerable.web") / "static"))
    return Mount("/assets", _Kept(directory=folder, check_dir=False))


def _record_files(workspace: Path) -> list[BaseRoute]:
    """Let anyone copy the files of the record; whoever opens their folder reads how to check."""
    kept = StaticFiles(directory=workspace / "public", check_dir=False)
    folder = [Route(place, _to_seals) for place in (FILES, f"{FILES}/")]
    return [*folder, Mount(FILES, kept)]


async def _to_seals(_request: Request) -> Response:
    return RedirectResponse("/record/seals", 303)


class _Kept(StaticFiles):
    """Files that were built: their address changes when they do, so they may be kept for ever."""

    def file_response(self, *args: Any, **kwargs: Any) -> Response:
        answer = super().file_response(*args, **kwargs)
        answer.headers["cache-control"] = _KEPT
        return answer


def _response(call: Call, answer: Ready) -> Response:
    match answer:
        case Away():
            return _away(call, answer)
        case Raw(media, data, name):
            named = {"content-disposition": f'attachment; filename="{name}"'} if name else {}
            return Response(data, media_type=media, headers=named)
        case Page() if wants_json(call.request):
            return _json(answer)
    headers = {"vary": _VARY, "content-language": call.tongue.code, **answer.headers}
    return Response(html(call, answer), answer.status, headers, "text/html; charset=utf-8")


def _json(page: Page) -> Response:
    data = to_json(page.said, exclude_none=True)
    media = PROBLEM if page.template == "problem.html" else JSON
    return Response(data, page.status, {"vary": _VARY, **page.headers}, media)


def _away(call: Call, away: Away) -> Response:
    answer = RedirectResponse(away.path if away.outside else call.tongue.url(away.path), 303)
    if away.session is not None:
        entered(call.request, answer, away.session, call.settings.address or "")
        if not away.session:
            answer.headers["clear-site-data"] = _FORGET
    if away.state is not None:
        sent(call.request, answer, away.state, call.settings.address or "")
    if away.begun is not None:
        begun(call.request, answer, away.begun, call.settings.address or "")
    return answer
