"""The register from inside a workspace: proofs, publishing, private records."""

import base64
import json
from collections.abc import Sequence
from pathlib import Path
from typing import BinaryIO

import click

from answerable.cli.console import table, tell
from answerable.cli.session import Session
from answerable.model.organisation import Organisation
from answerable.store.files import write_durable


@click.command("proof")
@click.argument("entry", type=int)
@click.option("--out", type=click.File("wb"), help="Write the C2SP tlog-proof to a file.")
@click.pass_obj
def proof(session: Session, entry: int, out: BinaryIO | None) -> None:
    """Give the evidence that an entry is in the register."""
    with session.loop(acting=False) as loop:
        receipt = loop.proof(entry)
    if out:
        out.write(receipt.data)
        tell(f"The proof of entry {entry} is written.")
        return
    tell(f"Entry {entry} is in the register sealed by this checkpoint:")
    click.echo(receipt.note.decode())
    tell(f"Its path to the root, {len(receipt.proof)} hashes:")
    for step in receipt.proof:
        click.echo(f"  {base64.b64encode(step).decode()}")


@click.command("publish")
@click.pass_obj
def publish(session: Session) -> None:
    """Seal the register anew, now, and write its public files, mending any that are damaged."""
    with session.loop() as loop:
        seal = loop.publish(repair=True, renew=True)
    tell(f"{seal.size} entries are public in {session.workspace / 'public'}.")


@click.command("organisations")
@click.pass_obj
def organisations(session: Session) -> None:
    """List the organisations and the keys they sign with."""
    with session.loop(acting=False) as loop:
        found = list(loop.state.each(Organisation))
    table(
        (
            o.organisation,
            o.key_id,
            _titled(o),
        )
        for o in found
    )


def _titled(organisation: Organisation) -> str:
    title = organisation.title.say()
    mark = organisation.invented and "(invented)" not in title
    return f"{title} (invented)" if mark else title


@click.command("reveal")
@click.argument("subject")
@click.pass_obj
def reveal(session: Session, subject: str) -> None:
    """Show private records, such as pool:PANEL, to those who may see them."""
    with session.loop(acting=False) as loop:
        for record in loop.reveal(session.actor(loop), subject):
            table([(record.ref, json.dumps(dict(record.body), ensure_ascii=False))])


@click.command("erase")
@click.argument("ref")
@click.pass_obj
def erase(session: Session, ref: str) -> None:
    """Erase a private record and its salt. The register stays, and still verifies."""
    with session.loop() as loop:
        loop.erase(session.actor(loop), ref)
    tell(f"{ref} is erased. Its fingerprint in the register now says nothing about anybody.")


@click.command("export-pool")
@click.argument("engagement")
@click.option("--draw", default=1, show_default=True, type=click.IntRange(1))
@click.option("--out", required=True, type=click.Path(path_type=Path, dir_okay=False))
@click.pass_obj
def export_pool(session: Session, engagement: str, draw: int, out: Path) -> None:
    """Write what an auditor needs to check a draw: numbers, profiles and salts, but no names."""
    with session.loop(acting=False) as loop:
        data = loop.export(session.actor(loop), engagement, draw)
    write_durable(out, data, mode=0o600)
    tell(f"{out} is for the auditor alone: with it, fingerprints say who has which profile.")


@click.command("slip")
@click.argument("ref")
@click.option("--out", required=True, type=click.Path(path_type=Path, dir_okay=False))
@click.pass_obj
def slip(session: Session, ref: str, out: Path) -> None:
    """Write what one volunteer needs to see that they were in the lot, and with what chance."""
    with session.loop(acting=False) as loop:
        data = loop.slip(session.actor(loop), ref)
    write_durable(out, data, mode=0o600)
    tell(f"Give {out} to the volunteer; they check it with: answerable verify draw PLACE --mine")


COMMANDS: dict[str, Sequence[click.Command]] = {
    "account": [proof, publish, organisations, reveal, erase, export_pool, slip],
}
