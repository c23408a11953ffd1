"""How often somebody may fail to sign in: few times a minute from one place, and in all."""

from collections import deque
from datetime import datetime, timedelta
from threading import Lock
from typing import Final

from answerable.model.errors import Refused

FROM_ONE: Final = 10
IN_ALL: Final = 100
_WITHIN: Final = timedelta(minutes=1)


class Tries:
    """The tries of the last minute that failed; never more than may be made in all."""

    def __init__(self) -> None:
        self._made: deque[tuple[datetime, str]] = deque(maxlen=IN_ALL)
        self._turn = Lock()

    def make(self, address: str, now: datetime) -> None:
        """Count a try that failed.

        Raises:
            Refused: ``sign-in.often`` with how many seconds to wait.
        """
        with self._turn:
            while self._made and now - self._made[0][0] >= _WITHIN:
                self._made.popleft()
            own = [at for at, by in self._made if by == address]
            if len(own) >= FROM_ONE or len(self._made) >= IN_ALL:
                first = own[0] if len(own) >= FROM_ONE else self._made[0][0]
                wait = _WITHIN - (now - first)
                raise Refused("sign-in.often", seconds=max(1, int(wait.total_seconds())))
            self._made.append((now, address))
