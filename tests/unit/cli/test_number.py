"""A witness makes a number on its own machine."""

import re
import stat

from click.testing import CliRunner

from answerable.cli.app import build
from answerable.model.draw import promise_of


def run(*words):
    return CliRunner().invoke(build(), ["engage", "new-number", *words])


def test_the_number_is_kept_and_only_its_promise_shown(tmp_path):
    out = tmp_path / "number.txt"
    done = run("--out", str(out))
    assert done.exit_code == 0, done.output
    number = out.read_text().strip()
    assert re.fullmatch(r"[0-9a-f]{64}", number)
    assert stat.S_IMODE(out.stat().st_mode) == 0o600
    assert done.output.rstrip().endswith(promise_of(number))
    assert number not in done.output


def test_a_number_that_was_promised_is_not_lost(tmp_path):
    out = tmp_path / "number.txt"
    out.write_text("kept")
    done = run("--out", str(out))
    assert done.exception.code == "out.exists"
    assert out.read_text() == "kept"
    assert run("--out", str(tmp_path / "nowhere" / "n.txt")).exception.code == "out.unwritable"
