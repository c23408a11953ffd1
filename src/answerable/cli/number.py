"""The number that a witness puts into a draw: made on its own machine, kept by it alone."""

import os
import secrets
from pathlib import Path

import click

from answerable.cli.console import tell
from answerable.model.draw import promise_of
from answerable.model.errors import Broken, Invalid

_BYTES = 32


@click.command("new-number")
@click.option(
    "--out",
    type=click.Path(path_type=Path, dir_okay=False),
    default=Path("number.txt"),
    show_default=True,
    help="Where the number is kept; only you can read the file.",
)
def new_number(out: Path) -> None:
    """Make a number for a draw that you witness, and print its promise."""
    number = secrets.token_hex(_BYTES)
    try:
        opened = os.open(out, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        raise Invalid("out.exists", out=str(out)) from None
    except OSError:
        raise Broken("out.unwritable", out=str(out)) from None
    with os.fdopen(opened, "w", encoding="ascii") as file:
        file.write(f"{number}\n")
    tell(f"The number is in {out}. Keep it to yourself until every witness has promised.")
    tell("Its promise, to be sent now:")
    click.echo(promise_of(number))


COMMANDS = {"engage": [new_number]}
