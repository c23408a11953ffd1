"""Who meets at a gateway, and what its days come to: services, gateways, opt-outs, releases."""

from collections.abc import Iterator
from typing import Annotated, ClassVar, Literal

from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from answerable.model.base import Day, Digest, Frozen, Moment, Slug
from answerable.model.entry import Body, Entry, Kind
from answerable.model.limits import Pattern
from answerable.model.organisation import OpenRegister, Organisation
from answerable.model.signing import PublicKey
from answerable.model.state import Builder, Record, State, applies
from answerable.model.text import Text

# A service that may ask.


class ServiceFields(Frozen):
    """A program that asks gateways for data on behalf of its organisation."""

    service: Slug
    title: Text
    public_key: PublicKey


class ServiceListed(ServiceFields, Body):
    """An organisation named a service and the key with which it proves who it is."""

    kind: ClassVar[Kind] = Kind("service.listed")


class ServiceWithdrawn(Body):
    """An organisation took a service's key away: gateways believe it no more."""

    kind: ClassVar[Kind] = Kind("service.withdrawn")

    service: Slug
    reason: Text


class RecipientService(ServiceFields, Record):
    """A service that may prove itself to gateways, until it is withdrawn."""

    noun: ClassVar[str] = "service"

    organisation: Slug
    withdrawn: bool = False


# A gateway, and the log in which it records every release.


class GatewayFields(Frozen):
    """A place at which an organisation's data leaves.

    Attributes:
        address: where services find it.
        log_key: verifier key (C2SP signed-note) of its log of releases.
    """

    gateway: Slug
    title: Text
    address: str = Field(pattern=r"^https?://[a-z0-9.-]+(:[0-9]{1,5})?(/[a-z0-9._/-]*)?$")
    log_key: str = Field(max_length=300)


class GatewayListed(GatewayFields, Body):
    """An organisation named a gateway and the key of its log; said again, it replaces both."""

    kind: ClassVar[Kind] = Kind("gateway.listed")


class Gateway(GatewayFields, Record):
    """The enforcement point beside the data of one organisation."""

    noun: ClassVar[str] = "gateway"

    organisation: Slug
    log_keys: tuple[str, ...]


# Lists of people who said no.


class OptOutsSealed(Body):
    """A custodian sealed a version of a list: who is on it stays in the gateway's vault.

    Attributes:
        fed: when the gateway was given the list.
        seal: salted fingerprint of the list.
    """

    kind: ClassVar[Kind] = Kind("optouts.sealed")

    list: Slug
    version: int = Field(ge=1)
    fed: Moment
    seal: Digest


class OptOut(Record):
    """A list of people whose records agreements leave out, as far as the register tells."""

    noun: ClassVar[str] = "list"

    list: Slug
    custodian: Slug
    version: int
    seal: Digest

    @property
    def key(self) -> str:
        """Each custodian has its own lists."""
        return f"{self.custodian}/{self.list}"


# What a day of releases came to.

Rounded = Annotated[int, Field(ge=10, multiple_of=10)]
"""To the nearest ten; a figure below ten is left out."""


class Count(Frozen):
    """Requests of one sort in a day, and the rows given in answer.

    Attributes:
        agreement: nothing for open data, and for what was refused before an agreement was known.
        outcome: ``emergency`` is a lookup that only a declared emergency opened.
        requests: rounded; nothing means fewer than ten.
        rows: rounded; nothing means fewer than ten.
        limits: those of the agreement that decided at least ten of the requests, by name;
            nothing where it was not said (version 1).
        commitment: salted hash over the leaves of the log that are counted here; an auditor who is
            shown the log and the day's salt can work it out again. Nothing in version 1.
    """

    agreement: Slug | None = None
    dataset: Slug | None = None
    pattern: Pattern | None = None
    recipient: Slug | None = None
    outcome: Literal["allowed", "refused", "emergency"]
    requests: Rounded | None = None
    rows: Rounded | None = None
    limits: tuple[Slug, ...] | None = None
    commitment: Digest | None = None

    @model_validator(mode="after")
    def _limits(self) -> "Count":
        limits = self.limits or ()
        if sorted(set(limits)) != list(limits) or (limits and self.requests is None):
            raise PydanticCustomError(
                "count.limits", "names limits in order, each once, of ten requests or more"
            )
        return self


class ReleaseFields(Frozen):
    """One day of a gateway, and its log as it stood after.

    Attributes:
        size: how many leaves the log had.
        root: its root, in hexadecimal.
    """

    gateway: Slug
    day: Day
    size: int = Field(ge=0)
    root: Digest
    counts: tuple[Count, ...] = Field(max_length=150)


class ReleasesCounted(ReleaseFields, Body):
    """A custodian said what one day's releases came to, and anchored the log of its gateway."""

    kind: ClassVar[Kind] = Kind("releases.counted", 2)


class Releases(ReleaseFields, Record):
    """What one day's releases of one gateway came to."""

    noun: ClassVar[str] = "releases"

    organisation: Slug

    @property
    def key(self) -> str:
        """Each gateway counts each day once."""
        return f"{self.gateway}/{self.day.isoformat()}"


def used_keys(state: State) -> Iterator[str]:
    """Give every public key that anybody in the register has or had.

    Raises:
        Missing: ``register.unknown`` if it was never opened.
    """
    yield from (steward.key for steward in state.get(OpenRegister, "register").stewards)
    for organisation in state.each(Organisation):
        yield from (organisation.public_key, *organisation.retired_keys)
    for service in state.each(RecipientService):
        yield service.public_key


@applies(ServiceListed)
def _service(state: Builder, entry: Entry, body: ServiceListed) -> None:
    said = entry.envelope
    state.put(RecipientService.from_(body, entry=entry.index, at=said.at, organisation=said.org))


@applies(ServiceWithdrawn)
def _withdrawn(state: Builder, _entry: Entry, body: ServiceWithdrawn) -> None:
    state.put(state.get(RecipientService, body.service).with_(withdrawn=True))


@applies(GatewayListed)
def _gateway(state: Builder, entry: Entry, body: GatewayListed) -> None:
    said, was = entry.envelope, state.find(Gateway, body.gateway)
    keys = (*(was.log_keys if was else ()), body.log_key)
    state.put(
        Gateway.from_(body, entry=entry.index, at=said.at, organisation=said.org, log_keys=keys)
    )


@applies(OptOutsSealed)
def _sealed(state: Builder, entry: Entry, body: OptOutsSealed) -> None:
    said = entry.envelope
    state.put(OptOut.from_(body, entry=entry.index, at=said.at, custodian=said.org))


@applies(ReleasesCounted)
def _counted(state: Builder, entry: Entry, body: ReleasesCounted) -> None:
    said = entry.envelope
    state.put(Releases.from_(body, entry=entry.index, at=said.at, organisation=said.org))
