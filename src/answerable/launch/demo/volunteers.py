"""The demo's pool of volunteers: 1,500 people who do not exist.

Every name is a canary: a string found nowhere else, so that one appearing outside the vault
shows a leak. E-mail addresses are under ``.example``, which no one can own, and telephone numbers
are from the ranges Ofcom keeps for drama.
"""

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from itertools import product
from random import Random  # noqa: TID251 - only the type; the seed is the area's
from typing import TextIO

from answerable.launch.demo.area import figures, seeded, weighted

POOL = 1_500

FIRST_PARTS = ("Quill", "Bramble", "Thistle", "Otter", "Lantern", "Pebble", "Sorrel", "Teasel")
SECOND_PARTS = ("feather", "whistle", "button", "lattice", "thimble")
ENDINGS = tuple(f"Z{vowel}{last}" for vowel, last in product("aeiou", "qxkpbdfm"))

DRAMA_NUMBERS = ("07700 900", "01632 960", "0131 496 0", "0141 496 0", "03069 990")
"""The ranges Ofcom keeps for drama, each with three digits to follow."""

WILLING = {
    "16-24": 5,
    "25-34": 7,
    "35-44": 9,
    "55-64": 13,
    "65-74": 15,
    "75+": 11,
    "Most deprived fifth": 6,
    "Second fifth": 8,
    "Fourth fifth": 12,
    "Least deprived fifth": 14,
}
"""Out of ten for anyone else: those who volunteer are older and less deprived than everyone."""


@dataclass(frozen=True, slots=True)
class Target:
    """How many of the 30 seats people with one value of one feature may have."""

    feature: str
    value: str
    least: int
    most: int


@dataclass(frozen=True, slots=True)
class Volunteer:
    """An invented person who offered to serve; the profile is a value for each feature."""

    id: str
    name: str
    email: str
    phone: str
    profile: dict[str, str]


def targets() -> tuple[Target, ...]:
    """The seat limits of a 30-person panel that looks like Scotland."""
    return tuple(
        Target(row["feature"], row["value"], int(row["min"]), int(row["max"]))
        for row in figures("targets.csv")
    )


@cache
def volunteers() -> tuple[Volunteer, ...]:
    """The whole pool, the same every time."""
    draw = seeded("volunteers")
    weights = _weights()
    return tuple(_volunteer(number, name, weights, draw) for number, name in _names())


def write_csv(people: tuple[Volunteer, ...], stream: TextIO) -> None:
    """Write a pool as selection tools read it: an id, the contacts, a column for each feature."""
    features = tuple(_weights())
    table = csv.writer(stream, lineterminator="\n")
    table.writerow(("id", "name", "email", "phone", *features))
    for one in people:
        values = (one.profile[feature] for feature in features)
        table.writerow((one.id, one.name, one.email, one.phone, *values))


def _names() -> Iterator[tuple[int, str]]:
    """Each volunteer's number and name, no two alike even without the number."""
    surnames = product(ENDINGS, SECOND_PARTS, FIRST_PARTS)
    for number, (ending, second, first) in zip(range(1, POOL + 1), surnames, strict=False):
        yield number, f"Synthetic Volunteer {number:04} {first}{second}-{ending}"


def _weights() -> dict[str, dict[str, int]]:
    """For each feature, how likely a volunteer is to have each of its values."""
    found: dict[str, dict[str, int]] = {}
    for row in figures("margins.csv"):
        value, share = row["value"], int(row["per_10000"])
        found.setdefault(row["feature"], {})[value] = share * WILLING.get(value, 10)
    return found


def _volunteer(
    number: int, name: str, weights: dict[str, dict[str, int]], draw: Random
) -> Volunteer:
    """One volunteer, the features drawn apart from each other."""
    return Volunteer(
        id=f"volunteer{number:04}",
        name=name,
        email=f"volunteer{number:04}@people.example",
        phone=f"{draw.choice(DRAMA_NUMBERS)}{draw.randrange(1000):03}",
        profile={feature: weighted(values, draw) for feature, values in weights.items()},
    )
