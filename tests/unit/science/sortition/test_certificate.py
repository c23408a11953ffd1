"""The certificate is accepted as written, and with anything in it changed it is not."""

import ast
import copy
import json
from functools import cache
from pathlib import Path

import pytest
from bench.pools import SHAPES, homes, pool
from tests.unit.science.sortition.small import tight

from answerable.science.sortition import (
    certificate,
    check,
    check_people,
    check_rules,
    checker,
    instance,
    lottery,
)

KINDS = ({}, {"households": True}, {"crossed": True})


@cache
def made(number, *flags):
    kind = dict.fromkeys(flags, True)
    people, targets, seats, homes = tight(number, **kind)
    found = lottery(instance(people, targets, seats=seats, households=homes))
    return json.dumps(certificate(found))


def fresh(number, *flags):
    return json.loads(made(number, *flags))


def codes(said):
    return {fault.code for fault in check(said)}


@cache
def with_cut():
    return next(number for number in range(100) if fresh(number)["cuts"])


@cache
def with_choice():
    """The number of a pool without cuts, with several panels and several levels below certainty."""
    return next(
        number
        for number in range(200)
        if not (said := fresh(number))["cuts"]
        and len(said["panels"]) > 2
        and sum(level["chance"] < 0.99 for level in said["levels"]) > 1
    )


@pytest.mark.parametrize("kind", KINDS, ids=str)
def test_certificates_are_accepted_and_are_about_the_pool(kind):
    for number in range(60):
        said = fresh(number, *kind)
        assert check(said) == []
        people, _, _, homes = tight(number, **kind)
        assert check_people(said, people, homes) == []


@pytest.mark.parametrize("shared", [False, True])
@pytest.mark.parametrize("name", ["mass", "cca"])
def test_so_are_those_of_pools_with_published_shapes(name, shared):
    shape = next(shape for shape in SHAPES if shape.name == name)
    people, targets = pool(shape)
    living = homes(shape) if shared else None
    found = lottery(instance(people, targets, seats=shape.seats, households=living))
    said = json.loads(json.dumps(certificate(found)))
    assert check(said) == []
    assert check_people(said, people, living) == []


def test_the_checker_stands_alone():
    source = Path(checker.__file__).read_text("utf-8")
    imported = {
        (node.module if isinstance(node, ast.ImportFrom) else node.names[0].name)
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.Import | ast.ImportFrom)
    }
    assert imported == {"collections", "collections.abc", "dataclasses", "fractions", "typing"}


def swap_panels_weights(said):
    first, second = said["panels"][:2]
    first["weight"], second["weight"] = second["weight"] + 1e-4, first["weight"] - 1e-4


def move_chance(said):
    said["chances"][0] += 1e-6


def drop_panel(said):
    said["panels"].pop()


def another_person(said):
    seats = said["panels"][0]["seats"]
    gone = next(iter(seats))
    seats[gone] -= 1
    come = next(str(at) for at in range(len(said["orbits"])) if str(at) not in seats)
    seats[come] = 1


def more_seats(said):
    seats = said["panels"][0]["seats"]
    seats[next(iter(seats))] += 1


def negative_weight(said):
    said["panels"][0]["weight"] = -said["panels"][0]["weight"]


def negative_seats(said):
    seats = said["panels"][0]["seats"]
    seats[next(iter(seats))] = -1


def tighter_target(said):
    said["targets"][0]["min"] += 1


def looser_seats(said):
    said["seats"] += 1


def no_weights(said):
    for level in said["levels"]:
        level["weights"] = [0.0] * len(level["weights"])


def other_duals(said):
    for level in said["levels"]:
        level["duals"] = {row: -2 * dual for row, dual in level["duals"].items()}


def no_duals(said):
    for level in said["levels"]:
        level["duals"] = {}


def larger_duals(said):
    for level in said["levels"]:
        level["duals"] = {row: 1.01 * dual for row, dual in level["duals"].items()}


def forgotten_orbit(said):
    level = max(said["levels"], key=lambda level: len(level["orbits"]))
    for name in ("orbits", "weights"):
        level[name].pop()


