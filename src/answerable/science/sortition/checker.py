"""Check the certificate of a draw: plain arithmetic in exact fractions, and no solver.

Imports nothing of ours, so that it can be read alone. What is checked, in this order:

- **form**: everything is there, and is the kind of number it should be;
- **panels**: each has the seats, meets every target, and takes one person of a household at most;
  their weights are not negative and add up to one;
- **chances**: the chance of each orbit is what the panels and their weights give it;
- **cuts**: each cut is a row that no whole panel breaks. Its proof is a tree: each branch splits
  the whole numbers of one orbit's seats in two, and each leaf adds up rows, with multipliers, to a
  bound that leaves no room for a panel beyond the cut. So cuts are proved, not merely believed;
- **levels**: weights over the orbits of a level, and multipliers of rows, bound their weighted
  chance, given the levels before. Where everybody in the level has that chance already, none of
  them can have more without somebody at or below having less. That is leximin.

Any multipliers give a true bound; wrong ones give a useless one, and the check fails. What depends
on rounding is how near a bound is: a chance may be short of its bound by at most ``NEAR``.
"""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

EXACT = Fraction(1, 10**9)
"""How far the weights may be from one, and a chance from what the panels give."""
NEAR = Fraction(1, 10**6)
"""How much more a chance might be, for all that a level proves."""

Certificate = Mapping[str, Any]
Bounds = tuple[list[int], list[int]]
_CERTAIN = 1 - EXACT
_MALFORMED = (KeyError, TypeError, ValueError, IndexError, AttributeError, OverflowError)


@dataclass(frozen=True, slots=True)
class Fault:
    """Something wrong with a certificate: a code, and where."""

    code: str
    params: Mapping[str, Any] = field(default_factory=dict)


def check(certificate: Certificate) -> list[Fault]:
    """Name everything that is wrong with a certificate; nothing where it proves what it says."""
    try:
        case = _Case(certificate)
        return [fault for part in _PARTS for fault in part(case)]
    except _MALFORMED as problem:
        return [Fault("certificate.form", {"problem": type(problem).__name__})]


def check_rules(
    certificate: Certificate, targets: Sequence[Mapping[str, Any]], seats: int
) -> list[Fault]:
    """Name where a certificate is about other targets or seats than were committed to.

    Args:
        certificate: which says its own.
        targets: what was committed, each ``of`` pairs of feature and value, with ``min``, ``max``.
        seats: how many were.
    """
    said = [_rule(target) for target in certificate["targets"]]
    faults = [] if said == [_rule(target) for target in targets] else [Fault("targets.other")]
    return faults if certificate["seats"] == seats else [*faults, Fault("seats.other")]


def _rule(target: Mapping[str, Any]) -> tuple[Any, ...]:
    return [tuple(pair) for pair in target["of"]], target["min"], target["max"]


def check_people(
    certificate: Certificate,
    people: Sequence[Mapping[str, str]],
    households: Sequence[str] | None = None,
) -> list[Fault]:
    """Name where the orbits of a certificate are not the people of a pool."""
    try:
        return _people(certificate, people, households)
    except _MALFORMED as problem:
        return [Fault("certificate.form", {"problem": type(problem).__name__})]


def _people(
    certificate: Certificate,
    people: Sequence[Mapping[str, str]],
    households: Sequence[str] | None,
) -> list[Fault]:
    names = certificate["features"]
    values = [tuple(person.get(name, "") for name in names) for person in people]
    homes = [home or at for at, home in enumerate(households or [""] * len(people))]
    living: dict[str | int, list[tuple[str, ...]]] = {}
    for home, value in zip(homes, values, strict=True):
        living.setdefault(home, []).append(value)
    kinds = {home: tuple(sorted(found)) for home, found in living.items()}
    sizes = Counter((value, kinds[home]) for value, home in zip(values, homes, strict=True))
    rooms = Counter(kinds.values())
    if sizes != _said_sizes(certificate):
        return [Fault("pool.orbits")]
    orbits, rooms = certificate["orbits"], Counter(kinds.values())
    kind = (lambda orbit: orbit["household"]) if households is not None else _alone
    told = {orbit["kind"]: kind(orbit) for orbit in orbits}
    same = all(told[orbit["kind"]] == kind(orbit) for orbit in orbits)
    apart = len({str(each) for each in told.values()}) == len(told) and len(orbits) == len(sizes)
    right = all(
        certificate["kinds"][orbit["kind"]]
        == (orbit["size"] if households is None else rooms[_kind(orbit)])
        for orbit in orbits
    )
    return [] if same and apart and right else [Fault("pool.kinds")]


def _alone(orbit: Mapping[str, Any]) -> Any:
    return orbit["values"]


