"""One subject at a time: what is given, in which form, and every reason against it."""

import asyncio
import re

import pytest
from tests.gateways import SERVICE, asking
from tests.town import (
    ABSENT,
    COUNTS,
    DRY,
    GATEWAY,
    GLASS,
    HALF,
    HOUR,
    LEAVE_OUT,
    LOOKUP,
    MARK,
    MINUTE,
    NOW,
    OPT_OUTS,
    OUT,
    PURPOSE,
    SECOND,
    TWICE,
    WARNING,
    WET,
    home,
    rows,
    rule,
    write_homes,
)

from answerable.gateway.vault import GatewayVault
from answerable.model.actor import Role
from answerable.model.errors import Broken
from answerable.model.limits import Coarsen, Coarsening, OnlyColumns, Rate, WhileSignal
from answerable.model.organisation import Organisation
from answerable.model.text import en
from answerable.stages.account import RotateOrganisationKey
from answerable.stages.share import SealOptOuts

ADDRESS, DISTRICT = f"2 {MARK} lane", MARK
EMERGENCY = {
    "person": f"{MARK} officer",
    "post": "Chief officer",
    "reason": "Water is in the street",
}


def address(answer):
    assert answer.status == 200, answer.body
    return [row["address"] for row in answer.said["rows"]]


def but_for_the_number(answer):
    return answer.status, re.sub(rb'"release": ?\d+', b"", answer.body)


# What is given.


def test_the_columns_asked_for_are_given_as_they_are(shared):
    names = ["need", "people", "born", "oxygen", "seen_at", "score", "household"]
    said = shared.lookup(home(3), columns=names).said
    wanted = {**rows()[2], "oxygen": True}
    assert said["rows"] == [{name: wanted[name] for name in names}]
    assert list(said["rows"][0]) == names
    assert [given["form"] for given in said["given"]] == ["as-it-is"] * 7
    assert (said["signals"], said["emergency"], said["warnings"]) == ([], False, [])


def test_every_row_of_a_subject_is_given(shared):
    said = shared.lookup(TWICE, columns=["flood_area"]).said
    assert sorted(row["flood_area"] for row in said["rows"]) == ["kirk", "larch"]


def test_nobody_is_not_there(shared):
    assert shared.lookup(ABSENT).said["rows"] == []


@pytest.mark.parametrize("subject", [f"{DRY} ", f" {DRY}", DRY.upper(), f"{DRY[:-1]}%", "%"])
def test_a_reference_is_exactly_that(shared, subject):
    assert shared.lookup(subject).said["rows"] == []


def test_only_rows_that_may_be_given_are_there(shared):
    assert shared.lookup(home(1), agreement="north-only").said["rows"]
    south = shared.lookup(home(130), agreement="north-only")
    nobody = shared.lookup(ABSENT, agreement="north-only")
    assert but_for_the_number(south) == but_for_the_number(nobody)


def test_a_code_stands_for_the_reference(shared):
    (row,) = shared.lookup(WET, agreement="coded", columns=["household"]).said["rows"]
    code = shared.running.point.pseudonyms.for_("coded", "household").code(WET).hex()
    assert row == {"household": code}
    (other,) = shared.lookup(WET, agreement="coded-too", columns=["household"]).said["rows"]
    assert other["household"] != code


def test_it_is_recorded_before_it_is_given(shared):
    said = shared.lookup(WET, agreement="coarse").said
    leaf = shared.running.point.log.leaf(said["release"])
    assert {name: leaf[name] for name in leaf if name not in ("private", "at", "v")} == {
        "agreement": "coarse",
        "by": ["district"],
        "codes": [],
        "dataset": "homes",
        "emergency": False,
        "number": said["release"],
        "outcome": "allowed",
        "pattern": "lookup",
        "purpose": "rescue",
        "recipient": "fire",
        "rows": 1,
        "what": "release",
    }


# While a signal is in force.


def test_before_during_and_after_a_warning(gate):
    def ask():
        return address(gate.lookup(WET, agreement="coarse"))

    assert ask() == [DISTRICT]
    gate.warn()
    said = gate.lookup(WET, agreement="coarse").said
    assert [row["address"] for row in said["rows"]] == [ADDRESS]
    assert said["signals"] == ["warning"]
    assert [given["by"] for given in said["given"]] == [[], []]
    assert address(gate.lookup(DRY, agreement="coarse")) == [DISTRICT]
    gate.later(HOUR - SECOND)
    assert ask() == [ADDRESS]
    gate.later(SECOND)
    assert ask() == [DISTRICT]