def empty_level(said):
    said["levels"][0]["orbits"] = []
    said["levels"][0]["weights"] = []


def forgotten_level(said):
    said["levels"].pop(0)


def repeated_orbit(said):
    for name in ("orbits", "weights"):
        said["levels"][-1][name].append(said["levels"][0][name][0])


def levels_the_other_way_round(said):
    said["levels"].reverse()


def lower_level(said):
    said["levels"][0]["chance"] -= 1e-5


def higher_level(said):
    said["levels"][0]["chance"] += 1e-5


def a_word_for_a_number(said):
    said["panels"][0]["weight"] = "all"


def not_a_number(said):
    said["panels"][0]["weight"] = float("nan")


def a_part_of_a_seat(said):
    seats = said["panels"][0]["seats"]
    seats[next(iter(seats))] = 1.0


def no_orbits(said):
    said["orbits"] = []


def unknown_row(said):
    said["levels"][0]["duals"]["99"] = 1.0


def unknown_orbit(said):
    said["panels"][0]["seats"]["999"] = 1


def nothing_said(said):
    said.clear()


MUTATIONS = [
    (swap_panels_weights, "chance.wrong"),
    (move_chance, "chance.wrong"),
    (drop_panel, "panels.weights"),
    (another_person, "panel.target"),
    (more_seats, "panel.target"),
    (negative_weight, "panel.weight"),
    (negative_seats, "certificate.form"),
    (tighter_target, "panel.target"),
    (looser_seats, "panel.target"),
    (no_weights, "level.proof"),
    (other_duals, "level.proof"),
    (no_duals, "level.proof"),
    (larger_duals, "level.proof"),
    (forgotten_orbit, "levels.orbits"),
    (empty_level, "level.orbits"),
    (forgotten_level, "levels.orbits"),
    (repeated_orbit, "level.orbits"),
    (levels_the_other_way_round, "level.order"),
    (lower_level, "level.chance"),
    (higher_level, "level.chance"),
    (a_word_for_a_number, "certificate.form"),
    (not_a_number, "certificate.form"),
    (a_part_of_a_seat, "certificate.form"),
    (no_orbits, "certificate.form"),
    (unknown_row, "certificate.form"),
    (unknown_orbit, "certificate.form"),
    (nothing_said, "certificate.form"),
]


@pytest.mark.parametrize(("change", "code"), MUTATIONS, ids=lambda it: getattr(it, "__name__", it))
def test_a_changed_certificate_is_refused_and_what_is_wrong_is_named(change, code):
    said = fresh(with_choice())
    change(said)
    assert code in codes(said)


def leaves(tree):
    if "orbit" in tree:
        return leaves(tree["low"]) + leaves(tree["high"])
    return [tree]


def sharper_cut(said):
    said["cuts"][0]["most"] -= 1


def heavier_cut(said):
    weights = said["cuts"][0]["weights"]
    heavy = max(weights, key=lambda at: weights[at])
    weights[heavy] += 50


def no_proof(said):
    said["cuts"][0]["proof"] = None


def proof_without_rows(said):
    for leaf in leaves(said["cuts"][0]["proof"]):
        leaf["duals"] = {}


def everything_empty(said):
    said["cuts"][0]["proof"] = {"empty": True, "duals": {}, "kinds": {}}


def a_branch_left_out(said):
    tree = said["cuts"][0]["proof"]
    said["cuts"][0]["proof"] = leaves(tree)[0] if "orbit" in tree else {"empty": False}


def a_cut_that_needs_itself(said):
    said["cuts"][0]["proof"] = {
        "empty": False,
        "duals": {str(len(said["targets"]) + 1): 1.0},
        "kinds": {},
    }


def kinds_below_nothing(said):
    for leaf in leaves(said["cuts"][0]["proof"]):
        leaf["kinds"] = {"0": -100.0}


