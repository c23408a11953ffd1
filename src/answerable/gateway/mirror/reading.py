"""Read the files of a source, and say in this room's codes what is wrong with it."""

from pathlib import Path

from answerable.evidence.seal import CHECKPOINT
from answerable.evidence.source import DirectorySource, Source, source_at
from answerable.model.errors import Broken
from answerable.science.tlog import TILE_WIDTH, TlogError, tiles_between, unpack_bundle

SECONDS = 5.0
_PATIENCE = 6


def mirror_at(place: str, *, seconds: float = SECONDS) -> Source:
    """Open a mirror for a gateway, which has others to look at, so a directory may be missing.

    Args:
        place: ``file:DIRECTORY``, a directory or a web address.
        seconds: how long to wait for the next bytes; for a whole file, six times as long.

    Raises:
        Invalid: ``source.scheme``.
    """
    if "://" not in place:
        return DirectorySource(Path(place.removeprefix("file:")), there=False)
    return source_at(place, seconds=seconds, within=_PATIENCE * seconds)


def read_checkpoint(source: Source) -> bytes:
    """Read the checkpoint.

    Raises:
        Broken: ``mirror.unreachable``; ``mirror.damaged`` if there is none.
    """
    return _read(source, CHECKPOINT)


def read_entries(source: Source, start: int, stop: int) -> list[bytes]:
    """Read entries from their bundles.

    Args:
        source: where the bundles are.
        start: the first entry wanted; those before it in its bundle come with it.
        stop: the size of the tree.

    Returns:
        The entries from the beginning of the bundle of ``start`` to ``stop``.

    Raises:
        Broken: ``mirror.unreachable``, or ``mirror.damaged`` for what is missing or malformed.
    """
    entries: list[bytes] = []
    for tile in tiles_between(start, stop):
        if not tile.is_bundle:
            break
        try:
            entries += unpack_bundle(_read(source, tile.path), tile.width)
        except TlogError:
            raise Broken("mirror.damaged", said="file.form") from None
    return entries


def bundle_start(index: int) -> int:
    """Give the first entry of the bundle that an entry is in."""
    return index - index % TILE_WIDTH


def _read(source: Source, path: str) -> bytes:
    try:
        data = source.read(path)
    except OSError:
        raise Broken("mirror.unreachable") from None
    except Broken as problem:
        if problem.code == "source.unreachable":
            raise Broken("mirror.unreachable") from None
        raise Broken("mirror.damaged", said=problem.code) from None
    if data is None:
        raise Broken("mirror.damaged", said="file.missing")
    return data
