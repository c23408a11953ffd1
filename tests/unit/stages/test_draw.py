"""Witnesses, the draw, members who leave: who may say what, when, and what follows from what."""

from datetime import timedelta
from hashlib import sha256

import pytest
from tests.golden.examples import NUMBERS
from tests.unit.stages.table import allowed, at, each, empty, judge, refused, say, usual
from tests.worlds import AGENCY, PANEL, WITNESSED, before, example

from answerable.model.draw import (
    BothTarget,
    Drawn,
    MemberLeft,
    MembersConfirmed,
    PanelDrawn,
    PoolCommitted,
    PoolPublished,
    ReplacementCommitted,
    SealedSeed,
    Seats,
    SeedPromised,
    SeedRevealed,
    Target,
    TargetsRelaxed,
    WitnessedSeed,
    promise_of,
    seed_of,
)
from answerable.model.earlier import PanelDrawn1, PoolCommitted1
from answerable.model.engagement import (
    ConsultationClosed,
    Engagement,
    RecommendationAnswered,
    WorkshopHeld,
)
from answerable.model.errors import Invalid, Refused
from answerable.model.organisation import OpenRegister
from answerable.model.recruitment import PopulationStated
from answerable.model.text import en
from answerable.science import sortition
from answerable.stages.engage import (
    CommitPool,
    CommitReplacement,
    DrawPanel,
    PublishPool,
    RelaxTargets,
)

LATE = at("2026-02-07T09:00:00")
"""A day after the witnesses' deadline."""


def target(least, most, value="under 40"):
    return Target(feature="age", value=value, min=least, max=most)


def seats(young, old, *more):
    named = (("under 40", young), ("40 and over", old), *more)
    return tuple(Seats(feature="age", value=value, seats=number) for value, number in named)


def witnessed(*witnesses, by=None):
    return WitnessedSeed(witnesses=witnesses, reveal_by=by or WITNESSED["reveal_by"])


def pool(code, *first, **changes):
    return refused(code, PoolCommitted, *first, **changes)


def again(code, **changes):
    """A second pool, when the first is void because nobody promised anything."""
    seed = witnessed("agency", "council", by=at("2026-02-20T09:00:00"))
    usual_ = {"draw": 2, "both": (), "seed": seed}
    body = example(PoolCommitted, **{**usual_, **changes})
    return refused(code, PoolCommitted, usual, body=body, at=LATE, by=PANEL)


def weak(code, *witnesses, **changes):
    return pool(code, seed=witnessed(*witnesses, **changes))


def replacement(code, *first, **changes):
    return refused(code, ReplacementCommitted, *first, **changes)


def relaxed(code, *first, **changes):
    return refused(code, TargetsRelaxed, *first, **changes)


def both(least, most):
    pair = {"feature": "age", "value": "under 40", "feature_2": "place", "value_2": "here"}
    return BothTarget(**pair, min=least, max=most)


def live(world):
    """As if the register were no demonstration."""
    was = world.state.get(OpenRegister, "register")
    world.state.put(was.with_(nature="live"))


def full(world):
    """As if nobody had left."""
    was = world.state.get(Engagement, "flood-panel")
    world.state.put(was.with_(left=()))


def by_keys(world):
    """As if the panel had been drawn by random keys, as in earlier days."""
    was = world.state.get(Engagement, "flood-panel")
    world.state.put(was.with_draw(1, lottery=None, method="random-keys"))


def erase(*refs):
    def step(world):
        for ref in refs:
            world.room.erase(ref)

    return step


def erase_all_but_the_panel(world):
    """As if everybody who is not on the panel had been erased."""
    members = world.state.get(Engagement, "flood-panel").members
    for number in set(range(1, 13)) - set(members):
        world.room.erase(f"flood-panel-1-{number}")


WHY = en("Nobody under 40 is left.")
RELAX = RelaxTargets(engagement="flood-panel", reason=WHY)

SEED = b"\x05" * 32
SEALED = example(PoolCommitted1, seed_commitment=sha256(SEED).hexdigest())
OPENED = example(PanelDrawn1, seed=SEED.hex())


