"""Where somebody begins who signed in: what is theirs, what waits, what they may say."""

from collections.abc import Iterator
from dataclasses import dataclass

from answerable.model.actor import Role
from answerable.model.agreement import Agreement
from answerable.model.command import ACTIONS
from answerable.model.engagement import Engagement
from answerable.model.proposal import Proposal
from answerable.web.call import Call, Page
from answerable.web.form.acting import kinds
from answerable.web.form.wording import Wording
from answerable.web.pages.work.answers import to_answer
from answerable.web.pages.work.drafts import on_desk
from answerable.web.pages.work.draws import Turn, witnessed
from answerable.web.pages.work.parts import Item, Part
from answerable.web.pages.work.waits import to_decide, to_keep, to_sign
from answerable.web.row import STAFF
from answerable.web.steps import names

_AGREEING = (Role.OFFICER, Role.CUSTODIAN)


@dataclass(frozen=True, slots=True)
class Sayable:
    """Something that somebody may say."""

    kind: str
    title: str
    about: str


@dataclass(frozen=True, slots=True)
class Stage:
    """A step of the loop, with what may be said in it."""

    stage: str
    sayable: tuple[Sayable, ...]


def work(call: Call) -> Page:
    """Begin."""
    visitor = call.visitor
    acts = visitor.role in STAFF and bool(visitor.organisation)
    said = {
        "role": visitor.role,
        "organisation": visitor.organisation,
        "parts": [part for part in _parts(call) if part.items or part.empty] if acts else [],
        "drafts": on_desk(call) if acts else [],
        "stages": _stages(call) if acts else [],
    }
    return Page("work/home.html", said, aids={"acts": acts, "names": names(call)})


def _parts(call: Call) -> Iterator[Part]:
    role, _ = call.visitor.role, call._
    if role is Role.CUSTODIAN:
        yield to_decide(call)
    if role in _AGREEING:
        yield from (to_answer(call), to_sign(call), to_keep(call))
    if role is Role.OFFICER:
        yield Part("proposals", _("Your proposals"), _proposals(call), _("None yet."))
    if role in _AGREEING:
        yield Part("agreements", _("Your agreements"), _agreements(call), _("None yet."))
    if any(each.turn in (Turn.SEAL, Turn.OPEN, Turn.WAIT) for each in witnessed(call)):
        yield Part("draws", _("Draws with a number of yours"), _draws(call))
    if role is Role.FACILITATOR:
        yield Part("panels", _("Your panels"), _panels(call), _("None yet."))


def _proposals(call: Call) -> tuple[Item, ...]:
    own = call.visitor.organisation
    return tuple(
        Item(text=each.title, path=f"/work/proposals/{each.proposal}")
        for each in call.state.each(Proposal)
        if each.made_by == own
    )[::-1]


def _agreements(call: Call) -> tuple[Item, ...]:
    own = call.visitor.organisation
    return tuple(
        Item(text=each.title, path=f"/work/agreements/{each.agreement}")
        for each in call.state.each(Agreement)
        if own == each.custodian or own in {party.organisation for party in each.parties}
    )[::-1]


def _panels(call: Call) -> tuple[Item, ...]:
    own = call.visitor.organisation
    return tuple(
        Item(text=each.title, path=f"/work/panels/{each.engagement}")
        for each in call.state.each(Engagement)
        if each.facilitator == own
    )[::-1]


def _draws(call: Call) -> tuple[Item, ...]:
    """The draws that wait for witnesses, each leading to what this organisation has to do."""
    return tuple(
        Item(text=each.title, path="/work/draws", done=each.turn is Turn.WAIT)
        for each in witnessed(call)
        if each.turn in (Turn.SEAL, Turn.OPEN, Turn.WAIT)
    )


def _stages(call: Call) -> list[Stage]:
    words, may = Wording(call.tongue.code), kinds(call)
    by_stage: dict[str, list[Sayable]] = {}
    for verb in may:
        title, about = words.kind(verb)
        by_stage.setdefault(ACTIONS[verb].stage, []).append(Sayable(verb, title, about))
    return [Stage(stage, tuple(by_stage[stage])) for stage in names(call) if stage in by_stage]
