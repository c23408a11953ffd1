"""One whole draw by sortition-algorithms, as a process of its own, in an environment of its own."""

import json
import sys
from pathlib import Path
from typing import Any

from sortition_algorithms import CSVFileDataSource, SelectionData, Settings
from sortition_algorithms.committee_generation import leximin, maximin

from memory import peak  # beside this file


def main(folder: Path, seats: int, rule: str, method: str, solver: str) -> None:
    """Read a pool and its targets, work out their lottery, and write everybody's chances."""
    home = ["home"] if rule == "households" else []
    settings = Settings(
        id_column="id",
        columns_to_keep=["home"],
        check_same_address=bool(home),
        check_same_address_columns=home,
        selection_algorithm=method,
        solver_backend=solver,
    )
    source = CSVFileDataSource(
        features_file=folder / "targets.csv",
        people_file=folder / "respondents.csv",
        already_selected_file=None,
        selected_file=folder / "selected.csv",
        remaining_file=folder / "remaining.csv",
    )
    data = SelectionData(source)
    features, _ = data.load_features(seats)
    people, _ = data.load_people(settings, features)
    rules: dict[str, Any] = {
        "maximin": maximin.find_distribution_maximin,
        "leximin": leximin.find_distribution_leximin,
    }
    panels, weights, _ = rules[method](features, people, seats, home, solver)
    chances: dict[str, float] = {}
    for panel, weight in zip(panels, weights, strict=True):
        for member in panel:
            chances[member] = chances.get(member, 0.0) + weight
    everybody = [chances.get(member, 0.0) for member in people]
    size = {"panels": len(panels), "cuts": 0, "mebibytes": peak()}
    sys.stdout.write(json.dumps({"chances": everybody, **size}))


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]), *sys.argv[3:6])
