"""Check a draw that `answerable draw` made: python3 tools/verify_draw_files.py DIR.

Standard library only, and none of the code that drew. H(label, rest) is HMAC-SHA256 with the seed
as key, over label, a zero byte, and rest. Of H("composition", i), i = 0, 1, ... in 8 bytes, the
first below the greatest multiple of the count picks the composition, modulo the count. Orbit by
orbit, members are taken by H("member", number), passing over who lives with somebody taken.

It cannot tell whether the lottery is the fairest (certificate.json proves that), whether the pool
is all who volunteered, or whether somebody tried many seeds.
"""

import csv
import hashlib
import hmac
import json
import sys
from collections import defaultdict
from pathlib import Path
from typing import Any

NEAR, EXACT = 0.001 + 1e-9, 1e-9  # how far chances may be from what is said
Seats = dict[str, int]


def need(ok: object, what: str) -> None:
    if not ok:
        raise ValueError(what)


def keyed(seed: bytes, label: str, rest: bytes) -> bytes:
    return hmac.digest(seed, label.encode() + b"\0" + rest, "sha256")


def ticket(seed: bytes, count: int) -> int:
    number, turn = 2**256, 0
    while number >= 2**256 // count * count:
        number = int.from_bytes(keyed(seed, "composition", turn.to_bytes(8, "big")), "big")
        turn += 1
    return number % count


def members(seed: bytes, lottery: Any, composition: Seats) -> list[str]:
    home = dict(zip(lottery["people"], lottery["households"], strict=True))
    taken: set[int] = set()
    panel: list[str] = []
    for at, orbit in enumerate(lottery["orbits"]):
        left = composition.get(str(at), 0)
        for one in sorted(orbit["members"], key=lambda name: keyed(seed, "member", name.encode())):
            if left and home[one] not in taken:
                taken.add(home[one])
                panel, left = [*panel, one], left - 1
        need(not left, f"orbit {at} has too few members")
    return panel


def groups(lottery: Any, draw: Any) -> list[tuple[Any, set[str]]]:
    values = [dict(zip(lottery["features"], o["values"], strict=True)) for o in lottery["orbits"]]
    return [
        (
            each,
            {str(at) for at, has in enumerate(values) if all(has[f] == v for f, v in each["of"])},
        )
        for each in draw["targets"]
    ]


def check_seats(lottery: Any, draw: Any, wanted: Any, seats: Seats, what: str) -> None:
    """Check that a composition has the seats, and meets every target."""
    need(sum(seats.values()) == draw["seats"], f"{what} has not {draw['seats']} seats")
    for at, number in seats.items():
        most = len(lottery["orbits"][int(at)]["members"])
        need(0 < number <= most, f"{what} has too much of orbit {at}")
    for target, inside in wanted:
        number = sum(n for at, n in seats.items() if at in inside)
        need(target["min"] <= number <= target["max"], f"{what} misses {target['of']}")


def check_chances(lottery: Any, parts: list[tuple[float, Seats]], near: float, what: str) -> None:
    """Check that panels with their weights give everybody the chance that is said."""
    need(abs(sum(weight for weight, _ in parts) - 1) < EXACT, f"the {what} do not add up to one")
    chances: dict[str, float] = defaultdict(float)
    for weight, seats in parts:
        need(weight >= 0, f"the {what} have a weight below nothing")
        for at, number in seats.items():
            chances[at] += weight * number
    for at, orbit in enumerate(lottery["orbits"]):
        given = chances[str(at)] / len(orbit["members"])
        need(abs(given - orbit["probability"]) <= near, f"the {what} give orbit {at} {given}")


def check(folder: Path) -> str:
    """Check everything; say what was drawn."""
    draw, lottery = (json.loads((folder / f"{n}.json").read_bytes()) for n in ("draw", "lottery"))
    for name, digest in draw["files"].items():
        said = hashlib.sha256((folder / name).read_bytes()).hexdigest()
        need(said == digest, f"{name} is not the file that was drawn with")
    named = [one for orbit in lottery["orbits"] for one in orbit["members"]]
    need(sorted(named) == sorted(set(lottery["people"])), "somebody is in no orbit, or in two")
    exact = [(panel["weight"], panel["seats"]) for panel in lottery["panels"]]
    equal = [(1 / len(lottery["compositions"]), seats) for seats in lottery["compositions"]]
    wanted = groups(lottery, draw)
    for what, parts, near in (("panels", exact, EXACT), ("compositions", equal, NEAR)):
        for number, (_, seats) in enumerate(parts):
            check_seats(lottery, draw, wanted, seats, f"number {number} of the {what}")
        check_chances(lottery, parts, near, what)
    chance = {one: orbit["probability"] for orbit in lottery["orbits"] for one in orbit["members"]}
    rows = list(csv.reader((folder / "probabilities.csv").read_text("utf-8").splitlines()))[1:]
    need({one: float(said) for one, said in rows} == chance, "probabilities.csv says otherwise")
    seed = bytes.fromhex(draw["seed"])
    need(ticket(seed, len(equal)) == draw["ticket"], "the seed picks another composition")
    panel = members(seed, lottery, lottery["compositions"][draw["ticket"]])
    need(sorted(panel) == sorted(draw["panel"]), "the seed picks other members")
    return f"OK: {len(panel)} of {len(named)} people, composition {draw['ticket']} of {len(equal)}"


if __name__ == "__main__":
    try:
        print(check(Path(sys.argv[1])))
    except (ValueError, KeyError, IndexError, TypeError, OSError, ZeroDivisionError) as problem:
        sys.exit(f"NOT OK: {problem}")
