"""Laws of the vocabulary: one way to write an entry, and a state that only ever grows."""

import json
import os
from datetime import UTC, datetime
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError
from tests.golden.examples import EXAMPLES, golden, key
from tests.worlds import story

from answerable.audit.admission import admit
from answerable.model.actor import Role
from answerable.model.base import moment_text
from answerable.model.entry import Envelope, Unknown, check_exact, read_entry
from answerable.model.errors import AnswerableError
from answerable.model.personal import check_1
from answerable.model.signing import canonical, is_signed
from answerable.model.state import Builder, Record, fold
from answerable.model.text import MOST_CHARACTERS, Text
from answerable.model.text import texts as sentences

pytestmark = pytest.mark.property
cases = settings(max_examples=int(os.environ.get("FUZZ_CASES", "100")), deadline=None)

STORY = story()
GOLDEN = golden()


def well_said(words):
    try:
        return Text({"en": words})
    except ValidationError:
        return None


TEXTS = st.text(max_size=60).map(str.strip).filter(well_said)
SENTENCES = st.dictionaries(st.sampled_from(["en", "cy", "gd"]), TEXTS, min_size=1)
MOMENTS = st.datetimes(datetime(1000, 1, 1), datetime(9999, 12, 31), timezones=st.just(UTC))  # noqa: DTZ001 - Hypothesis wants them naive


@st.composite
def bodies(draw):
    """Give a body of any kind, with other words in every sentence."""
    body = draw(st.sampled_from(EXAMPLES))
    plain = body.model_dump(mode="json", exclude_none=True)
    for pointer, _ in sentences(body):
        *path, last = pointer.split("/")[1:]
        place = plain
        for step in path:
            place = place[int(step)] if isinstance(place, list) else place[step]
        place[last] = draw(SENTENCES)
    return type(body).model_validate_json(json.dumps(plain))


@st.composite
def envelopes(draw):
    body = draw(bodies())
    return Envelope[type(body)](
        v=1,
        kind=body.kind.name,
        kind_version=body.kind.version,
        register_id=draw(st.text("0123456789abcdef", min_size=32, max_size=32)),
        at=draw(MOMENTS),
        org=draw(st.sampled_from(["council", "health"])),
        role=draw(st.sampled_from(Role)),
        actor_ref="a-" + draw(st.text("0123456789abcdef", min_size=8, max_size=32)),
        command_id=draw(st.from_regex(r"\A[A-Za-z0-9][A-Za-z0-9._-]{7,79}\Z")),
        body=body,
        signatures=(),
    )


# Writing and reading.


@cases
@given(envelopes(), st.integers(0, 10**9))
def test_what_is_written_is_read(envelope, index):
    data = envelope.to_bytes()
    entry = read_entry(data, index)
    check_exact(entry)
    assert entry.index == index
    assert entry.data == data
    assert entry.envelope == envelope.with_(at=envelope.at.replace(microsecond=0))
    assert entry.envelope.to_bytes() == data
    assert entry.envelope.to_sign() == envelope.to_sign()


@cases
@given(envelopes())
def test_there_is_one_way_to_write_it(envelope):
    data = envelope.to_bytes()
    said = json.loads(data)
    for other in (json.dumps(said), json.dumps(said, ensure_ascii=False, indent=1)):
        with pytest.raises(AnswerableError, match=r"entry\.canonical"):
            check_exact(read_entry(other.encode(), 0))
    assert canonical(said) == data


CHANGES = st.one_of(
    st.builds(lambda byte: ("put", bytes([byte])), st.integers(0, 255)),
    st.builds(lambda some: ("add", some), st.binary(min_size=1, max_size=3)),
    st.just(("cut", b"")),
    st.sampled_from([("put", each) for each in (b'"', b"{", b"}", b"\\", b"0", b"9", b"e", b" ")]),
)


def changed(data, place, change):
    what, some = change
    place %= len(data)
    return data[:place] + some + data[place + (what != "add") :]


@cases
@given(st.sampled_from(sorted(GOLDEN)), st.integers(0), CHANGES)
def test_bytes_that_differ_are_refused_or_say_something_else(name, place, change):
    data = changed(GOLDEN[name], place, change)
    try:
        entry = read_entry(data, 0)
        check_exact(entry)
    except AnswerableError:
        return
    if not isinstance(entry.body, Unknown):
        assert entry.envelope.to_bytes() == data
        assert (data == GOLDEN[name]) is (entry == read_entry(GOLDEN[name], 0))


SIGNED = [entry for entry in STORY if entry.envelope.signatures]


@cases
@given(st.sampled_from(SIGNED), st.integers(0), CHANGES)
def test_no_byte_of_a_signed_entry_can_change(entry, place, change):
    data = changed(entry.data, place, change)
    if data == entry.data:
        return
    with pytest.raises(AnswerableError):
        take(data, entry.index)


def take(data, index):
    """Read and admit as whoever checks a register does."""
    entry = read_entry(data, index)
    check_exact(entry)
    admit(fold(STORY[:index]), entry)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53) + 1, 2**53 - 1) | st.text(max_size=9),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=9), inner),
    max_leaves=12,
)


