"""The envelope: what is read, what is refused, and that there is one way to write it."""

import json
from datetime import UTC, date, datetime, timedelta, timezone

import pytest
from pydantic import ValidationError
from tests.golden.examples import EXAMPLES, golden, key
from tests.worlds import before, example, signed_by

from answerable.model.actor import Role
from answerable.model.agreement import AgreementDrafted
from answerable.model.base import moment_text
from answerable.model.engagement import TallyCounted
from answerable.model.entry import (
    MOST_BYTES,
    Body,
    Entry,
    Envelope,
    Kind,
    Signature,
    Unknown,
    check_exact,
    parse_json,
    read_entry,
)
from answerable.model.errors import AnswerableError, Invalid
from answerable.model.signing import canonical
from answerable.model.state import fold
from answerable.model.text import en
from answerable.model.vision import MissionSet, ScenarioTold

FILES = golden()
MISSION = FILES["mission.set.v1"]


def plain(name="mission.set.v1"):
    return json.loads(FILES[name])


def edited(name="mission.set.v1", body=None, **changes):
    """Give the bytes of a golden entry after changes; `...` takes a field away."""
    said = {**plain(name), **changes}
    if isinstance(body, dict):
        said["body"] = {**said["body"], **body}
    elif body is not None:
        said["body"] = body
    return canonical({field: value for field, value in said.items() if value is not ...})


def read(data):
    """Read as whoever checks a register does."""
    entry = read_entry(data, 3)
    check_exact(entry)
    return entry


def fault_codes(data, *, exact=True):
    with pytest.raises(Invalid) as refusal:
        (read if exact else lambda said: read_entry(said, 3))(data)
    return refusal.value.code, [(each.field, each.code) for each in refusal.value.faults]


# The form.


@pytest.mark.parametrize(
    ("changes", "wanted"),
    [
        ({"more": "said"}, ("more", "field.unknown")),
        ({"v": 2}, ("v", "field.choice")),
        ({"v": "1"}, ("v", "field.choice")),
        ({"v": ...}, ("v", "field.missing")),
        ({"kind": "Mission.Set"}, ("kind", "field.pattern")),
        ({"kind": "mission"}, ("kind", "field.pattern")),
        ({"kind": None}, ("kind", "field.wrong")),
        ({"kind_version": 0}, ("kind_version", "field.wrong")),
        ({"kind_version": "1"}, ("kind_version", "field.wrong")),
        ({"kind_version": True}, ("kind_version", "field.wrong")),
        ({"register_id": "0" * 31}, ("register_id", "field.pattern")),
        ({"register_id": "0" * 33}, ("register_id", "field.pattern")),
        ({"register_id": "A" * 32}, ("register_id", "field.pattern")),
        ({"register_id": ...}, ("register_id", "field.missing")),
        ({"org": "Council"}, ("org", "field.pattern")),
        ({"org": "x"}, ("org", "field.short")),
        ({"org": "x" * 65}, ("org", "field.long")),
        ({"org": "council\n"}, ("org", "field.pattern")),
        ({"org": None}, ("org", "field.wrong")),
        ({"role": "mayor"}, ("role", "field.choice")),
        ({"actor_ref": "a-123"}, ("actor_ref", "field.pattern")),
        ({"actor_ref": "someone"}, ("actor_ref", "field.pattern")),
        ({"command_id": "short"}, ("command_id", "field.pattern")),
        ({"command_id": "-" * 20}, ("command_id", "field.pattern")),
        ({"command_id": "c" * 81}, ("command_id", "field.pattern")),
        ({"body": []}, ("body", "field.wrong")),
        ({"at": None}, ("at", "field.wrong")),
        ({"at": ...}, ("at", "field.missing")),
        ({"at": 1769851800}, ("at", "field.wrong")),
        ({"at": "yesterday"}, ("at", "field.wrong")),
        ({"at": "2026-01-31T09:30:00"}, ("at", "time.zone")),
        ({"at": "2026-01-31T09:30:00+01:00"}, ("at", "time.zone")),
        ({"at": "2026-02-30T09:30:00Z"}, ("at", "field.wrong")),
        ({"signatures": ...}, ("signatures", "field.missing")),
        ({"signatures": {}}, ("signatures", "field.wrong")),
        ({"signatures": None}, ("signatures", "field.wrong")),
        ({"signatures": [{"key": "0" * 32}]}, ("signatures.0.sig", "field.missing")),
        (
            {"signatures": [{"key": "0" * 31, "sig": "A" * 86 + "=="}]},
            ("signatures.0.key", "field.pattern"),
        ),
        ({"signatures": [{"key": "0" * 32, "sig": ""}]}, ("signatures.0.sig", "key.form")),
        ({"signatures": [{"key": "0" * 32, "sig": "A" * 88}]}, ("signatures.0.sig", "key.form")),
        (
            {"signatures": [{"key": "0" * 32, "sig": "A" * 85 + "B=="}]},
            ("signatures.0.sig", "key.form"),
        ),
        (
            {"signatures": [{"key": "0" * 32, "sig": "A" * 86}]},
            ("signatures.0.sig", "key.form"),
        ),
        (
            {"signatures": [{"key": "0" * 32, "sig": "A" * 86 + "==", "by": "me"}]},
            ("signatures.0.by", "field.unknown"),
        ),
        (
            {"signatures": [{"key": "0" * 32, "sig": "A" * 86 + "=="}] * 21},
            ("signatures", "field.long"),
        ),
    ],
    ids=lambda value: str(value)[:60],
)
def test_what_an_envelope_must_not_say(changes, wanted):
    assert fault_codes(edited(**changes)) == ("entry.form", [wanted])


