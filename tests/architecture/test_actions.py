"""Every action is declared once, and every door follows from the declaration."""

import click
import pytest

from answerable.cli.app import build
from answerable.model.command import ACTIONS, RULES, bodies_of, is_flat
from answerable.model.entry import KINDS, Unknown
from answerable.model.roles import MAY
from answerable.model.state import APPLIERS
from answerable.words.entries import lines


@pytest.mark.parametrize("verb", sorted(ACTIONS))
def test_a_command_is_flat_or_names_its_page(verb):
    command = ACTIONS[verb].command
    assert is_flat(command) != (command.page is not None)


def test_every_kind_has_a_row_a_rule_an_effect_a_line_and_an_action():
    kinds = {body for body in KINDS.values() if body is not Unknown}
    assert {body.kind.name for body in kinds} == set(MAY)
    assert kinds == set(RULES)
    assert kinds == set(APPLIERS)
    assert kinds == bodies_of(ACTIONS.values())
    assert {body.kind.name for body in kinds} == set(lines())


@pytest.mark.parametrize("verb", sorted(ACTIONS))
def test_every_action_is_a_command_under_its_stage(verb):
    action = ACTIONS[verb]
    group = build().commands[action.stage]
    assert isinstance(group, click.Group)
    names = {param.name for param in group.commands[verb].params}
    wanted = set(action.command.model_fields) if is_flat(action.command) else {"file"}
    assert names == wanted | {"command_id"}
