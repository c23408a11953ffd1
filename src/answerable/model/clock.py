"""Where the time comes from. Only this module asks the machine for it."""

import time
from datetime import UTC, datetime
from typing import Protocol


class Clock(Protocol):
    """Something that tells the time."""

    def now(self) -> datetime:
        """Give the time in UTC, to the whole second."""


class SystemClock:
    """The machine's clock."""

    def now(self) -> datetime:
        """Give the time in UTC, to the whole second."""
        return datetime.fromtimestamp(int(time.time()), UTC)


class SetClock:
    """A clock that stands where it was put: for stories, exercises and tests."""

    def __init__(self, moment: datetime) -> None:
        self.moment = moment

    def now(self) -> datetime:
        """Give the moment it was set to."""
        return self.moment