def test_a_warning_that_ends_early_ends_at_once(gate):
    gate.warn()
    assert address(gate.lookup(WET, agreement="coarse")) == [ADDRESS]
    gate.later()
    gate.end()
    assert address(gate.lookup(WET, agreement="coarse")) == [DISTRICT]


def test_a_warning_begins_at_its_second(gate):
    gate.later(MINUTE)
    gate.warn()
    gate.clock.moment -= SECOND
    assert address(gate.lookup(WET, agreement="coarse")) == [DISTRICT]


def test_rows_in_two_places_are_decided_apart(gate):
    gate.warn()
    said = gate.lookup(TWICE, agreement="coarse", columns=["address", "flood_area"]).said
    found = {row["flood_area"]: row["address"] for row in said["rows"]}
    assert found == {"larch": f"8 {MARK} lane", "kirk": DISTRICT}
    assert {tuple(given["by"]) for given in said["given"] if given["column"] == "address"} == {
        (),
        ("district",),
    }


def test_rows_whose_place_nobody_knows_are_in_no_warning(gate):
    gate.warn()
    said = gate.lookup(HALF, agreement="coarse", columns=["address", "flood_area"]).said
    found = {row["flood_area"]: row["address"] for row in said["rows"]}
    assert found == {"larch": f"10 {MARK} lane", None: DISTRICT}


EVERYBODY = {
    HALF: [DISTRICT] * 2,
    TWICE: [DISTRICT] * 2,
    ABSENT: [],
    WET: [DISTRICT],
    DRY: [DISTRICT],
    OUT: [],
}
_MIXED = (
    "a query made for somebody who is nowhere is used for rows whose place is not known: rows come "
    "twice (patterns/lookup.py: rulings are kept by known places only)"
)


@pytest.mark.parametrize(
    "order",
    [
        [HALF, TWICE, ABSENT, WET, DRY, OUT],
        [HALF, OUT, DRY, WET, ABSENT, TWICE],
        [ABSENT, DRY, HALF, OUT, WET, TWICE],
        [TWICE, OUT, HALF, WET, DRY, ABSENT],
    ],
)
def test_no_order_of_questions_in_one_second_changes_an_answer(shared, order):
    shared.later()
    found = {subject: address(shared.lookup(subject, agreement="coarse")) for subject in order}
    assert found == EVERYBODY


def test_nothing_at_all_without_a_signal(gate):
    asked = [gate.lookup(who, agreement="in-a-warning") for who in (WET, DRY, ABSENT, OUT)]
    assert {but_for_the_number(answer) for answer in asked} == {but_for_the_number(asked[0])}
    assert (asked[0].status, asked[0].refusals) == (403, ["request.no-signal"])
    gate.warn()
    assert address(gate.lookup(WET, agreement="in-a-warning")) == [ADDRESS]
    asked = [gate.lookup(who, agreement="in-a-warning") for who in (DRY, ABSENT, OUT)]
    assert {but_for_the_number(answer) for answer in asked} == {but_for_the_number(asked[0])}
    assert asked[0].refusals == ["request.no-signal"]


def test_a_subject_in_two_places_is_given_where_the_signal_is(gate):
    gate.warn()
    said = gate.lookup(TWICE, agreement="in-a-warning", columns=["flood_area"]).said
    assert said["rows"] == [{"flood_area": "larch"}]


def test_a_signal_of_somebody_else_opens_nothing(gate):
    gate.warn(area="kirk")
    assert address(gate.lookup(WET, agreement="coarse")) == [DISTRICT]
    gate.agree(
        "by-health",
        rule(WhileSignal, "warned", when=WARNING.with_(issuers=("health",))),
    )
    assert gate.lookup(DRY, agreement="by-health").refusals == ["request.no-signal"]


def test_a_form_that_only_clashes_without_a_signal_is_decided_by_place(gate):
    limits = (
        rule(
            Coarsen, "place", column="address", to=Coarsening.POSTCODE_DISTRICT, source="postcode"
        ),
        rule(
            Coarsen, "month", column="address", to=Coarsening.MONTH, source="born", unless=WARNING
        ),
    )
    gate.agree("clash", *limits)
    asked = {"agreement": "clash", "columns": ["address"]}
    assert gate.lookup(WET, **asked).refusals == ["request.form"] * 2
    gate.warn()
    assert address(gate.lookup(WET, **asked)) == [DISTRICT]


