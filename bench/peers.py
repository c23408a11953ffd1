"""Run a draw as a process, ours or that of a peer, and see what it took."""

import csv
import json
import os
import signal
import subprocess
import sys
import threading
import venv
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bench.pools import Shape, homes, pool

PEER = ("sortition-algorithms==0.12.*", "mip<2", "gurobipy")
HERE = Path(__file__).parent


@dataclass(frozen=True, slots=True)
class Took:
    """What a process took, and the chances that it found; memory is its own greatest use.

    Attributes:
        chances: none where the process was stopped.
    """

    cpu: float
    mebibytes: float
    chances: list[float]
    panels: int
    cuts: int

    @property
    def stopped(self) -> bool:
        return not self.chances


def write(shape: Shape, folder: Path) -> None:
    """Write a pool and its targets as the files that both read."""
    people, targets = pool(shape)
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "targets.csv").open("w", newline="", encoding="utf-8") as file:
        rows = [(t.feature, t.value, t.min, t.max) for t in targets]
        csv.writer(file).writerows([("feature", "value", "min", "max"), *rows])
    with (folder / "respondents.csv").open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(["id", *people[0], "home"])
        for at, (person, home) in enumerate(zip(people, homes(shape), strict=True)):
            writer.writerow([f"p{at}", *person.values(), home])


def install(folder: Path) -> Path:
    """Make an environment with the peer in it, and give its Python."""
    venv.create(folder, with_pip=True)
    python = folder / "bin" / "python"
    quiet = ["install", "--quiet", "--disable-pip-version-check"]
    subprocess.run([python, "-m", "pip", *quiet, *PEER], check=True, capture_output=True)
    return python


def versions(python: Path) -> str:
    """Say what is installed there."""
    code = (
        "from importlib.metadata import version as v;"
        "print(', '.join(f'{n} {v(n)}' for n in"
        " ('sortition-algorithms', 'highspy', 'mip', 'gurobipy')))"
    )
    ran = subprocess.run([python, "-c", code], check=True, capture_output=True, text=True)
    return ran.stdout.strip()


def ours(folder: Path, seats: int, rule: str, limit: float) -> Took | None:
    """Draw once ourselves."""
    return _run([sys.executable, "-m", "bench._ours", folder, seats, rule], limit)


def theirs(
    python: Path, folder: Path, seats: int, rule: str, method: str, solver: str, limit: float
) -> Took | None:
    """Let the peer draw once; none where it refused."""
    return _run([python, HERE / "_theirs.py", folder, seats, rule, method, solver], limit)


def _run(command: list[Any], limit: float) -> Took | None:
    """Run it on one processor, and stop it at the limit; none where it failed."""
    single = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS"), "1")
    process = subprocess.Popen(
        [str(part) for part in command],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env={**os.environ, **single},
    )
    timer = threading.Timer(limit, process.kill)
    timer.start()
    said = process.stdout.read() if process.stdout else b""
    _, status, usage = os.wait4(process.pid, 0)
    timer.cancel()
    process.returncode = os.waitstatus_to_exitcode(status)
    cpu = usage.ru_utime + usage.ru_stime
    if process.returncode == -signal.SIGKILL:
        return Took(cpu, 0.0, [], 0, 0)
    if process.returncode:
        return None
    return Took(cpu, **json.loads(said[said.index(b'{"chances"') :]))
