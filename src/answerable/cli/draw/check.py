"""``answerable verify draw DIR``: go through a draw again, claim by claim."""

import csv
import hashlib
import io
import json
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from typing import Any, Final

import numpy as np

from answerable.cli.console import table, tell
from answerable.cli.draw.made import PLAIN
from answerable.model.errors import Broken, Invalid
from answerable.science.sortition import (
    METHODS,
    Drawn,
    Instance,
    SortitionError,
    Target,
    check,
    check_people,
    check_rules,
    doubt,
    draw_panel,
    instance,
    is_near,
    measures,
)

_EXACT: Final = 1e-9
_PROVED: Final = "leximin"
_PROOF: Final = "certificate.json"
_FILES: Final = frozenset({"probabilities.csv", "panel.csv", "lottery.json", "report.html"})
_CANNOT: Final = (
    "It cannot prove that the pool is all who volunteered, nor that nobody tried many seeds."
)
_UNPROVED: Final = "There is no proof of what the method {method} finds best."
_NONSENSE: Final = (
    ArithmeticError,
    AttributeError,
    LookupError,
    OSError,
    RecursionError,
    TypeError,
    ValueError,
    csv.Error,
)
"""What comes of files that say what no draw says."""


class _Draw:
    """What the files of a draw say, and the same worked out again."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.draw, self.lottery = (_json(folder, f"{name}.json") for name in ("draw", "lottery"))
        self.method: str = self.draw["method"]
        self.orbits = self.lottery["orbits"]
        self.numbers: list[str] = self.lottery["people"]
        self.whose = {one: orbit for orbit in self.orbits for one in orbit["members"]}
        self.people = [self.profile(one) for one in self.numbers]
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
        self.weights = np.array([each["weight"] for each in self.lottery["panels"]])
        self.panels = np.array([self.seats(each["seats"]) for each in self.lottery["panels"]])
        self.given = self.weights @ self.panels / self.made.sizes
        self.compositions = np.array([self.seats(each) for each in self.lottery["compositions"]])
        if not len(self.compositions):
            raise SortitionError("compositions.none")

    def profile(self, one: str) -> dict[str, str]:
        """Give what the orbit of somebody says of them."""
        return dict(zip(self.lottery["features"], self.whose[one]["values"], strict=True))

    def seats(self, each: dict[str, int]) -> Any:
        """Give a composition as numbers, orbit by orbit.

        Raises:
            ValueError: where an orbit is not named as it is written, or has no whole seats.
        """
        row = np.zeros(len(self.orbits), dtype=np.int64)
        for at, number in each.items():
            if str(int(at)) != at or int(at) < 0 or type(number) is not int or number < 1:
                raise ValueError(at)
            row[int(at)] = number
        return row

    def table(self, name: str) -> list[list[str]]:
        """Read a table, heading and all."""
        text = (self.folder / name).read_bytes().decode()
        return list(csv.reader(io.StringIO(text, newline=""), strict=True))


def check_draw(folder: Path) -> None:
    """Check a draw, and tell what holds.

    Raises:
        Invalid: ``draw.files`` when there is no draw.
        Broken: ``draw.changed`` naming what does not hold.
    """
    said = _read(folder)
    claims = _CLAIMS if said.method != _PROVED else (*_CLAIMS, _FAIREST)
    outcome = [(name, _holds(claim, said)) for name, claim in claims]
    table((name, "holds" if holds else "FAILS") for name, holds in outcome)
    tell(_CANNOT if said.method == _PROVED else f"{_UNPROVED.format(method=said.method)} {_CANNOT}")
    failed = [name for name, holds in outcome if not holds]
    if failed:
        raise Broken("draw.changed", claims=failed)


def _read(folder: Path) -> _Draw:
    try:
        if any((folder / name).exists() for name in ("draw.json", "lottery.json")):
            return _Draw(folder)
        raise Invalid("draw.files", folder=str(folder))
    except PermissionError:
        raise Invalid("draw.files", folder=str(folder)) from None
    except _NONSENSE:
        raise Broken("draw.changed", claims=[_SENSE]) from None


def _json(folder: Path, name: str) -> Any:
    """Read what a file says.

    Raises:
        Broken: ``draw.changed``, naming the file.
    """
    try:
        return json.loads((folder / name).read_bytes(), object_pairs_hook=_once)
    except PermissionError:
        raise
    except _NONSENSE:
        raise Broken("draw.changed", claims=[f"{name} is there and can be read"]) from None


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """Refuse a name that is there twice: one reader would believe the first, another the last."""
    said = dict(pairs)
    if len(said) < len(pairs):
        raise ValueError
    return said


def _holds(claim: Callable[[_Draw], bool], said: _Draw) -> bool:
    try:
        return claim(said)
    except (*_NONSENSE, Broken):
        return False


def _method(said: _Draw) -> bool:
    return said.method in (*METHODS, PLAIN)


def _files(said: _Draw) -> bool:
    named = {*_FILES, _PROOF} if said.method == _PROVED else _FILES
    return set(said.draw["files"]) == named and all(
        hashlib.sha256((said.folder / name).read_bytes()).hexdigest() == digest
        for name, digest in said.draw["files"].items()
    )


def _orbits(said: _Draw) -> bool:
    made = [
        (
            list(orbit.values),
            [list(values) for values in orbit.household],
            [said.numbers[place] for place in orbit.members],
        )
        for orbit in said.made.orbits
    ]
    there = [(orbit["values"], orbit["household"], orbit["members"]) for orbit in said.orbits]
    named = [one for orbit in said.orbits for one in orbit["members"]]
    once = len(named) == len(set(named)) == len(set(said.numbers)) == len(said.numbers)
    features = list(said.made.features)
    return once and bool(said.lottery["features"] == features) and made == there


def _panels(said: _Draw) -> bool:
    one = abs(said.weights.sum() - 1) < _EXACT
    exact = np.abs(said.given - said.chances).max() < _EXACT
    admitted = all(said.made.admits(row) for row in said.panels)
    return bool(said.weights.min() >= 0 and one and exact) and admitted


def _compositions(said: _Draw) -> bool:
    off = _furthest(said, said.chances)
    return is_near(off) and all(said.made.admits(row) for row in said.compositions)


def _furthest(said: _Draw, chances: Any) -> float:
    return float(np.abs(said.compositions.mean(axis=0) / said.made.sizes - chances).max())


def _panel(said: _Draw) -> bool:
    seed = bytes.fromhex(said.draw["seed"])
    drawn: Drawn = draw_panel(said.made, said.compositions, said.numbers, seed)
    panel = [said.numbers[place] for place in drawn.members]
    return bool(drawn.ticket == said.draw["ticket"] and panel == said.draw["panel"])


def _probabilities(said: _Draw) -> bool:
    chances = [[one, f"{said.whose[one]['probability']:.12f}"] for one in said.numbers]
    return said.table("probabilities.csv") == [["id", "probability"], *chances]


def _members(said: _Draw) -> bool:
    heading, *rows = said.table("panel.csv")
    held = [dict(zip(heading, row, strict=True)) for row in rows]
    alike = all(
        said.profile(one).items() <= row.items()
        for one, row in zip(said.draw["panel"], held, strict=True)
    )
    once = len(heading) == len(set(heading))
    return once and [row[0] for row in rows] == said.draw["panel"] and alike


def _measures(said: _Draw) -> bool:
    measured = {
        **asdict(measures(said.made, said.made.by_person(said.given))),
        "furthest_composition": _furthest(said, said.given),
    }
    if said.method == PLAIN:
        measured["sampling_error"] = doubt(said.made, said.compositions)
    right = all(abs(said.draw[name] - number) < _EXACT for name, number in measured.items())
    counted = {
        "people": len(said.numbers),
        "seats": len(said.draw["panel"]),
        "orbits": len(said.orbits),
        "compositions": len(said.compositions),
    }
    return right and all(said.draw[name] == count for name, count in counted.items())


def _totals(said: _Draw) -> bool:
    panel = [said.profile(one) for one in said.draw["panel"]]
    return all(
        each[name] == sum(map(target.includes, who))
        for target, each in zip(said.targets, said.draw["targets"], strict=True)
        for name, who in (("pool", said.people), ("seats", panel))
    )


def _fairest(said: _Draw) -> bool:
    proof = _json(said.folder, _PROOF)
    right = np.abs(np.array(proof["chances"]) - said.chances).max() < _EXACT
    # chances go by place, so the places must be of the same people
    same = proof["features"] == said.lottery["features"] and [
        (orbit["values"], orbit["household"]) for orbit in proof["orbits"]
    ] == [(orbit["values"], orbit["household"]) for orbit in said.orbits]
    faults = [
        *check(proof),
        *check_people(proof, said.people, said.homes),
        *check_rules(proof, said.draw["targets"], said.draw["seats"]),
    ]
    return bool(right and same) and not faults


_Claim = tuple[str, Callable[[_Draw], bool]]
_SENSE: Final = "draw.json and lottery.json say what a draw says"
_CLAIMS: Final[tuple[_Claim, ...]] = (
    ("The method is one that a draw can have", _method),
    ("The files are those that were drawn with, and all of them", _files),
    ("People with the same profile are one group, with one chance", _orbits),
    ("Whole panels with their weights give exactly these chances", _panels),
    ("The numbered compositions meet the targets and give chances within 0.001", _compositions),
    ("The seed picks this composition and these members", _panel),
    ("probabilities.csv has everybody once, with the chance of their group", _probabilities),
    ("panel.csv has the members drawn, with the profile of their group", _members),
    (
        "The measures and totals are those of the lottery and the panel",
        lambda said: _measures(said) and _totals(said),
    ),
)
_FAIREST: Final[_Claim] = ("No lottery within the targets is fairer (leximin)", _fairest)
