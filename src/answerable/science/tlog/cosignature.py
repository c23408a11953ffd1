"""A witness's word that a checkpoint continues what it saw before: C2SP tlog-cosignature.

The Ed25519 form (version 1, signature type 0x04). The signature covers a time, so a cosigner signs
``.at`` one; no clock is read here. ::

    sign(checkpoint.text, [log, witness.at(1_679_315_147)])
"""

from dataclasses import dataclass
from typing import ClassVar, Final

from answerable.science.tlog.checkpoint import parse_checkpoint
from answerable.science.tlog.errors import NoteError
from answerable.science.tlog.keys import SigningKey, VerifyingKey
from answerable.science.tlog.note import Signature

_COSIGNATURE: Final = 0x04
_TIME_SIZE: Final = 8
_TIME_LIMIT: Final = 1 << 63


@dataclass(frozen=True, slots=True)
class Cosignature(Signature):
    """A verified signature line of a witness.

    Attributes:
        timestamp: when the witness signed, in seconds since 1970-01-01 UTC.
    """

    timestamp: int


class Cosigner(SigningKey):
    """The key of a witness; not to be shared with any other cosigner or log."""

    signature_type: ClassVar[int] = _COSIGNATURE

    @property
    def verifier(self) -> "CosignatureVerifier":
        """The public half."""
        return CosignatureVerifier(self.name, self.public)

    def at(self, timestamp: int) -> "TimedCosigner":
        """Give what signs for one moment, in seconds since 1970-01-01 UTC.

        Raises:
            NoteError: ``cosignature.time``, not from 0 to 2**63 - 1.
        """
        return TimedCosigner(self, timestamp)


@dataclass(frozen=True, slots=True)
class TimedCosigner:
    """A cosigner at a moment, which can sign a note."""

    cosigner: Cosigner
    timestamp: int

    def __post_init__(self) -> None:
        if not 0 <= self.timestamp < _TIME_LIMIT:
            raise NoteError("cosignature.time", "The time of a cosignature is out of range.")

    @property
    def name(self) -> str:
        """The name of the key."""
        return self.cosigner.name

    @property
    def key_id(self) -> bytes:
        """The identifier of the key, 4 bytes."""
        return self.cosigner.key_id

    def sign(self, text: bytes) -> bytes:
        """Cosign the text of a checkpoint: the time, 8 bytes big-endian, and 64 of signature.

        Raises:
            CheckpointError: the text is not a checkpoint, which is all that a witness may sign.
        """
        parse_checkpoint(text.decode())
        signature = self.cosigner.raw_sign(_message(self.timestamp, text))
        return self.timestamp.to_bytes(_TIME_SIZE, "big") + signature


class CosignatureVerifier(VerifyingKey):
    """The public key of a witness."""

    signature_type: ClassVar[int] = _COSIGNATURE

    def verify(self, text: bytes, signature: Signature) -> Cosignature | None:
        """Give the cosignature, with its time, if this key made it for this text."""
        stamp, raw = signature.value[:_TIME_SIZE], signature.value[_TIME_SIZE:]
        timestamp = int.from_bytes(stamp, "big")
        if timestamp >= _TIME_LIMIT or not self.is_signed(_message(timestamp, text), raw):
            return None
        return Cosignature(signature.name, signature.key_id, signature.value, timestamp)


def _message(timestamp: int, text: bytes) -> bytes:
    return b"cosignature/v1\ntime %d\n" % timestamp + text
