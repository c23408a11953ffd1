"""The facilitator's page of a panel: its steps, its meetings, what was put to it and said."""

from answerable.model.engagement import Engagement, Recommendation, Statement
from answerable.model.proposal import Proposal
from answerable.web.call import Call, Page
from answerable.web.pages.work.panel_steps import steps
from answerable.web.pages.work.parts import Item, Part, check_own, offer, offers


def panel(call: Call) -> Page:
    """Show it to those who run it."""
    found = call.state.get(Engagement, call.named("engagement"))
    check_own(call, found.facilitator)
    known = {"engagement": found.engagement}
    said = {
        "panel": found,
        "proposal": call.state.get(Proposal, found.proposal),
        "parts": [
            steps(call, found),
            *([_volunteers(call, found, known)] if found.registration or not found.draws else []),
            _meetings(call, found, known),
            _statements(call, found, known),
            _recommendations(call, found, known),
        ],
    }
    return Page("work/panel.html", said)


def _volunteers(call: Call, found: Engagement, known: dict[str, str]) -> Part:
    """Tell where people volunteer here, until when, and how many did: the number alone."""
    _, opened = call._, found.registration
    heading = _("People who volunteer here")
    if opened is None:
        empty = _("Anybody can fill in a form here, once you open registration.")
        return Part("volunteers", heading, (), empty, offers(call, known, "open-registration"))
    path = f"/panels/{found.engagement}/register"
    count = len(call.loop.volunteers(call.actor, found.engagement))
    if found.takes_volunteers(call.now.date()):
        state = _("Registration is open until %(day)s.", day=call.tongue.day(opened.closes))
    else:
        state = _("Registration is closed.")
    items = (
        Item(words=state),
        Item(words=call.whole(call.tongue.url(path)), path=path),
        Item(words=_("People in the pool so far: %(count)s", count=call.tongue.number(count))),
    )
    return Part("volunteers", heading, items)


def _meetings(call: Call, found: Engagement, known: dict[str, str]) -> Part:
    _ = call._
    items = tuple(
        Item(
            text=each.title,
            words=_(
                "%(day)s, %(present)s members there",
                day=call.tongue.day(each.day),
                present=call.tongue.number(each.present),
            ),
        )
        for each in found.held
    )
    more = offers(call, known, "hold-workshop") if found.drawn and found.finished is None else ()
    return Part("meetings", _("Meetings"), items, _("None yet."), more)


def _statements(call: Call, found: Engagement, known: dict[str, str]) -> Part:
    _ = call._
    own = [each for each in call.state.each(Statement) if each.engagement == found.engagement]
    items = tuple(
        Item(
            text=each.words,
            done=each.tally is not None,
            offer=None if each.tally else offer(call, "count-tally", {"statement": each.statement}),
        )
        for each in own
    )
    more = offers(call, known, "put-statement") if found.drawn and found.finished is None else ()
    return Part("statements", _("Statements put to the panel"), items, _("None yet."), more)


def _recommendations(call: Call, found: Engagement, known: dict[str, str]) -> Part:
    _, ended = call._, found.finished is not None
    own = [each for each in call.state.each(Recommendation) if each.engagement == found.engagement]
    items = tuple(
        Item(
            text=each.title,
            words=_("Answered") if each.answered else _("Not answered yet"),
            path=f"/recommendations/{each.recommendation}",
            offer=offer(call, "record-dissent", {"recommendation": each.recommendation}),
        )
        for each in own
    )
    more = offers(call, known, "ratify-recommendation") if found.drawn and not ended else ()
    return Part("recommendations", _("Recommendations"), items, _("None yet."), more)
