"""The checker of draws accepts what was drawn, and finds whatever was changed."""

import ast
import hashlib
import json
import re
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


def draw_in(place, *options, name="p{}"):
    rows = (
        f'"{name.format(n)}",{"young" if n % 3 else "old"},{"town" if n % 4 else "shore"},'
        f"Street {n // 2}"
        for n in range(30)
    )
    (place / "people.csv").write_bytes("\n".join(["id,age,place,street", *rows]).encode())
    (place / "targets.csv").write_text(TARGETS, "utf-8")
    named = [f"--targets={place}/targets.csv", f"--respondents={place}/people.csv"]
    more = ["--seats=5", f"--seed={SEED}", f"--out={place}/out", *options]
    assert run(build(), ["draw", *named, *more]) == 0
    return place / "out"


@pytest.fixture(scope="module")
def drawn(tmp_path_factory):
    return draw_in(tmp_path_factory.mktemp("drawn"), "--household-columns=street")


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


@pytest.mark.parametrize("end", ["\n", "\r", "\r\n", "\u2028", "\x1c", "\x85", '""', ","])
def test_whatever_an_id_holds(tmp_path, end):
    said = checked(draw_in(tmp_path, name=f"p{end}{{}}"))
    assert said[0] == 0, said


@pytest.mark.parametrize("method", ["maximin", "nash", "plain"])
def test_whatever_the_method(tmp_path, method):
    said = checked(draw_in(tmp_path, f"--method={method}"))
    assert said[0] == 0, said


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


def written(drawn, place, change):
    """Write a draw with something else in it, and the digests of all that, as a forger would.

    Args:
        change: is given everything that is read as JSON, and the rest as bytes, by name.
    """
    files = {
        each.name: json.loads(each.read_bytes()) if each.suffix == ".json" else each.read_bytes()
        for each in drawn.iterdir()
    }
    change(files)
    draw = files.pop("draw.json")
    for name, said in files.items():
        data = said if isinstance(said, bytes) else json.dumps(said).encode()
        (place / name).write_bytes(data)
        if name in draw["files"]:
            draw["files"][name] = hashlib.sha256(data).hexdigest()
    (place / "draw.json").write_text(json.dumps(draw), "utf-8")
    return place


def changed(name, old, new):
    """Give a change of some bytes in a file, once."""

    def change(files):
        assert old in files[name]
        files[name] = files[name].replace(old, new, 1)

    return change


def without(name, *, listed=False):
    def change(files):
        del files[name]
        if not listed:
            del files["draw.json"]["files"][name]

    return change


def rows_of(name, change):
    """Give a change of the rows below the heading."""

    def change_file(files):
        heading, *rows = files[name].splitlines(keepends=True)
        files[name] = b"".join([heading, *change(rows)])

    return change_file


def said(**more):
    return lambda files: files["draw.json"].update(more)


def target(**more):
    return lambda files: files["draw.json"]["targets"][0].update(more)


def other_bounds(files):
    target(max=4)(files)


def same_person_twice(files):
    lottery = files["lottery.json"]
    lottery["people"].append(lottery["people"][0])
    lottery["households"].append(lottery["households"][0])
    files["draw.json"]["people"] += 1


def another_key(wrong):
    def change(files):
        seats = files["lottery.json"]["compositions"][7]
        name = first(seats)
        seats[wrong(int(name))] = seats.pop(name)

    return change


def relabelled(files):
    files["draw.json"]["method"] = "bogus"
    without("certificate.json")(files)


def doubled(rows):
    return [*rows, rows[0]]


FORGED = {
    "a method that is not known": relabelled,
    "a method without a proof, and a proof": said(method="nash"),
    "no proof": without("certificate.json"),
    "no proof, though it is listed": without("certificate.json", listed=True),
    "no list of files": said(files={}),
    "a report not listed": lambda files: files["draw.json"]["files"].pop("report.html"),
    "a file more": lambda files: files["draw.json"]["files"].update({"draw.json": "0" * 64}),
    "others on the panel": lambda files: files.update(
        {"panel.csv": re.sub(rb"(?m)^p\d+", lambda m: m[0] + b"0", files["panel.csv"])}
    ),
    "nobody on the panel": rows_of("panel.csv", lambda rows: []),
    "one fewer on the panel": rows_of("panel.csv", lambda rows: rows[1:]),
    "somebody twice on the panel": rows_of("panel.csv", doubled),
    "another profile on the panel": changed("panel.csv", b"young", b"old"),
    "a feature twice on the panel": changed("panel.csv", b"street", b"age"),
    "nobody has a chance": rows_of("probabilities.csv", lambda rows: []),
    "somebody has no chance": rows_of("probabilities.csv", lambda rows: rows[1:]),
    "somebody has a chance twice": rows_of("probabilities.csv", doubled),
    "somebody else has a chance": rows_of("probabilities.csv", lambda rows: [*rows, b"x,0.1\n"]),
    "a chance is another": rows_of(
        "probabilities.csv", lambda rows: [re.sub(rb",0\.", b",0.9", rows[0]), *rows[1:]]
    ),
    "a chance is written otherwise": rows_of(
        "probabilities.csv", lambda rows: [rows[0].replace(b"\n", b"0\n"), *rows[1:]]
    ),
    "the least chance": said(least_probability=0.5),
    "how many people": said(people=3000),
    "how many seats": said(seats=6),
    "how many compositions": said(compositions=10_000),
    "how many of the pool meet a target": target(pool=29),
    "how many of the panel meet a target": target(seats=5),
    "other bounds than are proved": other_bounds,
    "somebody is in the pool twice": same_person_twice,
    "an orbit by another name": another_key("0{}".format),
    "an orbit from the end": another_key(lambda at: str(at - 8)),
    "parts of seats": lambda files: files["lottery.json"]["compositions"].__setitem__(
        7, {at: n / 2 for at, n in files["lottery.json"]["compositions"][7].items()}
    ),
}


@pytest.mark.parametrize("change", FORGED)
def test_a_forged_draw_is_found(drawn, tmp_path, change):
    status, out = checked(written(drawn, tmp_path, FORGED[change]))
    assert (status, out.startswith("NOT OK: ")) == (1, True), out


@pytest.mark.parametrize("change", CHANGES)
def test_whatever_is_changed_is_found(drawn, tmp_path, change):
    written(
        drawn,
        tmp_path,
        lambda files: CHANGES[change](files["draw.json"], files["lottery.json"]),
    )
    status, out = checked(tmp_path)
    assert (status, out.startswith("NOT OK: ")) == (1, True), out


def test_what_makes_no_sense_is_not_ok(drawn, tmp_path):
    for data in (b"", b"\xff", b"[]", b"null", b"[" * 100_000):
        (tmp_path / "draw.json").write_bytes(data)
        (tmp_path / "lottery.json").write_bytes(data)
        assert checked(tmp_path)[1].startswith("NOT OK: ")


@pytest.mark.parametrize("name", ["probabilities.csv", "panel.csv", "lottery.json", "report.html"])
def test_a_file_that_was_exchanged_is_found(drawn, tmp_path, name):
    for each in drawn.iterdir():
        (tmp_path / each.name).write_bytes(
            each.read_bytes() + (b"\n" if each.name == name else b"")
        )
    assert f"{name} changed" in checked(tmp_path)[1]
