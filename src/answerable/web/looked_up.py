"""Who looked somebody up: asked of the release points of the body that holds the data.

Only whoever runs a body's own site can ask: with the key of a service of that body, kept on this
machine. What comes back is for the one person it is about, and is kept nowhere here.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from answerable.gateway.client import Answered, Client
from answerable.loop import Loop
from answerable.model.dataset import Dataset
from answerable.model.errors import Broken, Missing
from answerable.model.exchange import Gateway, RecipientService
from answerable.model.organisation import OpenRegister
from answerable.model.signing import SigningKey, key_id
from answerable.model.state import State

DELAY: Final = timedelta(hours=24)
"""Look-ups are shown after this time: a person may be looked up just because somebody watches
them, and an instant notice could give a visit away."""


@dataclass(frozen=True, slots=True)
class LookUp:
    """One time that somebody asked about a person.

    Attributes:
        release: its number in the log of the release point.
        rows: whether anything was given; nothing was if there are none.
        columns: what was asked for.
        rules: by which something was less exact than it is held.
        post: of whoever declared an emergency, if one was declared; names stay where they are.
        reason: what they said of it.
    """

    gateway: str
    release: int
    at: datetime
    recipient: str
    agreement: str
    purpose: str
    rows: int
    columns: tuple[str, ...]
    rules: tuple[str, ...]
    emergency: bool
    post: str = ""
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Desk:
    """A release point, and what asks it."""

    gateway: Gateway
    client: Client


@dataclass(frozen=True, slots=True)
class Asked:
    """What release points said.

    Attributes:
        found: newest first.
        silent: release points that could not be asked.
    """

    found: tuple[LookUp, ...]
    silent: tuple[Gateway, ...]


def desks(loop: Loop, state: State, dataset: str, addresses: Mapping[str, str]) -> list[Desk]:
    """Give the release points that may know of look-ups in a dataset, and that we may ask.

    Args:
        loop: whose keys are on this machine.
        state: what the register says.
        dataset: where the person's data is.
        addresses: of release points, where they are not those in the register.
    """
    found = state.find(Dataset, dataset)
    opened = state.find(OpenRegister, "register")
    key = _key(loop, state, found.custodian) if found else None
    if found is None or opened is None or key is None:
        return []
    return [
        Desk(each, _client(each, addresses, opened.origin, key, loop))
        for each in state.each(Gateway)
        if each.organisation == found.custodian
    ]


def _key(loop: Loop, state: State, organisation: str) -> SigningKey | None:
    """Give the key of a service of a body, if it is on this machine."""
    services = (s for s in state.each(RecipientService) if s.organisation == organisation)
    known = (loop.keyring.find(key_id(s.public_key)) for s in services if not s.withdrawn)
    return next((key for key in known if key), None)


def _client(
    gateway: Gateway, addresses: Mapping[str, str], origin: str, key: SigningKey, loop: Loop
) -> Client:
    address = addresses.get(gateway.gateway, gateway.address)
    return Client(address, f"{origin}/{gateway.gateway}", key, loop.clock.now)


def ask(every: list[Desk], dataset: str, subject: str, now: datetime) -> Asked:
    """Ask each release point who looked a person up; one that is silent hides no other."""
    found, silent = list[LookUp](), list[Gateway]()
    for desk in every:
        try:
            found += _looks(desk, dataset, subject, now)
        except (Answered, Broken):
            silent.append(desk.gateway)
    return Asked(tuple(sorted(found, key=lambda look: look.at, reverse=True)), tuple(silent))


def receipt(
    every: list[Desk], dataset: str, subject: str, look: tuple[str, int], now: datetime
) -> bytes:
    """Fetch the evidence of one look-up that this person may see.

    Args:
        every: the release points that may be asked.
        dataset: where the person's data is.
        subject: who it is in there.
        look: the name of the release point, and the number of the look-up there.
        now: the time.

    Raises:
        Missing: ``look.unknown``; also where it is about somebody else, or too young to be shown.
        Broken: ``client.unreachable``, also where the release point refused.
    """
    name, number = look
    desk = next((each for each in every if each.gateway.gateway == name), None)
    if desk is None:
        raise Missing("look.unknown")
    try:
        if any(each.release == number for each in _looks(desk, dataset, subject, now)):
            return desk.client.receipt(number)
    except Answered:
        raise Broken("client.unreachable", address=desk.gateway.address) from None
    raise Missing("look.unknown")


def _looks(desk: Desk, dataset: str, subject: str, now: datetime) -> list[LookUp]:
    """Give the look-ups that are old enough.

    Raises:
        Answered: the release point refused.
        Broken: ``client.unreachable``, also where it says what no release point would.
    """
    try:
        told = desk.client.about(dataset, subject)
        looks = [_look(desk.gateway.gateway, each) for each in told]
    except (KeyError, TypeError, ValueError, AttributeError):
        raise Broken("client.unreachable", address=desk.gateway.address) from None
    # without an agreement it is a look such as this one
    return [look for look in looks if look.agreement and look.at <= now - DELAY]


def _look(gateway: str, told: Mapping[str, Any]) -> LookUp:
    private = told.get("private") or {}
    emergency = private.get("emergency") or {}
    return LookUp(
        gateway=gateway,
        release=told["release"],
        at=datetime.fromisoformat(told["at"]).astimezone(UTC),
        recipient=told["recipient"] or "",
        agreement=told["agreement"] or "",
        purpose=told["purpose"] or "",
        rows=told["rows"] or 0,
        columns=tuple(private.get("columns", ())),
        rules=tuple(told.get("by", ())),
        emergency=bool(told["emergency"]),
        post=emergency.get("post", ""),
        reason=emergency.get("reason", ""),
    )
