"""The door before every page: who may, and what is said to whoever may not."""

from typing import Final
from urllib.parse import quote, urlsplit

from starlette.requests import Request

from answerable.model.errors import Forbidden
from answerable.web.call import Answer, Away, Call, Page, View, wants_json
from answerable.web.forms import Upload
from answerable.web.problem import problem
from answerable.web.row import Row
from answerable.web.session import bearer

_OWN: Final = ("same-origin", "none")


def admitted(row: Row) -> View:
    """Give the page behind its door."""

    def view(call: Call) -> Answer:
        if call.visitor.role in row.access:
            return row.view(call)
        if call.visitor.signed_in:
            return problem(call, Forbidden("page.role"))
        return _sign_in(call)

    return view


def check_own_site(request: Request) -> None:
    """Refuse what another site made a browser send.

    A program that sends its token itself was made by nobody else to do so.

    Raises:
        Forbidden: ``page.other-site``.
    """
    if bearer(request):
        return
    site = request.headers.get("sec-fetch-site")
    origin = request.headers.get("origin", "")
    own = site in _OWN if site else urlsplit(origin).netloc == request.headers.get("host")
    if not own:
        raise Forbidden("page.other-site")


def _sign_in(call: Call) -> Answer:
    if wants_json(call.request):
        return problem(call, Forbidden("page.sign-in"))
    if call.request.method == "POST":
        return _kept(call)
    return Away(f"/sign-in?next={quote(call.here, safe='')}")


def _kept(call: Call) -> Page:
    """Keep what was entered on a page from which it can be sent again."""
    fields = [
        (name, each)
        for name, value in call.form.items()
        for each in (value if isinstance(value, list) else [value])
    ]
    texts = [field for field in fields if not isinstance(field[1], Upload)]
    aids = {"action": call.here, "fields": texts, "files": len(fields) - len(texts)}
    said = problem(call, Forbidden("page.sign-in"))
    return said._replace(template="session_over.html", aids=aids)
