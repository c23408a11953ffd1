"""The members of a panel by name, for its facilitator alone; the register gets their numbers."""

from dataclasses import dataclass
from typing import Any

from answerable.model.engagement import Engagement
from answerable.stages.engage.rooms import pool_room, volunteer_room
from answerable.web.call import Call, Page
from answerable.web.pages.work.parts import Offer, check_own, offer, offers


@dataclass(frozen=True, slots=True)
class Member:
    """Somebody on the panel.

    Attributes:
        contact: what is known of them; nothing where it was erased.
        leaving: the form that records that they left.
    """

    number: int
    confirmed: bool
    contact: dict[str, str] | None
    leaving: Offer


def members(call: Call) -> Page:
    """Show them to those who run the panel."""
    found = call.state.get(Engagement, call.named("engagement"))
    check_own(call, found.facilitator)
    contacts = contacts_of(call, found)
    said = {
        "panel": found,
        "members": [{"number": one, "confirmed": one in found.confirmed} for one in found.members],
        "left": found.left,
    }
    everybody = [_member(call, found, one, contacts.get(one)) for one in found.members]
    known = {"engagement": found.engagement}
    empty = found.seats - len(found.members)
    verbs = ("commit-replacement", "relax-targets") if found.left and empty else ()
    more = offers(call, known, *verbs)
    aids = {"everybody": everybody, "more": more, "size": call.state.size}
    return Page("work/members.html", said, aids=aids)


def _member(call: Call, found: Engagement, number: int, contact: dict[str, str] | None) -> Member:
    known = {"engagement": found.engagement, "member": str(number)}
    return Member(number, number in found.confirmed, contact, offer(call, "record-leaving", known))


def contacts_of(call: Call, found: Engagement) -> dict[int, dict[str, str]]:
    """Give what is known of the people of a pool, by number; who was erased is not in it."""
    if found.pool is None:
        return {}
    room = pool_room(found.engagement, found.pool.draw)
    people = call.loop.reveal(call.actor, volunteer_room(found.engagement))
    known: dict[str, Any] = {record.ref: record.body for record in people}
    pool: list[Any] = [record.body for record in call.loop.reveal(call.actor, room)]
    return {
        int(body["number"]): _names_first(known[body["volunteer"]]["contact"])
        for body in pool
        if body.get("volunteer") in known
    }


def _names_first(contact: dict[str, str]) -> dict[str, str]:
    return dict(sorted(contact.items(), key=lambda pair: "name" not in pair[0].casefold()))