def old_pool(code, *first, **changes):
    return refused(code, PoolCommitted, *first, body=SEALED, by=PANEL, **changes)


def old_draw(code, *first, **changes):
    first = first or (say(SEALED, PANEL),)
    return refused(code, PoolCommitted, *first, body=OPENED, by=PANEL, **changes)


CASES = [
    # What is committed.
    refused("engagement.unknown", PoolCommitted, empty, body=example(PoolCommitted)),
    pool("pool.taken", usual, body=example(PoolCommitted)),
    pool("pool.taken", usual, body=example(PoolCommitted), at=at("2026-02-06T09:00:00")),
    pool("draw.number", draw=2),
    again("draw.number", draw=1),
    pool("pool.small", volunteers=3),
    pool("targets.empty", targets=()),
    pool("targets.order", targets=(target(3, 2),)),
    pool("targets.repeated", targets=(target(1, 4), target(0, 3))),
    pool("targets.sum", targets=(target(0, 3),)),
    pool("targets.sum", targets=(target(5, 6),)),
    pool("pool.counts", counts=()),
    pool("pool.counts", targets=(target(4, 4),)),
    pool("lottery.missing", lottery=None),
    pool("lottery.missing", method="random-keys"),
    pool("lottery.missing", seed=SealedSeed(commitment="0b" * 32)),
    weak("organisation.unknown", "agency", "stranger"),
    weak("witness.repeated", "agency", "agency"),
    weak("witness.independent", "fire", "facilitators"),
    weak("witness.independent", "health", "fire"),
    again("witness.withheld", seed=witnessed("health", "agency", by=LATE + timedelta(days=1))),
    weak("seed.deadline", "agency", "council", by=at("2026-02-02T09:00:00")),
    weak("seed.deadline", "agency", "council", by=at("2026-05-04T09:00:00")),
    # What witnesses put in.
    refused("engagement.unknown", SeedPromised, engagement="another"),
    refused("draw.unknown", SeedPromised, draw=2),
    refused("draw.void", SeedPromised, at=LATE),
    refused("draw.again", ConsultationClosed, body=example(SeedPromised), by=AGENCY),
    refused("seed.again", SeedPromised, usual),
    refused("seed.copied", SeedPromised, usual, by=PANEL),
    refused("seed.early", SeedPromised, body=example(SeedRevealed), by=AGENCY),
    refused("seed.early", SeedPromised, usual, body=example(SeedRevealed), by=AGENCY),
    refused("seed.again", SeedRevealed, usual),
    refused("seed.number", SeedRevealed, number=NUMBERS["facilitators"]),
    refused("draw.void", SeedRevealed, at=LATE),
    refused("draw.again", ConsultationClosed, body=example(SeedRevealed), by=AGENCY),
    # What is drawn.
    refused("engagement.unknown", PanelDrawn, empty, body=example(PanelDrawn)),
    refused("engagement.unknown", PanelDrawn, body=DrawPanel(engagement="another")),
    refused("draw.uncommitted", PoolCommitted, body=DrawPanel(engagement="flood-panel")),
    refused("draw.unknown", PanelDrawn, draw=2),
    refused("draw.again", PanelDrawn, usual, body=example(PanelDrawn)),
    refused("draw.again", PanelDrawn, usual, body=DrawPanel(engagement="flood-panel")),
    refused("draw.void", SeedRevealed, body=example(PanelDrawn), by=PANEL, at=LATE),
    refused("draw.unrevealed", SeedPromised, body=example(PanelDrawn), by=PANEL),
    refused("draw.unrevealed", SeedRevealed, body=example(PanelDrawn), by=PANEL),
    refused("draw.unrevealed", SeedRevealed, usual, body=DrawPanel(engagement="flood-panel")),
    refused("draw.seed", PanelDrawn, seed="0c" * 32),
    refused("draw.ticket", PanelDrawn, ticket=643),
    refused("draw.ticket", PanelDrawn, ticket=None),
    refused("draw.members", PanelDrawn, members=()),
    refused("draw.members", PanelDrawn, members=(1, 2, 3)),
    refused("draw.members", PanelDrawn, members=(1, 2, 3, 4, 5)),
    refused("draw.members", PanelDrawn, members=(1, 2, 3, 3)),
    refused("draw.members", PanelDrawn, members=(1, 2, 3, 13)),
    refused("draw.totals", PanelDrawn, totals=()),
    refused("draw.totals", PanelDrawn, totals=seats(2, 2)[:1]),
    refused("draw.totals", PanelDrawn, totals=seats(2, 2, ("80 and over", 0))),
    refused("draw.totals", PanelDrawn, totals=seats(2, 2, ("40 and over", 2))),
    refused("draw.totals", PanelDrawn, totals=seats(4, 0)),
    refused("draw.totals", PanelDrawn, totals=seats(1, 3)),
    refused("draw.totals", PanelDrawn, totals=seats(2, 1)),
    refused("draw.totals", PanelDrawn, totals=seats(3, 2)),
    refused(
        "pool.erased",
        PanelDrawn,
        erase("flood-panel-1-lottery"),
        body=DrawPanel(engagement="flood-panel"),
    ),
    # What is published of people who are invented.
    refused("engagement.unknown", PoolPublished, engagement="another"),
    refused("pool.live", PoolPublished, live),
    refused("pool.published", PoolPublished, usual),
    refused("draw.uncommitted", PoolPublished, draw=2),
    refused("draw.uncommitted", PoolCommitted, body=PublishPool(engagement="flood-panel")),
    refused("draw.uncommitted", PoolCommitted, body=example(PoolPublished), by=PANEL),
    refused(
        "pool.erased",
        PoolPublished,
        erase("flood-panel-1-lottery"),
        body=PublishPool(engagement="flood-panel"),
    ),
    # Members.
    refused("panel.undrawn", PanelDrawn, body=example(MembersConfirmed), members=(2,), by=PANEL),
    refused("panel.undrawn", PanelDrawn, body=example(MemberLeft), member=2, by=PANEL),
    refused("panel.undrawn", PanelDrawn, body=example(ReplacementCommitted), by=PANEL),
    refused("panel.finished", RecommendationAnswered, body=example(MembersConfirmed), by=PANEL),
    refused("member.unknown", MembersConfirmed, members=(1, 2)),
    refused("member.confirmed", MembersConfirmed, usual),
    refused("member.confirmed", MembersConfirmed, members=(2, 2)),
    refused("member.unknown", MemberLeft, member=1),
    refused("member.unknown", ConsultationClosed, body=example(MemberLeft), member=11, by=PANEL),
    # Who takes their seats.
    refused("engagement.unknown", ReplacementCommitted, engagement="another"),
    replacement("draw.open", usual, body=example(ReplacementCommitted)),
    replacement("draw.number", draw=3),
    replacement("replacement.seats", seats=2),
    replacement(
        "replacement.seats", full, body=CommitReplacement(engagement="flood-panel", **WITNESSED)
    ),
    replacement("replacement.targets", targets=(target(0, 1),)),
    replacement("replacement.targets", targets=(target(0, 5), target(0, 1, "40 and over"))),
    replacement("targets.sum", targets=(target(0, 0), target(0, 0, "40 and over"))),
    replacement("lottery.missing", lottery=None),
    replacement("witness.independent", seed=witnessed("fire", "facilitators")),
    replacement("replacement.earlier", by_keys, body=example(ReplacementCommitted)),
    replacement(
        "member.erased",
        erase("flood-panel-1-2"),
        body=CommitReplacement(engagement="flood-panel", **WITNESSED),
    ),
    replacement(
        "pool.small",
        erase_all_but_the_panel,
        body=CommitReplacement(engagement="flood-panel", **WITNESSED),
    ),
    # Targets that give way.
    relaxed("engagement.unknown", engagement="another"),
    refused("panel.undrawn", PanelDrawn, body=example(TargetsRelaxed), by=PANEL),
    refused("panel.finished", RecommendationAnswered, body=example(TargetsRelaxed), by=PANEL),
    replacement("draw.open", usual, body=example(TargetsRelaxed)),
    relaxed("replacement.seats", full),
    relaxed("targets.empty", targets=()),
    relaxed("targets.wider", targets=(target(2, 3),)),
    relaxed("targets.wider", targets=(target(3, 4),)),
    relaxed("targets.wider", targets=(target(1, 2),)),
    relaxed("targets.wider", targets=(target(0, 4, "60 and over"),)),
    relaxed("targets.wider", both=(both(0, 1),)),
    relaxed("targets.wider", usual),
    relaxed("targets.repeated", targets=(target(0, 4), target(0, 3))),
    relaxed("replacement.earlier", by_keys, body=RELAX),
    relaxed("targets.met", body=RELAX),
    relaxed("csv.headings", body=RELAX.with_(changes="a\nb")),
    relaxed("pool.small", erase_all_but_the_panel, body=RELAX),
    # Draws of earlier days.
    old_pool("engagement.unknown", empty),
    old_pool("pool.taken", say(SEALED, PANEL)),
    old_pool("pool.small", volunteers=3),
    old_pool("targets.empty", targets=()),
    old_pool("targets.sum", targets=(target(5, 6),)),
    refused("draw.uncommitted", PoolCommitted, body=OPENED, by=PANEL),
    refused("draw.uncommitted", PanelDrawn, body=OPENED, by=PANEL),
    old_draw("draw.again", say(SEALED, PANEL), say(OPENED, PANEL)),
    old_draw("draw.seed", seed="0c" * 32),
    old_draw("draw.members", members=(0, 1, 2, 3)),
    old_draw("draw.members", members=(-1, 1, 2, 3)),
    old_draw("draw.totals", totals=seats(4, 0)),
]
ALLOWED = [
    allowed(PoolCommitted, without=lambda said: isinstance(said, PopulationStated)),
    allowed(PoolCommitted),
    allowed(PoolCommitted, volunteers=4),
    allowed(PoolCommitted, seed=witnessed("council", "fire", "health")),
    allowed(PoolCommitted, seed=witnessed("agency", "council", by=at("2026-05-03T09:00:00"))),
    again("", seed=witnessed("council", "health", by=at("2026-02-20T09:00:00"))),
    allowed(SeedPromised),
    allowed(SeedPromised, promise="0d" * 32, at=at("2026-02-06T09:00:00")),
    allowed(SeedRevealed, at=at("2026-02-06T09:00:00")),
    allowed(PanelDrawn, at=LATE),
    allowed(PanelDrawn, members=(12, 1, 5, 3)),
    allowed(PanelDrawn, totals=seats(2, 2)[::-1]),
    allowed(PanelDrawn, totals=seats(3, 1)),
    allowed(PoolPublished),
    allowed(MembersConfirmed),
    allowed(MemberLeft, usual),
    allowed(TargetsRelaxed),
    allowed(TargetsRelaxed, targets=(target(1, 3), target(0, 3, "40 and over"))),
    allowed(ReplacementCommitted),
    old_pool(""),
    old_draw(""),
    old_draw("", members=(12, 1, 5, 3), totals=seats(1, 3)),
]


