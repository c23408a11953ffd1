"""Hear a feed of signals."""

from collections.abc import Sequence
from typing import BinaryIO

import click
from pydantic import TypeAdapter, ValidationError

from answerable.cli.console import complain
from answerable.cli.session import Session
from answerable.cli.work import report
from answerable.loop.feed import hear
from answerable.model.signing import PublicKey

_KEY: TypeAdapter[str] = TypeAdapter(PublicKey)


@click.command("hear-feed")
@click.argument("file", type=click.File("rb"))
@click.option("--key", required=True, help="The public key of the machine that signs the feed.")
@click.pass_obj
def hear_feed(session: Session, file: BinaryIO, key: str) -> int:
    """Declare and end the signals of a signed feed (JSON Lines); each message is heard once."""
    _check(key)
    status = 0
    with session.loop() as loop:
        for heard in hear(loop, session.actor(loop), file, key):
            report(heard.entries)
            if heard.problem:
                click.echo(f"Line {heard.line}:", err=True)
                complain(heard.problem)
                status = status or heard.problem.exit_status
    return status


def _check(key: str) -> None:
    try:
        _KEY.validate_python(key)
    except ValidationError:
        raise click.BadParameter("is no public key", param_hint="--key") from None


COMMANDS: dict[str, Sequence[click.Command]] = {"share": [hear_feed]}
