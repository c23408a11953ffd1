"""Something that somebody is about to say: asked, looked over, kept on the desk, or said once."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Final

from answerable.model.command import ACTIONS, Command
from answerable.model.errors import AnswerableError, Conflict, Fault, Invalid, Missing, Refused
from answerable.store.desk import Draft
from answerable.web.call import Answer, Away, Call, Later, Page
from answerable.web.form.acting import BINDING, fresh_id, said_before
from answerable.web.form.blank import Blank
from answerable.web.form.sheet import Sheet
from answerable.web.lines import Line
from answerable.web.pages.work.changed import changes
from answerable.web.pages.work.signing import shown
from answerable.web.problem import status
from answerable.words import Said, say

DONE: Final = "/work/done"
BACK: Final = {"cache-control": "private, no-cache"}
"""A browser may go back to what somebody sent: it cannot ask for the answer to a form again."""

_NEW: Final = "/work/act"
_DESK: Final = "/work/drafts"


@dataclass(frozen=True, slots=True)
class Trouble:
    """Why something was not said.

    Attributes:
        others: what is wrong with no question in particular.
        theirs: what somebody else wrote into the same draft meanwhile, by question.
        done: the id of what was recorded with this form before.
    """

    faults: tuple[Fault, ...] = ()
    told: Said | None = None
    others: tuple[str, ...] = ()
    theirs: tuple[tuple[str, str], ...] = ()
    done: str = ""
    status: int = 400


@dataclass(frozen=True, slots=True)
class Writing:
    """A form in somebody's hands.

    Attributes:
        fixed: the questions that the address settled.
        place: where it is sent.
        id: of the command that it will be.
        size: of the register when the page was made that it came from.
    """

    call: Call
    blank: Blank
    place: str
    id: str = field(default_factory=fresh_id)
    size: int = 0
    fixed: frozenset[str] = frozenset()
    draft: Draft | None = None

    @property
    def sheet(self) -> Sheet:
        """The questions as they were answered so far."""
        return self.blank.sheet(self.fixed)


def asked(writing: Writing, trouble: Trouble | None = None) -> Page:
    """Ask the questions, with what was filled in and what is wrong with it."""
    sheet = writing.blank.sheet(writing.fixed, trouble.faults if trouble else ())
    said = {
        "kind": sheet.kind,
        "title": sheet.title,
        "about": sheet.about,
        "questions": [
            {"name": each.name, "asks": each.label, "needed": each.needed}
            for each in (*sheet.fixed, *sheet.asked)
        ],
        "signs": _signs(writing),
    }
    aids = {"sheet": sheet, "trouble": trouble, **_hidden(writing)}
    number = trouble.status if trouble else 200
    return Page("work/act.html", said, number, aids, _headers(writing))


def looked_over(writing: Writing, changed: Sequence[Line] = (), number: int = 200) -> Page:
    """Show what would be public, before it is, and what changed since it was begun."""
    sheet = writing.sheet
    aids = {
        "sheet": sheet,
        "changed": changed,
        "stale": number != 200,  # noqa: PLR2004
        "kept": [
            (name, each)
            for name, value in writing.blank.entered.items()
            for each in (value if isinstance(value, list) else [value])
        ],
        **_hidden(writing),
    }
    said = {"kind": sheet.kind, "title": sheet.title, "signs": _signs(writing)}
    return Page("work/check.html", said, number, aids, _headers(writing))


def _headers(writing: Writing) -> Mapping[str, str]:
    return BACK if writing.call.request.method == "POST" else {}


def _signs(writing: Writing) -> dict[str, Any] | None:
    blank = writing.blank
    return shown(writing.call, blank.verb, blank.entered.get("agreement"))


def _hidden(writing: Writing) -> Mapping[str, Any]:
    return {
        "place": writing.place,
        "id": writing.id,
        "size": writing.call.state.size,
        "draft": writing.draft,
    }


# What is done with it.


def answered(writing: Writing, step: str) -> Page | Away:
    """Do what the button says."""
    if step == "save":
        return kept(writing)
    if step == "change":
        return asked(writing)
    try:
        command = writing.blank.command()
    except Invalid as problem:
        return asked(writing, _faulty(writing, problem))
    if step == "check" and not writing.sheet.files:
        return _checked(writing, command)
    return said(writing, command)


def answered_later(writing: Writing, step: str) -> Answer:
    """Do what the button says; what takes long first, while others go on."""
    if step not in ("check", "send") or ACTIONS[writing.blank.verb].prepare is None:
        return answered(writing, step)
    try:
        command = writing.blank.command()
    except Invalid:
        return answered(writing, step)
    loop, actor = writing.call.loop, writing.call.actor
    return Later(lambda: loop.ready(command, actor), lambda _: answered(writing, step))


def _checked(writing: Writing, command: Command) -> Page:
    """Look it over, unless a rule would refuse it."""
    call = writing.call
    if said_before(call, writing.id) is None:
        refused = _tried(writing, lambda: call.loop.rehearse(command, call.actor))
        if refused:
            return refused
    return looked_over(writing, changes(call, command, writing.size))


def said(writing: Writing, command: Command) -> Page | Away:
    """Say it, once; unless it is about something that has changed since."""
    call = writing.call
    if said_before(call, writing.id) is None and writing.blank.verb in BINDING:
        changed = changes(call, command, writing.size)
        if changed:
            return looked_over(writing, changed, 409)
    refused = _tried(writing, lambda: call.loop.act(command, call.actor, command_id=writing.id))
    if refused:
        return refused
    if writing.draft:
        call.loop.desk.discard(writing.draft.id)
    return Away(f"{DONE}/{writing.id}")


def _tried(writing: Writing, do: Callable[[], object]) -> Page | None:
    """Do something; give the form with what is wrong if it is refused."""
    try:
        do()
    except Invalid as problem:
        return asked(writing, _faulty(writing, problem))
    except (Refused, Missing, Conflict) as problem:
        return _refused(writing, problem)
    return None


def _faulty(writing: Writing, problem: Invalid) -> Trouble:
    others = [fault for fault in problem.faults if not writing.blank.slot_of(fault.field)]
    told = tuple(say(f.code, f.params, writing.call.tongue.code).says for f in others)
    if problem.faults:
        return Trouble(faults=problem.faults, others=told)
    return Trouble(told=_words(writing, problem))


def _refused(writing: Writing, problem: AnswerableError) -> Page:
    field = writing.blank.place_of(problem)
    if field:
        fault = Fault(field, problem.code, dict(problem.params))
        return asked(writing, Trouble(faults=(fault,), status=status(problem)))
    told = Trouble(told=_words(writing, problem), status=status(problem))
    if problem.code != "command.reused":
        return asked(writing, told)
    return asked(replace(writing, id=fresh_id()), replace(told, told=None, done=writing.id))


def _words(writing: Writing, problem: AnswerableError) -> Said:
    return say(problem.code, problem.params, writing.call.tongue.code)


# Kept on the desk.


def kept(writing: Writing) -> Page | Away:
    """Keep it as a draft; nobody's words are lost where two write at once."""
    call, before = writing.call, writing.draft
    body = writing.blank.kept()
    draft = Draft(
        before.id if before else writing.id,
        call.actor.organisation,
        writing.blank.verb,
        body,
        before.revision if before else 0,
    )
    try:
        saved = call.loop.desk.save(draft)
    except Conflict as problem:
        return _kept_by_others(writing, draft, problem)
    return Away(f"{_DESK}/{saved.id}?saved=yes")


