"""What the page of a pool is made from, read at once while the register is held still."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

from answerable.model.engagement import Engagement
from answerable.model.errors import Refused
from answerable.science import sortition
from answerable.stages.engage.lottery import Volunteer, check_open, columns_in, registered
from answerable.stages.engage.rooms import volunteer_room
from answerable.stages.engage.trial import Group, Tried
from answerable.stages.engage.upload import upload_prefix
from answerable.store.vault import VaultRecord
from answerable.web.call import Call
from answerable.web.pages.work.parts import check_own
from answerable.web.pages.work.pool.kept import Kept, kept
from answerable.web.pages.work.pool.rows import Row, Rows, proposed, targets_of


@dataclass(frozen=True)
class Gathered:
    """A pool that fills.

    Attributes:
        records: of everybody who registered or was uploaded.
        kept: the targets that are shown.
        fixed: whether the pool is fixed, and waits for its draw or was drawn.
    """

    engagement: Engagement
    records: list[VaultRecord]
    kept: Kept
    fixed: bool

    def showing(self, rows: Rows, columns: str) -> "Gathered":
        """Give the same with other targets."""
        return replace(self, kept=self.kept.with_(rows=rows, columns=columns))

    @cached_property
    def people(self) -> list[Volunteer]:
        """Everybody, as far as the targets may know them."""
        features = {feature for row in self.kept.rows for feature, _ in row.of}
        return registered(self.records, features)

    @property
    def uploaded(self) -> int:
        """How many of them came with a file."""
        prefix = upload_prefix(self.engagement.engagement)
        return sum(record.ref.startswith(prefix) for record in self.records)

    @property
    def columns(self) -> list[str]:
        """What is known of people besides the features of the targets: names, no more."""
        features = {feature for row in self.kept.rows for feature, _ in row.of}
        bodies: list[Mapping[str, Any]] = [record.body for record in self.records]
        known = {str(name) for body in bodies for name in body["contact"]}
        return sorted(known - features)

    @property
    def wrong(self) -> list[int]:
        """The places of rows whose numbers are none."""
        return [at for at, row in enumerate(self.kept.rows) if row.wrong]

    @property
    def tried(self) -> Tried | None:
        """What is to be tried out, once there are targets and people."""
        if self.wrong or not self.kept.rows or not self.records or self.fixed:
            return None
        return Tried(self.people, self.targets, self.engagement.seats, self._columns)

    def counted(self, row: Row) -> Group:
        """Count the people of a row, whatever its numbers."""
        wanted = dict(row.of)
        return Group(
            sum(
                all(person.profile.get(feature) == wanted[feature] for feature in wanted)
                for person in self.people
            )
        )

    @property
    def targets(self) -> list[sortition.Target]:
        """The targets, with numbers."""
        return targets_of(self.kept.rows)

    @property
    def _columns(self) -> list[str]:
        return columns_in(self.kept.columns)

    def propose(self) -> Rows:
        """Propose targets from the shares of the population that was stated."""
        stated = self.engagement.population
        shares = stated.shares if stated else ()
        return proposed(shares, self.engagement.seats, self.kept.rows)

    def share_of(self, row: Row) -> int | None:
        """Give how many in 10,000 people of the population have a value, if it was stated."""
        stated = self.engagement.population
        for share in stated.shares if stated else ():
            if row.of == ((share.feature, share.value),):
                return share.per_10000
        return None


def gather(call: Call) -> Gathered:
    """Read the pool of a panel that the visitor's organisation runs.

    Raises:
        Missing: ``engagement.unknown``.
        Forbidden: ``page.organisation``, ``actor.sight``.
    """
    found = call.state.get(Engagement, call.named("engagement"))
    check_own(call, found.facilitator)
    room = volunteer_room(found.engagement)
    records = [each for each in call.loop.reveal(call.actor, room) if each.body.get("registered")]
    return Gathered(found, records, kept(call, found), _is_fixed(call, found))


def _is_fixed(call: Call, found: Engagement) -> bool:
    try:
        check_open(found, call.now)
    except Refused:
        return True
    return False
