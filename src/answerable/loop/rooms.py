"""The private rooms of a Loop: what is in the vault and on the desk, for those who may see it."""

from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence

from answerable.loop.sight import check_may_erase, check_may_see
from answerable.model.actor import Actor
from answerable.model.clock import Clock
from answerable.model.engagement import Engagement
from answerable.model.errors import Missing
from answerable.model.state import State
from answerable.stages.engage import export, slip
from answerable.stages.engage.lottery import check_open
from answerable.stages.engage.rooms import pool_of, pool_room, volunteer_room
from answerable.stages.engage.upload import upload_prefix, uploaded
from answerable.store.desk import Desk, Draft
from answerable.store.vault import SALT_BYTES, Vault, VaultRecord


class PrivateRooms(ABC):
    """Whatever is neither public nor for everybody who acts."""

    clock: Clock
    desk: Desk
    _vault: Vault
    _chance: Callable[[int], bytes]

    @property
    @abstractmethod
    def state(self) -> State:
        """What all entries so far add up to."""

    def introduce(self, actor: Actor, name: str, post: str) -> None:
        """Keep the name behind a reference in the vault, for people of the same organisation."""
        subject = f"person:{actor.organisation}"
        record = VaultRecord(
            actor.ref, subject, {"name": name, "post": post}, self._chance(SALT_BYTES)
        )
        if any(known.ref == actor.ref for known in self._vault.of(subject)):
            return
        with self._vault.session():
            self._vault.put([record], pending=actor.ref)
            self._vault.settle(actor.ref)

    def draft(self, actor: Actor, name: str) -> Draft:
        """Give a draft of the actor's own organisation.

        Raises:
            Missing: ``draft.unknown``, also for one that belongs to somebody else.
        """
        draft = self.desk.load(name)
        if draft.organisation != actor.organisation:
            raise Missing("draft.unknown", draft=name)
        return draft

    def reveal(self, actor: Actor, subject: str) -> list[VaultRecord]:
        """Show private records to somebody who may see them.

        Raises:
            Forbidden: ``actor.sight``.
        """
        check_may_see(self.state, actor, subject)
        return self._vault.of(subject)

    def import_volunteers(
        self,
        actor: Actor,
        engagement: str,
        text: str,
        *,
        id_column: str = "",
        columns: Sequence[str] = (),
    ) -> int:
        """Keep people of an uploaded file, instead of those of the file before: all or none.

        Who registered by themselves stays. Nothing of it is public until the pool is fixed.

        Args:
            actor: of the facilitator.
            engagement: whose pool it is.
            text: CSV with a heading; an empty text takes the people of the file before away.
            id_column: tells people apart; the first column where none is named.
            columns: others that have to be there.

        Returns:
            How many people there are in the file.

        Raises:
            Forbidden: ``actor.sight``.
            Missing: ``engagement.unknown``.
            Invalid: ``pool.upload`` with every fault, by line.
            Refused: ``pool.taken`` once the pool is fixed.
        """
        found, room = self.state.get(Engagement, engagement), volunteer_room(engagement)
        check_may_see(self.state, actor, room)
        check_open(found, self.clock.now())
        bodies = uploaded(found, text, id_column, columns) if text else []
        prefix, batch = upload_prefix(engagement), self._chance(6).hex()
        records = [
            VaultRecord(f"{prefix}{batch}-{place:05}", room, body, self._chance(SALT_BYTES))
            for place, body in enumerate(bodies, start=1)
        ]
        with self._vault.session():
            self._vault.replace(room, prefix, records)
        return len(records)

    def export(self, actor: Actor, engagement: str, draw: int) -> bytes:
        """Give an auditor what the pool of a draw holds: no names, no contacts.

        Raises:
            Forbidden: ``actor.sight``.
            Missing: ``engagement.unknown``, ``draw.unknown``.
            Refused: ``pool.erased``.
        """
        found = self.state.get(Engagement, engagement)
        check_may_see(self.state, actor, pool_room(engagement, draw))
        for each in found.draws:
            if each.draw == draw:
                return export(found, each, self._vault.of)
        raise Missing("draw.unknown", name=draw)

    def slip(self, actor: Actor, ref: str) -> bytes:
        """Give what a volunteer needs to see that they were in the lot.

        Args:
            actor: who may see the pool.
            ref: of the volunteer's record in the pool.

        Raises:
            Forbidden: ``actor.sight``.
            Missing: ``vault.unknown``.
        """
        record = self._vault.get(ref)
        check_may_see(self.state, actor, record.subject)
        engagement, draw = pool_of(record.subject)
        return slip(engagement, draw, record)

    def erase(self, actor: Actor, ref: str) -> bool:
        """Destroy a private record and its salt. The register stays as it is, and verifies.

        With the number of a volunteer go their name and contact, and the other way about.

        Raises:
            Forbidden: ``actor.sight``.
            Missing: ``vault.unknown``.
        """
        record = self._vault.get(ref)
        check_may_erase(self.state, actor, record.subject)
        for other in self._same_person(record):
            self._vault.erase(other)
        return self._vault.erase(ref)

    def _same_person(self, record: VaultRecord) -> list[str]:
        kind, _, engagement = record.subject.partition(":")
        if kind == "pool":
            return [str(record.body["volunteer"])] if "volunteer" in record.body else []
        if kind != "volunteer":
            return []
        draws = self.state.get(Engagement, engagement).draws
        pools = (self._vault.of(pool_room(engagement, draw.draw)) for draw in draws)
        return [each.ref for pool in pools for each in pool if each.body["volunteer"] == record.ref]
