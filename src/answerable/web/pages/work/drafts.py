"""The desk: what an organisation is still writing, and nobody else sees."""

from dataclasses import dataclass
from typing import Any

from answerable.model.errors import Conflict, Missing
from answerable.store.desk import Draft
from answerable.web.call import Answer, Away, Call, Page
from answerable.web.form.acting import check_kind, id_for, id_of_draft, kinds, said_before
from answerable.web.form.blank import Blank
from answerable.web.form.wording import Wording
from answerable.web.pages.work.act import size_of, text_of
from answerable.web.pages.work.writing import (
    Writing,
    answered,
    answered_later,
    asked,
    gone_from_desk,
    moved,
)


@dataclass(frozen=True, slots=True)
class Short:
    """A draft in a list.

    Attributes:
        title: what it will be.
        about: the first words that were written.
    """

    draft: str
    title: str
    about: str
    revision: int


def drafts(call: Call) -> Page:
    """List what is on the desk of the organisation."""
    return Page("work/drafts.html", {"drafts": on_desk(call)})


def on_desk(call: Call) -> list[Short]:
    """Give the drafts of the visitor's organisation that the visitor may go on with."""
    words, may = Wording(call.tongue.code), kinds(call)
    found = call.loop.desk.list(call.actor.organisation)
    return [
        Short(each.id, words.kind(each.action)[0], _about(call, each), each.revision)
        for each in found
        if each.action in may
    ]


def _about(call: Call, draft: Draft) -> str:
    sheet = Blank.of_body(call, draft.action, draft.body).sheet()
    shown = (each.shown for each in (*sheet.asked, *sheet.fixed) if each.shown)
    return next(shown, "")[:120]


def draft(call: Call) -> Page:
    """Show a draft, to go on writing."""
    found = call.loop.draft(call.actor, call.named("draft"))
    check_kind(call, found.action)
    writing = _writing(call, Blank.of_body(call, found.action, found.body), found)
    page = asked(writing)
    return page._replace(aids={**page.aids, "saved": call.asked("saved") == "yes"})


def send(call: Call) -> Answer:
    """Save a draft, look it over, publish it once, or throw it away."""
    name, step, verb = call.named("draft"), text_of(call, "_step"), text_of(call, "_kind")
    check_kind(call, verb)
    blank = Blank(call, verb, call.form)
    try:
        found = _of_kind(call.loop.draft(call.actor, name), verb)
    except Missing as problem:
        return _gone(call, blank, step, problem)
    writing = _writing(call, blank, found)
    if step == "discard":
        return _thrown_away(writing, found)
    if step == "send" and _revision(call, found) != found.revision:
        return _moved(writing, found)
    return answered_later(writing, step)


def _of_kind(found: Draft, verb: str) -> Draft:
    """Refuse a form of another kind than the draft: that one is not on the desk."""
    if found.action != verb:
        raise Missing("draft.unknown", draft=found.id)
    return found


def _gone(call: Call, blank: Blank, step: str, problem: Missing) -> Page | Away:
    """Answer a form whose draft is not on the desk any more: it may be that it was published."""
    writing = _writing(call, blank, None)
    if step == "discard":
        return Away("/work/drafts")
    if said_before(call, writing.id) is not None:
        return answered(writing, step)
    return gone_from_desk(writing, problem)


def _thrown_away(writing: Writing, found: Draft) -> Page | Away:
    if _revision(writing.call, found) != found.revision:
        return _moved(writing, found)
    writing.call.loop.desk.discard(found.id)
    return Away("/work/drafts")


def _moved(writing: Writing, found: Draft) -> Page:
    mine = _revision(writing.call, found)
    problem = Conflict("draft.moved", draft=found.id, expected=mine, revision=found.revision)
    return moved(writing, found, problem)


def _writing(call: Call, blank: Blank, found: Draft | None) -> Writing:
    name, seen = call.named("draft"), _revision(call, found)
    usual = id_of_draft(call.actor.organisation, name, seen)
    mine: dict[str, Any] = {"id": id_for(text_of(call, "_id") or usual), "size": size_of(call)}
    if found is None:
        return Writing(call, blank, f"/work/act/{blank.verb}", **mine)
    draft_ = Draft(found.id, found.organisation, found.action, found.body, seen)
    return Writing(call, blank, f"/work/drafts/{name}", draft=draft_, **mine)


def _revision(call: Call, found: Draft | None) -> int:
    """Give the revision that whoever sent a form had seen."""
    said = text_of(call, "_revision")
    if said.isascii() and said.isdigit() and len(said) < 10:  # noqa: PLR2004
        return int(said)
    return found.revision if found else 0
