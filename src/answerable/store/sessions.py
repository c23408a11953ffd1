"""Who may come in, and who has: links that work once, and sessions that end by themselves.

Only digests of tokens are kept: whoever reads the file cannot sign in with it.
"""

import hashlib
import json
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final, Self

from answerable.model.actor import Role
from answerable.model.errors import Refused
from answerable.store.database import Database, Layout

IDLE: Final = timedelta(hours=2)
LONGEST: Final = timedelta(hours=12)
_TOUCH: Final = 60
_TOKEN_BYTES: Final = 32

_LAYOUT = Layout(
    application=0x416E7304,
    version=1,
    schema="""
        CREATE TABLE link (
            digest BLOB PRIMARY KEY,
            visitor TEXT NOT NULL,
            ends INTEGER NOT NULL
        ) STRICT, WITHOUT ROWID;
        CREATE TABLE session (
            digest BLOB PRIMARY KEY,
            visitor TEXT NOT NULL,
            began INTEGER NOT NULL,
            seen INTEGER NOT NULL
        ) STRICT, WITHOUT ROWID
    """,
    pragmas=(
        "PRAGMA secure_delete = ON",
        "PRAGMA journal_mode = DELETE",
        "PRAGMA temp_store = MEMORY",
        "PRAGMA synchronous = FULL",
    ),
)


@dataclass(frozen=True, slots=True)
class Visitor:
    """Somebody at a page.

    Attributes:
        role: what they may act as.
        organisation: for whom; nothing for the public.
        person: tells people of one organisation and role apart; never shown.
        subject: the dataset and the id in it under which a citizen is known; never shown.
    """

    role: Role = Role.PUBLIC
    organisation: str = ""
    person: str = ""
    subject: tuple[str, str] | None = None

    @property
    def signed_in(self) -> bool:
        """Whether it is somebody in particular."""
        return self.role is not Role.PUBLIC


def _token() -> str:
    return secrets.token_urlsafe(_TOKEN_BYTES)


class Sessions:
    """One SQLite file that only its owner can read, shared by threads and processes."""

    def __init__(self, path: Path, chance: Callable[[], str] = _token) -> None:
        """Open the file, or begin one.

        Args:
            path: the file.
            chance: gives tokens nobody can guess.

        Raises:
            Broken: ``store.damaged``, ``store.newer``, ``store.full``, ``store.unwritable`` or
                ``store.busy``, with the file's name. So can every method.
        """
        self._database = Database(path, _LAYOUT)
        self._chance = chance

    def link(self, visitor: Visitor, now: datetime, lasts: timedelta) -> str:
        """Make the token of a link with which somebody can sign in once."""
        token, ends = self._chance(), _seconds(now + lasts)
        with self._database.writing() as connection:
            connection.execute("DELETE FROM link WHERE ends <= ?", (_seconds(now),))
            connection.execute(
                "INSERT INTO link VALUES (?, ?, ?)", (_digest(token), _written(visitor), ends)
            )
        return token

    def whose(self, token: str, now: datetime) -> Visitor:
        """Tell whom a link lets in, without using it.

        Raises:
            Refused: ``link.over``.
        """
        with self._database.reading() as connection:
            row = connection.execute(
                "SELECT visitor FROM link WHERE digest = ? AND ends > ?",
                (_digest(token), _seconds(now)),
            ).fetchone()
        if row is None:
            raise Refused("link.over")
        return _read(row[0])

    def enter(self, token: str, now: datetime) -> str:
        """Use a link up, and begin a session.

        Raises:
            Refused: ``link.over`` when it was used, is too old, or never was one.
        """
        with self._database.writing() as connection:
            row = connection.execute(
                "DELETE FROM link WHERE digest = ? AND ends > ? RETURNING visitor",
                (_digest(token), _seconds(now)),
            ).fetchone()
        if row is None:
            raise Refused("link.over")
        return self.begin(_read(row[0]), now)

    def begin(self, visitor: Visitor, now: datetime) -> str:
        """Begin a session of somebody who was recognised elsewhere; give its token."""
        token, moment = self._chance(), _seconds(now)
        with self._database.writing() as connection:
            connection.execute(
                "DELETE FROM session WHERE seen <= ? OR began <= ?",
                (_seconds(now - IDLE), _seconds(now - LONGEST)),
            )
            connection.execute(
                "INSERT INTO session VALUES (?, ?, ?, ?)",
                (_digest(token), _written(visitor), moment, moment),
            )
        return token

    def visitor(self, token: str, now: datetime) -> Visitor | None:
        """Give who is in a session, or nobody when it has ended; note that they were seen."""
        digest, moment = _digest(token), _seconds(now)
        with self._database.reading() as connection:
            row = connection.execute(
                "SELECT visitor, seen FROM session WHERE digest = ? AND seen > ? AND began > ?",
                (digest, _seconds(now - IDLE), _seconds(now - LONGEST)),
            ).fetchone()
        if row is None:
            return None
        if moment - row[1] >= _TOUCH:
            with self._database.writing() as connection:
                connection.execute("UPDATE session SET seen = ? WHERE digest = ?", (moment, digest))
        return _read(row[0])

    def leave(self, token: str) -> bool:
        """End a session, and tell whether there was one."""
        with self._database.writing() as connection:
            cursor = connection.execute("DELETE FROM session WHERE digest = ?", (_digest(token),))
            return bool(cursor.rowcount)

    def close(self) -> None:
        self._database.close()

    def __enter__(self) -> Self:
        """Close at the end of the block."""
        return self

    def __exit__(self, *details: object) -> None:
        self.close()


def _digest(token: str) -> bytes:
    return hashlib.sha256(token.encode("utf-8", "replace")).digest()


def _seconds(moment: datetime) -> int:
    return int(moment.timestamp())


def _written(visitor: Visitor) -> str:
    said = [visitor.role, visitor.organisation, visitor.person, visitor.subject]
    return json.dumps(said)


def _read(written: str) -> Visitor:
    role, organisation, person, subject = json.loads(written)
    return Visitor(Role(role), organisation, person, tuple(subject) if subject else None)
