"""A draw from beginning to end: chances, lottery, numbered compositions, ticket, panel."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from answerable.cli.draw.asked import Pool, too_tight
from answerable.model.errors import Invalid
from answerable.science.sortition import (
    METHODS,
    Drawn,
    Lottery,
    Measures,
    SortitionError,
    Target,
    draw_panel,
    equal_lottery,
    lottery,
    measures,
)
from answerable.science.sortition.instance import Reals, Wholes

Tell = Callable[[str, int, int], None]
"""Told what is done, how much of it, and about how much there will be."""


@dataclass(frozen=True, slots=True)
class Met:
    """A target, and who meets it.

    Attributes:
        pool: people in the pool whom it includes.
        seats: the same on the panel.
    """

    target: Target
    pool: int
    seats: int


@dataclass(frozen=True, slots=True)
class Made:
    """A draw.

    Attributes:
        chances: of each person, as the exact lottery gives it.
        compositions: numbered, of equal chance; a row for each, with the seats of each orbit.
        furthest: by how much a chance in the compositions differs from the exact one, at most.
    """

    pool: Pool
    method: str
    seed: bytes
    exact: Lottery
    chances: Reals
    compositions: Wholes
    furthest: float
    drawn: Drawn
    measured: Measures
    met: tuple[Met, ...]


def make(pool: Pool, *, method: str, seed: bytes, tell: Tell) -> Made:
    """Draw.

    Raises:
        Invalid: ``targets.relax``, ``targets.together``, ``lottery.uneven``.
    """
    made = pool.made
    try:
        tell("chances", 0, 1)
        exact = lottery(made, METHODS[method], lambda done, of: tell("panels", done, of))
        tell("compositions", 0, 1)
        compositions = equal_lottery(exact)
        drawn = draw_panel(made, compositions, pool.numbers, seed)
    except SortitionError as problem:
        raise too_tight(problem, made) from None
    chances = made.by_person(exact.chances)
    average = compositions.mean(axis=0) / made.sizes
    return Made(
        pool,
        method,
        seed,
        exact,
        chances,
        compositions,
        float(np.abs(average - exact.chances).max()),
        drawn,
        measures(made, chances),
        tuple(_met(pool, target, drawn) for target in pool.targets),
    )


def _met(pool: Pool, target: Target, drawn: Drawn) -> Met:
    inside = [target.includes(row) for row in pool.rows]
    return Met(target, sum(inside), sum(inside[place] for place in drawn.members))


def seed_of(said: str) -> bytes:
    """Read a seed of 32 bytes in hexadecimal.

    Raises:
        Invalid: ``seed.form``.
    """
    try:
        seed = bytes.fromhex(said)
    except ValueError:
        seed = b""
    if len(seed) != 32:  # noqa: PLR2004 - as `draw_panel` asks
        raise Invalid("seed.form")
    return seed
