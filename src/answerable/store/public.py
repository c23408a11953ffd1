"""The register as static files that anyone can read and mirror: C2SP tlog-tiles, and blobs.

    checkpoint                      the last one signed; written after all that it covers
    tile/<level>/..., tile/entries/...   exactly the tiles and bundles of that size
    blob/<sha256>                   public content that entries name

Everything else (a lock, files being written, the mark of an unfinished publication) is in
``.publishing`` beside the directory, on the same filesystem.
"""

from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from answerable.model.errors import Broken, Invalid
from answerable.science.tlog import (
    Checkpoint,
    Tile,
    TlogError,
    Tree,
    leaf_hashes,
    obsolete_between,
    pack_bundle,
    parse_checkpoint,
    tile_bytes,
    tiles_between,
    tiles_of,
)
from answerable.store import files

Read = Callable[[int, int], list[bytes]]
_CHECKPOINT = "checkpoint"


@dataclass(frozen=True, slots=True)
class _Edition:
    """What is to be public: every file but the checkpoint, by path, made when it is asked for.

    Attributes:
        tree: has at least `size` leaves.
        size: of the checkpoint that goes with it.
    """

    tree: Tree
    read: Read
    blobs: Mapping[str, bytes]
    size: int

    def tile(self, tile: Tile) -> bytes:
        if not tile.is_bundle:
            return tile_bytes(self.tree, tile)
        entries = self.read(tile.start, tile.stop)
        if b"".join(leaf_hashes(entries)) != self.tree.hashes(0, tile.start, tile.stop):
            raise Broken("public.mismatched", path=tile.path)
        return pack_bundle(entries)

    def blob(self, digest: str) -> bytes:
        content = self.blobs[digest]
        if sha256(content).hexdigest() != digest:
            raise Broken("public.mismatched", path=f"blob/{digest}")
        return content

    def paths(self) -> set[str]:
        tiles = {tile.path for tile in tiles_of(self.size)}
        return tiles | {f"blob/{digest}" for digest in self.blobs}


