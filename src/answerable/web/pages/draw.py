"""A draw in public: a page to be projected in a hall while it happens, and to be read after."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from answerable.model.draw import Draw
from answerable.model.engagement import Engagement
from answerable.model.errors import Missing
from answerable.science.sortition import PublicLottery, read_public
from answerable.web.call import Call, Page
from answerable.web.pages.engage import composition

STEPS: Final = 40
"""Into how many steps everyone's chances are sorted."""


@dataclass(frozen=True, slots=True)
class Step:
    """How many people have a chance between two others; chances in 10,000.

    Attributes:
        least: above which their chances are; in the first step, from which.
        most: up to which they are.
    """

    least: float
    most: float
    people: int


@dataclass(frozen=True, slots=True)
class Witness:
    """What one witness has put into a draw so far.

    Attributes:
        promise: nothing before it promised; so is ``number``.
    """

    organisation: str
    promise: str | None
    number: str | None


def draw(call: Call) -> Page:
    """Show what was fixed, what witnesses put in, what the seed picks, and everyone's chance."""
    panel = call.state.get(Engagement, call.named("engagement"))
    found = _named(panel, call.named("draw"))
    lottery = _lottery(call, found)
    chances = sorted(lottery.chances().values()) if lottery else []
    own = found.drawn is not None and panel.drawn == found.drawn
    said = {
        "panel": panel,
        "draw": found,
        "witnesses": _witnesses(found),
        "awaited": found.awaited,
        "void": found.void(call.now),
        "relaxed": panel.relaxed[: found.relaxed],
        "open": found.drawn is None and not found.void(call.now),
        "lot": len(chances),
        "strip": strip(chances),
        "composition": tuple(composition(panel)) if own else (),
    }
    return Page("draw.html", said)


def _named(panel: Engagement, number: str) -> Draw:
    for each in panel.draws:
        if str(each.draw) == number:
            return each
    raise Missing("draw.unknown", name=number)


def _lottery(call: Call, found: Draw) -> PublicLottery | None:
    return _read(call.loop.blob(found.lottery.sha256)) if found.lottery else None


@lru_cache(maxsize=8)
def _read(data: bytes) -> PublicLottery:
    return read_public(data)


def _witnesses(found: Draw) -> tuple[Witness, ...]:
    if found.seed.rule != "witnesses":
        return ()
    put = {witness: found.contribution(witness) for witness in found.seed.witnesses}
    return tuple(
        Witness(witness, each.promise if each else None, each.number if each else None)
        for witness, each in put.items()
    )


def strip(chances: Iterable[float]) -> tuple[Step, ...]:
    """Sort chances into steps of equal width; steps without anybody are left out."""
    found = list(chances)
    width = max(found, default=0.0) / STEPS
    if not width:
        return ()
    counts = [0] * STEPS
    for chance in found:
        counts[min(STEPS - 1, int(chance / width))] += 1
    return tuple(
        Step(10_000 * at * width, 10_000 * (at + 1) * width, people)
        for at, people in enumerate(counts)
        if people
    )
