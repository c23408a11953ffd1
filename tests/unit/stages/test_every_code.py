"""Every code that a stage can refuse with has a case in the test of that stage."""

import importlib

import pytest
from tests.unit.stages.table import codes_of, sortition_codes

from answerable.model.command import ACTIONS, RULES, is_flat, twin
from answerable.model.errors import Invalid, Refused
from answerable.stages import STAGES
from answerable.words import sentences

NO_CASE = {
    ("engage", "seats.form"): "the seats of a panel are a whole number",
    ("engage", "seats.none"): "a panel has three seats at the least",
    ("engage", "lottery.uneven"): "rare: see the tests of the sortition",
    ("engage", "register.unknown"): "there is no panel without a register",
    ("engage", "pool.homes"): "it needs households: a test of its own among those of draws",
    ("engage", "targets.beyond"): "files have flex bounds, entries none",
    ("engage", "people.many"): "a file of people is no action: see the tests of the loop",
    ("engage", "pool.upload"): "a file of people is no action: see the tests of the loop",
    ("engage", "replacement.both"): "nobody stays who left: a rule sees to it",
    ("engage", "replacement.target"): "who stays was drawn within the targets",
    ("engage", "dataset.unknown"): "whatever is asked for was described before",
    ("assess", "dataset.unknown"): "whatever is asked for was described before",
    ("decide", "engagement.unknown"): "a recommendation is always of a panel",
}


def cases_of(stage):
    for module in modules_of(stage):
        yield from module.CASES


def modules_of(stage):
    names = {"engage": ("engage", "pool", "draw")}.get(stage, (stage,))
    return [importlib.import_module(f"tests.unit.stages.test_{name}") for name in names]


@pytest.mark.parametrize("stage", STAGES)
def test_every_code_has_a_case_and_every_case_a_code(stage):
    tested = {case.code for case in cases_of(stage)}
    assert {code for code in codes_of(stage) if (stage, code) not in NO_CASE} == tested


@pytest.mark.parametrize("stage", STAGES)
def test_every_kind_is_said_in_some_case(stage):
    tests = modules_of(stage)
    cases = [case for test in tests for case in (*test.CASES, *getattr(test, "ALLOWED", ()))]
    names = {case.kind for case in cases} | {type(case.body) for case in cases}
    assert {body for body, (room, _) in RULES.items() if room == stage} <= names


@pytest.mark.parametrize("code", sorted({code for stage in STAGES for code in codes_of(stage)}))
def test_every_code_has_words(code):
    known = sentences()
    assert code in known or f"*.{code.rpartition('.')[2]}" in known


def test_the_reader_of_codes_finds_them():
    assert {"signal.long", "declaration.taken", "declaration.unknown"} <= codes_of("share")
    assert {"grant.columns", "reason.elsewhere", "risk.unknown"} <= codes_of("decide")
    assert {"targets.sum", "csv.row", "pool.erased"} <= codes_of("engage")
    assert "proposal.routed" in codes_of("assess")
    assert "people.repeated" in sortition_codes()
    with pytest.raises(ModuleNotFoundError):
        codes_of("nothing")


def test_every_stage_has_actions_and_rules():
    assert {action.stage for action in ACTIONS.values()} == set(STAGES)
    assert {stage for stage, _ in RULES.values()} == set(STAGES)


@pytest.mark.parametrize("verb", sorted(ACTIONS))
def test_every_command_is_flat_or_names_its_page(verb):
    command = ACTIONS[verb].command
    assert is_flat(command) or command.page
    assert command.__doc__, "the words of a page come from it"


def test_a_twin_answers_yes_or_no():
    def check(state, body, said):
        if body:
            raise body

    can = twin(check)
    assert can(None, None, None)
    assert not can(None, Refused("a.code"), None)
    assert not can(None, Invalid("a.code"), None)
    with pytest.raises(ZeroDivisionError):
        can(None, ZeroDivisionError(), None)
