"""A gateway is killed while it records; nothing that it was told was recorded is lost or changed.

Run as ``python test_release_log.py FOLDER``, this is the gateway. It records from threads and
tasks until it is killed, and prints a line ``<number> <name>`` for what was acknowledged, ``done
<number>`` before it says that an answer ended, and ``seal <note>`` for a checkpoint.
"""

import asyncio
import base64
import json
import os
import secrets
import signal
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from threading import Thread

import pytest

from answerable.gateway.releases import Release, ReleaseLog
from answerable.science.tlog import (
    Tree,
    Verifier,
    leaf_hash,
    open_note,
    parse_checkpoint,
    verify_consistency,
)

ORIGIN = "crash.example/releases"
KILLS = 20
THREADS = 4
TASKS = 24
MOST_LINES = 1500


def now() -> datetime:
    return datetime(2026, 1, 31, 9, 30, tzinfo=UTC)


def say(text: str) -> None:
    os.write(1, f"{text}\n".encode())


def request(name: str) -> tuple[Release, dict[str, str], tuple[str, str]]:
    outcome = "refused" if name.endswith("7") else "allowed"
    said = Release(outcome, "flood-help", "homes", "lookup", "fire-service", purpose=name)
    return said, {"case": name}, ("homes", name)


def acknowledge(log: ReleaseLog, number: int | None, name: str) -> None:
    say(f"{number} {name}")
    if name.endswith(("1", "2", "3")):
        say(f"done {number}")
        log.finished(number, 1, "sent")


def ask(log: ReleaseLog, who: str) -> None:
    for count in range(10**9):
        name = f"{who}-{count}"
        acknowledge(log, log.record(*request(name)).result(), name)
        if count % 20 == 0:
            say(f"seal {base64.b64encode(log.checkpoint()).decode()}")


async def ask_all(log: ReleaseLog, who: str) -> None:
    async def one(task: int) -> None:
        for count in range(10**9):
            name = f"{who}-t{task}-{count}"
            acknowledge(log, await log.recorded(*request(name)), name)

    await asyncio.gather(*map(one, range(TASKS)))


def main(folder: Path) -> None:
    who = secrets.token_hex(4)
    log = ReleaseLog(folder, ORIGIN, now)
    say(f"open {log.verifier.vkey}")
    for thread in range(THREADS):
        Thread(target=ask, args=(log, f"{who}-{thread}"), daemon=True).start()
    asyncio.run(ask_all(log, who))


def draws(seed: int) -> Iterator[int]:
    """Give large numbers that only the seed decides."""
    number = 0
    while True:
        yield int.from_bytes(sha256(f"{seed}:{number}".encode()).digest()[:8])
        number += 1


def run_and_kill(folder: Path, after: int) -> list[list[str]]:
    """Let it say so many lines, kill it, and give every whole line that it said."""
    worker = subprocess.Popen([sys.executable, __file__, folder], stdout=subprocess.PIPE)
    try:
        said = [worker.stdout.readline() for _ in range(after)]
        os.kill(worker.pid, signal.SIGKILL)
        said += worker.stdout.readlines()
    finally:
        worker.kill()
        worker.stdout.close()
        assert worker.wait() == -signal.SIGKILL
    return [line.decode().split() for line in said if line.endswith(b"\n")]


def leaves(folder: Path) -> list[bytes]:
    data = (folder / "releases.jsonl").read_bytes()
    assert data.endswith(b"\n")
    return data.splitlines()


def ended(lines: list[bytes]) -> set[int]:
    said = [json.loads(line) for line in lines]
    return {number for leaf in said if leaf["what"] == "sent" for number, _, _ in leaf["of"]}


def check_opened(lines: list[bytes], start: int, done: set[int]) -> None:
    """See that what the killed process left open is named, and nothing else."""
    last = json.loads(lines[-1])
    assert last["what"] == "opened"
    run = [(number, json.loads(lines[number])) for number in range(start, len(lines) - 1)]
    allowed = {number for number, leaf in run if leaf.get("outcome") == "allowed"}
    finished = ended(lines[start:])
    assert last["unfinished"] == sorted(allowed - finished)
    assert finished <= done


@pytest.mark.crash
def test_what_was_acknowledged_survives(tmp_path):
    seed = int(os.environ.get("CRASH_SEED") or secrets.randbits(32))
    print(f"CRASH_SEED={seed}")  # noqa: T201
    draw, folder = draws(seed), tmp_path / "log"
    acknowledged: dict[int, str] = {}
    notes: list[bytes] = []
    for _ in range(KILLS):
        start = len(leaves(folder)) if (folder / "releases.jsonl").exists() else 0
        done = set[int]()
        for word, what in run_and_kill(folder, 1 + next(draw) % MOST_LINES):
            if word == "open":
                verifier = Verifier.from_vkey(what)
            elif word == "seal":
                notes.append(base64.b64decode(what))
            elif word == "done":
                done.add(int(what))
            else:
                assert int(word) not in acknowledged
                acknowledged[int(word)] = what
        with ReleaseLog(folder, ORIGIN, now) as log:
            assert log.verifier == verifier
            check_opened(leaves(folder), start, done)
    check_end(folder, acknowledged, notes)


def check_end(folder: Path, acknowledged: dict[int, str], notes: list[bytes]) -> None:
    lines = leaves(folder)
    tree = Tree(map(leaf_hash, lines))
    assert len(acknowledged) > KILLS
    assert len(notes) > KILLS
    for number, name in acknowledged.items():
        leaf = json.loads(lines[number])
        assert (leaf["number"], leaf["purpose"]) == (number, name)
    names = [json.loads(line).get("purpose") for line in lines]
    recorded = [name for name in names if name]
    assert len(set(recorded)) == len(recorded)

    with ReleaseLog(folder, ORIGIN, now) as log:
        key = log.verifier
        head = parse_checkpoint(open_note(log.checkpoint(), [key]).text)
        assert (head.size, head.root) == (
            len(lines) + 1,
            Tree(map(leaf_hash, leaves(folder))).root(),
        )
        for number, line in enumerate(lines):
            half = log._book.halves.get(number)
            assert (half.commitment if half else None) == json.loads(line).get("private")
        some = list(acknowledged.items())[::97]
        for number, name in some:
            [found] = log.about("homes", name)
            assert (found.number, found.private) == (number, {"case": name})
    for note in notes:
        seen = parse_checkpoint(open_note(note, [key]).text)
        proof = tree.consistency(seen.size)
        verify_consistency(seen.size, seen.root, tree.size, tree.root(), proof)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
