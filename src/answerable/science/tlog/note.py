"""Signed notes: C2SP signed-note, and golang.org/x/mod/sumdb/note.

A note is text, a blank line, and signature lines. Lines of unknown keys are kept and mean nothing;
the text means nothing until a known key has signed it.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import ClassVar, Final, Protocol

from answerable.science.tlog.encoding import from_base64, is_printable_line, to_base64
from answerable.science.tlog.errors import NoteError
from answerable.science.tlog.keys import KEY_ID_SIZE, SigningKey, VerifyingKey, is_key_name

MAX_NOTE: Final = 1_000_000
"""The longest note that is read or made, in bytes."""
MAX_SIGNATURES: Final = 100
"""The most signature lines that are read or made."""

_ED25519: Final = 0x01
_DASH: Final = "\u2014 "


@dataclass(frozen=True, slots=True)
class Signature:
    """A signature line.

    Attributes:
        name: the name of the key.
        key_id: its identifier, 4 bytes.
        value: what follows the identifier; 64 bytes for a plain Ed25519 signature.
    """

    name: str
    key_id: bytes
    value: bytes

    @property
    def line(self) -> str:
        """The text of the line, with its newline."""
        return f"{_DASH}{self.name} {to_base64(self.key_id + self.value)}\n"


class NoteSigner(Protocol):
    """What can sign a note."""

    @property
    def name(self) -> str: ...
    @property
    def key_id(self) -> bytes: ...
    def sign(self, text: bytes) -> bytes:
        """Give the value of the signature of a note's text."""


class NoteVerifier(Protocol):
    """What can verify a signature of a note."""

    @property
    def name(self) -> str: ...
    @property
    def key_id(self) -> bytes: ...
    def verify(self, text: bytes, signature: Signature) -> Signature | None:
        """Give the signature, perhaps with what it states; None when it is wrong."""


class Signer(SigningKey):
    """An Ed25519 key that signs notes (C2SP signed-note, signature type 0x01)."""

    signature_type: ClassVar[int] = _ED25519

    @property
    def verifier(self) -> "Verifier":
        """The public half."""
        return Verifier(self.name, self.public)

    def sign(self, text: bytes) -> bytes:
        """Sign the text of a note, 64 bytes."""
        return self.raw_sign(text)


class Verifier(VerifyingKey):
    """An Ed25519 key that verifies notes (C2SP signed-note, signature type 0x01)."""

    signature_type: ClassVar[int] = _ED25519

    def verify(self, text: bytes, signature: Signature) -> Signature | None:
        """Give the signature if this key made it for this text."""
        return signature if self.is_signed(text, signature.value) else None


@dataclass(frozen=True, slots=True)
class Note:
    """A note that at least one known key has signed.

    Attributes:
        text: ends in a newline.
        verified: one signature for each known key that signed, in the order of the note.
        unverified: the signatures of unknown keys; anyone could have put them there.
    """

    text: str
    verified: tuple[Signature, ...]
    unverified: tuple[Signature, ...] = ()


def sign(text: str, signers: Iterable[NoteSigner]) -> bytes:
    """Make a signed note.

    Args:
        text: ends in a newline; no control characters but newlines.
        signers: keys, in the order of their lines.

    Returns:
        The whole note, in UTF-8.

    Raises:
        NoteError: ``note.text``, ``note.signatures`` (none or too many) or ``note.size``.
    """
    _check_text(text)
    body = text.encode()
    signatures = [Signature(key.name, key.key_id, key.sign(body)) for key in signers]
    if not 1 <= len(signatures) <= MAX_SIGNATURES:
        raise NoteError("note.signatures", f"A note has from 1 to {MAX_SIGNATURES} signatures.")
    data = body + b"\n" + "".join(each.line for each in signatures).encode()
    _check_size(data)
    return data


def open_note(data: bytes, verifiers: Iterable[NoteVerifier]) -> Note:
    """Read a signed note and verify the signatures of all keys that are known.

    A repeated line of a known key is verified and dropped, as is one of an unknown key.

    Raises:
        NoteError: ``note.size``, ``note.text``, ``note.line`` or ``note.signatures`` for a
            malformed note; ``note.signature`` when a known key's signature is wrong;
            ``note.unsigned`` when no known key signed; ``note.ambiguous`` when two of the verifiers
            have one name and identifier.
    """
    known = _by_key(verifiers)
    text, lines = _split(data)
    body = text.encode()
    verified: dict[tuple[str, bytes], Signature] = {}
    unverified: dict[Signature, None] = {}
    for signature in map(_parse_line, lines):
        key = (signature.name, signature.key_id)
        if key in known:
            verified.setdefault(key, _verify(known[key], body, signature))
        else:
            unverified[signature] = None
    if not verified:
        raise NoteError("note.unsigned", "No known key signed the note.")
    return Note(text, tuple(verified.values()), tuple(unverified))


def _by_key(verifiers: Iterable[NoteVerifier]) -> dict[tuple[str, bytes], NoteVerifier]:
    known: dict[tuple[str, bytes], NoteVerifier] = {}
    for verifier in verifiers:
        key = (verifier.name, verifier.key_id)
        if key in known:
            raise NoteError("note.ambiguous", "Two verifiers have one name and identifier.")
        known[key] = verifier
    return known


def _verify(verifier: NoteVerifier, body: bytes, signature: Signature) -> Signature:
    verified = verifier.verify(body, signature)
    if verified is None:
        raise NoteError("note.signature", f"The signature of {signature.name} is wrong.")
    return verified


def _split(data: bytes) -> tuple[str, list[str]]:
    """Cut a note at its last blank line into its text and its signature lines."""
    _check_size(data)
    text, blank, block = _decode(data).rpartition("\n\n")
    if not (blank and block):
        raise NoteError("note.text", "A note is text, a blank line and signatures.")
    lines = block.removesuffix("\n").split("\n")
    if len(lines) > MAX_SIGNATURES:
        raise NoteError("note.signatures", f"A note has at most {MAX_SIGNATURES} signatures.")
    return text + "\n", lines


def _parse_line(line: str) -> Signature:
    name, space, encoded = line.removeprefix(_DASH).partition(" ")
    data = from_base64(encoded)
    well_formed = line.startswith(_DASH) and space and is_key_name(name)
    if not well_formed or data is None or len(data) <= KEY_ID_SIZE:
        raise NoteError("note.line", "A signature line of the note is malformed.")
    return Signature(name, data[:KEY_ID_SIZE], data[KEY_ID_SIZE:])


def _decode(data: bytes) -> str:
    try:
        text = data.decode()
    except UnicodeDecodeError as error:
        raise NoteError("note.text", "A note is text in UTF-8.") from error
    _check_text(text)
    return text


def _check_text(text: str) -> None:
    if not text.endswith("\n") or not all(map(is_printable_line, text.split("\n"))):
        raise NoteError("note.text", "A note is lines of text without control characters.")


def _check_size(data: bytes) -> None:
    if len(data) > MAX_NOTE:
        raise NoteError("note.size", f"A note has at most {MAX_NOTE} bytes.")
