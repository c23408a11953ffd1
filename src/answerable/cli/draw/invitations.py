"""``answerable invitations``: which addresses get a letter, and what may come of it."""

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from fractions import Fraction
from pathlib import Path
from typing import Any, TypeVar

import click

from answerable.cli.console import table, tell
from answerable.cli.draw.asked import File, invalid, read_file
from answerable.cli.draw.files import check_out, csv_of, json_of, write
from answerable.cli.draw.made import seed_of
from answerable.cli.draw.options import AS_JSON, FILE, SEED
from answerable.model.errors import Invalid
from answerable.science.sortition import SortitionError, read_shares, read_targets
from answerable.science.sortition.invitations import (
    GRAIN,
    Cost,
    Expected,
    Prices,
    Response,
    Sample,
    ValueForecast,
    cost,
    expected,
    forecast,
    rate_of,
    read_places,
    read_rates,
    response,
    sample,
)

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class _Invited:
    """Invitations, and what may come of them."""

    seed: bytes
    asked: Expected
    drawn: Sample
    answers: Response
    values: tuple[ValueForecast, ...]
    doubt: float
    cost: Cost | None


@click.command("invitations")
@click.option("--places", required=True, type=FILE, help="CSV: place,addresses,people …")
@click.option("--volunteers", required=True, type=click.IntRange(1, 1_000_000), help="Wanted.")
@click.option("--rates", type=FILE, help="CSV: feature,value,rate; volunteers for each letter.")
@click.option("--answer-rate", default="3%", show_default=True, help="Where no other rate is.")
@click.option("--even", is_flag=True, help="The same chance for every address, whoever answers.")
@click.option("--population", type=FILE, help="CSV: feature,value,percent; for people's features.")
@click.option("--targets", type=FILE, help="CSV of the draw; says where seats may stay empty.")
@click.option("--reminder", default="0", help="Answers to it, as a share of the rate; 0: none.")
@click.option("--doubt", default="0.25", show_default=True, help="How far all rates may be off.")
@click.option("--letter", metavar="PRICE", help="Of one letter; of a reminder too.")
@click.option("--reply", default="0", metavar="PRICE", help="Of one reply.")
@SEED
@click.option("--out", required=True, type=FILE, metavar="DIR", help="Must be new, or empty.")
@AS_JSON
def invitations(*, seed: str, out: Path, as_json: bool, **asked: Any) -> None:
    """Draw addresses to invite, so that the volunteers resemble the people."""
    key = seed_of(seed)
    check_out(out)
    named = ("places", "rates", "population", "targets")
    inputs = {name: read_file(asked[name]) for name in named if asked[name]}
    try:
        invited = _invite(inputs, key, asked)
    except SortitionError as problem:
        raise invalid(problem) from None
    said = _said(invited, inputs)
    write(out, {**_files(invited), "invitations.json": json_of(said)})
    if as_json:
        click.echo(json.dumps(said, ensure_ascii=False, indent=2))
    else:
        _tell(invited, out)


def _invite(inputs: dict[str, File], seed: bytes, asked: dict[str, Any]) -> _Invited:
    """Read what there is, draw, and look ahead.

    Raises:
        SortitionError: whatever is wrong in a file.
        Invalid: ``invitations.number``.
    """
    rates = _read(inputs.get("rates"), read_rates)
    shares = _read(inputs.get("population"), read_shares)
    targets = _read(inputs.get("targets"), read_targets)
    doubt = float(_number(asked["doubt"], "--doubt", most=1))
    made = expected(
        read_places(inputs["places"].text),
        volunteers=asked["volunteers"],
        rates=rates,
        default=_rate(asked["answer_rate"]),
        again=Fraction(_number(asked["reminder"], "--reminder", most=1)),
        even=asked["even"],
    )
    drawn = sample(made, seed)
    values = forecast(made, drawn, rates=rates, shares=shares, targets=targets, doubt=doubt)
    answers = response(made, drawn, doubt=doubt)
    spent = None
    if asked["letter"] is not None:
        prices = Prices(_number(asked["letter"], "--letter"), _number(asked["reply"], "--reply"))
        spent = cost(made, drawn, prices)
    return _Invited(seed, made, drawn, answers, tuple(values), doubt, spent)


def _read(file: File | None, read: Callable[[str], list[T]]) -> list[T]:
    return read(file.text) if file else []


def _rate(said: str) -> Fraction:
    rate = rate_of(said)
    if rate is None:
        raise Invalid("invitations.number", option="--answer-rate")
    return rate


