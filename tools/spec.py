"""A specification: one plain sentence and one table, run as a test and printed in the manual."""

import inspect
import re
import textwrap
from collections.abc import Iterable
from dataclasses import dataclass

_WIDTH = 100
_RULE = re.compile(r":?-+:?")


@dataclass(frozen=True, slots=True)
class Spec:
    """What is promised, in words, and the cases that show it."""

    sentence: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]

    def cases(self) -> list[dict[str, str]]:
        """Give each row by the names of its columns."""
        return [dict(zip(self.columns, row, strict=True)) for row in self.rows]

    def names(self) -> list[str]:
        """Name each row by all its cells but the last, which is the answer."""
        return [", ".join(filter(None, row[:-1])) or "always" for row in self.rows]

    def markdown(self) -> str:
        """Write the sentence and the table, its columns lined up."""
        widths = [max(map(len, column)) for column in zip(self.columns, *self.rows, strict=True)]
        ruler = ["-" * width for width in widths]
        table = [_line(row, widths) for row in (self.columns, ruler, *self.rows)]
        return "\n".join([textwrap.fill(self.sentence, _WIDTH), "", *table])


def spec(text: str) -> Spec:
    """Read a paragraph, an empty line and a Markdown table.

    Raises:
        ValueError: a part is missing, or a row has another number of cells than the heading.
    """
    sentence, _, table = inspect.cleandoc(text).partition("\n\n")
    lines = [_cells(line) for line in table.strip().splitlines()]
    if len(lines) < 3 or not all(_RULE.fullmatch(cell) for cell in lines[1]):
        raise ValueError(f"needs a sentence, a heading, a ruler and a row: {sentence}")
    columns, _, *rows = lines
    if len(set(columns)) < len(columns) or any(len(row) != len(columns) for row in lines):
        raise ValueError(f"needs one cell for each column in every row: {sentence}")
    return Spec(" ".join(sentence.split()), columns, tuple(rows))


def _cells(line: str) -> tuple[str, ...]:
    bare = line.strip()
    if not (bare.startswith("|") and bare.endswith("|")):
        raise ValueError(f"is no row of a table: {bare}")
    return tuple(cell.strip() for cell in bare[1:-1].split("|"))


def _line(cells: Iterable[str], widths: Iterable[int]) -> str:
    padded = (cell.ljust(width) for cell, width in zip(cells, widths, strict=True))
    return f"| {' | '.join(padded)} |"
