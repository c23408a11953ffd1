"""What was once written is read for ever: one golden file a kind and version, never changed."""

import json
from pathlib import Path

import pytest
from tests.golden import make
from tests.golden.examples import OPENED, golden, key
from tests.worlds import before

from answerable.model.agreement import Agreement, ProposalDecided
from answerable.model.draw import TargetsRelaxed
from answerable.model.earlier import PanelDrawn1, PoolCommitted1
from answerable.model.engagement import Engagement, EngagementOpened
from answerable.model.entry import (
    _SHAPES,
    KINDS,
    Body,
    Envelope,
    Kind,
    Unknown,
    check_exact,
    newest,
    read_entry,
)
from answerable.model.fingerprint import fingerprint, of_proposal, of_recommendation
from answerable.model.organisation import register_id
from answerable.model.recruitment import PopulationStated
from answerable.model.signing import canonical, is_signed
from answerable.model.state import APPLIERS, Builder, Record, applies, fold
from answerable.model.text import Text, en

FILES = {path.stem: path for path in Path(make.__file__).parent.glob("*.json")}
MADE = golden()

each_file = pytest.mark.parametrize("name", sorted(FILES))


def test_every_kind_and_version_has_a_file():
    assert {f"{kind.name}.v{kind.version}" for kind in KINDS} <= FILES.keys()


def test_every_file_can_be_made():
    assert FILES.keys() == MADE.keys()


@each_file
def test_it_is_made_again_byte_for_byte(name):
    assert MADE[name] == FILES[name].read_bytes()


@each_file
def test_it_is_read_and_written_byte_for_byte(name):
    data = FILES[name].read_bytes()
    entry = read_entry(data, 7)
    check_exact(entry)
    assert entry.index == 7
    assert entry.data == data
    assert name.startswith(f"{entry.kind.name}.v{entry.kind.version}")
    assert type(entry.body) is KINDS[entry.kind]
    assert entry.envelope.to_bytes() == data == canonical(json.loads(data))


@each_file
def test_its_signature_still_holds(name):
    said = read_entry(FILES[name].read_bytes(), 0).envelope
    (signature,) = said.signatures
    assert signature.key == key("council").id
    assert is_signed(said.to_sign(), signature.sig, key("council").public)
    changed = said.with_(org="health").to_sign()
    assert not is_signed(changed, signature.sig, key("council").public)


@each_file
def test_what_it_says_is_understood_today(name):
    entry = read_entry(FILES[name].read_bytes(), 0)
    assert type(entry.meaning) is newest(entry.kind.name)
    assert type(entry.meaning) in APPLIERS


def test_limits_of_every_form_have_a_file():
    rules = {
        json.loads(path.read_bytes())["body"]["terms"]["rule"]
        for name, path in FILES.items()
        if name.startswith("limit.added")
    }
    assert rules == {
        "only-columns",
        "only-purposes",
        "only-rows",
        "coarsen",
        "opt-out",
        "rate",
        "pseudonymise",
        "while-signal",
        "minimum-count",
    }


def test_no_file_has_a_number_with_a_fraction_or_nothing():
    for path in FILES.values():
        text = path.read_text()
        assert "null" not in text
        assert json.loads(text, parse_float=pytest.fail)


