"""How often somebody may try what costs others something: few times from one place, and in all."""

from collections import deque
from datetime import datetime, timedelta
from threading import Lock
from typing import Final

from answerable.model.errors import Refused

FROM_ONE: Final = 10
IN_ALL: Final = 100
_WITHIN: Final = timedelta(minutes=1)


class Tries:
    """The tries of late: of the last minute, unless something else is said."""

    def __init__(
        self,
        code: str = "sign-in.often",
        *,
        from_one: int = FROM_ONE,
        in_all: int = IN_ALL,
        within: timedelta = _WITHIN,
    ) -> None:
        """Begin.

        Args:
            code: of what is refused.
            from_one: how many may be made from one place.
            in_all: how many may be made from everywhere.
            within: how long each counts.
        """
        self._code, self._from_one, self._within = code, from_one, within
        self._made: deque[tuple[datetime, str]] = deque(maxlen=in_all)
        self._in_all = in_all
        self._turn = Lock()

    def make(self, address: str, now: datetime) -> None:
        """Count a try.

        Raises:
            Refused: the code with how many seconds to wait.
        """
        with self._turn:
            while self._made and now - self._made[0][0] >= self._within:
                self._made.popleft()
            own = [at for at, by in self._made if by == address]
            if len(own) >= self._from_one or len(self._made) >= self._in_all:
                first = own[0] if len(own) >= self._from_one else self._made[0][0]
                wait = self._within - (now - first)
                raise Refused(self._code, seconds=max(1, int(wait.total_seconds())))
            self._made.append((now, address))
