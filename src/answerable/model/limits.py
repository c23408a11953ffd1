"""What narrows a grant: a small closed set of limits, each with its reason.

No limit is a program: what may leave is decidable, can be printed in plain words, and compared.
"""

from enum import StrEnum
from typing import Annotated, Literal

from pydantic import Field, StringConstraints, model_validator
from pydantic_core import PydanticCustomError

from answerable.model.base import Frozen, Name, Slug

Reason = Annotated[
    str,
    StringConstraints(
        pattern=r"^(recommendation|principle|risk|basis):[a-z][a-z0-9]*(-[a-z0-9]+)*$",
        max_length=90,
    ),
]
"""Where a term comes from: ``recommendation:``, ``principle:``, ``risk:`` or ``basis:`` and its
name (for a basis, the organisation whose basis it is)."""


class Pattern(StrEnum):
    """A way to ask for data."""

    LOOKUP = "lookup"
    BULK = "bulk"
    AGGREGATE = "aggregate"


class Effect(StrEnum):
    """What a missed duty does to one pattern."""

    PUBLISH = "publish"
    ESCALATE = "escalate"
    SUSPEND = "suspend"


class Coarsening(StrEnum):
    """How a value is made less exact."""

    POSTCODE_DISTRICT = "postcode-district"
    MONTH = "month"
    YEAR = "year"
    TEN_YEAR_BAND = "ten-year-band"


class When(Frozen):
    """While a signal is in force in the area that a row names.

    Attributes:
        signal: the kind of signal, such as ``flood-warning``.
        issuers: the organisations whose word counts.
        area_column: the column of the data that names the area.
        break_glass: whether a named person may also declare an emergency for one lookup, with a
            reason; it is recorded, reviewed and told to the person looked up.
    """

    signal: Slug
    issuers: tuple[Slug, ...] = Field(min_length=1)
    area_column: Name
    break_glass: Literal[True] | None = None


class LimitFields(Frozen):
    """What every limit has.

    Attributes:
        patterns: those it narrows; none named means all.
    """

    limit: Slug
    because: Reason
    patterns: tuple[Pattern, ...] = ()

    def narrows(self, pattern: Pattern) -> bool:
        """Tell whether the limit applies to a pattern."""
        return not self.patterns or pattern in self.patterns


class OnlyColumns(LimitFields):
    """Only these columns; several such limits leave what all of them name."""

    rule: Literal["only-columns"] = "only-columns"
    columns: tuple[Name, ...] = Field(min_length=1)


class OnlyPurposes(LimitFields):
    """Only for these purposes."""

    rule: Literal["only-purposes"] = "only-purposes"
    purposes: tuple[Name, ...] = Field(min_length=1)


class OnlyRows(LimitFields):
    """Only rows whose column compares so; several such limits must all hold."""

    rule: Literal["only-rows"] = "only-rows"
    column: Name
    compare: Literal["one-of", "none-of", "at-least", "at-most", "present"]
    values: tuple[str, ...] = ()

    @model_validator(mode="after")
    def _values(self) -> "OnlyRows":
        count = len(self.values)
        fits = {"present": count == 0, "at-least": count == 1, "at-most": count == 1}
        if not fits.get(self.compare, count > 0):
            raise PydanticCustomError("limit.values", "has too few or too many values to compare")
        return self


class Coarsen(LimitFields):
    """A less exact value instead of the value, unless a signal is in force.

    Attributes:
        source: the column the less exact value is made from, if not the column itself.
    """

    rule: Literal["coarsen"] = "coarsen"
    column: Name
    to: Coarsening
    source: Name | None = None
    unless: When | None = None


class LeaveOut(LimitFields):
    """People on a list are left out; a list older than ``greatest_age_hours`` stops everything."""

    rule: Literal["opt-out"] = "opt-out"
    list: Slug
    greatest_age_hours: int = Field(ge=1)


class Rate(LimitFields):
    """At most so many requests in a period."""

    rule: Literal["rate"] = "rate"
    requests: int = Field(ge=1, le=1_000_000)
    per: Literal["minute", "hour", "day"]


class Pseudonymise(LimitFields):
    """A keyed code that means nothing outside the agreement, instead of the value."""

    rule: Literal["pseudonymise"] = "pseudonymise"
    column: Name


class WhileSignal(LimitFields):
    """Nothing at all unless a signal is in force."""

    rule: Literal["while-signal"] = "while-signal"
    when: When


class MinimumCount(LimitFields):
    """No count below this leaves."""

    rule: Literal["minimum-count"] = "minimum-count"
    count: int = Field(ge=2)


Limit = Annotated[
    OnlyColumns
    | OnlyPurposes
    | OnlyRows
    | Coarsen
    | LeaveOut
    | Rate
    | Pseudonymise
    | WhileSignal
    | MinimumCount,
    Field(discriminator="rule"),
]