@each(CASES)
def test_refused(case):
    judge(case)


@each(ALLOWED)
def test_allowed(case):
    judge(case)


def engagement(world):
    return world.state.get(Engagement, "flood-panel")


def lottery(world, draw=1):
    return sortition.read_public(world.room.blobs[engagement(world).draws[draw - 1].lottery.sha256])


def test_the_seed_is_all_numbers_in_the_order_of_the_witnesses_over_the_lottery():
    world = before(PanelDrawn)
    body = world.body()
    committed = engagement(world).draws[0].lottery.sha256
    joined = b"answerable/seed/v1\n" + bytes.fromhex(committed)
    joined += bytes.fromhex(NUMBERS["agency"]) + bytes.fromhex(NUMBERS["facilitators"])
    assert body.seed == sha256(joined).hexdigest()
    assert body.seed == seed_of(committed, tuple(NUMBERS.values()))
    assert seed_of(committed, tuple(NUMBERS.values())[::-1]) != body.seed
    assert promise_of(NUMBERS["agency"]) == sha256(bytes.fromhex(NUMBERS["agency"])).hexdigest()


def test_the_members_are_those_that_the_seed_picks_from_the_public_lottery():
    world = before(PanelDrawn)
    body = world.body()
    drawn = lottery(world).drawn(bytes.fromhex(body.seed))
    assert (drawn.ticket + 1, drawn.members) == (body.ticket, body.members)
    profiles = {r.body["number"]: r.body["profile"] for r in world.room.kept("pool:flood-panel")}
    young = sum(profiles[number]["age"] == "under 40" for number in body.members)
    assert body.totals == seats(young, 4 - young)


