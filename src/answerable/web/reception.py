"""Where people come in: with a link that works once, or with an account they have."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final

from answerable.model.errors import Missing, Refused
from answerable.store.sessions import Sessions, Visitor
from answerable.web.provider import OpenIdProvider
from answerable.web.tries import Tries

_SOON: Final = timedelta(minutes=5)


@dataclass(frozen=True, slots=True)
class Reception:
    """What sign-in needs.

    Attributes:
        sessions: who signed in; nothing where nobody can.
        tries: how often somebody tried of late.
        provider: who knows the staff, if people may sign in with them.
    """

    sessions: Sessions | None = None
    tries: Tries = field(default_factory=Tries)
    provider: OpenIdProvider | None = None

    def whose(self, token: str, now: datetime) -> Visitor:
        """Tell whom a link lets in.

        Raises:
            Refused: ``link.over``.
        """
        return self._sessions().whose(token, now)

    def enter(self, token: str, address: str, now: datetime) -> tuple[Visitor, str]:
        """Let somebody in with a link; give who it is, and the token of the session.

        Only what fails is counted: a link that is good always lets in.

        Raises:
            Refused: ``link.over``, or ``sign-in.often`` where too many were.
        """
        try:
            visitor = self.whose(token, now)
            return visitor, self._sessions().enter(token, now)
        except Refused:
            self.tries.make(address, now)
            raise

    def begin(self, visitor: Visitor, now: datetime) -> str:
        """Let somebody in whom the provider knows; give the token of the session."""
        return self._sessions().begin(visitor, now)

    def links(self, visitors: Iterable[Visitor], now: datetime) -> list[tuple[Visitor, str]]:
        """Make a link for each thing that somebody may sign in as; give their tokens."""
        return [(each, self._sessions().link(each, now, _SOON)) for each in visitors]

    def provided(self) -> OpenIdProvider:
        """Give who knows the staff.

        Raises:
            Missing: ``page.unknown`` where nobody does.
        """
        if self.provider is None or self.sessions is None:
            raise Missing("page.unknown")
        return self.provider

    def leave(self, token: str) -> None:
        """End a session, if there is one."""
        if self.sessions is not None and token:
            self.sessions.leave(token)

    def _sessions(self) -> Sessions:
        if self.sessions is None:
            raise Refused("link.over")
        return self.sessions
