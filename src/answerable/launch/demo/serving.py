"""The told story, to be walked through: its three gateways at work again, and the pages."""

from contextlib import closing
from datetime import datetime
from pathlib import Path

import click

from answerable.cli.console import tell
from answerable.launch.demo.chapters.decide import OPT_OUTS
from answerable.launch.demo.chapters.share import SAID_NO
from answerable.launch.demo.gateways import SITES, Site, Started, feed, running, set_up, wait_for
from answerable.launch.serve import check_free, serve, site_of
from answerable.loop import Loop
from answerable.model.exchange import OptOut
from answerable.model.organisation import OpenRegister, Organisation
from answerable.model.state import State

_HOST = "127.0.0.1"


def serve_story(workspace: Path, port: int) -> None:
    """Serve the pages beside the gateways, until asked to stop.

    Raises:
        Broken: ``serve.port`` when something else listens there.
    """
    check_free(_HOST, port)
    for site in SITES:
        wait_for(workspace, site)
    with closing(Loop(workspace)) as loop:
        loop.publish(renew=True)
        configs = [(site, _set_up(workspace, loop.state, site)) for site in SITES]
        _feed(workspace, loop.state, loop.clock.now())
        with running(configs, clock=None) as gateways:
            serve(site_of(loop, workspace), loop, _HOST, port, lambda at: _ready(at, gateways))


def _set_up(workspace: Path, state: State, site: Site) -> Path:
    own = state.get(Organisation, site.organisation).public_key
    return set_up(workspace, site, own, state.get(OpenRegister, "register").log_key)


def _feed(workspace: Path, state: State, now: datetime) -> None:
    """Feed the lists as of now: a gateway stops when a list is older than its agreement allows."""
    for site in SITES:
        if state.find(OptOut, f"{site.organisation}/{OPT_OUTS}"):
            feed(workspace, site, OPT_OUTS, (SAID_NO,), now)


def _ready(address: str, gateways: list[Started]) -> None:
    tell()
    tell("Three gateways are at work beside their data:")
    for started in gateways:
        click.echo(f"  {started.address}  {started.site.title}")
    tell()
    tell("Walk through the story in your browser, in English or in Welsh:")
    click.echo(f"  {address}")
    tell("Press Ctrl-C to stop.")
