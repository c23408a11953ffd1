"""``answerable sign-in-link``: let somebody in, with a link that works once."""

import sys
from datetime import timedelta
from typing import Final

import click

from answerable.cli.session import Session
from answerable.launch.serve import address_of, sessions_of
from answerable.loop import Loop
from answerable.model.actor import Role
from answerable.model.dataset import Dataset
from answerable.model.errors import Invalid
from answerable.model.organisation import Organisation
from answerable.store.sessions import Sessions, Visitor
from answerable.web.row import SIGNED_IN

DAY: Final = timedelta(days=1)
_HOURS: Final = 24
_MOST_HOURS: Final = 24 * 14


@click.command("sign-in-link")
@click.option("--role", required=True, type=click.Choice(sorted(role.value for role in SIGNED_IN)))
@click.option("--organisation", metavar="NAME", help="Whom they act for; not for citizens.")
@click.option("--person", default="", metavar="TEXT", help="Tells people of one role apart.")
@click.option(
    "--dataset",
    metavar="NAME",
    help="The dataset that a citizen is in; their id in it is asked for, and is shown nowhere.",
)
@click.option(
    "--hours",
    default=_HOURS,
    show_default=True,
    type=click.IntRange(1, _MOST_HOURS),
    help="How long the link works.",
)
@click.option("--token", is_flag=True, help="Give the token of a session, for a program.")
@click.pass_obj
def sign_in_link(
    session: Session,
    role: str,
    organisation: str | None,
    person: str,
    dataset: str | None,
    hours: int,
    token: bool,
) -> None:
    """Let somebody sign in on the pages: a link that works once, for you to send."""
    with session.loop(acting=False) as loop, sessions_of(session.workspace) as sessions:
        visitor = _visitor(loop, Role(role), organisation, person, dataset)
        if token:
            click.echo(sessions.begin(visitor, loop.clock.now()))
            return
        base = address_of(session.workspace)
        click.echo(link(base, sessions, visitor, loop, timedelta(hours=hours)))


def link(
    base: str, sessions: Sessions, visitor: Visitor, loop: Loop, lasts: timedelta = DAY
) -> str:
    """Make the address that lets somebody in once."""
    return f"{base}/sign-in/{sessions.link(visitor, loop.clock.now(), lasts)}"


def _visitor(
    loop: Loop, role: Role, organisation: str | None, person: str, dataset: str | None
) -> Visitor:
    """Give who is to be let in.

    Raises:
        Invalid: ``link.citizen`` or ``link.staff`` where something lacks or is too much.
        Missing: ``dataset.unknown``, ``organisation.unknown``.
    """
    if role is Role.CITIZEN:
        if not dataset or organisation:
            raise Invalid("link.citizen")
        found = loop.state.get(Dataset, dataset)
        hidden = sys.stdin.isatty()
        subject = click.prompt("Their id in the dataset", hide_input=hidden, err=True)
        return Visitor(role, found.custodian, person, (dataset, subject))
    if not organisation or dataset:
        raise Invalid("link.staff", role=role)
    loop.state.get(Organisation, organisation)
    return Visitor(role, organisation, person)
