"""Checkpoints: what a log says its tree is. C2SP tlog-checkpoint.

A checkpoint is the text of a signed note: read it with `open_note` first, and only then here.
"""

import re
from dataclasses import dataclass
from typing import Final

from answerable.science.tlog.encoding import from_base64, is_printable_line, to_base64
from answerable.science.tlog.errors import CheckpointError
from answerable.science.tlog.hashing import HASH_SIZE

_MANDATORY_LINES: Final = 3
_SIZE: Final = re.compile(r"0|[1-9][0-9]{0,18}", re.ASCII)
_SIZE_LIMIT: Final = 1 << 63


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """The head of a log's tree.

    Attributes:
        origin: the unique name of the log; a URL without scheme is recommended.
        size: the number of leaves.
        root: the root hash at that size, 32 bytes.
        extensions: further lines; nobody audits them, so best left out.

    Raises:
        CheckpointError: ``checkpoint.origin``, ``.size``, ``.root`` or ``.extension``.
    """

    origin: str
    size: int
    root: bytes
    extensions: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if not _is_line(self.origin):
            raise CheckpointError("checkpoint.origin", "The origin is not one line of text.")
        if not 0 <= self.size < _SIZE_LIMIT:
            raise CheckpointError("checkpoint.size", "The size is out of range.")
        if len(self.root) != HASH_SIZE:
            raise CheckpointError("checkpoint.root", f"A root hash has {HASH_SIZE} bytes.")
        if not all(map(_is_line, self.extensions)):
            raise CheckpointError("checkpoint.extension", "An extension is not one line of text.")

    @property
    def text(self) -> str:
        """The text to sign: origin, size, root in base64 and any extensions, a line each."""
        lines = (self.origin, str(self.size), to_base64(self.root), *self.extensions)
        return "".join(f"{line}\n" for line in lines)


def parse_checkpoint(text: str) -> Checkpoint:
    """Read the text of a checkpoint: the exact inverse of `Checkpoint.text`.

    Raises:
        CheckpointError: ``checkpoint.lines``, ``.origin``, ``.size``, ``.root`` or
            ``.extension``.
    """
    *lines, rest = text.split("\n")
    if rest or len(lines) < _MANDATORY_LINES:
        raise CheckpointError("checkpoint.lines", "A checkpoint is three lines or more.")
    origin, size, encoded, *extensions = lines
    if not _SIZE.fullmatch(size):
        raise CheckpointError("checkpoint.size", "The size is not a plain decimal number.")
    root = from_base64(encoded)
    if root is None:
        raise CheckpointError("checkpoint.root", "The root hash is not in canonical base64.")
    return Checkpoint(origin, int(size), root, tuple(extensions))


def _is_line(text: str) -> bool:
    return bool(text) and is_printable_line(text)