def _kind(orbit: Mapping[str, Any]) -> tuple[tuple[str, ...], ...]:
    return tuple(tuple(values) for values in orbit["household"])


def _said_sizes(certificate: Certificate) -> Counter[tuple[Any, ...]]:
    said: Counter[tuple[Any, ...]] = Counter()
    for orbit in certificate["orbits"]:
        said[tuple(orbit["values"]), _kind(orbit)] += orbit["size"]
    return said


@dataclass(frozen=True, slots=True)
class _Row:
    """At least and at most so much, by weights of orbits; no least for a cut."""

    weights: Mapping[int, int]
    least: int | None
    most: int


class _Case:
    """A certificate, read: what it is about, and what it says."""

    def __init__(self, said: Certificate) -> None:
        self.said = said
        self.seats = _whole(said["seats"])
        self.sizes = [_whole(orbit["size"]) for orbit in said["orbits"]]
        self.kind = [_whole(orbit["kind"]) for orbit in said["orbits"]]
        self.room = [_whole(room) for room in said["kinds"]]
        self.chances = [_number(chance) for chance in said["chances"]]
        if min(self.sizes) < 1 or len(self.chances) != len(self.sizes):
            raise ValueError
        self.most = [
            min(size, self.room[kind]) for size, kind in zip(self.sizes, self.kind, strict=True)
        ]
        everyone = dict.fromkeys(range(len(self.sizes)), 1)
        self.targets = [_target_row(said, target) for target in said["targets"]]
        self.rows = [_Row(everyone, self.seats, self.seats), *self.targets]
        self.cuts = [_cut_row(cut, len(self.sizes)) for cut in said["cuts"]]
        self.panels = [
            (
                {_place(at, self.sizes): _whole(n) for at, n in panel["seats"].items()},
                _number(panel["weight"]),
            )
            for panel in said["panels"]
        ]


def _target_row(said: Certificate, target: Mapping[str, Any]) -> _Row:
    wanted = [(said["features"].index(feature), value) for feature, value in target["of"]]
    inside = {
        at: 1
        for at, orbit in enumerate(said["orbits"])
        if all(orbit["values"][place] == value for place, value in wanted)
    }
    return _Row(inside, _whole(target["min"]), _whole(target["max"]))


def _cut_row(cut: Mapping[str, Any], orbits: int) -> _Row:
    places = range(orbits)
    weights = {_place(at, places): _whole(n, signed=True) for at, n in cut["weights"].items()}
    return _Row(weights, None, _whole(cut["most"], signed=True))


def _whole(number: Any, *, signed: bool = False) -> int:
    if type(number) is not int or (number < 0 and not signed):
        raise ValueError
    return number


def _number(number: Any) -> Fraction:
    if type(number) not in (int, float):
        raise ValueError
    return Fraction(number)


def _place(at: str, places: Sequence[Any]) -> int:
    place = int(at)
    if not 0 <= place < len(places):
        raise IndexError
    return place


def _panels(case: _Case) -> Iterator[Fault]:
    if not case.panels:
        yield Fault("panels.none")
    for number, (panel, weight) in enumerate(case.panels):
        if weight < 0:
            yield Fault("panel.weight", {"panel": number})
        for name, row in enumerate(case.rows):
            if not _keeps(panel, row):
                yield Fault("panel.target", {"panel": number, "row": name})
        if any(seats > case.most[orbit] for orbit, seats in panel.items()):
            yield Fault("panel.orbit", {"panel": number})
        lived_in: Counter[int] = Counter()
        for orbit, seats in panel.items():
            lived_in[case.kind[orbit]] += seats
        if any(seats > case.room[kind] for kind, seats in lived_in.items()):
            yield Fault("panel.household", {"panel": number})
    if abs(sum((weight for _, weight in case.panels), Fraction(-1))) > EXACT:
        yield Fault("panels.weights")


def _keeps(panel: Mapping[int, int], row: _Row) -> bool:
    total = sum(row.weights.get(orbit, 0) * seats for orbit, seats in panel.items())
    return (row.least is None or row.least <= total) and total <= row.most


def _chances(case: _Case) -> Iterator[Fault]:
    given = [Fraction(0)] * len(case.sizes)
    for panel, weight in case.panels:
        for orbit, seats in panel.items():
            given[orbit] += weight * seats
    for orbit, size in enumerate(case.sizes):
        if abs(given[orbit] / size - case.chances[orbit]) > EXACT:
            yield Fault("chance.wrong", {"orbit": orbit})


def _cuts(case: _Case) -> Iterator[Fault]:
    """Check each cut with the cuts before it."""
    for number, (cut, said) in enumerate(zip(case.cuts, case.said["cuts"], strict=True)):
        rows = [*case.rows, *case.cuts[:number]]
        bounds = ([0] * len(case.sizes), list(case.most))
        if said["proof"] is None or not _proves(case, rows, cut, said["proof"], bounds):
            yield Fault("cut.proof", {"cut": number})


