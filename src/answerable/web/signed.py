"""Who signed an entry, with which key."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from answerable.evidence.entry import seal_key
from answerable.model.entry import Entry
from answerable.model.organisation import OpenRegister, Organisation, RegisterOpened
from answerable.model.signing import key_id
from answerable.model.state import State

Holder = Literal["organisation", "steward", "seal", "unknown"]


@dataclass(frozen=True, slots=True)
class SignedBy:
    """One signature.

    Attributes:
        holder: whose key it is: of an organisation, a steward, or the seal of the record.
        name: of the organisation, or the reference of the steward.
        retired: whether another key has replaced it since.
    """

    key: str
    holder: Holder
    name: str = ""
    retired: bool = False


def signed_by(state: State, entry: Entry) -> tuple[SignedBy, ...]:
    """Tell whose keys signed an entry, as far as the register knows them."""
    if not entry.envelope.signatures:
        return ()
    known = {each.key: each for each in _known(state, entry)}
    keys = [signature.key for signature in entry.envelope.signatures]
    return tuple(known.get(key, SignedBy(key, "unknown")) for key in keys)


def _known(state: State, entry: Entry) -> Iterator[SignedBy]:
    opened = state.find(OpenRegister, "register")
    if opened:
        for _, vkey in opened.log_keys:
            yield SignedBy(key_id(seal_key(vkey)), "seal", "", vkey != opened.log_key)
    organisations = [state.find(Organisation, entry.envelope.org)]
    organisations.append(state.find(Organisation, getattr(entry.body, "organisation", None)))
    for each in filter(None, organisations):
        for old in each.retired_keys:
            yield SignedBy(key_id(old), "organisation", each.organisation, retired=True)
        yield SignedBy(each.key_id, "organisation", each.organisation)
    body = entry.body
    stewards = body if isinstance(body, RegisterOpened) else opened
    for steward in stewards.stewards if stewards else ():
        yield SignedBy(key_id(steward.key), "steward", steward.ref)
