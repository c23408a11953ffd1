"""What counts were given under each agreement, and of which version of the data.

Whoever holds two releases can subtract them, so no release is looked at alone.
"""

import json
from pathlib import Path
from typing import Self

from answerable.science.disclosure import Cell, GivenCounts, Grouping
from answerable.store.database import Database, Layout

_LAYOUT = Layout(
    application=0x416E7307,
    version=1,
    schema="""
        CREATE TABLE published (
            agreement TEXT NOT NULL,
            version TEXT NOT NULL,
            grouping TEXT NOT NULL,
            cell TEXT NOT NULL,
            people INTEGER NOT NULL,
            PRIMARY KEY (agreement, version, grouping, cell)
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

    def under(self, agreement: str) -> list[GivenCounts]:
        """Give what was given under an agreement, one for each version and grouping."""
        found: dict[tuple[str, Grouping], dict[Cell, int]] = {}
        with self._database.reading() as connection:
            rows = connection.execute(
                "SELECT version, grouping, cell, people FROM published WHERE agreement = ?",
                (agreement,),
            ).fetchall()
        for version, grouping, cell, people in rows:
            cells = found.setdefault((version, tuple(json.loads(grouping))), {})
            cells[tuple(json.loads(cell))] = people
        return [GivenCounts(*name, cells) for name, cells in sorted(found.items())]

    def add(self, agreement: str, given: GivenCounts) -> None:
        """Remember counts before they are given; durable on return."""
        named = (agreement, given.version, json.dumps(given.grouping))
        with self._database.writing() as connection:
            connection.executemany(
                "INSERT OR IGNORE INTO published VALUES (?, ?, ?, ?, ?)",
                [(*named, json.dumps(cell), people) for cell, people in given.counts.items()],
            )

    def close(self) -> None:
        """Let go of the file."""
        self._database.close()

    def __enter__(self) -> Self:
        """Close at the end of the block."""
        return self

    def __exit__(self, *details: object) -> None:
        self.close()
