r"""A transparency log that anyone can check, as files that anyone can keep.

RFC 6962 trees and RFC 9162 proofs; tiles, checkpoints, signed notes and witness cosignatures as
C2SP specifies them. Values only: nothing here reads or writes a file, a clock or a network.

A log hashes its entries into a tree, and signs its root:

>>> from answerable.science.tlog import *
>>> entries = [b"proposal made", b"panel asked", b"access granted"]
>>> tree = Tree(leaf_hashes(entries))
>>> log = Signer.generate("example.org/log")
>>> witness = Cosigner.generate("example.net/witness")
>>> head = Checkpoint("example.org/log", tree.size, tree.root())
>>> note = sign(head.text, [log, witness.at(1_700_000_000)])

Anyone who knows the keys can check the root, and then that an entry is in the log:

>>> opened = open_note(note, [log.verifier, witness.verifier])
>>> [signature.name for signature in opened.verified]
['example.org/log', 'example.net/witness']
>>> seen = parse_checkpoint(opened.text)
>>> verify_inclusion(leaf_hash(entries[1]), 1, seen.size, tree.inclusion(1), seen.root)

and later that the log still begins with what it was:

>>> tree.append(leaf_hash(b"access ended"))
3
>>> verify_consistency(seen.size, seen.root, 4, tree.root(), tree.consistency(seen.size))
>>> verify_consistency(seen.size, seen.root, 4, EMPTY_ROOT, tree.consistency(seen.size))
Traceback (most recent call last):
    ...
answerable.science.tlog.errors.ProofError: The proof does not lead to the new root.

What a publisher puts on a web server is the note, the bundles and the tiles:

>>> [tile.path for tile in tiles_of(tree.size)]
['tile/entries/000.p/4', 'tile/0/000.p/4']
"""

from answerable.science.tlog.bundle import pack_bundle, unpack_bundle
from answerable.science.tlog.checkpoint import Checkpoint, parse_checkpoint
from answerable.science.tlog.cosignature import (
    Cosignature,
    CosignatureVerifier,
    Cosigner,
    TimedCosigner,
)
from answerable.science.tlog.errors import (
    CheckpointError,
    NoteError,
    ProofError,
    TileError,
    TlogError,
    TreeError,
)
from answerable.science.tlog.hashing import EMPTY_ROOT, leaf_hash, leaf_hashes, node_hash
from answerable.science.tlog.note import (
    Note,
    NoteSigner,
    NoteVerifier,
    Signature,
    Signer,
    Verifier,
    open_note,
    sign,
)
from answerable.science.tlog.proof import verify_consistency, verify_inclusion
from answerable.science.tlog.receipt import Receipt, parse_receipt
from answerable.science.tlog.tiles import (
    ENTRIES,
    TILE_WIDTH,
    Tile,
    obsolete_between,
    parse_path,
    superseded_between,
    tile_bytes,
    tiles_between,
    tiles_of,
    unpack_tile,
)
from answerable.science.tlog.tree import Tree

__all__ = [
    "EMPTY_ROOT",
    "ENTRIES",
    "TILE_WIDTH",
    "Checkpoint",
    "CheckpointError",
    "Cosignature",
    "CosignatureVerifier",
    "Cosigner",
    "Note",
    "NoteError",
    "NoteSigner",
    "NoteVerifier",
    "ProofError",
    "Receipt",
    "Signature",
    "Signer",
    "Tile",
    "TileError",
    "TimedCosigner",
    "TlogError",
    "Tree",
    "TreeError",
    "Verifier",
    "leaf_hash",
    "leaf_hashes",
    "node_hash",
    "obsolete_between",
    "open_note",
    "pack_bundle",
    "parse_checkpoint",
    "parse_path",
    "parse_receipt",
    "sign",
    "superseded_between",
    "tile_bytes",
    "tiles_between",
    "tiles_of",
    "unpack_bundle",
    "unpack_tile",
    "verify_consistency",
    "verify_inclusion",
]
