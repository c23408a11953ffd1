"""``answerable missing``: who is missing from a pool, beside the population."""

import json
from dataclasses import asdict
from pathlib import Path

import click

from answerable.cli.console import table, tell
from answerable.cli.draw.asked import invalid, read_file, read_list
from answerable.cli.draw.options import AS_JSON, FILE
from answerable.science.sortition import SortitionError, read_shares
from answerable.science.sortition.invitations import ValueSeen
from answerable.science.sortition.invitations import missing as compare


@click.command("missing")
@click.option("--pool", required=True, type=FILE, help="CSV: one row a volunteer.")
@click.option("--population", required=True, type=FILE, help="CSV: feature,value,percent.")
@click.option("--id-column", default="id", show_default=True, metavar="NAME")
@AS_JSON
def missing(*, pool: Path, population: Path, id_column: str, as_json: bool) -> None:
    """Compare a pool with the population: who is missing from it, beyond chance."""
    files = read_file(pool), read_file(population)
    try:
        shares = read_shares(files[1].text)
        features = {feature for feature, _, _ in shares}
        people = read_list(files[0], "pool", {"--id-column": (id_column,)}, features=features)
        seen = compare([profile for _, profile, _ in people], shares)
    except SortitionError as problem:
        raise invalid(problem) from None
    if as_json:
        said = {"v": 1, "people": len(people), "values": [asdict(value) for value in seen]}
        click.echo(json.dumps(said, ensure_ascii=False, indent=2))
    else:
        _tell(seen, len(people))


def _tell(seen: list[ValueSeen], people: int) -> None:
    tell(f"{people:,} people are in the pool.")
    table((f"{value.feature}: {value.value}", _row(value), _verdict(value)) for value in seen)
    tell(
        f"{len(seen)} values were compared. A difference counts as beyond chance where an exact "
        "binomial test says so at 5 in 100 for all of them together (Holm). A dash: fewer than 10 "
        "people, or what would tell how many those are."
    )


def _row(value: ValueSeen) -> str:
    pool = "  -   " if value.pool is None else f"{value.pool:6.1%}"
    ratio = " -  " if value.ratio is None else f"{value.ratio:4.2f}"
    return f"pool {pool}  population {value.population:6.1%}  ratio {ratio}"


def _verdict(value: ValueSeen) -> str:
    if not value.beyond:
        return "within chance"
    return "too few" if value.fewer else "more than its share"
