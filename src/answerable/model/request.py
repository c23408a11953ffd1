"""What is asked of a gateway, and what it answers."""

from collections.abc import Mapping

from pydantic import Field, field_validator
from pydantic_core import PydanticCustomError

from answerable.model.base import Frozen, Name, Slug
from answerable.model.limits import Coarsening, OnlyRows, Pattern


class Request(Frozen):
    """One request for data under an agreement.

    Attributes:
        areas: where the subject of a lookup is, as the data says: by the column that names it.
        emergency: whether a named person declares an emergency for this one lookup.
    """

    agreement: Slug
    recipient: Slug
    purpose: Name
    pattern: Pattern
    columns: tuple[Name, ...] = Field(min_length=1)
    areas: Mapping[Name, str] = Field(default_factory=dict)
    emergency: bool = False

    @field_validator("columns")
    @classmethod
    def _once(cls, columns: tuple[str, ...]) -> tuple[str, ...]:
        if len(set(columns)) != len(columns):
            raise PydanticCustomError("request.twice", "names a column twice")
        return columns


class Refusal(Frozen):
    """One reason why a request is refused.

    Attributes:
        code: what is wrong, as documented in the reference.
        by: what decided: a part of the grant, or the name of a limit or duty.
    """

    code: str
    by: str


class Given(Frozen):
    """A column as it would be given, and the limits that made it so.

    Attributes:
        source: the column that the less exact value is made from, if not the column itself.
    """

    column: Name
    coarsened: Coarsening | None = None
    source: Name | None = None
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
        signals: the declarations that opened something.
        emergency: whether a declared emergency, and no signal, opened something.
    """

    refusals: tuple[Refusal, ...] = ()
    gives: tuple[Given, ...] = ()
    rows: tuple[OnlyRows, ...] = ()
    leaves_out: tuple[Slug, ...] = ()
    minimum_count: int | None = None
    warnings: tuple[str, ...] = ()
    signals: tuple[Slug, ...] = ()
    emergency: bool = False

    @property
    def allowed(self) -> bool:
        """Whether nothing refuses it."""
        return not self.refusals