@pytest.mark.parametrize(
    ("body", "wanted"),
    [
        ({"more": "said"}, ("body.more", "field.unknown")),
        ({"mission": None}, ("body.mission", "field.wrong")),
        ({"mission": 7}, ("body.mission", "field.wrong")),
        ({"title": "Safe homes"}, ("body.title", "field.wrong")),
        ({"title": {}}, ("body.title", "text.empty")),
        ({"title": {"en": None}}, ("body.title.en", "field.wrong")),
        ({"title": {"EN": "Safe homes"}}, ("body.title.EN.[key]", "field.pattern")),
    ],
    ids=lambda value: str(value)[:60],
)
def test_what_a_body_must_not_say(body, wanted):
    assert fault_codes(edited(body=body)) == ("entry.form", [wanted])


def test_every_fault_is_told_at_once():
    code, faults = fault_codes(edited(v=2, org="", at="2026-01-31T09:30:00", body={"more": 1}))
    assert code == "entry.form"
    assert set(faults) == {
        ("v", "field.choice"),
        ("org", "field.short"),
        ("at", "time.zone"),
        ("body.more", "field.unknown"),
    }


# JSON.


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"[]",
        b"null",
        b'"words"',
        b"{",
        b"{}",
        b'{"kind": "mission.set"}',
        MISSION + b"}",
        MISSION.replace(b'"v":1', b'"v":1.0'),
        MISSION.replace(b'"v":1', b'"v":1e0'),
        MISSION.replace(b'"v":1', b'"v":NaN'),
        MISSION.replace(b'"v":1', b'"v":Infinity'),
        MISSION.replace(b'"v":1', b'"v":' + b"9" * 5_000),
        MISSION.replace(b'"v":1', b'"v":1,"v":1'),
        MISSION.replace(b'"vision":', b'"mission":"safe-homes","vision":'),
        MISSION.replace(b"Safe", b"\xff\xfe"),
        MISSION.replace(b'"kind":"mission.set"', b'"kind":[]'),
        MISSION.replace(b'"kind":"mission.set"', b'"kind":{}'),
        b"[" * 100_000,
        b'{"kind":' + b"[" * 100_000,
    ],
    ids=lambda data: data[:30].decode(errors="replace"),
)
def test_what_is_no_entry_at_all(data):
    with pytest.raises(Invalid, match=r"entry\.(json|form)"):
        read_entry(data, 3)


def test_json_is_read_without_surprises():
    assert parse_json(b'{"a":{"b":[1,true,null,"\xc3\xa9"]}}') == {"a": {"b": [1, True, None, "é"]}}
    for data in (b'{"a":{"b":1,"b":2}}', b'{"a":[{"b":1,"b":1}]}', b'{"a":0.1}', b'{"a":-0.0}'):
        with pytest.raises(Invalid, match=r"entry\.json"):
            parse_json(data)


@pytest.mark.parametrize(
    "data",
    [
        edited("tally.counted.v1").replace(b'"agree":3', b'"agree":9007199254740992'),
        MISSION.replace(b'"kind_version":1', b'"kind_version":9007199254740992'),
        edited(kind="toy.made").replace(b"Safe", b"\\ud800"),
        edited(kind="toy.made").replace(b'"title"', b'"\\ud800"'),
        MISSION.replace(b"Safe", b"\\ud800"),
    ],
    ids=[
        "number",
        "version",
        "half a character",
        "half a name",
        "of a known kind",
    ],
)
def test_hostile_bytes_are_refused_like_any_other(data):
    with pytest.raises(AnswerableError):
        read(data)


