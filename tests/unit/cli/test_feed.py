"""``answerable share hear-feed``: each message once; what is refused is told, line by line."""

from datetime import timedelta

import pytest

from answerable.cli.app import build
from answerable.cli.running import run
from answerable.loop.feed import signed
from answerable.model.base import moment_text
from answerable.model.clock import SystemClock
from answerable.model.signing import SigningKey

KEY = SigningKey(bytes(range(32)))
WORDS = {"en": "The river is rising."}


@pytest.fixture
def answerable(tmp_path, capsys):
    def call(*arguments):
        status = run(build(), ["--workspace", str(tmp_path / "w"), *map(str, arguments)])
        said = capsys.readouterr()
        return status, said.out, said.err

    call(
        "init", "--origin", "register.example", "--title", "A register",
        "--operator", "trust", "--operator-title", "The trust", "--invented",
    )  # fmt: skip
    return call


@pytest.fixture
def feed(tmp_path):
    now = SystemClock().now().replace(microsecond=0)
    hours = [moment_text(now + timedelta(hours=n)) for n in range(3)]
    declare = {"signal": "flood-warning", "area": "larch", "begins": hours[0], "ends": hours[2]}
    declare |= {"declaration": "larch-1", "post": WORDS, "reason": WORDS}
    said = {"v": 1, "register": "register.example", "sent": hours[0], "expires": hours[1]}
    path = tmp_path / "feed.jsonl"
    line = signed({**said, "message": "rising", "declare": declare}, KEY)
    path.write_bytes(line + b"\nnonsense\n" + line + b"\n")
    return path


def test_a_feed_is_heard(answerable, feed):
    hears = ("--as", "officer@trust", "share", "hear-feed", feed, "--key", KEY.public)
    status, out, err = answerable(*hears)
    assert status == 2
    assert out.count("Entry ") == 1
    assert err.startswith("Line 2:")
    assert err.count("(code feed.message)") == 1
    status, out, _ = answerable(*hears)
    assert (status, out) == (2, "")
    assert answerable("log")[1].count("signal.declared") == 1


@pytest.mark.parametrize("key", ["", "x", SigningKey(bytes(32)).public[:-4]])
def test_a_key_that_is_none_is_said_to_be_none(answerable, feed, key):
    status, out, err = answerable("--as", "officer@trust", "share", "hear-feed", feed, "--key", key)
    assert (status, out) == (2, "")
    assert "--key" in err
