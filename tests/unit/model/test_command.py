from datetime import date, datetime
from typing import Annotated, Literal

import pytest

from answerable.model.base import Day, Frozen, Moment, Slug
from answerable.model.command import ACTIONS, Command, Said, action, bodies_of, is_flat, says
from answerable.model.limits import Limit, Pattern
from answerable.model.text import Text
from answerable.model.vision import MissionSet, VisionPublished
from answerable.stages.envision import PublishVision, SetMission


class HTMLPage(Command):
    """As an example."""


class Add2Columns(Command):
    """As an example."""


@pytest.mark.parametrize(
    ("command", "verb"),
    [
        (PublishVision, "publish-vision"),
        (SetMission, "set-mission"),
        (Add2Columns, "add2-columns"),
        (HTMLPage, "htmlpage"),
    ],
)
def test_the_verb_is_the_name(command, verb):
    assert command.verb() == verb


def test_verbs_are_those_of_their_commands():
    assert all(verb == one.verb == one.command.verb() for verb, one in ACTIONS.items())
    assert len({one.command for one in ACTIONS.values()}) == len(ACTIONS)


class Pair(Frozen):
    one: int
    two: int


@pytest.mark.parametrize(
    ("wanted", "flat"),
    [
        (str, True),
        (int, True),
        (bool, True),
        (bytes, True),
        (Text, True),
        (Slug, True),
        (Pattern, True),
        (Day, True),
        (Moment, True),
        (date, True),
        (datetime, True),
        (Literal["a", "b"], True),
        (Slug | None, True),
        (Annotated[Text | None, "note"], True),
        (tuple[Slug, ...], True),
        (dict[str, str], True),
        (dict[Pattern, Text], True),
        (Pair, False),
        (Pair | None, False),
        (tuple[Pair, ...], False),
        (dict[str, Pair], False),
        (Limit, False),
        (float, False),
    ],
)
def test_what_a_form_can_be_made_from(wanted, flat):
    command = type("Example", (Command,), {"__annotations__": {"field": wanted}})
    assert is_flat(command) is flat


def test_an_action_that_says_one_body():
    said = ACTIONS["set-mission"]
    assert said.yields == (MissionSet,)
    assert said.stage == "envision"
    assert bodies_of([said, ACTIONS["publish-vision"]]) == {MissionSet, VisionPublished}


def test_actions_are_declared_by_their_verb():
    class RaiseFlag(Command):
        """As an example."""

        mission: Slug

    try:
        says(RaiseFlag, MissionSet)
        assert ACTIONS["raise-flag"].stage == "test_command"

        @action(RaiseFlag, VisionPublished)
        def raise_flag(_state, _command, _ctx):
            yield from ()

        assert ACTIONS["raise-flag"].run is raise_flag
        assert ACTIONS["raise-flag"].yields == (VisionPublished,)
    finally:
        del ACTIONS["raise-flag"]


def test_who_says_it_and_when():
    said = Said("council", datetime(2026, 1, 31))  # noqa: DTZ001 - any moment will do
    with pytest.raises(AttributeError):
        said.org = "health"
