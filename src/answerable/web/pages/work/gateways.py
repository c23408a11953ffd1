"""The custodian's page of its release points: what they gave and refused."""

from dataclasses import dataclass

from answerable.model.exchange import Gateway, Releases
from answerable.web.call import Call, Page
from answerable.web.pages.work.parts import offers
from answerable.web.pages.work.use import Used, bars, days_of


@dataclass(frozen=True, slots=True)
class Point:
    """A release point, with its last counted days."""

    gateway: Gateway
    days: list[Used]


def gateways(call: Call) -> Page:
    """Show the release points of an organisation."""
    own = call.visitor.organisation
    found = [_point(call, each) for each in call.state.each(Gateway) if each.organisation == own]
    aids = {
        "pictures": {each.gateway.gateway: bars(each.days) for each in found},
        "offers": offers(call, {}, "list-gateway", "seal-opt-outs", "list-service"),
    }
    return Page("work/gateways.html", {"points": found}, aids=aids)


def _point(call: Call, found: Gateway) -> Point:
    counted = (
        (releases, count)
        for releases in call.state.each(Releases)
        if releases.gateway == found.gateway
        for count in releases.counts
    )
    return Point(found, days_of(counted))
