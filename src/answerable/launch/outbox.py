"""``answerable outbox``: messages that no server takes, for somebody to pass on."""

from pathlib import Path

import click

from answerable.cli.console import shown, table, tell
from answerable.cli.session import Session
from answerable.model.clock import SystemClock
from answerable.store.outbox import FOLDER, Outbox


@click.group("outbox", invoke_without_command=True)
@click.pass_context
def outbox(ctx: click.Context) -> None:
    """Messages to people that wait for you to pass them on: list, show and remove them."""
    if ctx.invoked_subcommand is None:
        _list(_outbox(ctx.obj))


@outbox.command("show")
@click.argument("name")
@click.pass_obj
def show(session: Session, name: str) -> None:
    """Show one message: whom it is to, and what it says."""
    message = _outbox(session).read(name)
    tell(f"To: {message.to}")
    tell(f"Until: {message.until:%Y-%m-%d %H:%M} UTC")
    tell(f"Subject: {message.subject}")
    click.echo()
    for line in message.text.rstrip("\n").split("\n"):
        click.echo(shown(line))


@outbox.command("remove")
@click.argument("name")
@click.pass_obj
def remove(session: Session, name: str) -> None:
    """Remove one message, once it was passed on."""
    _outbox(session).remove(name)
    tell(f"{name} is removed.")


def _list(found: Outbox) -> None:
    found.sweep(SystemClock().now())
    messages = found.list()
    if not messages:
        tell("Nothing waits.")
        return
    table((name, message.to, message.subject) for name, message in messages)


def _outbox(session: Session) -> Outbox:
    folder: Path = session.workspace / FOLDER
    return Outbox(folder)
