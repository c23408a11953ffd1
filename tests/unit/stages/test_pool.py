"""A pool is committed and a panel drawn: what goes where, and what a bad file is told."""

import json
from collections import Counter
from datetime import date
from hashlib import sha256

import pytest
from tests.unit.stages.table import each, judge, refused
from tests.worlds import PANEL, RESPONDENTS, TARGETS, before, example

from answerable.model.engagement import (
    ConsultationClosed,
    EngagementOpened,
    PanelDrawn,
    PoolCommitted,
    PopulationStated,
    Seats,
)
from answerable.model.errors import AnswerableError, Invalid, Missing, Refused
from answerable.model.text import en
from answerable.science import sortition
from answerable.stages.engage import CommitPool, DrawPanel, StatePopulation

HEADING, *ROWS = RESPONDENTS.splitlines()


def csv(*rows, heading=HEADING):
    return "".join(f"{row}\n" for row in (heading, *rows))


def pool(code, respondents=RESPONDENTS, targets=TARGETS, **changes):
    usual = {"engagement": "flood-panel", "respondents": respondents, "targets": targets}
    return refused(code, PoolCommitted, body=CommitPool(**{**usual, **changes}))


def targets(*rows, heading="feature,value,min,max"):
    return csv(*rows, heading=heading)


def people(code, *rows, **changes):
    return pool(code, csv(*rows), **changes)


def goals(code, *rows, heading="feature,value,min,max"):
    return pool(code, targets=csv(*rows, heading=heading))


def shares(code, *rows, heading="feature,value,percent"):
    body = StatePopulation(
        engagement="flood-panel",
        population=en("Adults"),
        source=en("A census"),
        shares=csv(*rows, heading=heading),
    )
    return refused(code, PopulationStated, body=body)


def drawing(*first, **changes):
    return refused("pool.erased", PanelDrawn, *first, body=DrawPanel(engagement="flood-panel"))


def erase(*refs):
    def step(world):
        for ref in refs:
            world.room.erase(ref)

    return step


