"""The told story, to be walked through: its three gateways at work again, and the pages."""

from collections.abc import Sequence
from contextlib import closing
from datetime import datetime
from pathlib import Path

import click

from answerable.cli.console import tell
from answerable.launch.demo.chapters.decide import OPT_OUTS
from answerable.launch.demo.chapters.share import SAID_NO
from answerable.launch.demo.gateways import SITES, Site, Started, feed, running, set_up, wait_for
from answerable.launch.demo.guests import CONTACTS, GUESTS
from answerable.launch.serve import check_free, registrations_of, serve, sessions_of
from answerable.launch.sign_in import link
from answerable.loop import Loop
from answerable.model.exchange import OptOut
from answerable.model.organisation import OpenRegister, Organisation
from answerable.model.state import State
from answerable.web.app import Site as PageSite
from answerable.web.settings import Contact, Settings

_HOST = "127.0.0.1"


def serve_story(workspace: Path, port: int) -> None:
    """Serve the pages beside the gateways, until asked to stop.

    Raises:
        Broken: ``serve.port`` when something else listens there.
    """
    check_free(_HOST, port)
    for site in SITES:
        wait_for(workspace, site)
    with (
        closing(Loop(workspace)) as loop,
        sessions_of(workspace) as sessions,
        registrations_of(workspace) as begun,
    ):
        loop.publish(renew=True)
        configs = [(site, _set_up(workspace, loop.state, site)) for site in SITES]
        _feed(workspace, loop.state, loop.clock.now())
        with running(configs, clock=None) as gateways:
            pages = PageSite(
                loop, sessions=sessions, registrations=begun, settings=settings(gateways)
            )

            def ready(address: str) -> None:
                _tell(gateways, address)
                for who, visitor in GUESTS:
                    click.echo(f"  {link(address, sessions, visitor, loop)}  {who}")
                tell("Press Ctrl-C to stop.")

            serve(pages, loop, _HOST, port, ready)


def settings(gateways: Sequence[Started]) -> Settings:
    """Say what the pages cannot know: whom to ring, and where the release points listen."""
    return Settings(
        contact=Contact(post="Register team", email="register@inverlarch.example"),
        contacts=CONTACTS,
        release_points={each.site.gateway: each.address for each in gateways},
    )


def _set_up(workspace: Path, state: State, site: Site) -> Path:
    own = state.get(Organisation, site.organisation).public_key
    return set_up(workspace, site, own, state.get(OpenRegister, "register").log_key)


def _feed(workspace: Path, state: State, now: datetime) -> None:
    """Feed the lists as of now: a gateway stops when a list is older than its agreement allows."""
    for site in SITES:
        if state.find(OptOut, f"{site.organisation}/{OPT_OUTS}"):
            feed(workspace, site, OPT_OUTS, (SAID_NO,), now)


def _tell(gateways: Sequence[Started], address: str) -> None:
    tell()
    tell("Three gateways are at work beside their data:")
    for started in gateways:
        click.echo(f"  {started.address}  {started.site.title}")
    tell()
    tell("Walk through the story in your browser, in English or in Welsh:")
    click.echo(f"  {address}")
    tell()
    tell("Try what people do in their roles. Each link signs you in once; start again for more:")
