"""What everybody, an auditor and a volunteer can tell of a draw; and every lie that shows."""

import json
from functools import cache

import pytest
from tests.worlds import PANEL, WITNESSED, World, _witnessed, before, told

from answerable.audit.draws import (
    Audit,
    check_lottery,
    check_slip,
    read_commitments,
    read_export,
    read_slip,
)
from answerable.model.draw import PoolCommitted
from answerable.model.engagement import ConsultationClosed, Engagement
from answerable.model.errors import Broken, Invalid
from answerable.model.signing import canonical
from answerable.science import sortition
from answerable.stages.engage import CommitPool, DrawPanel, export, slip

HOMES = "id,age,place,home\n" + "".join(
    f"{n},{'under 40' if n % 3 else '40 and over'},{'north' if n % 2 else 'south'},{n // 2}\n"
    for n in range(1, 17)
)
TARGETS = (
    "feature,value,min,max,feature_2,value_2\nage,under 40,2,3,,\nage,40 and over,1,2,,\n"
    "place,north,1,3,,\nplace,south,1,3,,\nage,under 40,0,1,place,north\n"
)


@cache
def drawn(kind: str) -> World:
    """A world after its draws: the story's; or one with households and two values together."""
    if kind == "plain":
        return before(ConsultationClosed)
    world = before(PoolCommitted)
    said = CommitPool(
        engagement="flood-panel",
        respondents=HOMES,
        targets=TARGETS,
        household_columns="home",
        **WITNESSED,
    )
    world.say(world.body(said), org=PANEL[0], role=PANEL[1], at=world.line.at)
    told(world, _witnessed("2026-02-03", 1))
    draw = DrawPanel(engagement="flood-panel")
    (body,) = world.run(draw, org=PANEL[0], role=PANEL[1])
    world.say(body, org=PANEL[0], role=PANEL[1])
    return world


CASES = {"plain": ("plain", 1), "replaced": ("plain", 2), "homes": ("homes", 1)}


@pytest.fixture(params=CASES)
def case(request):
    kind, number = CASES[request.param]
    world = drawn(kind)
    engagement = world.state.get(Engagement, "flood-panel")
    return world, engagement, engagement.draws[number - 1]


def files(world, engagement, draw):
    """The lottery, the fingerprints and the export of a draw."""
    lottery = world.room.blobs[draw.lottery.sha256]
    sealed = read_commitments(world.room.blobs[draw.pool.sha256], engagement.engagement)
    return lottery, sealed, export(engagement, draw, world.room.kept)


def audit(world, engagement, draw, **changes):
    lottery, sealed, data = files(world, engagement, draw)
    said = {**json.loads(data), **changes}
    checked = check_lottery(engagement, draw, lottery)
    return Audit(draw, checked, sealed, read_export(canonical(said)))


def failing(found):
    return [claim.split(" ", 2)[:2] for claim, holds in found.outcomes() if not holds]


def test_a_true_draw_holds(case):
    found = audit(*case)
    assert failing(found) == []
    assert len(found.outcomes()) == 6
    assert found.erased == 0


def test_the_export_has_no_names_and_no_contacts(case):
    data = files(*case)[2].decode()
    assert "@" not in data
    assert "postcode" not in data
    assert "contact" not in data


def test_a_lottery_in_another_form_is_no_lottery(case):
    _world, engagement, draw = case
    data = files(*case)[0]
    said = json.loads(data)
    for lie in (
        b"",
        b"{}",
        data + b" ",
        canonical({**said, "v": 2}),
        canonical({**said, "more": 1}),
        canonical({**said, "engagement": "another"}),
        canonical({**said, "draw": said["draw"] + 1}),
        canonical({**said, "compositions": said["compositions"][1:]}),
        canonical({**said, "compositions": [[0] * 9, *said["compositions"][1:]]}),
        canonical({**said, "compositions": [[10_000], *said["compositions"][1:]]}),
        canonical({**said, "compositions": [each[1:] for each in said["compositions"]]}),
        canonical({**said, "households": [[1, 999]]}),
        canonical({**said, "households": [[1, 2], [2, 3]]}),
        canonical({**said, "profiles": [*said["profiles"], []]}),
        canonical({**said, "profiles": [*said["profiles"], said["profiles"][0]]}),
        canonical({**said, "profiles": [["1"], *said["profiles"][1:]]}),
    ):
        with pytest.raises(Broken, match=r"lottery\.form"):
            check_lottery(engagement, draw, lie)


