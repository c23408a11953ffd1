"""What the buttons of the page of a pool do."""

from collections.abc import Callable
from datetime import timedelta
from typing import Final

from answerable.model.errors import Invalid
from answerable.stages.engage.lottery import columns_in
from answerable.stages.engage.trial import Trial, trial
from answerable.web.call import Answer, Away, Call, Later, Ready
from answerable.web.form.blank import Blank
from answerable.web.pages.work.pool.gathered import Gathered
from answerable.web.pages.work.pool.kept import keep
from answerable.web.pages.work.pool.rows import (
    MOST,
    Row,
    Rows,
    grouped,
    read,
    relaxed,
    written,
)
from answerable.web.pages.work.pool.sending import text_of, upload_of
from answerable.web.pages.work.writing import Writing, answered_later

_USUAL: Final = timedelta(days=14)
"""Until when witnesses have time, unless the organiser says something else."""


def tried(found: Gathered, show: Callable[[Gathered, Trial | None], Ready]) -> Answer:
    """Try the targets out while the register goes on, then show what came of it."""
    asked = found.tried
    if asked is None:
        return show(found, None)
    return Later(lambda: trial(asked), lambda came: show(found, came))


def save(call: Call, found: Gathered) -> Answer:
    """Keep the targets on the desk, and show what they do."""
    _keep(call, found)
    if found.wrong:
        raise Invalid("targets.numbers", rows=len(found.wrong))
    return _back(found)


def _propose(call: Call, found: Gathered) -> Answer:
    return _with_rows(call, found, found.propose())


def _add(call: Call, found: Gathered) -> Answer:
    feature, value = text_of(call.form, "feature").strip(), text_of(call.form, "value").strip()
    if not (feature and value):
        raise Invalid("targets.blank")
    new = Row(feature, value, min="0", max=str(found.engagement.seats))
    return _with_rows(call, found, grouped([*found.kept.rows, new]))


def _read(call: Call, found: Gathered) -> Answer:
    text = upload_of(call.form, "targets") or text_of(call.form, "table")
    return _with_rows(call, found, read(text))


def _relax(call: Call, found: Gathered) -> Answer:
    def use(now: Gathered, came: Trial | None) -> Ready:
        change = came.relaxation if came else None
        rows = relaxed(now.kept.rows, change.changes if change else ())
        return _kept_back(call, now.showing(rows, now.kept.columns))

    return tried(found, use)


def _with_rows(call: Call, found: Gathered, rows: Rows) -> Answer:
    if len(rows) > MOST:
        raise Invalid("targets.many", targets=len(rows), most=MOST)
    return _kept_back(call, found.showing(rows, found.kept.columns))


def _kept_back(call: Call, found: Gathered) -> Away:
    _keep(call, found)
    return _back(found)


def _keep(call: Call, found: Gathered) -> None:
    seen = text_of(call.form, "_revision")
    known = int(seen) if seen.isascii() and seen.isdigit() and len(seen) < 10 else None  # noqa: PLR2004
    now = found.kept if known is None else found.kept.with_(revision=known)
    keep(call, found.engagement, now)


def _back(found: Gathered, said: str = "saved", at: str = "targets") -> Away:
    return Away(f"/work/panels/{found.engagement.engagement}/pool?done={said}#{at}")


def _upload(call: Call, found: Gathered) -> Answer:
    name, columns = found.engagement.engagement, text_of(call.form, "columns").strip()
    text = upload_of(call.form, "respondents")
    if not text:
        raise Invalid("pool.file")
    call.loop.import_volunteers(
        call.actor,
        name,
        text,
        id_column=text_of(call.form, "id_column").strip(),
        columns=columns_in(columns),
    )
    if columns != found.kept.columns:
        keep(call, found.engagement, found.kept.with_(columns=columns))
    return _back(found, "uploaded", "people")


def _remove(call: Call, found: Gathered) -> Answer:
    call.loop.import_volunteers(call.actor, found.engagement.engagement, "")
    return _back(found, "removed", "people")


def _commit(call: Call, found: Gathered) -> Answer:
    """Go on to look over what will be public; what is on the desk stays there."""
    if found.wrong:
        return save(call, found)
    _keep(call, found)
    writing = Writing(
        call,
        blank_of(call, found),
        "/work/act/commit-pool",
        size=call.state.size,
        fixed=frozenset({"engagement"}),
    )
    return answered_later(writing, "check")


BUTTONS: Final[dict[str, Callable[[Call, Gathered], Answer]]] = {
    "add": _add,
    "commit": _commit,
    "propose": _propose,
    "read": _read,
    "relax": _relax,
    "remove": _remove,
    "save": save,
    "upload": _upload,
}


def blank_of(call: Call, found: Gathered) -> Blank:
    """Give the form that fixes the pool, with what is known filled in."""
    until = call.now + _USUAL
    usual = {
        "reveal_by.day": str(until.day),
        "reveal_by.month": str(until.month),
        "reveal_by.year": str(until.year),
        "reveal_by.hour": "12",
        "reveal_by.minute": "00",
        "method": "leximin",
    }
    known = {
        "engagement": found.engagement.engagement,
        "targets": written(found.kept.rows),
        "household_columns": found.kept.columns,
    }
    return Blank(call, "commit-pool", {**usual, **call.form, **known})
