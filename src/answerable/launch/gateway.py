"""``answerable gateway``: run one, feed it, and look at what it recorded.

Nothing of the stages is imported here: a data holder can audit a gateway alone.
"""

import json
from collections.abc import Iterator
from contextlib import closing, suppress
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from tempfile import TemporaryDirectory

import click

from answerable.cli.console import complain, table, tell
from answerable.gateway.config import Config, read_config
from answerable.gateway.mirror import Mirror
from answerable.gateway.releases import Anchor, ReleaseLog, compare, salts_of
from answerable.gateway.releases.committed import SALT_BYTES
from answerable.gateway.releases.seal import BLIND_KEY
from answerable.gateway.serve import run
from answerable.gateway.vault import Fed, GatewayVault, read_subjects
from answerable.model.base import moment_text
from answerable.model.clock import SystemClock
from answerable.model.errors import AnswerableError, Broken, Invalid
from answerable.model.state import State
from answerable.science.tlog import Signer
from answerable.store.files import private_directory


@dataclass(frozen=True, slots=True)
class Told:
    """The file named on the command line, read when it is needed."""

    file: Path

    def config(self) -> Config:
        """Read it.

        Raises:
            Invalid: ``config.*``.
        """
        return read_config(self.file)

    def vault(self) -> GatewayVault:
        """Open the gateway's vault."""
        return GatewayVault(private_directory(self.config().directory) / "vault.sqlite3")


@click.group("gateway", invoke_without_command=True, context_settings={"max_content_width": 110})
@click.option(
    "--config",
    "file",
    type=click.Path(path_type=Path, dir_okay=False),
    required=True,
    envvar="ANSWERABLE_GATEWAY",
    help="The gateway's TOML file.",
)
@click.pass_context
def gateway(ctx: click.Context, file: Path) -> None:
    """Run a gateway beside the data: it gives out what agreements in the register permit."""
    ctx.obj = Told(file)
    if ctx.invoked_subcommand is None:
        run(read_config(file), SystemClock().now)


@gateway.command("check")
@click.pass_obj
def check(told: Told) -> int:
    """Read the file, look at every source, and say what the gateway would do; nothing is served."""
    config = told.config()
    tell(f"{config.log_name}, of {config.told.organisation}, would listen on {config.told.listen}.")
    tell("Mirrors of the register, best first:")
    table((place,) for place, _ in config.mirrors)
    tell("Sources:")
    found, status = [], 0
    for name, source in config.sources.items():
        try:
            found.append((name, source.dialect, source.version()))
        except AnswerableError as problem:  # the others are looked at all the same
            complain(problem)
            status = status or problem.exit_status
    table(found)
    return status


@gateway.command("key")
@click.pass_obj
def key(told: Told) -> None:
    """Show the key of the gateway's log, made now if there is none: the register must list it."""
    config = told.config()
    directory = private_directory(config.directory) / "releases"
    if not (directory / "log.key").exists():
        ReleaseLog(directory, config.log_name, SystemClock().now).close()
    private = (directory / "log.key").read_text(encoding="ascii").strip()
    click.echo(Signer.from_private_text(private).verifier.vkey)


@gateway.command("audit")
@click.option(
    "--salt",
    "salts",
    metavar="DAY:SALT",
    multiple=True,
    help="The salt of a day, for an auditor who has the lines of the log and not its key.",
)
@click.pass_obj
def audit(told: Told, salts: tuple[str, ...]) -> None:
    """Compare the log of releases, and each count of it, with what the register took down."""
    config = told.config()
    directory = config.directory / "releases"
    given, own = dict(map(_salt, salts)), salts_of(directory)
    found = compare(
        directory,
        config.told.gateway,
        _register(config),
        lambda day: given.get(day) or own(day),
    )
    table(map(_compared, found) if found else [("The register anchored nothing of this log.",)])
    table(row for each in found for row in _wrong(each))
    for code, days in (
        ("releases.changed", [each for each in found if not each.holds]),
        ("releases.miscounted", [each for each in found if each.wrong != ()]),
    ):
        if days:
            raise Broken(code, days=[each.day.isoformat() for each in days])


