"""What can be wrong with a transparency log; each error is a code and a plain message.

TlogError
├── TreeError        a tree was asked for leaves it does not have, or given a bad hash
├── ProofError       a proof does not show what it claims
├── TileError        a tile, an entry bundle or the path of one is malformed
├── NoteError        a signed note or a key is malformed, or a signature is wrong
└── CheckpointError  a checkpoint is malformed
"""


class TlogError(ValueError):
    """The root of the errors of this package.

    Attributes:
        code: short and stable, such as ``note.signature``; what programs compare.
        message: one plain sentence; never secret material.
    """

    def __init__(self, code: str, message: str) -> None:
        super().__init__(code, message)
        self.code = code
        self.message = message

    def __str__(self) -> str:
        """Give the message alone."""
        return self.message


class TreeError(TlogError):
    """A tree was asked for leaves that it does not have, or given a hash of the wrong length."""


class ProofError(TlogError):
    """A proof is malformed or does not show what it claims."""


class TileError(TlogError):
    """A tile, an entry bundle or the path of one is malformed."""


class NoteError(TlogError):
    """A signed note or a key is malformed, or a signature is wrong."""


class CheckpointError(TlogError):
    """A checkpoint is malformed."""