def test_nobody_needs_the_pool_to_draw():
    world = before(PanelDrawn)
    first = world.body()
    erase(*(f"flood-panel-1-{number}" for number in range(1, 13)))(world)
    assert world.body() == first


def test_a_draw_waits_for_promises_and_then_for_numbers_in_order():
    world = before(SeedPromised)
    assert engagement(world).draws[0].awaited == ("agency", "facilitators")
    world.tell()
    assert engagement(world).draws[0].awaited == ("facilitators",)
    world = before(SeedRevealed)
    assert engagement(world).draws[0].awaited == ("agency", "facilitators")
    world.tell()
    assert engagement(world).draws[0].awaited == ("facilitators",)
    assert engagement(before(PanelDrawn)).draws[0].awaited == ()


def test_a_number_withheld_makes_the_draw_void_and_who_withheld_it_is_known():
    world = before(SeedRevealed)
    world.tell()
    draw = engagement(world).draws[0]
    assert not draw.void(WITNESSED["reveal_by"])
    assert draw.void(LATE)
    assert draw.awaited == ("facilitators",)
    seed = witnessed("agency", "facilitators", by=LATE + timedelta(days=1))
    with pytest.raises(Refused) as refusal:
        world.check(example(PoolCommitted, draw=2, both=(), seed=seed), at=LATE, org="facilitators")
    assert refusal.value.code == "witness.withheld"
    assert refusal.value.params == {"organisations": ["facilitators"]}


