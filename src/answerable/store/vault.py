"""Personal data needed for a while. The register holds only salted commitments to it.

Order of work, in one session: `Vault.put`, then append to the register, then `Vault.settle`. What
a command put and never referred to, because the process ended in between, `Vault.sweep` removes.
"""

import json
import sqlite3
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path
from typing import Any, Self, TypeAlias

import rfc8785

from answerable.model.errors import Conflict, Invalid, Missing
from answerable.store import files
from answerable.store.database import Database, Layout

Json: TypeAlias = "str | int | bool | Sequence[Json] | Mapping[str, Json] | None"

SALT_BYTES = 16
_COMMITMENT = b"answerable/commitment/v1\n"

_LAYOUT = Layout(
    application=0x416E7302,
    version=1,
    schema="""
        CREATE TABLE record (
            ref TEXT PRIMARY KEY,
            subject TEXT NOT NULL,
            body BLOB NOT NULL,
            salt BLOB NOT NULL,
            pending TEXT  -- the command that will refer to it, until the register does
        ) STRICT;
        CREATE INDEX record_subject ON record (subject);
        CREATE INDEX record_pending ON record (pending) WHERE pending IS NOT NULL;
        CREATE TABLE unclean (  -- a row for each removal after which the file was not rewritten
            number INTEGER PRIMARY KEY
        ) STRICT
    """,
    pragmas=(
        "PRAGMA secure_delete = ON",
        "PRAGMA journal_mode = DELETE",  # a journal that outlives the change would keep the data
        "PRAGMA temp_store = MEMORY",  # and so would a temporary file outside the folder
        "PRAGMA synchronous = FULL",
    ),
)


@dataclass(frozen=True, slots=True)
class VaultRecord:
    """What is held about somebody, and the salt that hides it in the commitment.

    Neither shows in a log.

    Attributes:
        ref: an opaque id, unique in the vault; says nothing about anybody.
        subject: what it belongs to, such as ``pool:flood-panel``; no personal data.
        body: JSON without fractions.
        salt: 16 random bytes, never used for another record; erased with it.
    """

    ref: str
    subject: str
    body: Mapping[str, Json] = field(repr=False)
    salt: bytes = field(repr=False)


def commitment(record: VaultRecord) -> str:
    """Give the hex that stands for a record in the register and says nothing without the salt.

    Raises:
        Invalid: ``vault.body`` or ``vault.salt``, with the record's ref.
    """
    said: Json = {"ref": record.ref, "subject": record.subject, "body": record.body}
    return sha256(_COMMITMENT + _checked_salt(record) + _canonical(record.ref, said)).hexdigest()


