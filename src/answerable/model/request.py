"""What is asked of a gateway, and what it answers."""

from pydantic import Field

from answerable.model.base import Frozen, Name, Slug
from answerable.model.limits import Coarsening, OnlyRows, Pattern


class Request(Frozen):
    """One request for data under an agreement.

    Attributes:
        area: the area in which the subject of a lookup lives, as the data says.
    """

    agreement: Slug
    recipient: Slug
    purpose: Name
    pattern: Pattern
    columns: tuple[Name, ...] = Field(min_length=1)
    area: Slug | None = None


class Refusal(Frozen):
    """One reason why a request is refused.

    Attributes:
        code: what is wrong, as documented in the reference.
        by: what decided: a part of the grant, or the name of a limit or duty.
    """

    code: str
    by: str


class Given(Frozen):
    """A column as it would be given, and the limits that made it so."""

    column: Name
    coarsened: Coarsening | None = None
    pseudonym: bool = False
    by: tuple[str, ...] = ()


class Verdict(Frozen):
    """Allowed or refused, with everything that decided.

    Attributes:
        gives: the columns, when allowed.
        rows: comparisons that every row given must pass.
        leaves_out: opt-out lists whose people are left out.
        minimum_count: the smallest count that may leave, for aggregates.
        warnings: missed duties that are made public beside what is given.
    """

    refusals: tuple[Refusal, ...] = ()
    gives: tuple[Given, ...] = ()
    rows: tuple[OnlyRows, ...] = ()
    leaves_out: tuple[Slug, ...] = ()
    minimum_count: int | None = None
    warnings: tuple[str, ...] = ()

    @property
    def allowed(self) -> bool:
        """Whether nothing refuses it."""
        return not self.refusals