YOUNG, OLD = "age,under 40,2,3", "age,40 and over,1,2"
CASES = [
    pool("engagement.unknown", engagement="another"),
    # The respondents.
    pool("csv.empty", ""),
    pool("csv.empty", "\n\n"),
    pool("csv.empty", " , ,\n"),
    pool("csv.header", "id,age,age\n1,under 40,under 40\n"),
    pool("csv.header", "id, id,age\n1,1,under 40\n"),
    people("csv.row", *ROWS, "13,under 40"),
    people("csv.row", *ROWS, "13,under 40,GB1 1AB,person-13@people.example,more"),
    people("csv.row", *ROWS, '13,"under 40'),
    people("csv.row", *ROWS, '13,"under" 40,GB1 1AB,nobody'),
    pool("people.column", RESPONDENTS.replace("age", "years", 1)),
    pool("people.column", RESPONDENTS, id_column="number"),
    pool("people.column", RESPONDENTS.replace("id", "ID", 1)),
    people("people.id", *ROWS, ",under 40,GB1 1AB,nobody"),
    people("people.id", *ROWS, "  ,under 40,GB1 1AB,nobody"),
    people("people.repeated", *ROWS, ROWS[3]),
    people("people.repeated", *ROWS, ROWS[3].replace("4,", " 4 ,", 1)),
    people("pool.small", *ROWS[:3]),
    people("pool.small"),
    people("pool.value", *ROWS, "13,70 and over,GB1 1AB,nobody"),
    people("pool.value", *ROWS, "13,,GB1 1AB,nobody"),
    people("pool.value", *ROWS, "13,Under 40,GB1 1AB,nobody"),
    people("pool.short", *(row for row in ROWS if "under" in row)),
    # The targets.
    pool("csv.empty", targets=""),
    goals("csv.header", "age,age,under 40,2,3", heading="feature,feature,value,min,max"),
    goals("csv.row", YOUNG, "age,40 and over,1"),
    goals("csv.column", ",under 40,2,3", OLD),
    goals("csv.column", "age,,2,3", OLD),
    goals("csv.column", YOUNG, OLD, heading="Feature,value,min,max"),
    goals("csv.column", YOUNG, OLD, heading="category,value,min,max"),
    goals("csv.number", "age,under 40,two,3", OLD),
    goals("csv.number", "age,under 40,2,3.0", OLD),
    goals("csv.number", "age,under 40,-2,3", OLD),
    goals("csv.number", "age,under 40,,3", OLD),
    goals("csv.number", "age,under 40,2,\u0663", OLD),
    goals("csv.number", YOUNG, OLD, heading="feature,value,least,most"),
    goals("csv.number", "age,under 40,2,10000000000", OLD),
    goals("command.invalid", YOUNG, OLD, f"age,{'x' * 121},0,1"),
    goals("targets.empty"),
    goals("targets.order", "age,under 40,3,2", OLD),
    goals("targets.repeated", YOUNG, OLD, YOUNG),
    goals("targets.sum", "age,under 40,3,3", "age,40 and over,2,2"),
    goals("targets.sum", "age,under 40,1,1", "age,40 and over,1,2"),
    pool(
        "targets.together",
        csv(
            *(f"{n},under 40,south" for n in range(6)),
            *(f"{n},40 and over,north" for n in range(6, 12)),
            heading="id,age,side",
        ),
        targets(YOUNG, OLD, "side,south,0,1", "side,north,3,4"),
    ),
    # The draw.
    refused(
        "draw.uncommitted",
        PanelDrawn,
        without=lambda said: isinstance(said, CommitPool),
        body=DrawPanel(engagement="flood-panel"),
    ),
    refused("engagement.unknown", PanelDrawn, body=DrawPanel(engagement="another")),
    refused("draw.again", ConsultationClosed, body=DrawPanel(engagement="flood-panel"), by=PANEL),
    drawing(erase("flood-panel-7")),
    drawing(erase("flood-panel-1")),
    drawing(erase("flood-panel-12", "flood-panel-2")),
    drawing(erase("flood-panel-seed")),
    # The population.
    shares("csv.empty", heading=""),
    shares("csv.column", ",under 40,45.12", "age,40 and over,54.88"),
    shares("csv.column", "age,,45.12", "age,40 and over,54.88"),
    shares("csv.percent", "age,under 40,half", "age,40 and over,54.88"),
    shares("csv.percent", "age,under 40,45.123", "age,40 and over,54.88"),
    shares("csv.percent", "age,under 40,-1", "age,40 and over,54.88"),
    shares("csv.percent", "age,under 40,45.12", heading="feature,value,share"),
    shares("command.invalid", "age,under 40,101", "age,40 and over,0"),
    shares("command.invalid"),
    shares("population.sum", "age,under 40,45.12"),
]


@each(CASES)
def test_refused(case):
    judge(case)


def told(case):
    world = case.world()
    with pytest.raises((Invalid, Refused)) as refusal:
        case.said(world)
    return refusal.value.params


def named(code):
    return next(case for case in CASES if case.code == code)


@pytest.mark.parametrize(
    ("case", "wanted"),
    [
        (people("csv.row", *ROWS, "13,under 40"), {"file": "respondents", "line": 14}),
        (named("people.column"), {"columns": ["age"]}),
        (named("people.id"), {"line": 14}),
        (named("people.repeated"), {"line": 14, "first": 5}),
        (named("pool.small"), {"people": 3, "seats": 4}),
        (named("pool.value"), {"row": 13, "feature": "age"}),
        (named("pool.short"), {"targets": ["age: 40 and over (needs 1, has 0)"]}),
        (named("csv.column"), {"file": "targets", "column": "feature", "line": 2}),
        (named("csv.number"), {"file": "targets", "column": "min", "line": 2}),
        (named("targets.order"), {"feature": "age", "value": "under 40"}),
        (named("targets.repeated"), {"feature": "age", "value": "under 40"}),
        (named("targets.sum"), {"feature": "age", "least": 5, "most": 5, "seats": 4}),
        (named("pool.erased"), {"engagement": "flood-panel", "volunteers": 12}),
    ],
    ids=lambda value: getattr(value, "code", ""),
)
def test_a_refusal_names_the_line_or_the_target(case, wanted):
    assert told(case) == wanted