def test_the_script_writes_what_is_missing_and_never_overwrites(tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(make, "HERE", tmp_path)
    assert make.main() == 0
    assert {path.stem for path in tmp_path.iterdir()} == MADE.keys()
    changed = tmp_path / "mission.set.v1.json"
    changed.write_bytes(b"{}")
    assert make.main() == 1
    assert changed.read_bytes() == b"{}"
    assert "mission.set.v1.json" in capsys.readouterr().err


# Digests that people sign or pin: they can never be worked out in another way.


def test_the_id_of_a_register():
    assert register_id(OPENED) == "3aad3c527b6904da1b78e2dc44945edc"


def test_the_id_of_a_key():
    assert key("council").id == "21121ccc4c6977a2260c8d197a458d47"


def test_the_digest_of_terms():
    agreement = before(None).state.get(Agreement, "flood-rescue")
    assert agreement.terms == "e5ab2c0036e461f8b9b764f0ca28ef481f04179c384731f3f4c2917726b7fd74"


def test_the_fingerprints_of_what_is_answered_and_decided():
    """They are judged again by whoever checks: a new field of a record must leave them alone."""
    state = before(ProposalDecided, without=lambda said: isinstance(said, TargetsRelaxed)).state
    assert (
        of_recommendation(state, "tell-us")
        == "76a0ea020b43169079aba9346734728d0ed6f3d73c94c27da9451e3d85fa4f34"
    )
    assert (
        of_proposal(state, "flood-help")
        == "f39f97f1f26c9bbe92cdfdb8b0e7f8996891622ba85880f8e5377847542a0713"
    )
    assert (
        of_proposal(state, "open-rain")
        == "e2315e3f28cc9aa022359a5cac39df41ad3fc5d1145545a9911bd3c5d4d3eff9"
    )


@pytest.mark.parametrize(
    ("last", "digest"),
    [
        (PopulationStated, "eda072e6b650d153a5b515895f791f7fa2996af2ca57695d7c163a7e1b915c1a"),
        (PoolCommitted1, "1408b9145ba17db2417657233f72175f244cd4b50c73b9f00f13fdc8a47e3b44"),
        (PanelDrawn1, "697cef3ac3585e218a17d628305e3db984dcfcff87877e8790eeccc7e6003346"),
    ],
)
def test_a_panel_drawn_by_random_keys_has_the_fingerprint_that_was_signed_about(last, digest):
    """The digests are those of the software that drew so."""
    state = Builder()
    for kind in (EngagementOpened, PopulationStated, PoolCommitted1, PanelDrawn1):
        data = MADE[f"{kind.kind.name}.v{kind.kind.version}"]
        said = {**json.loads(data), "org": "fire"}
        state.apply(read_entry(canonical(said), 5))
        if kind is last:
            break
    assert fingerprint(state.get(Engagement, "flood-panel")) == digest


# A kind that gets a new version.


class Toy(Record):
    noun = "toy"

    toy: str
    title: Text


@pytest.fixture
def versions():
    """Declare a kind in two versions; nobody knows it afterwards."""

    class ToyMadeTwo(Body):
        kind = Kind("toy.made", 2)

        toy: str
        title: Text

    class ToyMadeOne(Body):
        kind = Kind("toy.made", 1)

        toy: str
        colour: str

        def upcast(self):
            return ToyMadeTwo(toy=self.toy, title=en(f"The {self.colour} one"))

    @applies(ToyMadeTwo)
    def _(state, entry, body):
        state.put(Toy(toy=body.toy, title=body.title, entry=entry.index, at=entry.envelope.at))

    yield ToyMadeOne, ToyMadeTwo
    for body in (ToyMadeOne, ToyMadeTwo):
        del KINDS[body.kind]
        APPLIERS.pop(body, None)
        _SHAPES.pop(body.kind, None)


def toy_bytes(version, **body):
    said = json.loads(FILES["mission.set.v1"].read_bytes())
    said |= {"kind": "toy.made", "kind_version": version, "body": body, "signatures": []}
    return canonical(said)


def test_old_words_are_understood_as_new_ones_and_their_bytes_stay(versions):
    one, two = versions
    old = toy_bytes(1, toy="boat", colour="red")
    new = toy_bytes(2, toy="kite", title={"en": "A kite"})
    entries = [read_entry(old, 0), read_entry(new, 1)]
    assert [type(entry.body) for entry in entries] == [one, two]
    for entry, data in zip(entries, (old, new), strict=True):
        check_exact(entry)
        assert entry.data == data == entry.envelope.to_bytes()
    toys = list(fold(entries).each(Toy))
    assert [(toy.toy, toy.title.say()) for toy in toys] == [
        ("boat", "The red one"),
        ("kite", "A kite"),
    ]
    assert entries[0].body == one(toy="boat", colour="red"), "what was said stays as it was said"
    assert newest("toy.made") is two
    assert entries[0].meaning == two(toy="boat", title=en("The red one"))
    assert entries[1].meaning is entries[1].body


def test_a_version_from_the_future_is_kept_and_not_guessed(versions):
    data = toy_bytes(3, toy="drone", range="far")
    entry = read_entry(data, 0)
    check_exact(entry)
    assert isinstance(entry.body, Unknown)
    assert entry.body.said == {"toy": "drone", "range": "far"}
    state = fold([read_entry(toy_bytes(1, toy="boat", colour="red"), 0), entry])
    assert [toy.toy for toy in state.each(Toy)] == ["boat"]


def test_a_kind_is_declared_once(versions):
    with pytest.raises(TypeError, match="declared twice"):

        class Again(Body):
            kind = Kind("toy.made", 2)

    assert KINDS[Kind("toy.made", 2)] is versions[1]


def test_the_toys_are_gone():
    assert not [kind for kind in KINDS if kind.name == "toy.made"]
    assert isinstance(read_entry(toy_bytes(1, toy="boat"), 0).body, Unknown)
    assert issubclass(Envelope[Unknown], Envelope)
