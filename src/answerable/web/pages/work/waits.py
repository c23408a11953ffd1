"""What waits for an organisation: decisions, signatures, promises with a day."""

from answerable.model.agreement import Agreement, Decision
from answerable.model.dataset import Dataset
from answerable.model.proposal import Proposal
from answerable.model.status import Missed, missed
from answerable.stages.decide import heard, unanswered
from answerable.web.call import Call
from answerable.web.lines import title_of
from answerable.web.pages.work.parts import Item, Part, offer
from answerable.web.pages.work.signing import SIGN, missing, overdue


def to_decide(call: Call) -> Part:
    """Give the proposals on which the organisation can decide and has not yet."""
    own, state = call.visitor.organisation, call.state
    items = tuple(
        Item(
            text=each.title,
            path=f"/proposals/{each.proposal}",
            offer=offer(call, "decide-proposal", {"proposal": each.proposal}),
        )
        for each in state.each(Proposal)
        if heard(state, each)
        and not unanswered(state, each.proposal)
        and any(state.get(Dataset, ask.dataset).custodian == own for ask in each.asks)
        and state.find(Decision, f"{each.proposal}/{own}") is None
    )
    return Part("decide", call._("Proposals to decide on"), items)


def to_sign(call: Call) -> Part:
    """Give the agreements that the organisation has not signed yet."""
    own = call.visitor.organisation
    items = tuple(
        _unsigned(call, each)
        for each in call.state.each(Agreement)
        if own in {party.organisation for party in each.parties} and own not in each.signed_by
    )
    return Part("sign", call._("Agreements to sign"), items)


def _unsigned(call: Call, each: Agreement) -> Item:
    path = f"/work/agreements/{each.agreement}"
    if missing(call, each):
        return Item(text=each.title, words=call._("Something is missing yet"), path=path)
    return Item(text=each.title, path=path, offer=offer(call, SIGN, {"agreement": each.agreement}))


def to_keep(call: Call) -> Part:
    """Give the promises whose day has passed: to the organisation, and its own."""
    own = call.visitor.organisation
    items = tuple(
        _missed(call, each, late)
        for each in call.state.each(Agreement)
        if each.is_signed
        for late in missed(each, call.now)
        if own in (late.duty.party, each.custodian)
    )
    return Part("keep", call._("Promises that were missed"), items)


def _missed(call: Call, found: Agreement, late: Missed) -> Item:
    duty, said = late.duty, overdue(call, late)
    if duty.party == call.visitor.organisation:
        known = {"agreement": found.agreement, "duty": duty.duty}
        return Item(text=duty.what, words=said, done=False, offer=offer(call, "meet-duty", known))
    owed = call._("Owed by %(who)s. %(when)s", who=title_of(call, duty.party), when=said)
    return Item(text=duty.what, words=owed, path=f"/work/agreements/{found.agreement}")
