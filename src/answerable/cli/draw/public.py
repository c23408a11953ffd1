"""``answerable verify draw PLACE``: the draws of a register, by its public files alone.

With what the facilitator gave an auditor (``--pool``) it checks the pool too, and with what they
gave a volunteer (``--mine``) that this person was in the lot.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from answerable.audit.draws import (
    Audit,
    Chance,
    Slip,
    check_lottery,
    check_slip,
    read_commitments,
    read_export,
    read_slip,
)
from answerable.audit.verify import verify
from answerable.cli.console import heading, table, tell
from answerable.evidence.source import Source
from answerable.model.base import BlobRef, moment_text
from answerable.model.draw import Draw, Seats
from answerable.model.engagement import Engagement
from answerable.model.errors import Broken, Invalid, Missing
from answerable.science.sortition import PublicLottery

_FEWEST = 2


@dataclass(frozen=True)
class Found:
    """A draw, and what its public files hold."""

    engagement: Engagement
    draw: Draw
    lottery: PublicLottery
    commitments: tuple[str, ...]

    @property
    def pool(self) -> int:
        """The draw whose pool it is from."""
        return self.engagement.pool_of(self.draw).draw


def check_draws(
    source: Source, now: datetime, *, key: str | None, pool: Path | None, mine: Path | None
) -> None:
    """Check every draw of a register, and tell what holds.

    Raises:
        Broken: ``draw.register`` where the register itself does not hold; ``draw.changed``.
        Missing: ``draw.unknown`` where there is no such draw.
        Invalid: ``export.form``.
    """
    report = verify(source, now, key)
    if not report.holds:
        raise Broken("draw.register", claims=sorted(report.faults) or sorted(report.unreached))
    tell(f"The register {report.origin} holds: {report.size} entries, sealed {report.sealed_at}.")
    draws = {
        (engagement.engagement, draw.draw): _find(source, engagement, draw)
        for engagement in report.state.each(Engagement)
        for draw in engagement.draws
        if draw.lottery
    }
    for found in draws.values():
        _tell(source, found)
    if pool:
        export = read_export(_file(pool))
        _audit(_named(draws, export.engagement, export.draw), pool.read_bytes())
    if mine:
        slip = read_slip(_file(mine))
        _volunteered(slip, _named(draws, slip.engagement, slip.draw), draws.values())


def _volunteered(slip: Slip, first: Found, draws: Iterable[Found]) -> None:
    """Tell somebody of the draw whose pool they were in, and of those of replacements from it."""
    number = check_slip(slip, first.lottery, first.commitments).number
    for found in draws:
        same = found.engagement.engagement == slip.engagement and found.pool == slip.draw
        if same and number in found.lottery.members:
            _own(found, check_slip(slip, found.lottery, found.commitments))


def _file(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError:
        raise Invalid("file.unreadable", file=str(path)) from None


def _named(draws: dict[tuple[str, int], Found], engagement: str, draw: int) -> Found:
    found = draws.get((engagement, draw))
    if found is None:
        raise Missing("draw.unknown", name=f"{engagement}, {draw}")
    return found


def _find(source: Source, engagement: Engagement, draw: Draw) -> Found:
    lottery = check_lottery(engagement, draw, _blob(source, draw.lottery))
    commitments = read_commitments(_blob(source, draw.pool), engagement.engagement)
    return Found(engagement, draw, lottery, commitments)


def _blob(source: Source, ref: BlobRef | None) -> bytes:
    return (source.read(f"blob/{ref.sha256}") if ref else None) or b""


def _tell(source: Source, found: Found) -> None:
    draw, chances = found.draw, sorted(found.lottery.chances().values())
    heading(f"{found.engagement.engagement}, draw {draw.draw}")
    table(_rows(draw, len(chances), chances[0], chances[-1]))
    published = found.engagement.published
    if published and published.draw == draw.draw:
        tell("Everybody in this pool is invented, so it is public:")
        _audit(found, _blob(source, published.export))


def _rows(draw: Draw, people: int, least: float, most: float) -> Iterator[tuple[str, str]]:
    seats = "1 seat" if draw.seats == 1 else f"{draw.seats} seats"
    yield "in the lot", f"{people} people, for {seats}"
    yield "chances", f"from {least:.2%} to {most:.2%}, equal for equal people ({draw.method})"
    if draw.seed.rule == "witnesses":
        for witness in draw.seed.witnesses:
            put = draw.contribution(witness)
            said = "revealed what it promised" if put and put.number else "has not revealed"
            yield "witness", f"{witness} {said if put else 'has not promised'}"
        if draw.drawn is None:
            by = moment_text(draw.seed.reveal_by)
            yield "drawn", f"not yet; void if a number is missing at {by}"
    if draw.drawn:
        yield "seed", draw.drawn.seed
        yield "composition", f"number {draw.drawn.ticket} of 1,000, as the seed picks"
        members = " ".join(map(str, draw.drawn.members))
        yield "members", f"{members}, as the seed picks"
        for total in draw.drawn.totals:
            target = next(t for t in draw.targets if (t.feature, t.value) == _name(total))
            yield total.feature, f"{total.value}: {total.seats} ({target.min} to {target.max})"


def _name(total: Seats) -> tuple[str, str]:
    return total.feature, total.value


def _audit(found: Found, data: bytes) -> None:
    audit = Audit(found.draw, found.lottery, found.commitments, read_export(data))
    outcomes = audit.outcomes()
    table((claim, "holds" if holds else "FAILS") for claim, holds in outcomes)
    if audit.erased:
        tell(f"{audit.erased} people were erased since; of them only the fingerprint is left.")
    failed = [claim for claim, holds in outcomes if not holds]
    if failed:
        raise Broken("draw.changed", claims=failed)


def _own(found: Found, own: Chance) -> None:
    others = f"{own.alike - 1} others" if own.alike != _FEWEST else "one other"
    drawn = found.draw.drawn_members
    said = "were drawn" if own.number in drawn else "were not drawn" if drawn else "may be drawn"
    tell(
        f"You are number {own.number} of {found.engagement.engagement}. In draw {found.draw.draw} "
        f"your chance was {own.chance:.2%}, as that of {others} with your profile. You {said}."
    )
