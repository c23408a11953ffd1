"""What every benchmark gives: figures, each with its reach, and the machine they were seen on."""

import os
import platform
import sqlite3
import ssl
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from answerable.loop import SystemClock

Say = Callable[[str], None]
"""Tells whoever waits what is going on."""

Machine = dict[str, str | int]


@dataclass(frozen=True, slots=True)
class Figure:
    """One measured number.

    Attributes:
        reach: what it should be, such as ``<= 10 s``; empty when the figure only informs.
        ok: whether it is; none without a reach.
        runs: how many times it was measured; the value is the best of them unless the name says
            otherwise.
    """

    name: str
    value: float
    unit: str
    reach: str
    ok: bool | None
    runs: int


def seen(name: str, value: float, unit: str, runs: int) -> Figure:
    """Give a figure without a reach.

    >>> seen("entries", 12.5, "per second", runs=3)
    Figure(name='entries', value=12.5, unit='per second', reach='', ok=None, runs=3)
    """
    return Figure(name, value, unit, "", None, runs)


def at_least(name: str, value: float, unit: str, reach: float, runs: int) -> Figure:
    """Give a figure that should be great.

    >>> at_least("proofs", 8, "times faster", reach=10, runs=3).ok
    False
    """
    return Figure(name, value, unit, f">= {reach:,}", value >= reach, runs)


def at_most(name: str, value: float, unit: str, reach: float, runs: int) -> Figure:
    """Give a figure that should be small.

    >>> at_most("fold", 8, "CPU seconds", reach=10, runs=3).reach
    '<= 10'
    """
    return Figure(name, value, unit, f"<= {reach:,}", value <= reach, runs)


def machine() -> Machine:
    """Describe what the figures are seen on, and when."""
    return {
        "cpu": _cpu(),
        "cores": os.cpu_count() or 1,
        "memory_gib": round(os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30),
        "python": platform.python_version(),
        "openssl": ssl.OPENSSL_VERSION,
        "sqlite": sqlite3.sqlite_version,
        "date": SystemClock().now().date().isoformat(),
    }


def _cpu() -> str:
    """Give the model as Linux names it, or what Python knows."""
    cpuinfo = Path("/proc/cpuinfo")
    lines = cpuinfo.read_text().splitlines() if cpuinfo.exists() else []
    models = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return models[0] if models else platform.processor() or platform.machine()
