"""Messages that somebody passes on by hand, from the command line."""

from datetime import UTC, datetime, timedelta

import pytest
from click.testing import CliRunner

from answerable.cli.session import Session
from answerable.launch.outbox import outbox
from answerable.model.errors import Missing
from answerable.store.outbox import FOLDER, Message, Outbox

NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)
LATER = datetime(2126, 11, 24, 12, tzinfo=UTC)


def run(workspace, *arguments):
    done = CliRunner().invoke(outbox, arguments, obj=Session(workspace, None))
    if done.exception and not isinstance(done.exception, SystemExit):
        raise done.exception
    return done.output


def put(workspace, text="Your code is 123456.\n\nBye.", until=LATER):
    message = Message("01632 960 042", "Your code", text, until)
    return Outbox(workspace / FOLDER).put(message, NOW)


def test_messages_are_listed_shown_and_removed(tmp_path):
    assert run(tmp_path) == "Nothing waits.\n"
    name = put(tmp_path)
    assert name in run(tmp_path)
    assert "01632 960 042" in run(tmp_path)
    shown = run(tmp_path, "show", name)
    assert "Your code is 123456.\n\nBye.\n" in shown
    assert "Until: 2126-11-24 12:00 UTC" in shown
    run(tmp_path, "remove", name)
    assert run(tmp_path) == "Nothing waits.\n"


@pytest.mark.parametrize("name", ["nothing", "../vault.sqlite3", "20261124T120000Z-00000000"])
def test_only_messages_are_shown_and_removed(tmp_path, name):
    for verb in ("show", "remove"):
        with pytest.raises(Missing):
            run(tmp_path, verb, name)


def test_a_message_cannot_steer_a_terminal(tmp_path):
    name = put(tmp_path, "a\x1b[2Jb")
    assert "\x1b" not in run(tmp_path, "show", name)


def test_what_has_lost_its_use_goes(tmp_path):
    put(tmp_path, until=NOW + timedelta(minutes=30))
    assert run(tmp_path) == "Nothing waits.\n"
    assert list((tmp_path / FOLDER).iterdir()) == []


def test_a_message_is_kept_as_it_was(tmp_path):
    kept = Outbox(tmp_path / FOLDER)
    message = Message("a@b.example", "Panel: “Help”\nTo: c@d.example", "To: x\n\nTwo: y", LATER)
    assert repr(message).count("a@b") == 0
    found = kept.read(kept.put(message, NOW))
    assert (found.to, found.until) == (message.to, message.until)
    assert found.subject == "Panel: “Help” To: c@d.example"
    assert found.text == "To: x\n\nTwo: y\n"
    kept.forget("somebody", naming="Three")
    assert len(kept.list()) == 1
    kept.forget("a@b.example", naming="Three")
    assert kept.list() == []
    kept.put(message, NOW)
    kept.forget(naming="Two")
    assert kept.list() == []
