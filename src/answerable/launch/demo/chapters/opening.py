"""Before the loop: the register opens, and stewards admit the bodies that will use it."""

from answerable.launch.demo.cast import OPERATOR, ORIGIN, PEOPLE, TITLES
from answerable.launch.demo.telling import Teller, en
from answerable.loop import begin, welcome
from answerable.model.actor import Role


def opening(t: Teller) -> None:
    """Open the register and admit five organisations."""
    t.chapter("The register opens")
    t.say(
        "Everything here is invented: the place, the bodies, the people, the times. The shape of "
        "the place, its panel targets and its rain gauges carry real published figures."
    )
    t.day("2025-02-03")
    if t.loop.state.size == 0:
        begin(
            t.loop,
            origin=ORIGIN,
            title=en("The public register of data sharing in Inverlarch (invented)"),
            operator=OPERATOR,
            operator_title=TITLES[OPERATOR],
            stewards=3,
            quorum=2,
            languages=("en", "cy"),
            nature="invented",
            command_id="demo-opening",
        )
    t.point("Three stewards hold keys; any two of them together can admit an organisation.")
    steward = t.actor(Role.STEWARD, OPERATOR)
    for organisation, title in TITLES.items():
        if organisation != OPERATOR:
            welcome(t.loop, steward, organisation, title, invented=True)
            t.point(f"Admitted: {title.say()}, with its own key.")
    for entry in list(t.loop.entries(0, len(TITLES))):
        t.draft_welsh(steward, entry, f"demo-opening-cy-{entry.index}")
    for (role, organisation), (name, post) in PEOPLE.items():
        t.loop.introduce(t.actor(role, organisation), name, post)
    t.point("Who acts is shown as a reference; the names are in the vault, not in the register.")
