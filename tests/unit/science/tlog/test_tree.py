"""A tree gives known roots and proofs, and says clearly what it does not have."""

import pytest

from answerable.science.tlog import Tree, TreeError, leaf_hash, leaf_hashes, node_hash


@pytest.fixture
def tree(entries):
    return Tree(leaf_hashes(entries))


def test_the_known_roots_whether_extended_or_appended(entries, roots):
    grown = Tree()
    for size, root in enumerate(roots):
        assert Tree(leaf_hashes(entries[:size])).root() == root
        assert grown.root() == root
        if size < len(entries):
            assert grown.append(leaf_hash(entries[size])) == size


def test_a_tree_remembers_every_size(tree, roots):
    assert [tree.root(size) for size in range(9)] == roots
    assert [tree.root(size) for size in reversed(range(9))] == roots[::-1]
    assert len(tree) == tree.size == 8
    assert repr(tree) == "<Tree size=8>"


def test_a_big_tree_is_the_same_however_it_grew():
    hashes = leaf_hashes(b"%d" % number for number in range(1000))
    grown = Tree(hashes[:333])
    grown.extend([])
    grown.append(hashes[333])
    grown.extend(iter(hashes[334:]))
    assert grown.root() == Tree(hashes).root()


def test_the_example_proofs_of_rfc_6962(entries):
    """Section 2.1.3: the tree of seven leaves, named as there."""
    d = leaf_hashes(entries[:7])
    a, b, c, d_, e, f, j = d
    g, h, i = node_hash(a, b), node_hash(c, d_), node_hash(e, f)
    k, l = node_hash(g, h), node_hash(i, j)  # noqa: E741
    tree = Tree(d)
    assert tree.inclusion(0) == (b, h, l)
    assert tree.inclusion(3) == (c, g, l)
    assert tree.inclusion(4) == (f, j, k)
    assert tree.inclusion(6) == (i, k)
    assert tree.consistency(3) == (c, d_, g, l)
    assert tree.consistency(4) == (l,)
    assert tree.consistency(6) == (i, j, k)


def test_trivial_proofs_are_empty(tree):
    assert tree.inclusion(0, 1) == ()
    assert tree.consistency(0) == ()
    assert tree.consistency(8) == ()
    assert Tree().consistency(0) == ()


def test_the_hashes_of_complete_subtrees(tree, entries, roots):
    leaves = leaf_hashes(entries)
    assert tree.hashes(0, 2, 5) == b"".join(leaves[2:5])
    assert tree.hashes(1, 0, 1) == roots[2]
    assert tree.hashes(2, 0, 2) == roots[4] + tree.hashes(2, 1, 2)
    assert tree.hashes(3, 0, 1) == roots[8]
    assert tree.hashes(9, 0, 0) == b""


@pytest.mark.parametrize(
    ("code", "ask"),
    [
        ("tree.size", lambda tree: tree.root(9)),
        ("tree.size", lambda tree: tree.root(-1)),
        ("tree.size", lambda tree: tree.inclusion(0, 9)),
        ("tree.index", lambda tree: tree.inclusion(8)),
        ("tree.index", lambda tree: tree.inclusion(-1)),
        ("tree.index", lambda tree: tree.inclusion(3, 3)),
        ("tree.index", lambda tree: tree.inclusion(0, 0)),
        ("tree.size", lambda tree: tree.consistency(9)),
        ("tree.size", lambda tree: tree.consistency(5, 4)),
        ("tree.size", lambda tree: tree.consistency(-1)),
        ("tree.size", lambda tree: tree.consistency(1, 9)),
        ("tree.range", lambda tree: tree.hashes(0, 0, 9)),
        ("tree.range", lambda tree: tree.hashes(0, -1, 2)),
        ("tree.range", lambda tree: tree.hashes(0, 3, 2)),
        ("tree.range", lambda tree: tree.hashes(-1, 0, 1)),
        ("tree.range", lambda tree: tree.hashes(4, 0, 1)),
        ("tree.hash", lambda tree: tree.append(b"short")),
        ("tree.hash", lambda tree: tree.extend([bytes(32), bytes(31), bytes(33)])),
    ],
)
def test_what_a_tree_of_eight_leaves_does_not_have(tree, code, ask):
    with pytest.raises(TreeError) as error:
        ask(tree)
    assert error.value.code == code
    assert tree.size == 8
