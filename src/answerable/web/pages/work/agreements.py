"""A party's page of an agreement: in plain words, what may be added, how it is used."""

from answerable.model.actor import Role
from answerable.model.agreement import Agreement
from answerable.model.organisation import Organisation
from answerable.model.proposal import Proposal
from answerable.model.status import Standing, standing
from answerable.web.call import Call, Page
from answerable.web.pages.work.act import Offer, offer
from answerable.web.pages.work.parts import Item, Part, check_own, offers
from answerable.web.pages.work.use import bars, days_of
from answerable.web.story import agreed
from answerable.web.terms import grant_of, sentences_of


def agreement(call: Call) -> Page:
    """Show it to its parties."""
    found = own_agreement(call)
    days = days_of(agreed(call.state, call.now, found).used)
    said = {
        "agreement": found,
        "proposal": call.state.get(Proposal, found.proposal),
        "standing": standing(found, call.now),
        "grant": grant_of(call.tongue, call.state, found),
        "parts": [_parties(call, found), _rules(call, found), _promises(call, found)],
        "days": days,
    }
    return Page("work/agreement.html", said, aids={"bars": bars(days), "acts": _acts(call, found)})


def own_agreement(call: Call) -> Agreement:
    """Give the agreement that a page is about, to one of its parties.

    Raises:
        Forbidden: ``page.organisation``.
    """
    found = call.state.get(Agreement, call.named("agreement"))
    check_own(call, found.custodian, *(party.organisation for party in found.parties))
    return found


def _acts(call: Call, found: Agreement) -> tuple[Offer, ...]:
    """Give what may be said of the agreement as it stands."""
    known, own = {"agreement": found.agreement}, call.visitor.organisation
    verbs = []
    if own in {party.organisation for party in found.parties} - {*found.signed_by}:
        verbs.append("sign-agreement")
    if own == found.custodian and standing(found, call.now) is Standing.IN_FORCE:
        verbs.append("suspend-agreement")
        verbs += ["resume-agreement"] if found.suspended else []
    return offers(call, known, *verbs)


def _drafting(call: Call, found: Agreement, verb: str) -> tuple[Offer, ...]:
    """Give what may be added, until the first signature."""
    mine = call.visitor.organisation == found.custodian and call.visitor.role is Role.CUSTODIAN
    known = {"agreement": found.agreement}
    return offers(call, known, verb) if mine and not found.is_signed else ()


def _parties(call: Call, found: Agreement) -> Part:
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


def _rules(call: Call, found: Agreement) -> Part:
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


def _promises(call: Call, found: Agreement) -> Part:
    said, _, own = sentences_of(call.tongue, call.state, found), call._, call.visitor.organisation
    items = tuple(
        Item(
            text=said[f"{found.agreement}/{each.duty}"],
            path=f"/agreements/{found.agreement}/rules/{each.duty}",
            offer=offer(call, "meet-duty", {"agreement": found.agreement, "duty": each.duty})
            if each.party == own and found.is_signed
            else None,
        )
        for each in found.duties
    )
    more = _drafting(call, found, "add-duty")
    return Part("promises", _("What people have promised"), items, _("None yet."), more)
