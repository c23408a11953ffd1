"""What went wrong, as a page: what happened, and what to do; problem details for programs."""

from typing import Any, Final

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
from answerable.web.kinds import kind_of, nouns
from answerable.web.lines import title_of
from answerable.words import say

PROBLEM: Final = "application/problem+json"

_STATUS: Final[tuple[tuple[type[AnswerableError], int], ...]] = (
    (Invalid, 400),
    (Forbidden, 403),
    (Missing, 404),
    (Refused, 409),
    (Conflict, 409),
    (Broken, 503),
)
_BY_CODE: Final = {
    "command.large": 413,
    "command.media": 415,
    "form.large": 413,
    "form.media": 415,
    "link.over": 410,
    "page.sign-in": 401,
    "registration.often": 429,
    "registration.over": 410,
    "sign-in.often": 429,
}


def status(trouble: AnswerableError) -> int:
    """Give the HTTP status of an error."""
    if trouble.code in _BY_CODE:
        return _BY_CODE[trouble.code]
    return next((number for kind, number in _STATUS if isinstance(trouble, kind)), 500)


def problem(call: Call, trouble: AnswerableError) -> Page:
    """Say what happened and what to do, with the code that programs and helpers compare.

    Programs get it as RFC 9457 problem details.
    """
    language, number = call.tongue.code, status(trouble)
    told = say(trouble.code, _in_words(call, trouble), language)
    faults = [
        {"field": f.field, "code": f.code, "says": say(f.code, f.params, language).says}
        for f in (trouble.faults if isinstance(trouble, Invalid) else ())
    ]
    said: dict[str, Any] = {
        "title": told.says,
        "status": number,
        "code": trouble.code,
        "says": told.says,
        "remedy": told.remedy,
        "faults": faults,
    }
    headers = {"www-authenticate": "Bearer"} if number == 401 else {}  # noqa: PLR2004
    return Page("problem.html", said, number, headers=headers)


def _in_words(call: Call, trouble: AnswerableError) -> dict[str, object]:
    """Give what an error tells of, with things, acts and organisations as pages call them."""
    said: dict[str, Any] = dict(trouble.params)
    noun = trouble.code.rpartition(".")[0]
    said["noun"] = nouns(call).get(noun, noun)
    if trouble.code in ("actor.organisation", "actor.role"):
        said["kind"] = kind_of(call, said["kind"])
    if trouble.code == "actor.organisation":
        said["organisation"] = title_of(call, said["organisation"])
        said["wanted"] = [title_of(call, each) for each in said["wanted"]]
    return said
