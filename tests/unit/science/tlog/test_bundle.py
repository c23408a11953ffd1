"""Bundles hold entries, each after its length."""

import pytest

from answerable.science.tlog import TileError, pack_bundle, unpack_bundle


def test_the_layout():
    assert pack_bundle([b"", b"ab"]) == b"\x00\x00\x00\x02ab"
    assert unpack_bundle(b"\x00\x00\x00\x02ab", 2) == [b"", b"ab"]


def test_the_longest_and_the_widest():
    longest = [b"x" * 65_535]
    assert unpack_bundle(pack_bundle(longest), 1) == longest
    widest = [b"y"] * 256
    assert unpack_bundle(pack_bundle(widest), 256) == widest


@pytest.mark.parametrize(
    ("code", "entries"),
    [
        ("bundle.width", []),
        ("bundle.width", [b""] * 257),
        ("bundle.entry", [b"x" * 65_536]),
    ],
)
def test_what_no_bundle_holds(code, entries):
    with pytest.raises(TileError) as error:
        pack_bundle(entries)
    assert error.value.code == code


@pytest.mark.parametrize(
    ("code", "data", "width"),
    [
        ("bundle.truncated", b"", 1),
        ("bundle.truncated", b"\x00", 1),
        ("bundle.truncated", b"\x00\x02a", 1),
        ("bundle.truncated", b"\x00\x01a", 2),
        ("bundle.truncated", b"\x00\x01a\x00", 2),
        ("bundle.trailing", b"\x00\x01ab", 1),
        ("bundle.trailing", b"\x00\x01a\x00\x01b", 1),
    ],
)
def test_malformed_bundles(code, data, width):
    with pytest.raises(TileError) as error:
        unpack_bundle(data, width)
    assert error.value.code == code
