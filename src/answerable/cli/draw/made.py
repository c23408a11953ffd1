"""A draw from beginning to end: chances, lottery, numbered compositions, ticket, panel."""

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np

from answerable.cli.draw.asked import File, Pool, too_tight
from answerable.model.errors import Invalid
from answerable.science.sortition import (
    METHODS,
    Drawn,
    Instance,
    Lottery,
    Measures,
    SortitionError,
    Target,
    doubt,
    draw_panel,
    equal_lottery,
    lottery,
    lottery_of,
    measures,
    plain_compositions,
)
from answerable.science.sortition.instance import Reals, Wholes

PLAIN = "plain"
"""The method that only respects the targets."""
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
        doubt: the greatest standard error of a chance of the plain lottery, as an estimate of what
            endless drawing by random keys would give; nothing for other methods.
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
    doubt: float
    met: tuple[Met, ...]


def make(pool: Pool, *, method: str, key: bytes, seed: bytes, tell: Tell) -> Made:
    """Draw.

    Args:
        pool: people and targets.
        method: a name.
        key: 32 bytes fixed by the files alone; what the plain lottery is drawn by.
        seed: 32 bytes that nobody could know.
        tell: told how far it is.

    Raises:
        Invalid: ``targets.relax``, ``targets.together``, ``lottery.uneven``.
    """
    made = pool.made
    try:
        exact, compositions = _lottery(made, method, key, tell)
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
        doubt(made, compositions) if method == PLAIN else 0.0,
        tuple(_met(pool, target, drawn) for target in pool.targets),
    )


def _lottery(made: Instance, method: str, key: bytes, tell: Tell) -> tuple[Lottery, Wholes]:
    """Give whole panels with their weights, and the numbered compositions."""
    if method == PLAIN:
        compositions = plain_compositions(
            made, key, tell=lambda done, of: tell("compositions", done, of)
        )
        return lottery_of(made, compositions), compositions
    tell("chances", 0, 1)
    exact = lottery(made, METHODS[method], lambda done, of: tell("panels", done, of))
    tell("compositions", 0, 1)
    return exact, equal_lottery(exact)


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


def key_of(inputs: Mapping[str, File]) -> bytes:
    """Give 32 bytes that the files alone decide: so nobody can choose a lottery after the seed."""
    lines = (f"{name} {inputs[name].digest}\n" for name in sorted(inputs))
    return hashlib.sha256("".join(lines).encode()).digest()
