"""``answerable demo``: tell the story, or say that it has been told."""

import json
from importlib.resources import files
from pathlib import Path

import click

from answerable.audit.verify import verify
from answerable.cli.console import tell
from answerable.evidence.source import DirectorySource
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
from answerable.launch.demo.serving import serve_story
from answerable.launch.demo.telling import Teller
from answerable.model.clock import SystemClock
from answerable.model.errors import Broken, Refused
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


def _check(public: Path) -> None:
    """Check the whole record, as anyone can.

    Raises:
        Broken: ``demo.record`` if it does not hold.
    """
    report = verify(DirectorySource(public), SystemClock().now())
    if not report.holds:
        raise Broken("demo.record", place=str(public))
    tell(f"The public record was checked: all {report.checked} entries hold, and so does the seal.")


@click.command("demo")
@click.option("--workspace", type=click.Path(path_type=Path, file_okay=False), required=True)
@click.option("--no-serve", is_flag=True, help="Tell the story and end; serve no pages.")
@click.option(
    "--port",
    default=8000,
    show_default=True,
    type=click.IntRange(1, 65_535),
    envvar="PORT",
    help="Where the pages are served.",
)
def demo(workspace: Path, no_serve: bool, port: int) -> None:
    """Tell one story round the whole loop, with invented bodies and real figures; then show it."""
    if not tell_story(workspace):
        tell(f"The story is already told in {workspace}; nothing was changed.")
    public = workspace / "public"
    tell()
    _check(public)
    tell(f"Everything public is in {public}. Look around, and check it yourself:")
    for line in (
        f"answerable verify {public}",
        f"answerable --workspace {workspace} show proposal flood-help",
        f"answerable --workspace {workspace} log",
    ):
        click.echo(f"  {line}")
    if not no_serve:
        serve_story(workspace, port)
