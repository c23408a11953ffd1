"""Inverlarch: an invented council area, its homes, its river and its rain.

No such place exists. Its shape (how many people live in a zone, of what ages, how deprived) is
carried over from real published counts of 25 unrelated places; everything else is made up here,
from fixed seeds, so that the demo tells the same story on every machine. ``figures/README.md``
says where each figure is from.
"""

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from importlib import resources
from itertools import count, islice, product
from random import Random  # noqa: TID251 - a fixed seed makes the invented people the same everywhere
from typing import TypeVar

AREA = "Inverlarch"
COUNCIL = "Inverlarch Council"
ENVIRONMENT_AGENCY = "Larchwater Rivers Agency"
HEALTH_BOARD = "Strathlarch Health Board"
FIRE_AND_RESCUE = "Larchside Fire and Rescue"
RIVER = "Water of Larch"
POSTCODE_AREA = "GB"
"""No postcode area of the United Kingdom has these letters."""

Value = TypeVar("Value")

AGE_BANDS = ("16-24", "25-34", "35-44", "45-54", "55-64", "65-74", "75+")
READINGS_AN_HOUR = 4
TIP = 2
"""Tenths of a millimetre: rain gauges of this kind count tips of 0.2 mm."""


@dataclass(frozen=True, slots=True)
class Gauge:
    """A real SEPA rain gauge, elsewhere in Scotland, with one real reading (mm)."""

    name: str
    station_no: str
    latitude: float
    longitude: float
    rain_mm: float
    read_at: str


@dataclass(frozen=True, slots=True)
class InventedGauge:
    """A rain gauge on the invented river; only these may be given invented rain."""

    slug: str
    name: str
    flood_area: str


@dataclass(frozen=True, slots=True)
class Zone:
    """A neighbourhood: its people, its adults by age band, its deprivation (1 is the most)."""

    label: str
    population: int
    adults: tuple[int, ...]
    simd_rank: int
    quintile: int
    urban_rural: str


@dataclass(frozen=True, slots=True)
class FloodArea:
    """A stretch of the invented river; shares are (zone label, percent of its homes at risk)."""

    slug: str
    name: str
    shares: tuple[tuple[str, int], ...]


@dataclass(frozen=True, slots=True)
class Household:
    """An invented home; the reference is 12 characters, visibly no real property number."""

    reference: str
    address: str
    postcode: str
    zone: str
    flood_area: str | None
    people: int


@dataclass(frozen=True, slots=True)
class Need:
    """What a crew should know before it knocks: a need, never a diagnosis."""

    household: str
    need: str


@dataclass(frozen=True, slots=True)
class PoweredEquipment:
    """A home that depends on powered equipment, and how many hours its battery lasts."""

    household: str
    battery_hours: int


FLOOD_AREAS = (
    FloodArea("larchfoot", "Larchfoot", (("zone 01", 80), ("zone 02", 45))),
    FloodArea("kirklarch", "Kirklarch", (("zone 10", 50), ("zone 11", 25))),
    FloodArea("milton-of-larch", "Milton of Larch", (("zone 20", 45), ("zone 21", 30))),
    FloodArea("haugh-of-larch", "Haugh of Larch", (("zone 25", 20),)),
)

POWERED = "uses powered equipment"
NEEDS = {
    "needs longer to answer the door": 34,
    "hard of hearing": 28,
    "needs carrying": 16,
    POWERED: 14,
    "oxygen in the house": 8,
}
"""Each need, and how many in a hundred needs it is."""

HOUSEHOLD_SIZES = {1: 35, 2: 34, 3: 15, 4: 11, 5: 4, 6: 1}
"""People in a home, and how many homes in a hundred have so many."""

HOMES_A_STREET = 18
ZONES_A_DISTRICT = 7
UNIT_LETTERS = "ABDEFGHJLNPQRSTUWXYZ"
STREET_ENDINGS = (
    "Lane Road Street Place Wynd Terrace Crescent Gardens Row Avenue Court Loan Brae View"
)
STREET_NAMES = """
    Mill Alder Bobbin Bracken Burnside Cairn Clover Coble Curlew Dipper Dovecot Drover Elder Fern
    Ferry Gean Gorse Harrow Hazel Heron Juniper Kelpie Kestrel Lapwing Linnet Loom Otter Osier
    Plover Quern Rowan Rush Sawpit Sedge Shuttle Smithy Sorrel Teal Weir Wren
"""


def seeded(stream: str) -> Random:
    """A stream of draws that is the same on every machine, and unlike any other stream."""
    return Random(f"{AREA}, an invented place: {stream}")  # noqa: S311 - nothing here is secret


def figures(name: str) -> list[dict[str, str]]:
    """The rows of one file in ``figures/``."""
    text = resources.files(__package__).joinpath("figures", name).read_text(encoding="utf-8")
    return list(csv.DictReader(text.splitlines()))


def gauges() -> Iterator[Gauge]:
    """Eight real gauges with one real reading each: what open rainfall data looks like."""
    for row in figures("gauges.csv"):
        yield Gauge(
            name=row["station_name"],
            station_no=row["station_no"],
            latitude=float(row["latitude"]),
            longitude=float(row["longitude"]),
            rain_mm=float(row["rain_mm"]),
            read_at=row["read_at"],
        )


