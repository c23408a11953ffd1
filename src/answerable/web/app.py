"""The application: finds the page, asks who is there, holds the register still, and answers."""

from collections.abc import Awaitable, Callable, Mapping
from importlib.resources import files
from pathlib import Path
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
from answerable.model.errors import AnswerableError, Missing
from answerable.web.call import Answer, Away, Call, Page, Raw, View
from answerable.web.drafts import Drafts
from answerable.web.guard import Guard
from answerable.web.language import ENGLISH, LANGUAGES, Tongue, catalogue
from answerable.web.problem import problem
from answerable.web.render import html
from answerable.web.routes import TABLE, Row
from answerable.web.session import PUBLIC

_KEPT: Final = "public, max-age=31536000, immutable"
_JSON: Final = "application/json"


class Site:
    """Everything that pages are made of."""

    def __init__(self, loop: Loop, languages: Mapping[str, Any] | None = None) -> None:
        """Begin.

        Args:
            loop: the register that is shown.
            languages: the words of the pages in each language; those of the package by default.
        """
        self._loop = loop
        self._drafts = Drafts()
        self._words = languages or {code: catalogue(code) for code in LANGUAGES}

    def app(self) -> Starlette:
        """Put the application together."""
        return Starlette(
            routes=[*self._pages(), _assets()],
            middleware=[Middleware(Guard)],
            exception_handlers={HTTPException: self._no_page, Exception: self._failed},
        )

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
            return await run_in_threadpool(self._answer, code, row.view, request)

        return endpoint

    def _answer(self, code: str, view: View, request: Request) -> Response:
        """Make a page while nothing changes, then lay it out."""
        prefix = _prefix(code)
        request.scope["page"] = request.url.path.removeprefix(prefix) or "/"
        tongue = Tongue(code, self._words[code], self._drafts)
        with self._loop.still() as state:
            self._drafts.follow(self._loop, state)
            now = self._loop.clock.now()
            call = Call(self._loop, state, now, tongue, request, PUBLIC)
            try:
                answer = view(call)
            except AnswerableError as trouble:
                answer = problem(call, trouble)
            return _response(call, answer)

    async def _no_page(self, request: Request, error: Exception) -> Response:
        """Say in the reader's language that there is no such page, or not in this way."""
        number = error.status_code if isinstance(error, HTTPException) else 500
        trouble = Missing("page.unknown") if number == 404 else Missing("page.method")  # noqa: PLR2004
        return await run_in_threadpool(self._trouble, request, trouble, number)

    async def _failed(self, request: Request, _error: Exception) -> Response:
        return await run_in_threadpool(self._trouble, request, Missing("page.failed"), 500)

    def _trouble(self, request: Request, trouble: AnswerableError, number: int) -> Response:
        code = request.url.path.split("/")[1]
        code = code if code in self._words and code != ENGLISH else ENGLISH

        def view(call: Call) -> Answer:
            return problem(call, trouble)._replace(status=number)

        return self._answer(code, view, request)


def _prefix(code: str) -> str:
    return "" if code == ENGLISH else f"/{code}"


def _assets() -> Mount:
    folder = Path(str(files("answerable.web") / "static"))
    return Mount("/assets", _Kept(directory=folder, check_dir=False))


class _Kept(StaticFiles):
    """Files that were built: their address changes when they do, so they may be kept for ever."""

    def file_response(self, *args: Any, **kwargs: Any) -> Response:
        answer = super().file_response(*args, **kwargs)
        answer.headers["cache-control"] = _KEPT
        return answer


def _response(call: Call, answer: Answer) -> Response:
    match answer:
        case Away(path):
            return RedirectResponse(call.tongue.url(path), 303)
        case Raw(media, data, name):
            named = {"content-disposition": f'attachment; filename="{name}"'} if name else {}
            return Response(data, media_type=media, headers=named)
        case Page() if wants_json(call.request):
            return _json(answer)
    headers = {"vary": "Accept", "content-language": call.tongue.code}
    return Response(html(call, answer), answer.status, headers, "text/html; charset=utf-8")


def _json(page: Page) -> Response:
    data = to_json(page.said, exclude_none=True)
    return Response(data, page.status, {"vary": "Accept"}, _JSON)


def wants_json(request: Request) -> bool:
    """Tell whether a program asks: by the header, or by ``?as=json``."""
    accept = request.headers.get("accept", "")
    return request.query_params.get("as") == "json" or (
        _JSON in accept and "text/html" not in accept
    )
