"""``answerable verify draw DIR``: go through a draw again, claim by claim."""

import hashlib
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

import numpy as np

from answerable.cli.console import table, tell
from answerable.model.errors import Broken, Invalid
from answerable.science.sortition import (
    Drawn,
    Instance,
    SortitionError,
    Target,
    check,
    check_people,
    check_rules,
    draw_panel,
    instance,
    is_near,
)

_EXACT: Final = 1e-9
_CANNOT: Final = (
    "It cannot prove that the pool is all who volunteered, nor that nobody tried many seeds."
)


class _Draw:
    """What the files of a draw say, and the same worked out again."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.draw, self.lottery = (_json(folder, f"{name}.json") for name in ("draw", "lottery"))
        self.orbits = self.lottery["orbits"]
        values = {one: orbit["values"] for orbit in self.orbits for one in orbit["members"]}
        features = self.lottery["features"]
        numbers: list[str] = self.lottery["people"]
        self.people = [dict(zip(features, values[one], strict=True)) for one in numbers]
        homes = self.lottery["households"]
        self.homes = [str(home) for home in homes] if len(set(homes)) < len(homes) else None
        self.targets = [
            Target(tuple((f, v) for f, v in each["of"]), each["min"], each["max"])
            for each in self.draw["targets"]
        ]
        self.made: Instance = instance(
            self.people, self.targets, seats=self.draw["seats"], households=self.homes
        )
        self.chances = np.array([orbit["probability"] for orbit in self.orbits])
        self.compositions = np.array([self.seats(each) for each in self.lottery["compositions"]])
        if not len(self.compositions):
            raise SortitionError("compositions.none")

    def seats(self, each: dict[str, int]) -> Any:
        """Give a composition as numbers, orbit by orbit."""
        row = np.zeros(len(self.orbits), dtype=np.int64)
        for at, number in each.items():
            row[int(at)] = number
        return row


def check_draw(folder: Path) -> None:
    """Check a draw, and tell what holds.

    Raises:
        Invalid: ``draw.files`` when there is no draw.
        Broken: ``draw.changed`` naming what does not hold.
    """
    try:
        said = _Draw(folder)
        outcome = [(name, holds(said)) for name, holds in _CLAIMS]
    except (OSError, KeyError, ValueError, TypeError, IndexError, SortitionError):
        raise Invalid("draw.files", folder=str(folder)) from None
    table((name, "holds" if holds else "FAILS") for name, holds in outcome)
    tell(_CANNOT)
    failed = [name for name, holds in outcome if not holds]
    if failed:
        raise Broken("draw.changed", claims=failed)


def _json(folder: Path, name: str) -> Any:
    return json.loads((folder / name).read_bytes())


def _files(said: _Draw) -> bool:
    return all(
        hashlib.sha256((said.folder / name).read_bytes()).hexdigest() == digest
        for name, digest in said.draw["files"].items()
    )


def _orbits(said: _Draw) -> bool:
    numbers = said.lottery["people"]
    made = [{numbers[place] for place in orbit.members} for orbit in said.made.orbits]
    return made == [set(orbit["members"]) for orbit in said.orbits]


def _panels(said: _Draw) -> bool:
    rows = np.array([said.seats(each["seats"]) for each in said.lottery["panels"]])
    weights = np.array([each["weight"] for each in said.lottery["panels"]])
    given = weights @ rows / said.made.sizes
    exact = abs(weights.sum() - 1) < _EXACT and np.abs(given - said.chances).max() < _EXACT
    return bool(weights.min() >= 0 and exact) and all(said.made.admits(row) for row in rows)


def _compositions(said: _Draw) -> bool:
    rows = said.compositions
    off = np.abs(rows.mean(axis=0) / said.made.sizes - said.chances).max()
    return is_near(float(off)) and all(said.made.admits(row) for row in rows)


def _panel(said: _Draw) -> bool:
    rows = said.compositions
    numbers, seed = said.lottery["people"], bytes.fromhex(said.draw["seed"])
    drawn: Drawn = draw_panel(said.made, rows, numbers, seed)
    panel = sorted(numbers[place] for place in drawn.members)
    return drawn.ticket == said.draw["ticket"] and panel == sorted(said.draw["panel"])


def _fairest(said: _Draw) -> bool:
    if said.draw["method"] != "leximin":
        return True
    proof = _json(said.folder, "certificate.json")
    right = np.abs(np.array(proof["chances"]) - said.chances).max() < _EXACT
    faults = [
        *check(proof),
        *check_people(proof, said.people, said.homes),
        *check_rules(proof, said.draw["targets"], said.draw["seats"]),
    ]
    return bool(right) and not faults


_CLAIMS: Final[tuple[tuple[str, Callable[[_Draw], bool]], ...]] = (
    ("The files are those that were drawn with", _files),
    ("People with the same profile are one group, with one chance", _orbits),
    ("Whole panels with their weights give exactly these chances", _panels),
    ("The numbered compositions meet the targets and give chances within 0.001", _compositions),
    ("The seed picks this composition and these members", _panel),
    ("No lottery within the targets is fairer (leximin)", _fairest),
)
