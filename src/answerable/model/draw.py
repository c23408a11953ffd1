"""A draw in public: everything it depends on is fixed first, then a seed nobody could choose.

1. *Committed*: who can be drawn (as fingerprints), targets, the whole lottery as a thousand
   compositions of equal chance, and who will witness it.
2. *Promised*: each witness seals a number of its own.
3. *Revealed*: once all have promised, each opens its number. A number withheld past the deadline
   makes the draw void, and its witness may witness no other of the same panel.
4. *Drawn*: the numbers together are the seed; the seed picks a composition, and its members.
"""

import hashlib
from datetime import datetime
from typing import Annotated, ClassVar, Literal, TypeAlias

from pydantic import Field

from answerable.model.base import BlobRef, Day, Digest, Frozen, Moment, Slug
from answerable.model.entry import Body, Kind
from answerable.model.exchange import Rounded
from answerable.model.text import Text

COMPOSITIONS = 1_000
"""How many compositions a lottery is published as."""

_SEED = b"answerable/seed/v1\n"

Method = Literal["leximin", "maximin", "nash", "random-keys"]
"""How chances are made as equal as targets let them; random keys only keep the targets."""

FeatureName = Annotated[str, Field(min_length=1, max_length=80)]
ValueName = Annotated[str, Field(min_length=1, max_length=120)]
Member: TypeAlias = Annotated[int, Field(ge=1)]
"""The number of somebody in the pool: it says nothing, and its owner alone knows whose it is."""


class Target(Frozen):
    """Least and most seats for one value of one feature."""

    feature: FeatureName
    value: ValueName
    min: int = Field(ge=0)
    max: int = Field(ge=0)

    @property
    def of(self) -> tuple[tuple[str, str], ...]:
        """Whom it counts: a feature and its value."""
        return ((self.feature, self.value),)


class BothTarget(Target):
    """Least and most seats for people who have a value of one feature and one of another."""

    feature_2: FeatureName
    value_2: ValueName

    @property
    def of(self) -> tuple[tuple[str, str], ...]:
        return ((self.feature, self.value), (self.feature_2, self.value_2))


class Seats(Frozen):
    """How many seats went to one value of one feature."""

    feature: str
    value: str
    seats: int = Field(ge=0)


class InPool(Frozen):
    """How many of a pool have one value of one feature.

    Attributes:
        people: rounded to ten; nothing means fewer than ten.
    """

    feature: FeatureName
    value: ValueName
    people: Rounded | None = None


class SealedSeed(Frozen):
    """The facilitator alone sealed a seed beforehand, as the first draws did.

    Attributes:
        commitment: SHA-256 of the 32-byte seed.
    """

    rule: Literal["sealed"] = "sealed"
    commitment: Digest


class WitnessedSeed(Frozen):
    """Witnesses each put in a number that none of them knew of the others.

    Attributes:
        witnesses: in the order in which their numbers are joined.
        reveal_by: what is not revealed then makes the draw void.
    """

    rule: Literal["witnesses"] = "witnesses"
    witnesses: tuple[Slug, ...] = Field(min_length=2, max_length=10)
    reveal_by: Moment


SeedRule = Annotated[SealedSeed | WitnessedSeed, Field(discriminator="rule")]


class LotteryFields(Frozen):
    """What a draw depends on besides its seed.

    Attributes:
        draw: which draw of the panel it is, from one; void ones count.
        households: whether at most one person of a household may be drawn.
        lottery: a blob; its form is in ``answerable.science.sortition.public``. Only the draws by
            random keys of earlier days have none.
    """

    engagement: Slug
    draw: int = Field(ge=1, le=1_000)
    targets: tuple[Target, ...]
    both: tuple[BothTarget, ...] = ()
    method: Method
    households: bool
    lottery: BlobRef | None = None
    seed: SeedRule


class PoolCommitted(LotteryFields, Body):
    """Everything that the draw of a panel depends on was fixed before it.

    Attributes:
        volunteers: how many people can be drawn; their member numbers are one to so many.
        pool: a blob of salted commitments, one a volunteer, in the order of their numbers.
        counts: how many of them have each value that has a target.
    """

    kind: ClassVar[Kind] = Kind("pool.committed", 2)

    volunteers: int = Field(ge=1)
    pool: BlobRef
    counts: tuple[InPool, ...] = ()


class ReplacementCommitted(LotteryFields, Body):
    """The same for seats of members who left.

    Attributes:
        seats: how many are to be filled; the targets are what those who stay leave of them.
    """

    kind: ClassVar[Kind] = Kind("replacement.committed")

    seats: int = Field(ge=1)


class TargetsRelaxed(Body):
    """Targets of a panel were made wider, so that somebody left in the pool can take an empty seat.

    Attributes:
        targets: those that changed, for the whole panel; each is wider than it was.
        both: the same, for two values together.
        reason: for everybody to read.
    """

    kind: ClassVar[Kind] = Kind("targets.relaxed")

    engagement: Slug
    targets: tuple[Target, ...] = ()
    both: tuple[BothTarget, ...] = ()
    reason: Text


