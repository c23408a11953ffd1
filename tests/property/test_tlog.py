"""Laws of the transparency log, compared with RFC 6962 written out as it reads."""

from hashlib import sha256

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from answerable.science.tlog import (
    EMPTY_ROOT,
    ENTRIES,
    Checkpoint,
    ProofError,
    Signer,
    Tile,
    Tree,
    leaf_hashes,
    node_hash,
    obsolete_between,
    open_note,
    pack_bundle,
    parse_checkpoint,
    parse_path,
    sign,
    superseded_between,
    tile_bytes,
    tiles_between,
    tiles_of,
    unpack_bundle,
    unpack_tile,
    verify_consistency,
    verify_inclusion,
)

pytestmark = pytest.mark.property

MOST = 600
HASHES = leaf_hashes(b"%d" % number for number in range(MOST))
TREE = Tree(HASHES)
SIZES = st.integers(0, MOST)
BIG = st.integers(0, 2**63 - 1)
TILES = st.builds(Tile, st.none() | st.integers(0, 63), BIG, st.integers(1, 256))


def naive_root(leaves):
    """RFC 6962 section 2.1, MTH."""
    if not leaves:
        return sha256().digest()
    if len(leaves) == 1:
        return leaves[0]
    middle = split(len(leaves))
    return node_hash(naive_root(leaves[:middle]), naive_root(leaves[middle:]))


def naive_inclusion(index, leaves):
    """RFC 6962 section 2.1.1, PATH."""
    if len(leaves) == 1:
        return []
    middle = split(len(leaves))
    left, right = leaves[:middle], leaves[middle:]
    if index < middle:
        return [*naive_inclusion(index, left), naive_root(right)]
    return [*naive_inclusion(index - middle, right), naive_root(left)]


def naive_consistency(old, leaves, *, whole=True):
    """RFC 6962 section 2.1.2, SUBPROOF."""
    if old == len(leaves):
        return [] if whole else [naive_root(leaves)]
    middle = split(len(leaves))
    left, right = leaves[:middle], leaves[middle:]
    if old <= middle:
        return [*naive_consistency(old, left, whole=whole), naive_root(right)]
    return [*naive_consistency(old - middle, right, whole=False), naive_root(left)]


def split(count):
    return 1 << (count - 1).bit_length() - 1


@st.composite
def leaf_in_tree(draw):
    size = draw(st.integers(1, MOST))
    return draw(st.integers(0, size - 1)), size


@st.composite
def growth(draw, least=0, most=MOST):
    old = draw(st.integers(least, most))
    return old, draw(st.integers(old, most))


@given(SIZES)
def test_roots_are_those_of_the_rfc(size):
    assert TREE.root(size) == Tree(HASHES[:size]).root() == naive_root(HASHES[:size])


@given(st.lists(st.integers(0, 40), max_size=8))
def test_a_tree_is_the_same_however_it_grew(steps):
    tree, at = Tree(), 0
    for step in steps:
        tree.extend(HASHES[at : at + step])
        tree.append(HASHES[at + step])
        at += step + 1
    assert tree.root() == TREE.root(at)
    assert tree._levels == Tree(HASHES[:at])._levels


@given(leaf_in_tree())
def test_inclusion_proofs_are_those_of_the_rfc_and_verify(leaf):
    index, size = leaf
    proof = TREE.inclusion(index, size)
    assert list(proof) == naive_inclusion(index, HASHES[:size])
    verify_inclusion(HASHES[index], index, size, proof, TREE.root(size))


@given(growth(least=1))
def test_consistency_proofs_are_those_of_the_rfc_and_verify(sizes):
    old, new = sizes
    proof = TREE.consistency(old, new)
    assert list(proof) == naive_consistency(old, HASHES[:new])
    verify_consistency(old, TREE.root(old), new, TREE.root(new), proof)


def changed(data, proof):
    """Give the proof with one hash altered, added, removed or moved."""
    ways = ["add"] + (["flip", "drop", "double"] if proof else [])
    way = data.draw(st.sampled_from(ways))
    at = data.draw(st.integers(0, max(0, len(proof) - 1)))
    bit = data.draw(st.integers(0, 255))
    return {
        "add": lambda: (*proof[:at], bytes(32), *proof[at:]),
        "flip": lambda: (*proof[:at], flip(proof[at], bit), *proof[at + 1 :]),
        "drop": lambda: proof[:at] + proof[at + 1 :],
        "double": lambda: proof[: at + 1] + proof[at:],
    }[way]()


def flip(value, bit):
    return (int.from_bytes(value, "big") ^ (1 << bit)).to_bytes(32, "big")