def test_nests_of_any_depth_are_refused():
    for depth in (100, 300, 900, 2_000, 20_000):
        nest = b"[" * depth + b"]" * depth
        data = edited(kind="toy.made").replace(b'"safe-homes"', nest)
        try:
            read(data)
        except AnswerableError as problem:
            assert problem.code in {"entry.form", "entry.json"}  # noqa: PT017 - or it is fine
        else:
            assert depth == 100


# One way to write it.


@pytest.mark.parametrize(
    "data",
    [
        MISSION + b"\n",
        b" " + MISSION,
        MISSION.replace(b",", b", ", 1),
        MISSION.replace(b":", b": ", 1),
        MISSION.replace(b"Safe", b"\\u0053afe"),
        json.dumps(plain(), separators=(",", ":")).encode().replace(b'{"actor', b'{ "actor'),
        json.dumps(dict(reversed(plain().items())), separators=(",", ":")).encode(),
        edited(at="2026-01-31T09:30:00.000Z"),
        edited(at="2026-01-31T09:30:00.5Z"),
        edited(at="2026-01-31T09:30:00+00:00"),
        edited(at="2026-01-31T09:30Z"),
        edited(at="2026-01-31t09:30:00z"),
        edited(at="2026-01-31 09:30:00Z"),
        edited("proposal.made.v1", body={"mission": None}),
        edited("duty.added.v1", body={"every_months": None}),
        edited("agreement.drafted.v1", body={"starts": "2026-05-01T00:00:00.1Z"}),
        edited("agreement.drafted.v1", body={"starts": "2026-05-01T00:00:00+00:00"}),
    ],
    ids=lambda data: data[:50].decode(),
)
def test_another_way_to_write_the_same_is_refused(data):
    with pytest.raises(Invalid, match=r"entry\.canonical"):
        read(data)


@pytest.mark.parametrize(
    "data",
    [
        MISSION.replace(b'"v":1', b'"v":true'),
        FILES["dissent.recorded.v1"].replace(b'"permitted":true', b'"permitted":1'),
    ],
    ids=["v", "permitted"],
)
def test_true_is_not_one(data):
    with pytest.raises(Invalid):
        read(data)


def test_a_default_that_was_left_out_is_refused():
    said = plain("agreement.drafted.v1")
    del said["body"]["critical"]
    with pytest.raises(Invalid, match=r"entry\.canonical"):
        read(canonical(said))


def test_words_outside_english_are_written_as_they_are():
    body = example(MissionSet, title=en("Tŷ diogel, né 🌊"))
    entry = before(MissionSet).entry(body, org="council", role=Role.STEWARD)
    assert "Tŷ diogel, né 🌊".encode() in entry.data
    assert read(entry.data).body == body


# Size.


def sized(size):
    """Give an envelope whose bytes are of this size."""
    world = before(ScenarioTold)

    def wrap(*lengths):
        texts = dict(zip(LANGUAGES, ("a" * length for length in lengths), strict=False))
        body = example(ScenarioTold, story={"en": "a" * 900, **texts})
        return world.entry(body, org="council", role=Role.STEWARD, sign=False).envelope

    lengths = [4_000] * 7
    lengths.append(size - len(canonical(wrap(*lengths, 1).plain())) + 1)
    return wrap(*lengths)


LANGUAGES = ("cy", "gd", "ga", "fr", "de", "es", "it", "pl")


def test_an_entry_is_at_most_32_kib():
    assert len(sized(MOST_BYTES).to_bytes()) == MOST_BYTES == 32_768
    with pytest.raises(Invalid, match=r"entry\.long") as refusal:
        sized(MOST_BYTES + 1).to_bytes()
    assert refusal.value.params == {"kind": "scenario.told", "size": 32_769, "most": 32_768}


def test_an_entry_that_is_too_long_is_refused_when_it_is_read():
    read(canonical(sized(MOST_BYTES).plain()))
    with pytest.raises(Invalid, match=r"entry\.long"):
        read(canonical(sized(MOST_BYTES + 1).plain()))


# What is not known.


def test_an_unknown_kind_is_kept():
    data = edited(kind="toy.made")
    entry = read(data)
    assert isinstance(entry.body, Unknown)
    assert entry.body.said == plain()["body"]
    assert entry.kind == Kind("toy.made", 1)
    assert entry.data == data
    assert list(fold([entry]).unknown) == [3]


