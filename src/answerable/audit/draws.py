"""Whether a draw is what was committed: in public, and for an auditor who is given the pool."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from itertools import chain
from typing import Any, Final, TypeVar

import numpy as np

from answerable.model.base import Digest, Frozen
from answerable.model.draw import COMPOSITIONS, Draw
from answerable.model.engagement import Engagement
from answerable.model.entry import parse_json
from answerable.model.errors import AnswerableError, Broken, Invalid
from answerable.model.signing import canonical
from answerable.science import sortition
from answerable.store.vault import VaultRecord, commitment

F = TypeVar("F", bound=Frozen)


def check_lottery(engagement: Engagement, draw: Draw, data: bytes) -> sortition.PublicLottery:
    """Check what everybody can: that the lottery is one, and that its draw follows from the seed.

    Args:
        engagement: as it is today.
        draw: one that committed a lottery.
        data: the lottery, as it is published.

    Raises:
        Broken: ``lottery.form``; ``lottery.people`` where it is not among those who can be drawn;
            ``lottery.drawn`` where the seed gives other members.
    """
    try:
        lottery = sortition.read_public(data)
    except sortition.SortitionError as problem:
        raise Broken(problem.code) from None
    named = (engagement.engagement, draw.draw, COMPOSITIONS)
    if (lottery.engagement, lottery.draw, len(lottery.compositions)) != named:
        raise Broken("lottery.form")
    if canonical(lottery.plain()) != data or len(lottery.compositions[0]) != draw.seats:
        raise Broken("lottery.form")
    if not _rightly(engagement, draw, lottery):
        raise Broken("lottery.people", draw=draw.draw)
    if draw.drawn and not _drawn(draw, lottery):
        raise Broken("lottery.drawn", draw=draw.draw)
    return lottery


def _rightly(engagement: Engagement, draw: Draw, lottery: sortition.PublicLottery) -> bool:
    everybody = set(range(1, draw.volunteers + 1))
    if not draw.replaces:
        return lottery.members == everybody
    earlier = (each.drawn.members for each in engagement.draws[: draw.draw - 1] if each.drawn)
    return lottery.members <= everybody - set(chain.from_iterable(earlier))


def _drawn(draw: Draw, lottery: sortition.PublicLottery) -> bool:
    if draw.drawn is None:
        return False
    try:
        found = lottery.drawn(bytes.fromhex(draw.drawn.seed))
    except sortition.SortitionError:
        return False
    return (found.ticket + 1, found.members) == (draw.drawn.ticket, draw.drawn.members)


class Person(Frozen):
    """What is kept of one volunteer, without name or contact."""

    ref: str
    salt: str
    body: dict[str, Any]

    @property
    def number(self) -> int:
        return int(self.body["number"])

    def commitment(self, subject: str) -> str:
        """Make the fingerprint again that the register holds."""
        return commitment(VaultRecord(self.ref, subject, self.body, bytes.fromhex(self.salt)))


class Export(Frozen):
    """What an auditor is given of the pool of a draw.

    Attributes:
        subject: what the records belong to in the vault.
        values: what each profile of the lottery stands for, in the order of ``features``.
        certificate: JSON; nothing where the method has no proof.
    """

    v: int
    engagement: str
    draw: int
    subject: str
    people: tuple[Person, ...]
    features: tuple[str, ...]
    values: tuple[tuple[str, ...], ...]
    certificate: str | None = None


class Slip(Frozen):
    """What one volunteer is given, to see that they were in the lot."""

    v: int
    engagement: str
    draw: int
    subject: str
    person: Person


def read_export(data: bytes) -> Export:
    """Read an export.

    Raises:
        Invalid: ``export.form``.
    """
    return _read(Export, data)


def read_slip(data: bytes) -> Slip:
    """Read a slip.

    Raises:
        Invalid: ``export.form``.
    """
    return _read(Slip, data)


def _read(shape: type[F], data: bytes) -> F:
    try:
        return shape.model_validate_json(data)
    except ValueError:
        raise Invalid("export.form") from None


@dataclass(frozen=True)
class Chance:
    """How likely somebody was to be drawn.

    Attributes:
        alike: how many people had the same profile, themselves included.
    """

    number: int
    chance: float
    alike: int


def check_slip(
    slip: Slip, lottery: sortition.PublicLottery, commitments: tuple[Digest, ...]
) -> Chance:
    """Check that a volunteer was in the lot, and with what chance.

    Raises:
        Broken: ``slip.stranger``.
    """
    try:
        number = slip.person.number
        known = commitments[number - 1] == slip.person.commitment(slip.subject)
    except (AnswerableError, IndexError, KeyError, ValueError, TypeError):
        known = False
    if not known or number not in lottery.members:
        raise Broken("slip.stranger")
    alike = next(len(each) for each in lottery.profiles if number in each)
    return Chance(number, lottery.chances()[number], alike)


class Audit:
    """A draw beside what an auditor was given of its pool."""

    def __init__(
        self,
        draw: Draw,
        lottery: sortition.PublicLottery,
        commitments: tuple[Digest, ...],
        export: Export,
    ) -> None:
        self.draw, self.lottery, self.commitments, self.export = draw, lottery, commitments, export

    @property
    def erased(self) -> int:
        """How many of those in the lot were erased since, so that nobody can check them."""
        return len(self.lottery.members - {person.number for person in self.export.people})

    def outcomes(self) -> list[tuple[str, bool]]:
        """Give each claim, and whether it holds."""
        return [(claim, self._holds(holds)) for claim, holds in _CLAIMS]

    def _holds(self, holds: Callable[["Audit"], bool]) -> bool:
        try:
            return holds(self)
        except (
            AnswerableError,
            sortition.SortitionError,
            IndexError,
            KeyError,
            ValueError,
            TypeError,
        ):
            return False

    @cached_property
    def values(self) -> list[dict[str, str]]:
        """What each profile stands for."""
        return [dict(zip(self.export.features, each, strict=True)) for each in self.export.values]

    @cached_property
    def places(self) -> dict[int, int]:
        """The profile of each member number."""
        return {one: at for at, each in enumerate(self.lottery.profiles) for one in each}

    @cached_property
    def numbers(self) -> list[int]:
        return sorted(self.places)

    @cached_property
    def people(self) -> list[dict[str, str]]:
        """Everybody in the lot, in the order of their numbers."""
        return [self.values[self.places[number]] for number in self.numbers]

    @cached_property
    def homes(self) -> list[str] | None:
        if not self.draw.households:
            return None
        home = {one: str(at) for at, each in enumerate(self.lottery.households) for one in each}
        return [home.get(number, "") for number in self.numbers]

    @cached_property
    def targets(self) -> list[sortition.Target]:
        said = (*self.draw.targets, *self.draw.both)
        return [sortition.Target(each.of, each.min, each.max) for each in said]

    @cached_property
    def made(self) -> sortition.Instance:
        seats = self.draw.seats
        return sortition.instance(self.people, self.targets, seats=seats, households=self.homes)

    @cached_property
    def proof(self) -> Mapping[str, Any]:
        return dict(json.loads(self.export.certificate or "{}"))


def _fingerprints(audit: Audit) -> bool:
    return all(
        person.commitment(audit.export.subject) == audit.commitments[person.number - 1]
        for person in audit.export.people
    )


def _profiles(audit: Audit) -> bool:
    """Tell whether people of one profile, and no others, are alike in all that the draw sees."""
    said = {person.number: person.body["profile"] for person in audit.export.people}
    own = {number: audit.values[at] for number, at in audit.places.items() if number in said}
    same = all(values.items() <= said[number].items() for number, values in own.items())
    orbits = {tuple(audit.numbers[place] for place in orbit.members) for orbit in audit.made.orbits}
    return same and orbits == set(audit.lottery.profiles)


def _targets(audit: Audit) -> bool:
    distinct = set(audit.lottery.compositions)
    return all(
        target.min <= sum(target.includes(audit.values[at]) for at in composition) <= target.max
        for composition in distinct
        for target in audit.targets
    )


def _chances(audit: Audit) -> bool:
    """Tell whether everybody's chance is near to the one that the certificate proves."""
    proof = audit.proof
    said = {
        (tuple(orbit["values"]), tuple(map(tuple, orbit["household"]))): chance
        for orbit, chance in zip(proof["orbits"], proof["chances"], strict=True)
    }
    orbits = [said[orbit.values, orbit.household] for orbit in audit.made.orbits]
    exact = audit.made.by_person(np.array(orbits))
    given = audit.lottery.chances()
    return list(audit.made.features) == proof["features"] and all(
        sortition.is_near(abs(given[number] - exact[place]))
        for place, number in enumerate(audit.numbers)
    )