def _proves(
    case: _Case, rows: Sequence[_Row], cut: _Row, tree: Mapping[str, Any], bounds: Bounds
) -> bool:
    """Say whether a tree leaves no whole panel beyond a cut, within bounds of each orbit."""
    waiting = [(tree, bounds)]
    while waiting:
        node, (least, most) = waiting.pop()
        if "orbit" not in node:
            if not _closes(case, rows, cut, node, (least, most)):
                return False
            continue
        orbit, at = node["orbit"], _whole(node["at"])
        below = [*most[:orbit], min(most[orbit], at), *most[orbit + 1 :]]
        above = [*least[:orbit], max(least[orbit], at + 1), *least[orbit + 1 :]]
        waiting += [(node["low"], (least, below)), (node["high"], (above, most))]
    return True


def _closes(
    case: _Case, rows: Sequence[_Row], cut: _Row, leaf: Mapping[str, Any], bounds: Bounds
) -> bool:
    """Say whether the rows of a leaf add up to less than one more than the cut allows.

    A leaf that is empty adds them up to less than nothing instead.
    """
    empty = leaf["empty"] is True
    left = {} if empty else {orbit: Fraction(n) for orbit, n in cut.weights.items()}
    total = _combine(rows, leaf["duals"], left)
    for kind, said in leaf["kinds"].items():
        dual, place = _number(said), _place(kind, case.room)
        if dual < 0:
            return False
        total += dual * case.room[place]
        for orbit in (at for at, each in enumerate(case.kind) if each == place):
            left[orbit] = left.get(orbit, Fraction(0)) - dual
    for orbit, rest in left.items():
        least, most = bounds[0][orbit], bounds[1][orbit]
        if least > most:
            return True
        total += rest * (most if rest > 0 else least)
    return total < (0 if empty else cut.most + 1)


def _combine(rows: Sequence[_Row], duals: Mapping[str, Any], left: dict[int, Fraction]) -> Fraction:
    """Add up rows by their multipliers; take them from what is left, and give their bound.

    A multiplier above zero takes the most of a row, one below zero its least.
    """
    total = Fraction(0)
    for name, said in duals.items():
        row, dual = rows[_place(name, rows)], _number(said)
        edge = row.most if dual > 0 else row.least
        if edge is None:
            raise ValueError
        total += dual * edge
        for orbit, weight in row.weights.items():
            left[orbit] = left.get(orbit, Fraction(0)) - dual * weight
    return total


def _levels(case: _Case) -> Iterator[Fault]:
    settled: dict[int, Fraction] = {}
    before = Fraction(0)
    for number, level in enumerate(case.said["levels"]):
        chance = _number(level["chance"])
        orbits = [_whole(orbit) for orbit in level["orbits"]]
        if chance < before - EXACT:
            yield Fault("level.order", {"level": number})
        if not orbits or any(orbit in settled for orbit in orbits):
            yield Fault("level.orbits", {"level": number})
            return
        if any(abs(case.chances[orbit] - chance) > NEAR for orbit in orbits):
            yield Fault("level.chance", {"level": number})
        if chance < _CERTAIN and not _bounds(case, level, chance, settled):
            yield Fault("level.proof", {"level": number})
        settled |= dict.fromkeys(orbits, chance)
        before = chance
    if settled.keys() != set(range(len(case.sizes))):
        yield Fault("levels.orbits")


def _bounds(
    case: _Case, level: Mapping[str, Any], chance: Fraction, settled: Mapping[int, Fraction]
) -> bool:
    """Say whether nobody of a level can have more, given those settled before."""
    weights = {
        orbit: _number(weight)
        for orbit, weight in zip(level["orbits"], level["weights"], strict=True)
    }
    if min(weights.values()) <= 0:
        return False
    left = {orbit: weight / case.sizes[orbit] for orbit, weight in weights.items()}
    most = _combine([*case.rows, *case.cuts], level["duals"], left)
    lack: dict[int, Fraction] = {}
    for orbit, rest in left.items():
        if orbit not in settled:
            kind = case.kind[orbit]
            lack[kind] = max(lack.get(kind, Fraction(0)), rest)
    most += sum(need * case.room[kind] for kind, need in lack.items())
    for orbit, known in settled.items():
        rest = left.get(orbit, Fraction(0)) - lack.get(case.kind[orbit], Fraction(0))
        most += rest * case.sizes[orbit] * known
    over = most - chance * sum(weights.values())
    return over <= NEAR * min(weights.values())


_PARTS: tuple[Callable[[_Case], Iterator[Fault]], ...] = (_panels, _chances, _cuts, _levels)
