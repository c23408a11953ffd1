"""A clock to set, and a log to write to."""

import json
import os
from datetime import UTC, datetime, timedelta

import pytest

from answerable.gateway.releases import Release, ReleaseLog

ORIGIN = "gateway.example/releases"


class Hand:
    """A clock that is moved by hand."""

    def __init__(self):
        self.moment = datetime(2026, 1, 31, 9, 30, tzinfo=UTC)

    def __call__(self):
        return self.moment

    def move(self, **by):
        self.moment += timedelta(**by)


class Disk:
    """A disk that can be made to fail, and counts."""

    def __init__(self):
        self.syncs = 0
        self.failing = 0
        self.error = OSError(5, "broken")

    def __call__(self, descriptor):
        if self.failing:
            self.failing -= 1
            raise self.error
        self.syncs += 1
        os.fdatasync(descriptor)


@pytest.fixture
def clock():
    return Hand()


@pytest.fixture
def disk():
    return Disk()


@pytest.fixture
def folder(tmp_path):
    return tmp_path / "log"


@pytest.fixture
def start(folder, clock, disk):
    """Give what opens the log; every log is closed in the end."""
    opened = []

    def start(origin=ORIGIN, **named):
        opened.append(ReleaseLog(folder, origin, clock, **{"sync": disk, **named}))
        return opened[-1]

    yield start
    for log in opened:
        log.close()


@pytest.fixture
def log(start):
    return start()


@pytest.fixture
def lookup():
    return Release("allowed", "flood-help", "homes", "lookup", "fire-service", "rescue")


@pytest.fixture
def written(folder):
    """Give what reads every leaf from the file, also after the log is closed."""

    def read():
        return [json.loads(line) for line in (folder / "releases.jsonl").read_bytes().splitlines()]

    return read


@pytest.fixture
def all_bytes(folder):
    """Give what reads every byte in the folder."""

    def read():
        return b"".join(path.read_bytes() for path in folder.rglob("*") if path.is_file())

    return read
