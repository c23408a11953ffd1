"""A panel that anybody can volunteer for, in the told story; and somebody who does."""

import re
from datetime import date, timedelta
from typing import Any, Final

import httpx
from tests.pages import FACILITATOR, OFFICER, Reader, Story

from answerable.model.text import Text, en
from answerable.stages.engage import CommitPool, OpenEngagement, OpenRegistration
from answerable.store.outbox import Message
from answerable.store.vault import VaultRecord

PANEL: Final = "doorstep-panel"
FORM: Final = f"/panels/{PANEL}/register"
CODE: Final = f"{FORM}/code"
WITHDRAW: Final = f"/panels/{PANEL}/withdraw"
WORK: Final = f"/work/panels/{PANEL}"
CLOSES: Final = date(2026, 12, 18)

QUESTIONS: Final = """feature,question,value
age,How old are you?,Under 40
age,,40 and over
district,Which part of Inverlarch do you live in?,Larchfoot
district,,Weirside
district,,Somewhere else
"""

CANARY: Final = "Zwicklethorne"
"""In every personal value that `ANN` enters."""

ANN: Final[dict[str, Any]] = {
    "q1": "40 and over",
    "q2": "Weirside",
    "name": f"Ann {CANARY}",
    "email": f"ann.{CANARY}@people.example",
    "phone": "",
    "agreed": "yes",
}
BOB: Final[dict[str, Any]] = {
    "q1": "Under 40",
    "q2": "Larchfoot",
    "name": f"Bob {CANARY}",
    "email": "",
    "phone": "01632 960 042",
    "agreed": "yes",
}


def open_panel(story: Story, panel: str = PANEL) -> None:
    """Ask for another panel in the story."""
    officer = story.loop.actor(OFFICER.role, OFFICER.organisation)
    story.loop.act(
        OpenEngagement(
            engagement=panel,
            proposal="flood-help",
            facilitator=FACILITATOR.organisation,
            title=Text({"en": "Help at the door", "cy": "Cymorth wrth y drws"}),
            question=en("What should crews tell you before they come to your door?"),
            oversight=en("The same group as for the first panel."),
            seats=12,
            workshops=2,
        ),
        officer,
    )


def open_registration(story: Story, panel: str = PANEL, closes: date = CLOSES) -> None:
    """Let anybody volunteer for another panel in the story."""
    open_panel(story, panel)
    command = OpenRegistration(
        engagement=panel,
        words=en(
            "Two Saturdays in January, 150 pounds a day, and lunch.\n\n"
            "Nobody needs to know anything first. Carers and travel are paid for."
        ),
        questions=QUESTIONS,
        closes=closes,
    )
    story.loop.act(command, facilitator(story))


def facilitator(story: Story) -> Any:
    """Give whoever runs the panel."""
    return story.loop.actor(FACILITATOR.role, FACILITATOR.organisation)


def messages(story: Story) -> list[Message]:
    """Give every message in the outbox, the oldest first; of one moment, in no order."""
    outbox = story.site._registering.outgoing().outbox
    return [message for _, message in outbox.list()]


def code_in(message: Message) -> str:
    """Give the code in a message."""
    found = re.search(r"\b(\d{6})\b", message.text)
    assert found, message.text
    return found[1]


def code_for(story: Story, to: str) -> str:
    """Give the code that somebody was sent, if it was one."""
    return next(code_in(each) for each in messages(story) if each.to == to and code_in(each))


def reference_in(text: str) -> str:
    """Give the withdrawal reference in words, or on a page."""
    found = re.search(r"\b(?:[0-9A-HJKMNP-TV-Z]{4}-){3}[0-9A-HJKMNP-TV-Z]{4}\b", text)
    assert found, text
    return found[0]


TARGETS: Final = "feature,value,min,max\nage,Under 40,5,7\nage,40 and over,5,7\n"


def fix_pool(story: Story) -> None:
    """Fix the pool of everybody who volunteered."""
    command = CommitPool(
        engagement=PANEL,
        targets=TARGETS,
        witnesses=("larchwater-rivers-agency", "inverlarch-data-commons"),
        reveal_by=story.clock.now() + timedelta(days=7),
    )
    story.loop.act(command, facilitator(story))


def pool(story: Story, panel: str = PANEL) -> list[VaultRecord]:
    """Give everybody in the pool."""
    return story.loop.volunteers(facilitator(story), panel)


def begin(reader: Reader, who: dict[str, Any] = ANN, form: str = FORM) -> httpx.Response:
    """Fill in the form."""
    answer = reader.post(form, who)
    assert answer.status_code == 303, answer.text
    assert answer.headers["location"] == f"{form}/code"
    return answer


def enter(reader: Reader, code: str, place: str = CODE) -> httpx.Response:
    """Enter a code."""
    return reader.post(place, {"code": code})


def join(reader: Reader, site: Story, who: dict[str, Any] = ANN) -> str:
    """Volunteer and confirm; give the reference."""
    begin(reader, who)
    answer = enter(reader, code_for(site, who["email"] or who["phone"]))
    assert answer.status_code == 200, answer.text
    return reference_in(answer.text)
