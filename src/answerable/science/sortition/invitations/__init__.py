"""Invitations: which addresses get a letter, what may come of it, and who is missing after."""

from answerable.science.sortition.invitations.expected import GRAIN, Expected, expected
from answerable.science.sortition.invitations.forecast import (
    Cost,
    Prices,
    Response,
    ValueForecast,
    cost,
    forecast,
    response,
)
from answerable.science.sortition.invitations.missing import ValueSeen, missing
from answerable.science.sortition.invitations.places import (
    DEFAULT_RATE,
    AnswerRate,
    Place,
    rate_of,
    read_places,
    read_rates,
)
from answerable.science.sortition.invitations.sample import Sample, sample

__all__ = [
    "DEFAULT_RATE",
    "GRAIN",
    "AnswerRate",
    "Cost",
    "Expected",
    "Place",
    "Prices",
    "Response",
    "Sample",
    "ValueForecast",
    "ValueSeen",
    "cost",
    "expected",
    "forecast",
    "missing",
    "rate_of",
    "read_places",
    "read_rates",
    "response",
    "sample",
]
