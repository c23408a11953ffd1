"""What went wrong, as a page: what happened, and what to do."""

from typing import Final

from answerable.model.errors import (
    AnswerableError,
    Broken,
    Conflict,
    Forbidden,
    Invalid,
    Missing,
    Refused,
)
from answerable.web.call import Call, Page
from answerable.words import say

_STATUS: Final[tuple[tuple[type[AnswerableError], int], ...]] = (
    (Invalid, 400),
    (Forbidden, 403),
    (Missing, 404),
    (Refused, 409),
    (Conflict, 409),
    (Broken, 503),
)


def status(trouble: AnswerableError) -> int:
    """Give the HTTP status of an error."""
    return next((number for kind, number in _STATUS if isinstance(trouble, kind)), 500)


def problem(call: Call, trouble: AnswerableError) -> Page:
    """Say what happened and what to do, with the code that programs and helpers compare."""
    language = call.tongue.code
    told = say(trouble.code, trouble.params, language)
    faults = [
        {"field": f.field, "code": f.code, "says": say(f.code, f.params, language).says}
        for f in (trouble.faults if isinstance(trouble, Invalid) else ())
    ]
    said = {"code": trouble.code, "says": told.says, "remedy": told.remedy, "faults": faults}
    return Page("problem.html", said, status(trouble))
