"""Signing in with a link that works once, and signing out."""

from typing import Final
from urllib.parse import urlsplit

from answerable.model.actor import Role
from answerable.model.errors import Forbidden, Refused
from answerable.web.call import Away, Call, Later, Page
from answerable.web.problem import problem
from answerable.web.provider import Known
from answerable.web.session import STATE, token_of

_HOMES: Final = ("/work", "/")
_HOMES_OF_CITIZENS: Final = ("/me/looked-up", "/me", "/")


def sign_in(call: Call) -> Page:
    """Say how to sign in; or who is signed in already."""
    visitor = call.visitor
    said = {"role": visitor.role, "organisation": visitor.organisation}
    wanted = local(call.asked("next"))
    aids = {
        "onward": wanted or home(call, visitor.role),
        "wanted": wanted,
        "provider": call.reception.provider.title if call.reception.provider else "",
    }
    return Page("sign_in.html", said, aids=aids)


def link(call: Call) -> Page:
    """Show whom a link lets in. Looking does not use it up: programs that preview links do."""
    visitor = call.reception.whose(call.named("token"), call.now)
    return Page("link.html", {"role": visitor.role, "organisation": visitor.organisation})


def enter(call: Call) -> Page | Away:
    """Use a link up."""
    try:
        visitor, session = call.reception.enter(call.named("token"), call.place, call.now)
    except Refused as trouble:
        wait = trouble.params.get("seconds")
        headers = {"retry-after": str(wait)} if wait else {}
        return problem(call, trouble)._replace(headers=headers)
    call.reception.leave(token_of(call.request))
    return Away(home(call, visitor.role), session)


def provider(call: Call) -> Later:
    """Send somebody to the provider that knows the staff.

    Raises:
        Missing: ``page.unknown`` where there is none.
        Broken: ``provider.silent``.
    """
    knows = call.reception.provided()
    onward = call.tongue.url(local(call.asked("next")) or _HOMES[0])

    def page(sent: tuple[str, str]) -> Away:
        return Away(sent[0], outside=True, state=sent[1])

    return Later(lambda: knows.begin(_back(call), onward, call.now), page)


def back(call: Call) -> Later:
    """Take in who comes back from the provider.

    Raises:
        Refused: ``sign-in.often``.
        Forbidden: ``provider.refused``, ``provider.stranger``.
        Broken: ``provider.silent``.
    """
    knows = call.reception.provided()
    address, kept = call.whole(call.here), call.request.cookies.get(STATE, "")

    def page(known: Known) -> Page | Away:
        if len(known.visitors) > 1:
            links = call.reception.links(known.visitors, call.now)
            return Page("choose.html", {}, aids={"links": links})
        call.reception.leave(token_of(call.request))
        return Away(known.onward, call.reception.begin(known.visitors[0], call.now), state="")

    def ask() -> Known:
        try:
            return knows.finish(address, kept, _back(call), call.now)
        except Forbidden:
            call.reception.tries.make(call.place, call.now)
            raise

    return Later(ask, page)


def _back(call: Call) -> str:
    return call.whole("/provider/back")


def leave(call: Call) -> Away:
    """Sign out."""
    call.reception.leave(token_of(call.request))
    return Away("/", "")


def home(call: Call, role: Role) -> str:
    """Give the page where somebody in a role begins."""
    homes = _HOMES_OF_CITIZENS if role is Role.CITIZEN else _HOMES
    return next(path for path in homes if call.leads(path))


def local(path: str) -> str:
    r"""Give a path of this site as it is, and nothing for anything else.

    >>> local("/work?done=yes")
    '/work?done=yes'
    >>> [local(path) for path in ("https://else.where/", "//else.where", "/\\\\else.where", "work")]
    ['', '', '', '']
    """
    plain = path.isascii() and path.isprintable() and "\\" not in path
    if not (plain and path.startswith("/")) or path.startswith("//"):
        return ""
    parts = urlsplit(path)
    return "" if parts.scheme or parts.netloc else path
