"""Where people come in: with a link that works once, or known from elsewhere."""

from dataclasses import dataclass, field
from datetime import datetime

from answerable.model.errors import Refused
from answerable.store.sessions import Sessions, Visitor
from answerable.web.tries import Tries


@dataclass(frozen=True, slots=True)
class Reception:
    """What sign-in needs.

    Attributes:
        sessions: who signed in; nothing where nobody can.
        tries: how often somebody tried of late.
        provider: what those who know people call themselves, if people may sign in with them.
    """

    sessions: Sessions | None = None
    tries: Tries = field(default_factory=Tries)
    provider: str = ""

    def whose(self, token: str, now: datetime) -> Visitor:
        """Tell whom a link lets in.

        Raises:
            Refused: ``link.over``.
        """
        return self._sessions().whose(token, now)

    def enter(self, token: str, address: str, now: datetime) -> tuple[Visitor, str]:
        """Let somebody in with a link; give who it is, and the token of the session.

        Raises:
            Refused: ``link.over`` or ``sign-in.often``.
        """
        self.tries.make(address, now)
        visitor = self.whose(token, now)
        session = self._sessions().enter(token, now)
        self.tries.succeed(address)
        return visitor, session

    def leave(self, token: str) -> None:
        """End a session, if there is one."""
        if self.sessions is not None and token:
            self.sessions.leave(token)

    def _sessions(self) -> Sessions:
        if self.sessions is None:
            raise Refused("link.over")
        return self.sessions
