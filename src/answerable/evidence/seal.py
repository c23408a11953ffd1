"""The seal of a register: its checkpoint, signed by the log and, with the time, by its cosigner.

Which keys are to sign it only the entries tell: they are read first, and the seal is opened with
what they add up to.
"""

from collections.abc import Collection
from datetime import UTC, datetime, timedelta

from answerable.evidence.entry import seal_key
from answerable.model.entry import Entry
from answerable.model.errors import Broken
from answerable.model.organisation import OpenRegister, RegisterKeyRotated
from answerable.model.signing import key_id
from answerable.model.state import State
from answerable.science.tlog import (
    Checkpoint,
    Cosignature,
    CosignatureVerifier,
    Note,
    TlogError,
    Verifier,
    open_note,
    parse_checkpoint,
)

CHECKPOINT = "checkpoint"
_SLACK = timedelta(days=1)


def read_head(checkpoint: bytes) -> Checkpoint:
    """Read what a checkpoint says, unsigned as yet.

    Raises:
        Broken: ``seal.form``.
    """
    try:
        return parse_checkpoint(checkpoint.decode().rpartition("\n\n")[0] + "\n")
    except (TlogError, UnicodeDecodeError):
        raise Broken("seal.form") from None


def open_seal(checkpoint: bytes, state: State, now: datetime) -> datetime:
    """Check that a checkpoint is sealed with the keys in force, once by each, and give its time.

    Args:
        checkpoint: the signed note.
        state: what all entries under it add up to.
        now: the time; a seal dated more than a day after it is none, nor one dated before the
            last entry.

    Raises:
        Broken: ``seal.empty``, ``seal.wrong``, ``seal.origin`` or ``seal.time``.
    """
    opened = state.find(OpenRegister, "register")
    if opened is None:
        raise Broken("seal.empty")
    try:
        note, name = _open(checkpoint, opened), Verifier.from_vkey(opened.log_key).name
    except TlogError as problem:
        raise Broken("seal.wrong", said=problem.code) from None
    stamps = [line.timestamp for line in note.verified if isinstance(line, Cosignature)]
    if len(note.verified) != 2 or len(stamps) != 1:  # noqa: PLR2004 - the seal and its time
        raise Broken("seal.wrong", said="note.unsigned")
    origin = read_head(checkpoint).origin
    if origin != opened.origin or name != opened.origin:
        raise Broken("seal.origin", origin=origin, wanted=opened.origin)
    return _time(stamps[0], state, now)


def _open(checkpoint: bytes, opened: OpenRegister) -> Note:
    log, time = opened.log_key, opened.time_key
    return open_note(checkpoint, [Verifier.from_vkey(log), CosignatureVerifier.from_vkey(time)])


def _time(stamp: int, state: State, now: datetime) -> datetime:
    latest = int((now + _SLACK).timestamp())
    earliest = int(state.last_at.timestamp()) if state.last_at else 0
    if not earliest <= stamp <= latest:
        raise Broken("seal.time", at=stamp)
    return datetime.fromtimestamp(stamp, UTC)


def unvouched_seal(state: State, entry: Entry) -> str | None:
    """Give the verifier key that an entry brings in without the word of the old one, if it does.

    Args:
        state: as it was before the entry.
        entry: one whose signatures were checked.
    """
    body = entry.meaning
    if not isinstance(body, RegisterKeyRotated):
        return None
    old = state.get(OpenRegister, "register").log_key
    signed = {signature.key for signature in entry.envelope.signatures}
    return None if key_id(seal_key(old)) in signed else body.log_key


def seals_from(opened: OpenRegister, key: str) -> tuple[str, ...]:
    """Give the verifier key that somebody pinned, and those that came after it.

    Raises:
        Broken: ``seal.stranger`` if it never sealed the register.
    """
    chain = [vkey for _, vkey in opened.log_keys]
    if key not in chain:
        raise Broken("seal.stranger", origin=opened.origin)
    return tuple(chain[chain.index(key) :])


def check_chain(opened: OpenRegister, key: str, unvouched: Collection[str]) -> None:
    """Follow the chain of seals from a key that somebody pinned to the key in force.

    Args:
        opened: the register, with every key that ever sealed it.
        key: the verifier key that is trusted.
        unvouched: keys that stewards brought in, without the word of the key before.

    Raises:
        Broken: ``seal.stranger`` or ``seal.unvouched``.
    """
    _, *later = seals_from(opened, key)
    if set(later) & set(unvouched):
        raise Broken("seal.unvouched", origin=opened.origin)
