"""A register that is gone when the process ends."""

from collections.abc import Mapping, Sequence
from threading import RLock
from typing import Self

from answerable.model.errors import Conflict, Missing
from answerable.science.tlog import leaf_hash
from answerable.store.register.checks import (
    check_appendable,
    check_expected,
    check_seal,
    command_ranges,
)
from answerable.store.register.protocol import NO_BLOBS, Record, Seal


class MemoryRegister:
    """Keeps every promise of `Register` but durability."""

    def __init__(self) -> None:
        self._turn = RLock()
        self._entries: list[bytes] = []
        self._commands: dict[str, range] = {}
        self._blobs: dict[str, tuple[int, bytes]] = {}  # with the size before they came
        self._seals: list[Seal] = []  # sizes never fall

    def size(self) -> int:
        return len(self._entries)

    def append(
        self, expected: int, records: Sequence[Record], blobs: Mapping[str, bytes] = NO_BLOBS
    ) -> None:
        check_appendable(records, blobs)
        with self._turn:
            check_expected(expected, len(self._entries))
            commands = self._new_commands(expected, records)
            self._commands.update(commands)
            self._entries.extend(record.data for record in records)
            for digest, content in blobs.items():
                self._blobs.setdefault(digest, (expected, content))

    def _new_commands(self, start: int, records: Sequence[Record]) -> dict[str, range]:
        new: dict[str, range] = {}
        for command_id, indices in command_ranges(start, records):
            if command_id in self._commands or command_id in new:
                raise Conflict("command.repeated", command_id=command_id)
            new[command_id] = indices
        return new

    def read(self, start: int, stop: int) -> list[bytes]:
        return self._entries[max(start, 0) : max(stop, 0)]

    def leaf_hashes(self, start: int, stop: int) -> bytes:
        return b"".join(leaf_hash(data) for data in self.read(start, stop))

    def find(self, command_id: str) -> range | None:
        return self._commands.get(command_id)

    def blob(self, digest: str) -> bytes:
        try:
            return self._blobs[digest][1]
        except KeyError:
            raise Missing("blob.unknown", digest=digest) from None

    def blobs(self, stop: int | None = None) -> tuple[str, ...]:
        with self._turn:
            found = [digest for digest, (at, _) in self._blobs.items() if stop is None or at < stop]
        return tuple(sorted(found))

    def seal(self, seal: Seal) -> None:
        with self._turn:
            check_seal(self.sealed(), seal, self.size())
            if seal not in self._seals:
                self._seals.append(seal)

    def sealed(self) -> Seal | None:
        return self._seals[-1] if self._seals else None

    def seals(self) -> list[Seal]:
        return list(self._seals)

    def close(self) -> None:
        """Do nothing: there is no storage to let go of."""

    def __enter__(self) -> Self:
        """Close at the end of the block."""
        return self

    def __exit__(self, *details: object) -> None:
        self.close()
