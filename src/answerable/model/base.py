"""Frozen values and the small types they are made of."""

from datetime import UTC, date, datetime
from functools import cache
from typing import Annotated, Any, Self

from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    PlainSerializer,
    StringConstraints,
    ValidationError,
)
from pydantic_core import ErrorDetails, PydanticCustomError

from answerable.model.errors import Fault, Invalid


class Frozen(BaseModel):
    """A value that never changes and has no field beyond those declared."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    @classmethod
    def from_(cls, other: "Frozen", **more: Any) -> Self:
        """Build one from the fields it shares with another, and ``more``."""
        shared = _shared(type(other), cls)
        return cls(**{name: getattr(other, name) for name in shared if name not in more}, **more)

    def with_(self, **changes: Any) -> Self:
        """Give a copy in which ``changes`` hold."""
        return self.model_copy(update=changes)


@cache
def _shared(one: type[Frozen], other: type[Frozen]) -> frozenset[str]:
    return frozenset(one.model_fields.keys() & other.model_fields.keys())


def _utc(moment: datetime) -> datetime:
    if moment.tzinfo is None or moment.utcoffset() != UTC.utcoffset(None):
        raise PydanticCustomError("time.zone", "needs a time in UTC, such as 2026-01-31T09:30:00Z")
    return moment.astimezone(UTC).replace(microsecond=0)


def moment_text(moment: datetime) -> str:
    """Write a moment the one way the register does.

    >>> moment_text(datetime(2026, 1, 31, 9, 30, tzinfo=UTC))
    '2026-01-31T09:30:00Z'
    """
    return f"{moment.replace(tzinfo=None).isoformat(timespec='seconds')}Z"


Moment = Annotated[datetime, AfterValidator(_utc), PlainSerializer(moment_text, when_used="json")]
"""A point in time: UTC, whole seconds, written with ``Z``."""

Day = date
"""A calendar day in the story, ``YYYY-MM-DD``."""

Slug = Annotated[
    str, StringConstraints(pattern=r"^[a-z][a-z0-9]*(-[a-z0-9]+)*$", min_length=2, max_length=64)
]
"""A public name chosen by an officer: lower-case words joined by hyphens."""

Name = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]*$", max_length=64)]
"""The name of a column, or of a value that a machine compares."""

ActorRef = Annotated[str, StringConstraints(pattern=r"^a-[0-9a-f]{8,32}$")]
"""An opaque reference to a person or service; the name behind it is in the vault."""

CommandId = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]{7,79}$")]
"""Unique to one command: said again, it returns the entries of the first time."""

Digest = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")]
"""A SHA-256 digest, in lower-case hexadecimal."""


class BlobRef(Frozen):
    """Public content too large for an entry: ``blob/<sha256>``, named by the entry."""

    sha256: Digest
    size: int
    media: str


_CODES = {
    "missing": "field.missing",
    "extra_forbidden": "field.unknown",
    "string_pattern_mismatch": "field.pattern",
    "string_too_long": "field.long",
    "too_long": "field.long",
    "string_too_short": "field.short",
    "too_short": "field.short",
    "enum": "field.choice",
    "union_tag_invalid": "field.choice",
    "union_tag_not_found": "field.choice",
    "literal_error": "field.choice",
    "json_invalid": "field.json",
}


def invalid(code: str, problem: ValidationError, **params: str) -> Invalid:
    """Turn every complaint of pydantic into a fault by field, without the value that was given."""
    faults = [
        Fault(
            ".".join(str(part) for part in error["loc"]) or "(whole)",
            _CODES.get(error["type"], error["type"] if "." in error["type"] else "field.wrong"),
            {"wanted": _wanted(error)},
        )
        for error in problem.errors(include_url=False, include_input=False)
    ]
    return Invalid(code, faults, **params)


def _wanted(error: ErrorDetails) -> str:
    """Say what was wanted; the one message that repeats what was given is put another way."""
    if error["type"] == "union_tag_invalid":
        return f"Choose one of: {error['ctx']['expected_tags']}"
    return error["msg"]
