"""Whoever runs the register, and holds its seal alone, cannot make a gateway give anything.

Each attack was carried out once against an earlier state of the gateway, and worked.
"""

from itertools import count
from typing import Any

import pytest
from tests.gateways import opened_gate
from tests.town import HOMES, ORIGIN, home

from answerable.gateway.mirror.believed import copied
from answerable.model.agreement import Agreement
from answerable.model.base import moment_text
from answerable.model.entry import Signature, read_entry
from answerable.model.organisation import OpenRegister, Organisation
from answerable.model.signing import SigningKey, canonical, key_id
from answerable.science.tlog import Checkpoint, Tree, leaf_hash, sign
from answerable.store.public import PublicFiles

EVIL = SigningKey(b"\7" * 32)
X = {"en": "x"}


class Operator:
    """Adds what it likes to the register and seals it; of signatures it has what it is given."""

    def __init__(self, gate: Any) -> None:
        self.gate = gate
        self.state = copied(gate.running.mirror.state)
        self.opened = self.state.get(OpenRegister, "register")
        self._entries = [entry.data for entry in gate.loop.entries()]
        self._numbers = count(1)

    def key(self, organisation: str) -> SigningKey:
        return self.gate.loop.keyring.find(self.state.get(Organisation, organisation).key_id)

    def stewards(self) -> list[SigningKey]:
        found = (self.gate.loop.keyring.find(key_id(s.key)) for s in self.opened.stewards)
        return [key for key in found if key][: self.opened.quorum]

    def say(self, kind: str, org: str, role: str, body: dict[str, Any], *keys: SigningKey) -> None:
        said = {
            "v": 1,
            "kind": kind,
            "kind_version": 1,
            "register_id": self.state.get(OpenRegister, "register").register_id,
            "at": moment_text(self.gate.clock.moment),
            "org": org,
            "role": role,
            "actor_ref": "a-00000000",
            "command_id": f"forged-{next(self._numbers):08}",
            "body": body,
            "signatures": [],
        }
        entry = read_entry(canonical(said), len(self._entries))
        message = entry.envelope.to_sign()
        ordered = sorted(keys, key=lambda key: key.id)
        made = [Signature(key=key.id, sig=key.sign(message)) for key in ordered]
        data = entry.envelope.signed(*made).to_bytes()
        entry = read_entry(data, len(self._entries))
        self._entries.append(data)
        self.state.apply(entry)

    def draft(self, name: str, key: SigningKey) -> None:
        body = {
            "agreement": name,
            "proposal": "home-help",
            "title": X,
            "custodian": "council",
            "dataset": "homes",
            "columns": list(HOMES),
            "subject_column": "household",
            "patterns": ["lookup", "bulk", "aggregate"],
            "recipients": ["police"],
            "purposes": ["rescue"],
            "starts": "2026-02-01T00:00:00Z",
            "ends": "2028-02-01T00:00:00Z",
            "greatest_age_minutes": 1440,
            "review": "2027-01-01",
            "prevails": "text",
            "critical": [],
        }
        self.say("agreement.drafted", "council", "custodian", body, key)

    def party(self, agreement: str, organisation: str) -> None:
        body = {
            "agreement": agreement,
            "organisation": organisation,
            "capacity": "controller",
            "post": X,
            "authority": X,
        }
        self.say("party.named", "council", "custodian", body)

    def sign(self, agreement: str, organisation: str, key: SigningKey) -> None:
        terms = self.state.get(Agreement, agreement).terms
        body = {"agreement": agreement, "terms": terms, "post": X}
        self.say("agreement.signed", organisation, "officer", body, key)

    def publish(self) -> None:
        tree = Tree(map(leaf_hash, self._entries))
        moment = int(self.gate.clock.moment.timestamp())
        ring = self.gate.loop.keyring
        seals = [ring.log(self.opened.log_key), ring.time(self.opened.time_key).at(moment)]
        note = sign(Checkpoint(ORIGIN, tree.size, tree.root()).text, seals)
        PublicFiles(self.gate.place / "public").publish(
            tree, lambda start, stop: self._entries[start:stop], {}, note, tree.size
        )
        self.gate.running.ready()

    def reopen(self, org: str, operator: str, key: str) -> None:
        body = {
            "origin": ORIGIN,
            "title": X,
            "operator": operator,
            "operator_title": X,
            "operator_key": key,
            "log_key": self.opened.log_key,
            "time_key": self.opened.time_key,
            "stewards": [{"ref": "a-00000001", "key": EVIL.public}],
            "quorum": 1,
            "languages": ["en"],
            "nature": "invented",
        }
        self.say("register.opened", org, "steward", body, EVIL)

    def admit(self, key: str) -> None:
        body = {"organisation": "council", "title": X, "public_key": key, "invented": True}
        self.say("organisation.admitted", "trust", "steward", body, *self.stewards())


def reopened(op: Operator) -> None:
    own = op.state.get(Organisation, "council").public_key
    op.reopen("trust", "council", EVIL.public)
    loot(op, EVIL)
    op.reopen("council", "council", own)


def loot(op: Operator, key: SigningKey) -> None:
    op.draft("loot", key)
    op.party("loot", "council")
    op.sign("loot", "council", key)


def admitted_again(op: Operator) -> None:
    own = op.state.get(Organisation, "council").public_key
    op.admit(EVIL.public)
    loot(op, EVIL)
    op.admit(own)


def only_the_recipient_signs(op: Operator) -> None:
    op.draft("loot", op.key("council"))
    op.party("loot", "police")
    op.sign("loot", "police", op.key("police"))


def only_an_accomplice_signs(op: Operator) -> None:
    op.draft("loot", op.key("council"))
    op.party("loot", "trust")
    op.sign("loot", "trust", op.key("trust"))


@pytest.mark.parametrize(
    "attack", [reopened, admitted_again, only_the_recipient_signs, only_an_accomplice_signs]
)
def test_no_agreement_comes_about_without_the_custodian(attack):
    with opened_gate() as gate:
        op = Operator(gate)
        attack(op)
        op.publish()
        asked = {"agreement": "loot", "columns": ["household", "address", "note"]}
        answer = gate.post("/bulk", "police-desk", **asked, format="csv")
        assert answer.status in (403, 503)
        assert home(1).encode() not in answer.body


def test_a_column_is_not_opened_by_describing_it_again():
    with opened_gate() as gate:
        assert gate.ask("GET", "/open/rain.csv").status == 200
        op = Operator(gate)
        for column in ("gauge", "keeper"):
            body = {
                "dataset": "rain",
                "column": column,
                "title": X,
                "type": "text",
                "sensitivity": "none",
            }
            op.say("column.described", "council", "custodian", body)
        op.publish()
        answer = gate.ask("GET", "/open/rain.csv")
        assert (answer.status, answer.refusals) == (503, ["request.unsound"])


def test_a_key_that_was_once_put_in_our_place_stops_everything_even_our_own_view():
    with opened_gate() as gate:
        gate.lookup(home(1))
        op = Operator(gate)
        own = op.state.get(Organisation, "council").public_key
        body = {"organisation": "council", "public_key": EVIL.public, "reason": X}
        op.say("organisation.key_rotated", "trust", "steward", body, *op.stewards(), EVIL)
        op.publish()
        assert own != EVIL.public
        assert gate.lookup(home(1)).refusals == ["request.own-key"]
        asked = {"agreement": ..., "purpose": ..., "columns": ..., "dataset": "homes"}
        answer = gate.post("/about", "council-desk", **asked, subject=home(1))
        assert answer.status == 503
