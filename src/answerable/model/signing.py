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

KEY_BYTES = 32
SIGNATURE_BYTES = 64


def _base64_of(size: int, text: str) -> str:
    try:
        raw = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        raw = b""
    if len(raw) != size or base64.b64encode(raw).decode() != text:
        raise PydanticCustomError("key.form", "needs {size} bytes in base64", {"size": size})
    return text


PublicKey = Annotated[str, AfterValidator(lambda text: _base64_of(KEY_BYTES, text))]
"""An Ed25519 public key: 32 bytes in canonical base64."""

SignatureText = Annotated[str, AfterValidator(lambda text: _base64_of(SIGNATURE_BYTES, text))]
"""An Ed25519 signature: 64 bytes in canonical base64."""


def public_text(raw: bytes) -> str:
    """Write a public key, or a signature, as entries do."""
    return base64.b64encode(raw).decode()


def key_id(public: str) -> str:
    """Name a public key: the first 16 bytes of its SHA-256, in hexadecimal."""
    return hashlib.sha256(base64.b64decode(public)).hexdigest()[:32]


def canonical(said: object) -> bytes:
    """Write JSON the one way (RFC 8785).

    >>> canonical({"b": 1, "a": "é"}).decode()
    '{"a":"é","b":1}'
    """
    return rfc8785.dumps(said)  # type: ignore[arg-type]


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
    key = Ed25519PublicKey.from_public_bytes(base64.b64decode(public))
    try:
        key.verify(base64.b64decode(signature), message)
    except InvalidSignature:
        return False
    return True
