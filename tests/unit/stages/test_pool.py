"""A pool is committed and a panel drawn: what goes where, and what a bad file is told."""

import json
from datetime import date
from hashlib import sha256

import pytest
from tests.unit.stages.table import each, judge, refused
from tests.worlds import PANEL, RESPONDENTS, TARGETS, WITNESSED, before, example

from answerable.model.command import ACTIONS
from answerable.model.draw import PoolCommitted
from answerable.model.engagement import EngagementOpened
from answerable.model.errors import AnswerableError, Invalid, Missing, Refused
from answerable.model.recruitment import PopulationStated, RegistrationOpened
from answerable.model.text import en
from answerable.science import sortition
from answerable.stages.engage import CommitPool, OpenRegistration, StatePopulation, fair
from answerable.store.vault import commitment

HEADING, *ROWS = RESPONDENTS.splitlines()


def csv(*rows, heading=HEADING):
    return "".join(f"{row}\n" for row in (heading, *rows))


def pool(code, respondents=RESPONDENTS, targets=TARGETS, **changes):
    said = command(respondents, targets, **changes)
    return refused(code, PoolCommitted, body=said)


def command(respondents=RESPONDENTS, targets=TARGETS, **changes):
    usual = {"engagement": "flood-panel", "respondents": respondents, "targets": targets}
    return CommitPool(**{**usual, **WITNESSED, **changes})


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


def questions(code, *rows, heading="feature,question,value"):
    body = OpenRegistration(
        engagement="flood-panel",
        words=en("Come."),
        questions=csv(*rows, heading=heading),
        closes=date(2026, 2, 2),
    )
    return refused(code, RegistrationOpened, body=body)


YOUNG, OLD = "age,under 40,2,3", "age,40 and over,1,2"
CASES = [
    pool("engagement.unknown", engagement="another"),
    # The respondents.
    pool("csv.empty", "\n\n"),
    pool("csv.empty", " , ,\n"),
    pool("csv.header", "id,age,age\n1,under 40,under 40\n"),
    pool("csv.header", "id, id,age\n1,1,under 40\n"),
    people("csv.row", *ROWS, "13,under 40"),
    people("csv.row", *ROWS, "13,under 40,GB1 1AB,person-13@people.example,more"),
    people("csv.quote", *ROWS, '13,"under 40'),
    people("csv.row", *ROWS, '13,"under" 40,GB1 1AB,nobody'),
    pool("csv.unnamed", "id,age,,\n1,under 40,x,y\n"),
    pool("people.column", RESPONDENTS.replace("age", "years", 1)),
    pool("people.column", RESPONDENTS, id_column="number"),
    pool("people.column", "ID,Id,age\n1,1,under 40\n"),
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
    goals("csv.headings", YOUNG, OLD, heading="group,value,min,max"),
    goals("csv.headings", YOUNG, OLD, heading="category,value,min,max"),
    goals("csv.number", "age,under 40,two,3", OLD),
    goals("csv.number", "age,under 40,2,3.5", OLD),
    goals("csv.number", "age,under 40,-2,3", OLD),
    goals("csv.number", "age,under 40,,3", OLD),
    goals("csv.number", "age,under 40,2,\u0663", OLD),
    goals("csv.headings", YOUNG, OLD, heading="feature,value,least,most"),
    goals("csv.number", "age,under 40,2,10000000000", OLD),
    goals("command.invalid", YOUNG, OLD, f"age,{'x' * 121},0,1"),
    goals("targets.empty"),
    goals("targets.order", "age,under 40,3,2", OLD),
    goals("targets.repeated", YOUNG, OLD, YOUNG),
    goals("targets.sum", "age,under 40,3,3", "age,40 and over,2,2"),
    goals("targets.sum", "age,under 40,1,1", "age,40 and over,1,2"),
    pool(
        "targets.relax",
        csv(
            *(f"{n},under 40,south" for n in range(6)),
            *(f"{n},40 and over,north" for n in range(6, 12)),
            heading="id,age,side",
        ),
        targets(YOUNG, OLD, "side,south,0,1", "side,north,3,4"),
    ),
    pool("people.column", household_columns="street"),
    pool("registration.nobody", respondents=""),
    pool(
        "targets.features",
        targets=csv(
            f"{YOUNG},age,40 and over",
            f"{OLD},,",
            heading="feature,value,min,max,feature_2,value_2",
        ),
    ),
    pool(
        "targets.flex",
        targets=csv(f"{YOUNG},3,4", f"{OLD},,", heading="feature,value,min,max,min_flex,max_flex"),
    ),
    # The questions to volunteers.
    questions("csv.empty", heading=""),
    questions("csv.column", ",How old are you?,under 40"),
    questions("csv.column", "age,How old are you?,"),
    questions("command.invalid"),
    questions("command.invalid", "age,How old are you?,under 40"),
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
        (named("people.id"), {"file": "respondents", "line": 14}),
        (named("people.repeated"), {"file": "respondents", "line": 14, "first": 5}),
        (named("pool.small"), {"people": 3, "seats": 4}),
        (
            named("pool.value"),
            {
                "row": 13,
                "feature": "age",
                "value": "70 and over",
                "known": ["under 40", "40 and over"],
            },
        ),
        (named("pool.short"), {"targets": ["age: 40 and over (needs 1, has 0)"]}),
        (named("csv.column"), {"file": "targets", "column": "feature", "line": 2}),
        (named("csv.number"), {"file": "targets", "column": "min", "line": 2}),
        (named("targets.order"), {"feature": "age", "value": "under 40"}),
        (named("targets.repeated"), {"feature": "age", "value": "under 40"}),
        (named("targets.sum"), {"feature": "age", "least": 5, "most": 5, "seats": 4}),
    ],
    ids=lambda value: getattr(value, "code", ""),
)
def test_a_refusal_names_the_line_or_the_target(case, wanted):
    assert told(case) == wanted


