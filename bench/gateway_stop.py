"""How soon a suspension stops a stream: from its publication to the last byte that arrives.

A gateway in a process of its own streams ten million rows as CSV to a client that reads as fast as
it can; the agreement is suspended in the middle; the stream must end before its end.
"""

import json
import statistics
import tempfile
import time
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from threading import Thread

from answerable.gateway.client import sign_token
from answerable.model.clock import SystemClock
from bench.agreed import AUDIENCE, GIVEN, LIMITED, SERVICE_KEY, Agreed, agreed, at_work
from bench.figures import Figure, Say, at_most, seen
from bench.serving import free_port, serving

NAME = "gateway-stop"
DESCRIPTION = "Gateway: from a suspension published to the last byte of a running stream"

ROWS = 10_000_000
RUNS = 50
_BEFORE = 0.4


def run(say: Say) -> list[Figure]:
    """Measure it; about three minutes."""
    with tempfile.TemporaryDirectory(prefix="bench-gateway-") as folder:
        say(f"writing a table of {ROWS:,} rows")
        with agreed(Path(folder), ROWS) as (made, table):
            port = free_port()
            config = made.configure(table, port)
            with at_work(config):
                pass
            with serving("gateway", str(config), port=port):
                found = [_stop(made, port) for _ in range(RUNS)]
    cut = sum(was_cut for _, was_cut in found)
    seconds = sorted(seconds for seconds, _ in found)
    return [
        seen("streams that ended before their end", cut, "of all", RUNS),
        seen("suspension to the last byte, median", statistics.median(seconds), "s", RUNS),
        at_most("suspension to the last byte, slowest", seconds[-1], "s", 1, RUNS),
    ]


def _stop(made: Agreed, port: int) -> tuple[float, bool]:
    """Suspend in the middle of a stream; give the seconds, and whether it was cut."""
    last: list[float] = []
    was_cut: list[bool] = []
    reader = Thread(target=_read, args=(port, last, was_cut))
    reader.start()
    time.sleep(_BEFORE)
    made.suspend(LIMITED)
    published = time.perf_counter()
    reader.join()
    made.resume(LIMITED)
    time.sleep(1)  # until the gateway has heard of it; off the clock
    return max(last[-1] - published, 0.0), was_cut[-1]


def _read(port: int, last: list[float], was_cut: list[bool]) -> None:
    asked = {"agreement": LIMITED, "purpose": "flood_relief", "columns": GIVEN, "format": "csv"}
    token = sign_token(SERVICE_KEY, AUDIENCE, SystemClock().now())
    connection = HTTPConnection("127.0.0.1", port, timeout=60)
    connection.request("POST", "/bulk", json.dumps(asked), {"Authorization": f"Bearer {token}"})
    answer = connection.getresponse()
    last.append(time.perf_counter())
    try:
        while answer.read1(262_144):
            last.append(time.perf_counter())
        was_cut.append(False)
    except (HTTPException, OSError):
        was_cut.append(True)
    connection.close()
