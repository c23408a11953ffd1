"""Leaving the pool of a panel: by reference, with a button; looking at a link erases nobody."""

from answerable.model.engagement import Engagement
from answerable.model.errors import Missing, Refused
from answerable.store.vault import VaultRecord
from answerable.web.call import Call, Page
from answerable.web.contacts import reached
from answerable.web.problem import status
from answerable.web.registering import grouped, reference_of
from answerable.words import say


def look(call: Call) -> Page:
    """Ask for the reference of somebody who wants to be erased; a link may bring it along."""
    given = call.asked("reference")
    known = reference_of(given)
    return _ask(call, grouped(known) if known else given, sure=bool(known))


def leave(call: Call) -> Page:
    """Erase somebody by their reference."""
    given = call.form.get("reference")
    typed = given.strip() if isinstance(given, str) else ""
    known, found = reference_of(typed), call.state.get(Engagement, call.named("engagement"))
    if not typed:
        return _ask(call, "", call._("Enter your withdrawal reference"), 400)
    try:
        record = call.loop.withdraw(found.engagement, known)
    except Missing as trouble:
        return _unknown(call, typed, trouble)
    _forget(call, record, known)
    return Page("volunteer/withdrawn.html", _facts(found), aids=_aids(call, found))


def _forget(call: Call, record: VaultRecord, reference: str) -> None:
    """Take back messages to somebody that nobody has passed on yet."""
    contact = record.body.get("contact")
    known = contact if isinstance(contact, dict) else {}
    ways = (str(known[name]) for name in ("email", "phone") if name in known)
    if call.registering.messages is not None:
        call.registering.messages.outbox.forget(*ways, naming=grouped(reference))


def _unknown(call: Call, typed: str, trouble: Missing) -> Page:
    """Say that nobody has the reference, unless too many were tried."""
    try:
        call.registering.guesses.make(call.place, call.now)
    except Refused as often:
        told = say(often.code, often.params, call.tongue.code)
        page = _ask(call, typed, f"{told.says} {told.remedy}", status(often))
        return page._replace(headers={"retry-after": str(often.params["seconds"])})
    told = say(trouble.code, trouble.params, call.tongue.code)
    return _ask(call, typed, f"{told.says} {told.remedy}", 400)


def _ask(call: Call, given: str, fault: str = "", number: int = 200, *, sure: bool = False) -> Page:
    found = call.state.get(Engagement, call.named("engagement"))
    aids = {"given": given, "fault": fault, "sure": sure, **_aids(call, found)}
    return Page("volunteer/withdraw.html", _facts(found), number, aids)


def _facts(found: Engagement) -> dict[str, object]:
    facts = {"panel": found.engagement, "title": found.title, "facilitator": found.facilitator}
    return facts | {"fixed": bool(found.draws)}


def _aids(call: Call, found: Engagement) -> dict[str, object]:
    reach = reached(call.settings, [found.facilitator])[0]
    return {"panel_path": f"/panels/{found.engagement}", "reach": reach}
