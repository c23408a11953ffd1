"""A Merkle tree that only grows: RFC 6962 section 2.1, in memory.

Every complete subtree is hashed once and kept: level ``h`` holds the hashes of all complete
subtrees of ``2**h`` leaves, end to end. Whatever a proof or a tile needs is then a slice; only the
ragged right edge is hashed anew, once for each size that is asked about in a row.
"""

from collections.abc import Iterable

from answerable.science.tlog.errors import TreeError
from answerable.science.tlog.hashing import EMPTY_ROOT, HASH_SIZE, node_hash, pair_hashes


class Tree:
    """An append-only Merkle tree over leaf hashes, about 64 bytes of memory for each leaf.

    Any earlier size can be asked about: ``size`` means the first ``size`` leaves, by default all.
    """

    def __init__(self, leaf_hashes: Iterable[bytes] = ()) -> None:
        self._levels = [bytearray()]
        self._latest_edge: tuple[int, list[bytes]] = (0, [])
        self.extend(leaf_hashes)

    def __len__(self) -> int:
        return len(self._levels[0]) // HASH_SIZE

    def __repr__(self) -> str:
        return f"<Tree size={self.size}>"

    @property
    def size(self) -> int:
        """The number of leaves."""
        return len(self)

    def append(self, leaf_hash: bytes) -> int:
        """Add one leaf.

        Returns:
            The index of the leaf, counted from 0.

        Raises:
            TreeError: ``tree.hash``, the hash is not 32 bytes.
        """
        if len(leaf_hash) != HASH_SIZE:
            raise _wrong_length()
        index = position = self.size
        node, height = leaf_hash, 0
        self._levels[0] += node
        # A right child completes its parent, and the parent may be one too.
        while position & 1:
            level = self._levels[height]
            node = node_hash(bytes(level[-2 * HASH_SIZE : -HASH_SIZE]), node)
            position, height = position >> 1, height + 1
            self._open(height)
            self._levels[height] += node
        return index

    def extend(self, leaf_hashes: Iterable[bytes]) -> None:
        """Add many leaves, in order; either all of them or, on error, none.

        Twice as fast as one by one; a thousand at a time is best.

        Raises:
            TreeError: ``tree.hash``, a hash is not 32 bytes.
        """
        added = list(leaf_hashes)
        if set(map(len, added)) - {HASH_SIZE}:
            raise _wrong_length()
        self._levels[0] += b"".join(added)
        height = 0
        while pairs := len(self._levels[height]) // (2 * HASH_SIZE):
            self._open(height + 1)
            above = self._levels[height + 1]
            done = len(above) // HASH_SIZE
            below = self._levels[height][2 * HASH_SIZE * done : 2 * HASH_SIZE * pairs]
            above += pair_hashes(below)
            height += 1

    def root(self, size: int | None = None) -> bytes:
        """Give the Merkle Tree Hash of the first ``size`` leaves, 32 bytes (RFC 6962 2.1).

        Raises:
            TreeError: ``tree.size``, the tree never had that size.
        """
        size = self._known(size)
        return self._edge(size)[-1] if size else EMPTY_ROOT

    def inclusion(self, index: int, size: int | None = None) -> tuple[bytes, ...]:
        """Prove that a leaf is among the first ``size`` (RFC 6962 2.1.1, PATH).

        Returns:
            The sibling hashes from the leaf up to the root, 32 bytes each.

        Raises:
            TreeError: ``tree.size`` or ``tree.index``, the tree has no such leaf at that size.
        """
        size = self._known(size)
        if not 0 <= index < size:
            raise TreeError("tree.index", f"There is no leaf {index} in a tree of size {size}.")
        return self._path(index, 0, size)

    def consistency(self, old: int, new: int | None = None) -> tuple[bytes, ...]:
        """Prove that the first ``new`` leaves begin with the first ``old`` (RFC 6962 2.1.2, PROOF).

        Every tree continues the empty one and itself: both proofs are empty.

        Raises:
            TreeError: ``tree.size``, the tree never had one of the sizes, or ``old > new``.
        """
        new = self._known(new)
        if not 0 <= old <= new:
            raise TreeError("tree.size", f"A tree of size {new} has no earlier size {old}.")
        if old in {0, new}:
            return ()
        # The right-most complete subtree of the old tree: the proof leads from it to the new root.
        height = (old & -old).bit_length() - 1
        index = (old - 1) >> height
        path = self._path(index, height, new)
        # When that subtree is the whole old tree, the verifier has its hash: it is the old root.
        return path if index == 0 else (self._complete(height, index), *path)

    def hashes(self, level: int, start: int, stop: int) -> bytes:
        """Concatenate the hashes of complete subtrees, as tiles hold them.

        Args:
            level: the height; each subtree has ``2**level`` leaves.
            start: the position of the first subtree in its level.
            stop: the position after the last.

        Returns:
            ``stop - start`` hashes, 32 bytes each.

        Raises:
            TreeError: ``tree.range``, not all of these subtrees are complete.
        """
        if level < 0 or not 0 <= start <= stop <= self.size >> level:
            where = f"{start} to {stop} at level {level}"
            raise TreeError("tree.range", f"The tree does not have the subtrees {where}.")
        if start == stop:
            return b""
        return bytes(self._levels[level][start * HASH_SIZE : stop * HASH_SIZE])

    def _open(self, height: int) -> None:
        """Make room for the first subtree of a height."""
        if height == len(self._levels):
            self._levels.append(bytearray())

    def _known(self, size: int | None) -> int:
        if size is None:
            return self.size
        if not 0 <= size <= self.size:
            raise TreeError("tree.size", f"The tree has {self.size} leaves, not {size}.")
        return size

    def _complete(self, height: int, index: int) -> bytes:
        """Look up the hash of a complete subtree."""
        return bytes(self._levels[height][index * HASH_SIZE : (index + 1) * HASH_SIZE])

    def _edge(self, size: int) -> list[bytes]:
        """Hash the last node of each level of a tree of a size above 0, from leaf to root."""
        known, edge = self._latest_edge
        if known != size:
            last = size - 1
            node = self._complete(0, last)
            edge = [node]
            for height in range(last.bit_length()):
                # A left child without a sibling is carried up a level unchanged.
                if last & 1:
                    node = node_hash(self._complete(height, last - 1), node)
                edge.append(node)
                last >>= 1
            # Never out of date: what the first leaves hash to does not change.
            self._latest_edge = size, edge
        return edge

    def _path(self, index: int, height: int, size: int) -> tuple[bytes, ...]:
        """Collect the siblings from a complete subtree up to the root of ``size`` leaves."""
        path, edge = [], self._edge(size)
        last = (size - 1) >> height
        while last:
            sibling = index ^ 1
            if sibling < last:
                at = sibling * HASH_SIZE
                path.append(bytes(self._levels[height][at : at + HASH_SIZE]))
            elif sibling == last:
                path.append(edge[height])
            index, last, height = index >> 1, last >> 1, height + 1
        return tuple(path)


def _wrong_length() -> TreeError:
    return TreeError("tree.hash", f"A leaf hash has {HASH_SIZE} bytes.")
