"""Private halves are kept, found by the blinded subject, and gone to the last byte."""

import hmac
from enum import StrEnum
from types import MappingProxyType

import pytest
from hypothesis import given
from hypothesis import strategies as st

from answerable.gateway.releases import private
from answerable.gateway.releases.private import (
    Blind,
    PrivateHalf,
    PrivateHalves,
    body_of,
    commitment,
)
from answerable.model.errors import Broken, Invalid
from answerable.model.signing import canonical

SALT = bytes(range(16))
TEXTS = st.text(st.characters(exclude_categories=["Cs"]))
JSON = st.recursive(
    st.none()
    | st.booleans()
    | TEXTS
    | st.integers(-(2**53) + 1, 2**53 - 1)
    | st.floats(allow_nan=False, allow_infinity=False),
    lambda inner: st.lists(inner) | st.dictionaries(TEXTS, inner),
    max_leaves=8,
)


class Colour(StrEnum):
    RED = "red"


@pytest.fixture
def path(folder):
    folder.mkdir()
    return folder / "private.sqlite3"


@pytest.fixture
def halves(path):
    halves = PrivateHalves(path)
    yield halves
    halves.close()


def row(number, subject=b"s" * 32, body=b'{"subject":"Ada"}'):
    return number, subject, SALT, body


@given(st.dictionaries(TEXTS, JSON))
def test_a_body_is_canonical(said):
    assert body_of(said) == canonical(said)


def test_a_body_may_be_any_mapping():
    said = MappingProxyType({"pattern": Colour.RED, "of": (1, 2)})
    assert body_of(said) == b'{"of":[1,2],"pattern":"red"}'


def circle():
    said = {}
    said["said"] = said
    return said


@pytest.mark.parametrize(
    "said",
    [{"a": "\ud800"}, {"\ud800": 1}, {"a": 2**53}, {"a": float("nan")}, {"a": {1}}, {1: "a"},
     {"a": [{2: "b"}]}, circle()],
)  # fmt: skip
def test_what_has_no_canonical_form_is_refused(said):
    with pytest.raises(Invalid) as caught:
        body_of(said)
    assert (caught.value.code, caught.value.params) == ("releases.text", {})


@given(st.binary(min_size=1, max_size=64), TEXTS, TEXTS)
def test_subjects_are_blinded_by_hmac(key, dataset, subject):
    expected = hmac.digest(key, f"{dataset}\n{subject}".encode(), "sha256")
    assert Blind(key).name(dataset, subject) == expected


def test_a_commitment_says_nothing_without_the_salt():
    half = PrivateHalf(1, b"{}", SALT)
    assert half.commitment == commitment(SALT, b"{}")
    assert half.commitment != commitment(SALT[::-1], b"{}")
    assert half.commitment != commitment(SALT, b"[]")
    assert "{}" not in repr(half)


def test_keeps_and_finds(halves):
    halves.put([row(1), row(2, None), row(4, b"t" * 32)])
    halves.put([row(5)])
    assert halves.get(2) == PrivateHalf(2, b'{"subject":"Ada"}', SALT)
    assert halves.get(3) is None
    assert [half.number for half in halves.of(b"s" * 32, 6)] == [1, 5]
    assert [half.number for half in halves.of(b"s" * 32, 5)] == [1]
    assert halves.of(b"u" * 32, 6) == []


def test_finds_beyond_one_portion_of_the_index(halves):
    many = 2 * private._INDEXED_AT_ONCE + 10
    halves.put([row(number, bytes([number % 7]) * 32) for number in range(many)])
    assert not halves.index(many)
    found = [half.number for half in halves.of(bytes([3]) * 32, many)]
    assert found == list(range(3, many, 7))
    assert halves.index(many)


def test_finds_what_was_kept_after_the_index_was_made(halves):
    halves.put([row(1)])
    assert len(halves.of(b"s" * 32, 2)) == 1
    halves.put([row(2)])
    assert [half.number for half in halves.of(b"s" * 32, 3)] == [1, 2]


def test_every_width_of_a_batch_is_kept(halves):
    start = 0
    for width in (1, 2, 3, 31, 127, 128, 129, 300):
        halves.put([row(number, None, b'"%d"' % number) for number in range(start, start + width)])
        start += width
    assert [halves.get(number).body for number in range(start)] == [
        b'"%d"' % number for number in range(start)
    ]


@pytest.mark.parametrize("width", [1, 2, 5, 128, 300])
def test_a_batch_is_kept_whole_or_not_at_all(halves, width):
    halves.put([row(0)])
    with pytest.raises(Broken):
        halves.put([*(row(number) for number in range(1, width + 1)), row(0)])
    assert [number for number in range(width + 1) if halves.get(number)] == [0]
    halves.put([row(1)])


def test_cuts_what_was_never_recorded(halves):
    halves.put([row(1), row(2)])
    halves.cut(2)
    halves.put([row(2, b"t" * 32)])
    assert [half.number for half in halves.of(b"s" * 32, 3)] == [1]
    assert [half.number for half in halves.of(b"t" * 32, 3)] == [2]


def test_erases_to_the_last_byte(halves, all_bytes):
    halves.put([row(n, bytes([n]) * 32, b'{"subject":"Person-%03d"}' % n) for n in range(200)])
    halves.index(100)  # some are in the index, some are not
    assert b"Person-042" in all_bytes()
    assert halves.erase([42, 42, 150, 999]) == 2
    left = all_bytes()
    assert b"Person-042" not in left
    assert b"Person-150" not in left
    assert bytes([42]) * 32 not in left
    assert b"Person-043" in left
    assert halves.get(42) is None
    assert halves.of(bytes([42]) * 32, 200) == []
    assert halves.erase_before(199) == 197
    assert b"Person-1" in all_bytes()
    assert b"Person-0" not in all_bytes()


def test_an_erasure_that_was_cut_short_is_finished_at_opening(path, halves, all_bytes):
    halves.put([row(n, None, b'{"subject":"Person-%03d"}' % n) for n in range(50)])
    rewrite = halves._database.rewrite

    def killed():
        raise KeyboardInterrupt

    halves._database.rewrite = killed
    with pytest.raises(KeyboardInterrupt):
        halves.erase(range(25))
    halves._database.rewrite = rewrite
    assert b"Person-010" in all_bytes()
    halves.close()
    again = PrivateHalves(path)
    assert b"Person-010" not in all_bytes()
    assert again.get(30) is not None
    again.close()


def test_another_kind_of_file_is_refused(path):
    path.write_bytes(b"not a database, but long enough to be taken for one" * 200)
    with pytest.raises(Broken) as caught:
        PrivateHalves(path)
    assert caught.value.code == "store.damaged"
