"""Look at the register: what is open, what was said, one subject's story, and whether it holds."""

import json
from pathlib import Path

import click

from answerable.audit.claims import CLAIMS
from answerable.audit.report import Report, Standing
from answerable.audit.verify import verify
from answerable.cli import story
from answerable.cli.console import heading, table, tell
from answerable.cli.draw.check import check_draw
from answerable.cli.draw.public import check_draws
from answerable.cli.receipts import check_receipt
from answerable.cli.session import Session
from answerable.evidence.seal import CHECKPOINT
from answerable.evidence.source import source_at
from answerable.loop import Loop, SystemClock
from answerable.model.base import moment_text
from answerable.model.entry import Entry, Unknown
from answerable.model.errors import Invalid
from answerable.model.translation import UNREVIEWED, Translation, in_language
from answerable.science.tlog import TlogError, Verifier
from answerable.words import say
from answerable.words.entries import line

_FILE = click.Path(path_type=Path, dir_okay=False)

_STORIES = {
    "proposal": story.proposal,
    "agreement": story.agreement,
    "dataset": story.dataset,
    "panel": story.panel,
}


def summary(entry: Entry, language: str = "en") -> str:
    """Say an entry in one line."""
    said, body = entry.envelope, entry.meaning
    if isinstance(body, Unknown):
        return line(f"{said.kind}, version {said.kind_version}", said.org, {}, language)
    return line(said.kind, said.org, body.model_dump(mode="json", exclude_none=True), language)


@click.command("show")
@click.argument("subject", type=click.Choice(sorted(_STORIES)))
@click.argument("name")
@click.option("--language", default="en", help="en, cy, ...", show_default=True)
@click.pass_obj
def show(session: Session, subject: str, name: str, language: str) -> None:
    """Tell the story of one proposal, agreement, dataset or panel."""
    with session.loop(acting=False) as loop:
        _STORIES[subject](loop.told_in(language), loop.clock.now(), name, language)
        _footnote(loop, language)


def _footnote(loop: Loop, language: str) -> None:
    drafts = [t for t in loop.state.each(Translation) if t.language == language and not t.reviewed]
    if drafts:
        tell()
        tell(f"{UNREVIEWED} A machine's draft that no speaker of the language has read yet.")


