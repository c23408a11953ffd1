"""What went wrong, as RFC 9457 problem details: a status, a code, plain words, a remedy."""

import json
from collections.abc import Sequence
from typing import Any, Final

from answerable.gateway.errors import Declined, Unproved
from answerable.model.errors import AnswerableError, Broken, Forbidden, Invalid, Missing
from answerable.model.request import Refusal
from answerable.words import say

PROBLEM: Final = b"application/problem+json"

_LATER = frozenset(
    f"request.{why}"
    for why in ("stale", "fork", "unsound", "opt-out-stale", "source", "unknown", "own-key")
)
"""Refusals that are about the gateway and not about who asks, or for what."""

_STATUS = {
    "door.length": 413,
    "door.method": 405,
    "door.path": 404,
    "door.slow": 408,
    "request.dataset": 404,
    "releases.day": 404,
    "request.rate": 429,
}


def status(problem: AnswerableError) -> int:
    """Give the HTTP status of a problem."""
    if problem.code in _STATUS:
        return _STATUS[problem.code]
    if isinstance(problem, Unproved):
        return 401
    if isinstance(problem, Declined):
        return _declined(problem.refusals)
    for kind, number in ((Invalid, 400), (Forbidden, 403), (Missing, 404), (Broken, 503)):
        if isinstance(problem, kind):
            return number
    return 503  # what a plan, a source or a limit makes impossible


def _declined(refusals: Sequence[Refusal]) -> int:
    codes = {refusal.code for refusal in refusals}
    if codes == {"request.dataset"}:
        return 404
    if codes - _LATER == {"request.rate"}:
        return 429
    return 403 if codes - _LATER else 503


def details(problem: AnswerableError) -> bytes:
    """Put a problem into words, for people and programs."""
    said = say(problem.code, problem.params)
    told: dict[str, Any] = {
        "title": said.says,
        "status": status(problem),
        "code": problem.code,
        "remedy": said.remedy,
    }
    if isinstance(problem, Declined):
        told["refusals"] = [_refusal(refusal) for refusal in problem.refusals]
        told["release"] = problem.release
    if isinstance(problem, Invalid):
        told["faults"] = [
            {"field": f.field, "code": f.code, **_words(f.code, f.params, f.field)}
            for f in problem.faults
        ]
    return json.dumps(told, ensure_ascii=False).encode()


def _refusal(refusal: Refusal) -> dict[str, str]:
    return {"code": refusal.code, "by": refusal.by, **_words(refusal.code, {}, "")}


def _words(code: str, params: dict[str, Any], field: str) -> dict[str, str]:
    said = say(code, {"field": field, **params})
    return {"says": said.says, "remedy": said.remedy}
