"""The fairest lottery over a pool: long work, so it is done once and remembered until it is used.

What is remembered are profiles without names, of the last pool only, in the memory of the process.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from answerable.model.draw import COMPOSITIONS
from answerable.model.errors import Invalid
from answerable.science import sortition

Pairs = tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Asked:
    """What a lottery is made from; equal for the same question.

    Attributes:
        profiles: for each person the pairs of feature and value, sorted.
        households: for each person; nothing where there is no such rule.
    """

    profiles: tuple[Pairs, ...]
    targets: tuple[sortition.Target, ...]
    seats: int
    households: tuple[str, ...] | None
    method: str


@dataclass(frozen=True, eq=False)
class Fair:
    """A lottery.

    Attributes:
        compositions: a thousand of equal chance; a row for each, with the seats of each orbit.
        certificate: what proves it the fairest, as JSON; nothing where the method has no proof.
    """

    made: sortition.Instance
    compositions: sortition.Wholes
    certificate: str | None


def ask(
    profiles: Sequence[sortition.Profile],
    targets: Sequence[sortition.Target],
    *,
    seats: int,
    households: Sequence[str] | None,
    method: str,
) -> Asked:
    """Put a question so that it can be remembered."""
    return Asked(
        tuple(tuple(sorted(profile.items())) for profile in profiles),
        tuple(targets),
        seats,
        tuple(households) if households is not None else None,
        method,
    )


def instance_of(asked: Asked) -> sortition.Instance:
    """Make the instance of a question.

    Raises:
        SortitionError: as ``sortition.instance``.
    """
    return sortition.instance(
        [dict(pairs) for pairs in asked.profiles],
        asked.targets,
        seats=asked.seats,
        households=asked.households,
    )


@lru_cache(maxsize=1)
def _fairest(asked: Asked) -> Fair:
    made = instance_of(asked)
    try:
        exact = sortition.lottery(made, sortition.METHODS[asked.method])
    except sortition.SortitionError as problem:
        raise sortition.explained(problem, made) from None
    proof = json.dumps(sortition.certificate(exact)) if asked.method == "leximin" else None
    return Fair(made, sortition.equal_lottery(exact, COMPOSITIONS), proof)


def fairest(asked: Asked) -> Fair:
    """Make the lottery, or give the one that was just made.

    Raises:
        Invalid: ``targets.*``, ``pool.*``, ``lottery.uneven``.
    """
    try:
        return _fairest(asked)
    except sortition.SortitionError as problem:
        raise Invalid(problem.code, **problem.params) from None


def forget() -> None:
    """Remember no lottery any more."""
    _fairest.cache_clear()