def invented_gauges() -> Iterator[InventedGauge]:
    """One invented gauge upstream of each flood area."""
    for area in flood_areas():
        yield InventedGauge(f"{area.slug}-gauge", f"{area.name} gauge", area.slug)


def rain(gauge: InventedGauge, hours: int) -> tuple[int, ...]:
    """Invented rain every 15 minutes, in tenths of a millimetre, with one storm in it.

    The storm takes up to eight hours and is heaviest two thirds of the way through.
    """
    draw = seeded(f"rain at {gauge.slug}")
    readings = hours * READINGS_AN_HOUR
    peak = readings * 2 // 3
    return tuple(_reading(abs(at - peak), draw) for at in range(readings))


def _reading(from_peak: int, draw: Random) -> int:
    """One reading, so many quarter hours from the heaviest rain: drizzle or storm, in tips."""
    storm = max(0, 4 * READINGS_AN_HOUR - from_peak)
    drizzle = draw.randrange(8) == 0
    return TIP * (drizzle + storm * draw.randrange(60, 121) // 100)


@cache
def zones() -> tuple[Zone, ...]:
    """The 25 zones, about 20,000 people."""
    return tuple(
        Zone(
            label=row["zone"],
            population=int(row["population"]),
            adults=tuple(int(row[band]) for band in AGE_BANDS),
            simd_rank=int(row["simd_rank"]),
            quintile=int(row["quintile"]),
            urban_rural=row["urban_rural"],
        )
        for row in figures("shape.csv")
    )


def flood_areas() -> tuple[FloodArea, ...]:
    """The four flood areas along the invented river."""
    return FLOOD_AREAS


def households() -> Iterator[Household]:
    """Every home, zone by zone and street by street; those nearest the river come first."""
    draw = seeded("households")
    references = (f"INV{number:09}" for number in count(1))
    streets = _streets()
    for place, zone in enumerate(zones()):
        sizes = tuple(_sizes(zone.population, draw))
        area, at_risk = _at_risk(zone, len(sizes))
        for home, (address, postcode) in enumerate(_addresses(place, len(sizes), streets)):
            yield Household(
                reference=next(references),
                address=address,
                postcode=postcode,
                zone=zone.label,
                flood_area=area if home < at_risk else None,
                people=sizes[home],
            )


def needs() -> Iterator[Need]:
    """Needs of a few hundred homes, likelier in older and more deprived zones."""
    draw = seeded("needs")
    chances = {zone.label: _chance(zone) for zone in zones()}
    for home in households():
        if draw.randrange(1000) < chances[home.zone]:
            for need in _some_needs(draw):
                yield Need(home.reference, need)


def powered_equipment() -> Iterator[PoweredEquipment]:
    """The homes among ``needs()`` that a power cut would put at risk."""
    draw = seeded("powered equipment")
    for need in needs():
        if need.need == POWERED:
            yield PoweredEquipment(need.household, draw.choice((1, 2, 4, 8)))


def _sizes(people: int, draw: Random) -> Iterator[int]:
    """Homes of one to six people until everyone has one."""
    while people:
        size = min(people, weighted(HOUSEHOLD_SIZES, draw))
        people -= size
        yield size


def _at_risk(zone: Zone, homes: int) -> tuple[str | None, int]:
    """The flood area that reaches into a zone, if any, and how many of its homes are in it."""
    for area in FLOOD_AREAS:
        for label, percent in area.shares:
            if label == zone.label:
                return area.slug, homes * percent // 100
    return None, 0


def _addresses(place: int, homes: int, streets: Iterator[str]) -> Iterator[tuple[str, str]]:
    """An address and postcode for each home of the zone at this place in the list."""
    for nth, first in enumerate(range(0, homes, HOMES_A_STREET)):
        street, postcode = next(streets), _postcode(place, nth)
        for number in range(1, min(HOMES_A_STREET, homes - first) + 1):
            yield f"{number} {street}", postcode


def _streets() -> Iterator[str]:
    """Street names, no two the same, beginning with Mill Lane."""
    endings, names = STREET_ENDINGS.split(), STREET_NAMES.split()
    return (f"{name} {ending}" for ending, name in product(endings, names))


def _postcode(place: int, street: int) -> str:
    """The invented postcode of a zone's nth street; a zone has a sector to itself."""
    district, sector = divmod(place, ZONES_A_DISTRICT)
    first, second = divmod(street, len(UNIT_LETTERS))
    unit = UNIT_LETTERS[first] + UNIT_LETTERS[second]
    return f"{POSTCODE_AREA}{district + 1} {sector + 1}{unit}"


def _chance(zone: Zone) -> int:
    """How many homes in a thousand have a need: more with age, more with deprivation."""
    older = 100 * zone.adults[-1] // sum(zone.adults)
    return 28 + older + 2 * (5 - zone.quintile)


def _some_needs(draw: Random) -> Iterator[str]:
    """One need, or for one home in five two different ones."""
    wanted = 1 + (draw.randrange(5) == 0)
    every = dict.fromkeys(weighted(NEEDS, draw) for _ in range(3))
    return islice(every, wanted)


def weighted(weights: dict[Value, int], draw: Random) -> Value:
    """One of the values, each as likely as its weight says."""
    return draw.choices(tuple(weights), weights=tuple(weights.values()))[0]