@click.command("log")
@click.option("--page", default=1, type=click.IntRange(1), show_default=True)
@click.option("--size", default=20, type=click.IntRange(1, 1000), show_default=True)
@click.option("--kind", help="Only entries of this kind.")
@click.option("--organisation", help="Only entries of this organisation.")
@click.option("--json", "as_json", is_flag=True, help="The stored bytes, one entry a line.")
@click.option("--language", default="en", show_default=True)
@click.pass_obj
def log(
    session: Session,
    page: int,
    size: int,
    kind: str | None,
    organisation: str | None,
    as_json: bool,
    language: str,
) -> None:
    """Page through the entries of the register."""
    with session.loop(acting=False) as loop:
        shown, total = _page(loop, page, size, kind, organisation)
        told = list(in_language(shown, loop.state, language))
    if as_json:
        for entry in shown:
            click.echo(entry.data.decode())
        return
    table(
        (str(e.index), moment_text(e.envelope.at)[:10], e.envelope.kind, summary(e, language))
        for e in told
    )
    pages = -(-total // size)
    tell(f"Page {page} of {max(pages, 1)}; {total} {'entry' if total == 1 else 'entries'}.")


def _page(
    loop: Loop, page: int, size: int, kind: str | None, organisation: str | None
) -> tuple[list[Entry], int]:
    first, last = (page - 1) * size, page * size
    if kind is None and organisation is None:
        total = loop.state.size
        return list(loop.entries(min(first, total), min(last, total))), total
    chosen = [
        entry
        for entry in loop.entries()
        if kind in (None, entry.envelope.kind) and organisation in (None, entry.envelope.org)
    ]
    return chosen[first:last], len(chosen)


@click.command("status")
@click.pass_obj
def status(session: Session) -> None:
    """Say what is open, late or in force now."""
    with session.loop(acting=False) as loop:
        now = loop.status()
    heading("Agreements")
    table([(name, stands) for name, stands in now.agreements.items()] or [("none",)])
    heading("Duties missed")
    table(
        [
            (name, miss.duty.duty, miss.due.isoformat(), miss.duty.what.say())
            for name, misses in now.missed.items()
            for miss in misses
        ]
        or [("none",)]
    )
    for title, names in (
        ("Reviews due", now.reviews_due),
        ("Recommendations waiting for an answer", now.unanswered),
        ("Consultations to be summarised", now.to_summarise),
        ("Signals in force", now.signals),
    ):
        heading(title)
        table([(name,) for name in names] or [("none",)])


@click.command("verify")
@click.argument("places", nargs=-1, metavar="PLACE | receipt FILE | draw DIR | draw PLACE")
@click.option("--key", metavar="VKEY", help="The verifier key you trust.")
@click.option("--register", metavar="PLACE", help="For a receipt: a register that lists the key.")
@click.option("--pool", type=_FILE, help="For a draw: what an auditor was given of its pool.")
@click.option("--mine", type=_FILE, help="For a draw: what you were given as a volunteer.")
@click.option("--list", "listing", is_flag=True, help="List every claim instead.")
@click.option("--json", "as_json", is_flag=True, help="Print the outcome as JSON.")
def verify_command(
    places: tuple[str, ...],
    key: str | None,
    register: str | None,
    pool: Path | None,
    mine: Path | None,
    listing: bool,
    as_json: bool,
) -> None:
    """Check public files at a directory or web address, claim by claim; a receipt; a draw."""
    match places:
        case _ if listing:
            _list_claims()
        case ("receipt", file):
            check_receipt(Path(file), key, register)
        case ("draw", place) if "://" in place or Path(place, CHECKPOINT).exists():
            _check_key(key)
            source, now = source_at(place), SystemClock().now()
            check_draws(source, now, key=key, pool=pool, mine=mine)
        case ("draw", folder):
            check_draw(Path(folder))
        case (place,):
            _verify(place, key, as_json=as_json)
        case _:
            raise click.UsageError("Name a directory or a web address, or ask for --list.")


def _check_key(key: str | None) -> None:
    if key is not None:
        try:
            Verifier.from_vkey(key)
        except TlogError:
            raise Invalid("key.form") from None


def _verify(place: str, key: str | None, *, as_json: bool) -> None:
    _check_key(key)
    if not Path(place, "checkpoint").exists() and Path(place, "public", "checkpoint").exists():
        raise Invalid("source.inside", place=place)
    report = verify(source_at(place), SystemClock().now(), key)
    click.echo(json.dumps(_plain(report), indent=2)) if as_json else _tell_report(report)
    if not report.holds:
        raise click.exceptions.Exit(1)


def _list_claims() -> None:
    for number, claim in enumerate(CLAIMS, start=1):
        heading(f"{number}. {claim.name}")
        tell(claim.says, indent=3)
        tell(f"Fed by: {claim.fed_by}.", indent=3)
        tell(f"It cannot prove: {claim.cannot}", indent=3)


_MARKS = {Standing.HOLDS: "holds", Standing.FAILS: "FAILS", Standing.UNREACHED: "not reached"}


def _tell_report(report: Report) -> None:
    tell(f"Register {report.origin or '(unknown)'}, {report.size} entries")
    click.echo(f"Root {report.root}")
    if report.nature == "invented":
        tell("This register is a demonstration: its bodies, people and times are invented.")
    if report.sealed_at:
        tell(f"Sealed at {report.sealed_at} by the key with this fingerprint:")
        click.echo(f"  {report.fingerprint}")
    if report.trusted:
        tell("No key was given, so the key found there was believed. To rule out a look-alike,")
        tell("get the key from somebody you trust and check again with:")
        click.echo(f"  --key '{report.trusted}'")
    click.echo()
    rows = []
    for number, (claim, standing, fault) in enumerate(report.outcomes(), start=1):
        words = claim.says
        if fault:
            said = say(fault.problem.code, fault.problem.params)
            words = f"At {fault.place}: {said.says} {said.remedy} (code {fault.problem.code})"
        rows.append((f"{number:2}", claim.name, _MARKS[standing], words))
    table(rows)
    click.echo()
    if report.holds:
        tell(f"Everything checked holds: {report.checked} entries. What it cannot prove: --list")
    else:
        tell("This register does not hold.")
        tell(f"{report.checked} of {report.size} entries passed before the first fault in them.")


def _plain(report: Report) -> dict[str, object]:
    return {
        "holds": report.holds,
        "origin": report.origin,
        "size": report.size,
        "root": report.root,
        "sealed_at": report.sealed_at,
        "fingerprint": report.fingerprint,
        "trusted": report.trusted,
        "claims": [
            {
                "number": number,
                "claim": claim.name,
                "standing": standing,
                **({"place": fault.place, "code": fault.problem.code} if fault else {}),
            }
            for number, (claim, standing, fault) in enumerate(report.outcomes(), start=1)
        ],
    }


COMMANDS = [show, log, status, verify_command]
