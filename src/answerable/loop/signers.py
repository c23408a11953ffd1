"""Sign an envelope with the keys that its kind needs and this machine has."""

from typing import Any

from answerable.loop.keyring import Keyring
from answerable.model.entry import Envelope, Signature
from answerable.model.errors import Refused
from answerable.model.organisation import (
    OpenRegister,
    Organisation,
    OrganisationKeyRotated,
    RegisterOpened,
)
from answerable.model.roles import MAY, Signed
from answerable.model.signing import SigningKey, key_id
from answerable.model.state import State


def sign(state: State, keyring: Keyring, envelope: Envelope[Any]) -> Envelope[Any]:
    """Add the signatures an envelope needs, in the order of their keys.

    Raises:
        Refused: ``signature.unavailable`` naming whose key is not on this machine.
    """
    keys = sorted(_keys(state, keyring, envelope), key=lambda key: key.id)
    if not keys:
        return envelope
    message = envelope.to_sign()
    return envelope.signed(*(Signature(key=key.id, sig=key.sign(message)) for key in keys))


def _keys(state: State, keyring: Keyring, envelope: Envelope[Any]) -> list[SigningKey]:
    match MAY[envelope.kind].signed:
        case Signed.NO:
            return []
        case Signed.ORGANISATION:
            return [_need(keyring, state.get(Organisation, envelope.org).public_key, envelope.org)]
        case Signed.STEWARDS:
            return _stewards(state, keyring, envelope)
        case Signed.OLD_AND_NEW:
            return _rotation(state, keyring, envelope)
        case Signed.SEAL_OR_STEWARDS:
            return _seal(state, keyring, envelope)


def _need(keyring: Keyring, public: str, whose: str) -> SigningKey:
    key = keyring.find(key_id(public))
    if key is None:
        raise Refused("signature.unavailable", organisation=whose)
    return key


def _stewards(state: State, keyring: Keyring, envelope: Envelope[Any]) -> list[SigningKey]:
    body = envelope.body
    opened = body if isinstance(body, RegisterOpened) else state.get(OpenRegister, "register")
    here = [keyring.find(key_id(steward.key)) for steward in opened.stewards]
    keys = [key for key in here if key][: opened.quorum]
    if len(keys) < opened.quorum:
        raise Refused("signature.quorum", here=len(keys), quorum=opened.quorum)
    return keys


def _rotation(state: State, keyring: Keyring, envelope: Envelope[Any]) -> list[SigningKey]:
    body: OrganisationKeyRotated = envelope.body
    new = _need(keyring, body.public_key, body.organisation)
    old = keyring.find(state.get(Organisation, body.organisation).key_id)
    return [new, old] if old else [new, *_stewards(state, keyring, envelope)]


def _seal(state: State, keyring: Keyring, envelope: Envelope[Any]) -> list[SigningKey]:
    vkey = state.get(OpenRegister, "register").log_key
    if keyring.has_log(vkey):
        return [SigningKey(keyring.log(vkey).seed)]
    return _stewards(state, keyring, envelope)
