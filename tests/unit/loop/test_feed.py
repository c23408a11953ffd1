"""A feed of signals: what a machine signed is heard once, in time, and nothing else is."""

import json
from datetime import timedelta

import pytest

from answerable.loop.feed import hear, signed
from answerable.model.base import moment_text
from answerable.model.signal import Signal
from answerable.model.signing import SigningKey

KEY, STRANGER = SigningKey(bytes(range(32))), SigningKey(bytes(32))
HOUR = timedelta(hours=1)
WORDS = {"en": "The river is rising."}


@pytest.fixture
def message(clock):
    """Give a message, with changes."""

    def make(name="rising-1", key=KEY, **changes):
        now = clock.now()
        declare = {
            "declaration": "larch-1",
            "signal": "flood-warning",
            "area": "larch",
            "begins": moment_text(now),
            "ends": moment_text(now + 10 * HOUR),
            "post": WORDS,
            "reason": WORDS,
        }
        said = {
            "v": 1,
            "message": name,
            "register": "register.example",
            "sent": moment_text(now),
            "expires": moment_text(now + HOUR),
            "declare": declare,
            **changes,
        }
        return signed({k: v for k, v in said.items() if v is not None}, key)

    return make


@pytest.fixture
def heard(loop, officer):
    """Hear lines; give how many entries each made, or what was wrong with it."""

    def hear_all(*lines):
        found = list(hear(loop, officer, lines, KEY.public))
        assert [each.line for each in found] == list(range(1, len(lines) + 1))
        return [each.problem.code if each.problem else len(each.entries) for each in found]

    return hear_all


def end(moment):
    return {"declaration": "larch-1", "ends": moment_text(moment), "reason": WORDS}


def test_what_a_feed_declares_is_in_force_and_says_so(loop, heard, message):
    assert heard(message()) == [1]
    signal = loop.state.get(Signal, "larch-1")
    assert (signal.source, signal.issuer, signal.area) == ("feed", "trust", "larch")


def test_what_a_feed_ends_is_over(loop, heard, message, clock):
    heard(message())
    clock.moment += HOUR
    soon = message("falling-1", declare=None, end=end(clock.moment + HOUR))
    late = message("falling-2", declare=None, end=end(clock.moment - HOUR / 2))
    assert heard(soon) == [1]
    assert loop.state.get(Signal, "larch-1").ends == clock.moment + HOUR
    assert heard(late) == [1]
    assert loop.state.get(Signal, "larch-1").ends == clock.moment


def test_a_message_is_heard_once(loop, heard, message, clock):
    first = message()
    assert heard(first, first) == [1, 0]
    size = loop.state.size
    clock.moment += 2 * HOUR
    assert heard(first) == [0]
    ends = message("falling", declare=None, end=end(clock.moment))
    assert heard(ends) == [1]
    clock.moment += HOUR
    assert heard(first, ends) == [0, 0]
    assert loop.state.size == size + 1


def changed(line, **changes):
    return json.dumps({**json.loads(line), **changes}).encode()


def test_what_is_not_signed_by_the_machine_is_not_believed(loop, heard, message):
    line = message()
    size = loop.state.size
    unsigned = {k: v for k, v in json.loads(line).items() if k != "signature"}
    area = changed(line, declare={**json.loads(line)["declare"], "area": "kirk"})
    assert heard(
        json.dumps(unsigned).encode(),
        message(key=STRANGER),
        area,
        changed(line, expires="2030-01-01T00:00:00Z"),
        changed(line, signature="A" * 86 + "=="),
    ) == ["feed.message", *["feed.signature"] * 4]
    assert loop.state.size == size


def test_how_it_is_written_does_not_matter(heard, message):
    assert heard(json.dumps(json.loads(message()), indent=None).encode() + b"\n") == [1]


def test_what_is_too_late_or_too_early_is_not_heard(heard, message, clock):
    late = message()
    clock.moment += 5 * HOUR
    early = message("rising-2")
    clock.moment -= 4 * HOUR
    assert heard(late, early) == ["feed.time", "feed.time"]


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"register": "another.example"}, "feed.register"),
        ({"message": "Rising 1"}, "feed.message"),
        ({"v": 2}, "feed.message"),
        ({"more": 1}, "feed.message"),
        ({"declare": None}, "feed.message"),
        ({"declare": {"declaration": "larch-1"}}, "feed.message"),
        ({"end": {}}, "feed.message"),
        (
            {"end": {"declaration": "x", "ends": "2026-05-04T10:00:00Z", "reason": WORDS}},
            "feed.message",
        ),
    ],
)
def test_what_is_no_message_is_refused(heard, message, changes, code):
    assert heard(message(**changes)) == [code]


@pytest.mark.parametrize("line", [b"", b"\n", b"{", b"[]", b"\xff", b"null", b'{"v":1.5}'])
def test_a_line_that_is_nothing_stops_no_other(heard, message, line):
    assert heard(line, message()) == ["feed.message", 1]


def test_a_refusal_of_the_register_stops_no_other(heard, message):
    other = message("rising-2")  # the same declaration under another name
    declare = {**json.loads(other)["declare"], "declaration": "larch-2"}
    assert heard(message(), other, message("rising-3", declare=declare)) == [
        1,
        "declaration.taken",
        1,
    ]
