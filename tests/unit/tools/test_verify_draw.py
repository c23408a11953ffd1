"""The checker of a register's draws accepts them, and finds whatever was changed."""

import ast
import hashlib
import json
import subprocess
import sys
from pathlib import Path

import pytest
from tests.worlds import story

from answerable.model.signing import canonical
from answerable.science.tlog import Tree, leaf_hash, pack_bundle

TOOL = Path(__file__).parents[3] / "tools" / "verify_draw.py"
LINES = 120


def checked(folder):
    done = subprocess.run(
        [sys.executable, "-I", TOOL, folder], capture_output=True, text=True, check=False
    )
    return done.returncode, done.stdout + done.stderr


def test_it_is_short_and_needs_nothing():
    source = TOOL.read_text("utf-8")
    assert len(source.splitlines()) <= LINES
    names = {
        (name.name if isinstance(node, ast.Import) else str(node.module)).partition(".")[0]
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.Import | ast.ImportFrom)
        for name in node.names
    }
    assert names <= sys.stdlib_module_names


@pytest.fixture(scope="module")
def told():
    """The bodies of the story and its blobs."""
    from tests.worlds import before

    return [json.loads(entry.data) for entry in story()], before(None).room.blobs


def written(folder, entries, blobs):
    """Write what the tool reads of public files."""
    data = [canonical(said) for said in entries]
    root = Tree(leaf_hash(one) for one in data).root()
    (folder / "checkpoint").write_text(f"register.example\n{len(data)}\n{root.hex()}\n", "utf-8")
    place = folder / "tile" / "entries"
    place.mkdir(parents=True)
    for start in range(0, len(data), 256):
        part = data[start : start + 256]
        name = f"{start // 256:03}" + (f".p/{len(part)}" if len(part) < 256 else "")
        (place / name).parent.mkdir(exist_ok=True)
        (place / name).write_bytes(pack_bundle(part))
    (folder / "blob").mkdir()
    for digest, content in blobs.items():
        (folder / "blob" / digest).write_bytes(content)
    return folder


def test_the_draws_of_a_register_are_accepted(told, tmp_path):
    status, said = checked(written(tmp_path, *told))
    assert status == 0, said
    assert said.splitlines() == [
        "OK: flood-panel, draw 1: 4 members",
        "OK: flood-panel, draw 2: 1 members",
    ]


def test_a_register_of_more_than_one_bundle_is_read(told, tmp_path):
    entries, blobs = told
    status, said = checked(written(tmp_path, [entries[0]] * 600 + entries, blobs))
    assert (status, said.count("OK")) == (0, 2), said


def body(entries, kind, number=0):
    return [said["body"] for said in entries if said["kind"] == kind][number]


def lottery(entries, blobs, edit, number=0):
    """Publish another lottery, and make the seed fit it."""
    kind = "replacement.committed" if number else "pool.committed"
    said = body(entries, kind)
    data = json.loads(blobs[said["lottery"]["sha256"]])
    edit(data)
    content = canonical(data)
    said["lottery"]["sha256"] = digest = hashlib.sha256(content).hexdigest()
    blobs[digest] = content
    numbers = [body(entries, "seed.revealed", 2 * number + at)["number"] for at in (0, 1)]
    parts = b"".join(map(bytes.fromhex, (digest, *numbers)))
    seed = hashlib.sha256(b"answerable/seed/v1\n" + parts).hexdigest()
    body(entries, "panel.drawn", number)["seed"] = seed


def unseat(data):
    data["profiles"][0] = data["profiles"][0][1:]


CHANGES = {
    "another member": (
        lambda e, b: body(e, "panel.drawn")["members"].__setitem__(0, 1),
        "other members",
    ),
    "another ticket": (lambda e, b: body(e, "panel.drawn").update(ticket=1), "another composition"),
    "another seed": (lambda e, b: body(e, "panel.drawn").update(seed="0" * 64), "another seed"),
    "a target missed": (
        lambda e, b: body(e, "panel.drawn")["totals"][0].update(seats=4),
        "target is missed",
    ),
    "a number that was not promised": (
        lambda e, b: body(e, "seed.revealed").update(number="0c" * 32),
        "revealed another number",
    ),
    "a number before all promised": (
        lambda e, b: e.remove(next(s for s in e if s["kind"] == "seed.promised")),
        "too soon",
    ),
    "a number missing": (
        lambda e, b: e.remove(next(s for s in e if s["kind"] == "seed.revealed")),
        "",
    ),
    "a promise after a number": (
        lambda e, b: e.insert(
            e.index(next(s for s in e if s["kind"] == "seed.revealed")) + 1,
            next(s for s in e if s["kind"] == "seed.promised"),
        ),
        "too late",
    ),
    "a lottery that is another": (
        lambda e, b: b.update({body(e, "pool.committed")["lottery"]["sha256"]: b"{}"}),
        "not the one",
    ),
    "a volunteer left out": (lambda e, b: lottery(e, b, unseat), "those who can be drawn"),
    "a volunteer twice": (
        lambda e, b: lottery(e, b, lambda d: d["profiles"].append([1])),
        "those who can be drawn",
    ),
    "a stranger": (
        lambda e, b: lottery(e, b, lambda d: d["profiles"].append([13])),
        "those who can be drawn",
    ),
    "a member drawn again": (
        lambda e, b: lottery(e, b, lambda d: d["profiles"].append([2]), 1),
        "those who can be drawn",
    ),
    "too few compositions": (
        lambda e, b: lottery(e, b, lambda d: d["compositions"].pop()),
        "thousand",
    ),
    "a composition with a seat more": (
        lambda e, b: lottery(e, b, lambda d: d["compositions"][5].append(0)),
        "thousand",
    ),
    "fingerprints missing": (
        lambda e, b: body(e, "pool.committed").update(volunteers=13),
        "fingerprints are missing",
    ),
    "nothing drawn from": (
        lambda e, b: body(e, "pool.committed")["lottery"].update(sha256="0" * 64),
        "",
    ),
}


@pytest.mark.parametrize("name", CHANGES)
def test_whatever_was_changed_shows(name, told, tmp_path):
    entries, blobs = json.loads(json.dumps(told[0])), dict(told[1])
    edit, what = CHANGES[name]
    edit(entries, blobs)
    status, said = checked(written(tmp_path, entries, blobs))
    assert status == 1, said
    assert "NOT OK" in said
    assert what in said


def test_another_order_of_compositions_draws_other_members(told, tmp_path):
    """The seed covers the lottery, so it cannot be changed once numbers are known."""
    entries, blobs = json.loads(json.dumps(told[0])), dict(told[1])
    lottery(entries, blobs, lambda data: data["compositions"].reverse())
    status, said = checked(written(tmp_path, entries, blobs))
    assert (status, "NOT OK" in said) == (1, True), said


def test_nothing_there_is_a_fault(tmp_path):
    status, said = checked(tmp_path / "nothing")
    assert status == 1
    assert said.startswith("NOT OK")
