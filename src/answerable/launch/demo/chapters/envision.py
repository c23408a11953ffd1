"""Envision: a vision for 2044, made by thirty people in three workshops."""

from answerable.launch.demo.cast import OPERATOR
from answerable.launch.demo.telling import Teller, en
from answerable.model.actor import Role
from answerable.stages.envision import (
    AdoptPrinciple,
    PublishVision,
    SetAmbition,
    SetMission,
    TellScenario,
)

VISION = "inverlarch-2044"

SCENARIOS = (
    (
        "the-wet-winter",
        2031,
        "The wet winter",
        """The river came up three times before New Year. Each time the crews knew which doors to
        knock on first, because people had said so themselves. Nobody had to explain twice.""",
    ),
    (
        "the-open-gauge",
        2038,
        "The open gauge",
        """Children check the rain gauge by the school as they check the clock. A pupil found that
        one had stuck, told the agency, and it was mended the same day.""",
    ),
    (
        "the-question",
        2044,
        "The question",
        """When a public body wants to use what it knows about people, it asks a panel of them
        first. It takes two months. Nobody remembers why it used to take two years.""",
    ),
)

AMBITIONS = (
    ("asked-first", "People are asked first", "No new use of personal data without the public."),
    ("told-once", "People tell us once", "Nobody repeats a hard story to a second office."),
    ("open-by-habit", "Open by habit", "What is about places and not people is open to all."),
    (
        "seen-to-be-kept",
        "Promises seen to be kept",
        "Anyone can check that data was used as agreed.",
    ),
    ("nobody-left-out", "Nobody left out", "Those who are hardest to reach are reached first."),
)

PRINCIPLES = (
    ("enough-and-no-more", "Enough and no more", "Use the least data that does the job."),
    ("plain-purpose", "A plain purpose", "Say what data is for in words everyone understands."),
    ("say-no", "A way to say no", "People can be left out in one step and are told what follows."),
    ("open-books", "Open books", "Publish how data was used, at least every year."),
    ("mend-and-tell", "Mend and tell", "When something goes wrong, mend it and tell people."),
)


def envision(t: Teller) -> None:
    """Publish the vision and what hangs on it."""
    t.chapter("1. Envision: what should data do for people here?")
    t.day("2025-04-14")
    officer = t.actor(Role.OFFICER, OPERATOR)
    t.act(
        officer,
        PublishVision(
            vision=VISION,
            title=en("Inverlarch 2044"),
            picture=en(
                """Data held by public bodies helps people when it matters, is used as people
                agreed, and anyone can see that it was."""
            ),
            horizons=(2031, 2038, 2044),
        ),
    )
    t.say("Thirty people met three times and looked at 2044, 2038 and 2031. They told futures:")
    for slug, year, title, words in SCENARIOS:
        t.act(
            officer,
            TellScenario(
                scenario=slug, vision=VISION, horizon=year, title=en(title), story=en(words)
            ),
        )
        t.point(f"{year}, {title}: {' '.join(words.split())}")
    for slug, title, words in AMBITIONS:
        t.act(
            officer,
            SetAmbition(ambition=slug, vision=VISION, title=en(title), picture=en(words)),
        )
    t.say("Five ambitions: " + "; ".join(title for _, title, _ in AMBITIONS) + ".")
    for slug, title, words in PRINCIPLES:
        t.act(
            officer,
            AdoptPrinciple(principle=slug, source=VISION, title=en(title), commitment=en(words)),
        )
    t.say("Five principles: " + "; ".join(title for _, title, _ in PRINCIPLES) + ".")
    t.act(
        officer,
        SetMission(
            mission="no-one-left-behind",
            vision=VISION,
            title=en("No one is left behind in a flood"),
            goal=en("Everyone who needs help in a flood gets it in time."),
            measure=en("Minutes from a warning until the last home that needs help is reached."),
        ),
    )
    t.say("One mission to begin with: no one is left behind in a flood.")