def test_after_a_void_draw_the_pool_is_fixed_again_and_drawn_from():
    world = before(SeedPromised)
    world.room.now = LATE
    again = CommitPool(
        engagement="flood-panel",
        respondents="id,age\n"
        + "".join(f"{n},{'under 40' if n % 2 else '40 and over'}\n" for n in range(10)),
        targets="feature,value,min,max\nage,under 40,2,3\nage,40 and over,1,2\n",
        witnesses=("council", "health"),
        reveal_by=LATE + timedelta(days=1),
    )
    with pytest.raises(Refused, match=r"pool\.taken"):
        world.run(again, org=PANEL[0], role=PANEL[1])
    world.state.last_at = LATE
    (body,) = world.run(again, org=PANEL[0], role=PANEL[1])
    world.say(body, org=PANEL[0], role=PANEL[1], at=LATE)
    found = engagement(world)
    assert (found.pool.draw, found.pool.volunteers, len(found.draws)) == (2, 10, 2)
    assert len(world.room.kept("pool:flood-panel/2")) == 10
    assert found.drawn is None


def test_a_replacement_is_drawn_from_the_others_given_who_stays():
    world = before(WorkshopHeld)
    found = engagement(world)
    first, second = found.draws
    (left,), (joined,) = found.left, second.drawn_members
    assert second.replaces
    assert second.seats == 1
    assert second.volunteers == 12
    assert found.members == tuple(sorted({*first.drawn_members, joined} - {left}))
    assert lottery(world, 2).members == set(range(1, 13)) - set(first.drawn_members)
    profiles = {r.body["number"]: r.body["profile"] for r in world.room.kept("pool:flood-panel")}
    young = sum(profiles[number]["age"] == "under 40" for number in found.members)
    assert 2 <= young <= 3
    assert 1 <= 4 - young <= 2


def test_who_left_is_never_drawn_again():
    world = before(ReplacementCommitted)
    body = world.body()
    assert set(engagement(world).left) == {11}
    drawn = sortition.read_public(world.room.blobs[body.lottery.sha256])
    assert 11 not in drawn.members


