"""Daily work: begin a register, act, drafts, keys."""

import hashlib
import json
import sys
from collections.abc import Iterable
from typing import BinaryIO

import click

from answerable.cli import fields
from answerable.cli.console import table, tell
from answerable.cli.look import summary
from answerable.cli.session import Session
from answerable.loop import begin, new_seal, welcome
from answerable.model.command import ACTIONS, action_of
from answerable.model.entry import Entry
from answerable.model.organisation import Organisation
from answerable.model.text import en
from answerable.store.desk import Draft


def command_id_option() -> click.Option:
    """Give the option that makes a repeated command harmless."""
    return click.Option(
        ["--command-id"],
        metavar="ID",
        help="Said again with the same id, the command changes nothing.",
    )


def report(entries: Iterable[Entry]) -> None:
    """Tell which entries joined the register."""
    for entry in entries:
        tell(f"Entry {entry.index}: {summary(entry)}.")


@click.command("init")
@click.option("--origin", required=True, help="The register's name: a host, and a path if needed.")
@click.option("--title", required=True)
@click.option("--operator", required=True, metavar="NAME", help="The body that runs the register.")
@click.option("--operator-title", required=True)
@click.option("--stewards", default=3, show_default=True, type=click.IntRange(1, 15))
@click.option("--quorum", default=2, show_default=True, type=click.IntRange(1, 15))
@click.option("--language", "languages", multiple=True, default=["en", "cy"], show_default=True)
@click.option("--invented", is_flag=True, help="For an exercise: everything in it is made up.")
@click.pass_obj
def init(  # noqa: PLR0913 - what a register says of itself
    session: Session,
    *,
    origin: str,
    title: str,
    operator: str,
    operator_title: str,
    stewards: int,
    quorum: int,
    languages: tuple[str, ...],
    invented: bool,
) -> None:
    """Begin a register: new keys, the first entry, the first seal."""
    with session.loop(new=True) as loop:
        entry = begin(
            loop,
            origin=origin,
            title=en(title),
            operator=operator,
            operator_title=en(operator_title),
            stewards=stewards,
            quorum=quorum,
            languages=languages,
            nature="invented" if invented else "live",
        )
        report([entry])
        tell(f"The private keys are in {session.workspace / 'keys'}. Keep a copy in a safe place.")


@click.command("welcome")
@click.argument("organisation")
@click.option("--title", required=True)
@click.option("--invented", is_flag=True)
@click.pass_obj
def welcome_command(session: Session, organisation: str, title: str, invented: bool) -> None:
    """Make a key for an organisation and admit it (as steward)."""
    with session.loop() as loop:
        loop.state.free(Organisation, organisation)
        found = welcome(loop, session.actor(loop), organisation, en(title), invented=invented)
        tell(f"{found.organisation} is admitted with the key {found.key_id}.")


@click.command("act")
@click.argument("kind", required=False)
@click.option("--json", "file", type=click.File("rb"), help="The command as JSON; - for input.")
@click.option("--list", "listing", is_flag=True, help="List every command.")
@click.option("--schema", is_flag=True, help="Print the JSON Schema of the command.")
@click.option("--command-id", metavar="ID")
@click.pass_obj
def act(
    session: Session,
    kind: str | None,
    file: BinaryIO | None,
    listing: bool,
    schema: bool,
    command_id: str | None,
) -> None:
    """Carry out any command from a JSON file."""
    if listing or kind is None:
        table(
            (action.verb, action.stage, (action.command.__doc__ or "").split("\n")[0])
            for action in ACTIONS.values()
        )
        return
    action = action_of(kind)
    if schema:
        click.echo(json.dumps(action.command.model_json_schema(), indent=2))
        return
    data = file.read(fields.MOST_BYTES + 1) if file else sys.stdin.buffer.read()
    with session.loop() as loop:
        command = fields.read_command(action, data)
        report(loop.act(command, session.actor(loop), command_id=command_id))


@click.group("draft")
def draft() -> None:
    """Private work in progress on the desk: nothing of it is public."""


@draft.command("save")
@click.argument("name")
@click.argument("kind")
@click.option("--json", "file", type=click.File("rb"), required=True)
@click.pass_obj
def draft_save(session: Session, name: str, kind: str, file: BinaryIO) -> None:
    """Save a draft of a command for your organisation."""
    action_of(kind)
    with session.loop() as loop:
        actor = session.actor(loop)
        known = {saved.id: saved.revision for saved in loop.desk.list(actor.organisation)}
        body = fields.read_json(file.read(fields.MOST_BYTES + 1))
        saved = loop.desk.save(Draft(name, actor.organisation, kind, body, known.get(name, 0)))
        tell(f"Draft {saved.id} is at revision {saved.revision}.")


@draft.command("list")
@click.pass_obj
def draft_list(session: Session) -> None:
    """List your organisation's drafts."""
    with session.loop() as loop:
        drafts = loop.desk.list(session.actor(loop).organisation)
        table([(d.id, d.action, f"revision {d.revision}") for d in drafts])


@draft.command("publish")
@click.argument("name")
@click.pass_obj
def draft_publish(session: Session, name: str) -> None:
    """Carry a draft out, and take it off the desk."""
    with session.loop() as loop:
        actor = session.actor(loop)
        saved = loop.draft(actor, name)
        text = json.dumps(saved.body).encode()
        command = fields.read_command(action_of(saved.action), text)
        said = f"{actor.organisation}/{name}/".encode() + text
        once = hashlib.sha256(said).hexdigest()[:32]
        report(loop.act(command, actor, command_id=f"draft-d{once}"))
        loop.desk.discard(name)


@click.group("keys")
def keys() -> None:
    """The private keys on this machine."""


@keys.command("list")
@click.pass_obj
def keys_list(session: Session) -> None:
    """List keys: label, id, and the public half that may be shown to anybody."""
    with session.loop() as loop:
        table([(label, key.id, key.public) for label, key in loop.keyring.all()])


@keys.command("new")
@click.argument("label")
@click.pass_obj
def keys_new(session: Session, label: str) -> None:
    """Make a key, keep it here, and print the public half."""
    with session.loop() as loop:
        key = loop.keyring.new(label)
        tell("The private half stays here. The public half, for the stewards or a rotation:")
        click.echo(key.public)


@keys.command("new-seal")
@click.pass_obj
def keys_new_seal(session: Session) -> None:
    """Make the keys of a next seal of the register, and print the rotation that begins it."""
    with session.loop() as loop:
        log, time = new_seal(loop)
        tell("The private halves stay here. Nothing is sealed with them before the rotation:")
        click.echo("  account rotate-register-key --reason WHY \\")
        click.echo(f"    --log-key '{log}' \\")
        click.echo(f"    --time-key '{time}'")


COMMANDS = [init, welcome_command, act, draft, keys]
