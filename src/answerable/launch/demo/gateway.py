"""One gateway of the story, as a process: the same as any other, but for a clock of its own."""

import os
import signal
import sys
import time
from functools import partial
from pathlib import Path
from threading import Thread
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
    Thread(target=_end_with, args=(int(teller or os.getppid()),), daemon=True).start()
    now = partial(read_clock, Path(clock)) if clock else SystemClock().now
    run(read_config(Path(config)), now)


def _end_with(teller: int) -> None:
    while os.getppid() == teller:
        time.sleep(_LOOK)
    os.kill(os.getpid(), signal.SIGTERM)
    time.sleep(_PATIENCE)
    os.kill(os.getpid(), signal.SIGKILL)  # the log is made for that; the next telling waits for it


if __name__ == "__main__":
    main(*sys.argv[1:])
