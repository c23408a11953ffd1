"""One JSON object a line, and nothing but what it was told to say."""

import io
import json
import sys
from datetime import UTC, datetime

import pytest

from answerable.gateway import journal

NOW = datetime(2026, 3, 2, 12, tzinfo=UTC)


@pytest.fixture
def lines(monkeypatch):
    """The journal, and what it wrote."""
    out = io.StringIO()
    monkeypatch.setattr(sys, "stderr", out)
    logger = journal.begin(lambda: NOW)
    yield logger, lambda: [json.loads(line) for line in out.getvalue().split("\n") if line]
    logger.handlers.clear()


def test_a_line_says_when_what_and_its_fields(lines):
    logger, said = lines
    logger.info("open", extra={"listen": "127.0.0.1:1"})
    logger.warning("source", extra={"dataset": "homes", "code": "source.moved"})
    assert said() == [
        {
            "at": "2026-03-02T12:00:00Z",
            "level": "info",
            "event": "open",
            "listen": "127.0.0.1:1",
        },
        {
            "at": "2026-03-02T12:00:00Z",
            "level": "warning",
            "event": "source",
            "dataset": "homes",
            "code": "source.moved",
        },
    ]


def test_a_stack_is_never_written(lines):
    logger, said = lines
    try:
        raise ValueError("zqxj lives in Weir Wynd")  # noqa: TRY301 - that is the point
    except ValueError:
        logger.exception("failed", stack_info=True)
    (line,) = said()
    assert line == {"at": "2026-03-02T12:00:00Z", "level": "error", "event": "failed"}


@pytest.mark.parametrize("text", ["two\nlines", "\x1b[31mred", '"quoted"', "é", "\u2028"])
def test_a_line_is_one_line(lines, text):
    logger, said = lines
    logger.info("event", extra={"code": text})
    (line,) = said()
    assert line["code"] == text


def test_what_is_no_json_is_written_as_text(lines):
    logger, said = lines
    logger.info("event", extra={"day": NOW.date()})
    assert said()[0]["day"] == "2026-03-02"


def test_details_are_not_written(lines):
    logger, said = lines
    logger.debug("asked", extra={"subject": "zqxj"})
    assert said() == []


def test_to_begin_again_does_not_write_twice(monkeypatch):
    out = io.StringIO()
    monkeypatch.setattr(sys, "stderr", out)
    journal.begin(lambda: NOW)
    logger = journal.begin(lambda: NOW)
    logger.info("open")
    logger.handlers.clear()
    assert len(out.getvalue().splitlines()) == 1
    assert logger.propagate is False
