"""The register itself, the organisations in it, and their keys."""

import hashlib
from typing import ClassVar, Literal

from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from answerable.model.base import ActorRef, Frozen, Slug
from answerable.model.entry import Body, Entry, Kind
from answerable.model.signing import PublicKey, canonical, key_id
from answerable.model.state import Builder, Record, applies
from answerable.model.text import Language, Text


class Steward(Frozen):
    """A person who, with others, admits organisations; the name is in the vault."""

    ref: ActorRef
    key: PublicKey


class RegisterFields(Frozen):
    """What a register says of itself when it opens.

    Attributes:
        origin: the name in every checkpoint: a host and path without scheme.
        log_key: verifier key (C2SP signed-note) of the seal under every checkpoint.
        time_key: verifier key of the timestamped cosignature.
        quorum: how many stewards must sign together.
        nature: ``live``, or ``invented`` for a demonstration or an exercise.
    """

    origin: str = Field(pattern=r"^[a-z0-9.-]+(/[a-z0-9._-]+)*$", max_length=120)
    title: Text
    operator: Slug
    operator_title: Text
    operator_key: PublicKey
    log_key: str = Field(max_length=300)
    time_key: str = Field(max_length=300)
    stewards: tuple[Steward, ...] = Field(min_length=1, max_length=15)
    quorum: int = Field(ge=1)
    languages: tuple[Language, ...] = Field(min_length=1)
    nature: Literal["live", "invented"]

    @model_validator(mode="after")
    def _quorum_can_be_met(self) -> "RegisterFields":
        if self.quorum > len({steward.key for steward in self.stewards}):
            raise PydanticCustomError("quorum.high", "asks for more stewards than there are")
        return self


class RegisterOpened(RegisterFields, Body):
    """The register began. Its id is a digest of this body, so it vouches for its own stewards."""

    kind: ClassVar[Kind] = Kind("register.opened")


def register_id(body: RegisterOpened) -> str:
    """Derive the id that every envelope repeats: 16 bytes of SHA-256, hexadecimal."""
    said = body.model_dump(mode="json", exclude_none=True)
    return hashlib.sha256(b"answerable/register/v1\n" + canonical(said)).hexdigest()[:32]


class OpenRegister(RegisterFields, Record):
    """The register, with its keys as they are now.

    Attributes:
        log_keys: every key that ever sealed it, with the size of the tree from which it did.
    """

    noun: ClassVar[str] = "register"

    register_id: str
    log_keys: tuple[tuple[int, str], ...]

    @property
    def key(self) -> str:
        """There is one."""
        return "register"

    def log_key_at(self, size: int) -> str:
        """Give the verifier key that seals a tree of ``size`` entries."""
        return next(key for since, key in reversed(self.log_keys) if since <= size)


class OrganisationFields(Frozen):
    """What the register says of an organisation."""

    organisation: Slug
    title: Text
    public_key: PublicKey
    invented: bool


class OrganisationAdmitted(OrganisationFields, Body):
    """Stewards admitted an organisation and its key."""

    kind: ClassVar[Kind] = Kind("organisation.admitted")


class Organisation(OrganisationFields, Record):
    """A body that holds, asks for, processes or oversees data."""

    noun: ClassVar[str] = "organisation"

    retired_keys: tuple[PublicKey, ...] = ()

    @property
    def key_id(self) -> str:
        """The id of the key in force."""
        return key_id(self.public_key)


class OrganisationKeyRotated(Body):
    """An organisation replaced its key: signed by the old one or a quorum, and by the new one."""

    kind: ClassVar[Kind] = Kind("organisation.key_rotated")

    organisation: Slug
    public_key: PublicKey
    reason: Text


class RegisterKeyRotated(Body):
    """The register has a new key: it seals every tree that holds this entry."""

    kind: ClassVar[Kind] = Kind("register.key_rotated")

    log_key: str = Field(max_length=300)
    time_key: str = Field(max_length=300)
    reason: Text


@applies(RegisterOpened)
def _opened(state: Builder, entry: Entry, body: RegisterOpened) -> None:
    index, at = entry.index, entry.envelope.at
    state.put(
        OpenRegister.from_(
            body,
            entry=index,
            at=at,
            register_id=register_id(body),
            log_keys=((0, body.log_key),),
        )
    )
    state.put(
        Organisation(
            organisation=body.operator,
            title=body.operator_title,
            public_key=body.operator_key,
            invented=body.nature == "invented",
            entry=index,
            at=at,
        )
    )


@applies(OrganisationAdmitted)
def _admitted(state: Builder, entry: Entry, body: OrganisationAdmitted) -> None:
    state.put(Organisation.from_(body, entry=entry.index, at=entry.envelope.at))


@applies(OrganisationKeyRotated)
def _rotated(state: Builder, _entry: Entry, body: OrganisationKeyRotated) -> None:
    was = state.get(Organisation, body.organisation)
    state.put(
        was.with_(public_key=body.public_key, retired_keys=(*was.retired_keys, was.public_key))
    )


@applies(RegisterKeyRotated)
def _resealed(state: Builder, entry: Entry, body: RegisterKeyRotated) -> None:
    was = state.get(OpenRegister, "register")
    state.put(
        was.with_(
            log_key=body.log_key,
            time_key=body.time_key,
            log_keys=(*was.log_keys, (entry.index + 1, body.log_key)),
        )
    )
