"""Who may sign in on the pages of the story, and whom they ring. All of it is invented."""

from answerable.launch.demo.cast import AGENCY, COUNCIL, FACILITATORS, FIRE, HEALTH, OPERATOR
from answerable.model.actor import Role
from answerable.store.sessions import Visitor
from answerable.web.settings import Contact

CONTACTS = {
    COUNCIL: Contact(
        post="Data protection team", phone="01632 960 001", letters="1 Weir Square, Inverlarch"
    ),
    HEALTH: Contact(
        post="Information rights team", phone="01632 960 002", letters="2 Larch Row, Inverlarch"
    ),
    FIRE: Contact(post="Data protection officer", phone="01632 960 003"),
    AGENCY: Contact(post="Flood information line", phone="01632 960 004"),
}
"""Whom people ring; these numbers are nobody's, by Ofcom's rule for drama."""

LOOKED_UP = ("extra-help", "INV000000217")
"""Somebody on the council's list whom a crew looked up in the flood."""

GUESTS = (
    ("data-sharing officer of the council", Visitor(Role.OFFICER, COUNCIL)),
    ("head of information of the council, who answers and signs", Visitor(Role.CUSTODIAN, COUNCIL)),
    ("Caldicott Guardian of the health board", Visitor(Role.CUSTODIAN, HEALTH)),
    ("area commander of the fire and rescue service", Visitor(Role.OFFICER, FIRE)),
    ("facilitator of the panel", Visitor(Role.FACILITATOR, FACILITATORS)),
    ("member of the panel", Visitor(Role.PANELLIST, FACILITATORS)),
    ("steward of the register", Visitor(Role.STEWARD, OPERATOR)),
    ("auditor, who may read everything and change nothing", Visitor(Role.AUDITOR, OPERATOR)),
    ("somebody whom a crew looked up in the flood", Visitor(Role.CITIZEN, COUNCIL, "", LOOKED_UP)),
)
"""In which roles whoever walks through the story may sign in."""
