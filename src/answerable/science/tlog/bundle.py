"""Entry bundles of C2SP tlog-tiles: entries one after another, each after its length."""

from collections.abc import Sequence
from typing import Final

from answerable.science.tlog.errors import TileError
from answerable.science.tlog.tiles import TILE_WIDTH

_PREFIX: Final = 2
_LONGEST: Final = (1 << 8 * _PREFIX) - 1


def pack_bundle(entries: Sequence[bytes]) -> bytes:
    """Put entries into a bundle, each after its length in bytes as a big-endian uint16.

    Raises:
        TileError: ``bundle.width``, not 1 to 256 entries; ``bundle.entry``, one is longer than
            65,535 bytes.
    """
    if not 1 <= len(entries) <= TILE_WIDTH:
        raise TileError("bundle.width", f"A bundle holds from 1 to {TILE_WIDTH} entries.")
    if max(map(len, entries)) > _LONGEST:
        raise TileError("bundle.entry", f"An entry has at most {_LONGEST} bytes.")
    return b"".join(len(entry).to_bytes(_PREFIX, "big") + entry for entry in entries)


def unpack_bundle(data: bytes, width: int) -> list[bytes]:
    """Read the entries of a bundle, which must be exactly ``width``.

    Raises:
        TileError: ``bundle.truncated``, an entry is cut short or missing; ``bundle.trailing``,
            bytes follow the last entry.
    """
    entries, at = list[bytes](), 0
    for _ in range(width):
        start = at + _PREFIX
        stop = start + int.from_bytes(data[at:start], "big")
        if max(start, stop) > len(data):
            raise TileError("bundle.truncated", f"The bundle ends before entry {len(entries)}.")
        entries.append(data[start:stop])
        at = stop
    if at != len(data):
        raise TileError("bundle.trailing", f"Bytes follow the {width} entries of the bundle.")
    return entries
