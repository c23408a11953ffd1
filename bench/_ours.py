"""One whole draw by this project, as a process of its own: files in, the exact lottery out."""

import json
import sys
from pathlib import Path

from answerable.science.sortition import instance, lottery, read_people, read_targets
from bench.memory import peak


def main(folder: Path, seats: int, households: bool) -> None:
    """Read a pool and its targets, and write the chances of everybody."""
    targets = read_targets((folder / "targets.csv").read_text("utf-8"))
    text = (folder / "respondents.csv").read_text("utf-8")
    people = read_people(text, {target.feature for target in targets})
    homes = [rest["home"] for _, _, rest in people] if households else None
    made = instance([profile for _, profile, _ in people], targets, seats=seats, households=homes)
    found = lottery(made)
    chances = made.by_person(found.chances).tolist()
    size = {"panels": len(found.panels), "cuts": len(found.cuts), "mebibytes": peak()}
    sys.stdout.write(json.dumps({"chances": chances, **size}))


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]), sys.argv[3] == "households")
