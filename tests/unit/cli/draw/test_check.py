"""``answerable verify draw``: what was drawn holds, and each claim fails by itself."""

import hashlib
import json

import pytest
from tests.unit.tools.test_verify_draw_files import CHANGES, drawn  # noqa: F401 - a fixture

from answerable.cli.app import build
from answerable.cli.running import run

CLAIMS = (
    "The files are those",
    "People with the same profile",
    "Whole panels",
    "The numbered compositions",
    "The seed picks",
    "No lottery within the targets",
)


def told(capsys, folder):
    status = run(build(), ["verify", "draw", str(folder)])
    said = capsys.readouterr()
    return status, said.out, said.err


def copied(drawn, place, **changed):  # noqa: F811
    """Copy a draw with some files said otherwise, their digests made right."""
    draw = json.loads((drawn / "draw.json").read_bytes())
    for each in drawn.iterdir():
        data = changed.get(each.stem, each.read_bytes())
        (place / each.name).write_bytes(data)
        if each.name != "draw.json":
            draw["files"][each.name] = hashlib.sha256(data).hexdigest()
    if "draw" not in changed:
        (place / "draw.json").write_text(json.dumps(draw), "utf-8")


def test_what_was_drawn_holds(drawn, capsys):  # noqa: F811
    status, out, _ = told(capsys, drawn)
    assert status == 0
    assert out.count("  holds") == len(CLAIMS)
    assert "It cannot prove" in out


def test_a_file_that_was_exchanged(drawn, tmp_path, capsys):  # noqa: F811
    copied(drawn, tmp_path)
    (tmp_path / "report.html").write_text("another", "utf-8")
    status, out, err = told(capsys, tmp_path)
    assert (status, "(code draw.changed)" in err) == (7, True)
    assert out.count("FAILS") == 1


def test_a_lottery_that_is_not_the_fairest(drawn, tmp_path, capsys):  # noqa: F811
    proof = json.loads((drawn / "certificate.json").read_bytes())
    proof["levels"][0]["chance"] -= 0.01
    copied(drawn, tmp_path, certificate=json.dumps(proof).encode())
    status, out, _ = told(capsys, tmp_path)
    assert status == 7
    assert out.count("FAILS") == 1
    assert "(leximin)" in next(line for line in out.splitlines() if "FAILS" in line)


@pytest.mark.parametrize("change", sorted(CHANGES))
def test_whatever_is_changed_does_not_hold(drawn, tmp_path, capsys, change):  # noqa: F811
    draw, lottery = (json.loads((drawn / f"{n}.json").read_bytes()) for n in ("draw", "lottery"))
    CHANGES[change](draw, lottery)
    copied(drawn, tmp_path, lottery=json.dumps(lottery).encode(), draw=b"")
    draw["files"]["lottery.json"] = hashlib.sha256(
        (tmp_path / "lottery.json").read_bytes()
    ).hexdigest()
    (tmp_path / "draw.json").write_text(json.dumps(draw), "utf-8")
    assert told(capsys, tmp_path)[0] in (2, 7)


def test_where_there_is_no_draw(tmp_path, capsys):
    status, _, err = told(capsys, tmp_path)
    assert (status, "(code draw.files)" in err) == (2, True)
