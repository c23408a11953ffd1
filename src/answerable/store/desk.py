"""Private work in progress: drafts, and which commands were given. Neither public nor a record."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Self

from answerable.model.errors import Conflict, Invalid, Missing
from answerable.store.database import Database, Layout

_LAYOUT = Layout(
    application=0x416E7303,
    version=1,
    schema="""
        CREATE TABLE draft (
            id TEXT PRIMARY KEY,
            organisation TEXT NOT NULL,
            action TEXT NOT NULL,
            body TEXT NOT NULL,
            revision INTEGER NOT NULL
        ) STRICT;
        CREATE INDEX draft_organisation ON draft (organisation);
        CREATE TABLE receipt (
            command_id TEXT PRIMARY KEY,
            digest TEXT NOT NULL
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
class Draft:
    """A command that somebody is still writing.

    Attributes:
        id: unique on the desk.
        organisation: whose it is; a draft never changes hands.
        action: the kind of command it will be.
        body: JSON; need not be a valid command yet.
        revision: how often it was saved; 0 for one that never was.
    """

    id: str
    organisation: str
    action: str
    body: Mapping[str, Any]
    revision: int = 0


class Desk:
    """One SQLite file that only its owner can read, shared by threads and processes."""

    def __init__(self, path: Path) -> None:
        """Open the desk in this file, or begin one.

        Raises:
            Broken: ``store.damaged``, ``store.newer``, ``store.full``, ``store.unwritable`` or
                ``store.busy``, with the file's name. So can every method.
        """
        self._database = Database(path, _LAYOUT)

    def save(self, draft: Draft) -> Draft:
        """Keep a draft, if it is still at the revision given, and give it back at the next one.

        Raises:
            Conflict: ``draft.moved`` when it was saved, or discarded, in the meantime, with both
                revisions; ``draft.taken`` when the id belongs to another organisation.
            Invalid: ``draft.body`` when it is no JSON.
        """
        saved = replace(draft, revision=draft.revision + 1)
        body = _encoded(draft)
        with self._database.writing() as connection:
            row = connection.execute(
                "SELECT organisation, revision FROM draft WHERE id = ?", (draft.id,)
            ).fetchone()
            organisation, revision = row or (draft.organisation, 0)
            if organisation != draft.organisation:
                raise Conflict("draft.taken", draft=draft.id)
            if revision != draft.revision:
                raise Conflict(
                    "draft.moved", draft=draft.id, expected=draft.revision, revision=revision
                )
            connection.execute(
                "INSERT OR REPLACE INTO draft VALUES (?, ?, ?, ?, ?)",
                (saved.id, saved.organisation, saved.action, body, saved.revision),
            )
        return saved

    def load(self, draft_id: str) -> Draft:
        """Give one draft as it was last saved.

        Raises:
            Missing: ``draft.unknown``.
        """
        with self._database.reading() as connection:
            row = connection.execute(
                "SELECT id, organisation, action, body, revision FROM draft WHERE id = ?",
                (draft_id,),
            ).fetchone()
        if row is None:
            raise Missing("draft.unknown", draft=draft_id)
        return _draft(row)

    def list(self, organisation: str) -> tuple[Draft, ...]:
        """Give an organisation's drafts, in order of id."""
        with self._database.reading() as connection:
            rows = connection.execute(
                "SELECT id, organisation, action, body, revision FROM draft"
                " WHERE organisation = ? ORDER BY id",
                (organisation,),
            ).fetchall()
        return tuple(map(_draft, rows))

    def discard(self, draft_id: str) -> bool:
        """Remove a draft, and tell whether there was one."""
        with self._database.writing() as connection:
            cursor = connection.execute("DELETE FROM draft WHERE id = ?", (draft_id,))
            return bool(cursor.rowcount)

    def note_receipt(self, command_id: str, digest: str) -> str:
        """Remember what a command said, and give what was remembered first.

        Args:
            command_id: the id that came with the command.
            digest: of the command, under a key: the desk must not reveal what was said.

        Returns:
            The same digest; or another, when the id was used for another command before.
        """
        with self._database.writing() as connection:
            connection.execute("INSERT OR IGNORE INTO receipt VALUES (?, ?)", (command_id, digest))
        return self.receipt(command_id) or digest

    def receipt(self, command_id: str) -> str | None:
        """Give the digest remembered for a command, if there is one."""
        with self._database.reading() as connection:
            row = connection.execute(
                "SELECT digest FROM receipt WHERE command_id = ?", (command_id,)
            ).fetchone()
        return row[0] if row else None

    def close(self) -> None:
        self._database.close()

    def __enter__(self) -> Self:
        """Close at the end of the block."""
        return self

    def __exit__(self, *details: object) -> None:
        self.close()


def _draft(row: tuple[str, str, str, str, int]) -> Draft:
    draft_id, organisation, action, body, revision = row
    return Draft(draft_id, organisation, action, json.loads(body), revision)


def _encoded(draft: Draft) -> str:
    try:
        return json.dumps(draft.body, ensure_ascii=True, allow_nan=False)
    except (TypeError, ValueError):
        raise Invalid("draft.body", draft=draft.id) from None
