"""How the demo is told: every act goes through the Loop, and a person can read what happened."""

from datetime import UTC, datetime
from pathlib import Path

import click

from answerable.cli.agreements import tell_verdict
from answerable.cli.console import heading, tell
from answerable.loop import Loop, SetClock
from answerable.model.actor import Actor, Role
from answerable.model.command import Command
from answerable.model.entry import Entry
from answerable.model.request import Verdict
from answerable.model.text import Text
from answerable.stages.account import Translate


class Teller:
    """Tells the story to a reader and acts it out in a workspace, the same way every time.

    Each act has an id made of its place in the story, so that telling it again after a crash
    finds what is done and goes on from there.
    """

    def __init__(self, workspace: Path, welsh: dict[str, str], *, quiet: bool = False) -> None:
        self.clock = SetClock(datetime(2025, 2, 3, 9, 0, tzinfo=UTC))
        self.loop = Loop(workspace, clock=self.clock, publishing=False)
        self._welsh = welsh
        self._quiet = quiet
        self._acts = 0

    def day(self, date: str, time: str = "10:00") -> None:
        """Move the story's clock; times are told, not real."""
        self.clock.moment = self.at(date, time)

    def at(self, date: str, time: str) -> datetime:
        """Give a moment of the story."""
        return datetime.fromisoformat(f"{date}T{time}:00+00:00")

    def chapter(self, title: str) -> None:
        """Begin a stage."""
        if not self._quiet:
            heading(title)

    def say(self, words: str, *, indent: int = 0, hang: int = 0) -> None:
        """Tell the reader something."""
        if not self._quiet:
            tell(words, indent=indent, hang=hang)

    def point(self, words: str) -> None:
        """Tell one of several things."""
        self.say(f"- {words}", indent=2, hang=2)

    def verbatim(self, line: str) -> None:
        """Show a line as it is."""
        if not self._quiet:
            click.echo(f"    {line}")

    def verdict(self, verdict: Verdict) -> None:
        """Tell what a request would get, and what decides."""
        if not self._quiet:
            tell_verdict(verdict, indent=4)

    def actor(self, role: Role, organisation: str) -> Actor:
        """Give the one person who acts so in the story."""
        return self.loop.actor(role, organisation, "the story")

    def act(self, actor: Actor, command: Command) -> Entry:
        """Carry a command out, then add a machine's draft of its words in Welsh."""
        self._acts += 1
        name = f"demo-{self._acts:04d}"
        entries = self.loop.act(command, actor, command_id=name)
        for entry in entries:
            self.draft_welsh(actor, entry, f"{name}-cy-{entry.index}")
        return entries[0]

    def act_once(self, done: object, actor: Actor, command: Command) -> None:
        """Carry a command out unless it was; for what cannot be said the same way twice."""
        if done is None:
            self.act(actor, command)
        else:
            self._acts += 1

    def draft_welsh(self, actor: Actor, entry: Entry, name: str) -> None:
        """Add a machine's draft of an entry's sentences in Welsh, marked as unread."""
        words = {
            pointer.removesuffix("/en"): self._welsh[said]
            for pointer, said in entry.body.public_words()
            if pointer.endswith("/en") and said in self._welsh
        }
        if words:
            draft = Translate(
                of=entry.index, language="cy", words=words, made_by="machine", reviewed=False
            )
            self.loop.act(draft, actor, command_id=name)


def en(words: str) -> Text:
    """Say it in English; the Welsh comes as a draft after."""
    return Text({"en": " ".join(words.split())})
