"""The private half of each release: who was looked up, by whom, for which case. It can be erased.

The public half has a commitment to it. Once the half and its salt are erased, the commitment says
nothing about anybody, and the log still verifies.
"""

import json
import sqlite3
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from hashlib import sha256
from itertools import chain, repeat
from pathlib import Path
from typing import Any, Final, TypeAlias, cast

from answerable.model.errors import Invalid
from answerable.model.signing import canonical
from answerable.store.database import Database, Layout

SALT_BYTES: Final = 16
_COMMITMENT: Final = b"answerable/release/v1\n"
_MOST_AT_ONCE: Final = 128
_WIDTH: Final = 4
_INDEXED_AT_ONCE: Final = 2000
_INDEX: Final = """
    INSERT INTO about SELECT subject, number FROM private
    WHERE number >= ? AND number < ? AND subject IS NOT NULL ORDER BY subject
"""
_HASH_BLOCK: Final = 64
_GREATEST: Final = 2**53 - 1
_ALWAYS_PLAIN: Final = frozenset({str, bool, type(None)})

Row: TypeAlias = tuple[int, bytes | None, bytes, bytes]
"""Number, blinded subject, salt and body."""

_LAYOUT = Layout(
    application=0x416E7305,
    version=1,
    schema="""
        CREATE TABLE private (
            number INTEGER PRIMARY KEY,
            subject BLOB,  -- blinded
            salt BLOB NOT NULL,
            body BLOB NOT NULL
        ) STRICT;
        CREATE TABLE about (  -- an index of subjects, filled in quiet moments
            subject BLOB NOT NULL,
            number INTEGER NOT NULL,
            PRIMARY KEY (subject, number)
        ) STRICT, WITHOUT ROWID;
        CREATE TABLE indexed (  -- one row: the halves before this number are in the index
            before INTEGER NOT NULL
        ) STRICT;
        INSERT INTO indexed VALUES (0);
        CREATE TABLE unclean (  -- a row for each removal after which the file was not rewritten
            number INTEGER PRIMARY KEY
        ) STRICT
    """,
    pragmas=(
        "PRAGMA secure_delete = ON",
        "PRAGMA journal_mode = WAL",
        "PRAGMA temp_store = MEMORY",
        "PRAGMA synchronous = FULL",
    ),
)

_JSON = json.JSONEncoder(
    sort_keys=True, ensure_ascii=False, separators=(",", ":"), check_circular=False
)


@dataclass(frozen=True, slots=True)
class PrivateHalf:
    """What is held of one release. Neither body nor salt shows in a log.

    Attributes:
        number: of the release.
        body: canonical JSON.
        salt: 16 random bytes, erased with the body.
    """

    number: int
    body: bytes = field(repr=False)
    salt: bytes = field(repr=False)

    @property
    def commitment(self) -> str:
        """The hex that stands for it in the log."""
        return commitment(self.salt, self.body)

    def read(self) -> dict[str, Any]:
        """Give what the body says."""
        said: dict[str, Any] = json.loads(self.body)
        return said


def commitment(salt: bytes, body: bytes) -> str:
    """Give the hex that stands for a body in the log and says nothing without the salt."""
    return sha256(_COMMITMENT + salt + body).hexdigest()


class Blind:
    """Names people so that only the holder of the key can find them: HMAC-SHA256 (RFC 2104)."""

    def __init__(self, key: bytes) -> None:
        """Take a key of at most 64 bytes."""
        padded = key.ljust(_HASH_BLOCK, b"\0")
        # Begun once and copied; the library's own function gives up the interpreter each time.
        self._inner = sha256(bytes(byte ^ 0x36 for byte in padded))
        self._outer = sha256(bytes(byte ^ 0x5C for byte in padded))

    def name(self, dataset: str, subject: str) -> bytes:
        """Name a subject of a dataset, 32 bytes."""
        inner, outer = self._inner.copy(), self._outer.copy()
        inner.update(f"{dataset}\n{subject}".encode(errors="surrogatepass"))
        outer.update(inner.digest())
        return outer.digest()


def body_of(private: Mapping[str, Any]) -> bytes:
    """Write a private half as canonical JSON.

    Raises:
        Invalid: ``releases.text`` when it has no such form; what it was is nobody's business.
    """
    said = private if type(private) is dict else dict(private)
    try:
        # What `canonical` gives, at a quarter of its cost; it is for the rest.
        return _JSON.encode(said).encode() if _is_plain(said) else canonical(said)
    except (TypeError, ValueError, RecursionError, Invalid):
        raise Invalid("releases.text") from None


def _is_plain(value: object) -> bool:
    """Tell whether the ordinary encoder writes the canonical form of a value.

    Raises:
        TypeError: a name in it is no text.
    """
    kind = type(value)
    if kind in _ALWAYS_PLAIN:
        return True
    if kind is int:
        return -_GREATEST <= cast("int", value) <= _GREATEST
    if isinstance(value, list | tuple):
        return all(map(_is_plain, value))
    if isinstance(value, dict):
        return "".join(value).isascii() and all(map(_is_plain, value.values()))
    return False


