"""A tree cut into static files: C2SP tlog-tiles.

A *tile* holds up to 256 hashes of one level of the tree; tile levels are eight tree levels apart.
An *entry bundle* holds the entries whose leaf hashes are in the level 0 tile of the same index. A
full one never changes; a partial one is a file of its own, named with its width.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from answerable.science.tlog.errors import TileError
from answerable.science.tlog.hashing import HASH_SIZE
from answerable.science.tlog.tree import Tree

TILE_HEIGHT: Final = 8
"""Levels of the tree from one tile level to the next."""
TILE_WIDTH: Final = 1 << TILE_HEIGHT
"""Hashes in a full tile, and entries in a full bundle."""
ENTRIES: Final = None
"""The level of an entry bundle, which stands beside the hashes and not in them."""

_LAST_LEVEL: Final = 63
_INDEX_LIMIT: Final = 1 << 63
_GROUP: Final = 1000
_PATH: Final = re.compile(
    r"tile/(entries|[0-9]{1,2})/((?:x[0-9]{3}/){0,6}[0-9]{3})(?:\.p/([0-9]{1,3}))?", re.ASCII
)


@dataclass(frozen=True, slots=True)
class Tile:
    """The name of a tile, or of an entry bundle.

    Attributes:
        level: 0 to 63, each eight tree levels above the one before; None for an entry bundle.
        index: the position of the tile in its level, from 0.
        width: how many hashes or entries it holds, 1 to 256.

    Raises:
        TileError: ``tile.level``, ``tile.index`` or ``tile.width``, no tile has that name.
    """

    level: int | None
    index: int
    width: int = TILE_WIDTH

    def __post_init__(self) -> None:
        if self.level is not ENTRIES and not 0 <= self.level <= _LAST_LEVEL:
            raise TileError("tile.level", f"A tile has a level from 0 to {_LAST_LEVEL}.")
        if not 0 <= self.index < _INDEX_LIMIT:
            raise TileError("tile.index", "The index of a tile is out of range.")
        if not 1 <= self.width <= TILE_WIDTH:
            raise TileError("tile.width", f"A tile has a width from 1 to {TILE_WIDTH}.")

    @property
    def is_bundle(self) -> bool:
        """Whether it holds entries, not hashes."""
        return self.level is ENTRIES

    @property
    def is_partial(self) -> bool:
        """Whether it is not yet full, so that a later tree replaces it."""
        return self.width < TILE_WIDTH

    @property
    def start(self) -> int:
        """The position of its first hash in the level, or of its first entry in the log."""
        return self.index * TILE_WIDTH

    @property
    def stop(self) -> int:
        """The position after its last hash or entry."""
        return self.start + self.width

    @property
    def path(self) -> str:
        """The path below the prefix of the log, such as ``tile/0/x001/x234/067.p/8``."""
        kind = "entries" if self.level is ENTRIES else self.level
        rest, last = divmod(self.index, _GROUP)
        name = f"{last:03}"
        while rest:
            rest, group = divmod(rest, _GROUP)
            name = f"x{group:03}/{name}"
        return f"tile/{kind}/{name}" + (f".p/{self.width}" if self.is_partial else "")


def parse_path(path: str) -> Tile:
    """Read the path of a tile or bundle: the exact inverse of `Tile.path`.

    Raises:
        TileError: ``tile.path`` or ``tile.level``, no tile has that path.
    """
    match = _PATH.fullmatch(path)
    if match is None:
        raise TileError("tile.path", "That is not the path of a tile.")
    kind, name, width = match.groups()
    index = int(name.replace("x", "").replace("/", ""))
    level = ENTRIES if kind == "entries" else int(kind)
    tile = Tile(level, index, TILE_WIDTH if width is None else int(width))
    if tile.path != path:
        raise TileError("tile.path", "That is not the canonical path of a tile.")
    return tile


def tiles_of(size: int) -> Iterator[Tile]:
    """List every bundle and tile of a tree, bundles first and then level by level.

    Raises:
        TileError: ``tile.size``, the size is negative.
    """
    return tiles_between(0, size)


def tiles_between(old_size: int, new_size: int) -> Iterator[Tile]:
    """List what a publisher must write when a tree grows: the bundles and tiles it did not have.

    In the order of `tiles_of`. A checkpoint should be published only after all of them.

    Raises:
        TileError: ``tile.size``, a size is negative or the tree shrinks.
    """
    for level, old, new in _levels(old_size, new_size):
        for index in range(old // TILE_WIDTH, new // TILE_WIDTH):
            yield Tile(level, index)
        if width := new % TILE_WIDTH:
            yield Tile(level, new // TILE_WIDTH, width)


def obsolete_between(old_size: int, new_size: int) -> Iterator[Tile]:
    """List the partial tiles of the old tree that the new one has replaced.

    Deleting them leaves exactly `tiles_of` the new size. A log that others follow must however
    keep serving the partial tiles of every checkpoint it published until they are full: it deletes
    only `superseded_between`.

    Raises:
        TileError: ``tile.size``, a size is negative or the tree shrinks.
    """
    for level, old, _ in _levels(old_size, new_size):
        if width := old % TILE_WIDTH:
            yield Tile(level, old // TILE_WIDTH, width)


def superseded_between(old_size: int, new_size: int) -> Iterator[Tile]:
    """List every partial tile that could have been published and is now full, of any width.

    These may be deleted by the rule of C2SP tlog-tiles, *Partial Tiles*; some may never have been
    written.

    Raises:
        TileError: ``tile.size``, a size is negative or the tree shrinks.
    """
    for level, old, new in _levels(old_size, new_size):
        index, width = divmod(old, TILE_WIDTH)
        if new // TILE_WIDTH > index:
            yield from (Tile(level, index, narrow) for narrow in range(1, width + 1))


def tile_bytes(tree: Tree, tile: Tile) -> bytes:
    """Give the content of a hash tile: ``tile.width`` hashes of 32 bytes, end to end.

    Raises:
        TileError: ``tile.entries``, the tile is a bundle, which a tree of hashes cannot fill.
        TreeError: ``tree.range``, the tree is too small to have the tile.
    """
    if tile.level is ENTRIES:
        raise TileError("tile.entries", "A tree keeps hashes, not entries.")
    return tree.hashes(TILE_HEIGHT * tile.level, tile.start, tile.stop)


def unpack_tile(data: bytes, width: int) -> list[bytes]:
    """Read the hashes in a tile, 32 bytes each.

    Raises:
        TileError: ``tile.length``, the data are not exactly ``width`` hashes.
    """
    if len(data) != width * HASH_SIZE:
        raise TileError("tile.length", f"A tile of width {width} has {width * HASH_SIZE} bytes.")
    return [data[at : at + HASH_SIZE] for at in range(0, len(data), HASH_SIZE)]


def _levels(old_size: int, new_size: int) -> Iterator[tuple[int | None, int, int]]:
    """Give each level that grows, with its number of complete hashes (or entries) in both trees."""
    if not 0 <= old_size <= new_size:
        raise TileError("tile.size", f"A tree cannot grow from size {old_size} to {new_size}.")
    if old_size < new_size:
        yield ENTRIES, old_size, new_size
    level = 0
    while old_size < new_size:
        yield level, old_size, new_size
        old_size, new_size, level = old_size // TILE_WIDTH, new_size // TILE_WIDTH, level + 1
