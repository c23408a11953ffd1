"""What a lookup costs through the gateway, beside a bare keyed lookup on the same server stack.

Both servers run in a process of their own, and are asked for the same subjects over 64 kept
connections. CPU seconds are of the server's process, all threads. Through the gateway a lookup is
proved (a signed token), decided, made less exact, and recorded durably before it is answered.
"""

import json
import os
import statistics
import subprocess
import tempfile
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from random import Random  # noqa: TID251 - which subjects are asked for
from typing import NamedTuple

import uvloop

from answerable.gateway.client import sign_token
from answerable.model.clock import SystemClock
from bench.agreed import AUDIENCE, GIVEN, LIMITED, SERVICE_KEY, agreed, at_work
from bench.figures import Figure, Say, at_least, at_most, seen
from bench.load import Load, put, request
from bench.serving import free_port, serving

NAME = "gateway-lookup"
DESCRIPTION = "Gateway: lookups proved, decided and recorded durably, beside a bare keyed lookup"

SUBJECTS = 1_000_000
ASKED = 30_000
CONNECTIONS = 64
RUNS = 3
MANY = 1_000
_TICKS = os.sysconf("SC_CLK_TCK")
_A_SECOND, _TIMES = "per CPU second", "times the CPU"


class Cost(NamedTuple):
    """What one lookup took of the server, on average.

    Attributes:
        cpu: seconds.
        wall: seconds.
    """

    cpu: float
    wall: float
    load: Load


def run(say: Say) -> list[Figure]:
    """Measure it; about three minutes."""
    with tempfile.TemporaryDirectory(prefix="bench-gateway-") as folder:
        say(f"making a register and a copy of {SUBJECTS:,} subjects")
        with agreed(Path(folder), SUBJECTS) as (made, table):
            port = free_port()
            config = made.configure(table, port)
            with at_work(config):
                pass  # the lists are fed; the keys are made
            return _measure(say, config, port)


def _measure(say: Say, config: Path, port: int) -> list[Figure]:
    once, many, bare = [], [], []
    half: list[Load] = []
    with serving("gateway", str(config), port=port) as gateway:
        copy = next((config.parent / "state" / "copies").glob("*.sqlite3"))
        bare_port = free_port()
        with serving("bare", str(copy), str(bare_port), port=bare_port) as plain:
            for number in range(RUNS):
                say(f"run {number + 1} of {RUNS}")
                bare.append(_cost(plain, bare_port, _bare(number)))
                many.append(_cost(gateway, port, list(_proved(number, MANY))))
                once.append(_cost(gateway, port, list(_proved(number, 1))))
            say("at half load")
            pause = 2 * CONNECTIONS * min(cost.wall for cost in many)
            half.append(_load(port, list(_proved(99, MANY))[: ASKED // 3], pause)[0])
    return _figures(once, many, bare, half[0])


def _figures(
    once: Sequence[Cost], many: Sequence[Cost], bare: Sequence[Cost], half: Load
) -> list[Figure]:
    named = {"once": once, "many": many, "bare": bare}
    each = {name: min(cost.cpu for cost in costs) for name, costs in named.items()}
    slowest = statistics.quantiles(half.seconds, n=100)[98] * 1000
    refused = sum(cost.load.refused for costs in named.values() for cost in costs)
    return [
        seen("bare lookup", each["bare"] * 1e6, "CPU us each", RUNS),
        seen("a token of 1,000 uses", each["many"] * 1e6, "CPU us each", RUNS),
        seen("a token for every lookup", each["once"] * 1e6, "CPU us each", RUNS),
        at_least("lookups, a token of 1,000 uses", 1 / each["many"], _A_SECOND, 12_000, RUNS),
        at_least("lookups, a token for each", 1 / each["once"], _A_SECOND, 12_000, RUNS),
        at_most("1,000 uses, beside bare", each["many"] / each["bare"], _TIMES, 1.5, RUNS),
        at_most("a token for each, beside bare", each["once"] / each["bare"], _TIMES, 1.5, RUNS),
        seen("on the wall, 1,000 uses", 1 / min(c.wall for c in many), "per second", RUNS),
        seen("99th percentile at half load", slowest, "ms", len(half.seconds)),
        seen("lookups refused", refused, "of all", 3 * RUNS * ASKED),
    ]


def _cost(process: "subprocess.Popen[bytes]", port: int, requests: list[bytes]) -> Cost:
    """Give CPU and wall seconds of the server for each request."""
    before = _cpu(process.pid)
    load, wall = _load(port, requests, 0)
    return Cost((_cpu(process.pid) - before) / len(requests), wall / len(requests), load)


def _load(port: int, requests: list[bytes], pause: float) -> tuple[Load, float]:
    begun = time.perf_counter()
    load = uvloop.run(put(port, requests, CONNECTIONS, pause))
    return load, time.perf_counter() - begun


def _cpu(pid: int) -> float:
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / _TICKS


def _bodies(seed: int) -> Iterator[bytes]:
    draw = Random(seed)  # noqa: S311 - nothing here is secret
    for _ in range(ASKED):
        number = draw.randrange(SUBJECTS)
        asked = {
            "agreement": LIMITED,
            "purpose": "flood_relief",
            "subject": f"INV{number * 7368787 % 999999937:09}",
            "columns": GIVEN,
        }
        yield json.dumps(asked).encode()


def _bare(seed: int) -> list[bytes]:
    return [request(body, {"Authorization": "Bearer " + "x" * 300}) for body in _bodies(seed)]


def _proved(seed: int, uses: int) -> Iterator[bytes]:
    """Prepare requests, each proved; signing is the caller's cost and off the clock."""
    token = ""
    for number, body in enumerate(_bodies(seed)):
        use = number % uses + 1
        if use == 1:
            token = sign_token(SERVICE_KEY, AUDIENCE, SystemClock().now(), uses=uses)
        yield request(body, {"Authorization": f"Bearer {token}", "Answerable-Use": str(use)})
