"""One gateway of the story, as a process: the same as any other, but for a clock of its own."""

import os
import signal
import sys
import time
from pathlib import Path
from threading import Thread
from typing import Final

from answerable.gateway.config import read_config
from answerable.gateway.serve import run
from answerable.launch.demo.gateways import read_clock

_LOOK: Final = 0.2
_PATIENCE: Final = 3


def main(config: str, clock: str, teller: str = "") -> None:
    """Run until asked to stop, or until the teller of the story is gone."""
    Thread(target=_end_with, args=(int(teller or os.getppid()),), daemon=True).start()
    run(read_config(Path(config)), lambda: read_clock(Path(clock)))


def _end_with(teller: int) -> None:
    while os.getppid() == teller:
        time.sleep(_LOOK)
    os.kill(os.getpid(), signal.SIGTERM)
    time.sleep(_PATIENCE)
    os.kill(os.getpid(), signal.SIGKILL)  # the log is made for that; the next telling waits for it


if __name__ == "__main__":
    main(*sys.argv[1:])
