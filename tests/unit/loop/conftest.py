"""A small live workspace with one organisation."""

from datetime import UTC, datetime

import pytest

from answerable.loop import Loop, SetClock, begin, welcome
from answerable.model.actor import Role
from answerable.model.text import en

NOW = datetime(2026, 5, 4, 9, 30, tzinfo=UTC)


def open_register(loop):
    return begin(
        loop,
        origin="register.example",
        title=en("A register"),
        operator="trust",
        operator_title=en("The trust"),
        stewards=3,
        quorum=2,
        languages=("en", "cy"),
        nature="invented",
    )


@pytest.fixture
def workspace(tmp_path):
    return tmp_path / "workspace"


@pytest.fixture
def clock():
    return SetClock(NOW)


@pytest.fixture
def loop(workspace, clock):
    with Loop(workspace, clock=clock) as loop:
        open_register(loop)
        welcome(loop, loop.actor(Role.STEWARD, "trust"), "council", en("Council"), invented=True)
        yield loop


@pytest.fixture
def officer(loop):
    return loop.actor(Role.OFFICER, "trust")