def test_targets_that_cannot_be_met_together_are_named():
    names = set(told(named("targets.together"))["targets"])
    assert names
    assert names <= {
        "age: under 40 (2 to 3)",
        "age: 40 and over (1 to 2)",
        "side: south (0 to 1)",
        "side: north (3 to 4)",
    }


def committed(respondents=RESPONDENTS, wanted=TARGETS, **changes):
    """Commit a pool; give the world and the body."""
    world = before(PoolCommitted)
    command = CommitPool(
        engagement="flood-panel", respondents=respondents, targets=wanted, **changes
    )
    body = world.body(command)
    world.say(body, org=PANEL[0], role=PANEL[1], at=world.line.at)
    return world, body


def drawn(world):
    return world.body(DrawPanel(engagement="flood-panel"))


# What spreadsheets do to a file.


@pytest.mark.parametrize(
    "respondents",
    [
        "\ufeff" + RESPONDENTS,
        RESPONDENTS.replace("\n", "\r\n"),
        RESPONDENTS.replace("\n", "\n\n"),
        RESPONDENTS.replace("\n", "\n,,,\n"),
        RESPONDENTS.replace(",", " , "),
        RESPONDENTS.replace("under 40", '"under 40"'),
        RESPONDENTS.rstrip("\n"),
    ],
    ids=["mark", "returns", "blank rows", "empty rows", "padded", "quoted", "no last newline"],
)
def test_the_habits_of_spreadsheets_change_nothing(respondents):
    _, plain = committed()
    _, odd = committed(respondents)
    assert odd.volunteers == 12
    assert odd.pool == plain.pool
    assert odd.seed_commitment == plain.seed_commitment


@pytest.mark.parametrize(
    "wanted",
    [
        "\ufeff" + TARGETS,
        TARGETS.replace("\n", "\r\n"),
        TARGETS.replace(",", " , "),
        TARGETS.replace("\n", "\n\n"),
        TARGETS.replace("value", "name"),
        TARGETS.replace("feature,value", "category,feature"),
        TARGETS.replace("2,3", "02,3"),
    ],
)
def test_targets_as_the_field_writes_them(wanted):
    _, body = committed(wanted=wanted)
    assert (
        body.targets
        == example(
            PoolCommitted,
            targets=tuple(
                target.with_(min=least, max=most)
                for target, least, most in zip(
                    example(PoolCommitted).targets, (2, 1), (3, 2), strict=True
                )
            ),
        ).targets
    )


def test_another_id_column():
    respondents = RESPONDENTS.replace("id,", "reference,", 1)
    _, body = committed(respondents, id_column="reference")
    assert body.volunteers == 12


# What goes where.


def test_one_commitment_a_volunteer_in_the_order_of_their_numbers():
    world, body = committed()
    (blob,) = world.room.blobs.values()
    assert (sha256(blob).hexdigest(), len(blob)) == (body.pool.sha256, body.pool.size)
    said = json.loads(blob)
    assert said.keys() == {"engagement", "commitments"}
    assert len(said["commitments"]) == len(set(said["commitments"])) == body.volunteers == 12
    kept = world.room.kept("pool:flood-panel")
    assert [record.body["number"] for record in kept] == list(range(1, 13))
    assert [record.ref for record in kept] == [f"flood-panel-{n}" for n in range(1, 13)]


def test_the_seed_is_sealed():
    world, body = committed()
    (record,) = world.room.kept("seed:flood-panel")
    seed = bytes.fromhex(record.body["seed"])
    assert len(seed) == 32
    assert sha256(seed).hexdigest() == body.seed_commitment
    assert record.body["seed"] not in body.model_dump_json()


def test_the_numbers_tell_nothing_of_the_file():
    world, _ = committed()
    order = [record.body["contact"]["id"] for record in world.room.kept("pool:flood-panel")]
    assert sorted(order, key=int) == [str(n) for n in range(1, 13)]
    assert order != sorted(order, key=int)


def test_nothing_personal_leaves_the_vault():
    world, body = committed()
    drawing = drawn(world)
    (blob,) = world.room.blobs.values()
    public = body.model_dump_json() + drawing.model_dump_json() + blob.decode()
    for row in ROWS:
        number, _, postcode, email = row.split(",")
        assert postcode not in public
        assert email not in public
        assert f'"{number}"' not in public
    assert "@" not in public
    assert "postcode" not in public
    assert "under 40" in public, "the targets are public"


