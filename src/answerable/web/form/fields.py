"""What a form asks for one field of a command, found from the type of the field alone."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from types import UnionType
from typing import Annotated, Any, Final, Literal, Union, get_args, get_origin

from annotated_types import Ge, Le
from pydantic import BaseModel
from pydantic.fields import FieldInfo

from answerable.model.limits import Effect, Pattern, When
from answerable.model.text import Text


class Shape(StrEnum):
    """How something is asked for."""

    LINE = "line"
    NUMBER = "number"
    TITLE = "title"
    WORDS = "words"
    BOX = "box"
    CHOICE = "choice"
    SELECT = "select"
    MANY = "many"
    LINES = "lines"
    YES_NO = "yes-no"
    TICK = "tick"
    DAY = "day"
    MOMENT = "moment"
    FILE = "file"
    TABLE = "table"


@dataclass(frozen=True, slots=True)
class Choice:
    """Something that can be chosen.

    Attributes:
        value: what a command says.
        words: what a person reads.
    """

    value: str
    words: str


@dataclass(frozen=True, slots=True)
class Slot:
    """One thing that a form asks for.

    Attributes:
        name: the field; a part of a nested value follows a dot.
        label: the name by which its words are found.
        needed: whether a command cannot do without it.
        values: what the type allows, where that is a closed set.
        numbers: whether what is typed, or each line of it, is a whole number.
        bounds: the least and the most that a number may be.
    """

    name: str
    shape: Shape
    label: str
    needed: bool = True
    values: tuple[str, ...] = ()
    numbers: bool = False
    bounds: tuple[int | None, int | None] = (None, None)
    choices: tuple[Choice, ...] = field(default=())

    @property
    def spoken(self) -> bool:
        """Whether it is a sentence, in one or more languages."""
        return self.shape in (Shape.TITLE, Shape.WORDS)


DAY_PARTS: Final = ("day", "month", "year")
MOMENT_PARTS: Final = (*DAY_PARTS, "hour", "minute")
_SHORT: Final = frozenset({"title", "post", "unit", "updated", "freshness", "authority"})
_FILES: Final = frozenset({"respondents", "shares", "targets"})
_TABLES: Final = frozenset({"changes", "questions"})
"""Public, so that they are looked over before they are sent: pasted, or read from a file."""

_SHAPES: Final[Mapping[type, Shape]] = {
    datetime: Shape.MOMENT,
    date: Shape.DAY,
    int: Shape.NUMBER,
    str: Shape.LINE,
}


def slots(model: type[BaseModel], *, under: str = "") -> Iterator[Slot]:
    """Give everything that a form asks for a model; a nested part only where it is a condition."""
    for name, info in model.model_fields.items():
        wanted, needed = bare(info.annotation), info.is_required()
        if wanted is When:
            yield from _when(name, needed=needed)
        elif get_origin(wanted) is dict and get_args(wanted)[0] is Pattern:
            yield from _effects(name)
        elif name != "rule" or not _is_tag(wanted):
            yield slot(f"{under}{name}", name, info)


def slot(name: str, label: str, info: FieldInfo) -> Slot:
    """Say how one field is asked for."""
    wanted, needed = bare(info.annotation), info.is_required()
    values = closed(wanted)
    many = get_origin(wanted) is tuple
    inner = bare(get_args(wanted)[0]) if many else wanted
    return Slot(
        name=name,
        shape=_shape(label, wanted, values, needed=needed),
        label=label,
        needed=needed,
        values=values,
        numbers=inner is int,
        bounds=_bounds(info),
    )


def bare(wanted: Any) -> Any:
    """Strip constraints and 'or nothing' from a type."""
    origin = get_origin(wanted)
    if origin is Annotated:
        return bare(get_args(wanted)[0])
    if origin in (Union, UnionType):
        return bare(next(part for part in get_args(wanted) if part is not type(None)))
    return wanted


def closed(wanted: Any) -> tuple[str, ...]:
    """Give the values of a closed set, or of the set that a list is made of."""
    if get_origin(wanted) is tuple:
        return closed(bare(get_args(wanted)[0]))
    if get_origin(wanted) is Literal:
        return tuple(each for each in get_args(wanted) if isinstance(each, str))
    if isinstance(wanted, type) and issubclass(wanted, StrEnum):
        return tuple(each.value for each in wanted)
    return ()


def _is_tag(wanted: Any) -> bool:
    return get_origin(wanted) is Literal and len(get_args(wanted)) == 1


def _shape(label: str, wanted: Any, values: tuple[str, ...], *, needed: bool) -> Shape:
    if get_origin(wanted) is tuple:
        return Shape.MANY if values else Shape.LINES
    if wanted is Text:
        return Shape.TITLE if label in _SHORT else Shape.WORDS
    if wanted is bool:
        return Shape.YES_NO if needed else Shape.TICK
    if get_origin(wanted) is Literal and not values:
        return Shape.TICK
    if values:
        return Shape.CHOICE
    known = dict.fromkeys(_FILES, Shape.FILE) | dict.fromkeys(_TABLES, Shape.TABLE)
    return known.get(label) or _SHAPES.get(wanted, Shape.LINE)


def _bounds(info: FieldInfo) -> tuple[int | None, int | None]:
    least = next((each.ge for each in info.metadata if isinstance(each, Ge)), None)
    most = next((each.le for each in info.metadata if isinstance(each, Le)), None)
    return least, most  # type: ignore[return-value]


def _when(name: str, *, needed: bool) -> Iterator[Slot]:
    """A condition is asked for part by part; all of them are needed once one is given."""
    for each in slots(When, under=f"{name}."):
        yield Slot(
            each.name,
            each.shape,
            each.label,
            needed=needed and each.needed,
            values=each.values,
        )


def _effects(name: str) -> Iterator[Slot]:
    """What a missed duty does is asked for each pattern."""
    effects = tuple(each.value for each in Effect)
    for pattern in Pattern:
        label = f"{name}_{pattern.value}"
        yield Slot(f"{name}.{pattern.value}", Shape.CHOICE, label, needed=False, values=effects)
