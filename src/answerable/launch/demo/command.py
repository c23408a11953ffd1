"""``answerable demo``: tell the story, or say that it has been told."""

import json
from importlib.resources import files
from pathlib import Path

import click

from answerable.cli.console import tell
from answerable.launch.demo.chapters.account import account
from answerable.launch.demo.chapters.assess import assess
from answerable.launch.demo.chapters.catalogue import catalogue
from answerable.launch.demo.chapters.decide import decide
from answerable.launch.demo.chapters.engage import engage
from answerable.launch.demo.chapters.envision import envision
from answerable.launch.demo.chapters.learn import learn
from answerable.launch.demo.chapters.opening import opening
from answerable.launch.demo.chapters.propose import propose
from answerable.launch.demo.chapters.share import share
from answerable.launch.demo.telling import Teller
from answerable.model.errors import Refused
from answerable.model.outcome import Outcome

CHAPTERS = (
    opening,
    envision,
    catalogue,
    propose,
    assess,
    engage,
    decide,
    share,
    account,
    learn,
)

_OPENING = "demo-opening"
_LAST = "reached-sooner-2026"


def welsh() -> dict[str, str]:
    """Give a machine's unreviewed Welsh for every public sentence of the story."""
    text = (files("answerable.launch.demo") / "welsh.json").read_text("utf-8")
    words: dict[str, str] = json.loads(text)
    return words


def tell_story(workspace: Path, *, quiet: bool = False) -> bool:
    """Tell the story in a workspace, going on from wherever it stopped.

    Returns:
        Whether there was anything to tell: not if it was told to the end before.

    Raises:
        Refused: ``demo.other`` if another register is there.
    """
    teller = Teller(workspace, welsh(), quiet=quiet)
    with teller.loop as loop:
        if loop.state.size and loop.entry(0).envelope.command_id != _OPENING:
            raise Refused("demo.other", workspace=str(workspace))
        if loop.state.find(Outcome, _LAST):
            loop.publish(repair=True)
            return False
        if loop.state.size:
            teller.say(f"The story stopped after {loop.state.size} entries; it goes on from there.")
        for chapter in CHAPTERS:
            chapter(teller)
            loop.publish()
        return True


@click.command("demo")
@click.option("--workspace", type=click.Path(path_type=Path, file_okay=False), required=True)
@click.option(
    "--no-serve", is_flag=True, help="Do not serve pages at the end (there are none yet)."
)
def demo(workspace: Path, no_serve: bool) -> None:  # noqa: ARG001 - pages come with the web
    """Tell one story round the whole loop, with invented bodies and real figures."""
    if not tell_story(workspace):
        tell(f"The story is already told in {workspace}; nothing was changed.")
    public = workspace / "public"
    tell()
    tell(f"Everything public is in {public}. Look around, and check it:")
    for line in (
        f"answerable verify {public}",
        f"answerable --workspace {workspace} show proposal flood-help",
        f"answerable --workspace {workspace} log",
    ):
        click.echo(f"  {line}")
