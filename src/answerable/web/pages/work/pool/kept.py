"""What an organiser keeps on the desk while a pool fills: targets, and who lives together."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields, replace
from typing import Any, Final

from answerable.model.engagement import Engagement
from answerable.model.errors import Conflict, Missing
from answerable.store.desk import Draft
from answerable.web.call import Call
from answerable.web.pages.work.pool.rows import Row, Rows

_ACTION: Final = "try-targets"
"""No action of that name is ever carried out: such a draft is in no list of drafts."""

_NAMES: Final = tuple(each.name for each in fields(Row))


@dataclass(frozen=True, slots=True)
class Kept:
    """Targets as they are on the desk; nothing of anybody.

    Attributes:
        columns: the names of those that tell who lives together, joined by commas.
        revision: how often it was saved.
    """

    rows: Rows = field(default=())
    columns: str = ""
    revision: int = 0

    def with_(self, **changes: Any) -> "Kept":
        """Give it with changes."""
        return replace(self, **changes)


def place(engagement: str) -> str:
    """Name the draft: no form can name another one so."""
    return f"targets:{engagement}"


def kept(call: Call, found: Engagement) -> Kept:
    """Give what is on the desk."""
    try:
        draft = call.loop.draft(call.actor, place(found.engagement))
    except Missing:
        return Kept()
    rows = tuple(_row(each) for each in draft.body.get("rows", ()))
    return Kept(rows, str(draft.body.get("columns", "")), draft.revision)


def _row(said: Mapping[str, Any]) -> Row:
    return Row(**{name: str(said.get(name, "")) for name in _NAMES})


def keep(call: Call, found: Engagement, now: Kept) -> None:
    """Put it on the desk, unless it is there already.

    Raises:
        Conflict: ``targets.moved`` when somebody else saved others meanwhile.
    """
    before = kept(call, found)
    if before.with_(revision=now.revision) == now:
        return
    body = {"rows": [asdict(row) for row in now.rows], "columns": now.columns}
    name, own = place(found.engagement), call.actor.organisation
    try:
        call.loop.desk.save(Draft(name, own, _ACTION, body, now.revision))
    except Conflict:
        raise Conflict("targets.moved") from None
