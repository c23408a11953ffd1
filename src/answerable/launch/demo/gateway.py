"""One gateway of the story, as a process: the same as any other, but for a clock of its own."""

import os
import signal
import sys
from functools import partial
from pathlib import Path
from threading import Event, Thread
from typing import Final

from answerable.gateway.config import read_config
from answerable.gateway.serve import run
from answerable.launch.demo.gateways import read_clock
from answerable.model.clock import SystemClock

_LOOK: Final = 0.2
_PATIENCE: Final = 3


def main(config: str, clock: str = "", teller: str = "") -> None:
    """Run until asked to stop, or until the teller of the story is gone.

    Args:
        config: the gateway's file.
        clock: the file that tells the story's time; without one it is the machine's.
        teller: the process that tells the story; by default whoever started this one.
    """
    over = Event()
    watching = Thread(target=_end_with, args=(int(teller or os.getppid()), over), daemon=True)
    watching.start()
    now = partial(read_clock, Path(clock)) if clock else SystemClock().now
    try:
        run(read_config(Path(config)), now)
    finally:
        over.set()
        watching.join()  # a thread that outlives the rest keeps modules, and they complain


def _end_with(teller: int, over: Event) -> None:
    while os.getppid() == teller:
        if over.wait(_LOOK):
            return
    os.kill(os.getpid(), signal.SIGTERM)
    if not over.wait(_PATIENCE):
        os.kill(
            os.getpid(), signal.SIGKILL
        )  # the log is made for that; the next telling waits for it


if __name__ == "__main__":
    main(*sys.argv[1:])