@cases
@given(st.dictionaries(st.text(max_size=9), JSON))
def test_an_unknown_kind_keeps_whatever_it_said(said):
    data = canonical({**json.loads(GOLDEN["mission.set.v1"]), "kind": "toy.made", "body": said})
    entry = read_entry(data, 0)
    check_exact(entry)
    assert entry.body == Unknown(said=said)
    assert entry.data == data


@cases
@given(JSON)
def test_no_json_is_read_but_entries(said):
    with pytest.raises(AnswerableError):
        read_entry(canonical(said), 0)


@cases
@given(MOMENTS)
def test_moments_are_written_as_they_are_read(moment):
    whole = moment.replace(microsecond=0)
    assert datetime.fromisoformat(moment_text(moment)) == whole
    assert len(moment_text(moment)) == len("2026-01-31T09:30:00Z")


@cases
@given(st.binary(max_size=99), st.binary(max_size=99))
def test_a_signature_is_for_one_message_and_one_key(message, other):
    signature = key("council").sign(message)
    assert is_signed(message, signature, key("council").public)
    assert is_signed(other, signature, key("council").public) is (message == other)
    assert not is_signed(message, signature, key("health").public)


# Words.


@cases
@given(st.text(max_size=60))
def test_a_sentence_is_kept_as_it_is_or_refused(words):
    said = well_said(words)
    if said is None:
        return
    assert said.say() == words == words.strip()
    assert 0 < len(words) <= MOST_CHARACTERS
    assert Text.model_validate_json(said.model_dump_json()) == said


AROUND = st.sampled_from(["", " ", ", ", "(", "\n", "call: ", "x "])


@cases
@given(AROUND, AROUND, st.integers(0, 999), st.sampled_from(["", " ", "-"]))
def test_a_telephone_of_drama_is_found_wherever_it_stands(left, right, number, between):
    for area, middle in (("01632", "960"), ("07700", "900"), ("0131", "496"), ("020", "7946")):
        last = f"{number:03}" if area in ("01632", "07700") else f"0{number:03}"
        assert "phone" in list(check_1(f"{left}{area}{between}{middle}{between}{last}{right}"))


@cases
@given(st.integers(0, 999_999_999), st.sampled_from(["", " ", "-"]), AROUND)
def test_a_number_with_its_check_digit_is_found(first, between, around):
    nine = f"{first:09}"
    rest = -sum(int(digit) * (10 - place) for place, digit in enumerate(nine)) % 11
    ten = f"{nine}{rest % 10}"
    written = f"{around}{ten[:3]}{between}{ten[3:6]}{between}{ten[6:]}"
    found = {"nhs-number", "chi-number"} & set(check_1(written))
    assert bool(found) is (rest != 10)


# State.

KINDS = [kind for kind in Record.__subclasses__() if kind.__module__.startswith("answerable.")]


def all_of(state):
    """Everything that a state says, as plain values."""
    return {
        "records": {kind.__name__: dict(state.table(kind).items()) for kind in KINDS},
        "order": {kind.__name__: [r.key for r in state.each(kind)] for kind in KINDS},
        "commands": dict(state.commands.items()),
        "size": state.size,
        "last": (state.last_at, state.last_command),
        "unknown": list(state.unknown),
    }


WHOLE = all_of(fold(STORY))
CUTS = st.lists(st.integers(0, len(STORY)), max_size=6).map(sorted)


def pieces(cuts):
    edges = [0, *cuts, len(STORY)]
    return [STORY[one:other] for one, other in pairwise(edges)]


@cases
@given(st.integers(0, len(STORY)))
def test_fold_is_one_entry_after_another(cut):
    state = fold(STORY[:cut])
    for entry in STORY[cut:]:
        state.apply(entry)
    assert all_of(state) == WHOLE


@cases
@given(CUTS)
def test_forks_upon_forks_add_up_to_the_same(cuts):
    state = Builder()
    for piece in pieces(cuts):
        state = state.fork()
        for entry in piece:
            state.apply(entry)
    assert all_of(state) == WHOLE


@cases
@given(st.integers(0, len(STORY)), st.integers(0, len(STORY)))
def test_a_fork_never_changes_its_base(one, other):
    cut, stop = sorted((one, other))
    base = fold(STORY[:cut])
    before = all_of(base)
    fork = base.fork()
    for entry in STORY[cut:stop]:
        fork.apply(entry)
    assert all_of(base) == before
    assert all_of(fork) == all_of(fold(STORY[:stop]))


@cases
@given(st.integers(0, len(STORY) - 1))
def test_what_was_admitted_once_is_admitted_by_everybody(place):
    state = fold(STORY[:place]).fork()
    before = all_of(state)
    admit(state, STORY[place])
    assert all_of(state) == before, "to ask changes nothing"


@cases
@given(st.integers(0, len(STORY)))
def test_an_unknown_kind_changes_nothing_but_the_count(cut):
    said = json.loads(STORY[0].data)
    said |= {"kind": "toy.made", "command_id": "a-toy-command", "signatures": []}
    state = fold(STORY[:cut])
    before = all_of(state)
    state.apply(read_entry(canonical(said), cut))
    after = all_of(state)
    assert after["records"] == before["records"]
    assert after["unknown"] == [cut]
    assert after["size"] == cut + 1
