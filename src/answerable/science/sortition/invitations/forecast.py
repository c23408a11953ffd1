"""What may come of invitations: answers, money, and a pool that resembles people or does not.

What is assumed, and said wherever figures are shown: an invited address gives a volunteer with the
rate of its place, independently of others, given one factor that is common to all rates. The factor
has mean one and a standard deviation of ``doubt``: nobody knows the rates of a campaign beforehand.
So the volunteers have mean ``m = sum k a`` (``k`` letters, ``a`` answers a letter) and variance
``m - (1 + doubt**2) sum k a**2 + (doubt m)**2``; with no doubt, that of binomials. The interval is
the mean and 1.96 standard deviations either way, rounded outwards (a normal approximation).
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from math import ceil, floor, sqrt
from typing import Final

from answerable.science.sortition.errors import SortitionError, refuse
from answerable.science.sortition.invitations.expected import Expected
from answerable.science.sortition.invitations.places import AnswerRate
from answerable.science.sortition.invitations.sample import Sample
from answerable.science.sortition.targets import Seats

DOUBT: Final = 0.25
"""By how much all rates together may be off: an assumption, no finding."""

Share = tuple[str, str, int]
"""Feature, value, and how many in 10,000 people have it; see `read_shares`."""

_WIDE: Final = 1.96
_HALF: Final = 0.5


@dataclass(frozen=True, slots=True)
class Response:
    """How many volunteers to expect, and in 95 of 100 such campaigns, if the assumptions hold."""

    mean: float
    low: int
    high: int


@dataclass(frozen=True, slots=True)
class Prices:
    """What post costs, each; of a reminder as of a letter where it is not said."""

    letter: Decimal
    reply: Decimal
    reminder: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Cost:
    """What post may cost; reminders and replies are expected numbers, rounded.

    Only who volunteers is taken to reply.
    """

    letters: int
    reminders: int
    replies: int
    total: Decimal


@dataclass(frozen=True, slots=True)
class ValueForecast:
    """What the pool may be like.

    Attributes:
        population: part of the people who have the value.
        volunteers: expected to have it.
        pool: part of the expected pool.
        low: volunteers with it, at the lower end of the interval.
        wanted: its part of the volunteers wanted.
        seats: the most seats of its target, if it has one.
        raise_by: times as many letters as it needs for what is wanted, and for its target at the
            lower end; one where it comes to enough.
    """

    feature: str
    value: str
    population: float
    volunteers: float
    pool: float
    low: int
    wanted: float
    seats: int | None
    raise_by: float


def response(asked: Expected, drawn: Sample, *, doubt: float = DOUBT) -> Response:
    """Say how many volunteers to expect."""
    return _response(_pairs(asked, drawn), doubt)


def _pairs(asked: Expected, drawn: Sample) -> list[tuple[int, float]]:
    """Give the letters to each place, and the answers to each of them."""
    return list(zip(drawn.letters, map(float, asked.answers), strict=True))


def _response(pairs: Sequence[tuple[int, float]], doubt: float) -> Response:
    mean = sum(k * rate for k, rate in pairs)
    spread = mean - (1 + doubt**2) * sum(k * rate**2 for k, rate in pairs) + (doubt * mean) ** 2
    off = _WIDE * sqrt(max(0.0, spread))
    return Response(
        mean, max(0, floor(mean - off)), min(sum(k for k, _ in pairs), ceil(mean + off))
    )


def cost(asked: Expected, drawn: Sample, prices: Prices) -> Cost:
    """Say what post may cost."""
    pairs = list(zip(drawn.letters, asked.rates, strict=True))
    silent = sum(k * (1 - rate) for k, rate in pairs) if asked.again else 0
    replies = sum(k * rate for k, rate in zip(drawn.letters, asked.answers, strict=True))
    letters, reminders, back = sum(drawn.letters), round(silent), round(replies)
    again = prices.letter if prices.reminder is None else prices.reminder
    total = letters * prices.letter + reminders * again + back * prices.reply
    return Cost(letters, reminders, back, total)


def forecast(
    asked: Expected,
    drawn: Sample,
    *,
    rates: Sequence[AnswerRate] = (),
    shares: Sequence[Share] = (),
    targets: Sequence[Seats] = (),
    doubt: float = DOUBT,
) -> list[ValueForecast]:
    """Say what the pool may be like, value by value.

    Features of the places are counted from their people and letters. Features that only people have
    are worked out from rates and shares of the population, as if they had nothing to do with place.

    Raises:
        SortitionError: ``rates.feature`` for a feature with rates that neither the places nor the
            shares have; ``rates.value``; ``input.faults`` with each where there are several.
    """
    seats = {(target.feature, target.value): target.max for target in targets}
    of_places = sorted({feature for place in asked.places for feature in place.values})
    of_people = sorted({rate.feature for rate in rates} - set(of_places))
    refuse(list(_unknown(of_people, rates, shares)))
    whole = response(asked, drawn, doubt=doubt)
    rows = [row for feature in of_places for row in _of_places(asked, drawn, feature, doubt)]
    rows += [row for feature in of_people for row in _of_people(feature, rates, shares, whole)]
    return [_beside(row, asked.volunteers, whole.mean, seats) for row in rows]


def _unknown(
    features: Sequence[str], rates: Sequence[AnswerRate], shares: Sequence[Share]
) -> Iterator[SortitionError]:
    rated = {(rate.feature, rate.value) for rate in rates}
    known = {feature for feature, _, _ in shares}
    for feature in features:
        if feature not in known:
            yield SortitionError("rates.feature", feature=feature)
    for feature, value, _ in shares:
        if feature in features and (feature, value) not in rated:
            yield SortitionError("rates.value", feature=feature, value=value)


@dataclass(frozen=True, slots=True)
class _Row:
    feature: str
    value: str
    population: float
    expected: Response


def _of_places(asked: Expected, drawn: Sample, feature: str, doubt: float) -> Iterator[_Row]:
    people: dict[str, int] = defaultdict(int)
    inside: dict[str, list[tuple[int, float]]] = defaultdict(list)
    for place, pair in zip(asked.places, _pairs(asked, drawn), strict=True):
        people[place.values[feature]] += place.people
        inside[place.values[feature]].append(pair)
    everybody = sum(people.values())
    for value in sorted(people, key=lambda value: (len(value), value)):
        expected = _response(inside[value], doubt)
        yield _Row(feature, value, people[value] / everybody, expected)


def _of_people(
    feature: str, rates: Sequence[AnswerRate], shares: Sequence[Share], whole: Response
) -> Iterator[_Row]:
    known = {rate.value: float(rate.rate) for rate in rates if rate.feature == feature}
    have = [(value, share) for name, value, share in shares if name == feature]
    everybody = sum(share for _, share in have) or 1
    brings = sum(share * known[value] for value, share in have) or 1.0
    for value, share in have:
        part = share * known[value] / brings
        low, high = floor(whole.low * part), ceil(whole.high * part)
        yield _Row(feature, value, share / everybody, Response(whole.mean * part, low, high))


def _beside(
    row: _Row, volunteers: int, whole: float, seats: Mapping[tuple[str, str], int]
) -> ValueForecast:
    wanted = volunteers * row.population
    most = seats.get((row.feature, row.value))
    mean, low = row.expected.mean, row.expected.low
    times = wanted / mean if mean and wanted - mean > _HALF else 1.0
    if most and low < most:
        times = max(times, most / max(1, low))
    return ValueForecast(
        row.feature,
        row.value,
        row.population,
        mean,
        mean / whole if whole else 0.0,
        low,
        wanted,
        most,
        times,
    )
