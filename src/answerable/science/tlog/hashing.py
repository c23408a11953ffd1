"""The two hashes of RFC 6962 section 2.1, alone and in bulk.

A leaf and a node are hashed with different prefixes, so that neither can pass for the other.
"""

from collections.abc import Iterable
from hashlib import sha256
from struct import iter_unpack
from typing import Final

HASH_SIZE: Final = 32
"""Bytes in a SHA-256 hash."""

EMPTY_ROOT: Final = sha256().digest()
"""The root of a tree without leaves."""

_LEAF: Final = sha256(b"\x00")
_NODE: Final = sha256(b"\x01")


def leaf_hash(data: bytes) -> bytes:
    """Hash one entry into a leaf: SHA-256(0x00 || data), 32 bytes (RFC 6962 section 2.1)."""
    return sha256(b"\x00" + data).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """Hash two children into their parent: SHA-256(0x01 || left || right), 32 bytes."""
    return sha256(b"\x01" + left + right).digest()


def leaf_hashes(entries: Iterable[bytes]) -> list[bytes]:
    """Hash many entries into leaves, in order; the same as `leaf_hash` for each, but faster."""
    # Copying a started hash skips the set-up that a new one costs, and the prefixed copy of data.
    copy, hashes = _LEAF.copy, list[bytes]()
    keep = hashes.append
    for entry in entries:
        state = copy()
        state.update(entry)
        keep(state.digest())
    return hashes


def pair_hashes(level: bytes | bytearray) -> bytes:
    """Hash neighbours into parents.

    Args:
        level: an even number of concatenated hashes, 32 bytes each.

    Returns:
        Half as many concatenated hashes.
    """
    copy, hashes = _NODE.copy, list[bytes]()
    keep = hashes.append
    for (pair,) in iter_unpack("64s", level):
        state = copy()
        state.update(pair)
        keep(state.digest())
    return b"".join(hashes)
