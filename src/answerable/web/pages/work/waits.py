"""What waits for an organisation: decisions, signatures, promises with a day."""

from answerable.model.agreement import Agreement, Decision
from answerable.model.dataset import Dataset
from answerable.model.proposal import Proposal
from answerable.model.status import missed
from answerable.web.call import Call
from answerable.web.pages.work.parts import Item, Part, offer
from answerable.web.pages.work.signing import SIGN, missing


def to_decide(call: Call) -> Part:
    """Give the proposals on which the organisation has not decided yet."""
    own, state = call.visitor.organisation, call.state
    items = tuple(
        Item(
            text=each.title,
            path=f"/proposals/{each.proposal}",
            offer=offer(call, "decide-proposal", {"proposal": each.proposal}),
        )
        for each in state.each(Proposal)
        if each.route is not None
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
    """Give the promises of the organisation whose day has passed."""
    own, _ = call.visitor.organisation, call._
    items = tuple(
        Item(
            text=late.duty.what,
            words=_("It was due on %(day)s", day=call.tongue.day(late.due)),
            done=False,
            offer=offer(call, "meet-duty", {"agreement": each.agreement, "duty": late.duty.duty}),
        )
        for each in call.state.each(Agreement)
        if each.is_signed
        for late in missed(each, call.now)
        if late.duty.party == own
    )
    return Part("keep", _("Promises that were missed"), items)