def test_targets_that_cannot_be_met_together_are_named():
    names = set(told(named("targets.relax"))["targets"])
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
    body = world.body(command(respondents, wanted, **changes))
    world.say(body, org=PANEL[0], role=PANEL[1], at=world.line.at)
    return world, body


def in_order(world):
    return sorted(world.room.kept("pool:flood-panel"), key=lambda record: record.body["number"])


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
    assert odd.lottery == plain.lottery


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
    content = world.room.blobs[body.pool.sha256]
    assert (sha256(content).hexdigest(), len(content)) == (body.pool.sha256, body.pool.size)
    said = json.loads(content)
    assert said.keys() == {"engagement", "commitments"}
    kept = in_order(world)
    assert said["commitments"] == [commitment(record) for record in kept]
    assert len(set(said["commitments"])) == body.volunteers == 12
    assert [record.body["number"] for record in kept] == list(range(1, 13))
    assert [record.ref for record in kept] == [f"flood-panel-1-{n}" for n in range(1, 13)]


def test_the_numbers_tell_nothing_of_the_file():
    world, _ = committed()
    contact = {record.ref: record.body["contact"] for record in volunteers(world)}
    order = [contact[record.body["volunteer"]]["id"] for record in in_order(world)]
    assert sorted(order, key=int) == [str(n) for n in range(1, 13)]
    assert order != sorted(order, key=int)


def test_nothing_personal_leaves_the_vault():
    world, body = committed()
    public = body.model_dump_json() + b"".join(world.room.blobs.values()).decode()
    for row in ROWS:
        number, _, postcode, email = row.split(",")
        assert postcode not in public
        assert email not in public
        assert f'"{number}"' not in public
    assert "@" not in public
    assert "postcode" not in public
    assert "under 40" in public, "the targets are public"


def test_the_public_lottery_says_nothing_of_who_has_which_profile():
    world, body = committed()
    lottery = world.room.blobs[body.lottery.sha256].decode()
    assert "under 40" not in lottery
    assert "40 and over" not in lottery
    (legend,) = world.room.kept("lottery:flood-panel")
    orders = {json.dumps(legend.body["values"])}
    for turn in range(1, 7):
        other = before(PoolCommitted)
        other.room.drawn = 1_000 * turn
        other.body(command())
        (legend,) = other.room.kept("lottery:flood-panel")
        orders.add(json.dumps(legend.body["values"]))
    assert len(orders) == 2, "chance alone orders the profiles"


def test_the_lottery_is_a_thousand_compositions_as_fair_as_can_be():
    world, body = committed()
    lottery = sortition.read_public(world.room.blobs[body.lottery.sha256])
    assert len(lottery.compositions) == 1_000
    assert lottery.members == set(range(1, 13))
    assert (body.method, body.households, body.draw) == ("leximin", False, 1)
    profiles = {r.body["number"]: r.body["profile"] for r in world.room.kept("pool:flood-panel")}
    for members in lottery.profiles:
        assert len({profiles[one]["age"] for one in members}) == 1
    assert all(abs(chance - 1 / 3) < 0.001 for chance in lottery.chances().values())


