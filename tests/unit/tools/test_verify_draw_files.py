"""The checker of draws accepts what was drawn, and finds whatever was changed."""

import ast
import hashlib
import json
import subprocess
import sys
from pathlib import Path

import pytest

from answerable.cli.app import build
from answerable.cli.running import run

TOOL = Path(__file__).parents[3] / "tools" / "verify_draw_files.py"
LINES = 120
SEED = hashlib.sha256(b"another seed").hexdigest()
TARGETS = "feature,value,min,max\nage,young,2,3\nage,old,2,3\nplace,town,3,3\nplace,shore,2,2\n"


@pytest.fixture(scope="module")
def drawn(tmp_path_factory):
    place = tmp_path_factory.mktemp("drawn")
    rows = (
        f"p{n},{'young' if n % 3 else 'old'},{'town' if n % 4 else 'shore'},Street {n // 2}"
        for n in range(30)
    )
    (place / "people.csv").write_text("\n".join(["id,age,place,street", *rows]), "utf-8")
    (place / "targets.csv").write_text(TARGETS, "utf-8")
    named = [f"--targets={place}/targets.csv", f"--respondents={place}/people.csv"]
    more = ["--seats=5", f"--seed={SEED}", f"--out={place}/out", "--household-columns=street"]
    assert run(build(), ["draw", *named, *more]) == 0
    return place / "out"


def checked(folder):
    done = subprocess.run(
        [sys.executable, TOOL, folder], capture_output=True, text=True, check=False
    )
    return done.returncode, done.stdout + done.stderr


def test_it_is_short_and_needs_nothing():
    source = TOOL.read_text("utf-8")
    assert len(source.splitlines()) <= LINES
    names = {
        name.name.partition(".")[0]
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.Import | ast.ImportFrom)
        for name in node.names
        if isinstance(node, ast.Import)
    }
    assert names <= sys.stdlib_module_names


def test_what_was_drawn_is_accepted(drawn):
    status, said = checked(drawn)
    assert (status, said.startswith("OK: 5 of 30 people")) == (0, True), said


def another(seed):
    return hashlib.sha256(seed.encode()).hexdigest()


def first(seats):
    return next(iter(seats))


CHANGES = {
    "another seed": lambda d, lot: d.update(seed=another(d["seed"])),
    "another ticket": lambda d, lot: d.update(ticket=(d["ticket"] + 1) % 1000),
    "another member": lambda d, lot: d["panel"].__setitem__(
        0, next(p for p in lot["people"] if p not in d["panel"])
    ),
    "a member too few": lambda d, lot: d["panel"].pop(),
    "another weight": lambda d, lot: lot["panels"][0].update(
        weight=lot["panels"][0]["weight"] + 1e-6
    ),
    "a weight below nothing": lambda d, lot: lot["panels"].append(
        {"weight": -0.0001, "seats": lot["panels"][0]["seats"]}
    ),
    "a seat more": lambda d, lot: lot["compositions"][7].update(
        {first(lot["compositions"][7]): lot["compositions"][7][first(lot["compositions"][7])] + 1}
    ),
    "other compositions": lambda d, lot: lot.update(compositions=lot["compositions"][:1] * 1000),
    "another chance": lambda d, lot: lot["orbits"][0].update(
        probability=lot["orbits"][0]["probability"] + 1e-6
    ),
    "another target": lambda d, lot: d["targets"][0].update(max=d["targets"][0]["min"]),
    "somebody twice": lambda d, lot: lot["orbits"][0]["members"].append(
        lot["orbits"][1]["members"][0]
    ),
    "somebody gone": lambda d, lot: lot["orbits"][0]["members"].pop(),
    "others at home": lambda d, lot: lot.update(households=[0] * len(lot["people"])),
    "no compositions": lambda d, lot: lot.update(compositions=[]),
}


@pytest.mark.parametrize("change", CHANGES)
def test_whatever_is_changed_is_found(drawn, tmp_path, change):
    draw, lottery = (
        json.loads((drawn / f"{name}.json").read_bytes()) for name in ("draw", "lottery")
    )
    CHANGES[change](draw, lottery)
    files = {each.name: each.read_bytes() for each in drawn.iterdir()}
    files["lottery.json"] = json.dumps(lottery).encode()
    draw["files"]["lottery.json"] = hashlib.sha256(files["lottery.json"]).hexdigest()
    files["draw.json"] = json.dumps(draw).encode()
    for name, data in files.items():
        (tmp_path / name).write_bytes(data)
    status, said = checked(tmp_path)
    assert (status, said.startswith("NOT OK: ")) == (1, True), said


@pytest.mark.parametrize("name", ["probabilities.csv", "panel.csv", "lottery.json", "report.html"])
def test_a_file_that_was_exchanged_is_found(drawn, tmp_path, name):
    for each in drawn.iterdir():
        (tmp_path / each.name).write_bytes(
            each.read_bytes() + (b"\n" if each.name == name else b"")
        )
    assert f"{name} is not the file" in checked(tmp_path)[1]
