"""Share: a rehearsal. The same decision that a gateway will take, on example requests."""

from datetime import UTC, datetime

from answerable.cli.agreements import rehearsal
from answerable.launch.demo.cast import AGENCY, FIRE
from answerable.launch.demo.chapters.decide import COUNCIL_AGREEMENT
from answerable.launch.demo.telling import Teller, en
from answerable.model.actor import Role
from answerable.model.limits import Pattern
from answerable.model.request import Request
from answerable.stages.share import DeclareSignal
from answerable.terms import decide

BEFORE = datetime(2026, 3, 13, 12, tzinfo=UTC)
DURING = datetime(2026, 3, 14, 6, tzinfo=UTC)
AFTER = datetime(2026, 3, 16, 12, tzinfo=UTC)

AREA = "larchfoot"

BASE = Request(
    agreement=COUNCIL_AGREEMENT,
    recipient=FIRE,
    purpose="flood_response",
    pattern=Pattern.LOOKUP,
    columns=("address", "need"),
    area=AREA,
)

REHEARSALS: tuple[tuple[str, datetime, Request], ...] = (
    ("before the agreement starts", datetime(2026, 1, 20, tzinfo=UTC), BASE),
    ("the day before the warning", BEFORE, BASE),
    ("during the warning", DURING, BASE),
    ("during the warning, but a home in the next flood area", DURING, BASE.with_(area="kirklarch")),
    ("the day after the warning", AFTER, BASE),
    ("to check a tenancy", DURING, BASE.with_(purpose="tenancy_checks")),
    ("with the note in the home's own words", DURING, BASE.with_(columns=("address", "note"))),
    ("by somebody the agreement does not name", DURING, BASE.with_(recipient="a-newspaper")),
    ("the whole list at once", DURING, BASE.with_(pattern=Pattern.BULK)),
    (
        "counts for planning",
        AFTER,
        BASE.with_(
            pattern=Pattern.AGGREGATE, purpose="flood_planning", columns=("flood_area", "need")
        ),
    ),
    ("under an agreement that is not there", DURING, BASE.with_(agreement="a-handshake")),
    ("after the agreement ended", datetime(2028, 2, 1, tzinfo=UTC), BASE),
)


def share(t: Teller) -> None:
    """Declare a warning, then rehearse requests before, during and after it."""
    t.chapter("7. Share: a rehearsal")
    t.say(
        "No data moves here: gateways come with the next version. This is a rehearsal of the "
        "decision that a gateway takes on every request, with the register as it is."
    )
    t.day("2026-03-14", "04:00")
    t.act(
        t.actor(Role.OFFICER, AGENCY),
        DeclareSignal(
            declaration="larchfoot-2026-03-14",
            signal="flood-warning",
            area=AREA,
            begins=datetime(2026, 3, 14, 4, tzinfo=UTC),
            ends=datetime(2026, 3, 15, 16, tzinfo=UTC),
            source="feed",
            post=en("Flood warning service"),
            reason=en("The Water of Larch is forecast to overtop its banks at Larchfoot."),
        ),
    )
    t.say("A flood warning for Larchfoot is in force from 14 March 2026, 04:00, for 36 hours.")
    for title, moment, request in REHEARSALS:
        t.say(f"{title[0].upper()}{title[1:]}:", indent=2)
        verdict = decide(t.loop.state, request, rehearsal(t.loop.state, request.agreement, moment))
        t.verdict(verdict)
