"""What a draw is made from: two files; every mistake in them with its line and column."""

import hashlib
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from answerable.model.errors import Fault, Invalid
from answerable.science.sortition import (
    Instance,
    SortitionError,
    Target,
    explained,
    instance,
    read_rules,
)
from answerable.science.sortition.formats import Person, people_from, rows_of
from answerable.science.sortition.households import households as households_of
from answerable.science.sortition.sheets import renamed

MOST_PEOPLE: Final = 250_000
"""More rows are no pool, but the wrong file."""

_MOST_BYTES: Final = 256 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class File:
    """A file, as it was read.

    Attributes:
        digest: SHA-256 of its bytes.
    """

    name: str
    text: str
    digest: str


@dataclass(frozen=True, slots=True)
class Pool:
    """People and targets.

    Attributes:
        numbers: the id of each person, as their file has it.
        columns: the headings of that file, the id first.
        rows: what stands under each heading, by person.
    """

    targets: tuple[Target, ...]
    numbers: tuple[str, ...]
    columns: tuple[str, ...]
    rows: tuple[dict[str, str], ...]
    made: Instance


def read_file(path: Path) -> File:
    """Read a file of text.

    Raises:
        Invalid: ``file.unreadable``, ``file.large``, ``file.text``, with its name.
    """
    try:
        if path.stat().st_size > _MOST_BYTES:
            raise Invalid("file.large", file=path.name, most=_MOST_BYTES // 1024**2)
        data = path.read_bytes()
    except OSError:
        raise Invalid("file.unreadable", file=str(path)) from None
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise Invalid("file.text", file=path.name) from None
    return File(path.name, text, hashlib.sha256(data).hexdigest())


def read_pool(
    targets: File, respondents: File, *, seats: int, id_column: str, households: tuple[str, ...]
) -> Pool:
    """Make sense of targets and people.

    Raises:
        Invalid: whatever is wrong with either, with line and column; where targets cannot be met
            together, ``targets.together`` with the least that could give way.
    """
    asked = {"--id-column": (id_column,), "--household-columns": households}
    try:
        rules = tuple(read_rules(targets.text))
        features = {feature for rule in rules for feature, _ in rule.of}
        people = read_list(respondents, "respondents", asked, features=features)
        _check_size(len(people))
        rows = tuple({**profile, **rest} for _, profile, rest in people)
        profiles = [profile for _, profile, _ in people]
        homes = households_of(rows, households)
        made = instance(profiles, rules, seats=seats, households=homes)
    except SortitionError as problem:
        raise invalid(problem) from None
    columns = tuple(dict.fromkeys((id_column, *(name for row in rows[:1] for name in row))))
    return Pool(rules, tuple(number for number, _, _ in people), columns, rows, made)


def read_list(
    file: File,
    what: str,
    asked: Mapping[str, Sequence[str]],
    *,
    features: Collection[str],
) -> list[Person]:
    """Read people with the columns that options name.

    Args:
        file: one row a person.
        what: a name for the people in what is said of faults.
        asked: the columns that each option names; ``--id-column`` is one of them.
        features: what profiles are made of.

    Raises:
        Invalid: ``option.columns``, naming the option and the columns that the file has.
        SortitionError: as `read_people`.
    """
    wanted = {*features, *(name for names in asked.values() for name in names)}
    rows = list(renamed(rows_of(file.text, what, wanted), wanted))
    found = [name for name in (rows[0][1] if rows else ()) if name]
    for option, names in asked.items():
        lacking = [name for name in names if rows and name not in found]
        if lacking:
            raise Invalid(
                "option.columns", file=file.name, option=option, columns=lacking, found=found
            )
    (id_column,) = asked["--id-column"]
    return people_from(rows, set(features), id_column=id_column, what=what)


def invalid(problem: SortitionError) -> Invalid:
    """Say what is wrong, each fault with the line where it is."""
    faults = [Fault(_where(each), each.code, dict(each.params)) for each in problem.faults]
    return Invalid(problem.code, faults, **problem.params)


def _where(fault: SortitionError) -> str:
    line = fault.params.get("line")
    return f"line {line}" if line else fault.code.partition(".")[0]


def too_tight(problem: SortitionError, made: Instance) -> Invalid:
    """Say which targets are in each other's way, and the least that could give way."""
    return invalid(explained(problem, made))


def _check_size(people: int) -> None:
    if people > MOST_PEOPLE:
        raise Invalid("people.many", people=people, most=MOST_PEOPLE)
