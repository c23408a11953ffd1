"""A form as it is laid out: its questions, what was filled in, and what is wrong."""

import csv
import io
from dataclasses import dataclass

from answerable.web.form.fields import Choice, Shape


@dataclass(frozen=True, slots=True)
class Input:
    """One thing that is typed or chosen.

    Attributes:
        label: of a part of a day, or the language of a sentence.
    """

    name: str
    label: str
    value: str | list[str]
    language: str = ""


@dataclass(frozen=True, slots=True)
class Field:
    """One question of a form.

    Attributes:
        fault: what is wrong with what was filled in.
        example: of a table.
    """

    name: str
    shape: Shape
    label: str
    hint: str
    needed: bool
    choices: tuple[Choice, ...]
    inputs: tuple[Input, ...]
    fault: str = ""
    example: str = ""

    @property
    def id(self) -> str:
        """Where it stands on the page."""
        return self.inputs[0].name

    @property
    def shown(self) -> str:
        """What was filled in, in words."""
        words = {choice.value: choice.words for choice in self.choices}
        every = [each.value for each in self.inputs]
        flat = [v for each in every for v in (each if isinstance(each, list) else [each]) if v]
        return ", ".join(words.get(value, value) for value in flat)

    @property
    def rows(self) -> tuple[tuple[str, ...], ...]:
        """The cells of a table that was filled in as CSV; columns that nobody filled left out."""
        cells = list(csv.reader(io.StringIO(self.shown)))
        wide = range(max(map(len, cells), default=0))
        kept = [at for at in wide if any(at < len(row) and row[at] for row in cells[1:])]
        return tuple(tuple(row[at] if at < len(row) else "" for at in kept) for row in cells if row)


@dataclass(frozen=True, slots=True)
class Sheet:
    """A form.

    Attributes:
        fixed: what is settled already and only shown.
        asked: the questions.
        first: whether the answers only lead to the rest of the questions.
        files: whether a file is asked for.
        tables: whether a file may be sent in place of a table that is pasted.
    """

    kind: str
    title: str
    about: str
    fixed: tuple[Field, ...]
    asked: tuple[Field, ...]
    first: bool
    files: bool
    tables: bool = False

    @property
    def faults(self) -> tuple[Field, ...]:
        """The questions whose answers are wrong."""
        return tuple(field for field in (*self.fixed, *self.asked) if field.fault)
