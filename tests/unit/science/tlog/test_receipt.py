"""A receipt shows by itself that an entry is in a log."""

import pytest

from answerable.science.tlog import (
    Checkpoint,
    NoteError,
    ProofError,
    Receipt,
    Signer,
    Tree,
    leaf_hashes,
    parse_receipt,
    sign,
)

LOG = Signer("example.com/log", b"l" * 32)


@pytest.fixture
def receipt(entries):
    tree = Tree(leaf_hashes(entries))
    note = sign(Checkpoint("example.com/log", tree.size, tree.root()).text, [LOG])
    return Receipt(5, tree.inclusion(5), note)


def test_a_receipt_verifies(receipt, entries):
    head = parse_receipt(receipt.data).verify(entries[5], [LOG.verifier])
    assert (head.origin, head.size) == ("example.com/log", 8)


def test_the_layout(receipt):
    lines = receipt.data.decode().split("\n")
    assert lines[:2] == ["c2sp.org/tlog-proof@v1", "index 5"]
    assert lines[5:8] == ["", "example.com/log", "8"]
    extra = Receipt(0, (), receipt.note, b"a").data
    assert extra.startswith(b"c2sp.org/tlog-proof@v1\nextra YQ==\nindex 0\n\nexample.com/log\n")
    assert parse_receipt(extra).extra == b"a"


def test_a_receipt_for_another_entry_or_by_another_log_is_refused(receipt, entries):
    with pytest.raises(ProofError):
        receipt.verify(entries[4], [LOG.verifier])
    with pytest.raises(NoteError):
        receipt.verify(entries[5], [Signer.generate("example.com/log").verifier])


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b"@v1", b"@v2"),
        (b"index 5", b"index 05"),
        (b"index 5", b"index -5"),
        (b"index 5", b"index 5 "),
        (b"index 5", b"extra \nindex 5"),
        (b"index 5", b"extra Y\nindex 5"),
        (b"index 5", b"index 5\nYQ="),
        (b"index 5", b"index 5\n\xff"),
        (b"\n\n", b"\n"),
        (b"index", b"\r\nindex"),
    ],
)
def test_other_spellings_are_refused(receipt, old, new):
    with pytest.raises(ProofError) as error:
        parse_receipt(receipt.data.replace(old, new))
    assert error.value.code == "receipt.format"