class PrivateHalves:
    """One SQLite file. A half is durable here before its line is in the log."""

    def __init__(self, path: Path) -> None:
        """Open the file, or create it; finish an erasure that was cut short.

        Raises:
            Broken: as `Database` does. So can every method.
        """
        self._database = Database(path, _LAYOUT)
        self.clean()

    def put(self, rows: Sequence[Row]) -> None:
        """Keep halves; durable on return."""
        if len(rows) <= _MOST_AT_ONCE:
            self._database.write(*_inserting(rows))
            return
        with self._database.writing() as connection:
            for start in range(0, len(rows), _MOST_AT_ONCE):
                connection.execute(*_inserting(rows[start : start + _MOST_AT_ONCE]))

    def cut(self, size: int) -> None:
        """Drop the halves from number ``size`` on: their releases were never recorded.

        Traces are left until the file is next cleaned.
        """
        with self._database.writing() as connection:
            _delete(connection, "number >= ?", size)

    def get(self, number: int) -> PrivateHalf | None:
        """Give the half of a release; nothing if there never was one or it is erased."""
        found = self._select("number = ?", number)
        return found[0] if found else None

    def of(self, subject: bytes, size: int) -> list[PrivateHalf]:
        """Give every half about a blinded subject, with a number below ``size``, in order."""
        while not self.index(size):
            pass
        return self._select(
            "number < ?2 AND number IN (SELECT number FROM about WHERE subject = ?1)", subject, size
        )

    def index(self, size: int) -> bool:
        """Bring some more subjects into the index.

        Subjects are scattered, and to index each as it is recorded would write a page for each.

        Args:
            size: only halves with smaller numbers; they are recorded for good.

        Returns:
            Whether all of them are in the index now.
        """
        with self._database.reading() as connection:
            (start,) = connection.execute("SELECT before FROM indexed").fetchone()
        stop = min(start + _INDEXED_AT_ONCE, size)
        if start < stop:
            with self._database.writing() as connection:
                connection.execute(_INDEX, (start, stop))
                connection.execute("UPDATE indexed SET before = ?", (stop,))
        return bool(stop >= size)

    def erase(self, numbers: Sequence[int]) -> int:
        """Destroy halves and their salts; no byte of them stays in the folder.

        The whole file is written anew, which holds up what is to be recorded meanwhile. What the
        disk, its snapshots and backups keep underneath is beyond this program.

        Returns:
            How many there were.
        """
        with self._database.writing() as connection:
            removed = sum(_delete(connection, "number = ?", number) for number in numbers)
        self.clean()
        return removed

    def erase_before(self, number: int) -> int:
        """Destroy the halves of all releases with a smaller number, as `erase` does."""
        with self._database.writing() as connection:
            removed = _delete(connection, "number < ?", number)
        self.clean()
        return removed

    def close(self) -> None:
        self._database.close()

    def _select(self, where: str, *values: int | bytes) -> list[PrivateHalf]:
        statement = f"SELECT number, body, salt FROM private WHERE {where} ORDER BY number"  # noqa: S608 - our own words
        with self._database.reading() as connection:
            rows = connection.execute(statement, values).fetchall()
        return [PrivateHalf(*row) for row in rows]

    def clean(self) -> None:
        """Rewrite the file, and empty its journal, if traces of what was removed may be left."""
        with self._database.reading() as connection:
            (last,) = connection.execute("SELECT max(number) FROM unclean").fetchone()
        if last is None:
            return
        self._database.rewrite()
        with self._database.reading() as connection:
            connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
        with self._database.writing() as connection:
            connection.execute("DELETE FROM unclean WHERE number <= ?", (last,))


def _inserting(rows: Sequence[Row]) -> tuple[str, tuple[Any, ...]]:
    """Say in one statement that rows are kept, with its values.

    While a statement runs, SQLite lets other threads have the interpreter, and a busy one gives it
    back late: row by row, or only a few at a time, most of the time would go into taking turns. So
    that few different statements are prepared, there is room for a power of two of rows.
    """
    room = 1 << max(len(rows) - 1, 0).bit_length()
    rest = repeat(None, _WIDTH * (room - len(rows)))
    return _statement(room), (*chain.from_iterable(rows), *rest)


@cache
def _statement(room: int) -> str:
    places = ",".join(["(?,?,?,?)"] * room)
    return f"INSERT INTO private SELECT * FROM (VALUES {places}) WHERE column1 IS NOT NULL"  # noqa: S608 - our own words


def _delete(connection: sqlite3.Connection, where: str, number: int) -> int:
    chosen = f"FROM private WHERE {where}"
    connection.execute(
        f"DELETE FROM about WHERE (subject, number) IN (SELECT subject, number {chosen})",  # noqa: S608 - our own words
        (number,),
    )
    removed = connection.execute(f"DELETE {chosen}", (number,)).rowcount
    if removed:
        connection.execute("INSERT INTO unclean DEFAULT VALUES")
    return removed