class Vault:
    """One SQLite file that only its owner can read, shared by threads and processes."""

    def __init__(self, path: Path) -> None:
        """Open the vault in this file, or begin one; finish an erasure that was cut short.

        Raises:
            Broken: ``store.damaged``, ``store.newer``, ``store.full``, ``store.unwritable`` or
                ``store.busy``, with the file's name. So can every method.
        """
        self._database = Database(path, _LAYOUT)
        self._session_lock = path.with_name(path.name + ".session")
        self._clean()

    @contextmanager
    def session(self) -> Iterator[None]:
        """Keep `sweep` away, in every process, from putting until settling."""
        with files.lock(self._session_lock, shared=True):
            yield

    @contextmanager
    def alone(self) -> Iterator[None]:
        """Keep every session away, in every process: for what no act may come between."""
        with files.lock(self._session_lock):
            yield

    def put(self, records: Sequence[VaultRecord], *, pending: str) -> None:
        """Keep records, all or none, for a command that will refer to them; durable on return.

        The same record again changes nothing.

        Args:
            records: what to keep.
            pending: the id of the command.

        Raises:
            Invalid: ``vault.body`` when it is no JSON without fractions, or ``vault.salt``.
            Conflict: ``vault.taken`` when the ref has another record.
        """
        rows = [(*_row(record), pending) for record in records]
        with self._database.writing() as connection:
            for row in rows:
                _insert(connection, row)

    def settle(self, pending: str) -> None:
        """Note that the register holds the entries of this command now."""
        with self._database.writing() as connection:
            connection.execute("UPDATE record SET pending = NULL WHERE pending = ?", (pending,))

    def replace(self, subject: str, prefix: str, records: Sequence[VaultRecord]) -> None:
        """Destroy the records of a subject whose ref begins so, and keep others: all or none.

        For what no entry refers to yet.

        Raises:
            Invalid: ``vault.body`` or ``vault.salt``.
            Conflict: ``vault.taken`` when a ref has another record.
        """
        rows = [(*_row(record), None) for record in records]
        with self._database.writing() as connection:
            removed = connection.execute(
                "DELETE FROM record WHERE subject = ?1 AND substr(ref, 1, length(?2)) = ?2",
                (subject, prefix),
            ).rowcount
            if removed:
                connection.execute("INSERT INTO unclean DEFAULT VALUES")
            for row in rows:
                _insert(connection, row)
        self._clean()

    def sweep(self, known: Callable[[str], bool]) -> int:
        """Settle what the register came to know, and destroy what it never will.

        Does nothing while anybody is in a session.

        Args:
            known: whether the register holds entries of the command with this id.

        Returns:
            How many records were destroyed.
        """
        with files.lock(self._session_lock, wait=False) as alone:
            return self._sweep(known) if alone else 0

    def _sweep(self, known: Callable[[str], bool]) -> int:
        removed = 0
        for command_id in self._pending():
            if known(command_id):
                self.settle(command_id)
            else:
                removed += self._destroy("DELETE FROM record WHERE pending = ?", command_id)
        return removed

    def _pending(self) -> list[str]:
        with self._database.reading() as connection:
            rows = connection.execute(
                "SELECT DISTINCT pending FROM record WHERE pending IS NOT NULL ORDER BY pending"
            ).fetchall()
        return [command_id for (command_id,) in rows]

    def get(self, ref: str) -> VaultRecord:
        """Give one record.

        Raises:
            Missing: ``vault.unknown``: it was never there or is erased, and nobody can tell which.
        """
        found = self._select("SELECT ref, subject, body, salt FROM record WHERE ref = ?", ref)
        if not found:
            raise Missing("vault.unknown", ref=ref)
        return found[0]

    def of(self, subject: str) -> list[VaultRecord]:
        """Give the records that belong to a subject, in order of ref."""
        return self._select(
            "SELECT ref, subject, body, salt FROM record WHERE subject = ? ORDER BY ref", subject
        )

    def erase(self, ref: str) -> bool:
        """Destroy a record and its salt; no byte of them stays in the folder of the vault.

        The commitment in the register then says nothing about anybody. What the disk, its
        snapshots and backups keep underneath is beyond this program.

        Returns:
            Whether there was such a record.
        """
        return bool(self._destroy("DELETE FROM record WHERE ref = ?", ref))

    def erase_subject(self, subject: str) -> int:
        """Destroy every record of a subject, as `erase` does, and count them."""
        return self._destroy("DELETE FROM record WHERE subject = ?", subject)

    def close(self) -> None:
        self._database.close()

    def __enter__(self) -> Self:
        """Close at the end of the block."""
        return self

    def __exit__(self, *details: object) -> None:
        self.close()

    def _select(self, select: str, value: str) -> list[VaultRecord]:
        with self._database.reading() as connection:
            rows = connection.execute(select, (value,)).fetchall()
        return [_record(*row) for row in rows]

    def _destroy(self, delete: str, value: str) -> int:
        with self._database.writing() as connection:
            removed = connection.execute(delete, (value,)).rowcount
            if removed:
                connection.execute("INSERT INTO unclean DEFAULT VALUES")
        self._clean()
        return removed

    def _clean(self) -> None:
        """Rewrite the file if anything was removed and its traces may still be there."""
        with self._database.reading() as connection:
            (last,) = connection.execute("SELECT max(number) FROM unclean").fetchone()
        if last is None:
            return
        self._database.rewrite()
        with self._database.writing() as connection:
            # a removal since then, by another process, cleans up after itself
            connection.execute("DELETE FROM unclean WHERE number <= ?", (last,))


def _record(ref: str, subject: str, body: bytes, salt: bytes) -> VaultRecord:
    return VaultRecord(ref, subject, json.loads(body), salt)


def _insert(connection: sqlite3.Connection, row: tuple[str, str, bytes, bytes, str | None]) -> None:
    cursor = connection.execute("INSERT OR IGNORE INTO record VALUES (?, ?, ?, ?, ?)", row)
    if cursor.rowcount:
        return
    same = connection.execute(
        "SELECT 1 FROM record WHERE ref = ? AND subject = ? AND body = ? AND salt = ?"
        " AND coalesce(pending, ?5) = ?5",
        row,
    ).fetchone()
    if not same:
        raise Conflict("vault.taken", ref=row[0])


def _row(record: VaultRecord) -> tuple[str, str, bytes, bytes]:
    body = _canonical(record.ref, record.body)
    return record.ref, record.subject, body, _checked_salt(record)


def _checked_salt(record: VaultRecord) -> bytes:
    if len(record.salt) != SALT_BYTES:
        raise Invalid("vault.salt", ref=record.ref)
    return record.salt


def _canonical(ref: str, value: Json) -> bytes:
    try:
        return rfc8785.dumps(_plain(value))
    except (TypeError, ValueError):
        raise Invalid("vault.body", ref=ref) from None  # what it was is nobody's business


def _plain(value: Json) -> Any:
    """Give the types that the canonical form is defined for; it would have to round a fraction."""
    if value is None or isinstance(value, str | int):
        return value
    if isinstance(value, Mapping):
        return {key: _plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    raise TypeError
