"""What an action may reach while it runs; nothing is kept until its entries are admitted."""

import hashlib
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any

from answerable.model.actor import Actor
from answerable.model.base import BlobRef
from answerable.model.entry import Entry
from answerable.store.vault import SALT_BYTES, Vault, VaultRecord, commitment


class ActionContext:
    """The time, chance and the private store, as one action sees them."""

    def __init__(
        self,
        actor: Actor,
        now: datetime,
        chance: Callable[[int], bytes],
        vault: Vault,
        entry: Callable[[int], Entry],
        published: Callable[[str], bytes],
    ) -> None:
        self.actor = actor
        self.now = now
        self.keeping: list[VaultRecord] = []
        self.blobs: dict[str, bytes] = {}
        self._chance = chance
        self._vault = vault
        self._entry = entry
        self._published = published

    def random(self, size: int) -> bytes:
        """Give bytes nobody can guess."""
        return self._chance(size)

    def keep(self, subject: str, ref: str, body: dict[str, Any]) -> str:
        """Put personal data in the vault once the action is admitted; give its commitment."""
        record = VaultRecord(ref, subject, body, self.random(SALT_BYTES))
        self.keeping.append(record)
        return commitment(record)

    def entry(self, index: int) -> Entry:
        """Read back an entry."""
        return self._entry(index)

    def kept(self, subject: str) -> Sequence[VaultRecord]:
        """Read back what was kept about a subject."""
        return self._vault.of(subject)

    def blob(self, content: bytes, media: str) -> BlobRef:
        """Publish content too large for an entry."""
        digest = hashlib.sha256(content).hexdigest()
        self.blobs[digest] = content
        return BlobRef(sha256=digest, size=len(content), media=media)

    def published(self, ref: BlobRef) -> bytes:
        """Read back what was published."""
        return self._published(ref.sha256)
