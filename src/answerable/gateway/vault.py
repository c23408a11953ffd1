"""The gateway's own vault: lists of people who said no, fed by the custodian, never published.

The register holds of a list its version, its time and a salted fingerprint, nothing else.
"""

import csv
import secrets
import sqlite3
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from threading import Lock
from types import MappingProxyType
from typing import Final, Self

from answerable.gateway.compile.values import is_plain
from answerable.model.errors import Invalid, Missing
from answerable.model.signing import canonical
from answerable.store.database import Database, Layout

SALT_BYTES: Final = 16
_COMMITMENT: Final = b"answerable/opt-out/v1\n"
_MOST_SIGNS: Final = 200

_LAYOUT = Layout(
    application=0x416E7306,
    version=1,
    schema="""
        CREATE TABLE lists (
            list TEXT PRIMARY KEY,
            version INTEGER NOT NULL,
            fed_at INTEGER NOT NULL,  -- seconds since 1970, UTC
            salt BLOB NOT NULL,
            seal TEXT NOT NULL,
            count INTEGER NOT NULL
        ) STRICT;
        CREATE TABLE left_out (  -- the relation that queries of the gateway know
            list TEXT NOT NULL,
            subject TEXT NOT NULL,
            PRIMARY KEY (list, subject)
        ) STRICT, WITHOUT ROWID;
        CREATE TABLE unclean (  -- a row for each change after which the file was not rewritten
            number INTEGER PRIMARY KEY
        ) STRICT
    """,
    pragmas=(
        "PRAGMA secure_delete = ON",
        "PRAGMA journal_mode = WAL",  # the gateway reads while a list is fed
        "PRAGMA temp_store = MEMORY",
        "PRAGMA synchronous = FULL",
    ),
)


@dataclass(frozen=True, slots=True)
class Fed:
    """One version of a list.

    Attributes:
        at: when the gateway was given it, in whole seconds of UTC.
        commitment: the salted fingerprint that the register may hold.
        count: how many people are on it; never published.
    """

    list: str
    version: int
    at: datetime
    commitment: str
    count: int


