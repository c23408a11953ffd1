"""Named Ed25519 keys and their texts: C2SP signed-note, *Signatures* and *Verifier keys*.

A key is known by its name and a four-byte identifier; the signature type that a key is for is part
of both the identifier and the text, so that a key of one type cannot pass for another.
"""

from dataclasses import dataclass, field
from functools import cached_property
from hashlib import sha256
from typing import ClassVar, Final, Self

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import (
    Ed25519PrivateKey,
    Ed25519PublicKey,
)

from answerable.science.tlog.encoding import from_base64, is_printable_line, to_base64
from answerable.science.tlog.errors import NoteError

KEY_SIZE: Final = 32
"""Bytes in an Ed25519 public key, and in the seed of a private one (RFC 8032)."""
KEY_ID_SIZE: Final = 4

_PRIVATE: Final = "PRIVATE+KEY+"


def is_key_name(name: str) -> bool:
    """Tell whether a text can name a key: not empty, without spaces, plus or control characters."""
    spaced = any(char.isspace() or char == "+" for char in name)
    return bool(name) and not spaced and is_printable_line(name)


def key_id(name: str, signature_type: int, public: bytes) -> bytes:
    """Give the identifier, 4 bytes: SHA-256(name || 0x0A || type || public key)[:4]."""
    digest = sha256(name.encode() + b"\n" + bytes([signature_type]) + public).digest()
    return digest[:KEY_ID_SIZE]


@dataclass(frozen=True)
class VerifyingKey:
    """A public key under a name, for signatures of one type.

    Attributes:
        name: who signs; a URL without scheme is recommended.
        public: the Ed25519 public key, 32 bytes.

    Raises:
        NoteError: ``key.name`` or ``key.length``.
    """

    signature_type: ClassVar[int]
    name: str
    public: bytes

    def __post_init__(self) -> None:
        _check_key(self.name, self.public)

    @cached_property
    def key_id(self) -> bytes:
        """The identifier, 4 bytes."""
        return key_id(self.name, self.signature_type, self.public)

    @property
    def vkey(self) -> str:
        """The text to hand out: ``name+hexid+base64(type || public key)``."""
        return _encode(self.name, self.key_id, self.signature_type, self.public)

    @classmethod
    def from_vkey(cls, text: str) -> Self:
        """Read what `vkey` gives, and nothing else.

        Raises:
            NoteError: ``key.text``, ``key.name``, ``key.length``, ``key.type`` or ``key.id``.
        """
        key = cls(*_decode(text, cls.signature_type))
        if key.vkey != text:
            raise NoteError("key.id", "The identifier in the key is not that of the key.")
        return key

    def is_signed(self, message: bytes, signature: bytes) -> bool:
        """Tell whether this key made the Ed25519 signature of exactly this message."""
        try:
            self._key.verify(signature, message)
        except InvalidSignature:
            return False
        return True

    @cached_property
    def _key(self) -> Ed25519PublicKey:
        return Ed25519PublicKey.from_public_bytes(self.public)


@dataclass(frozen=True)
class SigningKey:
    """A private key under a name, for signatures of one type.

    Attributes:
        name: who signs; a URL without scheme is recommended.
        seed: the Ed25519 private key, 32 bytes; kept out of ``repr``.

    Raises:
        NoteError: ``key.name`` or ``key.length``.
    """

    signature_type: ClassVar[int]
    name: str
    seed: bytes = field(repr=False)

    def __post_init__(self) -> None:
        _check_key(self.name, self.seed)

    @classmethod
    def generate(cls, name: str) -> Self:
        """Make a new key.

        Raises:
            NoteError: ``key.name``.
        """
        return cls(name, Ed25519PrivateKey.generate().private_bytes_raw())

    @cached_property
    def public(self) -> bytes:
        """The Ed25519 public key, 32 bytes."""
        return self._key.public_key().public_bytes_raw()

    @cached_property
    def key_id(self) -> bytes:
        """The identifier, 4 bytes."""
        return key_id(self.name, self.signature_type, self.public)

    @property
    def vkey(self) -> str:
        """The text of the public key: ``name+hexid+base64(type || public key)``."""
        return _encode(self.name, self.key_id, self.signature_type, self.public)

    @property
    def private_text(self) -> str:
        """The secret text to keep: ``PRIVATE+KEY+name+hexid+base64(type || seed)``.

        The form of golang.org/x/mod/sumdb/note.
        """
        return _PRIVATE + _encode(self.name, self.key_id, self.signature_type, self.seed)

    @classmethod
    def from_private_text(cls, text: str) -> Self:
        """Read what `private_text` gives, and nothing else.

        Raises:
            NoteError: ``key.text``, ``key.name``, ``key.length``, ``key.type`` or ``key.id``.
        """
        if not text.startswith(_PRIVATE):
            raise NoteError("key.text", "That is not a private key.")
        key = cls(*_decode(text.removeprefix(_PRIVATE), cls.signature_type))
        if key.private_text != text:
            raise NoteError("key.id", "The identifier in the key is not that of the key.")
        return key

    def raw_sign(self, message: bytes) -> bytes:
        """Make the Ed25519 signature of a message, 64 bytes (RFC 8032)."""
        return self._key.sign(message)

    @cached_property
    def _key(self) -> Ed25519PrivateKey:
        return Ed25519PrivateKey.from_private_bytes(self.seed)


def _check_key(name: str, material: bytes) -> None:
    if not is_key_name(name):
        raise NoteError("key.name", "A key has a name, without spaces or plus signs.")
    if len(material) != KEY_SIZE:
        raise NoteError("key.length", f"An Ed25519 key has {KEY_SIZE} bytes.")


def _encode(name: str, identifier: bytes, signature_type: int, material: bytes) -> str:
    return f"{name}+{identifier.hex()}+{to_base64(bytes([signature_type]) + material)}"


def _decode(text: str, signature_type: int) -> tuple[str, bytes]:
    """Take the name and key material out of a text; the caller compares the whole by encoding."""
    name, _, rest = text.partition("+")
    encoded = rest.partition("+")[2]
    data = from_base64(encoded)
    if not data:
        raise NoteError("key.text", "That is not a key.")
    if data[0] != signature_type:
        raise NoteError("key.type", "The key is for another type of signature.")
    return name, data[1:]