# People who said no.


def test_who_is_left_out_is_not_there(shared):
    left_out = shared.lookup(OUT, agreement="coarse")
    absent = shared.lookup(ABSENT, agreement="coarse")
    assert left_out.status == 200
    assert but_for_the_number(left_out) == but_for_the_number(absent)
    assert address(shared.lookup(OUT, agreement="plain")) == [f"6 {MARK} lane"]


def test_it_is_the_list_and_nothing_else_that_keeps_somebody_out(gate):
    gate.feed()
    assert address(gate.lookup(OUT, agreement="coarse")) == [DISTRICT]


def test_a_no_counts_at_once(gate):
    assert address(gate.lookup(WET, agreement="coarse")) == [DISTRICT]
    gate.feed(OUT, WET)
    assert address(gate.lookup(WET, agreement="coarse")) == []


def test_a_no_counts_before_anybody_looks(gate):
    """The list is read from the vault itself, not from a memory of it."""
    with GatewayVault(gate.running.point.vault.path) as vault:
        vault.add(OPT_OUTS, WET, gate.clock.moment)
    assert address(gate.lookup(WET, agreement="coarse")) == []


def test_a_list_that_is_too_old_stops_everything(gate):
    age = 24 * HOUR - HOUR  # it was fed an hour ago
    gate.later(age)
    gate.catch_up()
    assert gate.lookup(WET, agreement="coarse").status == 200
    gate.later()
    answer = gate.lookup(WET, agreement="coarse")
    assert (answer.status, answer.refusals) == (503, ["request.opt-out-stale"])
    gate.feed(OUT)
    assert gate.lookup(WET, agreement="coarse").status == 200


def test_a_list_that_was_never_fed_stops_everything(gate):
    gate.agree("unfed", LEAVE_OUT.with_(list="never-fed"))
    assert gate.lookup(WET, agreement="unfed").refusals == ["request.opt-out-stale"]


def test_a_list_from_the_future_is_not_fresh(gate):
    gate.later(HOUR)
    gate.feed(OUT)
    gate.later(-HOUR)
    assert gate.lookup(WET, agreement="coarse").refusals == ["request.opt-out-stale"]


def seal(gate, **changes):
    fed = gate.running.point.vault.lists()[OPT_OUTS]
    said = {"version": fed.version, "fed": fed.at, "seal": fed.commitment, **changes}
    gate.act(Role.CUSTODIAN, "council", SealOptOuts(list=OPT_OUTS, **said))


def test_a_list_must_be_what_the_register_says(gate):
    gate.later()
    gate.feed(OUT, WET)
    assert gate.lookup(DRY, agreement="coarse").status == 200
    seal(gate, seal="0" * 64)
    assert gate.lookup(DRY, agreement="coarse").refusals == ["request.opt-out-stale"]
    gate.feed(OUT)
    assert gate.lookup(DRY, agreement="coarse").status == 200
    seal(gate)
    assert gate.lookup(DRY, agreement="coarse").status == 200


def test_a_later_version_in_the_register_is_waited_for(gate):
    gate.later()
    version = gate.running.point.vault.lists()[OPT_OUTS].version
    seal(gate, version=version + 1, seal="1" * 64)
    assert gate.lookup(DRY, agreement="coarse").refusals == ["request.opt-out-stale"]
    assert gate.lookup(DRY).status == 200


# What is not agreed.


@pytest.mark.parametrize(
    ("changes", "status", "code"),
    [
        ({"columns": ["note"]}, 403, "request.column"),
        ({"columns": ["address", "note"]}, 403, "request.column"),
        ({"columns": ["not_a_column"]}, 403, "request.column"),
        ({"purpose": "curiosity"}, 403, "request.purpose"),
        ({"agreement": "nothing-of-the-kind"}, 403, "request.agreement"),
        ({"agreement": "beds-for-fire"}, 403, "request.agreement"),
        ({"agreement": "unsigned"}, 403, "request.unsigned"),
        ({"agreement": "later"}, 403, "request.not-started"),
        ({"agreement": "over"}, 403, "request.ended"),
        ({"service": "police-desk"}, 403, "request.recipient"),
    ],
)
def test_what_is_not_agreed_is_refused(shared, changes, status, code):
    answer = shared.lookup(**changes)
    assert (answer.status, answer.code) == (status, "request.declined")
    assert set(answer.refusals) == {code}
    assert all(each["says"] and each["remedy"] and each["by"] for each in answer.said["refusals"])
    leaf = shared.running.point.log.leaf(answer.said["release"])
    assert (leaf["outcome"], leaf["codes"]) == ("refused", [code])
    assert leaf["private"]
    assert MARK not in answer.body.decode()


