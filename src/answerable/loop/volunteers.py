"""People who volunteer for a panel by themselves: kept in the vault, and erased by themselves."""

import hashlib
import re
from abc import abstractmethod
from collections.abc import Mapping
from contextlib import AbstractContextManager
from datetime import date
from typing import Final

from answerable.loop.rooms import PrivateRooms
from answerable.loop.sight import check_may_erase, check_may_see
from answerable.model.actor import Actor
from answerable.model.engagement import Engagement
from answerable.model.errors import Invalid, Missing, Refused
from answerable.model.state import State
from answerable.stages.engage.rooms import again_room, pool_room, volunteer_room
from answerable.store.vault import SALT_BYTES, VaultRecord

_ABROAD: Final = re.compile(r"^(?:00|\+)44(?:0)?")
_REF: Final = 24


class VolunteerRooms(PrivateRooms):
    """The rooms of volunteers; whoever has a reference may leave by it."""

    @abstractmethod
    def still(self) -> AbstractContextManager[State]:
        """Hold the register still."""

    def enrol(
        self,
        engagement: str,
        answers: Mapping[str, str],
        contact: Mapping[str, str],
        reference: str,
    ) -> None:
        """Keep somebody who volunteers; with the same reference again, nothing changes.

        Whoever is there already, by e-mail address or telephone number, is not kept twice: the new
        reference is, with nothing behind it. Who enrols is not told which it was.

        Args:
            engagement: the panel.
            answers: to every question of the registration, by feature.
            contact: ``name``, ``email``, ``phone``, ``language``; what is not known is left out.
            reference: a secret with which they can leave; only its digest is kept.

        Raises:
            Missing: ``engagement.unknown``.
            Refused: ``registration.closed``.
            Invalid: ``registration.answers``.
        """
        ref = _ref(engagement, reference)
        with self.still() as state, self._vault.alone():
            if not self._has(ref):
                day = self.clock.now().date()
                body = _volunteer(state.get(Engagement, engagement), answers, contact, day)
                again = self.volunteered(engagement, contact)
                room = again_room(engagement) if again else volunteer_room(engagement)
                salt = self._chance(SALT_BYTES)
                record = VaultRecord(ref, room, {} if again else body, salt)
                self._vault.put([record], pending=ref)
            self._vault.settle(ref)

    def volunteered(self, engagement: str, contact: Mapping[str, str]) -> bool:
        """Tell whether somebody of this e-mail address or telephone number is there already.

        Not to be told to anybody but the person reached there.
        """
        ways = ways_of(contact)
        kept = self._vault.of(volunteer_room(engagement))
        return any(ways & ways_of(each.body["contact"]) for each in kept)  # type: ignore[arg-type]

    def withdraw(self, engagement: str, reference: str) -> VaultRecord:
        """Erase whoever has a reference, as `erase` does; give what was kept.

        Raises:
            Missing: ``registration.unknown``: it never was there, or it is erased.
        """
        ref = _ref(engagement, reference)
        with self.still(), self._vault.alone():
            if not self._has(ref):
                raise Missing("registration.unknown", name=engagement)
            record = self._vault.get(ref)
            for other in (*self._same_person(record), ref):
                self._vault.erase(other)
        return record

    def volunteers(self, actor: Actor, engagement: str) -> list[VaultRecord]:
        """Give everybody who volunteered here, to the facilitator.

        Raises:
            Forbidden: ``actor.sight``.
        """
        room = volunteer_room(engagement)
        check_may_see(self.state, actor, room)
        return [each for each in self._vault.of(room) if each.body.get("registered")]

    def erase_volunteers(self, actor: Actor, engagement: str) -> int:
        """Erase everybody in the pool of a panel that has ended, with names, contacts and answers.

        Returns:
            How many people they were.

        Raises:
            Forbidden: ``actor.sight``.
            Refused: ``panel.running``.
        """
        room = volunteer_room(engagement)
        check_may_erase(self.state, actor, room)
        found = self.state.get(Engagement, engagement)
        if found.finished is None:
            raise Refused("panel.running", engagement=engagement)
        pools = (pool_room(engagement, each.draw) for each in found.draws)
        for other in (*pools, again_room(engagement)):
            self._vault.erase_subject(other)
        return self._vault.erase_subject(room)

    def _has(self, ref: str) -> bool:
        try:
            return bool(self._vault.get(ref))
        except Missing:
            return False


def _volunteer(
    found: Engagement, answers: Mapping[str, str], contact: Mapping[str, str], day: date
) -> dict[str, str | Mapping[str, str]]:
    """Give what is kept of a volunteer, if the registration is open and every question answered."""
    opened = found.registration
    if opened is None or not found.takes_volunteers(day):
        raise Refused("registration.closed", engagement=found.engagement)
    asked = {each.feature: each.values for each in opened.questions}
    amiss = sorted(
        {*(answers.keys() - asked.keys()), *(f for f in asked if answers.get(f) not in asked[f])}
    )
    if amiss:
        raise Invalid("registration.answers", features=amiss)
    return {"profile": dict(answers), "contact": dict(contact), "registered": day.isoformat()}


def ways_of(contact: Mapping[str, str]) -> set[str]:
    """Give the ways of reaching somebody, each as anybody writes it.

    >>> ways_of({"email": " Ann@Example.org", "phone": "+44 (0)1632 960 001"}) == ways_of(
    ...     {"email": "ann@example.org", "phone": "01632-960001"})
    True
    """
    digits = re.sub(r"[^0-9+]", "", contact.get("phone", ""))
    ways = {contact.get("email", "").strip().casefold(), _ABROAD.sub("0", digits)}
    return ways - {""}


def _ref(engagement: str, reference: str) -> str:
    said = f"answerable/reference/v1\n{engagement}\n{reference}".encode()
    return f"{engagement}-r-{hashlib.sha256(said).hexdigest()[:_REF]}"
