"""Keys of organisations and stewards: Ed25519 (RFC 8032) over canonical JSON (RFC 8785)."""

import base64
import binascii
import hashlib
from dataclasses import dataclass
from typing import Annotated

import rfc8785
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from pydantic import AfterValidator
from pydantic_core import PydanticCustomError

from answerable.model.errors import Invalid

KEY_BYTES = 32
SIGNATURE_BYTES = 64


_LOW_ORDER = frozenset(
    bytes.fromhex(point)
    for point in (
        "0100000000000000000000000000000000000000000000000000000000000000",
        "0100000000000000000000000000000000000000000000000000000000000080",
        "0000000000000000000000000000000000000000000000000000000000000000",
        "0000000000000000000000000000000000000000000000000000000000000080",
        "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
        "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff",
        "edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
        "edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff",
        "eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
        "eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff",
        "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05",
        "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc85",
        "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a",
        "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac03fa",
    )
)
"""Encodings of the points of small order: under such a key one signature fits every message."""


def _safe_key(text: str) -> str:
    if base64.b64decode(_base64_of(KEY_BYTES, text)) in _LOW_ORDER:
        raise PydanticCustomError("key.form", "is no key that only one can sign with")
    return text


def _base64_of(size: int, text: str) -> str:
    try:
        raw = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        raw = b""
    if len(raw) != size or base64.b64encode(raw).decode() != text:
        raise PydanticCustomError("key.form", "needs {size} bytes in base64", {"size": size})
    return text


PublicKey = Annotated[str, AfterValidator(_safe_key)]
"""An Ed25519 public key: 32 bytes in canonical base64."""

SignatureText = Annotated[str, AfterValidator(lambda text: _base64_of(SIGNATURE_BYTES, text))]
"""An Ed25519 signature: 64 bytes in canonical base64."""


def public_text(raw: bytes) -> str:
    """Write a public key, or a signature, as entries do."""
    return base64.b64encode(raw).decode()


def key_bytes(public: str) -> bytes:
    """Give the 32 bytes of a public key."""
    return base64.b64decode(public)


def key_id(public: str) -> str:
    """Name a public key: the first 16 bytes of its SHA-256, in hexadecimal."""
    return hashlib.sha256(key_bytes(public)).hexdigest()[:32]


def canonical(said: object) -> bytes:
    """Write JSON the one way (RFC 8785).

    >>> canonical({"b": 1, "a": "é"}).decode()
    '{"a":"é","b":1}'

    Raises:
        Invalid: ``entry.canonical`` for what has no such form: half a character, a whole number
            beyond 2^53.
    """
    try:
        return rfc8785.dumps(said)  # type: ignore[arg-type]
    except ValueError:
        raise Invalid("entry.canonical") from None


@dataclass(frozen=True, slots=True, repr=False)
class SigningKey:
    """The private half of a key; never printed, logged or put in an entry."""

    seed: bytes

    @property
    def public(self) -> str:
        """The public half, as entries name it."""
        raw = Ed25519PrivateKey.from_private_bytes(self.seed).public_key().public_bytes_raw()
        return public_text(raw)

    @property
    def id(self) -> str:
        """The name by which signatures refer to the key."""
        return key_id(self.public)

    def sign(self, message: bytes) -> str:
        """Sign a message; base64 of the 64 bytes."""
        return public_text(Ed25519PrivateKey.from_private_bytes(self.seed).sign(message))


def is_signed(message: bytes, signature: str, public: str) -> bool:
    """Tell whether ``signature`` over ``message`` is by the holder of ``public``."""
    key = Ed25519PublicKey.from_public_bytes(key_bytes(public))
    try:
        key.verify(base64.b64decode(signature), message)
    except InvalidSignature:
        return False
    return True
