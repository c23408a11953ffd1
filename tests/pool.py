"""A panel whose pool fills: thirty invented people of two features, some of whom live together."""

from typing import Final

from tests.pages import FACILITATOR, OFFICER, Story

from answerable.model.engagement import Engagement
from answerable.model.text import en
from answerable.stages.engage import OpenEngagement, StatePopulation

PANEL: Final = "second-panel"
POOL: Final = f"/work/panels/{PANEL}/pool"
MEMBERS: Final = f"/work/panels/{PANEL}/members"
WITNESSES: Final = ("inverlarch-data-commons", "larchwater-rivers-agency")
SHARES: Final = "feature,value,percent\nage,young,40\nage,old,60\nsex,f,51\nsex,m,49\n"


def people(count: int = 30) -> str:
    """Write them as a file: a canary stands where their names would."""
    rows = (
        f"p{n},canary {n},{'young' if n % 3 == 0 else 'old'},{'f' if n % 2 else 'm'},{n // 2} Weir"
        for n in range(count)
    )
    return "\n".join(("number,full name,age,sex,street", *rows, ""))


def opened(story: Story, *, stated: bool = True) -> Engagement:
    """Ask for the panel, and state the population unless it is to be left out."""
    officer = story.loop.actor(OFFICER.role, OFFICER.organisation)
    facilitator = story.loop.actor(FACILITATOR.role, FACILITATOR.organisation)
    asked = OpenEngagement(
        engagement=PANEL,
        proposal="flood-help",
        facilitator=FACILITATOR.organisation,
        title=en("A second panel"),
        question=en("Does it still hold?"),
        oversight=en("A board at arm's length."),
        seats=7,
        workshops=1,
    )
    story.loop.act(asked, officer)
    if stated:
        said = StatePopulation(
            engagement=PANEL, population=en("Adults"), source=en("A census"), shares=SHARES
        )
        story.loop.act(said, facilitator)
    return story.loop.state.get(Engagement, PANEL)
