"""Checking what a tree proves, without the tree: RFC 9162 sections 2.1.3.2 and 2.1.4.2."""

from collections.abc import Iterable, Iterator, Sequence

from answerable.science.tlog.errors import ProofError
from answerable.science.tlog.hashing import EMPTY_ROOT, HASH_SIZE, node_hash


def verify_inclusion(
    leaf: bytes, index: int, size: int, proof: Sequence[bytes], root: bytes
) -> None:
    """Check that a tree holds a leaf (RFC 9162 section 2.1.3.2).

    Args:
        leaf: the leaf hash, 32 bytes; not the entry itself.
        index: the position of the leaf, counted from 0.
        size: the number of leaves in the tree; a proof does not pin it, so it must come, with the
            root, from one trusted checkpoint.
        proof: sibling hashes from the leaf up, 32 bytes each.
        root: the root hash of the tree, 32 bytes.

    Raises:
        ProofError: ``proof.hash``, ``proof.index``, ``proof.length`` or ``proof.root``.
    """
    _check_hashes(leaf, root, *proof)
    if not 0 <= index < size:
        raise ProofError("proof.index", f"There is no leaf {index} in a tree of size {size}.")
    computed = leaf
    for on_left, sibling in _siblings(index, size - 1, proof):
        computed = node_hash(sibling, computed) if on_left else node_hash(computed, sibling)
    if computed != root:
        raise ProofError("proof.root", "The proof does not lead to the root.")


def verify_consistency(
    old_size: int, old_root: bytes, new_size: int, new_root: bytes, proof: Sequence[bytes]
) -> None:
    """Check that a tree continues an older one (RFC 9162 section 2.1.4.2).

    Every tree continues the empty one, whose root is known; that proof, and the proof that a tree
    continues itself, are empty. Each size must come with its root from a trusted checkpoint.

    Args:
        old_size: the number of leaves of the older tree.
        old_root: its root hash, 32 bytes.
        new_size: the number of leaves of the newer tree.
        new_root: its root hash, 32 bytes.
        proof: hashes, 32 bytes each.

    Raises:
        ProofError: ``proof.hash``, ``proof.size``, ``proof.length`` or ``proof.root``.
    """
    _check_hashes(old_root, new_root, *proof)
    if not 0 <= old_size <= new_size:
        raise ProofError("proof.size", f"Size {new_size} does not continue size {old_size}.")
    _check_empty(old_size, old_root)
    _check_empty(new_size, new_root)
    if old_size in {0, new_size}:
        _check_trivial(old_size == new_size, old_root, new_root, proof)
    else:
        _check_growth(old_size, old_root, new_size, new_root, proof)


def _check_empty(size: int, root: bytes) -> None:
    if size == 0 and root != EMPTY_ROOT:
        raise ProofError("proof.root", "That is not the root of an empty tree.")


def _check_trivial(same: bool, old_root: bytes, new_root: bytes, proof: Sequence[bytes]) -> None:
    if proof:
        raise ProofError("proof.length", "There is nothing to prove, yet the proof is not empty.")
    if same and old_root != new_root:
        raise ProofError("proof.root", "Two trees of one size have different roots.")


def _check_growth(
    old_size: int, old_root: bytes, new_size: int, new_root: bytes, proof: Sequence[bytes]
) -> None:
    """Climb from the right-most complete subtree of the old tree to both roots at once."""
    if not proof:
        raise ProofError("proof.length", "The proof is too short.")
    height = (old_size & -old_size).bit_length() - 1
    index = (old_size - 1) >> height
    # A subtree at index 0 is the whole old tree: its hash, the old root, is left out of the proof.
    first, *rest = (old_root, *proof) if index == 0 else proof
    old = new = first
    for on_left, sibling in _siblings(index, (new_size - 1) >> height, rest):
        if on_left:
            old, new = node_hash(sibling, old), node_hash(sibling, new)
        else:
            new = node_hash(new, sibling)
    if old != old_root:
        raise ProofError("proof.root", "The proof does not lead to the old root.")
    if new != new_root:
        raise ProofError("proof.root", "The proof does not lead to the new root.")


def _siblings(index: int, last: int, proof: Iterable[bytes]) -> Iterator[tuple[bool, bytes]]:
    """Tell for each hash on the way up whether it stands on the left.

    Args:
        index: the position of the node in its level.
        last: the position of the last node in that level.
        proof: the hashes, which must be exactly as many as the way up has.
    """
    for sibling in proof:
        if last == 0:
            raise ProofError("proof.length", "The proof is too long.")
        on_left = index & 1 == 1 or index == last
        yield on_left, sibling
        # The last node of a level without a sibling was carried up unchanged.
        while on_left and index and not index & 1:
            index, last = index >> 1, last >> 1
        index, last = index >> 1, last >> 1
    if last:
        raise ProofError("proof.length", "The proof is too short.")


def _check_hashes(*hashes: bytes) -> None:
    if any(len(value) != HASH_SIZE for value in hashes):
        raise ProofError("proof.hash", f"A hash has {HASH_SIZE} bytes.")
