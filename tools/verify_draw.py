"""Check the draws of a register by its public files: python3 tools/verify_draw.py DIR.

Standard library only, and none of the code that drew; docs/reference/public-files.md has the rule.
Seal and signatures: tools/verify_register.py. What profiles stand for: only an auditor can tell.
"""

import hashlib, hmac, json, sys
from collections import Counter
from collections.abc import Iterator
from itertools import count
from pathlib import Path
from typing import Any

COUNT, BUNDLE = 1_000, 256


def need(ok: object, what: str) -> None:
    if not ok:
        raise ValueError(what)


def blob(folder: Path, ref: Any) -> Any:
    data = (folder / "blob" / ref["sha256"]).read_bytes()
    need(hashlib.sha256(data).hexdigest() == ref["sha256"], "a file is not the one that was fixed")
    return json.loads(data)


def entries(folder: Path) -> Iterator[Any]:
    left, place = int((folder / "checkpoint").read_text("utf-8").split("\n")[1]), 0
    while left:
        *high, low = f"{place:,}".split(",")
        name = "".join(f"x{part:0>3}/" for part in high) + f"{low:0>3}"
        name += f".p/{left}" if left < BUNDLE else ""
        data, place = (folder / "tile" / "entries" / name).read_bytes(), place + 1
        while data:
            size = 2 + int.from_bytes(data[:2], "big")
            yield json.loads(data[2:size])
            data, left = data[size:], left - 1


def keyed(seed: bytes, label: str, rest: bytes) -> bytes:
    return hmac.digest(seed, label.encode() + b"\0" + rest, "sha256")


def ticket(seed: bytes) -> int:
    keys = (keyed(seed, "composition", turn.to_bytes(8, "big")) for turn in count())
    numbers = (int.from_bytes(key, "big") for key in keys)
    return next(number % COUNT for number in numbers if number < 2**256 // COUNT * COUNT)


def members(seed: bytes, lottery: Any) -> list[int]:
    home = {one: at for at, each in enumerate(lottery["households"]) for one in each}
    seats, panel = Counter(lottery["compositions"][ticket(seed)]), list[int]()
    for at, profile in enumerate(lottery["profiles"]):
        for one in sorted(profile, key=lambda one: keyed(seed, "member", str(one).encode())):
            if seats[at] and home.get(one, -one) not in {home.get(m, -m) for m in panel}:
                panel, seats[at] = [*panel, one], seats[at] - 1
    need(not any(seats.values()), "a profile has too few members")
    return sorted(panel)


class Panel:
    def __init__(self, folder: Path, seats: int) -> None:
        self.folder, self.seats, self.people, self.drawn = folder, seats, 0, set[int]()

    def committed(self, body: Any) -> None:
        self.body, self.promised, self.revealed = body, dict[str, str](), dict[str, str]()
        if first := "volunteers" in body:
            self.people, sealed = body["volunteers"], blob(self.folder, body["pool"])["commitments"]
            need(len(set(sealed)) == len(sealed) == self.people, "fingerprints are missing")
        self.lottery = lottery = blob(self.folder, body["lottery"])
        people = Counter(one for profile in lottery["profiles"] for one in profile)
        could = set(range(1, self.people + 1)) - self.drawn
        right = set(people) == could if first else set(people) <= could
        need(right and {*people.values()} == {1}, "the lot is not over those who can be drawn")
        sizes = Counter(map(len, lottery["compositions"]))
        need(sizes == {body.get("seats", self.seats): COUNT}, "it is not a thousand compositions")

    def put(self, witness: str, promise: str = "", number: str = "", **_: Any) -> None:
        if promise:
            need(not self.revealed and witness not in self.promised, "a promise comes too late")
            return self.promised.update({witness: promise})
        need(self.promised.keys() == {*self.body["seed"]["witnesses"]}, "a number came too soon")
        digest = hashlib.sha256(bytes.fromhex(number)).hexdigest()
        need(digest == self.promised[witness], f"{witness} revealed another number")
        return self.revealed.update({witness: number})

    def draw(self, body: Any) -> str:
        numbers = [self.revealed[witness] for witness in self.body["seed"]["witnesses"]]
        parts = map(bytes.fromhex, [self.body["lottery"]["sha256"], *numbers])
        seed = hashlib.sha256(b"answerable/seed/v1\n" + b"".join(parts)).digest()
        right = [seed.hex(), ticket(seed) + 1] == [body["seed"], body["ticket"]]
        need(right, "the numbers make another seed, or pick another composition")
        need(members(seed, self.lottery) == body["members"], "the seed picks other members")
        got = {(each["feature"], each["value"]): each["seats"] for each in body["totals"]}
        met = (t["min"] <= got[t["feature"], t["value"]] <= t["max"] for t in self.body["targets"])
        need(all(met), "a target is missed")
        self.drawn |= set(body["members"])
        return f"OK: {body['engagement']}, draw {body['draw']}: {len(body['members'])} members"


def check(folder: Path) -> Iterator[str]:
    found: dict[str, Panel] = {}
    for said in entries(folder):
        kind, body, panel = said["kind"], said["body"], found.get(said["body"].get("engagement"))
        if kind == "engagement.opened":
            found[body["engagement"]] = Panel(folder, body["seats"])
        elif panel and "lottery" in body:
            panel.committed(body)
        elif panel and kind in ("seed.promised", "seed.revealed"):
            panel.put(said["org"], **body)
        elif panel and kind == "panel.drawn" and said["kind_version"] > 1:
            yield panel.draw(body)


if __name__ == "__main__":
    try:
        print(*check(Path(sys.argv[1])), sep="\n")
    except (ValueError, KeyError, IndexError, TypeError, OSError, AttributeError) as problem:
        sys.exit(f"NOT OK: {problem}")
