"""A gateway whose disk obeys: it fails, or keeps everybody waiting, as a file says.

Run as ``python gateway.py CONFIG CLOCK``, or forked from a process that has imported this. While
``disk`` beside the configuration says ``fails``, nothing in the log of releases can be made
durable; while it says ``waits``, that takes for ever, and a file ``waiting`` is there.
"""

import errno
import os
import sys
import time
from functools import partial
from pathlib import Path

from answerable.gateway import serve
from answerable.gateway.releases import ReleaseLog
from answerable.launch.demo import gateway


def says(disk: Path) -> str:
    try:
        return disk.read_text().strip()
    except FileNotFoundError:
        return ""


def sync(disk: Path, descriptor: int) -> None:
    while says(disk) == "waits":
        disk.with_name("waiting").touch()
        time.sleep(0.005)
    if says(disk) == "fails":
        raise OSError(errno.EIO, "the disk does not answer")
    os.fdatasync(descriptor)


def run(config: str, clock: str) -> None:
    obeys = partial(sync, Path(config).with_name("disk"))
    serve.ReleaseLog = partial(ReleaseLog, sync=obeys)
    gateway.main(config, clock)


def run_forked(config: str, clock: str, said: str) -> None:
    """Run, and write to a file what others write to the standard error."""
    journal = os.open(said, os.O_WRONLY | os.O_APPEND | os.O_CREAT)
    os.dup2(journal, sys.stdout.fileno())
    os.dup2(journal, sys.stderr.fileno())
    run(config, clock)


if __name__ == "__main__":
    run(*sys.argv[1:])
