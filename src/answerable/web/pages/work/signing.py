"""What a signature is put under: the grant, the rules, the promises; and what is missing of it."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any, Final

from answerable.model.actor import Role
from answerable.model.agreement import Agreement, Duty
from answerable.model.engagement import Recommendation
from answerable.model.limits import Effect
from answerable.model.organisation import Organisation
from answerable.model.status import Missed, missed
from answerable.stages.decide import unnamed, untraced
from answerable.web.call import Call
from answerable.web.form.wording import Wording
from answerable.web.pages.work.parts import Item, Offer, Part, offer, offers
from answerable.web.terms import grant_of, sentences_of

SIGN: Final = "sign-agreement"


def shown(call: Call, verb: str, name: object) -> dict[str, Any] | None:
    """Give all that somebody is about to sign, if that is what they are about to do."""
    found = call.state.find(Agreement, name) if isinstance(name, str) else None
    if verb != SIGN or found is None:
        return None
    parts = (*missing(call, found), parties(call, found), rules(call, found), promises(call, found))
    return {
        "agreement": found.agreement,
        "grant": grant_of(call.tongue, call.state, found),
        "parts": [replace(part, offers=()) for part in parts],
        "terms": found.terms,
    }


def missing(call: Call, found: Agreement) -> tuple[Part, ...]:
    """Give what an agreement lacks before anybody can sign it, if it lacks anything."""
    items = tuple(_gaps(call, found))
    heading = call._("Missing before it can be signed")
    return (Part("missing", heading, items),) if items else ()


def _gaps(call: Call, found: Agreement) -> Iterator[Item]:
    _ = call._
    if call.now >= found.ends:
        yield Item(words=_("It has ended before it was signed: draft another."), done=False)
    for name in unnamed(found):
        title = call.state.get(Organisation, name).title
        more = _add(call, found, "name-party")
        yield Item(text=title, words=_("Not named as a party yet"), done=False, offer=more)
    if not found.limits:
        more = _add(call, found, "add-limit")
        yield Item(words=_("There is no rule yet"), done=False, offer=more)
    for each in untraced(call.state, found):
        yield _promised(call, found, each)


def _promised(call: Call, found: Agreement, each: Recommendation) -> Item:
    rule, _ = each.answered is not None and each.answered.becomes == "rule", call._
    return Item(
        text=each.title,
        words=_("The answer promised a rule") if rule else _("The answer promised a duty"),
        path=f"/recommendations/{each.recommendation}",
        done=False,
        offer=_add(call, found, "add-limit" if rule else "add-duty"),
    )


def _add(call: Call, found: Agreement, verb: str) -> Offer | None:
    return next(iter(_drafting(call, found, verb)), None)


def _drafting(call: Call, found: Agreement, verb: str) -> tuple[Offer, ...]:
    """Give what may be added, until the first signature."""
    mine = call.visitor.organisation == found.custodian and call.visitor.role is Role.CUSTODIAN
    known = {"agreement": found.agreement}
    return offers(call, known, verb) if mine and not found.signed_by else ()


def parties(call: Call, found: Agreement) -> Part:
    """Give who is to sign it, and who did."""
    _ = call._
    items = tuple(
        Item(
            text=call.state.get(Organisation, party.organisation).title,
            words=_("Signed") if party.organisation in found.signed_by else _("Not signed yet"),
            done=party.organisation in found.signed_by,
        )
        for party in found.parties
    )
    more = _drafting(call, found, "name-party")
    return Part("parties", _("Parties"), items, _("None yet."), more)


def rules(call: Call, found: Agreement) -> Part:
    """Give the rules, each as a sentence."""
    said, _ = sentences_of(call.tongue, call.state, found), call._
    items = tuple(
        Item(
            text=said[f"{found.agreement}/{each.limit}"],
            path=f"/agreements/{found.agreement}/rules/{each.limit}",
        )
        for each in found.limits
    )
    more = _drafting(call, found, "add-limit")
    return Part("rules", _("The rules a machine keeps"), items, _("None yet."), more)


def promises(call: Call, found: Agreement) -> Part:
    """Give the promises, each as a sentence, and which of them were missed."""
    late = {each.duty.duty: each for each in missed(found, call.now)[::-1]}
    items = tuple(
        _promise(call, found, each, late.get(each.duty) if found.is_signed else None)
        for each in found.duties
    )
    more = _drafting(call, found, "add-duty")
    heading = call._("What people have promised")
    return Part("promises", heading, items, call._("None yet."), more)


def _promise(call: Call, found: Agreement, duty: Duty, late: Missed | None) -> Item:
    known = {"agreement": found.agreement, "duty": duty.duty}
    mine = duty.party == call.visitor.organisation and found.is_signed
    return Item(
        text=sentences_of(call.tongue, call.state, found)[f"{found.agreement}/{duty.duty}"],
        words=overdue(call, late) if late else "",
        path=f"/agreements/{found.agreement}/rules/{duty.duty}",
        done=False if late else None,
        offer=offer(call, "meet-duty", known) if mine else None,
    )


def overdue(call: Call, late: Missed) -> str:
    """Say when a promise was due, and what has stopped because it was missed."""
    words, stops = Wording(call.tongue.code), late.duty.on_miss.items()
    stopped = [words.choice("patterns", p) for p, effect in stops if effect is Effect.SUSPEND]
    said = {"day": call.tongue.day(late.due), "ways": ", ".join(stopped)}
    if not stopped:
        return call._("It was due on %(day)s", day=said["day"])
    return call._("It was due on %(day)s. Stopped until it is kept: %(ways)s", **said)
