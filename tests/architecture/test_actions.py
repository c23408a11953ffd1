"""Every action is declared once, and every door follows from the declaration."""

import click
import pytest

from answerable.cli.app import build
from answerable.model import earlier
from answerable.model.command import ACTIONS, RULES, bodies_of, is_flat
from answerable.model.entry import KINDS, newest
from answerable.model.roles import MAY
from answerable.model.state import APPLIERS
from answerable.words.entries import lines


@pytest.mark.parametrize("verb", sorted(ACTIONS))
def test_a_command_is_flat_or_names_its_page(verb):
    command = ACTIONS[verb].command
    assert is_flat(command) != (command.page is not None)


def test_every_kind_has_a_row_a_rule_an_effect_a_line_and_an_action():
    assert {kind.name for kind in KINDS} == set(MAY) == set(lines())
    assert set(KINDS.values()) == set(RULES), "a rule for every version, for ever"
    said = {newest(kind.name) for kind in KINDS}
    assert said == set(APPLIERS)
    assert said == bodies_of(ACTIONS.values())


def test_earlier_versions_are_in_their_own_room_and_nothing_else_is():
    was = {body for body in KINDS.values() if body is not newest(body.kind.name)}
    assert was == {body for body in KINDS.values() if body.__module__ == earlier.__name__}
    assert [body for body in KINDS.values() if body not in was and "upcast" in vars(body)] == []


@pytest.mark.parametrize("verb", sorted(ACTIONS))
def test_every_action_is_a_command_under_its_stage(verb):
    action = ACTIONS[verb]
    group = build().commands[action.stage]
    assert isinstance(group, click.Group)
    names = {param.name for param in group.commands[verb].params}
    wanted = set(action.command.model_fields) if is_flat(action.command) else {"file"}
    assert names == wanted | {"command_id"}
