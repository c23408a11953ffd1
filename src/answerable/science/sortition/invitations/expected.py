"""How many invitations each place should get, on average: exactly, in billionths of one.

A place is to give volunteers in proportion to its people. So its letters are its share of the
volunteers, over how many it takes for one; and each of its addresses has the same chance of one:
the letters over the addresses. Where fewer people answer, the chance is greater in that measure.
No place gets more letters than it has addresses. Where that is not enough the others do not make
up for it, so that the pool leans no more than it must; the forecast says who will be short.

Letters in all are rounded up to a whole number. What is stated is whole billionths that add up to
exactly as many; the sample keeps them without rounding.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Final

from answerable.science.sortition.errors import SortitionError, refuse
from answerable.science.sortition.invitations.places import DEFAULT_RATE, AnswerRate, Place

GRAIN: Final = 10**9
"""The parts of one invitation that are counted."""


@dataclass(frozen=True, slots=True)
class Expected:
    """How many invitations places get on average.

    Attributes:
        rates: volunteers for each first letter, by place.
        again: volunteers for each reminder, as a share of that; nothing where there is none.
        grains: invitations on average, in billionths.
        total: invitations in all.
        volunteers: wanted.
    """

    places: tuple[Place, ...]
    rates: tuple[Fraction, ...]
    again: Fraction
    grains: tuple[int, ...]
    total: int
    volunteers: int

    @property
    def answers(self) -> tuple[Fraction, ...]:
        """Volunteers for each invited address, with the reminder to those who were silent."""
        return tuple(_answers(rate, self.again) for rate in self.rates)

    @property
    def chances(self) -> tuple[Fraction, ...]:
        """The chance of each address of a place to be invited."""
        pairs = zip(self.grains, self.places, strict=True)
        return tuple(Fraction(grains, GRAIN * place.addresses) for grains, place in pairs)


def expected(
    places: Sequence[Place],
    *,
    volunteers: int,
    rates: Sequence[AnswerRate] = (),
    default: Fraction = DEFAULT_RATE,
    again: Fraction = Fraction(0),
    even: bool = False,
) -> Expected:
    """Say how many invitations each place gets on average.

    Args:
        places: where invitations go.
        volunteers: how many are wanted.
        rates: for values of one feature of the places; a place's own rate goes before.
        default: where neither says anything.
        again: what answers a reminder has, as a share of the rate; nothing: no reminder.
        even: give each address the same chance, whoever answers.

    Raises:
        SortitionError: ``rates.two`` where two features of the places have rates; ``rates.value``
            for a value of a place that has none.
    """
    found = _rates(places, rates, default)
    answers = [_answers(rate, again) for rate in found]
    if even:
        weights = [place.addresses * GRAIN for place in places]
    else:
        weights = [
            int(GRAIN * place.people / rate) for place, rate in zip(places, answers, strict=True)
        ]
    most = [place.addresses for place in places]
    wanted = _wanted(places, weights, answers, volunteers)
    total = min(sum(most), -(-sum(wanted) // GRAIN))
    grains = _shared(total, weights, most)
    return Expected(tuple(places), tuple(found), again, tuple(grains), total, volunteers)


def _answers(rate: Fraction, again: Fraction) -> Fraction:
    return rate + (1 - rate) * min(Fraction(1), rate * again)


def _rates(
    places: Sequence[Place], rates: Sequence[AnswerRate], default: Fraction
) -> list[Fraction]:
    """Give each place its rate: its own, that of its value, or the default."""
    of_places = {feature for place in places for feature in place.values}
    features = sorted({rate.feature for rate in rates} & of_places)
    if len(features) > 1:
        raise SortitionError("rates.two", features=features)
    if not features:
        return [place.rate or default for place in places]
    feature = features[0]
    known = {rate.value: rate.rate for rate in rates if rate.feature == feature}
    refuse(list(_without(places, feature, known)))
    return [place.rate or known[place.values[feature]] for place in places]


def _without(
    places: Sequence[Place], feature: str, known: dict[str, Fraction]
) -> Iterator[SortitionError]:
    lacking = Counter(p.values[feature] for p in places if not p.rate)
    for value in sorted(lacking.keys() - known.keys()):
        yield SortitionError("rates.value", feature=feature, value=value)


def _wanted(
    places: Sequence[Place],
    weights: Sequence[int],
    answers: Sequence[Fraction],
    volunteers: int,
) -> list[int]:
    """Give the grains that would bring the volunteers, no place above its addresses."""
    brings = sum(int(weight * rate) for weight, rate in zip(weights, answers, strict=True))
    return [
        min(place.addresses * GRAIN, GRAIN * volunteers * weight // max(1, brings))
        for place, weight in zip(places, weights, strict=True)
    ]


def _shared(total: int, weights: Sequence[int], most: Sequence[int]) -> list[int]:
    """Share a whole number in proportion to weights, none above its most, in whole grains."""
    grains = [0] * len(weights)
    free = sorted(range(len(weights)), key=lambda at: Fraction(most[at], max(1, weights[at])))
    left, weight = total, sum(weights)
    while free and left * weights[free[0]] >= most[free[0]] * weight:
        full = free.pop(0)
        grains[full] = most[full] * GRAIN
        left, weight = left - most[full], weight - weights[full]
    for place in free:
        grains[place] = left * GRAIN * weights[place] // weight
    short = total * GRAIN - sum(grains)
    favoured = sorted(free, key=lambda at: -(left * GRAIN * weights[at] % weight))
    for place in favoured[:short]:
        grains[place] += 1
    return grains
