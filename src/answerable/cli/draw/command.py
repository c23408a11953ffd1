"""The command, its options, and how far it is."""

import json
import time
from pathlib import Path
from typing import Any, Final

import click

from answerable.cli.console import table, tell
from answerable.cli.draw.asked import read_file, read_pool
from answerable.cli.draw.files import check_out, contents, write
from answerable.cli.draw.made import PLAIN, Made, key_of, make, seed_of
from answerable.cli.draw.options import AS_JSON, FILE, SEED, names
from answerable.science.sortition import METHODS

_PHASES: Final = {
    "chances": "Working out everybody's chance",
    "panels": "Writing the chances as a lottery over whole panels",
    "compositions": "Numbering compositions of equal chance",
}
_EVERY: Final = 2.0


class _Progress:
    """Says on standard error how far it is, and about how long it takes; quick work is silent."""

    def __init__(self) -> None:
        self._begun = self._told = time.monotonic()
        self._phase = ""

    def __call__(self, phase: str, done: int, of: int) -> None:
        now = time.monotonic()
        if phase != self._phase:
            self._phase, self._begun = phase, now
        if now - self._told < _EVERY:
            return
        self._told = now
        left = (now - self._begun) / done * (of - done) if done else 0.0
        more = f": {done} of about {of}, some {left:.0f} s left" if done else ""
        click.echo(f"{_PHASES[phase]}{more} …", err=True)


@click.command("draw")
@click.option("--targets", required=True, type=FILE, help="CSV: feature,value,min,max …")
@click.option("--respondents", required=True, type=FILE, help="CSV: one row a volunteer.")
@click.option("--seats", required=True, type=click.IntRange(1, 1_000), help="Size of the panel.")
@click.option("--id-column", default="id", show_default=True, metavar="NAME")
@click.option(
    "--household-columns",
    "households",
    default="",
    metavar="NAME,…",
    callback=names,
    help="At most one person of those with the same in all of these, such as the address.",
)
@click.option(
    "--method", default="leximin", show_default=True, type=click.Choice(sorted([*METHODS, PLAIN]))
)
@SEED
@click.option("--out", required=True, type=FILE, metavar="DIR", help="Must be new, or empty.")
@AS_JSON
def draw(*, seed: str, out: Path, method: str, as_json: bool, **files: Any) -> None:
    """Draw a panel by a fair lottery, from files alone; no register is needed."""
    lot = seed_of(seed)
    check_out(out)
    inputs = {name: read_file(files.pop(name)) for name in ("targets", "respondents")}
    pool = read_pool(inputs["targets"], inputs["respondents"], **files)
    made = make(pool, method=method, key=key_of(inputs), seed=lot, tell=_Progress())
    written = contents(made, inputs)
    write(out, written)
    if as_json:
        click.echo(json.dumps(json.loads(written["draw.json"]), ensure_ascii=False, indent=2))
    else:
        _tell(made, out)


def _tell(made: Made, out: Path) -> None:
    measured = made.measured
    tell(
        f"{made.pool.made.seats} people were drawn from {len(made.pool.numbers):,}. The least "
        f"chance of anybody was {measured.least_probability:.2%}; people with the same profile had "
        f"exactly the same chance. Gini of the chances: {measured.gini:.4f}."
    )
    if made.method == PLAIN:
        tell(
            "Only the targets were respected. The chances are those of a thousand compositions, "
            "drawn by random keys. Endless drawing would give others; the standard error is up to "
            f"{made.doubt:.2%}."
        )
    table(
        (each.target.name, str(each.seats), f"target {each.target.min} to {each.target.max}")
        for each in made.met
    )
    tell(f"Everything is in {out}; open report.html to look at it.")