@given(leaf_in_tree(), st.data())
def test_every_mutation_of_an_inclusion_fails(leaf, data):
    index, size = leaf
    right = (HASHES[index], index, size, TREE.inclusion(index, size), TREE.root(size))
    field = data.draw(st.integers(0, 4))
    wrong = list(right)
    wrong[field] = {
        0: lambda: flip(right[0], data.draw(st.integers(0, 255))),
        1: lambda: data.draw(st.integers(-1, size)),
        2: lambda: data.draw(st.sampled_from([0, index, 2 * size, size * size + 1])),
        3: lambda: changed(data, right[3]),
        4: lambda: flip(right[4], data.draw(st.integers(0, 255))),
    }[field]()
    assume(tuple(wrong) != right)
    # The shape of a proof does not fix the size of the tree, only its path: skip equal shapes.
    assume(field != 2 or shape(index, wrong[2]) != shape(index, size))
    with pytest.raises(ProofError):
        verify_inclusion(*wrong)


def shape(index, size):
    """Tell on which side each sibling on the way up stands."""
    if not 0 <= index < size:
        return None
    sides, last = [], size - 1
    while last:
        if index ^ 1 <= last:
            sides.append(index & 1)
        index, last = index >> 1, last >> 1
    return sides


@given(growth(least=1), st.data())
def test_every_mutation_of_a_consistency_fails(sizes, data):
    old, new = sizes
    assume(old < new)
    right = (old, TREE.root(old), new, TREE.root(new), TREE.consistency(old, new))
    field = data.draw(st.sampled_from([0, 1, 3, 4]))
    wrong = list(right)
    wrong[field] = {
        0: lambda: data.draw(st.integers(-1, new + 1)),
        1: lambda: flip(right[1], data.draw(st.integers(0, 255))),
        3: lambda: flip(right[3], data.draw(st.integers(0, 255))),
        4: lambda: changed(data, right[4]),
    }[field]()
    assume(tuple(wrong) != right)
    with pytest.raises(ProofError):
        verify_consistency(*wrong)


@given(st.integers(0, 200_000))
def test_tiles_are_exactly_those_of_the_specification(size):
    expected = set()
    for level in (ENTRIES, 0, 1, 2, 3):
        count = size // 256 ** (level or 0)
        expected |= {Tile(level, index) for index in range(count // 256)}
        expected |= {Tile(level, count // 256, count % 256)} if count % 256 else set()
    tiles = list(tiles_of(size))
    assert len(tiles) == len(set(tiles))
    assert set(tiles) == expected


@given(SIZES)
def test_the_tiles_of_a_tree_rebuild_its_root(size):
    tree = Tree(HASHES[:size])
    content = {tile: tile_bytes(tree, tile) for tile in tiles_of(size) if not tile.is_bundle}
    base = [tile for tile in content if tile.level == 0]
    leaves = [each for tile in base for each in unpack_tile(content[tile], tile.width)]
    assert naive_root(leaves) == tree.root()
    for tile, data in content.items():
        if tile.level == 1:
            halves = [leaves[at : at + 256] for at in range(0, 256 * tile.width, 256)]
            assert unpack_tile(data, tile.width) == [naive_root(half) for half in halves]


@given(growth(most=200_000))
def test_writing_and_deleting_leaves_exactly_the_tiles_of_the_new_tree(sizes):
    old, new = sizes
    before, after = set(tiles_of(old)), set(tiles_of(new))
    written, obsolete = set(tiles_between(old, new)), set(obsolete_between(old, new))
    assert written == after - before
    assert obsolete == before - after
    assert before - obsolete | written == after


@given(st.lists(st.integers(0, 3_000), min_size=1, max_size=4))
def test_what_is_superseded_is_full_and_was_partial(sizes):
    """Whatever was published on the way, only partial tiles that are not yet full remain."""
    published, at = set(), 0
    for size in sorted(sizes):
        published |= set(tiles_between(at, size))
        published -= set(superseded_between(at, size))
        at = size
    full = {(tile.level, tile.index) for tile in tiles_of(at) if not tile.is_partial}
    partial = {(tile.level, tile.index) for tile in published if tile.is_partial}
    assert set(tiles_of(at)) <= published
    assert not full & partial


@given(TILES)
def test_a_path_names_one_tile(tile):
    assert parse_path(tile.path) == tile


@given(st.lists(st.binary(max_size=400), min_size=1, max_size=256))
def test_bundles_round_trip(entries):
    assert unpack_bundle(pack_bundle(entries), len(entries)) == entries


LINES = st.text(st.characters(codec="utf-8", exclude_categories=["Cc"]), min_size=1)


@given(LINES, BIG, st.lists(LINES, max_size=3))
def test_signed_checkpoints_round_trip(origin, size, extensions):
    key = Signer("example.org/log", bytes(32))
    head = Checkpoint(origin, size, EMPTY_ROOT, tuple(extensions))
    assert parse_checkpoint(open_note(sign(head.text, [key]), [key.verifier]).text) == head