class PublicFiles:
    """The public directory of one register. Any number of processes may publish to it."""

    def __init__(self, directory: Path, *, keep: Collection[str] = ()) -> None:
        """Name the directory; nothing is created until something is published.

        Args:
            directory: the published one; nobody else writes to it but under the names in `keep`.
            keep: names directly in it that belong to somebody else and are left alone.
        """
        self._directory = directory
        self._keep = frozenset(keep)
        self._staging = directory.parent / ".publishing"
        self._unfinished = self._staging / "unfinished"

    def published_size(self) -> int | None:
        """Tell how many entries the published checkpoint covers, if there is one.

        Raises:
            Broken: ``public.damaged`` when it cannot be understood.
        """
        published = self._published()
        return _parse(published).size if published is not None else None

    def publish(
        self,
        tree: Tree,
        read: Read,
        blobs: Mapping[str, bytes],
        checkpoint: bytes,
        size: int,
        *,
        repair: bool = False,
    ) -> bool:
        """Make the register public up to a checkpoint: all that it covers first, itself last.

        Only what came since the published checkpoint is written. After a publication that did
        not end, at the first one, or with `repair`, every file is compared instead: missing and
        altered ones are written again, unexpected ones removed. Of the blobs, only those not yet
        public are asked for; those public but not named any more are removed.

        Returns:
            Whether this checkpoint is the published one now: false, with nothing done, when a
            greater one is published already.

        Raises:
            Invalid: ``public.size``, the checkpoint does not say `size`.
            Broken: ``public.different`` when the tree does not have the root that this
                checkpoint, or the published one, gives for its size; ``public.mismatched`` when
                an entry or a blob does not have its hash; ``public.damaged`` when the published
                checkpoint, or this one, is none; ``store.full`` or ``store.unwritable``. The
                published checkpoint stays until all that a new one covers is in place.
        """
        said = _parse(checkpoint)
        if said.size != size:
            raise Invalid("public.size", said=said.size, size=size)
        _check_root(tree, said)
        edition = _Edition(tree, read, blobs, size)
        with self._alone():
            published = self._published()
            if published is None or repair or self._unfinished.exists():
                old = _parse(published).size if published is not None else 0
                return old <= size and self._replace(edition, checkpoint, published)
            return self._extend(edition, checkpoint, published)

    def _extend(self, edition: _Edition, checkpoint: bytes, published: bytes) -> bool:
        """Write what the published files lack, and remove what they have too much."""
        old = _parse(published)
        if edition.size < old.size:
            return False
        _check_root(edition.tree, old)
        had = self._published_blobs()
        new = [digest for digest in edition.blobs if digest not in had]
        if published == checkpoint and not new and len(had) == len(edition.blobs):
            return True
        with self._finishing():
            for tile in tiles_between(old.size, edition.size):
                self._write(tile.path, edition.tile(tile))
            for digest in new:
                self._write(f"blob/{digest}", edition.blob(digest))
            self._write(_CHECKPOINT, checkpoint)
            obsolete = [tile.path for tile in obsolete_between(old.size, edition.size)]
            self._remove(obsolete)
            self._remove([f"blob/{digest}" for digest in had.difference(edition.blobs)])
        return True

    def _replace(self, edition: _Edition, checkpoint: bytes, published: bytes | None) -> bool:
        """Compare every file, write those that are missing or altered, remove the others."""
        if published is not None:
            _check_root(edition.tree, _parse(published))
        expected = edition.paths()
        with self._finishing():
            for tile in tiles_of(edition.size):
                self._restore(tile.path, edition.tile(tile))
            for digest in edition.blobs:
                self._restore(f"blob/{digest}", edition.blob(digest))
            self._sync_directories(expected)
            self._restore(_CHECKPOINT, checkpoint)
            self._remove(sorted(set(self._present()) - expected - {_CHECKPOINT}))
            self._remove_empty_directories()
        return True

    @contextmanager
    def _alone(self) -> Iterator[None]:
        """Keep every other publisher waiting, and tell of any trouble with the disk by code."""
        files.private_directory(self._staging)
        with files.lock(self._staging / "lock"), files.writing_to(self._directory.name):
            files.durable_directory(self._directory)
            for path in list(self._staging.iterdir()):
                if path.suffix == files.PART:
                    path.unlink()
            yield

    @contextmanager
    def _finishing(self) -> Iterator[None]:
        """Leave a mark, before the first change, that only the last one takes away."""
        self._unfinished.touch(mode=0o600)
        files.sync_directory(self._staging)
        yield
        self._unfinished.unlink()

    def _published(self) -> bytes | None:
        try:
            return (self._directory / _CHECKPOINT).read_bytes()
        except FileNotFoundError:
            return None
        except OSError as error:
            raise Broken("public.damaged", path=_CHECKPOINT) from error

    def _published_blobs(self) -> set[str]:
        try:
            return {path.name for path in (self._directory / "blob").iterdir()}
        except FileNotFoundError:
            return set()

    def _write(self, path: str, data: bytes) -> None:
        target = self._directory / path
        files.durable_directory(target.parent)
        files.write_durable(target, data, staging=self._staging)

    def _restore(self, path: str, data: bytes) -> None:
        target = self._directory / path
        intact = target.is_file() and not target.is_symlink() and target.read_bytes() == data
        if not intact:
            self._write(path, data)

    def _sync_directories(self, paths: set[str]) -> None:
        """Make durable what an unfinished publication may have renamed just before it ended."""
        for directory in sorted({(self._directory / path).parent for path in paths}):
            files.sync_directory(directory)

    def _remove(self, paths: list[str]) -> None:
        targets = [self._directory / path for path in paths]
        for target in targets:
            target.unlink(missing_ok=True)
        for directory in sorted({target.parent for target in targets}, reverse=True):
            files.sync_directory(directory)
            with suppress(OSError):  # it is not empty
                directory.rmdir()

    def _present(self) -> Iterator[str]:
        """Name every file and link, but for those of somebody else."""
        for path in self._directory.rglob("*"):
            relative = path.relative_to(self._directory)
            is_file = path.is_symlink() or not path.is_dir()
            if is_file and relative.parts[0] not in self._keep:
                yield relative.as_posix()

    def _remove_empty_directories(self) -> None:
        found = [path for path in self._directory.rglob("*") if path.is_dir()]
        for path in sorted(found, reverse=True):
            if path.relative_to(self._directory).parts[0] not in self._keep:
                with suppress(OSError):  # it is not empty
                    path.rmdir()


def _parse(checkpoint: bytes) -> Checkpoint:
    """Read what a signed checkpoint says; whether the signatures are good is for others."""
    try:
        text, _, _ = checkpoint.decode().rpartition("\n\n")
        return parse_checkpoint(text + "\n")
    except (UnicodeDecodeError, TlogError) as error:
        raise Broken("public.damaged", path=_CHECKPOINT) from error


def _check_root(tree: Tree, said: Checkpoint) -> None:
    if said.size > tree.size or tree.root(said.size) != said.root:
        raise Broken("public.different", size=said.size)
