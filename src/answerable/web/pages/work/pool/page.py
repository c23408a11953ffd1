"""The page of a pool: seen, and its targets tried out, saved and used."""

from dataclasses import dataclass
from typing import Any, Final

from answerable.model.errors import AnswerableError, Conflict, Invalid, Refused
from answerable.science import sortition
from answerable.stages.engage.trial import Group, Trial
from answerable.web.call import Answer, Call, Page
from answerable.web.pages.work.pool.buttons import BUTTONS, blank_of, save, tried
from answerable.web.pages.work.pool.gathered import Gathered, gather
from answerable.web.pages.work.pool.kept import kept
from answerable.web.pages.work.pool.rows import Row, base_of, by_group, typed, written
from answerable.web.pages.work.pool.sending import text_of
from answerable.web.pages.work.pool.shown import bars, changes, conflict
from answerable.web.pages.work.writing import BACK
from answerable.web.problem import status
from answerable.words import Said, say

_ASKED: Final = ("method", "witnesses", "reveal_by")
"""The questions of a pool that is to be fixed which are asked on its own page."""


@dataclass(frozen=True, slots=True)
class Trouble:
    """Why something was not done.

    Attributes:
        told: what is wrong.
        lines: what is wrong with lines of a file.
    """

    told: Said
    lines: tuple[str, ...] = ()
    status: int = 400


def pool(call: Call) -> Answer:
    """Show who is in a pool, the targets, and everybody's chances."""
    return tried(gather(call), lambda found, came: _page(call, found, came))


def chances(call: Call) -> Answer:
    """Work out the chances for the targets that are being typed; nothing is saved."""
    found = _typed(call, gather(call))
    return tried(found, lambda now, came: _live(call, now, came))


def _live(call: Call, found: Gathered, came: Trial | None) -> Page:
    return Page("work/pool/live.html", _said(found, came), aids=_aids(call, came))


def send(call: Call) -> Answer:
    """Do what the button says."""
    found, step = gather(call), str(call.form.get("_step", ""))
    if found.fixed:
        raise Refused("pool.taken", engagement=found.engagement.engagement)
    try:
        found = _typed(call, found) if "base" in call.form else found
        return BUTTONS.get(step, save)(call, found)
    except (Invalid, Conflict) as problem:
        return _troubled(call, found, problem)
    except sortition.SortitionError as problem:
        return _troubled(call, found, Invalid(problem.code, **problem.params))


def _typed(call: Call, found: Gathered) -> Gathered:
    """Give the pool with what was typed in place of what is on the desk."""
    try:
        rows = typed(call.form)
    except sortition.SortitionError as problem:
        raise Invalid(problem.code, **problem.params) from None
    return found.showing(rows, text_of(call.form, "columns").strip())


# How it is laid out.


def _troubled(call: Call, found: Gathered, problem: AnswerableError) -> Answer:
    language = call.tongue.code
    faults = problem.faults if isinstance(problem, Invalid) else ()
    trouble = Trouble(
        say(problem.code, problem.params, language),
        tuple(say(each.code, each.params, language).says for each in faults),
        status(problem),
    )
    return tried(found, lambda now, came: _page(call, now, came, trouble))


def _page(call: Call, found: Gathered, came: Trial | None, trouble: Trouble | None = None) -> Page:
    asked = {each.name: each for each in blank_of(call, found).sheet().asked}
    aids = {
        **_aids(call, came),
        "found": found,
        "kept": found.kept,
        "groups": by_group(found.kept.rows),
        "base": base_of(found.kept.rows),
        "table": written(found.kept.rows),
        "questions": [asked[name] for name in _ASKED],
        "trouble": trouble,
        "done": call.asked("done"),
        "revision": kept(call, found.engagement).revision,
    }
    headers = BACK if call.request.method == "POST" else {}
    number = trouble.status if trouble else 200
    return Page("work/pool/pool.html", _said(found, came), number, aids, headers)


def _aids(call: Call, came: Trial | None) -> dict[str, Any]:
    problem = came.problem if came else None
    told = say(problem.code, problem.params, call.tongue.code) if problem else None
    return {"trial": came, "told": told}


def _said(found: Gathered, came: Trial | None) -> dict[str, Any]:
    """Say what the page says; nobody in the pool is in it."""
    rows = found.kept.rows
    groups = came.groups if came else [found.counted(row) for row in rows]
    return {
        "panel": found.engagement,
        "people": len(found.records),
        "uploaded": found.uploaded,
        "fixed": found.fixed,
        "rows": [_shown(found, row, group) for row, group in zip(rows, groups, strict=True)],
        "without": came.without if came else 0,
        "gini": came.gini if came else None,
        "conflict": conflict(came, found.targets) if came else [],
        "bars": bars(came.chances) if came else [],
        "bounded": any(row.min_flex or row.max_flex for row in rows),
        "changes": changes(came) if came else [],
        "wrong": len(found.wrong),
    }


@dataclass(frozen=True, slots=True)
class Shown:
    """One target beside who is there for it.

    Attributes:
        share: how many in 10,000 people of the population have it, if that was stated.
        needs: the least, where fewer people than that are in the pool.
    """

    row: Row
    group: Group
    share: int | None
    needs: int | None


def _shown(found: Gathered, row: Row, group: Group) -> Shown:
    needs = None if row.wrong or group.people >= int(row.min) else int(row.min)
    return Shown(row, group, found.share_of(row), needs)
