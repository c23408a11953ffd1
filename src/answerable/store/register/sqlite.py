"""A register in one SQLite file, for one machine and several processes."""

import sqlite3
from collections.abc import Mapping, Sequence
from hashlib import sha256
from pathlib import Path
from typing import Self

from answerable.model.errors import Conflict, Missing
from answerable.science.tlog import leaf_hash, leaf_hashes
from answerable.store.database import Database, Layout
from answerable.store.register.checks import (
    check_appendable,
    check_expected,
    check_seal,
    command_ranges,
)
from answerable.store.register.protocol import NO_BLOBS, Record, Seal

_LAYOUT = Layout(
    application=0x416E7301,
    version=1,
    schema="""
        CREATE TABLE entry (
            number INTEGER PRIMARY KEY,
            data BLOB NOT NULL
        ) STRICT;
        CREATE TABLE leaf (  -- apart from the entries, so that a tree starts without reading them
            number INTEGER PRIMARY KEY,
            hash BLOB NOT NULL
        ) STRICT;
        CREATE TABLE command (
            id TEXT PRIMARY KEY,
            start INTEGER NOT NULL,
            stop INTEGER NOT NULL
        ) STRICT, WITHOUT ROWID;
        CREATE TABLE blob (
            digest TEXT PRIMARY KEY,
            size INTEGER NOT NULL,  -- of the register before the append that brought it
            data BLOB NOT NULL
        ) STRICT;
        CREATE TABLE seal (
            number INTEGER PRIMARY KEY,
            size INTEGER NOT NULL,
            root BLOB NOT NULL,
            note BLOB NOT NULL
        ) STRICT;
        CREATE INDEX seal_size ON seal (size)
    """,
    pragmas=("PRAGMA journal_mode = WAL", "PRAGMA synchronous = FULL"),
)


class SqliteRegister:
    """Keeps every promise of `Register`; what it reads it checks against the stored hash."""

    def __init__(self, path: Path) -> None:
        """Open the register in this file, or begin one.

        Raises:
            Broken: ``store.damaged``, ``store.newer``, ``store.full``, ``store.unwritable`` or
                ``store.busy``, with the file's name.
        """
        self._database = Database(path, _LAYOUT)
        try:
            self._check_not_behind_seal()
        except BaseException:
            self.close()
            raise

    def _check_not_behind_seal(self) -> None:
        last = self.sealed()
        if last is not None and last.size > self.size():
            raise self._database.damaged()

    def size(self) -> int:
        with self._database.reading() as connection:
            return _size(connection)

    def append(
        self, expected: int, records: Sequence[Record], blobs: Mapping[str, bytes] = NO_BLOBS
    ) -> None:
        check_appendable(records, blobs)
        with self._database.writing() as connection:
            check_expected(expected, _size(connection))
            _insert_commands(connection, expected, records)
            _insert_entries(connection, expected, records)
            connection.executemany(
                "INSERT OR IGNORE INTO blob VALUES (?, ?, ?)",
                [(digest, expected, content) for digest, content in blobs.items()],
            )

    def read(self, start: int, stop: int) -> list[bytes]:
        start = max(start, 0)
        rows = self._rows("SELECT number, data FROM entry", start, stop)
        hashes = self._rows("SELECT number, hash FROM leaf", start, start + len(rows))
        if leaf_hashes(rows) != hashes:
            raise self._database.damaged()
        return rows

    def leaf_hashes(self, start: int, stop: int) -> bytes:
        return b"".join(self._rows("SELECT number, hash FROM leaf", start, stop))

    def _rows(self, select: str, start: int, stop: int) -> list[bytes]:
        """Give exactly the rows that there must be."""
        with self._database.reading() as connection:
            wanted = range(max(start, 0), min(stop, _size(connection)))
            rows = connection.execute(
                f"{select} WHERE number >= ? AND number < ? ORDER BY number",
                (wanted.start, wanted.stop),
            ).fetchall()
        if [number for number, _ in rows] != list(wanted):
            raise self._database.damaged()
        return [value for _, value in rows]

    def find(self, command_id: str) -> range | None:
        with self._database.reading() as connection:
            row = connection.execute(
                "SELECT start, stop FROM command WHERE id = ?", (command_id,)
            ).fetchone()
        return range(*row) if row else None

    def blob(self, digest: str) -> bytes:
        with self._database.reading() as connection:
            row = connection.execute("SELECT data FROM blob WHERE digest = ?", (digest,)).fetchone()
        if row is None:
            raise Missing("blob.unknown", digest=digest)
        content: bytes = row[0]
        if sha256(content).hexdigest() != digest:
            raise self._database.damaged()
        return content

    def blobs(self, stop: int | None = None) -> tuple[str, ...]:
        with self._database.reading() as connection:
            rows = connection.execute(
                "SELECT digest FROM blob WHERE ?1 IS NULL OR size < ?1 ORDER BY digest", (stop,)
            ).fetchall()
        return tuple(digest for (digest,) in rows)

    def seal(self, seal: Seal) -> None:
        with self._database.writing() as connection:
            check_seal(_last_seal(connection), seal, _size(connection))
            connection.execute(
                "INSERT INTO seal (size, root, note) SELECT ?1, ?2, ?3 WHERE NOT EXISTS"
                " (SELECT 1 FROM seal WHERE size = ?1 AND root = ?2 AND note = ?3)",
                (seal.size, seal.root, seal.note),
            )

    def sealed(self) -> Seal | None:
        with self._database.reading() as connection:
            return _last_seal(connection)

    def seals(self) -> list[Seal]:
        with self._database.reading() as connection:
            rows = connection.execute("SELECT size, root, note FROM seal ORDER BY number")
            return [Seal(*row) for row in rows]

    def close(self) -> None:
        self._database.close()

    def __enter__(self) -> Self:
        """Close at the end of the block."""
        return self

    def __exit__(self, *details: object) -> None:
        self.close()


def _size(connection: sqlite3.Connection) -> int:
    row = connection.execute("SELECT coalesce(max(number) + 1, 0) FROM entry").fetchone()
    return int(row[0])


def _last_seal(connection: sqlite3.Connection) -> Seal | None:
    row = connection.execute(
        "SELECT size, root, note FROM seal ORDER BY number DESC LIMIT 1"
    ).fetchone()
    return Seal(*row) if row else None


def _insert_commands(connection: sqlite3.Connection, start: int, records: Sequence[Record]) -> None:
    for command_id, indices in command_ranges(start, records):
        cursor = connection.execute(
            "INSERT OR IGNORE INTO command VALUES (?, ?, ?)",
            (command_id, indices.start, indices.stop),
        )
        if not cursor.rowcount:
            raise Conflict("command.repeated", command_id=command_id)


def _insert_entries(connection: sqlite3.Connection, start: int, records: Sequence[Record]) -> None:
    rows = [(number, record.data) for number, record in enumerate(records, start)]
    connection.executemany("INSERT INTO entry VALUES (?, ?)", rows)
    connection.executemany(
        "INSERT INTO leaf VALUES (?, ?)", [(number, leaf_hash(data)) for number, data in rows]
    )
