"""The pages about this site: how accessible it is, what it keeps, whom to turn to."""

from datetime import date
from typing import Any, Final

from answerable.model.dataset import Dataset, Sensitivity
from answerable.model.organisation import OpenRegister, Organisation
from answerable.store.sessions import IDLE, LONGEST
from answerable.web.call import Call, Page
from answerable.web.contacts import reached, said
from answerable.web.session import BEGUN, COOKIE

TESTED: Final = date(2026, 11, 24)
"""When the accessibility statement was written, and what it tells of was last tested."""


def accessibility(call: Call) -> Page:
    """State how accessible the site is, as the regulations of 2018 ask public bodies to."""
    return Page("about/accessibility.html", {"tested": TESTED, **_site(call)})


def privacy(call: Call) -> Page:
    """Tell what this site keeps about people."""
    return Page("about/privacy.html", {**_sessions(), **_site(call)})


def cookies(call: Call) -> Page:
    """Name the cookies."""
    return Page(
        "about/cookies.html", {"cookie": COOKIE, "volunteer": BEGUN, **_sessions(), **_site(call)}
    )


def complaints(call: Call) -> Page:
    """Tell how to complain, to whom, and what follows."""
    bodies = {
        each.custodian
        for each in call.state.each(Dataset)
        if any(column.sensitivity is not Sensitivity.NONE for column in each.columns)
    }
    names = (each.organisation for each in call.state.each(Organisation))
    responsible = reached(call.settings, (name for name in names if name in bodies))
    return Page("about/complaints.html", {"responsible": responsible, **_site(call)})


def contact(call: Call) -> Page:
    """Tell how to reach whoever runs the site, and every organisation in the record."""
    every = reached(call.settings, (each.organisation for each in call.state.each(Organisation)))
    return Page("about/contact.html", {"organisations": every, **_site(call)})


def _site(call: Call) -> dict[str, Any]:
    opened = call.state.find(OpenRegister, "register")
    return {
        "operator": opened.operator if opened else None,
        "contact": said(call.settings.contact),
        "regulator": call.settings.regulator,
    }


def _sessions() -> dict[str, int]:
    return {
        "idle_hours": int(IDLE.total_seconds() // 3600),
        "longest_hours": int(LONGEST.total_seconds() // 3600),
    }