def _kept_by_others(writing: Writing, draft: Draft, problem: Conflict) -> Page | Away:
    try:
        now = writing.call.loop.draft(writing.call.actor, draft.id)
    except Missing as gone:
        return gone_from_desk(writing, gone)
    if now.body == draft.body:
        return Away(f"{_DESK}/{now.id}?saved=yes")
    return moved(writing, now, problem)


def moved(writing: Writing, now: Draft, problem: AnswerableError) -> Page:
    """Show what somebody else wrote into the same draft, beside what is still unsaved."""
    theirs = Blank.of_body(writing.call, now.action, now.body).sheet()
    mine = {each.name: each.shown for each in (*writing.sheet.fixed, *writing.sheet.asked)}
    differs = tuple(
        (each.label, each.shown)
        for each in (*theirs.fixed, *theirs.asked)
        if each.shown != mine.get(each.name, "")
    )
    told = Trouble(told=_words(writing, problem), theirs=differs, status=409)
    return asked(replace(writing, draft=now, place=f"{_DESK}/{now.id}"), told)


def gone_from_desk(writing: Writing, problem: AnswerableError) -> Page:
    """Let somebody go on writing what others published, or threw away, meanwhile."""
    new = replace(writing, draft=None, id=fresh_id(), place=f"{_NEW}/{writing.blank.verb}")
    return asked(new, Trouble(told=_words(writing, problem), status=409))
