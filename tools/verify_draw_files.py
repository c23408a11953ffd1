"""Check a draw that `answerable draw` made: python3 tools/verify_draw_files.py DIR.

Standard library only, and none of the code that drew. H(label, rest) is HMAC-SHA256 with the seed
as key, over label, a zero byte, and rest. Of H("composition", i), i = 0, 1, ... in 8 bytes, the
first below the greatest multiple of the count picks the composition, modulo the count. Orbit by
orbit, members are taken by H("member", number), passing over who lives with somebody taken.
What it cannot tell, such as whether the lottery is the fairest: docs/how-to/check-a-draw.md.
"""

import csv
import hashlib
import hmac
import io
import json
import sys
from pathlib import Path
from typing import Any

NEAR, EXACT = 0.001 + 1e-9, 1e-9  # how far chances may be from what is said
FILES = {"probabilities.csv", "panel.csv", "lottery.json", "report.html"}


def need(ok: object, what: str) -> None:
    if not ok:
        raise ValueError(what)


def keyed(seed: bytes, label: str, rest: bytes) -> bytes:
    return hmac.digest(seed, label.encode() + b"\0" + rest, "sha256")


def ticket(seed: bytes, count: int) -> int:
    keys = (keyed(seed, "composition", turn.to_bytes(8, "big")) for turn in range(2**63))
    numbers = (int.from_bytes(key, "big") for key in keys)
    return next(number for number in numbers if number < 2**256 // count * count) % count


def members(seed: bytes, lottery: Any, composition: dict[str, int]) -> list[str]:
    home = dict(zip(lottery["people"], lottery["households"], strict=True))
    taken: dict[int, str] = {}
    for at, orbit in enumerate(lottery["orbits"]):
        left = composition.get(str(at), 0)
        for one in sorted(orbit["members"], key=lambda name: keyed(seed, "member", name.encode())):
            if left and home[one] not in taken:
                taken[home[one]], left = one, left - 1
        need(not left, f"orbit {at} has too few members")
    return list(taken.values())


def meets(orbit: Any, target: Any) -> bool:
    return all(orbit["profile"][feature] == value for feature, value in target["of"])


def check_files(folder: Path, draw: Any) -> None:
    need(draw["method"] in ("leximin", "maximin", "nash", "plain"), "the method is not known")
    proof = {"certificate.json"} if draw["method"] == "leximin" else set()
    need(set(draw["files"]) == FILES | proof, "draw.json names other files than a draw has")
    for name, digest in draw["files"].items():
        need(hashlib.sha256((folder / name).read_bytes()).hexdigest() == digest, f"{name} changed")
    for said in (json.loads((folder / name).read_bytes())["targets"] for name in proof):
        same = [ours | theirs == ours for ours, theirs in zip(draw["targets"], said, strict=True)]
        need(all(same), "certificate.json has other targets")


def check_lottery(draw: Any, orbits: Any, parts: Any, near: float, what: str) -> None:
    sizes = {str(at): len(orbit["members"]) for at, orbit in enumerate(orbits)}
    wanted = [(t, {at for at in sizes if meets(orbits[int(at)], t)}) for t in draw["targets"]]
    chances = dict.fromkeys(sizes, 0.0)
    need(abs(sum(weight for weight, _ in parts) - 1) < EXACT, f"the {what} do not add up to one")
    for weight, seats in parts:
        need(weight >= 0 and sum(seats.values()) == draw["seats"], f"{what} of other seats")
        for at, number in seats.items():
            need(number in range(1, sizes.get(at, 0) + 1), f"{what} have {number} of orbit {at}")
            chances[at] += weight * number / sizes[at]
        for target, inside in wanted:
            number = sum(n for at, n in seats.items() if at in inside)
            need(target["min"] <= number <= target["max"], f"the {what} miss {target['of']}")
    for orbit, given in zip(orbits, chances.values(), strict=True):
        need(abs(given - orbit["probability"]) <= near, f"the {what} give others than are said")


def check_people(folder: Path, draw: Any, orbits: Any, people: list[str]) -> None:
    whose = {one: orbit for orbit in orbits for one in orbit["members"]}
    once = len(whose) == sum(len(orbit["members"]) for orbit in orbits) == draw["people"]
    need(once and sorted(whose) == sorted(people), "somebody is in no orbit, or is there twice")
    texts = ((folder / f"{name}.csv").read_bytes().decode() for name in ("probabilities", "panel"))
    said, (heading, *rows) = (list(csv.reader(io.StringIO(text, newline=""))) for text in texts)
    chances = [[one, f"{whose[one]['probability']:.12f}"] for one in people]
    need(said[1:] == chances, "probabilities.csv says otherwise")
    need(draw["least_probability"] == min(o["probability"] for o in orbits), "not the least chance")
    for one, row in zip(draw["panel"], rows, strict=True):
        cells = dict(zip(heading, row, strict=True))
        right = row[0] == one and len(cells) == len(row) and cells | whose[one]["profile"] == cells
        need(right, f"panel.csv says otherwise of {one}")
    for each in draw["targets"]:
        totals = [sum(meets(whose[one], each) for one in who) for who in (people, draw["panel"])]
        need([each["pool"], each["seats"]] == totals, f"the totals of {each['of']} are others")


def check(folder: Path) -> str:
    draw, lottery = (json.loads((folder / f"{n}.json").read_bytes()) for n in ("draw", "lottery"))
    check_files(folder, draw)
    orbits, lots = lottery["orbits"], lottery["compositions"]
    for orbit in orbits:
        orbit["profile"] = dict(zip(lottery["features"], orbit["values"], strict=True))
    panels = [(each["weight"], each["seats"]) for each in lottery["panels"]]
    check_lottery(draw, orbits, panels, EXACT, "panels")
    check_lottery(draw, orbits, [(1 / len(lots), seats) for seats in lots], NEAR, "compositions")
    check_people(folder, draw, orbits, lottery["people"])
    seed, at, count = bytes.fromhex(draw["seed"]), draw["ticket"], draw["compositions"]
    need(count == len(lots) and at == ticket(seed, count), "the seed picks another composition")
    need(sorted(members(seed, lottery, lots[at])) == sorted(draw["panel"]), "other members")
    return f"OK: {draw['seats']} of {draw['people']} people, composition {at} of {count}"


if __name__ == "__main__":
    try:
        print(check(Path(sys.argv[1])))
    except Exception as problem:  # noqa: BLE001 - whatever is wrong with files, they are not OK
        sys.exit(f"NOT OK: {problem}")