def test_an_unknown_version_is_kept():
    entry = read(edited(kind_version=2, body={"more": [None, {"any": "thing"}]}))
    assert isinstance(entry.body, Unknown)
    assert entry.kind == Kind("mission.set", 2)
    assert entry.body.said["more"] == [None, {"any": "thing"}]


@pytest.mark.parametrize(
    ("changes", "wanted"),
    [
        ({"v": 2}, "field.choice"),
        ({"more": 1}, "field.unknown"),
        ({"body": []}, "field.wrong"),
        ({"at": "now"}, "field.wrong"),
        ({"signatures": None}, "field.wrong"),
    ],
)
def test_the_envelope_of_an_unknown_kind_is_checked_all_the_same(changes, wanted):
    _, ((_, code),) = fault_codes(edited(kind="toy.made", **changes))
    assert code == wanted


# Writing.


def test_a_signature_is_over_everything_but_the_signatures():
    world = before(MissionSet)
    envelope = world.entry(world.body(), org="council", role=Role.STEWARD).envelope
    once = signed_by(envelope, key("steward-1"))
    twice = signed_by(once, key("steward-2"))
    assert envelope.to_sign() == once.to_sign() == twice.to_sign()
    assert [one.key for one in twice.signatures] == [key("steward-1").id, key("steward-2").id]
    assert envelope.signatures == ()
    assert envelope.to_sign().startswith(b'answerable/entry/v1\n{"actor_ref"')
    assert b"signatures" not in envelope.to_sign()
    for changes in ({"org": "health"}, {"command_id": "another-command"}, {"role": Role.OFFICER}):
        assert envelope.with_(**changes).to_sign() != envelope.to_sign()


@pytest.mark.parametrize("body", EXAMPLES, ids=lambda body: body.kind.name)
def test_nothing_can_be_changed(body):
    field = next(iter(type(body).model_fields))
    with pytest.raises(ValidationError, match="frozen"):
        setattr(body, field, getattr(body, field))


@pytest.mark.parametrize("body", EXAMPLES, ids=lambda body: body.kind.name)
def test_nothing_can_be_added(body):
    with pytest.raises(ValidationError, match="more"):
        type(body)(**dict(body), more="said")


def test_times_are_in_utc_and_whole_seconds():
    moment = datetime(2026, 1, 31, 9, 30, 5, 999_999, tzinfo=UTC)
    entry = before(MissionSet).entry(
        example(MissionSet), org="council", role=Role.STEWARD, at=moment
    )
    assert b'"at":"2026-01-31T09:30:05Z"' in entry.data
    for wrong in (moment.replace(tzinfo=None), moment.astimezone(timezone(timedelta(hours=1)))):
        with pytest.raises(ValidationError, match="UTC"):
            before(MissionSet).entry(
                example(MissionSet), org="council", role=Role.STEWARD, at=wrong
            )


def test_an_entry_knows_its_kind_and_body():
    world = before(MissionSet)
    entry = world.tell()
    assert isinstance(entry, Entry)
    assert entry.kind == MissionSet.kind
    assert entry.body == world.body()
    assert read_entry(entry.data, entry.index) == entry
    assert entry.body.upcast() is entry.body


def test_bodies_are_read_in_their_own_kind_only():
    assert fault_codes(edited(kind="ambition.set"))[0] == "entry.form"
    assert isinstance(Envelope[TallyCounted].model_fields["body"].annotation, type)


def test_whatever_can_be_said_can_be_read_again():
    world = before(AgreementDrafted)
    starts, ends = (datetime(year, 1, 1, tzinfo=UTC) for year in (900, 905))
    entry = world.tell(starts=starts, ends=ends, review=date(902, 1, 1))
    assert moment_text(starts) == "0900-01-01T00:00:00Z"
    assert read(entry.data).body == entry.body


def test_a_body_gives_its_public_words_with_pointers():
    body = example(MissionSet)
    assert dict(body.public_words()) == {
        "/mission": "safe-homes",
        "/vision": "dry-feet-2050",
        "/title/en": "Safe homes",
        "/goal/en": "Everybody is out in time.",
        "/measure/en": "Minutes from the warning to the last door.",
    }
    assert dict(example(TallyCounted).public_words()) == {"/statement": "only-in-floods"}
    assert issubclass(Unknown, Body)
    assert Signature.model_fields.keys() == {"key", "sig"}
