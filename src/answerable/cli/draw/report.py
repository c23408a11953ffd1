"""A draw as a page that anybody can open: pool and panel side by side, and everyone's chance."""

from dataclasses import dataclass
from functools import cache
from typing import Final

import numpy as np
from jinja2 import Environment, PackageLoader

from answerable.cli.draw.made import Made, Met

_STEPS: Final = 40


@dataclass(frozen=True, slots=True)
class Row:
    """One target, as it is drawn; shares in per cent."""

    name: str
    pool: float
    panel: float
    met: Met


@dataclass(frozen=True, slots=True)
class Step:
    """How many people have a chance in one part of the strip.

    Attributes:
        left: the least chance, in per cent of the greatest.
        height: in per cent of the highest step.
    """

    left: float
    height: float
    people: int
    least: float
    most: float


@cache
def _environment() -> Environment:
    return Environment(
        loader=PackageLoader("answerable.cli.draw", "templates"),
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
    )


def report(made: Made) -> bytes:
    """Lay it out."""
    people = len(made.pool.numbers)
    groups: dict[str, list[Row]] = {}
    for met in made.met:
        feature = " and ".join(feature for feature, _ in met.target.of)
        value = " and ".join(value for _, value in met.target.of)
        shares = 100 * met.pool / people, 100 * met.seats / made.pool.made.seats
        groups.setdefault(feature, []).append(Row(value, *shares, met))
    page = _environment().get_template("report.html")
    return page.render(made=made, people=people, groups=groups, strip=_strip(made)).encode()


def _strip(made: Made) -> list[Step]:
    """Count people by chance, from nothing to the greatest."""
    greatest = float(made.chances.max()) or 1.0
    counts, edges = np.histogram(made.chances, bins=_STEPS, range=(0.0, greatest))
    most = int(counts.max())
    return [
        Step(100 * low / greatest, 100 * count / most, count, 100 * low, 100 * high)
        for count, low, high in zip(counts.tolist(), edges[:-1], edges[1:], strict=True)
        if count
    ]
