"""What every register promises, whoever keeps it."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Protocol, Self

LONGEST_ENTRY = 32_768
NO_BLOBS: Mapping[str, bytes] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Record:
    """One entry as the register keeps it: bytes, and the command they came from.

    Attributes:
        command_id: unique in the register but for the entries beside it in the same append.
        data: kept and given back exactly; at most `LONGEST_ENTRY` bytes.
    """

    command_id: str
    data: bytes


@dataclass(frozen=True, slots=True)
class Seal:
    """One checkpoint that was signed.

    Attributes:
        size: how many entries it covers; never less than that of the seal before.
        root: of the tree of that size; two seals of one size have one root.
        note: the signed text, as published.
    """

    size: int
    root: bytes
    note: bytes


class Register(Protocol):
    """Entries numbered from nought, without gaps, that only ever grow.

    Safe to share between threads. Errors of the storage itself (``store.full``,
    ``store.unwritable``, ``store.busy``, ``store.damaged``) can come from any method.
    """

    def size(self) -> int:
        """Count the entries."""
        ...

    def append(
        self, expected: int, records: Sequence[Record], blobs: Mapping[str, bytes] = NO_BLOBS
    ) -> None:
        """Add entries, and the blobs they name, if the register still has the expected size.

        All or nothing; when it returns, all of it survives a kill and a loss of power. The
        records of one command stand side by side. A blob that is already there is left alone.

        Raises:
            Invalid: ``append.empty``; ``entry.too_long``, with its size and the most allowed;
                or ``blob.mismatched`` when a blob's SHA-256 is not its key.
            Conflict: ``register.moved``, with the expected and the actual size; or
                ``command.repeated`` when a command has entries already.
        """
        ...

    def read(self, start: int, stop: int) -> list[bytes]:
        """Give the entries from `start` up to `stop`, or as many of them as there are."""
        ...

    def leaf_hashes(self, start: int, stop: int) -> bytes:
        """Give the same entries' leaf hashes, 32 bytes each, one after the other."""
        ...

    def find(self, command_id: str) -> range | None:
        """Tell which entries came from a command, if any did."""
        ...

    def blob(self, digest: str) -> bytes:
        """Give public content by the hex of its SHA-256.

        Raises:
            Missing: ``blob.unknown``, with the digest.
        """
        ...

    def blobs(self, stop: int | None = None) -> tuple[str, ...]:
        """Name the blobs, in order of digest; or only those that came before the entry `stop`."""
        ...

    def seal(self, seal: Seal) -> None:
        """Remember a checkpoint before it is shown to anyone; durable when it returns.

        The same seal again changes nothing.

        Raises:
            Broken: ``seal.smaller`` than the last one, ``seal.different`` (the size of the last
                one with another root), or ``seal.ahead`` of the entries; with both sizes. A
                signer never signs a smaller or different tree.
        """
        ...

    def sealed(self) -> Seal | None:
        """Give the last seal, if there is one."""
        ...

    def seals(self) -> list[Seal]:
        """Give every seal, oldest first."""
        ...

    def close(self) -> None:
        """Let go of the storage. Nothing else may be asked afterwards."""
        ...

    def __enter__(self) -> Self:
        """Close at the end of the block."""
        ...

    def __exit__(self, *details: object) -> None: ...


class BlobView(Mapping[str, bytes]):
    """The blobs of a register as a mapping that fetches each one only when it is asked for."""

    def __init__(self, register: Register, stop: int | None = None) -> None:
        self._register = register
        self._digests = dict.fromkeys(register.blobs(stop))

    def __getitem__(self, digest: str) -> bytes:
        """Fetch one blob."""
        if digest not in self._digests:
            raise KeyError(digest)
        return self._register.blob(digest)

    def __iter__(self) -> Iterator[str]:
        """Name them in order of digest."""
        return iter(self._digests)

    def __len__(self) -> int:
        """Count them."""
        return len(self._digests)