def test_a_lottery_is_over_those_who_can_be_drawn(case):
    _world, engagement, draw = case
    said = json.loads(files(*case)[0])
    more = {**said, "profiles": [*said["profiles"], [draw.volunteers + 1]]}
    with pytest.raises(Broken, match=r"lottery\.people"):
        check_lottery(engagement, draw, canonical(more))
    if draw.replaces:
        (seated,) = engagement.draws[0].drawn_members[:1]
        again = {**said, "profiles": [*said["profiles"], [seated]]}
    else:
        again = {**said, "profiles": said["profiles"][:-1]}
        again["compositions"] = [[0] * draw.seats] * 1_000
        again["households"] = []
    with pytest.raises(Broken, match=r"lottery\.(people|form)"):
        check_lottery(engagement, draw, canonical(again))


def test_members_whom_the_seed_does_not_pick(case):
    _world, engagement, draw = case
    drawn_ = draw.drawn
    others = sorted(sortition.read_public(files(*case)[0]).members - set(drawn_.members))
    for lie in (
        {"members": (*drawn_.members[:-1], others[0])},
        {"ticket": drawn_.ticket % 1_000 + 1},
        {"seed": "0" * 64},
    ):
        false = draw.with_(drawn=drawn_.with_(**lie))
        with pytest.raises(Broken, match=r"lottery\.drawn"):
            check_lottery(engagement, false, files(*case)[0])


def test_a_volunteer_who_was_changed_or_exchanged(case):
    data = json.loads(files(*case)[2])
    one, two, *rest = data["people"]
    told_ = {**one["body"], "profile": {**one["body"]["profile"], "age": "other"}}
    assert ["Each", "fingerprint"] in failing(
        audit(*case, people=[{**one, "body": told_}, two, *rest])
    )
    swapped = [{**one, "salt": two["salt"]}, two, *rest]
    assert failing(audit(*case, people=swapped)) == [["Each", "fingerprint"]]
    assert ["Each", "fingerprint"] in failing(audit(*case, subject="pool:another"))
    assert ["Each", "fingerprint"] in failing(
        audit(*case, people=[{**one, "body": {**one["body"], "number": 999}}, two, *rest])
    )


def test_profiles_that_stand_for_something_else(case):
    data = json.loads(files(*case)[2])
    assert ["People", "are"] in failing(audit(*case, values=data["values"][::-1]))
    same = [data["values"][0]] * len(data["values"])
    assert ["People", "are"] in failing(audit(*case, values=same))


def test_totals_that_are_not_those_of_the_members(case):
    _world, _engagement, draw = case
    one, two, *rest = draw.drawn.totals
    lie = draw.drawn.with_(
        totals=(one.with_(seats=one.seats + 1), two.with_(seats=two.seats - 1), *rest)
    )
    lottery, sealed, data = files(*case)
    found = Audit(draw.with_(drawn=lie), sortition.read_public(lottery), sealed, read_export(data))
    assert failing(found) == [["The", "published"]]


def test_targets_that_the_compositions_miss():
    world = drawn("plain")
    engagement = world.state.get(Engagement, "flood-panel")
    draw = engagement.draws[0]
    tight = tuple(t.with_(min=2, max=2) for t in draw.targets)
    lottery, sealed, data = files(world, engagement, draw)
    found = Audit(
        draw.with_(targets=tight), sortition.read_public(lottery), sealed, read_export(data)
    )
    assert ["Every", "composition"] in failing(found)
    assert ["No", "lottery"] in failing(found)


