"""The seed of a draw: who may witness it, and when numbers may be promised and revealed."""

from datetime import datetime, timedelta

from answerable.model.base import Digest, Slug
from answerable.model.command import Command, Said, rule, says
from answerable.model.dataset import Dataset
from answerable.model.draw import (
    Draw,
    LotteryFields,
    SeedPromised,
    SeedRevealed,
    promise_of,
)
from answerable.model.engagement import Engagement
from answerable.model.errors import Missing, Refused
from answerable.model.organisation import Organisation
from answerable.model.proposal import Proposal
from answerable.model.state import State

LONGEST = timedelta(days=90)
"""Numbers are revealed within three months of the commitment."""


class PromiseSeed(Command):
    """Seal the number that your organisation puts into a draw.

    Attributes:
        promise: SHA-256 of your number; keep the number to yourself until all have promised.
    """

    engagement: Slug
    draw: int
    promise: Digest


class RevealSeed(Command):
    """Open the number that your organisation promised.

    Attributes:
        number: 64 hexadecimal digits.
    """

    engagement: Slug
    draw: int
    number: Digest


says(PromiseSeed, SeedPromised)
says(RevealSeed, SeedRevealed)


def check_seed(state: State, engagement: Engagement, body: LotteryFields, now: datetime) -> None:
    """Refuse a seed that those who gain from the draw could choose between them.

    Raises:
        Refused: ``lottery.missing`` for a draw of earlier days, without a lottery or witnesses;
            ``witness.repeated``; ``witness.independent`` where nobody stands outside;
            ``witness.withheld`` for who withheld a number before; ``seed.deadline``.
        Missing: ``organisation.unknown``.
    """
    seed = body.seed
    if body.lottery is None or body.method == "random-keys" or seed.rule == "sealed":
        raise Refused("lottery.missing", method=body.method)
    for witness in seed.witnesses:
        state.get(Organisation, witness)
    if len(set(seed.witnesses)) != len(seed.witnesses):
        raise Refused("witness.repeated")
    if not set(seed.witnesses) - interested(state, engagement):
        raise Refused("witness.independent", engagement=engagement.engagement)
    withheld = {one for draw in engagement.draws if draw.void(now) for one in draw.awaited}
    if withheld & set(seed.witnesses):
        raise Refused("witness.withheld", organisations=sorted(withheld & set(seed.witnesses)))
    if not now < seed.reveal_by <= now + LONGEST:
        raise Refused("seed.deadline", days=LONGEST.days)


def interested(state: State, engagement: Engagement) -> set[str]:
    """Give those with a stake in a panel: who asked for it, runs it, wants data or holds it."""
    proposal = state.get(Proposal, engagement.proposal)
    holders = {state.get(Dataset, ask.dataset).custodian for ask in proposal.asks}
    concerned = {engagement.commissioner, engagement.facilitator, proposal.recipient, *holders}
    return {each for each in concerned if each is not None}


def open_draw(engagement: Engagement, number: int, now: datetime) -> Draw:
    """Give a draw that waits for its witnesses or for its seed.

    Raises:
        Missing: ``draw.unknown``.
        Refused: ``draw.again`` if it is over, ``draw.void``.
    """
    draw = next((each for each in engagement.draws if each.draw == number), None)
    if draw is None:
        raise Missing("draw.unknown", name=number)
    if draw.drawn:
        raise Refused("draw.again", engagement=engagement.engagement)
    if draw.void(now):
        raise Refused("draw.void", draw=number, withheld=draw.awaited)
    return draw


@rule(SeedPromised)
def check_promised(state: State, body: SeedPromised, said: Said) -> None:
    """Refuse a second promise, and one that another witness made.

    Raises:
        Refused: as `open_draw`; ``seed.again``, ``seed.copied``.
    """
    draw = open_draw(state.get(Engagement, body.engagement), body.draw, said.at)
    if draw.contribution(said.org):
        raise Refused("seed.again", organisation=said.org)
    if body.promise in {each.promise for each in draw.contributions}:
        raise Refused("seed.copied")


@rule(SeedRevealed)
def check_revealed(state: State, body: SeedRevealed, said: Said) -> None:
    """Refuse a number before all have promised, a second one, and one that was not promised.

    Raises:
        Refused: as `open_draw`; ``seed.early``, ``seed.again``, ``seed.number``.
    """
    draw = open_draw(state.get(Engagement, body.engagement), body.draw, said.at)
    if not draw.promised:
        raise Refused("seed.early", awaited=draw.awaited)
    put = draw.contribution(said.org)
    if put is None or put.number:
        raise Refused("seed.again", organisation=said.org)
    if promise_of(body.number) != put.promise:
        raise Refused("seed.number")
