"""List the benchmarks, run one, or all: ``python -m bench [NAME] [--all] [--json FILE]``."""

import json
from collections.abc import Iterable, Iterator
from dataclasses import asdict
from importlib import import_module
from pathlib import Path
from pkgutil import iter_modules
from typing import Any, Protocol, cast

import click

import bench
from bench.figures import Figure, Machine, Say, machine

ALL = "all"
COLUMNS = ("figure", "value", "unit", "reach", "ok", "runs")


class Benchmark(Protocol):
    """A module that measures something."""

    NAME: str
    DESCRIPTION: str

    def run(self, say: Say) -> list[Figure]:
        """Measure it."""


def benchmarks() -> dict[str, Benchmark]:
    """Find every module of this package that has a name and a run, in order of name."""
    modules = (import_module(f"bench.{name}") for name in _names())
    found = [cast("Benchmark", module) for module in modules if hasattr(module, "run")]
    return {benchmark.NAME: benchmark for benchmark in sorted(found, key=lambda each: each.NAME)}


def _names() -> Iterator[str]:
    names = (module.name for module in iter_modules(bench.__path__))
    return (name for name in names if not name.startswith("_"))


@click.command()
@click.argument("name", required=False)
@click.option(
    "--json",
    "file",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Write the figures there too; with all, a list of one object for each benchmark.",
)
@click.option("--all", "whole", is_flag=True, help="Measure every case, where that takes hours.")
def main(name: str | None, file: Path | None, whole: bool) -> None:
    """Measure what NAME measures, or all; without a name, list the benchmarks."""
    known = benchmarks()
    if name is None:
        click.echo("\n".join(_listing(known.values())))
        return
    if name not in known and name != ALL:
        names = ", ".join([*known, ALL])
        raise click.UsageError(f"There is no benchmark '{name}'. There are: {names}.")
    results = [_measure(each, whole=whole) for each in known.values() if name in (each.NAME, ALL)]
    if file:
        said = results if name == ALL else results[0]
        file.write_text(json.dumps(said, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")


def _listing(known: Iterable[Benchmark]) -> Iterator[str]:
    return (f"{each.NAME:<16} {each.DESCRIPTION}" for each in known)


def _measure(benchmark: Benchmark, *, whole: bool) -> dict[str, Any]:
    """Run one, show what it found, and give the same for a file."""
    ran_on = machine()
    measure = getattr(benchmark, "run_all", benchmark.run) if whole else benchmark.run
    figures = measure(lambda words: click.echo(f"  {words}", err=True))
    click.echo("\n".join([f"{benchmark.NAME}: {benchmark.DESCRIPTION}", "", *_table(figures)]))
    click.echo("\n".join(["", *_described(ran_on), ""]))
    return {
        "name": benchmark.NAME,
        "machine": ran_on,
        "figures": [asdict(figure) for figure in figures],
    }


def _table(figures: Iterable[Figure]) -> Iterator[str]:
    rows = [COLUMNS, *(_row(figure) for figure in figures)]
    widths = [max(len(row[place]) for row in rows) for place in range(len(COLUMNS))]
    for row in rows:
        cells = (cell.ljust(width) for cell, width in zip(row, widths, strict=True))
        yield "  ".join(cells).rstrip()


def _row(figure: Figure) -> tuple[str, ...]:
    verdict = {True: "yes", False: "no", None: ""}[figure.ok]
    runs = f"{figure.runs:,}"
    return (figure.name, number(figure.value), figure.unit, figure.reach, verdict, runs)


def number(value: float) -> str:
    """Write a figure with three digits that matter, and no fraction from a hundred up.

    >>> [number(value) for value in (1234567.8, 12.345, 0.012345)]
    ['1,234,568', '12.3', '0.0123']
    """
    return f"{value:,.0f}" if value >= 100 else f"{value:.3g}"


def _described(ran_on: Machine) -> Iterator[str]:
    return (f"{name.replace('_', ' '):<12} {value}" for name, value in ran_on.items())


if __name__ == "__main__":
    main(prog_name="python -m bench")
