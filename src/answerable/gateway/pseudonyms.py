"""Codes instead of identifiers: the same person always gets the same code, in one agreement only.

Each column of each agreement has a key of its own, derived from the gateway's secret by HKDF (RFC
5869) with the names of both, so codes of two agreements, or of two columns, cannot be joined. The
dataset is not in it: an agreement is about one only. A column has the name that the agreement gives
it, so that the same person keeps the same code from release to release.

An identifier of up to 15 bytes is packed into one block (its length, its UTF-8 bytes, zeros) and
encrypted by AES-256 (FIPS 197). This is a keyed permutation of single blocks, each of them a whole
message: what is wrong with the mode that ciphers call ECB is that it splits a longer message, and
there is none. So no two people share a code, and the holder of the key can find a person again. A
longer identifier gets the first 16 bytes of its HMAC-SHA256, under another key; that two codes meet
by chance, among the long or between long and short, has odds of about n²/2^129 for n people.
"""

import hmac
import secrets
from functools import cached_property
from pathlib import Path
from threading import Lock
from typing import Any, Final

import numpy as np
import pyarrow as pa
from cryptography.hazmat.primitives.ciphers import Cipher, CipherContext
from cryptography.hazmat.primitives.ciphers.algorithms import AES256
from cryptography.hazmat.primitives.ciphers.modes import ECB
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from answerable.gateway.formats import texts
from answerable.model.errors import Broken, Refused
from answerable.store.files import write_durable

SECRET_BYTES: Final = 32
CODE_BYTES: Final = 16
_SHORT: Final = CODE_BYTES - 1
_CODES: Final = pa.binary(CODE_BYTES)
_KEPT: Final = (
    (np.arange(CODE_BYTES) <= np.arange(CODE_BYTES)[:, None]).astype(np.uint8) * 255
).view(np.uint64)
"""By the length of a text, which bytes of its block are kept: the first, and as many as it has."""


class Pseudonyms:
    """The secret of one gateway; it never shows."""

    def __init__(self, secret: bytes) -> None:
        self._secret = secret
        self._coders: dict[tuple[str, str], Coder] = {}

    def __reduce__(self) -> str:
        """Refuse to be written down.

        Raises:
            TypeError: always.
        """
        raise TypeError

    def for_(self, agreement: str, column: str) -> "Coder":
        """Give what makes the codes of one column of one agreement."""
        found = self._coders.get((agreement, column))
        if found is None:
            info = f"answerable/pseudonym/v1\n{agreement}\n{column}".encode()
            kdf = HKDF(algorithm=SHA256(), length=2 * SECRET_BYTES, salt=None, info=info)
            found = self._coders[agreement, column] = Coder(kdf.derive(self._secret))
        return found


class Coder:
    """Makes codes under one key."""

    def __init__(self, key: bytes) -> None:
        """Take 64 bytes: 32 to encrypt short identifiers, 32 to hash long ones."""
        self._block, self._long = key[:SECRET_BYTES], key[SECRET_BYTES:]
        self._turn = Lock()

    def __reduce__(self) -> str:
        """Refuse to be written down.

        Raises:
            TypeError: always.
        """
        raise TypeError

    @cached_property
    def _cipher(self) -> "Cipher[ECB]":
        return Cipher(AES256(self._block), ECB())  # noqa: S305 - one block is one message: see above

    @cached_property
    def _one(self) -> "CipherContext":
        """What encrypts a block at a time: no block leaves anything behind for the next."""
        return self._cipher.encryptor()

    def code(self, text: str) -> bytes:
        """Give the code of one identifier, 16 bytes."""
        said = text.encode()
        if len(said) > _SHORT:
            return hmac.digest(self._long, said, "sha256")[:CODE_BYTES]
        block = bytes([len(said)]) + said.ljust(_SHORT, b"\0")
        with self._turn:
            return self._one.update(block)

    def reveal(self, code: bytes) -> str | None:
        """Find the identifier behind a code; nothing if it was a long one, or is no code.

        One in a million of such codes looks like that of an identifier that nobody has: check that
        the person exists.
        """
        if len(code) != CODE_BYTES:
            return None
        decrypts = self._cipher.decryptor()
        block = decrypts.update(code) + decrypts.finalize()
        said = block[1 : 1 + block[0]]
        if block[0] > _SHORT or block[1 + block[0] :].strip(b"\0"):
            return None
        try:
            return said.decode()
        except UnicodeDecodeError:
            return None

    def codes(self, values: "pa.Array[Any] | pa.ChunkedArray[Any]") -> "pa.Array[Any]":
        """Give the codes of a column; what is not known stays so.

        Values that are not text are coded as `formats.texts` writes them: whole numbers in digits,
        a day as ``2026-03-14``, a time as ``2026-03-14T04:00:00Z``, yes or no.

        Raises:
            Refused: ``pseudonym.type`` for a type that no catalogue column has.
        """
        if isinstance(values, pa.ChunkedArray):
            parts = [self.codes(chunk) for chunk in values.chunks]
            return pa.concat_arrays(parts) if parts else pa.array([], _CODES)
        if isinstance(values, pa.DictionaryArray):
            return self.codes(values.dictionary).take(values.indices)
        said = _texts(values)
        blocks = _Blocks(said)
        codes = np.frombuffer(self._encrypt(blocks.packed()), np.uint8).reshape(-1, CODE_BYTES)
        return _known(self._with_long(codes, said, blocks.long), said)

    def _with_long(self, codes: Any, said: "pa.Array[Any]", places: Any) -> Any:
        if not len(places):
            return codes
        made = codes.copy()
        for place in places.tolist():
            made[place] = np.frombuffer(self.code(said[place].as_py()), np.uint8)
        return made

    def _encrypt(self, blocks: bytes) -> bytes:
        encrypts = self._cipher.encryptor()
        return encrypts.update(blocks) + encrypts.finalize()


