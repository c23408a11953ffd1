"""Processes that append to one register are killed; nothing they were told is lost or torn."""

import os
import secrets
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack
from hashlib import sha256
from pathlib import Path

import pytest

from answerable.science.tlog import Tree, leaf_hash, tiles_of
from answerable.store.public import PublicFiles
from answerable.store.register import SqliteRegister

from .worker import entry, publish

HERE = Path(__file__).parent
NAMES = ("a", "b", "c", "d")
QUOTA = 500
KILLS = 20
PATIENCE_SECONDS = 120


def draws(seed: int) -> Iterator[int]:
    """Give large numbers that only the seed decides."""
    number = 0
    while True:
        yield int.from_bytes(sha256(f"{seed}:{number}".encode()).digest()[:8])
        number += 1


def start(script: str, *args: object, **named: object) -> subprocess.Popen[bytes]:
    return subprocess.Popen([sys.executable, HERE / script, *map(str, args)], **named)


def acknowledged(workspace: Path) -> dict[int, str]:
    told = {}
    for path in (workspace / "acks").iterdir():
        for line in path.read_text().splitlines():
            match line.split():
                case [index, command_id, "."]:
                    assert int(index) not in told
                    told[int(index)] = command_id
    return told


def kill_some(workspace: Path, workers: dict[str, subprocess.Popen[bytes]], seed: int) -> int:
    """Kill a worker whenever some more was acknowledged, and start it again; count the kills."""
    draw = draws(seed)
    marks = sorted(next(draw) % (len(NAMES) * QUOTA * 9 // 10) for _ in range(KILLS))
    killed, end = 0, time.monotonic() + PATIENCE_SECONDS
    while any(worker.poll() is None for worker in workers.values()):
        assert time.monotonic() < end, "they do not come to an end"
        time.sleep(next(draw) % 10 / 1000)
        if killed == KILLS or len(acknowledged(workspace)) < marks[killed]:
            continue
        busy = [name for name in NAMES if workers[name].poll() is None]
        if busy:
            name = busy[next(draw) % len(busy)]
            os.kill(workers[name].pid, signal.SIGKILL)
            workers[name].wait()
            workers[name] = start("worker.py", workspace, name, QUOTA)
            killed += 1
    return killed


@pytest.mark.crash
def test_what_was_acknowledged_survives(tmp_path):
    seed = int(os.environ.get("CRASH_SEED") or secrets.randbits(32))
    print(f"CRASH_SEED={seed}")  # noqa: T201
    (tmp_path / "acks").mkdir()
    workers: dict[str, subprocess.Popen[bytes]] = {}
    with ExitStack() as after:
        after.callback(lambda: [worker.kill() for worker in workers.values()])
        reader = start("reader.py", tmp_path, stdout=subprocess.PIPE)
        after.callback(reader.kill)
        workers |= {name: start("worker.py", tmp_path, name, QUOTA) for name in NAMES}
        killed = kill_some(tmp_path, workers, seed)
        assert [worker.wait() for worker in workers.values()] == [0] * len(NAMES)
        (tmp_path / "stop").touch()
        seen, _ = reader.communicate(timeout=20)
        assert reader.returncode == 0
    assert killed == KILLS
    check_end(tmp_path, [line.split() for line in seen.decode().splitlines()])


def check_end(workspace: Path, seen: list[list[str]]) -> None:
    with SqliteRegister(workspace / "register.db") as register:
        entries = register.read(0, register.size())
        assert len(entries) == len(NAMES) * QUOTA
        for name in NAMES:
            for number in range(QUOTA):
                found = register.find(f"{name}-{number}")
                assert found is not None
                assert entries[found.start] == entry(f"{name}-{number}", found.start)
                assert len(found) == 1
        for index, command_id in acknowledged(workspace).items():
            assert entries[index] == entry(command_id, index)

        tree = Tree(map(leaf_hash, entries))
        assert register.leaf_hashes(0, len(entries)) == tree.hashes(0, 0, len(entries))
        assert all(tree.root(seal.size) == seal.root for seal in register.seals())
        assert len(seen) > KILLS
        assert all(tree.root(int(size)).hex() == root for size, root in seen)

        public = PublicFiles(workspace / "public")
        publish(register, public)
        assert public.published_size() == len(entries)
    present = {
        path.relative_to(workspace / "public").as_posix()
        for path in (workspace / "public").rglob("*")
        if path.is_file()
    }
    assert present == {tile.path for tile in tiles_of(len(entries))} | {"checkpoint"}
