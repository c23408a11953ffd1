"""Registrations that wait for a code: sealed under a token, for a time, for so many tries."""

from contextlib import closing
from datetime import UTC, datetime

import pytest

from answerable.model.errors import Missing, Refused
from answerable.store.registrations import LASTS, TRIES, Registrations

NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)
BODY = {"contact": {"name": "Zwicklethorne"}, "code": "123456"}


@pytest.fixture
def path(tmp_path):
    return tmp_path / "registrations.sqlite3"


@pytest.fixture
def kept(path):
    with closing(Registrations(path)) as made:
        yield made


def test_what_was_entered_can_be_read_with_the_token_alone(kept, path):
    token = kept.begin("panel", BODY, NOW)
    assert kept.find(token, "panel", NOW).body == BODY
    assert "Zwicklethorne" not in repr(kept.find(token, "panel", NOW))
    raw = path.read_bytes()
    for secret in (b"Zwicklethorne", b"123456", token.encode()):
        assert secret not in raw
    assert path.stat().st_mode & 0o777 == 0o600
    for wrong in ((token, "other", NOW), ("x" * 64, "panel", NOW), (token, "panel", NOW + LASTS)):
        with pytest.raises(Missing):
            kept.find(*wrong)


def test_tries_are_counted_by_everybody(kept, path):
    token = kept.begin("panel", BODY, NOW)
    with closing(Registrations(path)) as other:
        left = [
            each.attempt(token, "panel", NOW).tries
            for each in (kept, other) * 3
            if each.find(token, "panel", NOW).tries
        ]
        assert left == list(reversed(range(TRIES)))
        with pytest.raises(Refused):
            other.attempt(token, "panel", NOW)
    kept.renew(token, {**BODY, "code": "654321"})
    assert kept.attempt(token, "panel", NOW).body["code"] == "654321"


def test_what_is_finished_says_so_and_no_more(kept):
    token = kept.begin("panel", BODY, NOW)
    kept.finish(token)
    kept.renew(token, BODY)
    for found in (kept.find(token, "panel", NOW), kept.attempt(token, "panel", NOW)):
        assert found.finished
        assert found.body == {}
    kept.discard(token)
    with pytest.raises(Missing):
        kept.find(token, "panel", NOW)


def test_the_end_of_one_is_noticed_when_the_next_begins(kept, path):
    kept.begin("panel", BODY, NOW)
    kept.begin("panel", BODY, NOW + LASTS)
    with kept._database.reading() as connection:
        assert connection.execute("SELECT count(*) FROM begun").fetchone() == (1,)
