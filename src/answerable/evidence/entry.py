"""What can be checked of an entry without the rules of its stage: place, authority, signatures."""

from collections.abc import Collection
from itertools import pairwise
from typing import Any, cast

from answerable.model import (  # noqa: F401 - the kinds of entry register themselves
    agreement,
    assessment,
    dataset,
    earlier,
    engagement,
    exchange,
    outcome,
    proposal,
    signal,
    translation,
    vision,
)
from answerable.model.entry import Entry, Envelope, Unknown
from answerable.model.errors import Refused
from answerable.model.organisation import (
    OpenRegister,
    Organisation,
    OrganisationKeyRotated,
    RegisterOpened,
    Steward,
    register_id,
)
from answerable.model.roles import MAY, Signed, check_may
from answerable.model.signing import is_signed, key_id, public_text
from answerable.model.state import State
from answerable.science.tlog import Verifier

AnyEnvelope = Envelope[Any]


def check_place(state: State, entry: Entry) -> None:
    """Refuse an entry of another register, out of order, or back in time.

    Raises:
        Refused: ``entry.index``, ``entry.register``, ``entry.time``, ``command.repeated``.
    """
    said = entry.envelope
    if entry.index != state.size:
        raise Refused("entry.index", index=entry.index, wanted=state.size)
    body = entry.body
    opened = state.find(OpenRegister, "register")
    own = opened.register_id if opened else ""
    if isinstance(body, RegisterOpened) and not opened:
        own = register_id(body)
    if said.register_id != own:
        raise Refused("entry.register", index=entry.index)
    if state.last_at and said.at < state.last_at:
        raise Refused("entry.time", index=entry.index)
    goes_on = said.command_id == state.last_command and state.last_said == (
        said.org,
        said.role,
        said.actor_ref,
        said.at,
    )
    if said.command_id in state.commands and not goes_on:
        raise Refused("command.repeated", command_id=said.command_id)


def check_known(entry: Entry) -> None:
    """Refuse a kind or version that this software does not know.

    Raises:
        Refused: ``entry.unknown_kind``.
    """
    if isinstance(entry.body, Unknown):
        raise Refused(
            "entry.unknown_kind", kind=entry.envelope.kind, version=entry.envelope.kind_version
        )


def check_authority(state: State, entry: Entry) -> None:
    """Refuse an organisation that was not admitted, and an actor who may not say this."""
    said = entry.envelope
    if not isinstance(entry.body, RegisterOpened):
        state.get(Organisation, said.org)
    check_may(state, entry.kind.name, entry.meaning, said.role, said.org)


def check_signatures(state: State, entry: Entry) -> None:
    """Refuse an entry whose signatures are not exactly those that its kind needs.

    Raises:
        Refused: ``signature.unwanted``, ``signature.missing``, ``signature.retired``,
            ``signature.stranger``, ``signature.wrong``, ``signature.order``.
    """
    said = entry.envelope
    ids = [signature.key for signature in said.signatures]
    if any(one >= other for one, other in pairwise(ids)):
        raise Refused("signature.order", index=entry.index)
    wanted = MAY[said.kind].signed
    if wanted is Signed.NO:
        if ids:
            raise Refused("signature.unwanted", kind=said.kind)
        return
    if wanted is Signed.ORGANISATION:
        _check_organisation(state, said)
    elif wanted is Signed.STEWARDS:
        _check_stewards(_stewards(state, entry), said)
    elif wanted is Signed.OLD_AND_NEW:
        _check_rotation(state, entry)
    else:
        _check_seal(state, entry)


def _valid(said: AnyEnvelope, keys: Collection[str]) -> frozenset[str]:
    """Give those of the keys that signed; every signature must be by one of them, and right."""
    known = {key_id(public): public for public in keys}
    message = said.to_sign() if said.signatures else b""
    for signature in said.signatures:
        if signature.key not in known:
            raise Refused("signature.stranger", kind=said.kind, key=signature.key)
        if not is_signed(message, signature.sig, known[signature.key]):
            raise Refused("signature.wrong", kind=said.kind, key=signature.key)
    return frozenset(known[signature.key] for signature in said.signatures)


def _check_organisation(state: State, said: AnyEnvelope) -> None:
    organisation = state.get(Organisation, said.org)
    retired = {key_id(public) for public in organisation.retired_keys}
    for signature in said.signatures:
        if signature.key in retired:
            raise Refused("signature.retired", organisation=said.org, key=signature.key)
    if not _valid(said, [organisation.public_key]):
        raise Refused("signature.missing", kind=said.kind, wanted=said.org)


def _stewards(state: State, entry: Entry) -> tuple[tuple[Steward, ...], int]:
    body = entry.body
    opened = body if isinstance(body, RegisterOpened) else state.get(OpenRegister, "register")
    return opened.stewards, opened.quorum


def _check_stewards(rule: tuple[tuple[Steward, ...], int], said: AnyEnvelope) -> None:
    stewards, quorum = rule
    if len(_valid(said, [steward.key for steward in stewards])) < quorum:
        raise Refused("signature.missing", kind=said.kind, wanted=f"{quorum} stewards")


def _check_rotation(state: State, entry: Entry) -> None:
    body, said = cast("OrganisationKeyRotated", entry.body), entry.envelope
    old = state.get(Organisation, body.organisation).public_key
    stewards, quorum = _stewards(state, entry)
    keys = {steward.key for steward in stewards}
    signed = _valid(said, [body.public_key, old, *keys])
    if body.public_key not in signed:
        raise Refused("signature.missing", kind=said.kind, wanted="the new key")
    if old not in signed and len(signed & keys) < quorum:
        raise Refused(
            "signature.missing", kind=said.kind, wanted=f"the old key or {quorum} stewards"
        )


def _check_seal(state: State, entry: Entry) -> None:
    said = entry.envelope
    seal = seal_key(state.get(OpenRegister, "register").log_key)
    stewards, quorum = _stewards(state, entry)
    keys = {steward.key for steward in stewards}
    signed = _valid(said, [seal, *keys])
    if seal not in signed and len(signed & keys) < quorum:
        raise Refused(
            "signature.missing", kind=said.kind, wanted=f"the old seal or {quorum} stewards"
        )


def seal_key(vkey: str) -> str:
    """Give the public key inside a verifier key, as entries name keys."""
    return public_text(Verifier.from_vkey(vkey).public)