class GatewayVault:
    """One SQLite file that only its owner can read; the gateway and its custodian share it."""

    def __init__(self, path: Path) -> None:
        """Open the vault, or begin one; finish an erasure that was cut short.

        Raises:
            Broken: ``store.*``. So can every method.
        """
        self.path = path.absolute()
        self._database = Database(self.path, _LAYOUT)
        self._members: dict[str, tuple[int, frozenset[str]]] = {}
        self._turn = Lock()
        self.token = 0
        """Changes whenever any list does, in whatever process, as of the last `look`."""
        self.clean()
        self.look()

    def feed(self, name: str, subjects: Iterable[str], at: datetime) -> Fed:
        """Put a whole list in place of the one before, which leaves no trace; durable on return.

        Args:
            name: of the list, as agreements know it.
            subjects: everybody on it, named as in the data; said twice counts once.
            at: the time.

        Raises:
            Invalid: ``list.value`` for a name that is empty, too long or no text, with its place.
        """
        with self._database.writing() as connection:
            connection.execute("DELETE FROM left_out WHERE list = ?", (name,))
            connection.executemany(
                "INSERT OR IGNORE INTO left_out VALUES (?, ?)",
                ((name, _named(subject, place)) for place, subject in enumerate(subjects, 1)),
            )
            self._seal(connection, name, at)
        return self._changed(name)

    def add(self, name: str, subject: str, at: datetime) -> Fed:
        """Put one person on a list: a new version, as fresh as if all of it had been fed.

        Raises:
            Missing: ``list.unknown`` when it was never fed.
        """
        return self._change("INSERT OR IGNORE INTO left_out VALUES (?, ?)", name, subject, at)

    def remove(self, name: str, subject: str, at: datetime) -> Fed:
        """Take one person off a list, without a trace.

        Raises:
            Missing: ``list.unknown`` when it was never fed.
        """
        return self._change(
            "DELETE FROM left_out WHERE list = ? AND subject = ?", name, subject, at
        )

    def lists(self) -> Mapping[str, Fed]:
        """Give the version in force of every list."""
        with self._database.reading() as connection:
            rows = connection.execute("SELECT list, version, fed_at, seal, count FROM lists")
            return {
                name: Fed(name, version, datetime.fromtimestamp(at, UTC), seal, count)
                for name, version, at, seal, count in rows.fetchall()
            }

    def look(self) -> None:
        """See whether another process changed a list; to be called several times a second."""
        with self._database.reading() as connection:
            (token,) = connection.execute("SELECT total(version) FROM lists").fetchone()
        self.token = int(token)

    def members(self, names: Iterable[str]) -> Mapping[str, frozenset[str]]:
        """Give the people on some lists; the same set again while a list does not change."""
        now = {name: fed.version for name, fed in self.lists().items()}
        return MappingProxyType({name: self._on(name, now.get(name, 0)) for name in names})

    def opens(self, name: str) -> tuple[bytes, list[str]]:
        """Give salt and people of the version in force: what its seal can be checked with.

        Raises:
            Missing: ``list.unknown``.
        """
        with self._database.reading() as connection:
            found = connection.execute("SELECT salt FROM lists WHERE list = ?", (name,)).fetchone()
            if found is None:
                raise Missing("list.unknown", name=name)
            return found[0], _people(connection, name)

    def clean(self) -> bool:
        """Rewrite the file and empty its journal, so that nobody who was removed is in either.

        Every change does so; where another process reads for longer than half a minute, or the
        process is killed in between, it is left to the next change or opening.

        Returns:
            Whether it is done.
        """
        with self._database.reading() as connection:
            (last,) = connection.execute("SELECT max(number) FROM unclean").fetchone()
        if last is not None:
            self._database.rewrite()
        with self._database.reading() as connection:
            # the journal may hold what was never committed, so it is emptied in any case
            waits, *_ = connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
        if last is not None and not waits:
            with self._database.writing() as connection:
                connection.execute("DELETE FROM unclean WHERE number <= ?", (last,))
        return not waits

    def close(self) -> None:
        """Let go of the file."""
        self._database.close()

    def __enter__(self) -> Self:
        """Close at the end of the block."""
        return self

    def __exit__(self, *details: object) -> None:
        self.close()

    def _change(self, statement: str, name: str, subject: str, at: datetime) -> Fed:
        if name not in self.lists():
            raise Missing("list.unknown", name=name)
        with self._database.writing() as connection:
            connection.execute(statement, (name, _named(subject, 1)))
            self._seal(connection, name, at)
        return self._changed(name)

    def _changed(self, name: str) -> Fed:
        self.clean()
        self.look()
        return self.lists()[name]

    def _seal(self, connection: sqlite3.Connection, name: str, at: datetime) -> None:
        """Note the next version, under a new salt."""
        people, salt = _people(connection, name), secrets.token_bytes(SALT_BYTES)
        row = connection.execute("SELECT version FROM lists WHERE list = ?", (name,)).fetchone()
        version = (row[0] if row else 0) + 1
        seal = sealed(name, version, people, salt)
        connection.execute(
            "INSERT OR REPLACE INTO lists VALUES (?, ?, ?, ?, ?, ?)",
            (name, version, int(at.timestamp()), salt, seal, len(people)),
        )
        connection.execute("INSERT INTO unclean DEFAULT VALUES")

    def _on(self, name: str, version: int) -> frozenset[str]:
        with self._turn:
            known = self._members.get(name)
            if known is None or known[0] != version:
                with self._database.reading() as connection:
                    known = self._members[name] = (version, frozenset(_people(connection, name)))
            return known[1]


def sealed(name: str, version: int, people: list[str], salt: bytes) -> str:
    """Give the hex that stands for a version of a list, and says nothing without the salt."""
    said = canonical({"list": name, "version": version, "subjects": people})
    return sha256(_COMMITMENT + salt + said).hexdigest()


def _people(connection: sqlite3.Connection, name: str) -> list[str]:
    rows = connection.execute(
        "SELECT subject FROM left_out WHERE list = ? ORDER BY subject", (name,)
    )
    return [subject for (subject,) in rows]


def read_subjects(path: Path, column: str) -> Iterator[str]:
    """Read the people on a list from one column of a CSV file.

    UTF-8, with or without a mark at its start; blank rows are passed over and padding taken off.

    Raises:
        Invalid: ``list.file``, ``list.column``, ``list.value`` with the line; never the value.
    """
    try:
        with path.open(newline="", encoding="utf-8-sig") as file:
            # strict: a quote that never ends would take the people after it for one
            rows = csv.reader(file, strict=True)
            place = _place(next(rows, []), column)
            for row in rows:
                if any(cell.strip() for cell in row):
                    yield _subject(row, place, rows.line_num)
    except (OSError, UnicodeDecodeError, csv.Error):
        raise Invalid("list.file", file=path.name) from None


def _place(heading: list[str], column: str) -> int:
    names = [name.strip() for name in heading]
    if names.count(column) != 1:
        raise Invalid("list.column", column=column)
    return names.index(column)


def _subject(row: list[str], place: int, line: int) -> str:
    return _named(row[place].strip() if place < len(row) else "", line)


def _named(subject: str, line: int) -> str:
    """Refuse what names nobody, or could not be kept; never saying what it was."""
    if not 0 < len(subject) <= _MOST_SIGNS or not is_plain(subject):
        raise Invalid("list.value", line=line)
    return subject