def test_a_column_that_a_limit_takes_away_is_refused(gate):
    gate.agree("only", rule(OnlyColumns, "only", columns=("need",)))
    assert gate.lookup(agreement="only").refusals == ["request.column"]
    assert gate.lookup(agreement="only", columns=["need"]).said["rows"] == [{"need": "chair"}]


def test_a_pattern_that_is_not_granted_is_refused(gate):
    gate.agree("counting", PURPOSE, patterns=(COUNTS,))
    assert gate.lookup(agreement="counting").refusals == ["request.pattern"]


def test_every_reason_is_said(shared):
    answer = shared.lookup(agreement="over", purpose="curiosity", columns=["note"])
    assert answer.refusals == [
        "request.ended",
        "request.purpose",
        "request.column",
        "request.purpose",
    ]


def test_suspended_and_resumed(gate):
    assert gate.lookup().status == 200
    gate.suspend("plain", LOOKUP)
    assert gate.lookup().refusals == ["request.suspended"]
    assert gate.counts("ward").status == 200
    gate.resume("plain")
    assert gate.lookup().status == 200


def test_another_agreement_goes_on(gate):
    gate.suspend("plain")
    assert gate.lookup(agreement="glass").status == 200


@pytest.mark.parametrize(("name", "moment"), [("later", NOW + HOUR), ("over", NOW - HOUR)])
def test_an_agreement_begins_and_ends_at_its_second(gate, name, moment):
    found = []
    for by in (-SECOND, 0 * SECOND, SECOND):
        gate.clock.moment = moment + by
        gate.running.app._callers._since = 0
        found.append(gate.lookup(agreement=name).status)
    assert found == ([403, 200, 200] if name == "later" else [200, 403, 403])


def test_the_same_second_is_the_same_answer(shared):
    shared.later()
    found = {shared.lookup(agreement="over").body[-40:-20] for _ in range(3)}
    assert len(found) == 1


def test_a_missed_duty_is_said_beside_the_answer(gate):
    assert gate.lookup(agreement="dutiful").said["warnings"] == []
    gate.clock.moment = NOW.replace(day=3, hour=0)
    gate.catch_up()
    assert gate.lookup(agreement="dutiful").said["warnings"] == ["yearly-report"]
    assert gate.bulk(agreement="dutiful").refusals == ["request.duty"]


# The gateway itself.


def test_a_register_that_is_too_old_is_not_relied_on(gate):
    gate.later(24 * HOUR - MINUTE)
    gate.feed(OUT)
    assert gate.lookup().status == 200
    gate.later(MINUTE)
    assert gate.lookup().status == 200
    gate.later()
    answer = gate.lookup()
    assert (answer.status, answer.refusals) == (503, ["request.stale"])
    gate.catch_up()
    assert gate.lookup().status == 200


def test_a_fork_stops_everything(gate):
    gate.running.mirror._raise_alarm("a mirror", gate.running.mirror.checkpoint, gate.clock.now())
    gate.later()
    gate.running.follow()
    asked = (gate.lookup(), gate.bulk(), gate.counts("ward"), gate.ask("GET", "/open/rain.csv"))
    for answer in asked:
        assert answer.status == 503
        assert answer.refusals[0] == "request.fork"
    assert gate.ask("GET", "/ready").status == 503
    assert b"answerable_register_fork 1.0" in gate.ask("GET", "/metrics").body


def test_a_fork_stops_everything_at_once(gate):
    assert gate.lookup().status == 200
    gate.running.mirror._raise_alarm("a mirror", gate.running.mirror.checkpoint, gate.clock.now())
    assert gate.lookup().status == 503


def test_a_key_that_our_own_people_did_not_write_down_stops_everything(gate):
    new = gate.loop.keyring.new("council")
    rotates = RotateOrganisationKey(
        organisation="council", public_key=new.public, reason=en("It is old.")
    )
    gate.act(Role.STEWARD, "trust", rotates)
    answer = gate.lookup()
    assert (answer.status, answer.refusals) == (503, ["request.own-key"])
    assert gate.ask("GET", "/open/rain.csv").status == 503


