"""A log has one name and one key, and never signs but what continues what it signed."""

import os

import pytest

from answerable.gateway.releases.seal import Seal, begin, read_blind_key
from answerable.model.errors import Broken, Invalid
from answerable.science.tlog import (
    Checkpoint,
    Signer,
    Tree,
    leaf_hash,
    open_note,
    parse_checkpoint,
    sign,
)

from .conftest import ORIGIN


def tree_of(*lines):
    return Tree(map(leaf_hash, lines))


@pytest.fixture
def begun(folder):
    folder.mkdir()
    begin(folder, ORIGIN, os.urandom)
    return folder


def refusal(act, *args):
    with pytest.raises((Broken, Invalid)) as caught:
        act(*args)
    return caught.value.code


def test_begins_with_a_seal_of_nothing(begun):
    seal = Seal(begun, ORIGIN)
    head = parse_checkpoint(open_note(seal.note, [seal.verifier]).text)
    assert (head.origin, head.size, seal.size) == (ORIGIN, 0, 0)
    assert len(read_blind_key(begun)) == 32
    assert {path.stat().st_mode & 0o777 for path in begun.iterdir()} == {0o600}


def test_beginning_again_keeps_the_keys(begun):
    before = {path.name: path.read_bytes() for path in begun.iterdir()}
    begin(begun, ORIGIN, os.urandom)
    assert {path.name: path.read_bytes() for path in begun.iterdir()} == before


def test_renews_and_remembers(begun):
    seal = Seal(begun, ORIGIN)
    seal.renew(tree_of(b"a", b"b"))
    assert (begun / "checkpoint").read_bytes() == seal.note
    again = Seal(begun, ORIGIN)
    assert (again.size, again.note) == (2, seal.note)
    again.check(tree_of(b"a", b"b"))
    again.check(tree_of(b"a", b"b", b"c"))
    for other in (tree_of(b"a"), tree_of(b"a", b"x"), tree_of(b"x", b"b", b"c")):
        assert refusal(again.check, other) == "releases.damaged"


def test_signs_nothing_twice(begun):
    seal = Seal(begun, ORIGIN)
    seal.renew(tree_of(b"a"))
    written = (begun / "checkpoint").stat().st_ino
    seal.renew(tree_of(b"a"))
    assert (begun / "checkpoint").stat().st_ino == written


def test_another_name_is_refused(begun):
    assert refusal(Seal, begun, "other.example/log") == "releases.origin"


@pytest.mark.parametrize("name", ["", "two words", "a+b", "a\nb"])
def test_what_is_no_name_is_refused(tmp_path, name):
    assert refusal(begin, tmp_path, name, os.urandom) == "releases.origin"
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("lost", ["log.key", "checkpoint"])
@pytest.mark.parametrize("instead", [None, b"", b"something else\n", b"\xff"])
def test_a_lost_or_damaged_file_is_told(begun, lost, instead):
    if instead is None:
        (begun / lost).unlink()
    else:
        (begun / lost).write_bytes(instead)
    assert refusal(Seal, begun, ORIGIN) == "releases.damaged"


def test_a_damaged_key_for_blinding_is_told(begun):
    (begun / "blind.key").write_bytes(b"short")
    assert refusal(read_blind_key, begun) == "releases.damaged"


def test_a_checkpoint_of_another_log_is_told(begun):
    signer = Signer.from_private_text((begun / "log.key").read_text())
    other = sign(Checkpoint("other.example/log", 0, Tree().root()).text, [signer])
    (begun / "checkpoint").write_bytes(other)
    assert refusal(Seal, begun, ORIGIN) == "releases.damaged"
