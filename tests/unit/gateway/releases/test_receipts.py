"""A receipt proves what a gateway recorded to anybody who has its key, and to nobody else's."""

from dataclasses import replace

import pytest

from answerable.gateway.releases import verify_receipt
from answerable.model.errors import Broken, Invalid
from answerable.science.tlog import (
    Checkpoint,
    Receipt,
    Signer,
    Tree,
    leaf_hash,
    parse_receipt,
    sign,
)

from .conftest import ORIGIN

KEY = Signer(ORIGIN, b"k" * 32)
LEAF = b'{"at":"2026-01-31T09:30:00Z","number":1,"v":1,"what":"release"}'


def receipt(leaf=LEAF, index=1, key=KEY, origin=ORIGIN):
    tree = Tree(map(leaf_hash, [b"before", b"before too", b"after"]))
    hashes = [leaf_hash(b"before"), leaf_hash(b"before too"), leaf_hash(b"after")]
    hashes[index] = leaf_hash(leaf)
    tree = Tree(hashes)
    note = sign(Checkpoint(origin, 3, tree.root()).text, [key])
    return Receipt(index, tree.inclusion(index), note, leaf)


def refusal(data, *keys):
    with pytest.raises((Broken, Invalid)) as caught:
        verify_receipt(data, keys or [KEY.verifier])
    return caught.value.code


def test_verifies_without_the_log():
    seen = verify_receipt(receipt().data, [KEY.verifier])
    assert (seen.origin, seen.size, seen.index) == (ORIGIN, 3, 1)
    assert seen.leaf["what"] == "release"


def test_what_a_log_gives_verifies(log, lookup):
    number = log.record(lookup, {"subject": "9001"}).result()
    data = log.receipt(number).data
    seen = verify_receipt(data, [Signer("x", b"x" * 32).verifier, log.verifier])
    assert seen.leaf == log.leaf(number)
    assert (seen.index, seen.origin) == (number, ORIGIN)
    assert parse_receipt(data).verify(log.line(number), [log.verifier]).size == len(log)


def test_a_strangers_key_does_not_verify():
    other = Signer(ORIGIN, b"o" * 32)
    assert refusal(receipt().data, other.verifier) == "receipt.stranger"
    assert refusal(receipt(key=other).data) == "receipt.stranger"


def test_one_log_cannot_sign_for_another():
    other = Signer("other.example/log", b"o" * 32)
    data = receipt(key=other, origin=ORIGIN).data
    assert refusal(data, KEY.verifier, other.verifier) == "receipt.wrong"


def test_a_changed_leaf_or_place_or_proof_is_wrong():
    one = receipt()
    assert refusal(replace(one, extra=LEAF.replace(b"30:00", b"31:00")).data) == "receipt.wrong"
    assert refusal(replace(one, index=0).data) == "receipt.wrong"
    assert refusal(replace(one, proof=one.proof[:-1]).data) == "receipt.wrong"
    assert refusal(replace(one, extra=b"").data) == "receipt.wrong"


def test_a_changed_checkpoint_is_wrong():
    one = receipt()
    assert refusal(replace(one, note=one.note.replace(b"\n3\n", b"\n4\n")).data) == "receipt.wrong"
    note = sign("not a checkpoint\n", [KEY])
    assert refusal(replace(one, note=note).data) == "receipt.wrong"
    assert refusal(replace(one, note=b"nothing\n").data) == "receipt.wrong"


@pytest.mark.parametrize("leaf", [b"no json", b"[]", b'{"v":1}', LEAF.replace(b":1,", b":2,", 1)])
def test_what_is_logged_but_no_release_is_not_accepted(leaf):
    assert refusal(receipt(leaf).data) == "receipt.format"


@pytest.mark.parametrize("data", [b"", b"c2sp.org/tlog-proof@v1\n", b"\xff" * 100])
def test_what_is_no_receipt_is_refused(data):
    assert refusal(data) == "receipt.format"
