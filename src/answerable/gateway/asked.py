"""What a service may ask, as it arrives: anything else is refused before anything is looked at."""

import re
from dataclasses import replace
from typing import Annotated, Final, TypeVar

from pydantic import Field, StringConstraints, ValidationError

from answerable.gateway.formats import Format
from answerable.model.base import Frozen, Name, Slug, invalid
from answerable.model.errors import Invalid

Columns = Annotated[tuple[Name, ...], Field(min_length=1, max_length=200)]
Line = Annotated[
    str, StringConstraints(min_length=1, max_length=200, pattern=r"^[^\x00-\x1f\x7f]+$")
]


class Emergency(Frozen):
    """A person's word that there is an emergency: it is recorded and reviewed.

    Attributes:
        person: who says so; kept private, shown to reviewers and to the person looked up.
        post: the post that lets them.
        reason: why it cannot wait.
    """

    person: Line
    post: Line
    reason: Annotated[str, StringConstraints(min_length=10, max_length=1000)]


class AskLookup(Frozen):
    """One subject.

    Attributes:
        subject: as the grant's subject column names it.
        case: the caller's own reference for what it is working on; kept private.
    """

    agreement: Slug
    purpose: Name
    columns: Columns
    subject: Line
    case: Line | None = None
    emergency: Emergency | None = None


class AskBulk(Frozen):
    """Everything that may be given, as a stream."""

    agreement: Slug
    purpose: Name
    columns: Columns
    format: Format = Format.PARQUET


class AskCounts(Frozen):
    """How many people there are by the values of some columns."""

    agreement: Slug
    purpose: Name
    columns: Columns


class AskAbout(Frozen):
    """Who looked somebody up: for that person's own view."""

    dataset: Slug
    subject: Line


_NAMED: Final = re.compile(r"\(whole\)|[a-z0-9_.]{1,60}")
"""How fields are called; anything else somebody made up, and is not repeated."""

A = TypeVar("A", bound=Frozen)


def read(kind: type[A], body: bytes) -> A:
    """Read what was asked.

    Raises:
        Invalid: ``request.invalid`` with every field that is wrong, and no value that was given.
    """
    try:
        return kind.model_validate_json(body)
    except ValidationError as problem:
        faults = [
            fault if _NAMED.fullmatch(fault.field) else replace(fault, field="(unknown)")
            for fault in invalid("request.invalid", problem).faults
        ]
        raise Invalid("request.invalid", faults) from None
