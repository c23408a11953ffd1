"""The long view: a vision with its horizons, told futures, ambitions, principles and missions."""

from typing import ClassVar

from pydantic import Field

from answerable.model.base import Frozen, Slug
from answerable.model.entry import Body, Kind
from answerable.model.state import Record, remembers
from answerable.model.text import Text


class VisionFields(Frozen):
    """A shared long-range picture, and the years it looks at."""

    vision: Slug
    title: Text
    picture: Text
    horizons: tuple[int, ...] = Field(min_length=1, max_length=6)


class VisionPublished(VisionFields, Body):
    """A vision became public."""

    kind: ClassVar[Kind] = Kind("vision.published")


class Vision(VisionFields, Record):
    """A shared long-range picture of how data should serve people."""

    noun: ClassVar[str] = "vision"


class ScenarioFields(Frozen):
    """A told future for one horizon."""

    scenario: Slug
    vision: Slug
    horizon: int
    title: Text
    story: Text


class ScenarioTold(ScenarioFields, Body):
    """A future was told, to test thinking against."""

    kind: ClassVar[Kind] = Kind("scenario.told")


class Scenario(ScenarioFields, Record):
    """A told future for one year."""

    noun: ClassVar[str] = "scenario"


class AmbitionFields(Frozen):
    """One part of a vision."""

    ambition: Slug
    vision: Slug
    title: Text
    picture: Text


class AmbitionSet(AmbitionFields, Body):
    """An ambition became part of a vision."""

    kind: ClassVar[Kind] = Kind("ambition.set")


class Ambition(AmbitionFields, Record):
    """One part of a vision."""

    noun: ClassVar[str] = "ambition"


class PrincipleFields(Frozen):
    """An ethical commitment, and the vision or engagement it comes from."""

    principle: Slug
    source: Slug
    title: Text
    commitment: Text


class PrincipleAdopted(PrincipleFields, Body):
    """A principle was adopted."""

    kind: ClassVar[Kind] = Kind("principle.adopted")


class Principle(PrincipleFields, Record):
    """An ethical commitment that outlives one proposal."""

    noun: ClassVar[str] = "principle"


class MissionFields(Frozen):
    """A wider public goal, the vision it serves, and how one can tell that it is met."""

    mission: Slug
    vision: Slug
    title: Text
    goal: Text
    measure: Text


class MissionSet(MissionFields, Body):
    """A mission was set."""

    kind: ClassVar[Kind] = Kind("mission.set")


class Mission(MissionFields, Record):
    """The wider public goal an outcome counts towards."""

    noun: ClassVar[str] = "mission"


remembers(VisionPublished, Vision)
remembers(ScenarioTold, Scenario)
remembers(AmbitionSet, Ambition)
remembers(PrincipleAdopted, Principle)
remembers(MissionSet, Mission)
