"""The front page: what this is, the loop with its numbers, and how to check it."""

import math
from collections.abc import Iterable, Sized
from dataclasses import dataclass, replace
from textwrap import wrap
from typing import Final

from answerable.model.agreement import Agreement, Decision
from answerable.model.assessment import Assessment
from answerable.model.dataset import Dataset
from answerable.model.engagement import Consultation, Engagement
from answerable.model.organisation import OpenRegister
from answerable.model.outcome import Outcome
from answerable.model.proposal import Proposal
from answerable.model.state import Record
from answerable.model.status import Standing, standing
from answerable.model.text import Text
from answerable.model.vision import Mission
from answerable.web.call import Call, Page

_SHOWN: Final = 3
_CENTRE: Final = (320, 235)
_RADII: Final = (235, 200)
_LONGEST: Final = 10
"""Letters in a line of a name in the picture, so that neighbours have room on a phone."""


@dataclass(frozen=True, slots=True)
class Live:
    """Something that goes on."""

    title: Text
    path: str


@dataclass(frozen=True, slots=True)
class Arrow:
    """Where the line shows its direction, clear of the names below the stages; degrees."""

    x: float
    y: float
    turn: float


@dataclass(frozen=True, slots=True)
class Stage:
    """One step of the loop, with its number.

    Attributes:
        counted: what the number counts.
        path: the page that has all of it; nothing where there is none.
    """

    id: str
    name: str
    count: int
    counted: str
    what: str
    path: str
    live: list[Live]
    x: float
    y: float
    arrow: Arrow

    @property
    def lines(self) -> list[str]:
        """The name as the picture writes it."""
        return wrap(self.name, _LONGEST, break_long_words=False)


def front(call: Call) -> Page:
    """Show the whole loop at a glance."""
    opened = call.state.find(OpenRegister, "register")
    stages = [_placed(number, stage) for number, stage in enumerate(_stages(call))]
    picture = "; ".join(f"{s.name}. {s.counted}: {s.count}" for s in stages)
    said = {
        "stages": stages,
        "picture": picture,
        "entries": call.state.size,
        "origin": opened.origin if opened else "",
    }
    return Page("front.html", said)


def _stages(call: Call) -> Iterable[Stage]:
    _, state = call._, call.state
    missions, datasets = list(state.each(Mission)), list(state.each(Dataset))
    proposals, panels = list(state.each(Proposal)), list(state.each(Engagement))
    in_force = [each for each in state.each(Agreement) if _gives(call, each)]
    yield _stage(
        "imagine",
        _("Imagine"),
        missions,
        _("Missions"),
        _("What data should do for people."),
        "/imagine",
        _last(missions, "/imagine#{}"),
    )
    yield _stage(
        "find",
        _("Find"),
        datasets,
        _("Datasets"),
        _("What data exists, and who answers for it."),
        "/library",
        _last(datasets, "/library/{}"),
    )
    yield _stage(
        "propose",
        _("Propose"),
        proposals,
        _("Proposals"),
        _("Who wants to use which data, and why."),
        "/proposals",
        _last(proposals, "/proposals/{}"),
    )
    yield _stage(
        "weigh-up",
        _("Weigh up"),
        list(state.each(Assessment)),
        _("Proposals weighed"),
        _("What good it may do, what harm, and to whom."),
        "",
        _last(_with(proposals, state.each(Assessment)), "/proposals/{}#weighed"),
    )
    yield _stage(
        "ask-the-public",
        _("Ask the public"),
        [*panels, *state.each(Consultation)],
        _("Panels and consultations"),
        _("What people drawn by lot, or anyone, said about it."),
        "/panels",
        _last(panels, "/panels/{}"),
    )
    yield _stage(
        "decide",
        _("Decide"),
        list(state.each(Decision)),
        _("Decisions"),
        _("What was decided and why, rejections too."),
        "",
        _last(_with(proposals, state.each(Decision)), "/proposals/{}#decided"),
    )
    yield _stage(
        "share",
        _("Share"),
        in_force,
        _("Agreements in force"),
        _(
            "A release point gives only what the rules allow. "
            "It cannot see what leaves another way."
        ),
        "/agreements",
        _last(in_force, "/agreements/{}"),
    )
    yield _stage(
        "show",
        _("Show"),
        range(state.size),
        _("Entries in the public record"),
        _("Everything that was done, for anyone to check."),
        "/record",
        [],
    )
    yield _stage(
        "learn",
        _("Learn"),
        list(state.each(Outcome)),
        _("Outcomes measured"),
        _("What came of it, beside what was promised."),
        "",
        _last(_with(proposals, state.each(Outcome)), "/proposals/{}#learned"),
    )


def _gives(call: Call, agreement: Agreement) -> bool:
    """Tell whether an agreement is in force, and not suspended as a whole."""
    return standing(agreement, call.now) is Standing.IN_FORCE and not agreement.stopped


def _stage(
    id_: str,
    name: str,
    counts: Sized,
    counted: str,
    what: str,
    path: str,
    live: list[Live],
) -> Stage:
    return Stage(id_, name, len(counts), counted, what, path, live, 0, 0, Arrow(0, 0, 0))


def _last(records: Iterable[Record], path: str) -> list[Live]:
    """Give the newest few, newest first."""
    newest = list(records)[: -_SHOWN - 1 : -1]
    return [Live(getattr(each, "title"), path.format(each.key)) for each in newest]  # noqa: B009


def _with(
    proposals: list[Proposal], said: Iterable[Assessment | Decision | Outcome]
) -> list[Proposal]:
    """Give the proposals of which something was said."""
    names = {each.proposal for each in said}
    return [each for each in proposals if each.proposal in names]


def _placed(number: int, stage: Stage) -> Stage:
    """Put a stage on its place on the ring, clockwise from the top, and an arrow after it."""
    x, y, _ = _on_ring(number)
    _, below, _ = _on_ring(number + 1)
    ahead = 0.5 if below == y else 0.68 if below > y else 0.32
    return replace(stage, x=x, y=y, arrow=Arrow(*_on_ring(number + ahead)))


def _on_ring(place: float) -> tuple[float, float, float]:
    angle = math.tau * place / 9 - math.tau / 4
    (cx, cy), (rx, ry) = _CENTRE, _RADII
    x, y = cx + rx * math.cos(angle), cy + ry * math.sin(angle)
    turn = math.degrees(math.atan2(ry * math.cos(angle), -rx * math.sin(angle)))
    return round(x, 1), round(y, 1), round(turn, 1)
