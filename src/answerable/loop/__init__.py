"""Every action over one register: the Python API, and what every door calls."""

from answerable.loop.begin import begin, new_seal, welcome
from answerable.loop.loop import Loop
from answerable.model.clock import Clock, SetClock, SystemClock

__all__ = ["Clock", "Loop", "SetClock", "SystemClock", "begin", "new_seal", "welcome"]
