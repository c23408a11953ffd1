"""What a bulk export costs with every limit, beside the same writer with none.

Both go through the gateway's own stream, from the same Parquet file into Parquet; they take turns,
each in a process of its own. CPU seconds are of all threads.
"""

import asyncio
import tempfile
from pathlib import Path
from typing import NamedTuple

from answerable.gateway.asked import AskBulk
from answerable.gateway.formats import Format
from answerable.gateway.patterns.bulk import bulk
from answerable.gateway.point import Point
from bench.agreed import ASKED, GIVEN, LIMITED, PLAIN, agreed, at_work
from bench.figures import Figure, Say, at_most, seen
from bench.watch import Watch, alone

NAME = "gateway-bulk"
DESCRIPTION = "Gateway: a 10-million-row export with every limit, beside the same writer with none"

ROWS = 10_000_000
RUNS = 3


class Exported(NamedTuple):
    """What one export took, and gave."""

    watch: Watch
    rows: int
    size: int


def run(say: Say) -> list[Figure]:
    """Measure it; two to four minutes."""
    with tempfile.TemporaryDirectory(prefix="bench-gateway-") as folder:
        say(f"writing a table of {ROWS:,} rows")
        with agreed(Path(folder), ROWS) as (made, table):
            config = made.configure(table)
            plain, limited = [], []
            for number in range(RUNS):
                say(f"run {number + 1} of {RUNS}")
                plain.append(alone(export, config, PLAIN))
                limited.append(alone(export, config, LIMITED))
    return _figures(plain, limited)


def export(config: Path, agreement: str, form: Format = Format.PARQUET) -> Exported:
    """Export everything under an agreement, and throw it away."""
    ask = AskBulk(agreement=agreement, purpose="flood_relief", columns=GIVEN, format=form)
    with at_work(config) as running:
        watch = Watch()
        with watch.running():
            rows, size = asyncio.run(_drain(running.point, ask))
    return Exported(watch, rows, size)


async def _drain(point: Point, ask: AskBulk) -> tuple[int, int]:
    stream = await bulk(point, ASKED, ask)
    size = 0
    async for part in stream.parts():
        if not stream.may_go_on():
            raise RuntimeError
        size += len(part)
    return stream.rows, size


def _figures(plain: list[Exported], limited: list[Exported]) -> list[Figure]:
    bare = min(each.watch.cpu for each in plain)
    full = min(each.watch.cpu for each in limited)
    each = full / limited[0].rows / (bare / plain[0].rows)  # a limit on rows leaves fewer to write
    return [
        seen("rows given without limits", plain[0].rows, "rows", RUNS),
        seen("rows given with limits", limited[0].rows, "rows", RUNS),
        seen("export without limits", bare, "CPU seconds", RUNS),
        seen("export with limits", full, "CPU seconds", RUNS),
        seen("without limits, on the wall", min(e.watch.wall for e in plain), "seconds", RUNS),
        seen("with limits, on the wall", min(e.watch.wall for e in limited), "seconds", RUNS),
        at_most("with limits, beside without", full / bare, "times the CPU", 1.15, RUNS),
        seen("the same, for each row given", each, "times the CPU", RUNS),
    ]
