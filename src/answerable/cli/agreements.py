"""Read agreements: plain sentences, differences, reasons, and trying a request out."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import click
from pydantic import ValidationError

from answerable.cli.console import heading, table, tell
from answerable.cli.session import Session
from answerable.model.agreement import Agreement, Duty
from answerable.model.base import invalid
from answerable.model.dataset import Dataset
from answerable.model.engagement import Recommendation
from answerable.model.limits import LeaveOut, Limit, Pattern
from answerable.model.request import Given, Request, Verdict
from answerable.model.state import State
from answerable.terms import (
    Facts,
    became,
    decide,
    diff,
    explain,
    explain_duty,
    explain_limit,
    why,
)
from answerable.words import say


@click.command("explain")
@click.argument("agreement")
@click.pass_obj
def explain_command(session: Session, agreement: str) -> None:
    """Say in plain sentences what an agreement permits, narrows and asks."""
    with session.loop(acting=False) as loop:
        for number, sentence in enumerate(explain(loop.state.get(Agreement, agreement)), start=1):
            table([(f"{number:2}", sentence)])


@click.command("compare")
@click.argument("before")
@click.argument("after")
@click.pass_obj
def compare(session: Session, before: str, after: str) -> None:
    """Compare two agreements term by term."""
    with session.loop(acting=False) as loop:
        state = loop.state
        changes = diff(state.get(Agreement, before), state.get(Agreement, after))
    for change in changes:
        heading(f"{change.what} ({change.direction})")
        tell(f"before: {change.before or '(nothing)'}", indent=2)
        tell(f"after:  {change.after or '(nothing)'}", indent=2)
    if not changes:
        tell("The terms are the same.")


def _term(term: Limit | Duty) -> str:
    return explain_duty(term) if isinstance(term, Duty) else explain_limit(term)


@click.command("why")
@click.argument("agreement")
@click.argument("term")
@click.pass_obj
def why_command(session: Session, agreement: str, term: str) -> None:
    """Say why a rule or duty is there, back to the people who asked for it."""
    with session.loop(acting=False) as loop:
        trace = why(loop.state, agreement, term)
    tell(_term(trace.term))
    tell(f"Because of {trace.reason} (entry {trace.entry}): {trace.words.say()}")
    if isinstance(trace.ground, Recommendation):
        panel = trace.ground
        tell(f"{panel.agree} members for, {panel.disagree} against, {panel.passed} passed.")
        for dissent in panel.dissents:
            tell(f"One who disagreed: {dissent.words.say()}")


@click.command("became")
@click.argument("recommendation")
@click.pass_obj
def became_command(session: Session, recommendation: str) -> None:
    """Say what became of a recommendation."""
    with session.loop(acting=False) as loop:
        found = loop.state.get(Recommendation, recommendation)
        terms = became(loop.state, recommendation)
    tell(f"The panel: {found.words.say()}")
    if found.answered:
        tell(f"The answer ({found.answered.answer}): {found.answered.reason.say()}")
    table([(agreement, _term(term)) for agreement, term in terms] or [("No rule or duty.",)])


@click.command("columns")
@click.argument("dataset")
@click.pass_obj
def columns(session: Session, dataset: str) -> None:
    """List the columns of a dataset."""
    with session.loop(acting=False) as loop:
        found = loop.state.get(Dataset, dataset)
    table((c.column, c.type, c.sensitivity, c.title.say()) for c in found.columns)


@click.command("datasets")
@click.pass_obj
def datasets(session: Session) -> None:
    """List the datasets."""
    with session.loop(acting=False) as loop:
        found = list(loop.state.each(Dataset))
    table((d.dataset, d.custodian, d.access, d.title.say()) for d in found)


@click.command("try")
@click.argument("agreement")
@click.option("--recipient", required=True, metavar="ORGANISATION")
@click.option("--purpose", required=True)
@click.option("--pattern", required=True, type=click.Choice([p.value for p in Pattern]))
@click.option("--column", "asked", multiple=True, required=True)
@click.option("--area", help="The area in which the subject lives.")
@click.option("--emergency", is_flag=True, help="As if a named person declared an emergency.")
@click.option("--at", "moment", type=click.DateTime(["%Y-%m-%dT%H:%M:%SZ"]), help="Another time.")
@click.pass_obj
def try_command(  # noqa: PLR0913 - what a request is made of
    session: Session,
    *,
    agreement: str,
    recipient: str,
    purpose: str,
    pattern: str,
    asked: tuple[str, ...],
    area: str | None,
    emergency: bool,
    moment: datetime | None,
) -> None:
    """Rehearse a request: what would be allowed, in which form, and what decides. No data moves."""
    with session.loop(acting=False) as loop:
        agreed = loop.state.find(Agreement, agreement)
        places = agreed.places if agreed and area else ()
        try:
            request = Request(
                agreement=agreement,
                recipient=recipient,
                purpose=purpose,
                pattern=Pattern(pattern),
                columns=asked,
                areas=dict.fromkeys(places, area or ""),
                emergency=emergency,
            )
        except ValidationError as problem:
            raise invalid("command.invalid", problem, command="try") from None
        now = moment.replace(tzinfo=UTC) if moment else loop.clock.now()
        tell_verdict(decide(loop.state, request, rehearsal(loop.state, agreement, now)))


def rehearsal(state: State, agreement: str, now: datetime) -> Facts:
    """Give the facts of a rehearsal: a register just seen, opt-out lists just fed, no requests."""
    found = state.find(Agreement, agreement)
    lists = [limit.list for limit in (found.limits if found else ()) if isinstance(limit, LeaveOut)]
    return Facts(now=now, list_ages=dict.fromkeys(lists, timedelta(0)))


def tell_verdict(verdict: Verdict, *, indent: int = 0) -> None:
    """Print a verdict with what decided."""
    if verdict.allowed:
        given = "; ".join(_form(given) for given in verdict.gives)
        tell(f"ALLOWED: {given}.", indent=indent)
    for refusal in verdict.refusals:
        said = say(refusal.code, {})
        tell(f"REFUSED by {refusal.by}: {said.says} ({refusal.code})", indent=indent)
    if verdict.allowed and verdict.leaves_out:
        tell(f"People on {', '.join(verdict.leaves_out)} are left out.", indent=indent)
    if verdict.allowed and verdict.minimum_count:
        tell(f"No count below {verdict.minimum_count} leaves.", indent=indent)
    for duty in verdict.warnings if verdict.allowed else ():
        tell(f"Public warning: the duty {duty} was missed.", indent=indent)


def _form(given: Given) -> str:
    said = given.column
    if given.coarsened:
        said += f" as {given.coarsened}"
    if given.pseudonym:
        said += " as a code"
    return said + (f" (rule {', '.join(given.by)})" if given.by else "")


COMMANDS: dict[str, Sequence[click.Command]] = {
    "catalogue": [datasets, columns],
    "decide": [explain_command, compare, why_command, became_command],
    "share": [try_command],
}