def _compared(each: Anchor) -> tuple[str, ...]:
    if each.wrong is None:
        counted = "cannot be counted"
    elif each.wrong:
        counted = f"{len(each.wrong)} NOT as counted"
    else:
        counted = "as counted" if each.salted else "as counted; no salt, so no commitment compared"
    lines, rows = f"{each.size} lines", f"{each.rows} rows"
    return each.day.isoformat(), lines, "as then" if each.holds else "NOT as then", rows, counted


def _wrong(each: Anchor) -> Iterator[tuple[str, ...]]:
    """Name each row that is not what the lines come to, and what differs in it."""
    for sort, what in each.wrong or ():
        yield each.day.isoformat(), *(part or "-" for part in sort), f"differs: {', '.join(what)}"


def _salt(said: str) -> tuple[date, bytes]:
    day, _, salt = said.partition(":")
    with suppress(ValueError):
        found = date.fromisoformat(day), bytes.fromhex(salt)
        if len(found[1]) == SALT_BYTES:
            return found
    raise Invalid("releases.salt")


@gateway.command("salt")
@click.argument("day", type=click.DateTime(["%Y-%m-%d"]))
@click.pass_obj
def salt(told: Told, day: datetime) -> None:
    """Show the salt of a day, for an auditor: with the lines it opens that day's commitments."""
    found = salts_of(told.config().directory / "releases")(day.date())
    if found is None:
        raise Broken("releases.damaged", place=BLIND_KEY)
    click.echo(f"{day.date().isoformat()}:{found.hex()}")


def _register(config: Config) -> State:
    """Read the register afresh, as somebody would who believes nothing yet."""
    said = config.told.register_
    with TemporaryDirectory() as keep:
        mirror = Mirror(origin=said.origin, key=said.key, sources=config.mirrors, keep=Path(keep))
        with closing(mirror):
            followed = mirror.follow(SystemClock().now())
        for trouble in followed.troubles if not mirror.size else ():
            raise Broken(trouble.code, **trouble.params)
        return mirror.state


@gateway.command("feed")
@click.argument("name", metavar="LIST")
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False, exists=True))
@click.option("--column", required=True, help="The column of the CSV file that names people.")
@click.pass_obj
def feed(told: Told, name: str, file: Path, column: str) -> None:
    """Put a whole opt-out list in place of the one before; daily, also when nothing changed."""
    with told.vault() as vault:
        _told_of(vault.feed(name, read_subjects(file, column), SystemClock().now()))


@gateway.command("leave-out")
@click.argument("name", metavar="LIST")
@click.argument("subject")
@click.pass_obj
def leave_out(told: Told, name: str, subject: str) -> None:
    """Put one person on an opt-out list; it counts within a second."""
    with told.vault() as vault:
        _told_of(vault.add(name, subject, SystemClock().now()))


@gateway.command("take-off")
@click.argument("name", metavar="LIST")
@click.argument("subject")
@click.pass_obj
def take_off(told: Told, name: str, subject: str) -> None:
    """Take one person off an opt-out list."""
    with told.vault() as vault:
        _told_of(vault.remove(name, subject, SystemClock().now()))


def _told_of(fed: Fed) -> None:
    """Say what the register must be told: nobody on the list is named."""
    said = {
        "list": fed.list,
        "version": fed.version,
        "fed": moment_text(fed.at),
        "seal": fed.commitment,
    }
    tell(f"Version {fed.version} of {fed.list} is in force, with {fed.count} on it.")
    tell("Seal it in the register, as the custodian: answerable act seal-opt-outs --json with")
    click.echo(json.dumps(said))


@gateway.command("lists")
@click.pass_obj
def lists(told: Told) -> None:
    """Show the opt-out lists: version, when they were fed, how many are on them."""
    with told.vault() as vault:
        found = [
            (name, f"version {fed.version}", moment_text(fed.at), f"{fed.count} on it")
            for name, fed in vault.lists().items()
        ]
    table(found or [("No list was ever fed.",)])
