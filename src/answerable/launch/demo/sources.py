"""The invented data of three bodies, in three kinds of files, as it lies beside their gateways.

Nothing here is real: see `answerable.launch.demo.area`.
"""

import csv
import sqlite3
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any, Final

import pyarrow as pa
import pyarrow.parquet as pq

from answerable.launch.demo import area

RAIN: Final = "rain.parquet"
HELP: Final = "extra-help.sqlite3"
EQUIPMENT: Final = "powered-equipment.csv"

FIRST_READING: Final = datetime(2026, 3, 13, tzinfo=UTC)
_HOURS: Final = 48
_QUARTER: Final = timedelta(minutes=15)
_ASKED_FROM: Final = date(2024, 1, 8)
_KINDS: Final = ("breathing support", "hoist or riser", "feeding pump", "powered bed")

HELP_COLUMNS: Final = (
    "household",
    "address",
    "postcode",
    "flood_area",
    "need",
    "asked_on",
    "note",
)
EQUIPMENT_COLUMNS: Final = (
    "household",
    "address",
    "postcode",
    "flood_area",
    "equipment",
    "battery_hours",
    "condition",
)


def write_rain(path: Path) -> None:
    """Write rain readings as Parquet."""
    rows = [
        (gauge.slug, FIRST_READING + number * _QUARTER, tenths / 10)
        for gauge in area.invented_gauges()
        for number, tenths in enumerate(area.rain(gauge, _HOURS))
    ]
    gauges, times, depths = zip(*rows, strict=True)
    table = pa.table(
        {
            "gauge": pa.array(gauges, pa.string()),
            "read_at": pa.array(times, pa.timestamp("us", "UTC")),
            "rain_mm": pa.array(depths, pa.float64()),
        }
    )
    pq.write_table(table, path)


def write_help(path: Path) -> None:
    """Write who needs extra help as a SQLite table."""
    path.unlink(missing_ok=True)
    with sqlite3.connect(path) as connection:
        columns = ", ".join(f"{name} TEXT" for name in HELP_COLUMNS)
        marks = ", ".join("?" * len(HELP_COLUMNS))
        connection.execute(f"CREATE TABLE extra_help ({columns})")
        connection.executemany(f"INSERT INTO extra_help VALUES ({marks})", _help())  # noqa: S608
    connection.close()


def write_equipment(path: Path) -> None:
    """Write which homes depend on powered equipment as CSV."""
    with path.open("w", newline="", encoding="utf-8") as file:
        writes = csv.writer(file)
        writes.writerow(EQUIPMENT_COLUMNS)
        writes.writerows(_equipment())


def _homes() -> dict[str, area.Household]:
    return {home.reference: home for home in area.households()}


def _help() -> Iterator[tuple[Any, ...]]:
    homes = _homes()
    for number, need in enumerate(area.needs()):
        home = homes[need.household]
        asked = _ASKED_FROM + timedelta(days=number % 700)
        note = f"Invented note {number}: please knock twice and wait."
        yield (*_place(home), need.need, asked.isoformat(), note)


def _equipment() -> Iterator[tuple[Any, ...]]:
    homes = _homes()
    for number, each in enumerate(area.powered_equipment()):
        kind = _KINDS[number % len(_KINDS)]
        home = homes[each.household]
        yield (*_place(home), kind, each.battery_hours, f"Invented condition {number % 9}")


def _place(home: area.Household) -> tuple[str, str, str, str | None]:
    return home.reference, home.address, home.postcode, home.flood_area
