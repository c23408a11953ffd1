"""Proofs that are right pass; anything else is refused."""

import pytest

from answerable.science.tlog import (
    EMPTY_ROOT,
    ProofError,
    Tree,
    leaf_hash,
    leaf_hashes,
    verify_consistency,
    verify_inclusion,
)

JUNK = bytes(32)


@pytest.fixture
def tree(entries):
    return Tree(leaf_hashes(entries))


def test_every_inclusion_in_the_known_trees(tree, entries, roots):
    for size in range(1, 9):
        for index in range(size):
            proof = tree.inclusion(index, size)
            verify_inclusion(leaf_hash(entries[index]), index, size, proof, roots[size])


def test_every_consistency_of_the_known_trees(tree, roots):
    for new in range(9):
        for old in range(new + 1):
            verify_consistency(old, roots[old], new, roots[new], tree.consistency(old, new))


@pytest.mark.parametrize(
    ("code", "change"),
    [
        ("proof.index", {"index": -1}),
        ("proof.index", {"index": 7}),
        ("proof.index", {"size": 0}),
        ("proof.length", {"size": 16}),
        ("proof.root", {"index": 4}),
        ("proof.root", {"root": JUNK}),
        ("proof.root", {"leaf": JUNK}),
        ("proof.hash", {"root": b""}),
        ("proof.hash", {"leaf": b"the entry itself"}),
        ("proof.hash", {"proof": (b"short",) * 3}),
        ("proof.length", {"proof": ()}),
        ("proof.length", {"proof": (JUNK,) * 2}),
        ("proof.length", {"proof": (JUNK,) * 4}),
        ("proof.root", {"proof": (JUNK,) * 3}),
    ],
)
def test_a_wrong_inclusion_is_refused(tree, entries, roots, code, change):
    right = {
        "leaf": leaf_hash(entries[5]),
        "index": 5,
        "size": 7,
        "proof": tree.inclusion(5, 7),
        "root": roots[7],
    }
    verify_inclusion(**right)
    with pytest.raises(ProofError) as error:
        verify_inclusion(**right | change)
    assert error.value.code == code


@pytest.mark.parametrize(
    ("code", "change"),
    [
        ("proof.size", {"old_size": 8}),
        ("proof.size", {"old_size": -1}),
        ("proof.root", {"old_size": 0}),
        ("proof.length", {"old_size": 0, "old_root": EMPTY_ROOT}),
        ("proof.length", {"old_size": 7}),
        ("proof.root", {"old_size": 7, "proof": ()}),
        ("proof.length", {"old_size": 5}),
        ("proof.root", {"old_root": JUNK}),
        ("proof.root", {"new_root": JUNK}),
        ("proof.length", {"new_size": 16}),
        ("proof.hash", {"old_root": b"short"}),
        ("proof.hash", {"new_root": b"short"}),
        ("proof.hash", {"proof": (b"short",) * 3}),
        ("proof.length", {"proof": ()}),
        ("proof.length", {"proof": (JUNK,) * 2}),
        ("proof.length", {"proof": (JUNK,) * 4}),
        ("proof.root", {"proof": (JUNK,) * 3}),
    ],
)
def test_a_wrong_consistency_is_refused(tree, roots, code, change):
    right = {
        "old_size": 6,
        "old_root": roots[6],
        "new_size": 7,
        "new_root": roots[7],
        "proof": tree.consistency(6, 7),
    }
    verify_consistency(**right)
    with pytest.raises(ProofError) as error:
        verify_consistency(**right | change)
    assert error.value.code == code


@pytest.mark.parametrize(
    ("code", "old", "new", "proof"),
    [
        ("proof.root", (0, JUNK), (0, JUNK), ()),
        ("proof.root", (0, EMPTY_ROOT), (0, JUNK), ()),
        ("proof.root", (1, JUNK), (1, EMPTY_ROOT), ()),
        ("proof.length", (0, EMPTY_ROOT), (0, EMPTY_ROOT), (EMPTY_ROOT,)),
        ("proof.length", (1, JUNK), (1, JUNK), (JUNK,)),
        ("proof.length", (1, JUNK), (2, JUNK), ()),
        ("proof.size", (2, JUNK), (1, JUNK), ()),
    ],
)
def test_odd_consistencies_are_refused(code, old, new, proof):
    with pytest.raises(ProofError) as error:
        verify_consistency(*old, *new, proof)
    assert error.value.code == code


def test_odd_consistencies_that_hold():
    verify_consistency(0, EMPTY_ROOT, 0, EMPTY_ROOT, ())
    verify_consistency(0, EMPTY_ROOT, 5, JUNK, ())
    verify_consistency(5, JUNK, 5, JUNK, [])
