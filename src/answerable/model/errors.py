"""One tree of errors. Each is a value: a code and parameters; words come at the edge.

    AnswerableError
    ├── Invalid     what was said is malformed; every fault at once, by field
    ├── Missing     what was named does not exist
    ├── Forbidden   this actor may not do this, whatever the state
    ├── Refused     the state of the register does not allow it
    ├── Conflict    somebody else appended first; try again
    └── Broken      stored or published bytes are not what they should be, or cannot be written

`answerable.words` holds the sentence and the remedy for every code, in each language.
"""

import dataclasses
from collections.abc import Sequence
from typing import ClassVar

Param = str | int | Sequence[str]


class AnswerableError(Exception):
    """The root of all errors that a caller can act on.

    Attributes:
        code: dotted, stable, documented; what programs compare.
        params: what the sentence about it needs; never personal data.
    """

    exit_status: ClassVar[int] = 1

    def __init__(self, code: str, /, **params: Param) -> None:
        self.code = code
        self.params = params
        super().__init__(code, params)

    def __str__(self) -> str:
        """Give the code and its parameters, for a log; people get words from the edge."""
        said = ", ".join(f"{name}={value!r}" for name, value in self.params.items())
        return f"{self.code}({said})"

    def __reduce__(self) -> tuple[object, ...]:
        """Survive a process boundary with code and parameters."""
        return (_rebuild, (type(self), self.code, self.params))


def _rebuild(kind: "type[AnswerableError]", code: str, params: dict[str, Param]) -> AnswerableError:
    return kind(code, **params)


@dataclasses.dataclass(frozen=True, slots=True)
class Fault:
    """One thing that is wrong with one field."""

    field: str
    code: str
    params: dict[str, Param] = dataclasses.field(default_factory=dict)


class Invalid(AnswerableError):
    """What was said is malformed. Holds every fault, so that nobody mends them one by one."""

    exit_status = 2

    def __init__(self, code: str, faults: Sequence[Fault] = (), /, **params: Param) -> None:
        super().__init__(code, **params)
        self.faults = tuple(faults)

    def __str__(self) -> str:
        """Give the code, then each field and its fault."""
        said = "; ".join(f"{fault.field}: {fault.code}" for fault in self.faults)
        return super().__str__() + (f" [{said}]" if said else "")

    def __reduce__(self) -> tuple[object, ...]:
        """Survive a process boundary with the faults."""
        return (_rebuild_invalid, (self.code, self.faults, self.params))


def _rebuild_invalid(code: str, faults: tuple[Fault, ...], params: dict[str, Param]) -> Invalid:
    return Invalid(code, faults, **params)


class Missing(AnswerableError):
    """What was named does not exist."""

    exit_status = 4


class Forbidden(AnswerableError):
    """This actor may not do this, whatever the state."""

    exit_status = 5


class Refused(AnswerableError):
    """The state of the register does not allow it."""

    exit_status = 3


class Conflict(AnswerableError):
    """Somebody else appended first; nothing was written."""

    exit_status = 6


class Broken(AnswerableError):
    """Stored or published bytes are not what they should be, or cannot be written."""

    exit_status = 7
