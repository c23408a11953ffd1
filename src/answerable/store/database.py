"""One SQLite file, private to its owner, opened with care. It does not know what is in it."""

import sqlite3
import stat
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from threading import RLock
from typing import Any

from answerable.model.errors import Broken
from answerable.store import files

_PAGE = 4096
_BUSY_SECONDS = 30.0
_SIDECARS = ("-wal", "-journal")

_CODES = {
    sqlite3.SQLITE_FULL: "store.full",
    sqlite3.SQLITE_READONLY: "store.unwritable",
    sqlite3.SQLITE_CANTOPEN: "store.unwritable",
    sqlite3.SQLITE_PERM: "store.unwritable",
    sqlite3.SQLITE_IOERR: "store.unwritable",
    sqlite3.SQLITE_BUSY: "store.busy",
    sqlite3.SQLITE_LOCKED: "store.busy",
}


@dataclass(frozen=True, slots=True)
class Layout:
    """What one kind of file holds.

    Attributes:
        application: marks the kind of file, so that a vault is never opened as a register.
        version: of the tables; a file with a greater one is refused.
        schema: the statements, with ``;`` between them, that create its tables.
        pragmas: run at every opening, before anything else.
    """

    application: int
    version: int
    schema: str
    pragmas: tuple[str, ...]


class Database:
    """One connection that the threads of a process take in turns; processes share the file.

    Open it after a fork, never before.
    """

    def __init__(self, path: Path, layout: Layout) -> None:
        """Open the file, or create it, readable and writable by its owner only.

        Raises:
            Broken: ``store.damaged`` when it is not a whole file of this kind, ``store.newer``
                when a later version of the program wrote it, ``store.full``,
                ``store.unwritable`` or ``store.busy``.
        """
        self.path = path
        self._turn = RLock()
        if not path.parent.is_dir():
            raise Broken("store.unwritable", path=path.name)
        with files.lock(path.parent), self._told():
            self._create_file()
            self._connection = sqlite3.connect(
                path, timeout=_BUSY_SECONDS, isolation_level=None, check_same_thread=False
            )
            try:
                self._prepare(layout)
            except BaseException:
                self._connection.close()
                raise

    @contextmanager
    def reading(self) -> Iterator[sqlite3.Connection]:
        """Lend the connection for single statements that change nothing.

        Raises:
            Broken: ``store.damaged``, ``store.unwritable`` or ``store.busy``.
        """
        with self._turn, self._told():
            yield self._connection

    @contextmanager
    def writing(self) -> Iterator[sqlite3.Connection]:
        """Lend the connection for one transaction, durable when the block ends without error.

        Any error leaves nothing written.

        Raises:
            Broken: ``store.full``, ``store.unwritable``, ``store.busy`` or ``store.damaged``.
        """
        with self._turn, self._told():
            self._connection.execute("BEGIN IMMEDIATE")
            try:
                yield self._connection
                self._connection.execute("COMMIT")
            except BaseException:
                if self._connection.in_transaction:
                    self._connection.execute("ROLLBACK")
                raise

    def write(self, statement: str, values: Sequence[Any]) -> None:
        """Carry out one statement as a transaction of its own; durable on return.

        Any error leaves nothing written. It is cheaper than `writing`, which is three statements.

        Raises:
            Broken: ``store.full``, ``store.unwritable``, ``store.busy`` or ``store.damaged``.
        """
        with self._turn, self._told():
            self._connection.execute(statement, values)

    def rewrite(self) -> None:
        """Write the whole file anew, so that nothing removed from it is left in unused places.

        Raises:
            Broken: ``store.full``, ``store.unwritable``, ``store.busy`` or ``store.damaged``.
        """
        with self._turn, self._told():
            self._connection.execute("VACUUM")

    def damaged(self) -> Broken:
        """Give the error for bytes that are not what was written."""
        return Broken("store.damaged", path=self.path.name)

    def close(self) -> None:
        with self._turn:
            self._connection.close()

    def _create_file(self) -> None:
        """Create it empty, for its owner only.

        An existing file is never opened here: closing it again would let go of the locks that
        SQLite holds on it for another connection of this process.
        """
        with files.writing_to(self.path.name):
            try:
                self.path.touch(mode=stat.S_IRUSR | stat.S_IWUSR, exist_ok=False)
            except FileExistsError:
                self._refuse_torn()
            else:
                files.sync_directory(self.path.parent)

    def _refuse_torn(self) -> None:
        """Refuse a file that was cut inside a page, which SQLite would fill with zeros."""
        unfinished = any(Path(f"{self.path}{ending}").exists() for ending in _SIDECARS)
        if not unfinished and self.path.stat().st_size % _PAGE:
            raise self.damaged()

    def _prepare(self, layout: Layout) -> None:
        self._connection.execute(f"PRAGMA page_size = {_PAGE}")
        for pragma in layout.pragmas:
            self._connection.execute(pragma).fetchall()
        with self.writing():
            version = self._pragma("user_version")
            if version == 0 and not self._has_tables():
                self._create_tables(layout)
            elif self._pragma("application_id") != layout.application or version == 0:
                raise self.damaged()
            elif version > layout.version:
                raise Broken("store.newer", path=self.path.name, version=version)

    def _create_tables(self, layout: Layout) -> None:
        for statement in layout.schema.split(";"):
            self._connection.execute(statement)
        self._connection.execute(f"PRAGMA application_id = {layout.application}")
        self._connection.execute(f"PRAGMA user_version = {layout.version}")

    def _has_tables(self) -> bool:
        row = self._connection.execute("SELECT count(*) FROM sqlite_schema").fetchone()
        return bool(row[0])

    def _pragma(self, name: str) -> int:
        row = self._connection.execute(f"PRAGMA {name}").fetchone()
        return int(row[0])

    @contextmanager
    def _told(self) -> Iterator[None]:
        try:
            yield
        except sqlite3.ProgrammingError:
            raise  # a mistake of ours, not of the file
        except sqlite3.DatabaseError as error:
            primary = getattr(error, "sqlite_errorcode", 0) & 0xFF
            raise Broken(_CODES.get(primary, "store.damaged"), path=self.path.name) from error
