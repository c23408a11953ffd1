"""Registrations that were begun and wait for their code: half an hour, then nothing is left.

What somebody entered is sealed under a token that their browser alone has; the file holds only a
digest of it, so nobody can read there who is about to volunteer.
"""

import hashlib
import json
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Final, Self

from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from answerable.model.errors import Missing, Refused
from answerable.store.database import Database, Layout

LASTS: Final = timedelta(minutes=30)
TRIES: Final = 5
_BYTES, _NONCE = 32, 12
_KEY: Final = b"answerable/registration/key/v1\n"

_LAYOUT = Layout(
    application=0x416E7305,
    version=1,
    schema="""
        CREATE TABLE begun (
            digest BLOB PRIMARY KEY,
            engagement TEXT NOT NULL,
            sealed BLOB,  -- nothing once it is finished
            tries INTEGER NOT NULL,
            ends INTEGER NOT NULL
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
class Begun:
    """A registration that was begun.

    Attributes:
        body: what was entered, and the code; nothing once it is finished. Never in a log.
        tries: how many tries of the code are left.
        finished: whether the right code came.
    """

    body: Mapping[str, Any] = field(repr=False)
    tries: int
    finished: bool


class Registrations:
    """One SQLite file that only its owner can read, shared by threads and processes."""

    def __init__(self, path: Path, chance: Callable[[int], bytes] = secrets.token_bytes) -> None:
        """Open the file, or begin one.

        Args:
            path: the file.
            chance: gives bytes nobody can guess.

        Raises:
            Broken: ``store.damaged``, ``store.newer``, ``store.full``, ``store.unwritable`` or
                ``store.busy``, with the file's name. So can every method.
        """
        self._database = Database(path, _LAYOUT)
        self._chance = chance

    def begin(self, engagement: str, body: Mapping[str, Any], now: datetime) -> str:
        """Keep what was entered for half an hour; give the token for the browser."""
        token = self._chance(_BYTES).hex()
        row = (_digest(token), engagement, self._sealed(token, body), TRIES, _seconds(now + LASTS))
        self.sweep(now)
        with self._database.writing() as connection:
            connection.execute("INSERT INTO begun VALUES (?, ?, ?, ?, ?)", row)
        return token

    def find(self, token: str, engagement: str, now: datetime) -> Begun:
        """Give what was begun for a panel.

        Raises:
            Missing: ``registration.over`` when there is none, or no longer.
        """
        with self._database.reading() as connection:
            row = connection.execute(
                "SELECT sealed, tries FROM begun WHERE digest = ? AND engagement = ? AND ends > ?",
                (_digest(token), engagement, _seconds(now)),
            ).fetchone()
        if row is None:
            raise Missing("registration.over", name=engagement)
        return self._opened(token, *row)

    def attempt(self, token: str, engagement: str, now: datetime) -> Begun:
        """Take one of the tries of a code, before it is compared; give what was begun.

        Raises:
            Missing: ``registration.over``.
            Refused: ``registration.tries`` when none was left.
        """
        found = self.find(token, engagement, now)
        if found.finished:
            return found
        with self._database.writing() as connection:
            row = connection.execute(
                "UPDATE begun SET tries = tries - 1 WHERE digest = ? AND tries > 0"
                " RETURNING sealed, tries",
                (_digest(token),),
            ).fetchone()
        if row is None:
            raise Refused("registration.tries", tries=TRIES)
        return self._opened(token, *row)

    def renew(self, token: str, body: Mapping[str, Any]) -> None:
        """Keep another code in place of the one before, with as many tries."""
        with self._database.writing() as connection:
            connection.execute(
                "UPDATE begun SET sealed = ?, tries = ? WHERE digest = ? AND sealed IS NOT NULL",
                (self._sealed(token, body), TRIES, _digest(token)),
            )

    def finish(self, token: str) -> None:
        """Forget what was entered; that it is finished is kept until it ends."""
        with self._database.writing() as connection:
            connection.execute("UPDATE begun SET sealed = NULL WHERE digest = ?", (_digest(token),))

    def discard(self, token: str) -> None:
        """Forget it altogether."""
        with self._database.writing() as connection:
            connection.execute("DELETE FROM begun WHERE digest = ?", (_digest(token),))

    def sweep(self, now: datetime) -> None:
        """Forget everything that has ended."""
        with self._database.writing() as connection:
            connection.execute("DELETE FROM begun WHERE ends <= ?", (_seconds(now),))

    def close(self) -> None:
        self._database.close()

    def __enter__(self) -> Self:
        """Close at the end of the block."""
        return self

    def __exit__(self, *details: object) -> None:
        self.close()

    def _sealed(self, token: str, body: Mapping[str, Any]) -> bytes:
        nonce = self._chance(_NONCE)
        return nonce + AESGCM(_key(token)).encrypt(nonce, json.dumps(body).encode(), None)

    def _opened(self, token: str, sealed: bytes | None, tries: int) -> Begun:
        if sealed is None:
            return Begun({}, 0, finished=True)
        opened = AESGCM(_key(token)).decrypt(sealed[:_NONCE], sealed[_NONCE:], None)
        return Begun(json.loads(opened), tries, finished=False)


def _digest(token: str) -> bytes:
    return hashlib.sha256(token.encode("utf-8", "replace")).digest()


def _key(token: str) -> bytes:
    return hashlib.sha256(_KEY + token.encode("utf-8", "replace")).digest()


def _seconds(moment: datetime) -> int:
    return int(moment.timestamp())
