"""The form of anything that may be said, and the page that shows what was."""

from itertools import takewhile
from typing import Any, Final

from answerable.model.assessment import ProposalRouted, Route
from answerable.model.command import ACTIONS
from answerable.model.entry import Body, Entry
from answerable.model.errors import Forbidden, Missing
from answerable.web.call import Answer, Call, Page
from answerable.web.form.acting import (
    check_kind,
    check_subject,
    id_for,
    kinds,
    said_before,
)
from answerable.web.form.blank import Blank
from answerable.web.lines import line_of
from answerable.web.pages.work.parts import offer
from answerable.web.pages.work.writing import Trouble, Writing, answered_later, asked

MOST_TOLD: Final = 200

AFTER: Final = {
    "propose": ("add-ask", "add-benefit", "add-risk", "state-basis"),
    "add-ask": ("add-benefit", "add-risk", "state-basis"),
    "add-benefit": ("score-benefit", "add-risk"),
    "add-risk": ("score-risk", "record-dpia"),
    "route-proposal": ("open-consultation", "open-engagement"),
    "describe-dataset": ("describe-column",),
    "draw-panel": ("confirm-members", "hold-workshop", "put-statement"),
    "record-leaving": ("commit-replacement",),
    "relax-targets": ("commit-replacement",),
    "put-statement": ("count-tally",),
    "hold-workshop": ("put-statement", "ratify-recommendation"),
    "ratify-recommendation": ("record-dissent",),
    "draft-agreement": ("name-party", "add-limit", "add-duty"),
    "name-party": ("add-limit", "add-duty", "sign-agreement"),
    "add-limit": ("add-duty", "sign-agreement"),
    "add-duty": ("sign-agreement",),
    "suspend-agreement": ("resume-agreement",),
    "publish-vision": ("set-ambition", "tell-scenario"),
}
"""What usually comes next, by what was said."""

AGAIN: Final = frozenset(
    {
        "add-ask",
        "add-benefit",
        "add-duty",
        "add-limit",
        "add-risk",
        "describe-column",
        "hold-workshop",
        "judge-feature",
        "judge-test",
        "name-party",
        "put-statement",
        "ratify-recommendation",
        "state-basis",
    }
)
"""What is usually said more than once of the same."""

_SUBJECTS: Final = ("proposal", "agreement", "engagement", "dataset", "benefit", "risk")
_HOMES: Final = {
    "proposal": "/work/proposals",
    "agreement": "/work/agreements",
    "engagement": "/work/panels",
}


def act(call: Call) -> Page:
    """Ask for anything that somebody may say."""
    writing = _writing(call, dict(call.request.query_params))
    unanswered = writing.blank.unanswered() if call.asked("_step") == "next" else ()
    return asked(writing, Trouble(unanswered) if unanswered else None)


def send(call: Call) -> Answer:
    """Take the answers."""
    query = dict(call.request.query_params)
    settled = Blank(call, _checked(call), query).settled()
    known = {**call.form, **{name: query[name] for name in settled if name in query}}
    return answered_later(_writing(call, known), str(call.form.get("_step", "")))


def _checked(call: Call) -> str:
    verb = call.named("kind")
    check_kind(call, verb)
    return verb


def _writing(call: Call, known: dict[str, Any]) -> Writing:
    verb = _checked(call)
    address = Blank(call, verb, dict(call.request.query_params))
    check_subject(call, address)
    blank = Blank(call, verb, known)
    offered = {each.name for each in blank.slots if _is_offered(blank, each.name)}
    return Writing(
        call,
        blank,
        call.here,
        id_for(text_of(call, "_id")),
        size_of(call),
        address.settled() & offered,
    )


def _is_offered(blank: Blank, name: str) -> bool:
    slot = blank.slot_of(name)
    values = [each.value for each in slot.choices] if slot else []
    return not values or blank.entered.get(name) in values


def text_of(call: Call, name: str) -> str:
    """Give what a hidden field says."""
    value = call.form.get(name)
    return value if isinstance(value, str) else ""


def size_of(call: Call) -> int:
    """Give the size of the register when the page was made that a form came from."""
    said = text_of(call, "_size")
    return int(said) if said.isascii() and said.isdigit() and len(said) < 10 else call.state.size  # noqa: PLR2004


# What was said.


def done(call: Call) -> Page:
    """Show what joined the record with one form, and what usually comes next."""
    command_id = call.named("command")
    first = said_before(call, command_id)
    if first is None:
        raise Missing("page.unknown")
    entries = _of_command(call, first, command_id)
    if entries[0].envelope.org != call.visitor.organisation:
        raise Forbidden("page.organisation")
    lines = [line_of(call, entry) for entry in entries]
    said = {"command_id": command_id, "entries": lines, "at": entries[0].envelope.at}
    return Page("work/done.html", said, aids=_next(call, entries[0]))


def _of_command(call: Call, first: int, command_id: str) -> list[Entry]:
    entries = call.loop.entries(first, min(first + MOST_TOLD, call.state.size))
    return list(takewhile(lambda entry: entry.envelope.command_id == command_id, entries))


def _next(call: Call, entry: Entry) -> dict[str, Any]:
    body = entry.meaning
    verb = next((v for v, a in ACTIONS.items() if type(body) in a.yields), "")
    known = {name: str(getattr(body, name)) for name in _SUBJECTS if getattr(body, name, None)}
    again = (verb,) if verb in AGAIN else ()
    home = next((name for name in _HOMES if name in known), "")
    return {
        "again": [offer(call, each, known) for each in again if each in kinds(call)],
        "next": [offer(call, each, known) for each in _after(verb, body) if each in kinds(call)],
        "home": f"{_HOMES[home]}/{known[home]}" if home else "",
        "subject": home,
    }


def _after(verb: str, body: Body) -> tuple[str, ...]:
    """Give what usually comes next; where a panel decides, a consultation settles nothing."""
    if isinstance(body, ProposalRouted) and body.route == Route.PANEL:
        return ("open-engagement",)
    return AFTER.get(verb, ())
