"""How much memory an export takes at its peak: a million rows, and ten million.

Each in a process of its own; the figure is the greatest resident size of any run, as the system
keeps it.
"""

import resource
import tempfile
from pathlib import Path

from bench.agreed import LIMITED, agreed
from bench.figures import Figure, Say, at_most, seen
from bench.gateway_bulk import export
from bench.watch import alone

NAME = "gateway-memory"
DESCRIPTION = "Gateway: peak memory of an export of a million rows and of ten million"

FEW, MANY = 1_000_000, 10_000_000
RUNS = 3


def run(say: Say) -> list[Figure]:
    """Measure it; two minutes."""
    peaks: dict[int, list[float]] = {FEW: [], MANY: []}
    with tempfile.TemporaryDirectory(prefix="bench-gateway-") as folder:
        for rows, found in peaks.items():
            say(f"{rows:,} rows")
            with agreed(Path(folder), rows) as (made, table):
                config = made.configure(table)
                found.extend(alone(peak, config) for _ in range(RUNS))
    few, many = max(peaks[FEW]), max(peaks[MANY])
    return [
        seen("a million rows", few, "MiB", RUNS),
        seen("ten million rows", many, "MiB", RUNS),
        at_most("ten million beside one", many / few, "times the memory", 1.1, RUNS),
    ]


def peak(config: Path) -> float:
    """Export everything, and give the greatest resident size in MiB."""
    export(config, LIMITED)
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
