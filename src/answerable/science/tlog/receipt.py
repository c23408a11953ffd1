"""A file that shows by itself that an entry is in a log: C2SP tlog-proof."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from answerable.science.tlog.checkpoint import Checkpoint, parse_checkpoint
from answerable.science.tlog.encoding import from_base64, to_base64
from answerable.science.tlog.errors import ProofError
from answerable.science.tlog.hashing import leaf_hash
from answerable.science.tlog.note import NoteVerifier, open_note
from answerable.science.tlog.proof import verify_inclusion

_FIRST_LINE: Final = "c2sp.org/tlog-proof@v1"
_HEAD: Final = re.compile(
    _FIRST_LINE
    + r"\n(?:extra (?P<extra>\S+)\n)?index (?P<index>[0-9]{1,19})\n(?P<path>(?:\S+\n)*)",
    re.ASCII,
)


@dataclass(frozen=True, slots=True)
class Receipt:
    """An inclusion proof with the signed checkpoint that it leads to.

    Attributes:
        index: the position of the entry in the log, from 0.
        proof: sibling hashes from the leaf up, 32 bytes each.
        note: the signed checkpoint, as the log published it.
        extra: anything else; it is not authenticated.
    """

    index: int
    proof: tuple[bytes, ...]
    note: bytes
    extra: bytes = b""

    @property
    def data(self) -> bytes:
        """The content of the file, whose name ends in ``.tlog-proof``."""
        extra = [f"extra {to_base64(self.extra)}"] if self.extra else []
        lines = [_FIRST_LINE, *extra, f"index {self.index}", *map(to_base64, self.proof)]
        return "".join(f"{line}\n" for line in lines).encode() + b"\n" + self.note

    def verify(self, entry: bytes, verifiers: Iterable[NoteVerifier]) -> Checkpoint:
        """Check the signatures and that the log holds the entry.

        Returns:
            The checkpoint. The caller still decides whether its origin is the right log.

        Raises:
            NoteError: as `open_note` does.
            CheckpointError: as `parse_checkpoint` does.
            ProofError: as `verify_inclusion` does.
        """
        head = parse_checkpoint(open_note(self.note, verifiers).text)
        verify_inclusion(leaf_hash(entry), self.index, head.size, self.proof, head.root)
        return head


def parse_receipt(data: bytes) -> Receipt:
    """Read a receipt: the exact inverse of `Receipt.data`. Nothing is verified yet.

    Raises:
        ProofError: ``receipt.format``.
    """
    head, _, note = data.partition(b"\n\n")
    match = _HEAD.fullmatch(head.decode("ascii", "replace") + "\n")
    if match is None:
        raise ProofError("receipt.format", "That is not a proof of inclusion.")
    path = tuple(from_base64(line) or b"" for line in match["path"].split())
    extra = from_base64(match["extra"] or "") or b""
    receipt = Receipt(int(match["index"]), path, note, extra)
    if receipt.data != data:
        raise ProofError("receipt.format", "The proof of inclusion is not in canonical form.")
    return receipt