def test_a_lottery_that_is_not_the_fairest():
    world = drawn("plain")
    engagement = world.state.get(Engagement, "flood-panel")
    draw = engagement.draws[0]
    lottery, sealed, data = files(world, engagement, draw)
    said = json.loads(lottery)
    unfair = {**said, "compositions": [said["compositions"][0]] * 1_000}
    found = Audit(draw, sortition.read_public(canonical(unfair)), sealed, read_export(data))
    assert ["Everybody's", "chance"] in failing(found)


@pytest.mark.parametrize("lie", [None, "{}", "[]", "null", "x"])
def test_without_a_certificate_nothing_is_proved(case, lie):
    found = audit(*case, **({"certificate": lie} if lie else {}))
    if lie:
        assert ["No", "lottery"] in failing(found)
    else:
        found.export = found.export.with_(certificate=None)
        assert ["No", "lottery"] in failing(found)


def turned(certificate):
    """The same certificate, but with its orbits in the opposite order."""
    said = json.loads(certificate)
    last = len(said["orbits"]) - 1
    said["orbits"], said["chances"] = said["orbits"][::-1], said["chances"][::-1]
    for level in said["levels"]:
        level["orbits"] = [last - at for at in level["orbits"]]
    for panel in said["panels"]:
        panel["seats"] = {str(last - int(at)): seats for at, seats in panel["seats"].items()}
    return json.dumps(said)


def test_a_certificate_goes_by_who_its_orbits_are_and_not_by_their_places(case):
    certificate = json.loads(files(*case)[2])["certificate"]
    assert failing(audit(*case, certificate=turned(certificate))) == []
    said = json.loads(certificate)
    said["orbits"] = said["orbits"][::-1]
    found = failing(audit(*case, certificate=json.dumps(said)))
    apart = max(said["chances"]) - min(said["chances"]) > 0.001
    assert ["No", "lottery"] in found
    assert (["Everybody's", "chance"] in found) == apart


def test_who_was_erased_is_missing_and_the_rest_still_holds():
    world = before(ConsultationClosed)
    engagement = world.state.get(Engagement, "flood-panel")
    world.room.erase("flood-panel-1-5")
    found = audit(world, engagement, engagement.draws[0])
    assert failing(found) == []
    assert found.erased == 1


def test_a_volunteer_sees_that_they_were_in_the_lot_and_with_what_chance(case):
    world, engagement, draw = case
    lottery, sealed, _ = files(*case)
    read = check_lottery(engagement, draw, lottery)
    number = min(read.members)
    own = world.room.vault[f"flood-panel-1-{number}"]
    given = read_slip(slip("flood-panel", 1, own))
    chance = check_slip(given, read, sealed)
    assert chance.number == number
    assert chance.chance == read.chances()[number]
    assert chance.alike == next(len(each) for each in read.profiles if number in each)
    for lie in (
        {"salt": "00" * 16},
        {"ref": "another"},
        {"body": {**own.body, "profile": {"age": "other"}}},
        {"body": {**own.body, "number": number + 1}},
        {"body": {**own.body, "number": 0}},
        {"body": {}},
    ):
        false = given.with_(person=given.person.with_(**lie))
        with pytest.raises(Broken, match=r"slip\.stranger"):
            check_slip(false, read, sealed)
    with pytest.raises(Broken, match=r"slip\.stranger"):
        check_slip(given.with_(subject="pool:another"), read, sealed)


@pytest.mark.parametrize("data", [b"", b"{}", b"[]", b"\xff", b'{"v":1}'])
def test_what_is_no_export_and_no_slip(data):
    for read in (read_export, read_slip):
        with pytest.raises(Invalid, match=r"export\.form"):
            read(data)


@pytest.mark.parametrize(
    "data", [b"", b"{}", b'{"commitments":"a","engagement":"x"}', b'{"commitments":[]}']
)
def test_what_is_no_list_of_fingerprints(data):
    with pytest.raises(Broken, match=r"pool\.fingerprints"):
        read_commitments(data, "x")