def _number(said: str, option: str, most: int = 10_000) -> Decimal:
    try:
        number = Decimal(said)
    except InvalidOperation:
        number = Decimal(-1)
    if not (number.is_finite() and 0 <= number <= most):
        raise Invalid("invitations.number", option=option)
    return number


def _files(invited: _Invited) -> dict[str, bytes]:
    """Write the letters to each place, the addresses drawn, and the forecast."""
    asked, drawn = invited.asked, invited.drawn
    places = zip(asked.places, asked.rates, asked.chances, asked.grains, drawn.letters, strict=True)
    letters = (
        (
            place.name,
            str(place.addresses),
            f"{float(rate):.6f}",
            f"{float(chance):.12f}",
            f"{grains // GRAIN}.{grains % GRAIN:09}",
            str(k),
        )
        for place, rate, chance, grains, k in places
    )
    addresses = (
        (place.name, str(number))
        for place, numbers in zip(asked.places, drawn.addresses, strict=True)
        for number in numbers
    )
    heading = ("place", "addresses", "answer_rate", "chance", "expected", "invitations")
    return {
        "invitations.csv": csv_of(heading, letters),
        "addresses.csv": csv_of(("place", "address"), addresses),
        "forecast.csv": csv_of(_FORECAST, (_line(value) for value in invited.values)),
    }


_FORECAST = (
    "feature",
    "value",
    "population_percent",
    "volunteers",
    "pool_percent",
    "at_least",
    "wanted",
    "seats",
    "times_as_many_letters",
)


def _line(value: ValueForecast) -> Sequence[str]:
    return (
        value.feature,
        value.value,
        f"{100 * value.population:.2f}",
        f"{value.volunteers:.1f}",
        f"{100 * value.pool:.2f}",
        str(value.low),
        f"{value.wanted:.1f}",
        "" if value.seats is None else str(value.seats),
        f"{value.raise_by:.2f}",
    )


def _said(invited: _Invited, inputs: dict[str, File]) -> dict[str, Any]:
    asked, answers, spent = invited.asked, invited.answers, invited.cost
    return {
        "v": 1,
        "places": len(asked.places),
        "volunteers": asked.volunteers,
        "invitations": asked.total,
        "places_where_all_are_invited": _full(asked),
        "seed": invited.seed.hex(),
        "reminder": float(asked.again),
        "doubt": invited.doubt,
        "expected": round(answers.mean, 1),
        "expected_low": answers.low,
        "expected_high": answers.high,
        "short": [
            {"feature": v.feature, "value": v.value, "times_as_many_letters": round(v.raise_by, 2)}
            for v in _short(invited)
        ],
        "cost": spent
        and {
            "letters": spent.letters,
            "reminders": spent.reminders,
            "replies": spent.replies,
            "total": str(spent.total),
        },
        "inputs": {name: {"file": f.name, "sha256": f.digest} for name, f in inputs.items()},
    }


def _full(asked: Expected) -> int:
    return sum(chance == 1 for chance in asked.chances)


def _short(invited: _Invited) -> list[ValueForecast]:
    return [value for value in invited.values if value.raise_by > 1]


def _tell(invited: _Invited, out: Path) -> None:
    asked, answers, spent = invited.asked, invited.answers, invited.cost
    least, most = (float(chance) for chance in (min(asked.chances), max(asked.chances)))
    tell(
        f"{asked.total:,} letters go to {sum(k > 0 for k in invited.drawn.letters):,} of "
        f"{len(asked.places):,} places. The chance of an address is from {least:.3%} "
        f"to {most:.3%}; in {_full(asked):,} places all are invited."
    )
    tell(
        f"About {answers.mean:,.0f} people may volunteer, and {answers.low:,} to {answers.high:,} "
        "in 95 of 100 such campaigns, if people answer independently and the rates are right but "
        f"for one factor common to all, with a standard deviation of {invited.doubt:.0%}."
    )
    if spent:
        tell(
            f"Post: {spent.letters:,} letters, about {spent.reminders:,} reminders and "
            f"{spent.replies:,} replies: {spent.total:,.2f}."
        )
    short = _short(invited)
    if short:
        tell("May come short, and how many times as many letters would make up for it:")
        table(
            (
                f"{value.feature}: {value.value}",
                f"{value.raise_by:.2f}",
                f"{value.volunteers:,.1f} expected, at least {value.low:,}; "
                f"{value.wanted:,.1f} wanted"
                + ("" if value.seats is None else f", up to {value.seats} seats"),
            )
            for value in short
        )
    tell(f"Everything is in {out}.")
