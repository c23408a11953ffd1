"""A stopwatch for what one process does: CPU seconds, and seconds on the wall."""

import gc
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from multiprocessing import get_context
from typing import ParamSpec, TypeVar

P = ParamSpec("P")
T = TypeVar("T")


class Watch:
    """Adds up every stretch of work done under `running`."""

    def __init__(self) -> None:
        gc.collect()  # so that nobody pays for what was left behind before
        self.cpu = 0.0
        self.wall = 0.0

    @contextmanager
    def running(self) -> Iterator[None]:
        """Measure the block."""
        wall, cpu = time.perf_counter(), time.process_time()
        yield
        self.cpu += time.process_time() - cpu
        self.wall += time.perf_counter() - wall


def alone(work: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
    """Do the work in a fresh process, and give what it gives."""
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as pool:
        return pool.submit(work, *args, **kwargs).result()
