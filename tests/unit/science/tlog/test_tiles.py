"""Tiles are named, listed and filled as C2SP tlog-tiles says."""

import pytest

from answerable.science.tlog import (
    ENTRIES,
    Tile,
    TileError,
    Tree,
    TreeError,
    leaf_hashes,
    obsolete_between,
    parse_path,
    superseded_between,
    tile_bytes,
    tiles_between,
    tiles_of,
    unpack_tile,
)

PATHS = [
    (Tile(0, 0), "tile/0/000"),
    (Tile(0, 1234067), "tile/0/x001/x234/067"),
    (Tile(0, 999), "tile/0/999"),
    (Tile(0, 1000), "tile/0/x001/000"),
    (Tile(1, 273, 17), "tile/1/273.p/17"),
    (Tile(63, 5, 1), "tile/63/005.p/1"),
    (Tile(10, 5, 255), "tile/10/005.p/255"),
    (Tile(ENTRIES, 0), "tile/entries/000"),
    (Tile(ENTRIES, 1234067, 8), "tile/entries/x001/x234/067.p/8"),
    (Tile(ENTRIES, 2**63 - 1), "tile/entries/x009/x223/x372/x036/x854/x775/807"),
]


@pytest.mark.parametrize(("tile", "path"), PATHS)
def test_paths(tile, path):
    assert tile.path == path
    assert parse_path(path) == tile


@pytest.mark.parametrize(
    "path",
    [
        "",
        "tile/0/0",
        "tile/0/00",
        "tile/0/0000",
        "tile/0/1000",
        "tile/00/000",
        "tile/01/000",
        "tile/-1/000",
        "tile/64/000",
        "tile/100/000",
        "tile/data/000",
        "tile/0/x000/001",
        "tile/0/x001/x002",
        "tile/0/001/002",
        "tile/0/X001/002",
        "tile/0/000.p/0",
        "tile/0/000.p/01",
        "tile/0/000.p/256",
        "tile/0/000.p/999",
        "tile/0/000.p/",
        "tile/0/000.p",
        "tile/0/000/",
        "tile/0/000\n",
        "/tile/0/000",
        "tile/8/0/000",
        "tile/0/\u0660\u0660\u0660",
        "tile/entries/x009/x223/x372/x036/x854/x775/808",
        "tile/entries/" + "x001/" * 2000 + "001",
        "checkpoint",
    ],
)
def test_paths_that_no_tile_has(path):
    with pytest.raises(TileError) as error:
        parse_path(path)
    assert error.value.code in {"tile.path", "tile.level", "tile.index", "tile.width"}


@pytest.mark.parametrize(
    ("code", "fields"),
    [
        ("tile.level", (-1, 0)),
        ("tile.level", (64, 0)),
        ("tile.index", (0, -1)),
        ("tile.index", (ENTRIES, 2**63)),
        ("tile.width", (0, 0, 0)),
        ("tile.width", (0, 0, 257)),
    ],
)
def test_impossible_tiles_cannot_be_built(code, fields):
    with pytest.raises(TileError) as error:
        Tile(*fields)
    assert error.value.code == code


def test_what_a_tile_spans():
    tile = Tile(ENTRIES, 3, 10)
    assert (tile.start, tile.stop) == (768, 778)
    assert tile.is_bundle
    assert tile.is_partial
    assert not Tile(0, 3).is_partial
    assert not Tile(0, 3).is_bundle


def paths(tiles):
    return [tile.path for tile in tiles]


@pytest.mark.parametrize(
    ("size", "expected"),
    [
        (0, []),
        (1, ["tile/entries/000.p/1", "tile/0/000.p/1"]),
        (255, ["tile/entries/000.p/255", "tile/0/000.p/255"]),
        (256, ["tile/entries/000", "tile/0/000", "tile/1/000.p/1"]),
        (
            257,
            [
                "tile/entries/000",
                "tile/entries/001.p/1",
                "tile/0/000",
                "tile/0/001.p/1",
                "tile/1/000.p/1",
            ],
        ),
    ],
)
def test_the_tiles_of_small_trees(size, expected):
    assert paths(tiles_of(size)) == expected


def test_the_example_of_the_specification():
    tiles = list(tiles_of(70_000))
    by_level = {level: [each for each in tiles if each.level == level] for level in (0, 1, 2, None)}
    assert sum(map(len, by_level.values())) == len(tiles)
    assert paths(by_level[0]) == [*(f"tile/0/{n:03}" for n in range(273)), "tile/0/273.p/112"]
    assert paths(by_level[1]) == ["tile/1/000", "tile/1/001.p/17"]
    assert paths(by_level[2]) == ["tile/2/000.p/1"]
    assert len(by_level[None]) == 274


@pytest.mark.parametrize(
    ("old", "new", "written", "obsolete", "superseded"),
    [
        (0, 0, [], [], []),
        (5, 5, [], [], []),
        (1, 2, ["entries/000.p/2", "0/000.p/2"], ["entries/000.p/1", "0/000.p/1"], []),
        (
            2,
            256,
            ["entries/000", "0/000", "1/000.p/1"],
            ["entries/000.p/2", "0/000.p/2"],
            ["entries/000.p/1", "entries/000.p/2", "0/000.p/1", "0/000.p/2"],
        ),
        (256, 257, ["entries/001.p/1", "0/001.p/1"], [], []),
        (
            256,
            512,
            ["entries/001", "0/001", "1/000.p/2"],
            ["1/000.p/1"],
            [],
        ),
    ],
)
def test_growing(old, new, written, obsolete, superseded):
    def full(names):
        return [f"tile/{name}" for name in names]

    assert paths(tiles_between(old, new)) == full(written)
    assert paths(obsolete_between(old, new)) == full(obsolete)
    assert paths(superseded_between(old, new)) == full(superseded)


@pytest.mark.parametrize("listing", [tiles_between, obsolete_between, superseded_between])
@pytest.mark.parametrize(("old", "new"), [(1, 0), (-1, 0)])
def test_a_tree_cannot_shrink(listing, old, new):
    with pytest.raises(TileError) as error:
        list(listing(old, new))
    assert error.value.code == "tile.size"


def test_tiles_hold_the_hashes_of_the_tree():
    leaves = leaf_hashes(b"%d" % number for number in range(600))
    tree = Tree(leaves)
    assert tile_bytes(tree, Tile(0, 1)) == b"".join(leaves[256:512])
    assert tile_bytes(tree, Tile(0, 2, 88)) == b"".join(leaves[512:])
    second = Tree(leaves[256:512]).root()
    assert tile_bytes(tree, Tile(1, 0, 2)) == tree.root(256) + second
    assert unpack_tile(tile_bytes(tree, Tile(1, 0, 2)), 2) == [tree.root(256), second]


def test_tiles_that_a_tree_cannot_fill():
    with pytest.raises(TreeError):
        tile_bytes(Tree([bytes(32)]), Tile(0, 0, 2))
    with pytest.raises(TreeError):
        tile_bytes(Tree([bytes(32)]), Tile(63, 0, 1))
    with pytest.raises(TileError) as error:
        tile_bytes(Tree([bytes(32)]), Tile(ENTRIES, 0, 1))
    assert error.value.code == "tile.entries"


@pytest.mark.parametrize("length", [0, 31, 33, 64])
def test_a_tile_of_the_wrong_length_is_refused(length):
    with pytest.raises(TileError) as error:
        unpack_tile(bytes(length), 1)
    assert error.value.code == "tile.length"