def test_the_vault_keeps_what_the_facilitator_needs():
    world, _ = committed()
    people = {r.body["contact"]["id"]: r.body for r in world.room.kept("pool:flood-panel")}
    assert people["5"]["profile"] == {"age": "under 40"}
    assert people["5"]["contact"] == {
        "id": "5",
        "postcode": "GB1 5AB",
        "email": "person-5@people.example",
    }


def test_nothing_is_kept_of_a_pool_that_cannot_be_drawn_from():
    world = before(PoolCommitted)
    for case in CASES:
        if case.kind is not PoolCommitted or not isinstance(case.body, CommitPool):
            continue
        with pytest.raises(AnswerableError):
            world.run(case.body)
    assert not world.room.vault
    assert not world.room.blobs


def test_a_pool_without_an_engagement_is_refused_at_once():
    world = before(EngagementOpened)
    with pytest.raises(Missing, match=r"engagement\.unknown"):
        world.run(CommitPool(engagement="flood-panel", respondents="", targets=""))


# The draw.


def test_the_draw_follows_from_the_seed_and_the_pool():
    world, pool = committed()
    body = drawn(world)
    profiles = [record.body["profile"] for record in world.room.kept("pool:flood-panel")]
    (record,) = world.room.kept("seed:flood-panel")
    seats = [sortition.Seats(t.feature, t.value, t.min, t.max) for t in pool.targets]
    seed = bytes.fromhex(record.body["seed"])
    again = sortition.draw(profiles, seats, seats=4, seed=seed)
    assert body.members == tuple(place + 1 for place in again)
    assert body.seed == record.body["seed"]
    count = Counter(profiles[number - 1]["age"] for number in body.members)
    assert body.totals == tuple(
        Seats(feature="age", value=value, seats=count[value])
        for value in ("under 40", "40 and over")
    )


def test_the_draw_is_the_same_every_time_and_in_whatever_order_the_vault_answers():
    world, _ = committed()
    first = drawn(world)
    world.room.vault = dict(reversed(world.room.vault.items()))
    assert drawn(world) == first


def test_another_seed_may_draw_another_panel():
    panels = set()
    for turn in range(6):
        world = before(PoolCommitted)
        world.room.drawn = 1_000 * turn
        command = CommitPool(engagement="flood-panel", respondents=RESPONDENTS, targets=TARGETS)
        world.say(world.body(command), org=PANEL[0], role=PANEL[1], at=world.line.at)
        panels.add(drawn(world).members)
    assert len(panels) > 1


def test_the_draw_is_admitted_and_comes_once():
    world, _ = committed()
    body = drawn(world)
    world.say(body, org=PANEL[0], role=PANEL[1])
    assert len(body.members) == len(set(body.members)) == 4
    assert list(body.members) == sorted(body.members)
    with pytest.raises(Refused, match=r"draw\.again"):
        world.check(body)
    assert world.line.day > date(2026, 1, 1)


def test_a_drawn_panel_can_be_told_after_the_pool_was_erased():
    world, _ = committed()
    body = drawn(world)
    world.room.vault.clear()
    world.say(body, org=PANEL[0], role=PANEL[1])
    with pytest.raises(Refused, match=r"pool\.erased"):
        drawn(world)


@pytest.mark.parametrize(
    ("feature", "value", "most"),
    [
        ("age", "x" * 121, "4"),
        ("f" * 81, "x", "4"),
        ("age", "x", str(2**53)),
        ("age", "x", "9" * 5_000),
    ],
    ids=["long value", "long feature", "large number", "larger number"],
)
def test_targets_that_no_entry_can_hold_are_invalid(feature, value, most):
    respondents = csv(*ROWS, heading=HEADING.replace("age", feature))
    respondents = respondents.replace("40 and over", value)
    wanted = targets(f"{feature},under 40,0,{most}", f"{feature},{value},0,{most}")
    with pytest.raises(Invalid):
        committed(respondents, wanted)
