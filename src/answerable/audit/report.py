"""What a check found: one outcome for each claim."""

from dataclasses import dataclass, field
from enum import StrEnum

from answerable.audit.claims import CLAIMS, Claim
from answerable.model.errors import AnswerableError
from answerable.model.state import State


class Standing(StrEnum):
    """How a claim stands after a check."""

    HOLDS = "holds"
    FAILS = "fails"
    UNREACHED = "unreached"


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong, and where.

    Attributes:
        place: a file, or an entry by its number.
    """

    place: str
    problem: AnswerableError


@dataclass(slots=True)
class Report:
    """What was checked, claim by claim.

    Attributes:
        checked: entries checked by every rule.
        trusted: the key that was believed because none was given.
        state: what the entries that passed add up to.
    """

    origin: str = ""
    size: int = 0
    root: str = ""
    sealed_at: str = ""
    checked: int = 0
    trusted: str | None = None
    fingerprint: str = ""
    nature: str = ""
    faults: dict[str, Fault] = field(default_factory=dict)
    state: State = field(default_factory=State)
    unreached: set[str] = field(default_factory=lambda: {claim.name for claim in CLAIMS})

    def fails(self, claim: str, place: str, problem: AnswerableError) -> None:
        """File the first fault of a claim."""
        self.faults.setdefault(claim, Fault(place, problem))

    def reached(self, *claims: str) -> None:
        """Note that nothing more could turn up against these claims."""
        self.unreached -= set(claims)

    @property
    def holds(self) -> bool:
        """Whether every claim was checked to the end and holds."""
        return not self.faults and not self.unreached

    def outcomes(self) -> list[tuple[Claim, Standing, Fault | None]]:
        """Give each claim with how it stands."""
        return [
            (claim, self._standing(claim.name), self.faults.get(claim.name)) for claim in CLAIMS
        ]

    def _standing(self, name: str) -> Standing:
        if name in self.faults:
            return Standing.FAILS
        return Standing.UNREACHED if name in self.unreached else Standing.HOLDS
