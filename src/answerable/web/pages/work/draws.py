"""The draws that an organisation witnesses: what it has put in, what is awaited, and how."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from answerable.model.draw import Draw, WitnessedSeed
from answerable.model.engagement import Engagement
from answerable.model.text import Text
from answerable.web.call import Call, Page
from answerable.web.pages.work.parts import Offer, offer


class Turn(StrEnum):
    """What a witness has to do."""

    SEAL = "seal"
    WAIT = "wait"
    OPEN = "open"
    DONE = "done"
    VOID = "void"


@dataclass(frozen=True, slots=True)
class Witnessed:
    """One draw.

    Attributes:
        awaited: who has to seal, or to open, its number before it can go on.
        withheld: whether it is void for what this organisation withheld.
    """

    engagement: str
    title: Text
    draw: int
    replaces: bool
    until: datetime
    turn: Turn
    awaited: tuple[str, ...]
    withheld: bool
    offer: Offer | None


def draws(call: Call) -> Page:
    """List them, those that wait for this organisation first."""
    found = sorted(witnessed(call), key=lambda each: (each.offer is None, -each.draw))
    return Page("work/draws.html", {"draws": found})


def witnessed(call: Call) -> Iterator[Witnessed]:
    """Give every draw in which the visitor's organisation is a witness."""
    own = call.visitor.organisation
    for found in call.state.each(Engagement):
        for draw in found.draws:
            if isinstance(draw.seed, WitnessedSeed) and own in draw.seed.witnesses:
                yield _witnessed(call, found, draw, draw.seed, own)


def _witnessed(
    call: Call, found: Engagement, draw: Draw, seed: WitnessedSeed, own: str
) -> Witnessed:
    turn = turn_of(draw, own, call.now)
    verb = {Turn.SEAL: "promise-seed", Turn.OPEN: "reveal-seed"}.get(turn)
    known = {"engagement": found.engagement, "draw": str(draw.draw)}
    return Witnessed(
        found.engagement,
        found.title,
        draw.draw,
        draw.replaces,
        seed.reveal_by,
        turn,
        draw.awaited,
        turn is Turn.VOID and own in draw.awaited,
        offer(call, verb, known) if verb else None,
    )


def turn_of(draw: Draw, own: str, now: datetime) -> Turn:
    """Tell what a witness of a draw has to do."""
    if draw.void(now):
        return Turn.VOID
    put = draw.contribution(own)
    if put is None:
        return Turn.SEAL
    if put.number:
        return Turn.DONE
    return Turn.OPEN if draw.promised else Turn.WAIT
