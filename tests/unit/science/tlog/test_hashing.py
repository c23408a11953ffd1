"""Leaves and nodes are hashed as RFC 6962 says, alone and in bulk."""

from hashlib import sha256

from answerable.science.tlog.hashing import (
    EMPTY_ROOT,
    leaf_hash,
    leaf_hashes,
    node_hash,
    pair_hashes,
)


def test_the_prefixes_keep_leaves_and_nodes_apart():
    left, right = leaf_hash(b"left"), leaf_hash(b"right")
    assert left == sha256(b"\x00left").digest()
    assert node_hash(left, right) == sha256(b"\x01" + left + right).digest()
    assert node_hash(left, right) != leaf_hash(left + right)


def test_the_empty_root_is_the_hash_of_nothing(roots):
    assert roots[0] == EMPTY_ROOT


def test_bulk_is_the_same_as_one_by_one(entries):
    leaves = leaf_hashes(entries)
    assert leaves == [leaf_hash(entry) for entry in entries]
    assert pair_hashes(b"".join(leaves[:4])) == node_hash(*leaves[:2]) + node_hash(*leaves[2:4])
    assert leaf_hashes([]) == []
    assert pair_hashes(b"") == b""
