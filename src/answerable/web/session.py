"""Who is looking: nobody in particular, or somebody who signed in."""

from datetime import datetime
from typing import Final, NamedTuple

from starlette.requests import Request
from starlette.responses import Response

from answerable.store.registrations import LASTS
from answerable.store.sessions import LONGEST, Sessions, Visitor
from answerable.web.provider import WAITS

__all__ = [
    "BEGUN",
    "COOKIE",
    "PUBLIC",
    "STATE",
    "Visitor",
    "bearer",
    "begun",
    "begun_of",
    "entered",
    "sent",
    "token_of",
    "visitor_of",
]

COOKIE: Final = "answerable-session"
STATE: Final = "answerable-state"
BEGUN: Final = "answerable-volunteer"
PUBLIC = Visitor()
_MOST: Final = 200
_BEARER: Final = "bearer "


def bearer(request: Request) -> str:
    """Give the token that a program sends in the header; browsers never do by themselves."""
    said = request.headers.get("authorization", "")
    return said[len(_BEARER) :].strip() if said.lower().startswith(_BEARER) else ""


def token_of(request: Request) -> str:
    """Give the token of the session: a program's, or the one in the cookie."""
    token = bearer(request) or request.cookies.get(COOKIE, "")
    return token if len(token) <= _MOST else ""


def visitor_of(sessions: Sessions | None, request: Request, now: datetime) -> Visitor:
    """Give who asks; the public where there is no session."""
    token = token_of(request)
    return (sessions.visitor(token, now) if sessions and token else None) or PUBLIC


def entered(request: Request, answer: Response, token: str, address: str = "") -> None:
    """Let the browser keep a session, or forget it when there is no token.

    Args:
        request: what is answered.
        answer: what the browser is told with it.
        token: of the session.
        address: where people find the site, if it stands behind another server.
    """
    _keep(request, answer, address, Kept(COOKIE, token, "/", int(LONGEST.total_seconds())))


def sent(request: Request, answer: Response, state: str, address: str = "") -> None:
    """Let the browser keep what ties it to somebody who is at the provider, or forget it."""
    _keep(request, answer, address, Kept(STATE, state, "/provider", int(WAITS.total_seconds())))


def begun(request: Request, answer: Response, token: str, address: str = "") -> None:
    """Let the browser keep what ties it to a registration that waits for its code."""
    _keep(request, answer, address, Kept(BEGUN, token, "/", int(LASTS.total_seconds())))


def begun_of(request: Request) -> str:
    """Give the token of a registration that waits for its code."""
    token = request.cookies.get(BEGUN, "")
    return token if len(token) <= _MOST else ""


class Kept(NamedTuple):
    """A cookie; none when there is nothing to keep.

    Attributes:
        seconds: how long it is kept.
    """

    name: str
    value: str
    path: str
    seconds: int


def _keep(request: Request, answer: Response, address: str, kept: Kept) -> None:
    answer.set_cookie(
        kept.name,
        kept.value,
        max_age=kept.seconds if kept.value else 0,
        path=kept.path,
        secure="https" in (request.url.scheme, address.partition(":")[0]),
        httponly=True,
        samesite="lax",
    )