def test_the_pool_is_counted_by_value_and_rounded():
    rows = [f"{n},{'under 40' if n <= 26 else '40 and over'},a,b" for n in range(1, 31)]
    _, body = committed(csv(*rows))
    assert [(each.value, each.people) for each in body.counts] == [
        ("under 40", 30),
        ("40 and over", None),
    ]


def test_the_vault_keeps_what_the_facilitator_needs_apart_from_what_an_auditor_does():
    world, _ = committed()
    people = {r.body["contact"]["id"]: r for r in volunteers(world)}
    assert people["5"].body["profile"] == {"age": "under 40"}
    assert people["5"].body["contact"] == {
        "id": "5",
        "postcode": "GB1 5AB",
        "email": "person-5@people.example",
    }
    pool = world.room.kept("pool:flood-panel")
    (own,) = [record for record in pool if record.body["volunteer"] == people["5"].ref]
    assert own.body.keys() == {"number", "profile", "volunteer"}


def volunteers(world):
    return world.room.kept("volunteer:flood-panel")


def test_those_who_registered_are_the_pool_where_no_file_is_given():
    world = before(PoolCommitted)
    for number in range(1, 13):
        profile = {"age": "under 40" if number % 3 else "40 and over", "place": "north"}
        said = {"registered": True, "profile": profile, "contact": {"email": f"{number}@x.example"}}
        world.room.keep("volunteer:flood-panel", f"flood-panel-r-{number}", said)
    body = world.body(command(""))
    world.say(body, org=PANEL[0], role=PANEL[1], at=world.line.at)
    assert body.volunteers == 12
    pool = world.room.kept("pool:flood-panel")
    assert {r.body["volunteer"] for r in pool} == {f"flood-panel-r-{n}" for n in range(1, 13)}
    assert {tuple(r.body["profile"]) for r in pool} == {("age",)}, "what nobody asks is left out"
    assert len(volunteers(world)) == 12


def test_at_most_one_of_a_household_where_that_is_the_rule():
    rows = [row.replace("GB1 2AB", "GB1 1AB") for row in ROWS]
    world, body = committed(csv(*rows), household_columns=" postcode ,")
    assert body.households
    lottery = sortition.read_public(world.room.blobs[body.lottery.sha256])
    ((one, other),) = lottery.households
    contact = {record.ref: record.body["contact"] for record in volunteers(world)}
    pool = {r.body["number"]: r.body["volunteer"] for r in world.room.kept("pool:flood-panel")}
    assert {contact[pool[n]]["postcode"] for n in (one, other)} == {"GB1 1AB"}
    for number in range(300):
        drawn = lottery.drawn(sha256(str(number).encode()).digest())
        assert not {one, other} <= set(drawn.members)


def test_targets_for_two_values_together_are_kept():
    rows = [f"{row},{'north' if n % 2 else 'south'}" for n, row in enumerate(ROWS)]
    wanted = targets(
        f"{YOUNG},,",
        "age,under 40,0,1,place,north",
        f"{OLD},,",
        "place,north,1,3,,",
        "place,south,1,3,,",
        heading="feature,value,min,max,feature_2,value_2",
    )
    world, body = committed(csv(*rows, heading=f"{HEADING},place"), wanted)
    (both,) = body.both
    assert (both.value, both.value_2, both.min, both.max) == ("under 40", "north", 0, 1)
    lottery = sortition.read_public(world.room.blobs[body.lottery.sha256])
    (legend,) = world.room.kept("lottery:flood-panel")
    cell = legend.body["values"].index(["under 40", "north"])
    assert all(composition.count(cell) <= 1 for composition in lottery.compositions)
    assert legend.body["certificate"]


def test_long_work_is_done_once_and_forgotten_when_it_was_used(monkeypatch):
    done = []
    lottery = sortition.lottery
    monkeypatch.setattr(sortition, "lottery", lambda *how: done.append(how) or lottery(*how))
    fair.forget()
    world = before(PoolCommitted)
    world.room.now = world.line.at
    ACTIONS["commit-pool"].prepare(world.state, command(), world.room)
    assert not world.room.vault
    world.body(command())
    assert len(done) == 1
    before(PoolCommitted).body(command())
    assert len(done) == 2


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
        world.run(command())


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
