"""Small pools with no room: every target is exactly what one panel of the pool has."""

import hashlib
from itertools import count

from answerable.science.sortition import Seats, Target


def numbers(name):
    """Whole numbers without end, the same for the same name."""
    for block in count():
        yield int.from_bytes(hashlib.sha256(f"{name}/{block}".encode()).digest()[:6], "big")


def tight(number, *, households=False, crossed=False):
    """Invent people, targets, seats and households; some panel always meets the targets."""
    draw = numbers(f"tight/{number}/{households}/{crossed}")
    size = 9 + next(draw) % 6
    values = [2 + next(draw) % 2 for _ in range(3 + next(draw) % 2)]
    people = [
        {f"f{at}": f"v{next(draw) % most}" for at, most in enumerate(values)} for _ in range(size)
    ]
    homes = [f"h{next(draw) % (size - 2)}" if households else f"h{at}" for at in range(size)]
    order = sorted(range(size), key=lambda _: next(draw))
    seats, panel, taken = 3 + next(draw) % (size // 2 - 1), [], set()
    for at in order:
        if homes[at] not in taken and len(panel) < seats:
            panel.append(people[at])
            taken.add(homes[at])
    targets = list(exact(panel, people))
    if crossed:
        pair = (("f0", people[0]["f0"]), ("f1", people[0]["f1"]))
        have = sum(all(person[f] == v for f, v in pair) for person in panel)
        targets.append(Target(pair, have, have))
    return people, targets, len(panel), homes if households else None


def exact(panel, people):
    """Seats for each value, exactly as many as a panel has."""
    pairs = sorted({pair for person in people for pair in person.items()})
    for feature, value in pairs:
        have = sum(person[feature] == value for person in panel)
        yield Seats(feature, value, have, have)


def bounds(targets):
    """The targets as the listing of panels takes them."""
    return {
        tuple(t.of) if isinstance(t, Target) else ((t.feature, t.value),): (t.min, t.max)
        for t in targets
    }