def _fairest(audit: Audit) -> bool:
    said = [
        {"of": [list(pair) for pair in target.of], "min": target.min, "max": target.max}
        for target in audit.targets
    ]
    return not [
        *sortition.check(audit.proof),
        *sortition.check_people(audit.proof, audit.people, audit.homes),
        *sortition.check_rules(audit.proof, said, audit.draw.seats),
    ]


def _totals(audit: Audit) -> bool:
    if audit.draw.drawn is None:
        return True
    panel = [audit.values[audit.places[number]] for number in audit.draw.drawn.members]
    return all(
        total.seats == sum(one[total.feature] == total.value for one in panel)
        for total in audit.draw.drawn.totals
    )


_CLAIMS: Final[tuple[tuple[str, Callable[[Audit], bool]], ...]] = (
    ("Each fingerprint in the register is that of the volunteer in the export", _fingerprints),
    ("People are in one profile of the lottery exactly if the draw sees them alike", _profiles),
    ("Every composition meets every target", _targets),
    ("Everybody's chance is within 0.001 of the exact one", _chances),
    ("No lottery within the targets is fairer (leximin)", _fairest),
    ("The published totals are those of the members drawn", _totals),
)


def read_commitments(data: bytes, engagement: str) -> tuple[Digest, ...]:
    """Read the fingerprints of a pool, in the order of their numbers.

    Raises:
        Broken: ``pool.fingerprints``.
    """
    try:
        sealed = parse_json(data)["commitments"]
        whole = canonical({"engagement": engagement, "commitments": sealed})
    except (AnswerableError, KeyError):
        raise Broken("pool.fingerprints", path=engagement) from None
    if whole != data or not isinstance(sealed, list):
        raise Broken("pool.fingerprints", path=engagement)
    return tuple(sealed)
