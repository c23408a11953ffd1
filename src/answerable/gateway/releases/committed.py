"""What a row of a day is committed to: exactly those leaves that were counted in it.

Anybody sees the commitments. They say nothing without the salt, which is the same for all rows of a
day and is shown to an auditor together with the log. Only the gateway can work out a salt.
"""

import hmac
from collections.abc import Mapping
from datetime import date
from hashlib import sha256
from typing import Final

from answerable.model.signing import canonical
from answerable.science.tlog import leaf_hash

SALT_BYTES: Final = 32
_SALT: Final = b"answerable/counted/salt/v1\n"  # no dataset has such a name: see `Blind`
_ROW: Final = b"answerable/counted/v1\n"


def salt_of(key: bytes, day: date) -> bytes:
    """Give the salt of a day from the key by which the log blinds its subjects."""
    return hmac.digest(key, _SALT + day.isoformat().encode(), "sha256")


class Committing:
    """A commitment in the making: it takes a leaf at a time, and keeps none."""

    def __init__(self, salt: bytes, row: Mapping[str, str | None]) -> None:
        """Begin with the salt and what tells the row from all others of all gateways and days."""
        self._digest = sha256(_ROW + salt + canonical(dict(row)) + b"\n")

    def take(self, line: bytes) -> None:
        """Count a leaf in; the order of the log is the order here."""
        self._digest.update(leaf_hash(line))

    def hex(self) -> str:
        """Give the commitment to what was taken so far."""
        return self._digest.hexdigest()
