"""What only a gateway says: that nobody proved who they are, and that the terms do not allow it."""

from collections.abc import Sequence
from typing import ClassVar

from answerable.model.errors import AnswerableError
from answerable.model.request import Refusal


class Unproved(AnswerableError):
    """Whoever asks did not prove who they are; nothing else was looked at."""

    exit_status: ClassVar[int] = 5


class Declined(AnswerableError):
    """The terms, or the state of the gateway, do not allow what was asked; it is recorded.

    Attributes:
        refusals: everything that decided.
        release: the number of the record in the gateway's log, if it is one.
    """

    exit_status: ClassVar[int] = 3

    def __init__(self, refusals: Sequence[Refusal], release: int | None = None) -> None:
        super().__init__("request.declined")
        self.refusals = tuple(refusals)
        self.release = release
