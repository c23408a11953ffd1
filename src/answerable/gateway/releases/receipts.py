"""Receipts of a gateway, checked by anybody who knows the key of its log, without the gateway."""

from collections.abc import Iterable
from dataclasses import dataclass

from answerable.gateway.releases.leaves import Leaf, check_leaf, read_leaf
from answerable.model.errors import Broken, Invalid
from answerable.science.tlog import (
    Checkpoint,
    NoteError,
    NoteVerifier,
    Receipt,
    TlogError,
    leaf_hash,
    open_note,
    parse_checkpoint,
    parse_receipt,
    verify_inclusion,
)


@dataclass(frozen=True, slots=True)
class Verified:
    """What a receipt shows.

    Attributes:
        leaf: what the log says.
        origin: the name of the log.
        size: how many leaves the log had when it said so.
        index: the position of this one, from 0.
    """

    leaf: Leaf
    origin: str
    size: int
    index: int


def verify_receipt(data: bytes, verifiers: Iterable[NoteVerifier]) -> Verified:
    """Check a receipt file: that a log with a known key holds the leaf in it.

    Args:
        data: the file.
        verifiers: keys of the logs that are believed.

    Raises:
        Invalid: ``receipt.format``: that is no receipt of a release.
        Broken: ``receipt.stranger`` when none of the keys signed it; ``receipt.wrong`` when a
            signature is wrong or the log does not hold the leaf.
    """
    try:
        receipt = parse_receipt(data)
    except TlogError:
        raise Invalid("receipt.format") from None
    head = _head(receipt, verifiers)
    try:
        verify_inclusion(
            leaf_hash(receipt.extra), receipt.index, head.size, receipt.proof, head.root
        )
    except TlogError:
        raise Broken("receipt.wrong") from None
    return Verified(_leaf(receipt), head.origin, head.size, receipt.index)


def _head(receipt: Receipt, verifiers: Iterable[NoteVerifier]) -> Checkpoint:
    """Read the checkpoint, which has to be signed by the log that it names."""
    try:
        note = open_note(receipt.note, verifiers)
        head = parse_checkpoint(note.text)
    except NoteError as problem:
        code = "receipt.stranger" if problem.code == "note.unsigned" else "receipt.wrong"
        raise Broken(code) from None
    except TlogError:
        raise Broken("receipt.wrong") from None
    if head.origin not in {signature.name for signature in note.verified}:
        raise Broken("receipt.wrong")
    return head


def _leaf(receipt: Receipt) -> Leaf:
    try:
        check_leaf(receipt.extra, receipt.index)
        return read_leaf(receipt.extra)
    except ValueError:
        raise Invalid("receipt.format") from None
