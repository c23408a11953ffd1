"""Erase everybody who volunteered for a panel that has ended."""

from collections.abc import Sequence

import click

from answerable.cli.console import tell
from answerable.cli.session import Session


@click.command("erase-volunteers")
@click.argument("engagement")
@click.pass_obj
def erase_volunteers(session: Session, engagement: str) -> None:
    """Erase everybody who volunteered for a panel that has ended: names, contacts and answers."""
    with session.loop() as loop:
        erased = loop.erase_volunteers(session.actor(loop), engagement)
    tell(f"{erased} people are erased. The register stays, and still verifies.")


COMMANDS: dict[str, Sequence[click.Command]] = {"engage": [erase_volunteers]}