@pytest.mark.parametrize(
    ("name", "status"),
    [
        ("plain", 503),
        ("homes", 503),
        ("council", 503),
        ("fire", 503),
        (SERVICE, 503),
        ("coarse", 200),
        ("rain", 200),
        ("police", 200),
        (GATEWAY, 200),
    ],
)
def test_an_entry_that_is_not_understood_stops_what_it_names(gate, monkeypatch, name, status):
    monkeypatch.setattr(type(gate.running.mirror), "unknown_names", frozenset({name}))
    gate.later()
    answer = gate.lookup()
    assert answer.status == status
    assert answer.refusals == ([] if status == 200 else ["request.unknown"])


@pytest.mark.parametrize("whose", ["fire", "council"])
def test_an_entry_that_is_not_understood_stops_whose_key_it_names(gate, monkeypatch, whose):
    own = gate.running.mirror.state.get(Organisation, whose)
    for name in (own.public_key, own.key_id):
        monkeypatch.setattr(type(gate.running.mirror), "unknown_names", frozenset({name}))
        gate.later()
        assert gate.lookup().refusals == ["request.unknown"]


def test_a_source_that_is_not_ready_is_said_to_be(gate):
    gate.running.point.models._copies.clear()
    answer = gate.lookup()
    assert (answer.status, answer.code) == (503, "source.preparing")
    assert gate.last()["codes"] == ["source.preparing"]


def test_new_data_is_found_when_it_is_there(gate):
    changed = [{**row, "address": f"new {MARK} road"} for row in rows()]
    write_homes(gate.homes, changed)
    assert address(gate.lookup()) == [f"1 {MARK} lane"]
    gate.follow()
    assert address(gate.lookup()) == [f"new {MARK} road"]


def test_a_source_that_is_gone_leaves_what_was_copied(gate):
    gate.homes.unlink()
    gate.follow()
    assert address(gate.lookup()) == [f"1 {MARK} lane"]


# How often.


def statuses(answers):
    return [answer.status for answer in answers]


def test_a_limit_on_how_often_is_exact(gate):
    gate.clock.moment = NOW.replace(second=59)
    assert statuses(gate.lookup(agreement="slowly") for _ in range(4)) == [200, 200, 200, 429]
    refused = gate.lookup(agreement="slowly")
    assert refused.refusals == ["request.rate"]
    assert refused.headers["retry-after"] == "60"
    assert gate.last()["codes"] == ["request.rate"]
    gate.later()  # the next minute
    assert statuses(gate.lookup(agreement="slowly") for _ in range(4)) == [200, 200, 200, 429]


def test_what_is_refused_does_not_count(gate):
    for _ in range(5):
        gate.lookup(agreement="slowly", purpose="curiosity")
    assert statuses(gate.lookup(agreement="slowly") for _ in range(4)) == [200, 200, 200, 429]


def test_nobody_counts_as_much_as_somebody(gate):
    found = [gate.lookup(ABSENT, agreement="slowly") for _ in range(4)]
    assert statuses(found) == [200, 200, 200, 429]


def test_what_was_answered_before_a_restart_counts(gate):
    for _ in range(2):
        gate.lookup(agreement="slowly")
    gate.restart()
    gate.later()  # tokens from before the start are not believed
    assert statuses(gate.lookup(agreement="slowly") for _ in range(2)) == [200, 429]


def test_many_at_once_do_not_get_more(gate):
    async def crowd():
        body = asking(subject=DRY, agreement="slowly")
        asked = [gate.sends("POST", "/lookup", body, service=SERVICE) for _ in range(8)]
        return await asyncio.gather(*asked)

    assert sorted(statuses(asyncio.run(crowd()))) == [200] * 3 + [429] * 5


@pytest.mark.parametrize(
    "wanted",
    [[200, 200, 429]],
)
def test_a_signal_lifts_no_limit_on_how_often(gate, wanted):
    gate.warn()
    found = [gate.lookup(WET, agreement="in-a-warning") for _ in range(3)]
    assert statuses(found) == wanted