@pytest.mark.parametrize(
    "change",
    [
        sharper_cut,
        heavier_cut,
        no_proof,
        proof_without_rows,
        everything_empty,
        a_branch_left_out,
        a_cut_that_needs_itself,
        kinds_below_nothing,
    ],
)
def test_a_cut_that_is_not_proved_is_refused(change):
    said = fresh(with_cut())
    change(said)
    assert codes(said) & {"cut.proof", "certificate.form"}


def test_without_its_cuts_a_level_is_not_proved():
    said = fresh(with_cut())
    rows = len(said["targets"]) + 1
    said["cuts"] = []
    for level in said["levels"]:
        level["duals"] = {row: dual for row, dual in level["duals"].items() if int(row) < rows}
    assert "level.proof" in codes(said)


def test_two_of_one_household_are_refused():
    for number in range(100):
        said = fresh(number, "households")
        shared = next((at for at, room in enumerate(said["kinds"]) if _orbits(said, at)[1:]), None)
        if shared is None:
            continue
        seats = said["panels"][0]["seats"]
        for orbit in _orbits(said, shared):
            seats[str(orbit)] = said["kinds"][shared]
        if "panel.household" in codes(said):
            return
    pytest.fail("no household that several orbits share")


def _orbits(said, kind):
    return [at for at, orbit in enumerate(said["orbits"]) if orbit["kind"] == kind]


def test_a_fairer_looking_lottery_cannot_be_claimed():
    """Every single number of the levels' chances, moved, is refused: there is one leximin."""
    said = fresh(with_choice())
    for place, level in enumerate(said["levels"]):
        if level["chance"] < 0.99:
            wrong = copy.deepcopy(said)
            wrong["levels"][place]["chance"] += 1e-4
            for orbit in level["orbits"]:
                wrong["chances"][orbit] += 1e-4
            assert "chance.wrong" in codes(wrong)


@pytest.mark.parametrize("households", [False, True])
def test_a_certificate_about_other_people_is_refused(households):
    flags = ("households",) if households else ()
    people, _, _, homes = tight(3, households=households)
    said = fresh(3, *flags)
    assert check_people(said, people[:-1], homes[:-1] if homes else None)
    changed = [{**people[0], "f0": "other"}, *people[1:]]
    assert check_people(said, changed, homes)
    said["kinds"][0] -= 1
    assert [fault.code for fault in check_people(said, people, homes)] == ["pool.kinds"]


def numbers(said, path=()):
    """Every place of a number in a certificate, but for the multipliers of proofs."""
    for key, value in said.items() if isinstance(said, dict) else enumerate(said):
        if key in ("duals", "weights", "proof") and path[:1] != ("panels",):
            continue
        if isinstance(value, dict | list):
            yield from numbers(value, (*path, key))
        elif isinstance(value, int | float):
            yield (*path, key)


@pytest.mark.parametrize("change", [1, -1, 0.01, -0.01, 1e-5])
@pytest.mark.parametrize("kind", KINDS, ids=str)
def test_no_number_can_be_changed(kind, change):
    """Where it is a number of another pool's true certificate, it is not about this pool."""
    people, targets, seats, homes = tight(with_choice(), **kind)
    rules = instance(people, targets, seats=seats, households=homes).targets
    committed = [{"of": rule.of, "min": rule.min, "max": rule.max} for rule in rules]
    for path in numbers(fresh(with_choice(), *kind)):
        said = fresh(with_choice(), *kind)
        at = said
        for key in path[:-1]:
            at = at[key]
        at[path[-1]] += change
        assert any(
            (check(said), check_rules(said, committed, seats), check_people(said, people, homes))
        ), path


def test_a_certificate_about_other_rules_is_refused():
    people, targets, seats, homes = tight(3)
    rules = instance(people, targets, seats=seats, households=homes).targets
    committed = [{"of": rule.of, "min": rule.min, "max": rule.max} for rule in rules]
    assert check_rules(fresh(3), committed, seats) == []
    assert [f.code for f in check_rules(fresh(3), committed, seats + 1)] == ["seats.other"]
    assert [f.code for f in check_rules(fresh(3), committed[1:], seats)] == ["targets.other"]
