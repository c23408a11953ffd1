"""Invented pools with the shapes of real ones: as many people, seats and features as published.

Volunteers lean: each feature has values of unequal weight in the population, and people with some
values answer more often than others, as real pools do (older, more educated). Targets are the
population's share of the seats, rounded down and up, and loosened just enough that one panel of the
invented pool meets them all. Everything comes from a name, through SHA-256.
"""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass

from answerable.science.sortition import Seats


@dataclass(frozen=True, slots=True)
class Shape:
    """How large a pool is.

    Attributes:
        room: seats by which each target is wider on either side than one panel needs.
    """

    name: str
    people: int
    seats: int
    features: int
    room: int = 0


SHAPES = (
    Shape("mass", 70, 24, 5, room=1),
    Shape("sf_c", 161, 44, 7),
    Shape("example_small", 200, 20, 2),
    Shape("hd", 239, 30, 7),
    Shape("sf_b", 250, 20, 6),
    Shape("sf_a", 312, 35, 6),
    Shape("obf", 321, 30, 8),
    Shape("nexus", 342, 170, 5),
    Shape("sf_d", 404, 40, 6),
    Shape("cca", 825, 75, 4),
    Shape("sf_e", 1727, 110, 7),
    Shape("example_large", 2000, 200, 2),
)
"""The published shapes, in order of size."""

VALUES = (2, 4, 3, 5, 4, 3, 2, 4)
"""How many values each feature has, in turn."""

Person = dict[str, str]


def stream(name: str) -> Iterator[float]:
    """Give numbers from 0 to 1 without end, the same for the same name."""
    block = 0
    while True:
        digest = hashlib.sha256(f"{name}/{block}".encode()).digest()
        for start in range(0, 32, 8):
            yield int.from_bytes(digest[start : start + 8], "big") / 2**64
        block += 1


def pool(shape: Shape) -> tuple[list[Person], list[Seats]]:
    """Invent the people of a pool, and targets that they can meet."""
    numbers = stream(shape.name)
    shares = [_shares(numbers, VALUES[at % len(VALUES)]) for at in range(shape.features)]
    leaning = [[(0.4 + 1.2 * next(numbers)) * share for share in each] for each in shares]
    people = [
        {f"f{at}": f"v{_pick(next(numbers), weights)}" for at, weights in enumerate(leaning)}
        for _ in range(shape.people)
    ]
    return people, list(_targets(people, shares, shape))


def homes(shape: Shape) -> list[str]:
    """Invent households: about a third of people live with another volunteer."""
    numbers = stream(f"{shape.name}/homes")
    found: list[str] = []
    while len(found) < shape.people:
        size = 2 if next(numbers) < 0.2 else 1
        found += [f"h{len(found)}"] * size
    return found[: shape.people]


def _shares(numbers: Iterator[float], values: int) -> list[float]:
    weights = [0.3 + next(numbers) for _ in range(values)]
    return [weight / sum(weights) for weight in weights]


def _pick(number: float, weights: list[float]) -> int:
    left = number * sum(weights)
    for place, weight in enumerate(weights):
        left -= weight
        if left < 0:
            return place
    return len(weights) - 1


def _targets(people: list[Person], shares: list[list[float]], shape: Shape) -> Iterator[Seats]:
    """Give the shares of the seats, a seat wide, loosened to what one panel of the pool has."""
    panel = _near(people, shares, shape.seats)
    for at, each in enumerate(shares):
        for place, share in enumerate(each):
            have = sum(person[f"f{at}"] == f"v{place}" for person in panel)
            wanted = int(share * shape.seats)
            least, most = min(wanted, have) - shape.room, max(wanted + 1, have) + shape.room
            yield Seats(f"f{at}", f"v{place}", max(0, least), most)


def _near(people: list[Person], shares: list[list[float]], seats: int) -> list[Person]:
    """Choose a panel near the shares: each time somebody whose values lack the most."""
    lacking = {
        (f"f{at}", f"v{place}"): share * seats
        for at, each in enumerate(shares)
        for place, share in enumerate(each)
    }
    left, panel = list(people), list[Person]()
    for _ in range(seats):
        person = max(left, key=lambda person: sum(lacking[pair] for pair in person.items()))
        left.remove(person)
        panel.append(person)
        for pair in person.items():
            lacking[pair] -= 1
    return panel