def pool_of(homes):
    """A pool of people in homes, half of each age; and the members of the home that is shared."""
    world = before(PoolCommitted)
    rows = "".join(
        f"{n},{'under 40' if n % 2 else '40 and over'},{home}\n" for n, home in enumerate(homes)
    )
    said = CommitPool(
        engagement="flood-panel",
        respondents=f"id,age,home\n{rows}",
        targets="feature,value,min,max\nage,under 40,2,2\nage,40 and over,2,2\n",
        household_columns="home",
        **WITNESSED,
    )
    world.say(world.body(said), org=PANEL[0], role=PANEL[1], at=world.line.at)
    (home,) = lottery(world).households
    return world, home


def test_a_replacement_keeps_to_households():
    world, home = pool_of(["a", "a", "a", *range(9)])
    staying = home[0]
    others = [n for n in range(1, 13) if n not in home]
    kept = {r.body["number"]: r.body["profile"]["age"] for r in world.room.kept("pool:flood-panel")}
    alike = [n for n in others if kept[n] == kept[staying]][:1]
    unlike = [n for n in others if kept[n] != kept[staying]][:2]
    members = tuple(sorted([staying, *alike, *unlike]))
    drawn = Drawn(day=world.line.day, seed="0" * 64, ticket=1, members=members, totals=())
    world.state.put(engagement(world).with_draw(1, drawn=drawn).with_(left=(unlike[0],)))
    command = CommitReplacement(engagement="flood-panel", **WITNESSED)
    (body,) = world.run(command, org=PANEL[0], role=PANEL[1])
    drawn = sortition.read_public(world.room.blobs[body.lottery.sha256])
    assert not drawn.members & set(home)
    assert drawn.members == {n for n in others if n not in members}


def erase_the_young_who_are_left(world):
    members = world.state.get(Engagement, "flood-panel").members
    for record in world.room.kept("pool:flood-panel"):
        number, age = record.body["number"], record.body["profile"]["age"]
        if age == "under 40" and number not in members:
            world.room.erase(f"flood-panel-1-{number}")


def without_a_young_one(world):
    """Let so many young members leave that one must come, where nobody young is left."""
    found = engagement(world)
    ages = {r.body["number"]: r.body["profile"]["age"] for r in world.room.kept("pool:flood-panel")}
    young = [number for number in found.members if ages[number] == "under 40"]
    world.state.put(found.with_(left=(*found.left, *young[1:])))
    erase_the_young_who_are_left(world)
    return len(found.left) + len(young) - 1


def test_where_nobody_fits_the_least_gives_way_and_then_somebody_does():
    world = before(TargetsRelaxed)
    empty = without_a_young_one(world)
    replacing = CommitReplacement(engagement="flood-panel", **WITNESSED)
    with pytest.raises(Invalid) as refusal:
        world.run(replacing, org=PANEL[0], role=PANEL[1])
    assert refusal.value.code == "targets.relax"
    (body,) = world.run(RELAX, org=PANEL[0], role=PANEL[1])
    changed = {each.value: (each.min, each.max) for each in body.targets}
    assert changed["under 40"] == (1, 3)
    assert body.reason == WHY
    world.say(body, org=PANEL[0], role=PANEL[1], at=world.line.at)
    (fixed,) = world.run(replacing, org=PANEL[0], role=PANEL[1])
    assert fixed.seats == empty
    world.say(fixed, org=PANEL[0], role=PANEL[1], at=world.line.at)
    assert engagement(world).draws[-1].relaxed == 1


def test_where_too_few_households_are_left_no_target_helps():
    world, home = pool_of([*"abcd", *"eeeeeeee"])
    single = tuple(sorted(set(range(1, 13)) - set(home)))
    drawn = Drawn(day=world.line.day, seed="0" * 64, ticket=1, members=single, totals=())
    world.state.put(engagement(world).with_draw(1, drawn=drawn).with_(left=single[:2]))
    with pytest.raises(Invalid) as refusal:
        world.run(RELAX, org=PANEL[0], role=PANEL[1])
    assert refusal.value.code == "pool.homes"
    assert refusal.value.params == {"households": 1, "seats": 2}