def test_an_answer_that_is_not_recorded_does_not_count(gate, monkeypatch):
    log = type(gate.running.point.log)
    recorded = log.recorded

    async def full(*said):
        raise Broken("store.full", path="releases.jsonl")

    monkeypatch.setattr(log, "recorded", full)
    assert statuses(gate.lookup(agreement="slowly") for _ in range(5)) == [503] * 5
    monkeypatch.setattr(log, "recorded", recorded)
    assert statuses(gate.lookup(agreement="slowly") for _ in range(4)) == [200, 200, 200, 429]


def test_a_limit_for_all_patterns_counts_them_together(gate):
    gate.agree("together", rule(Rate, "two", requests=2, per="day"))
    assert gate.lookup(agreement="together").status == 200
    assert gate.counts("ward", agreement="together").status == 200
    assert gate.lookup(agreement="together").status == 429
    assert gate.bulk(agreement="together").status == 429


# Emergencies.


def test_a_persons_word_opens_one_lookup_and_is_kept_for_review(gate):
    assert address(gate.lookup(WET, agreement="glass")) == [DISTRICT]
    said = gate.lookup(WET, agreement="glass", emergency=EMERGENCY).said
    assert [row["address"] for row in said["rows"]] == [ADDRESS]
    assert said["emergency"] is True
    log = gate.running.point.log
    assert log.leaf(said["release"])["emergency"] is True
    (reviewed,) = log.emergencies(NOW)
    assert reviewed.number == said["release"]
    assert reviewed.private["emergency"] == EMERGENCY
    assert [found.private.get("emergency") for found in log.about("homes", WET)] == [
        None,
        EMERGENCY,
    ]
    assert address(gate.lookup(WET, agreement="glass")) == [DISTRICT]


def test_a_signal_makes_an_emergency_unnecessary(gate):
    gate.warn()
    said = gate.lookup(WET, agreement="glass", emergency=EMERGENCY).said
    assert (said["emergency"], said["signals"]) == (False, ["warning"])
    assert not gate.running.point.log.emergencies(NOW)


@pytest.mark.parametrize("missing", ["person", "post", "reason"])
def test_an_emergency_has_a_person_a_post_and_a_reason(shared, missing):
    said = {name: value for name, value in EMERGENCY.items() if name != missing}
    answer = shared.lookup(WET, agreement="glass", emergency=said)
    assert answer.status == 400
    assert [each["field"] for each in answer.said["faults"]] == [f"emergency.{missing}"]


@pytest.mark.parametrize("agreement", ["coarse", "plain", "in-a-warning", "over", "north-only"])
def test_an_emergency_opens_nothing_where_it_is_not_agreed(shared, agreement):
    usual = shared.lookup(WET, agreement=agreement)
    answer = shared.lookup(WET, agreement=agreement, emergency=EMERGENCY)
    assert but_for_the_number(answer) == but_for_the_number(usual)
    leaf = shared.running.point.log.leaf(answer.said["release"])
    assert leaf["emergency"] is False
    assert EMERGENCY["person"] not in str(leaf)


def test_an_emergency_does_not_open_what_else_is_closed(gate):
    for changes, code in (
        ({"purpose": "curiosity"}, "request.purpose"),
        ({"columns": ["note"]}, "request.column"),
    ):
        answer = gate.lookup(WET, agreement="glass", emergency=EMERGENCY, **changes)
        assert answer.refusals == [code]
    gate.suspend("glass")
    answer = gate.lookup(WET, agreement="glass", emergency=EMERGENCY)
    assert answer.refusals == ["request.suspended"]


def test_an_emergency_counts_as_any_other(gate):
    gate.agree(
        "glass-slowly",
        rule(WhileSignal, "warned", when=GLASS),
        rule(Rate, "two", requests=2, per="hour"),
    )
    asked = [gate.lookup(WET, agreement="glass-slowly", emergency=EMERGENCY) for _ in range(3)]
    assert statuses(asked) == [200, 200, 429]
    assert len(gate.running.point.log.emergencies(NOW)) == 2


def test_an_emergency_of_somebody_left_out_shows_nothing(gate):
    gate.agree("glass-left-out", rule(WhileSignal, "warned", when=GLASS), LEAVE_OUT)
    answer = gate.lookup(OUT, agreement="glass-left-out", emergency=EMERGENCY)
    absent = gate.lookup(ABSENT, agreement="glass-left-out", emergency=EMERGENCY)
    assert but_for_the_number(answer) == but_for_the_number(absent)
    assert answer.said["rows"] == []