class SeedPromised(Body):
    """A witness sealed the number that it puts into a draw.

    Attributes:
        promise: SHA-256 of the number, which is 32 bytes.
    """

    kind: ClassVar[Kind] = Kind("seed.promised")

    engagement: Slug
    draw: int = Field(ge=1)
    promise: Digest


class SeedRevealed(Body):
    """A witness opened its number.

    Attributes:
        number: 32 bytes in hexadecimal.
    """

    kind: ClassVar[Kind] = Kind("seed.revealed")

    engagement: Slug
    draw: int = Field(ge=1)
    number: Digest


class PanelDrawn(Body):
    """The seed was made and members drawn; by number, never by name.

    Attributes:
        seed: all witnesses' numbers as one; see `seed_of`.
        ticket: the number of the composition that the seed picks, from one; a draw without a
            lottery has none.
        members: those drawn, ascending.
    """

    kind: ClassVar[Kind] = Kind("panel.drawn", 2)

    engagement: Slug
    draw: int = Field(ge=1)
    seed: Digest
    ticket: int | None = Field(default=None, ge=1, le=COMPOSITIONS)
    members: tuple[int, ...]
    totals: tuple[Seats, ...]


class MembersConfirmed(Body):
    """Members said that they will come."""

    kind: ClassVar[Kind] = Kind("members.confirmed")

    engagement: Slug
    members: tuple[Member, ...] = Field(min_length=1, max_length=1_000)


class MemberLeft(Body):
    """A member left the panel; the reason is one of few, so that it tells nothing of anybody."""

    kind: ClassVar[Kind] = Kind("member.left")

    engagement: Slug
    member: Member
    reason: Literal["withdrew", "not-reached", "not-eligible"]


class PoolPublished(Body):
    """All that an auditor may see of a pool, made public: only where everybody is invented.

    Attributes:
        export: a blob; its form is that of an export for auditors.
    """

    kind: ClassVar[Kind] = Kind("pool.published")

    engagement: Slug
    draw: int = Field(ge=1)
    export: BlobRef


class Contribution(Frozen):
    """What one witness put into a draw.

    Attributes:
        number: nothing until it was revealed.
    """

    witness: Slug
    promise: Digest
    number: Digest | None = None


class Drawn(Frozen):
    """What came of a draw.

    Attributes:
        ticket: nothing for a draw that had no compositions.
    """

    day: Day
    seed: Digest
    ticket: int | None
    members: tuple[int, ...]
    totals: tuple[Seats, ...]


class Draw(Frozen):
    """One repeatable lottery, as far as the entries tell it.

    Attributes:
        committed: the index of the entry that committed it.
        volunteers: how many people are in the pool.
        replaces: whether it fills seats of members who left.
        lottery: nothing for the first draws, which had none.
        relaxed: how many times targets of the panel had given way before.
    """

    draw: int
    committed: int
    at: Moment
    seats: int
    replaces: bool
    volunteers: int
    pool: BlobRef
    targets: tuple[Target, ...]
    both: tuple[BothTarget, ...]
    counts: tuple[InPool, ...]
    method: Method
    households: bool
    lottery: BlobRef | None
    seed: SeedRule
    relaxed: int = 0
    contributions: tuple[Contribution, ...] = ()
    drawn: Drawn | None = None

    @property
    def awaited(self) -> tuple[str, ...]:
        """The witnesses that have not promised or, once all have, not revealed; in order."""
        if isinstance(self.seed, SealedSeed):
            return ()
        promised = {each.witness for each in self.contributions}
        revealed = {each.witness for each in self.contributions if each.number}
        done = revealed if promised >= set(self.seed.witnesses) else promised
        return tuple(witness for witness in self.seed.witnesses if witness not in done)

    @property
    def promised(self) -> bool:
        """Whether every witness has promised."""
        return isinstance(self.seed, WitnessedSeed) and len(self.contributions) == len(
            self.seed.witnesses
        )

    @property
    def drawn_members(self) -> tuple[int, ...]:
        """The numbers of those drawn, if it was."""
        return self.drawn.members if self.drawn else ()

    def void(self, now: datetime) -> bool:
        """Tell whether the deadline passed with a number withheld."""
        late = isinstance(self.seed, WitnessedSeed) and now > self.seed.reveal_by
        return late and bool(self.awaited) and self.drawn is None

    def contribution(self, witness: str) -> Contribution | None:
        """Give what a witness put in, if it did."""
        return next((each for each in self.contributions if each.witness == witness), None)


def promise_of(number: str) -> str:
    """Give what a witness promises for a number of 64 hexadecimal digits.

    >>> promise_of("00" * 32)[:16]
    '66687aadf862bd77'
    """
    return hashlib.sha256(bytes.fromhex(number)).hexdigest()


def seed_of(lottery: str, numbers: tuple[str, ...]) -> str:
    """Join witnesses' numbers to the seed of a draw.

    SHA-256 over a prefix, the digest of the lottery, and each number in the order of the witnesses.
    Nobody can choose it: who reveals last has promised before the first revealed.

    Args:
        lottery: SHA-256 of the published lottery.
        numbers: 64 hexadecimal digits each.
    """
    parts = (_SEED, *(bytes.fromhex(part) for part in (lottery, *numbers)))
    return hashlib.sha256(b"".join(parts)).hexdigest()