class _Blocks:
    """Texts of one array, seen as the blocks they are packed into.

    Attributes:
        long: the places of the texts that do not fit into a block.
    """

    def __init__(self, said: "pa.Array[Any]") -> None:
        _, offsets, data = said.buffers()
        ends = np.frombuffer(memoryview(offsets or bytes(4)), np.int32)
        ends = ends[said.offset : said.offset + len(said) + 1]
        first, last = int(ends[0]), int(ends[-1])
        self._data = np.frombuffer(memoryview(data or b""), np.uint8)[first:last]
        self._starts, sizes = ends[:-1] - first, np.diff(ends)
        if said.null_count:
            sizes[~_validity(said)] = 0  # whatever lies under a null is nobody's business
        self.long = np.flatnonzero(sizes > _SHORT)
        self._sizes = np.where(sizes > _SHORT, 0, sizes).astype(np.uint8)

    def packed(self) -> bytes:
        """Pack each text into 16 bytes: length, bytes, zeros; a long one as if it were empty."""
        # a block from one byte before where each text starts, whatever is there; then only its own
        edge = np.zeros(CODE_BYTES, np.uint8)
        around = np.concatenate([edge[:1], self._data, edge])
        windows: Any = np.ndarray(len(self._data) + 1, f"V{CODE_BYTES}", around, strides=(1,))
        blocks = windows[self._starts].view(np.uint64).reshape(-1, 2)
        blocks &= _KEPT[self._sizes]
        blocks.view(np.uint8)[:, 0] = self._sizes
        packed: bytes = blocks.tobytes()
        return packed


def _texts(values: "pa.Array[Any]") -> "pa.Array[Any]":
    try:
        return texts(values)
    except ValueError:
        raise Refused("pseudonym.type", type=str(values.type)) from None


def _validity(said: "pa.Array[Any]") -> Any:
    return said.is_valid().to_numpy(zero_copy_only=False)


def _known(codes: Any, said: "pa.Array[Any]") -> "pa.Array[Any]":
    """Make an array of the codes, with nothing at all where nothing is known."""
    known: pa.Buffer | None = None
    if said.null_count:
        valid = _validity(said)
        codes = codes * valid[:, None]
        known = pa.py_buffer(np.packbits(valid, bitorder="little").tobytes())
    data = pa.py_buffer(codes.tobytes())
    made: pa.Array[Any] = pa.Array.from_buffers(_CODES, len(said), [known, data])
    return made


def open_pseudonyms(path: Path) -> Pseudonyms:
    """Read the gateway's secret, or make it: 32 bytes that only their owner can read.

    Raises:
        Broken: ``key.damaged``, ``store.full``, ``store.unwritable``.
    """
    if not path.exists():
        write_durable(path, secrets.token_hex(SECRET_BYTES).encode() + b"\n", mode=0o600)
    try:
        secret = bytes.fromhex(path.read_text("ascii").strip())
    except (OSError, ValueError):
        secret = b""
    if len(secret) != SECRET_BYTES:
        raise Broken("key.damaged", key=path.name)
    return Pseudonyms(secret)
