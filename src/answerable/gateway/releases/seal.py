"""The keys of a log, and its last signed checkpoint: small files beside its lines."""

from collections.abc import Callable
from pathlib import Path
from typing import Final, TypeAlias

from answerable.model.errors import Broken, Invalid
from answerable.science.tlog import (
    Checkpoint,
    Signer,
    TlogError,
    Tree,
    Verifier,
    open_note,
    parse_checkpoint,
    sign,
)
from answerable.store.files import write_durable

LOG_KEY: Final = "log.key"
BLIND_KEY: Final = "blind.key"
CHECKPOINT: Final = "checkpoint"
KEY_BYTES: Final = 32
_PRIVATE: Final = 0o600

Random: TypeAlias = Callable[[int], bytes]
"""Gives so many random bytes that nobody can guess."""


class Seal:
    """Signs the tree of a log and remembers what it signed last.

    Attributes:
        note: the last checkpoint, signed.
        size: how many leaves that is about.
    """

    def __init__(self, directory: Path, origin: str) -> None:
        """Read the key and the last checkpoint.

        Raises:
            Broken: ``releases.damaged`` when one of them is not there or not what it should be.
            Invalid: ``releases.origin`` when the log has another name.
        """
        self._path = directory / CHECKPOINT
        self._signer = _read_signer(directory / LOG_KEY)
        if self._signer.name != origin:
            raise Invalid("releases.origin", origin=origin)
        self.note = _read(self._path)
        self._head = self._opened()
        self.size = self._head.size

    @property
    def verifier(self) -> Verifier:
        """The public key of the log."""
        return self._signer.verifier

    def check(self, tree: Tree) -> None:
        """See that a tree is, or continues, what was signed last.

        Raises:
            Broken: ``releases.damaged``.
        """
        if tree.size < self.size or tree.root(self.size) != self._head.root:
            raise Broken("releases.damaged", place=f"{CHECKPOINT}:{self.size}")

    def renew(self, tree: Tree) -> None:
        """Sign the tree as it is, if it has grown; durable on return.

        Raises:
            Broken: ``store.full`` or ``store.unwritable``; the last checkpoint still holds.
        """
        if tree.size == self.size:
            return
        note = _signed(self._signer, tree)
        write_durable(self._path, note, _PRIVATE)
        self.note, self.size = note, tree.size

    def _opened(self) -> Checkpoint:
        try:
            head = parse_checkpoint(open_note(self.note, [self.verifier]).text)
        except TlogError:
            raise Broken("releases.damaged", place=CHECKPOINT) from None
        if head.origin != self._signer.name:
            raise Broken("releases.damaged", place=CHECKPOINT)
        return head


def begin(directory: Path, origin: str, random: Random) -> None:
    """Make what is not there yet of the keys, and a checkpoint of the empty log.

    Raises:
        Invalid: ``releases.origin`` when that cannot be the name of a log.
        Broken: ``store.full`` or ``store.unwritable``.
    """
    try:
        signer = Signer(origin, random(KEY_BYTES))
    except TlogError:
        raise Invalid("releases.origin", origin=origin) from None
    if not (directory / LOG_KEY).exists():
        write_durable(directory / LOG_KEY, signer.private_text.encode(), _PRIVATE)
    if not (directory / BLIND_KEY).exists():
        write_durable(directory / BLIND_KEY, random(KEY_BYTES), _PRIVATE)
    if not (directory / CHECKPOINT).exists():
        empty = _signed(_read_signer(directory / LOG_KEY), Tree())
        write_durable(directory / CHECKPOINT, empty, _PRIVATE)


def read_blind_key(directory: Path) -> bytes:
    """Give the key by which subjects are blinded.

    Raises:
        Broken: ``releases.damaged``.
    """
    key = _read(directory / BLIND_KEY)
    if len(key) != KEY_BYTES:
        raise Broken("releases.damaged", place=BLIND_KEY)
    return key


def _signed(signer: Signer, tree: Tree) -> bytes:
    return sign(Checkpoint(signer.name, tree.size, tree.root()).text, [signer])


def _read_signer(path: Path) -> Signer:
    try:
        return Signer.from_private_text(_read(path).decode())
    except ValueError:
        raise Broken("releases.damaged", place=path.name) from None


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError:
        raise Broken("releases.damaged", place=path.name) from None
