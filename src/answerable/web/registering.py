"""Where people volunteer for panels: what they need besides the register."""

import hashlib
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final

from answerable.loop.volunteers import ways_of
from answerable.model.errors import Missing
from answerable.store.registrations import LASTS, Registrations
from answerable.web.messages import Messages
from answerable.web.tries import Tries

_SIGNS: Final = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
"""Letters and figures of which no two look the same (Crockford's base 32)."""

_ALIKE: Final = str.maketrans("OIL", "011")
_LENGTH, _GROUP = 16, 4
_CODES: Final = 1_000_000
_OFTEN: Final = "registration.often"
MOST_CODES: Final = 3
"""How many codes one address or telephone number is sent in half an hour."""


def _starts() -> Tries:
    return Tries(_OFTEN, from_one=30, in_all=300)


def _sends() -> Tries:
    return Tries(_OFTEN, from_one=MOST_CODES, in_all=100_000, within=LASTS)


@dataclass(frozen=True, slots=True)
class Registering:
    """What volunteering needs.

    Attributes:
        begun: who waits for a code; nothing where nobody can volunteer.
        messages: how they are told it.
        starts: how often somebody began of late, from one place.
        guesses: how often somebody entered a wrong code or reference of late.
        sends: how many codes an address was sent.
    """

    begun: Registrations | None = None
    messages: Messages | None = None
    starts: Tries = field(default_factory=_starts)
    guesses: Tries = field(default_factory=lambda: Tries(_OFTEN))
    sends: Tries = field(default_factory=_sends)

    @property
    def possible(self) -> bool:
        """Whether anybody can volunteer here."""
        return self.begun is not None and self.messages is not None

    def waiting(self) -> Registrations:
        """Give who waits for a code.

        Raises:
            Missing: ``page.unknown`` where nobody can volunteer.
        """
        if self.begun is None:
            raise Missing("page.unknown")
        return self.begun

    def outgoing(self) -> Messages:
        """Give how people are told things.

        Raises:
            Missing: ``page.unknown`` where nobody can volunteer.
        """
        if self.messages is None:
            raise Missing("page.unknown")
        return self.messages

    def check_send(self, engagement: str, way: Mapping[str, str], now: datetime) -> None:
        """Count a code that somebody is sent, however their address or number is written.

        Raises:
            Refused: ``registration.often``.
        """
        said = "\n".join((engagement, *sorted(ways_of(way)))).encode()
        self.sends.make(hashlib.sha256(said).hexdigest(), now)

    def sweep(self, now: datetime) -> None:
        """Forget who did not go on, and messages that have lost their use."""
        if self.begun is not None:
            self.begun.sweep(now)
        if self.messages is not None:
            self.messages.outbox.sweep(now)


def fresh_code() -> str:
    """Give six digits that nobody can guess."""
    return f"{secrets.randbelow(_CODES):06d}"


def fresh_reference() -> str:
    """Give a reference that nobody can guess."""
    return "".join(secrets.choice(_SIGNS) for _ in range(_LENGTH))


def grouped(reference: str) -> str:
    """Write a reference for people.

    >>> grouped("ABCDEFGHJKMNPQRS")
    'ABCD-EFGH-JKMN-PQRS'
    """
    return "-".join(reference[at : at + _GROUP] for at in range(0, len(reference), _GROUP))


def reference_of(typed: str) -> str:
    """Read a reference as people write it; nothing where it cannot be one.

    >>> reference_of(" abcd efgh-jkmn-pqrs "), reference_of("oIl0 0000 0000 0000")
    ('ABCDEFGHJKMNPQRS', '0110000000000000')
    >>> reference_of("ABCD-EFGH"), reference_of("ABCD-EFGH-JKMN-PQRU")
    ('', '')
    """
    plain = "".join(sign for sign in typed.upper() if sign not in "- ").translate(_ALIKE)
    return plain if len(plain) == _LENGTH and set(plain) <= set(_SIGNS) else ""


def way_of(contact: Mapping[str, str]) -> dict[str, str]:
    """Give the one way by which somebody is told things: by e-mail where they gave an address.

    >>> way_of({"name": "Ann", "email": "", "phone": "01632 960 001"})
    {'phone': '01632 960 001'}
    """
    return next(({each: contact[each]} for each in ("email", "phone") if contact.get(each)), {})


def reaches(contact: Mapping[str, str]) -> str:
    """Give where that is."""
    return "".join(way_of(contact).values())


KEPT: Final = timedelta(days=14)
"""How long a message that somebody is in the pool waits in the outbox."""
