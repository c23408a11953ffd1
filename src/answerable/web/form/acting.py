"""Who may say what a form asks, and the id under which it is said once, however often sent."""

import hashlib
import re
import secrets
from contextlib import suppress
from types import SimpleNamespace
from typing import Final

from answerable.model.command import ACTIONS, action_of
from answerable.model.errors import Forbidden
from answerable.model.organisation import Organisation
from answerable.model.roles import MAY, check_may
from answerable.web.call import Call
from answerable.web.form.blank import ELSEWHERE, Blank
from answerable.web.form.choices import NEW

BINDING: Final = frozenset(
    {"answer-recommendation", "decide-proposal", "route-proposal", "sign-agreement"}
)
"""What is said of a subject as it stands: if that changed, it is shown again before it is said."""

_ID: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{7,79}")
NAMES: Final = frozenset(
    {
        "agreement",
        "benefit",
        "consultation",
        "dataset",
        "declaration",
        "engagement",
        "gateway",
        "organisation",
        "proposal",
        "recommendation",
        "risk",
        "service",
        "statement",
        "vision",
    }
)
"""Fields that name a subject."""


def kinds(call: Call) -> tuple[str, ...]:
    """Give what somebody may say, as far as role and organisation tell by themselves."""
    return tuple(verb for verb in ACTIONS if verb not in ELSEWHERE and _may(call, verb))


def _may(call: Call, verb: str) -> bool:
    visitor = call.visitor
    for kind in ACTIONS[verb].yields:
        permit = MAY[kind.kind.name]
        if visitor.role not in permit.roles:
            return False
        try:
            whose = permit.whose(call.state, SimpleNamespace())
        except AttributeError:
            continue  # it depends on what it is about
        if whose is not None and visitor.organisation not in whose:
            return False
    return True


def check_kind(call: Call, verb: str) -> None:
    """Refuse a form for what nobody says here, or not this actor.

    Raises:
        Missing: ``command.unknown``.
        Forbidden: ``actor.role`` or ``actor.organisation``.
    """
    action = action_of(verb)
    if verb in ELSEWHERE:
        raise Forbidden("command.elsewhere", name=verb)
    call.state.get(Organisation, call.visitor.organisation)
    for kind in action.yields:
        if call.visitor.role not in MAY[kind.kind.name].roles:
            check_may(call.state, kind.kind.name, None, call.visitor.role, "")


def check_subject(call: Call, blank: Blank) -> None:
    """Refuse a form about something of another organisation, as soon as it is named.

    Raises:
        Forbidden: ``actor.organisation``.
        Missing: what it is about does not exist.
    """
    about = SimpleNamespace(
        **{
            slot.name: blank.entered[slot.name]
            for slot in blank.slots
            if slot.name in NAMES
            and (blank.verb, slot.name) not in NEW
            and blank.entered.get(slot.name)
        }
    )
    role, organisation = call.visitor.role, call.visitor.organisation
    for kind in ACTIONS[blank.verb].yields:
        with suppress(AttributeError):  # one name alone cannot tell
            check_may(call.state, kind.kind.name, about, role, organisation)


def fresh_id() -> str:
    """Give the id of a command that is yet to be sent."""
    return f"w{secrets.token_hex(12)}"


def id_for(sent: str) -> str:
    """Give the id that came with a form, if it may be one."""
    return sent if _ID.fullmatch(sent) else fresh_id()


def id_of_draft(organisation: str, draft: str, revision: int) -> str:
    """Give the id under which a draft is published as it stands: once."""
    said = f"{organisation}/{draft}/{revision}".encode()
    return f"d{hashlib.sha256(said).hexdigest()[:24]}"


def said_before(call: Call, command_id: str) -> int | None:
    """Give the first entry of a command that was carried out."""
    return call.state.commands.get(command_id)
