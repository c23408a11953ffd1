"""What counts were given under each agreement: never the counts, only which cells they were of.

Whoever holds two releases can subtract them, so no release is looked at alone.
"""

import json
from collections.abc import Collection
from pathlib import Path
from typing import Self

from answerable.science.disclosure import Cell, Grouping, Published
from answerable.store.database import Database, Layout

_LAYOUT = Layout(
    application=0x416E7307,
    version=1,
    schema="""
        CREATE TABLE published (
            agreement TEXT NOT NULL,
            grouping TEXT NOT NULL,
            cell TEXT NOT NULL,
            PRIMARY KEY (agreement, grouping, cell)
        ) STRICT, WITHOUT ROWID
    """,
    pragmas=("PRAGMA journal_mode = WAL", "PRAGMA synchronous = FULL"),
)


class PublishedCells:
    """The memory of one gateway."""

    def __init__(self, path: Path) -> None:
        """Open the file, or begin one.

        Raises:
            Broken: ``store.*``. So can every method.
        """
        self._database = Database(path, _LAYOUT)

    def under(self, agreement: str) -> list[Published]:
        """Give what was published under an agreement, one for each grouping."""
        found: dict[Grouping, set[Cell]] = {}
        with self._database.reading() as connection:
            rows = connection.execute(
                "SELECT grouping, cell FROM published WHERE agreement = ?", (agreement,)
            ).fetchall()
        for grouping, cell in rows:
            found.setdefault(tuple(json.loads(grouping)), set()).add(tuple(json.loads(cell)))
        return [Published(grouping, frozenset(cells)) for grouping, cells in sorted(found.items())]

    def add(self, agreement: str, grouping: Grouping, cells: Collection[Cell]) -> None:
        """Remember cells before they are given; durable on return."""
        named = json.dumps(grouping)
        with self._database.writing() as connection:
            connection.executemany(
                "INSERT OR IGNORE INTO published VALUES (?, ?, ?)",
                [(agreement, named, json.dumps(cell)) for cell in cells],
            )

    def close(self) -> None:
        """Let go of the file."""
        self._database.close()

    def __enter__(self) -> Self:
        """Close at the end of the block."""
        return self

    def __exit__(self, *details: object) -> None:
        self.close()
