"""What a gateway is told by those who run it: one TOML file, every fault in it named at once."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Annotated, Any

from pydantic import Field, StringConstraints, TypeAdapter, ValidationError, field_validator
from pydantic_core import PydanticCustomError

from answerable.evidence.source import Source
from answerable.gateway.connectors import Connector, Described, open_connector
from answerable.gateway.mirror import mirror_at
from answerable.model.base import Frozen, Slug, invalid
from answerable.model.errors import AnswerableError, Fault, Invalid, Param
from answerable.model.signing import PublicKey
from answerable.model.told import parse_toml
from answerable.science.tlog import TlogError, Verifier

_LAST_PORT = 65_535
_ADDRESS = r"^[a-z0-9.:\[\]-]+:[0-9]{1,5}$"


class RegisterTold(Frozen):
    """The register to follow.

    Attributes:
        origin: the name in its checkpoints.
        key: a verifier key of its seal, now or once; written down by people who compared it.
        mirrors: where its public files are, best first: ``file:DIRECTORY`` or ``http(s)://...``.
        look_every: seconds between two looks.
    """

    origin: str = Field(min_length=1, max_length=120)
    key: str = Field(max_length=300)
    mirrors: tuple[str, ...] = Field(min_length=1, max_length=20)
    look_every: float = Field(default=0.2, ge=0.05, le=60)


class Told(Frozen):
    """All but the sources.

    Attributes:
        gateway: its name in the register.
        organisation: whose gateway it is.
        organisation_keys: the public keys of that organisation, as its own people know them; the
            register's operator cannot put another in their place.
        directory: where it keeps what is its own, relative to the file: ``vault.sqlite3`` with the
            lists of people to leave out, ``releases`` with the log and its key, ``pseudonyms.key``,
            ``published.sqlite3`` with the counts that were given, ``register`` and ``copies``.
        listen: ``HOST:PORT``.
        greatest_age_minutes: how old the register may be, whatever an agreement tolerates.
        renew_every: seconds between two looks at the sources of lookups.
        streams: how many streams under agreements may run at once.
        open_streams: how many streams of open data may run at once.
    """

    gateway: Slug
    organisation: Slug
    organisation_keys: tuple[PublicKey, ...] = Field(min_length=1)
    directory: Path
    listen: Annotated[str, StringConstraints(pattern=_ADDRESS)]
    register_: RegisterTold = Field(alias="register")
    greatest_age_minutes: int = Field(default=44_640, ge=1, le=44_640)
    renew_every: float = Field(default=1, ge=0.1, le=86_400)
    streams: int = Field(default=16, ge=1, le=1000)
    open_streams: int = Field(default=4, ge=1, le=1000)

    @field_validator("listen")
    @classmethod
    def _has_port(cls, listen: str) -> str:
        if int(listen.rpartition(":")[2]) > _LAST_PORT:
            raise PydanticCustomError("config.port", "needs a port up to 65535")
        return listen


@dataclass(frozen=True, slots=True)
class Config:
    """A gateway as told, checked, with its sources opened and its mirrors found."""

    told: Told
    home: Path
    mirrors: tuple[tuple[str, Source], ...]
    sources: dict[str, Connector]
    open_columns: dict[str, frozenset[str]]

    @property
    def directory(self) -> Path:
        """Where the gateway keeps what is its own."""
        return self.home / self.told.directory

    @property
    def log_name(self) -> str:
        """The name of its log of releases, and what tokens for it must name."""
        return f"{self.told.register_.origin}/{self.told.gateway}"

    @property
    def greatest_age(self) -> timedelta:
        """How old the register may be."""
        return timedelta(minutes=self.told.greatest_age_minutes)

    @property
    def address(self) -> tuple[str, int]:
        """Host and port."""
        host, _, port = self.told.listen.rpartition(":")
        return host.strip("[]"), int(port)


def read_config(path: Path) -> Config:
    """Read the file.

    Raises:
        Invalid: ``config.invalid`` with every fault, by field; ``config.file`` if there is no such
            file, ``config.toml`` if it is not TOML.
    """
    said, home = _toml(path), path.absolute().parent
    faults: list[Fault] = []
    described = _sources(said.pop("sources", []), faults)
    told = _told(said, faults)
    mirrors = _mirrors(said.get("register"), home, faults)
    if told is None or faults:
        raise Invalid("config.invalid", faults, file=path.name)
    return Config(
        told,
        home,
        mirrors,
        {name: open_connector(each, home) for name, each in described.items()},
        {name: frozenset(each.open_columns) for name, each in described.items()},
    )


def _toml(path: Path) -> dict[str, Any]:
    try:
        return parse_toml(path.read_bytes(), path.name)
    except OSError:
        raise Invalid("config.file", file=path.name) from None


def _told(said: dict[str, Any], faults: list[Fault]) -> Told | None:
    told = None
    try:
        told = Told.model_validate(said, strict=False)
    except ValidationError as problem:
        faults += invalid("config.invalid", problem).faults
    register = said.get("register")
    if isinstance(register, dict):
        faults += _key_faults(register.get("key"), register.get("origin"))
    return told


def _key_faults(key: Any, origin: Any) -> Iterator[Fault]:
    if isinstance(key, str) and isinstance(origin, str):
        try:
            if Verifier.from_vkey(key).name != origin:
                yield Fault("register.key", "config.key", {"wanted": origin})
        except TlogError:
            yield Fault("register.key", "key.form")


def _mirrors(said: Any, home: Path, faults: list[Fault]) -> tuple[tuple[str, Source], ...]:
    found = []
    places = said.get("mirrors") if isinstance(said, dict) else None
    for number, place in enumerate(places if isinstance(places, list) else []):
        if isinstance(place, str):
            try:
                found.append((place, mirror_at(_at(place, home))))
            except AnswerableError as problem:
                # not the address itself, which may hold a password
                said_of: dict[str, Param] = {"place": f"mirror {number + 1}"}
                faults.append(Fault(f"register.mirrors.{number}", problem.code, said_of))
    return tuple(found)


def _at(place: str, home: Path) -> str:
    """Give a place in full: a path is relative to the file that names it."""
    if place.startswith("file:"):
        return str(home / place.removeprefix("file:"))
    return place if "://" in place else str(home / place)


_DESCRIBED: TypeAdapter[Described] = TypeAdapter(Described)


def _sources(said: Any, faults: list[Fault]) -> dict[str, Described]:
    found: dict[str, Described] = {}
    for number, each in enumerate(said if isinstance(said, list) else [said]):
        where = f"sources.{number}"
        try:
            described = _DESCRIBED.validate_python(each, strict=False)
        except ValidationError as problem:
            faults += [
                Fault(f"{where}.{fault.field}", fault.code, fault.params)
                for fault in invalid("config.invalid", problem).faults
            ]
            continue
        if described.dataset in found:
            faults.append(Fault(f"{where}.dataset", "config.twice", {"name": described.dataset}))
        found[described.dataset] = described
    return found
