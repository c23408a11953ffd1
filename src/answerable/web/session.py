"""Who is looking: nobody in particular, or somebody who signed in."""

from datetime import datetime
from typing import Final

from starlette.requests import Request
from starlette.responses import Response

from answerable.store.sessions import LONGEST, Sessions, Visitor

__all__ = ["COOKIE", "PUBLIC", "Visitor", "bearer", "entered", "token_of", "visitor_of"]

COOKIE: Final = "answerable-session"
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
    answer.set_cookie(
        COOKIE,
        token,
        max_age=int(LONGEST.total_seconds()) if token else 0,
        path="/",
        secure="https" in (request.url.scheme, address.partition(":")[0]),
        httponly=True,
        samesite="lax",
    )
