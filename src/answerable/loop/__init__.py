"""Every action over one register: the Python API, and what every door calls."""

from answerable.loop.begin import begin, new_seal, welcome
from answerable.loop.clock import Clock, SetClock, SystemClock
from answerable.loop.loop import Loop

__all__ = ["Clock", "Loop", "SetClock", "SystemClock", "begin", "new_seal", "welcome"]
