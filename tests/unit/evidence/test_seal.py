"""Who sealed a register, when, and who vouches for that key."""

from datetime import UTC, datetime, timedelta

import pytest
from tests.golden.examples import OPENED, key, log_key
from tests.worlds import STEWARDS, World, before, story

from answerable.evidence.seal import (
    check_chain,
    open_seal,
    read_head,
    seals_from,
    unvouched_seal,
)
from answerable.model.errors import Broken
from answerable.model.organisation import OpenRegister, RegisterKeyRotated
from answerable.model.state import Builder
from answerable.model.vision import MissionSet
from answerable.science.tlog import Checkpoint, Cosigner, Signer, sign

ROOT = b"\x07" * 32
OTHER = Signer.generate(OPENED.origin)
OTHER_CLOCK = Cosigner.generate(f"{OPENED.origin}/time")
WITNESS = Cosigner.generate("witness.example").at(1_800_000_000)


@pytest.fixture
def state():
    world = World()
    for entry in story()[:5]:
        world.take(entry)
    return world.state


@pytest.fixture
def clock(state, monkeypatch):
    """A key that gives the time, which the register knows."""
    cosigner = Cosigner.generate(f"{OPENED.origin}/time")
    opened = state.get(OpenRegister, "register")
    state.put(opened.with_(time_key=cosigner.verifier.vkey))
    return cosigner


def note(*signers, origin=OPENED.origin, size=5):
    return sign(Checkpoint(origin, size, ROOT).text, signers)


def stamp(moment):
    return int(moment.timestamp())


def refusal(*args):
    with pytest.raises(Broken) as problem:
        open_seal(*args)
    return problem.value.code, problem.value.params.get("said")


def test_a_head_is_read_before_anybody_is_believed():
    head = read_head(note(OTHER))
    assert head == Checkpoint(OPENED.origin, 5, ROOT)


@pytest.mark.parametrize(
    "data", [b"", b"\xff", b"one\ntwo\n", note(OTHER)[1:30], b"o\n-1\nAAAA\n\n"]
)
def test_what_is_no_checkpoint_has_no_head(data):
    with pytest.raises(Broken, match=r"seal\.form"):
        read_head(data)


def test_a_seal_gives_its_time(state, clock):
    at = state.last_at + timedelta(hours=1)
    assert open_seal(note(log_key(), clock.at(stamp(at))), state, at) == at
    more = note(log_key(), clock.at(stamp(at)), WITNESS)
    assert open_seal(more, state, at) == at


def test_a_seal_is_by_the_key_in_force_and_timed(state, clock):
    at = state.last_at
    timed, wrong = clock.at(stamp(at)), ("seal.wrong", "note.unsigned")
    assert refusal(note(log_key()), state, at) == wrong
    assert refusal(note(timed), state, at) == wrong
    assert refusal(note(OTHER, timed), state, at) == wrong
    assert refusal(note(log_key(), OTHER_CLOCK.at(stamp(at))), state, at) == wrong
    assert refusal(note(OTHER, WITNESS), state, at) == wrong


def test_a_seal_moved_to_another_head_is_wrong(state, clock):
    at = state.last_at
    good = note(log_key(), clock.at(stamp(at)))
    moved = good.replace(b"\n5\n", b"\n6\n")
    assert refusal(moved, state, at) == ("seal.wrong", "note.signature")


def test_a_seal_is_of_the_register_that_the_entries_name(state, clock):
    at = state.last_at
    other = note(log_key(), clock.at(stamp(at)), origin="elsewhere.example")
    assert refusal(other, state, at) == ("seal.origin", None)


def test_nobody_seals_a_register_that_never_opened():
    moment = datetime(2026, 11, 1, tzinfo=UTC)
    assert refusal(note(OTHER), Builder(), moment) == ("seal.empty", None)


@pytest.mark.parametrize(
    ("after", "ahead", "holds"),
    [
        (timedelta(0), timedelta(0), True),
        (timedelta(seconds=-1), timedelta(0), False),
        (timedelta(days=9), timedelta(days=1), True),
        (timedelta(days=9), timedelta(days=1, seconds=1), False),
        (timedelta(days=9), timedelta(days=-400), True),
    ],
    ids=["now", "before its last entry", "a day ahead", "more than a day", "long ago"],
)
def test_the_time_of_a_seal_has_bounds(after, ahead, holds, state, clock):
    at = state.last_at + after
    sealed, now = note(log_key(), clock.at(stamp(at))), at - ahead
    if holds:
        assert open_seal(sealed, state, now) == at
    else:
        assert refusal(sealed, state, now) == ("seal.time", None)


# The chain.


def rotation(*keys):
    world = before(RegisterKeyRotated)
    in_order = sorted(keys, key=lambda one: one.id)
    line = world.line
    return world, world.entry(
        world.body(), org=line.org, role=line.role, at=line.at, keys=in_order or None
    )


def test_the_old_seal_vouches_for_the_new():
    world, entry = rotation()
    assert unvouched_seal(world.state, entry) is None


def test_stewards_alone_do_not():
    world, entry = rotation(key(STEWARDS[0]), key(STEWARDS[1]))
    assert unvouched_seal(world.state, entry) == log_key("log-2").verifier.vkey


def test_what_is_no_rotation_brings_no_seal():
    world = before(MissionSet)
    assert unvouched_seal(world.state, world.tell() or world.entries[-1]) is None


def test_the_chain_is_followed_from_the_key_that_was_pinned():
    world = before(RegisterKeyRotated)
    world.tell()
    opened = world.state.get(OpenRegister, "register")
    old, new = log_key().verifier.vkey, log_key("log-2").verifier.vkey
    assert seals_from(opened, old) == (old, new)
    assert seals_from(opened, new) == (new,)
    check_chain(opened, old, [])
    check_chain(opened, old, [old])
    check_chain(opened, new, [new])
    with pytest.raises(Broken, match=r"seal\.unvouched"):
        check_chain(opened, old, [new])
    with pytest.raises(Broken, match=r"seal\.stranger"):
        check_chain(opened, OTHER.verifier.vkey, [])
