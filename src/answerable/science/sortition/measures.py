"""How equal chances are."""

from dataclasses import dataclass

import numpy as np

from answerable.science.sortition.instance import Instance, Reals


@dataclass(frozen=True, slots=True)
class Measures:
    """Measures of everybody's chances.

    Attributes:
        least_probability: of anybody.
        gini: nothing where all are equal, near one where few have all.
        geometric_mean: nothing where anybody has no chance.
        spread_within_profile: the greatest difference between people of one orbit.
    """

    least_probability: float
    gini: float
    geometric_mean: float
    spread_within_profile: float


def measures(instance: Instance, chances: Reals) -> Measures:
    """Measure chances, one for each person of the pool.

    >>> from answerable.science.sortition import Seats, instance
    >>> two = instance([{"f": "v"}, {"f": "v"}], [Seats("f", "v", 1, 1)], seats=1)
    >>> measures(two, np.array([0.25, 0.75])).gini
    0.25
    """
    spread = max(float(np.ptp(chances[list(orbit.members)])) for orbit in instance.orbits)
    return Measures(float(chances.min()), _gini(chances), _geometric(chances), spread)


def _gini(chances: Reals) -> float:
    ordered = np.sort(chances)
    ranks = 2 * np.arange(1, len(ordered) + 1) - len(ordered) - 1
    return float(ranks @ ordered / (len(ordered) * ordered.sum()))


def _geometric(chances: Reals) -> float:
    return float(np.exp(np.log(chances).mean())) if chances.min() > 0 else 0.0
