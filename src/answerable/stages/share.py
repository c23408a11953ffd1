"""Share: signals that limits depend on, who may ask, and what each day of releases came to.

The data plane itself is `answerable.gateway`'s.
"""

from datetime import timedelta
from typing import Any

from answerable.model.agreement import Agreement
from answerable.model.base import Digest, Moment, Slug
from answerable.model.command import Command, Said, rule, says
from answerable.model.earlier import ReleasesCounted1
from answerable.model.errors import Refused
from answerable.model.exchange import (
    Gateway,
    GatewayFields,
    GatewayListed,
    OptOut,
    OptOutsSealed,
    RecipientService,
    ReleaseFields,
    Releases,
    ReleasesCounted,
    ServiceFields,
    ServiceListed,
    ServiceWithdrawn,
    used_keys,
)
from answerable.model.organisation import OpenRegister
from answerable.model.signal import Signal, SignalDeclared, SignalEnded, SignalFields
from answerable.model.signing import key_id
from answerable.model.state import State
from answerable.model.text import Text
from answerable.science.tlog import TlogError, Verifier

LONGEST_SIGNAL = timedelta(days=14)
"""A signal has an end, and within two weeks; whoever needs longer declares another."""


EARLIEST, LATEST = timedelta(days=1), timedelta(days=3)
"""A signal is declared at most a day after it began, or three days before."""


class DeclareSignal(SignalFields, Command):
    """Declare that a signal, such as a flood warning, is in force in an area until an end."""


class EndSignal(Command):
    """End a signal early."""

    declaration: Slug
    ends: Moment
    reason: Text


class ListService(ServiceFields, Command):
    """Name a service of your organisation, and the key with which it asks gateways for data."""


class WithdrawService(Command):
    """Take a service's key away; gateways believe it no more."""

    service: Slug
    reason: Text


class ListGateway(GatewayFields, Command):
    """Name a gateway of your organisation, where it is, and the key of its log of releases."""


class SealOptOuts(Command):
    """Seal the version of an opt-out list that a gateway was fed; nobody on it is named."""

    list: Slug
    version: int
    fed: Moment
    seal: Digest


class CountReleases(ReleaseFields, Command):
    """Say what one day's releases of a gateway came to, as the gateway counted them."""

    page = "gateway"


says(DeclareSignal, SignalDeclared)
says(EndSignal, SignalEnded)
says(ListService, ServiceListed)
says(WithdrawService, ServiceWithdrawn)
says(ListGateway, GatewayListed)
says(SealOptOuts, OptOutsSealed)
says(CountReleases, ReleasesCounted)


@rule(SignalDeclared)
def check_signal(state: State, body: SignalDeclared, said: Said) -> None:
    """Refuse a name that is taken, a signal that is too long, and one already over."""
    state.free(Signal, body.declaration)
    if body.ends - body.begins > LONGEST_SIGNAL:
        raise Refused("signal.long", days=LONGEST_SIGNAL.days)
    if body.ends <= said.at:
        raise Refused("signal.over", declaration=body.declaration)
    if not said.at - EARLIEST <= body.begins <= said.at + LATEST:
        raise Refused("signal.begins", declaration=body.declaration)


@rule(SignalEnded)
def check_ended(state: State, body: SignalEnded, said: Said) -> None:
    """Refuse to lengthen a signal, and to end it in the past."""
    signal: Any = state.get(Signal, body.declaration)
    if not said.at <= body.ends < signal.ends:
        raise Refused("signal.end", declaration=body.declaration)


@rule(ServiceListed)
def check_service(state: State, body: ServiceListed, _said: Said) -> None:
    """Refuse a name that is taken, and a key that anybody has or had."""
    state.free(RecipientService, body.service)
    if body.public_key in used_keys(state):
        raise Refused("key.used", key=key_id(body.public_key))


@rule(ServiceWithdrawn)
def check_withdrawn(state: State, body: ServiceWithdrawn, _said: Said) -> None:
    """Refuse to withdraw a service twice."""
    if state.get(RecipientService, body.service).withdrawn:
        raise Refused("service.withdrawn", service=body.service)


@rule(GatewayListed)
def check_gateway(state: State, body: GatewayListed, said: Said) -> None:
    """Refuse the gateway of somebody else, and a key that is not that of its log."""
    was = state.find(Gateway, body.gateway)
    if was and was.organisation != said.org:
        raise Refused("gateway.taken", name=body.gateway)
    wanted = log_name(state, body.gateway)
    try:
        name = Verifier.from_vkey(body.log_key).name
    except TlogError:
        raise Refused("key.form") from None
    if name != wanted:
        raise Refused("key.name", name=name, wanted=wanted)


def log_name(state: State, gateway: str) -> str:
    """Give the name that a gateway's log of releases must have."""
    return f"{state.get(OpenRegister, 'register').origin}/{gateway}"


@rule(OptOutsSealed)
def check_sealed(state: State, body: OptOutsSealed, said: Said) -> None:
    """Refuse a version that is not later than the last, and one fed in the future."""
    was = state.find(OptOut, f"{said.org}/{body.list}")
    if was and body.version <= was.version:
        raise Refused("list.version", list=body.list, version=was.version)
    if body.fed > said.at:
        raise Refused("list.fed", list=body.list)


@rule(ReleasesCounted1)
def check_counted(state: State, body: ReleasesCounted1 | ReleasesCounted, said: Said) -> None:
    """Refuse a day that is not over or counted already, a log cut short, another's agreement."""
    days = [found for found in state.each(Releases) if found.gateway == body.gateway]
    if body.day >= said.at.date():
        raise Refused("releases.day", day=body.day.isoformat())
    if any(body.day <= found.day for found in days):
        raise Refused("releases.taken", gateway=body.gateway, day=body.day.isoformat())
    if any(body.size < found.size for found in days):
        raise Refused("releases.smaller", gateway=body.gateway, size=body.size)
    for name in {count.agreement for count in body.counts if count.agreement}:
        if state.get(Agreement, name).custodian != said.org:
            raise Refused("releases.agreement", agreement=name)


@rule(ReleasesCounted)
def check_committed(state: State, body: ReleasesCounted, said: Said) -> None:
    """Refuse also a count that leaves out its limits or commitment, or names another's limit."""
    check_counted(state, body, said)
    for count in body.counts:
        if count.limits is None or count.commitment is None:
            raise Refused("releases.uncommitted", day=body.day.isoformat())
        agreement = state.find(Agreement, count.agreement)
        known = {limit.limit for limit in agreement.limits} if agreement else set()
        if unknown := [name for name in count.limits if name not in known]:
            raise Refused("releases.limit", agreement=count.agreement or "", limits=unknown)
