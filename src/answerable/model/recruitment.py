"""How people come to a pool: whom a panel is to resemble, and how volunteers were found."""

from typing import ClassVar, Literal

from pydantic import Field

from answerable.model.base import Day, Frozen, Slug
from answerable.model.draw import FeatureName, ValueName
from answerable.model.entry import Body, Kind
from answerable.model.text import Text

Route = Literal["letters", "open-call", "recruiter"]
"""Letters to addresses chosen at random, an open call by criteria, or a professional recruiter."""


class Share(Frozen):
    """How many in 10,000 people of a population have one value of one feature."""

    feature: FeatureName
    value: ValueName
    per_10000: int = Field(ge=0, le=10_000)


class PopulationStated(Body):
    """Whom a panel is to resemble, in figures that somebody else published.

    Attributes:
        population: who they are, such as adults in Scotland.
        source: where the figures were published.
    """

    kind: ClassVar[Kind] = Kind("population.stated")

    engagement: Slug
    population: Text
    source: Text
    shares: tuple[Share, ...] = Field(min_length=1, max_length=200)


class Question(Frozen):
    """What a volunteer is asked about one feature, and the answers that there are."""

    feature: FeatureName
    words: Text
    values: tuple[ValueName, ...] = Field(min_length=2, max_length=60)


class RegistrationOpened(Body):
    """Anybody may volunteer, until a closing day.

    Attributes:
        words: what volunteers read first: what it is about, what it asks of them, what they get.
        closes: the last day.
    """

    kind: ClassVar[Kind] = Kind("registration.opened")

    engagement: Slug
    words: Text
    questions: tuple[Question, ...] = Field(min_length=1, max_length=30)
    closes: Day


class RecruitmentTold(Body):
    """How some of the volunteers were found, and who was missing among them.

    Attributes:
        asked: how many were asked; nothing for an open call.
        answered: how many of them volunteered.
        words: how they were found, and by which criteria.
        missing: who was missing, and what was done about it.
    """

    kind: ClassVar[Kind] = Kind("recruitment.told")

    engagement: Slug
    route: Route
    asked: int | None = Field(default=None, ge=1)
    answered: int = Field(ge=0)
    words: Text
    missing: Text
