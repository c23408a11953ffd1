"""``answerable tables``: a panel at small tables, round after round."""

import json
from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import click

from answerable.cli.console import tell
from answerable.cli.draw.asked import File, invalid, read_file, read_list
from answerable.cli.draw.files import check_new, csv_of, write_file
from answerable.cli.draw.made import seed_of
from answerable.cli.draw.options import AS_JSON, FILE, SEED, names
from answerable.model.errors import Invalid
from answerable.science.sortition import SortitionError
from answerable.science.sortition.households import households
from answerable.science.sortition.tables import (
    MOST_ROUNDS,
    Reached,
    Seating,
    reached,
    seating,
    table_sizes,
)
from answerable.science.sortition.targets import Profile


@dataclass(frozen=True, slots=True)
class _Seated:
    """A panel at its tables.

    Attributes:
        numbers: the id of each person.
        profiles: their value for each feature.
    """

    numbers: tuple[str, ...]
    profiles: tuple[Profile, ...]
    features: tuple[str, ...]
    seed: bytes
    seated: Seating
    came: Reached


@click.command("tables")
@click.option("--panel", required=True, type=FILE, help="CSV: one row a person.")
@click.option(
    "--features", default="", metavar="NAME,…", callback=names, help="What tables are mixed in."
)
@click.option("--rounds", required=True, type=click.IntRange(1, MOST_ROUNDS))
@click.option("--size", default=7, show_default=True, type=click.IntRange(2), help="Wanted.")
@click.option("--least", default=6, show_default=True, type=click.IntRange(1), help="At a table.")
@click.option("--most", default=8, show_default=True, type=click.IntRange(1), help="At a table.")
@click.option("--sizes", default="", metavar="N,…", callback=names, help="Of each table, instead.")
@click.option("--id-column", default="id", show_default=True, metavar="NAME")
@click.option(
    "--apart-columns",
    "apart",
    default="",
    metavar="NAME,…",
    callback=names,
    help="Never at one table: people with the same in all of these, such as the address.",
)
@click.option(
    "--together-columns",
    "together",
    default="",
    metavar="NAME,…",
    callback=names,
    help="Always at one table: people with the same in all of these, such as a companion.",
)
@SEED
@click.option("--out", required=True, type=FILE, metavar="FILE", help="CSV; must be new.")
@AS_JSON
def tables(*, panel: Path, seed: str, out: Path, as_json: bool, **asked: Any) -> None:
    """Seat a panel at small tables: mixed ones, at which people meet many others."""
    key = seed_of(seed)
    check_new(out)
    file = read_file(panel)
    try:
        seated = _seat(file, key, **asked)
    except SortitionError as problem:
        raise invalid(problem) from None
    write_file(out, _written(seated, asked["id_column"]))
    if as_json:
        click.echo(json.dumps(_said(seated, file), ensure_ascii=False, indent=2))
    else:
        _tell(seated, out)


def _seat(  # noqa: PLR0913 - one for each option
    file: File,
    seed: bytes,
    *,
    features: tuple[str, ...],
    rounds: int,
    sizes: tuple[str, ...],
    id_column: str,
    apart: tuple[str, ...],
    together: tuple[str, ...],
    **size: int,
) -> _Seated:
    """Make sense of a panel, and seat it.

    Raises:
        SortitionError: as `read_people` and `seating`.
        Invalid: ``tables.form``; ``option.columns``.
    """
    asked = {
        "--id-column": (id_column,),
        "--features": features,
        "--apart-columns": apart,
        "--together-columns": together,
    }
    found = read_list(file, "panel", asked, features=features)
    numbers = tuple(number for number, _, _ in found)
    profiles = tuple(profile for _, profile, _ in found)
    rows = [{**profile, **rest} for _, profile, rest in found]
    given = _sizes(sizes) or table_sizes(len(rows), **size)
    kept = {"apart": _groups(rows, apart), "together": _groups(rows, together)}
    made = seating(
        profiles, features, sizes=given, rounds=rounds, numbers=numbers, seed=seed, **kept
    )
    came = reached(made, profiles, features, **kept)
    return _Seated(numbers, profiles, features, seed, made, came)


def _sizes(said: tuple[str, ...]) -> tuple[int, ...]:
    if not all(each.isascii() and each.isdigit() for each in said):
        raise Invalid("tables.form")
    return tuple(int(each) for each in said)


def _groups(rows: list[dict[str, str]], columns: tuple[str, ...]) -> list[list[int]]:
    groups: dict[str, list[int]] = defaultdict(list)
    for place, name in enumerate(households(rows, columns) or ()):
        if name:
            groups[name].append(place)
    return [group for group in groups.values() if len(group) > 1]


def _written(seated: _Seated, id_column: str) -> bytes:
    turns = [f"round_{turn}" for turn in range(1, len(seated.seated.rounds) + 1)]
    tables = zip(*seated.seated.rounds, strict=True)
    rows = zip(seated.numbers, seated.profiles, tables, strict=True)
    return csv_of(
        (id_column, *turns, *seated.features),
        (
            (number, *(str(table + 1) for table in at), *(profile[f] for f in seated.features))
            for number, profile, at in rows
        ),
    )


def _said(seated: _Seated, file: File) -> dict[str, Any]:
    came = seated.came
    return {
        "v": 1,
        "people": len(seated.numbers),
        "features": list(seated.features),
        "sizes": list(seated.seated.sizes),
        "rounds": len(seated.seated.rounds),
        "seed": seated.seed.hex(),
        "beyond_share": came.beyond,
        "furthest_beyond_share": came.furthest,
        "meetings": came.meetings,
        "possible_meetings": came.possible,
        "pairs": came.pairs,
        "never_met": len(came.never),
        "most_often": came.most_often,
        "fewest_met": came.fewest,
        "most_met": came.most,
        "inputs": {"panel": {"file": file.name, "sha256": file.digest}},
    }


def _tell(seated: _Seated, out: Path) -> None:
    came, sizes, turns = seated.came, seated.seated.sizes, len(seated.seated.rounds)
    span = " or ".join(str(size) for size in sorted(set(sizes)))
    tell(
        f"{len(seated.numbers)} people sit at {len(sizes)} tables of {span}, in "
        f"{turns} round{'s' if turns > 1 else ''}."
    )
    if came.beyond:
        tell(
            f"Not every table could be mixed as it should: at worst {came.furthest} more or fewer "
            f"people with a value than the table's share of them; {came.beyond} in all rounds "
            "together."
        )
    elif seated.features:
        tell("Of the people with each value every table has its share, rounded down or up.")
    tell(
        f"{came.meetings:,} different pairs meet; no such seating has more than {came.possible:,}. "
        f"Everybody meets {came.fewest} to {came.most} others, nobody the same person more than "
        f"{came.most_often} times; {len(came.never):,} of {came.pairs:,} pairs never meet."
    )
    tell(f"Who sits where is in {out}.")
