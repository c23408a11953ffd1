"""A party's page of an agreement: in plain words, what may be added, how it is used."""

from answerable.model.agreement import Agreement
from answerable.model.proposal import Proposal
from answerable.model.status import Standing, standing
from answerable.web.call import Call, Page
from answerable.web.pages.work.parts import Offer, check_own, offers
from answerable.web.pages.work.signing import SIGN, missing, parties, promises, rules
from answerable.web.pages.work.use import bars, days_of
from answerable.web.story import agreed
from answerable.web.terms import grant_of


def agreement(call: Call) -> Page:
    """Show it to its parties."""
    found = own_agreement(call)
    days = days_of(agreed(call.state, call.now, found).used)
    said = {
        "agreement": found,
        "proposal": call.state.get(Proposal, found.proposal),
        "standing": standing(found, call.now),
        "grant": grant_of(call.tongue, call.state, found),
        "parts": [
            *(missing(call, found) if not found.is_signed else ()),
            parties(call, found),
            rules(call, found),
            promises(call, found),
        ],
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
    waits = own in {party.organisation for party in found.parties} - {*found.signed_by}
    if waits and not missing(call, found):
        verbs.append(SIGN)
    if own == found.custodian and standing(found, call.now) is Standing.IN_FORCE:
        verbs.append("suspend-agreement")
        verbs += ["resume-agreement"] if found.suspended else []
    return offers(call, known, *verbs)
