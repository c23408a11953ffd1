"""What a register says that no honest one would, or a newer one: nothing goes on as if unsaid."""

import json
import shutil

import pytest
from tests.gateways import Wire, asking
from tests.town import DRY, MARK

NIGHTS = {"rule": "only-at-night", "limit": "nights", "because": "risk:burglary"}


@pytest.fixture
def limited(gate):
    """A gateway whose register has a limit of a sort that nobody knew when it was made."""
    gate.says("limit.added", body={"agreement": "plain", "limit": NIGHTS})
    return gate


def ways(gate, agreement):
    return [
        gate.lookup(agreement=agreement),
        gate.bulk(agreement=agreement),
        gate.counts(agreement=agreement),
    ]


def test_a_limit_that_is_not_known_stops_its_agreement(limited):
    assert limited.running.mirror.size == limited.running.mirror.state.size
    for answer in ways(limited, "plain"):
        assert (answer.status, answer.refusals) == (503, ["request.unknown"])
        assert "does not understand" in answer.said["refusals"][0]["says"]
        leaf = limited.running.point.log.leaf(answer.said["release"])
        assert (leaf["outcome"], leaf["codes"]) == ("refused", ["request.unknown"])


def test_a_limit_of_somebody_elses_agreement_stops_nothing_here(gate):
    size = gate.running.mirror.size
    gate.says("limit.added", org="agency", body={"agreement": "beds-for-all", "limit": NIGHTS})
    assert gate.running.mirror.size == size + 1
    assert [answer.status for answer in ways(gate, "plain")] == [200] * 3


UNSOUND = {
    "an actor who may not say it": ("limit.added", {"role": "public"}),
    "an organisation that nobody admitted": ("limit.added", {"org": "stranger"}),
    "a suspension that nobody signed": (
        "agreement.signed",
        {"kind": "agreement.suspended", "body": None},
    ),
    "what is no entry at all": ("limit.added", {"v": 7}),
}


@pytest.mark.parametrize("what", UNSOUND)
def test_what_may_not_be_there_stops_everything(gate, what):
    like, fields = UNSOUND[what]
    if fields.get("body", ...) is None:
        patterns, words = ["lookup"], {"en": "Something is wrong."}
        body = {"agreement": "plain", "patterns": patterns, "reason": words, "post": words}
        fields = {**fields, "body": body}
    size = gate.running.mirror.size
    gate.says(like, **fields)
    assert gate.running.mirror.size == size
    for answer in [*ways(gate, "plain"), *ways(gate, "coarse")]:
        assert (answer.status, answer.refusals) == (503, ["request.unsound"])
        assert answer.said["refusals"][0]["remedy"]
        assert MARK not in answer.body.decode()
        leaf = gate.running.point.log.leaf(answer.said["release"])
        assert (leaf["outcome"], leaf["codes"]) == ("refused", ["request.unsound"])
    for path in ("/ready", "/open/rain.csv"):
        assert gate.ask("GET", path).status == 503
    about = {"dataset": "homes", "subject": DRY}
    assert gate.ask("POST", "/about", about, service="council-desk").status == 503


def test_it_stops_a_stream_that_runs_too(gate, monkeypatch):
    monkeypatch.setattr("answerable.gateway.patterns.bulk._PART", 512)
    wire = Wire(json.dumps(asking(format="jsonl")).encode())

    def before(message):
        if message.get("body") and len(wire.parts) == 1:
            gate.says("limit.added", role="public")

    wire.before = before
    with pytest.raises(Exception, match=r"door\.stopped"):
        gate.ask("POST", "/bulk", service="fire-control", wire=wire)
    assert not wire.answer.whole


def test_a_longer_register_that_holds_is_believed_again(gate):
    gate.says("limit.added", role="public")
    assert gate.lookup().status == 503
    shutil.rmtree(gate.place / "public")
    gate.catch_up()
    assert gate.lookup().status == 503  # as long as before: it says nothing of what came since
    gate.warn()
    assert gate.lookup().status == 200


def body_of(gate, kind, **changes):
    said = next(e for e in gate.loop.entries() if e.envelope.kind == kind)
    return {**json.loads(said.data)["body"], "agreement": "plain", **changes}


EDITS = {
    "a limit": ("limit.added", {}),
    "a party": ("party.named", {"organisation": "agency"}),
    "a duty": ("duty.added", {}),
}


@pytest.mark.parametrize("what", EDITS)
def test_an_agreement_edited_after_it_was_signed_gives_nothing(gate, what):
    kind, changes = EDITS[what]
    assert gate.lookup().status == 200
    gate.says(kind, body=body_of(gate, kind, **changes))
    for answer in ways(gate, "plain"):
        assert (answer.status, answer.refusals) == (403, ["request.unsigned"])
        assert answer.said["refusals"][0]["says"] == "Not every party has signed the agreement."
        leaf = gate.running.point.log.leaf(answer.said["release"])
        assert (leaf["outcome"], leaf["codes"]) == ("refused", ["request.unsigned"])
    assert gate.lookup(agreement="coarse").status == 200
