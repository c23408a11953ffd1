"""A gateway believes what it checked, remembers it, and refuses everything after a fork."""

import json
import shutil
import socket
import subprocess
import sys
import threading
from datetime import UTC, datetime, timedelta

import pytest
from tests import forge

from answerable.evidence.source import DirectorySource
from answerable.gateway.mirror import Alarm, Mirror, mirror_at
from answerable.gateway.mirror.believed import copied
from answerable.loop import Loop, SetClock
from answerable.model.actor import Role
from answerable.model.entry import KINDS, read_entry
from answerable.model.errors import Broken
from answerable.model.organisation import OpenRegister
from answerable.model.proposal import Proposal
from answerable.model.signing import canonical
from answerable.model.state import Record, fold
from answerable.model.text import en
from answerable.model.vision import Vision
from answerable.science.tlog import Checkpoint, Cosigner, Signer, Tree, leaf_hashes, tiles_of
from answerable.science.tlog import sign as sign_note
from answerable.stages.account import RotateRegisterKey
from answerable.stages.envision import PublishVision
from answerable.store import files
from answerable.words import say

ORIGIN = "register.inverlarch.example"
NOW = datetime(2026, 11, 22, tzinfo=UTC)
SEALED = datetime(2026, 11, 1, tzinfo=UTC)
SECOND = timedelta(seconds=1)
LATER = NOW + timedelta(seconds=11)
"""When a source that was in trouble has rested."""


@pytest.fixture(scope="module")
def original(told):
    return forge.Original.of(told)


@pytest.fixture(scope="module")
def key(original):
    return json.loads(original.entries[0])["body"]["log_key"]


@pytest.fixture
def following(tmp_path, key):
    """Make a mirror of some directories or sources, by name; each time with the same memory."""

    def follow(origin=ORIGIN, key=key, keep="keep", **sources):
        made = [
            (name, place if hasattr(place, "read") else DirectorySource(place))
            for name, place in sources.items()
        ]
        return Mirror(origin=origin, key=key, sources=made, keep=tmp_path / keep)

    return follow


@pytest.fixture
def sealed(original, tmp_path):
    """Publish entries, sealed with the register's own keys, in a directory of that name."""

    def publish(name, entries=None, **how):
        how = {"at": SEALED, "blobs": {}, **how}
        given = original.entries if entries is None else entries
        return forge.sealed(original, list(given), tmp_path / name, **how)

    return publish


class Watched(DirectorySource):
    """Counts what is read, and does something odd before it."""

    def __init__(self, place, before=lambda path: None):
        super().__init__(place)
        self.asked = []
        self.before = before

    def read(self, path):
        self.asked.append(path)
        self.before(path)
        return super().read(path)


def codes(followed):
    return [(trouble.source, trouble.code) for trouble in followed.troubles]


def said(followed):
    (trouble,) = followed.troubles
    assert say(trouble.code, dict(trouble.params)).says.count("{") == 0
    return trouble.code, trouble.params.get("said")


def plain_files(place):
    return {
        path.relative_to(place).as_posix(): path.read_bytes()
        for path in place.rglob("*")
        if path.is_file()
    }


def same_state(one, other):
    """Tell whether two states say the same."""

    def told(state):
        tables = {kind: dict(state.table(kind)) for kind in Record.__subclasses__()}
        rest = {n: v for n, v in vars(state).items() if n not in ("_tables", "_below", "_commands")}
        return tables, dict(state.commands), rest

    return told(one) == told(other)


def folded(entries):
    return fold(read_entry(data, index) for index, data in enumerate(entries))


# What holds is believed.


def test_nothing_is_believed_before_it_was_followed(following, told):
    mirror = following(first=told / "public")
    assert (mirror.size, mirror.epoch, mirror.sealed_at) == (0, 0, None)
    assert (mirror.checkpoint, mirror.alarm, mirror.forked) == (None, None, False)
    assert mirror.state.find(OpenRegister, "register") is None


def test_a_true_register_is_believed(following, told, original):
    mirror = following(first=told / "public")
    followed = mirror.follow(NOW)
    assert followed.accepted
    assert followed.troubles == ()
    assert mirror.size == len(original.entries)
    assert mirror.checkpoint == (told / "public/checkpoint").read_bytes()
    assert mirror.epoch == 1
    assert not mirror.unknown_names
    assert same_state(mirror.state, folded(original.entries))


def test_the_time_is_that_of_the_seal(following, sealed):
    mirror = following(first=sealed("first"))
    mirror.follow(NOW)
    assert mirror.sealed_at == SEALED


def test_what_was_kept_is_public_files_again(following, told, tmp_path):
    following(first=told / "public").follow(NOW)
    there = plain_files(told / "public")
    assert plain_files(tmp_path / "keep/public") == {
        path: data for path, data in there.items() if not path.startswith("blob/")
    }
    second = following(first=tmp_path / "keep/public", keep="another")
    assert second.follow(NOW).accepted


def test_what_was_kept_is_for_the_gateway_alone(following, told, tmp_path):
    following(first=told / "public").follow(NOW)
    assert (tmp_path / "keep").stat().st_mode & 0o777 == 0o700


def test_a_gateway_starts_without_a_network(following, told, original):
    following(first=told / "public").follow(NOW)
    mirror = following()
    followed = mirror.follow(NOW)
    assert followed.accepted
    assert not followed.troubles
    assert same_state(mirror.state, folded(original.entries))
    assert mirror.checkpoint == (told / "public/checkpoint").read_bytes()


@pytest.mark.parametrize("sizes", [(1, 50, 51, 100), (99, 100), (2,)])
def test_what_is_new_is_taken_in_as_it_comes(sizes, following, sealed, original):
    mirror, believed = following(), []
    for epoch, size in enumerate(sizes, 1):
        place = sealed(f"at-{size}", original.entries[:size])
        mirror._sources = (("first", DirectorySource(place)),)
        assert mirror.follow(NOW).accepted
        assert (mirror.size, mirror.epoch) == (size, epoch)
        believed.append((size, mirror.state))
    for size, state in believed:
        assert same_state(state, folded(original.entries[:size]))


def test_nothing_but_the_checkpoint_is_read_when_nothing_changed(following, told):
    source = Watched(told / "public")
    mirror = following(first=source)
    mirror.follow(NOW)
    assert len(source.asked) > 1
    source.asked.clear()
    for _ in range(3):
        followed = mirror.follow(NOW)
        assert not followed.accepted
        assert not followed.troubles
    assert source.asked == ["checkpoint"] * 3
    assert mirror.epoch == 1


def test_only_the_bundles_with_something_new_are_read(following, sealed, many):
    places = [sealed(f"at-{size}", many[:size]) for size in (300, 550)]
    mirror = following(first=places[0])
    mirror.follow(NOW)
    source = Watched(places[1])
    mirror._sources = (("first", source),)
    assert mirror.follow(NOW).accepted
    assert source.asked == ["checkpoint", "tile/entries/001", "tile/entries/002.p/38"]
    assert same_state(mirror.state, folded(many[:550]))


@pytest.fixture(scope="module")
def many(original):
    """Many entries with no rules: proposals that nobody would admit, but whose form is right."""
    index = original.first("proposal.made")
    last = json.loads(original.entries[-1])["at"]
    return [*original.entries, *(proposal(original, index, at=last, n=n) for n in range(600))]


def proposal(original, index, *, at, n):
    plain = json.loads(original.entries[index])
    body = {**plain["body"], "proposal": f"proposal-{n}"}
    return canonical({**plain, "at": at, "command_id": f"command-{n:05}", "body": body})


def test_a_renewed_seal_is_a_newer_time_and_nothing_else(following, sealed, tmp_path):
    mirror = following(first=sealed("first"))
    mirror.follow(NOW)
    state = mirror.state
    source = Watched(sealed("second", at=SEALED + SECOND))
    mirror._sources = (("first", source),)
    assert mirror.follow(NOW).accepted
    assert source.asked == ["checkpoint"]
    assert mirror.sealed_at == SEALED + SECOND
    assert mirror.state is state
    assert mirror.epoch == 2
    assert (tmp_path / "keep/public/checkpoint").read_bytes() == mirror.checkpoint
    assert following().follow(NOW).accepted


def test_the_sources_continue_each_other_in_one_pass(following, sealed, original):
    mirror = following(
        behind=sealed("behind", original.entries[:50]),
        ahead=sealed("ahead"),
        middle=sealed("middle", original.entries[:70]),
    )
    followed = mirror.follow(NOW)
    assert followed.accepted
    assert mirror.size == len(original.entries)
    assert codes(followed) == [("middle", "mirror.older")]
    assert codes(mirror.follow(NOW)) == [("behind", "mirror.older"), ("middle", "mirror.older")]


def test_readers_never_see_half_of_what_is_new(following, sealed, original):
    """Readers ask all the time while entries come in; each sees one whole size or another."""
    sizes = [40, 60, 80, 100]
    wanted = {size: folded(original.entries[:size]) for size in sizes}
    counts = {size: len(wanted[size].commands) for size in sizes}
    places = {size: sealed(f"at-{size}", original.entries[:size]) for size in sizes}
    mirror = following(first=places[40])
    mirror.follow(NOW)
    wrong, done = [], threading.Event()

    def ask():
        while not done.is_set():
            state = mirror.state
            seen = (state.size, len(state.commands), len(list(state.each(Vision))))
            kinds = len(list(wanted[state.size].each(Vision)))
            if seen != (state.size, counts[state.size], kinds):
                wrong.append(seen)

    readers = [threading.Thread(target=ask) for _ in range(3)]
    for reader in readers:
        reader.start()
    for size in sizes[1:]:
        mirror._sources = (("first", DirectorySource(places[size])),)
        assert mirror.follow(NOW).accepted
    done.set()
    for reader in readers:
        reader.join()
    assert not wrong


def test_a_copy_of_a_state_shares_nothing_that_changes(original):
    state = folded(original.entries[:90])
    copy = copied(state)
    assert vars(copy).keys() == vars(state).keys()
    assert same_state(copy, state)
    copy.apply(read_entry(original.entries[90], 90))
    assert not same_state(copy, state)
    assert same_state(state, folded(original.entries[:90]))


# What is older, damaged or cannot be reached is passed over.


def test_a_smaller_register_is_older(following, sealed, original):
    mirror = following(first=sealed("first"))
    mirror.follow(NOW)
    mirror._sources = (("first", DirectorySource(sealed("second", original.entries[:50]))),)
    followed = mirror.follow(NOW)
    assert codes(followed) == [("first", "mirror.older")]
    assert not followed.accepted
    assert mirror.size == len(original.entries)
    assert mirror.alarm is None


def test_an_earlier_time_is_older(following, sealed, original):
    mirror = following(first=sealed("first"), second=sealed("second", at=SEALED - SECOND))
    assert codes(mirror.follow(NOW)) == [("second", "mirror.older")]
    assert mirror.sealed_at == SEALED


def test_what_is_older_is_not_taken_after_a_restart_either(following, sealed, original):
    following(first=sealed("first")).follow(NOW)
    mirror = following(first=sealed("second", original.entries[:50]))
    assert codes(mirror.follow(NOW)) == [("first", "mirror.older")]
    assert mirror.size == len(original.entries)


def unreachable(path):
    raise Broken("source.unreachable", place=path)


def on_strike(path):
    raise PermissionError(path)


@pytest.mark.parametrize("trouble", [unreachable, on_strike])
def test_a_source_that_is_not_there_stops_nobody(trouble, following, told):
    source = Watched(told / "public", before=trouble)
    mirror = following(first=source, second=told / "public")
    followed = mirror.follow(NOW)
    assert followed.accepted
    assert codes(followed) == [("first", "mirror.unreachable")]


def test_a_source_that_was_not_there_rests_before_it_is_asked_again(following, told):
    source = Watched(told / "public", before=unreachable)
    mirror = following(first=source)
    for _ in range(3):
        assert codes(mirror.follow(NOW)) == [("first", "mirror.unreachable")]
    assert source.asked == ["checkpoint"]
    source.before = lambda path: None
    assert mirror.follow(LATER).accepted


def test_a_source_that_goes_away_halfway_is_not_there(following, told):
    source = Watched(told / "public", before=lambda p: unreachable(p) if "tile" in p else None)
    mirror = following(first=source)
    assert codes(mirror.follow(NOW)) == [("first", "mirror.unreachable")]
    assert mirror.size == 0


def test_a_mirror_on_the_web_that_says_nothing_stops_nobody(following, told):
    with socket.create_server(("127.0.0.1", 0)) as server:
        silent = mirror_at(f"http://127.0.0.1:{server.getsockname()[1]}", seconds=0.1)
        mirror = following(first=silent, second=mirror_at(f"file:{told / 'public'}"))
        followed = mirror.follow(NOW)
    assert followed.accepted
    assert codes(followed) == [("first", "mirror.unreachable")]


class Silent(DirectorySource):
    """Gives no file whose path begins so before it may."""

    def __init__(self, place, start=""):
        super().__init__(place)
        self.start = start
        self.asked = 0
        self.may = threading.Event()

    def read(self, path):
        self.asked += 1
        assert not path.startswith(self.start) or self.may.wait(120)
        return super().read(path)


def test_what_another_mirror_says_is_heard_while_one_is_silent(following, sealed, original):
    silent, place = Silent(sealed("first")), sealed("second", original.entries[:90])
    mirror = following(silent=silent, other=place)
    assert mirror.follow(NOW).accepted
    assert mirror.size == 90
    sealed("second", original.entries[:91])
    assert mirror.follow(NOW).accepted
    assert mirror.size == 91
    assert silent.asked == 1  # and nobody asks again meanwhile
    silent.may.set()
    mirror.close()
    assert mirror.size == len(original.entries)  # what it said in the end was weighed


def test_what_is_said_late_is_weighed_against_what_is_believed_by_then(
    following, sealed, original, tmp_path
):
    silent = Silent(sealed("first", original.entries[:90]), "tile")
    mirror = following(silent=silent, other=sealed("second"))
    assert mirror.follow(NOW).accepted
    silent.may.set()
    while not mirror.follow(NOW).troubles:
        pass
    assert codes(mirror.follow(NOW)) == [("silent", "mirror.older")]
    assert mirror.size == len(original.entries)
    assert following().follow(NOW).accepted
    mirror.close()


@pytest.fixture
def copy(told, tmp_path):
    shutil.copytree(told / "public", tmp_path / "public")
    return tmp_path / "public"


def flip(path, at=-1):
    data = bytearray(path.read_bytes())
    data[at] ^= 1
    path.write_bytes(data)


def bundle_of(place):
    return min(path for path in (place / "tile/entries").rglob("*") if path.is_file())


def longer(path):
    path.write_bytes(path.read_bytes() + b".")


def enormous(path):
    with path.open("r+b") as file:
        file.truncate(1 << 40)


DAMAGE = {
    "no checkpoint": (lambda p: (p / "checkpoint").unlink(), "file.missing"),
    "no bundle": (lambda p: bundle_of(p).unlink(), "file.missing"),
    "a bit of an entry": (lambda p: flip(bundle_of(p)), "tree.root"),
    "a bit of a length": (lambda p: flip(bundle_of(p), 0), "file.form"),
    "too long": (lambda p: longer(bundle_of(p)), "file.form"),
    "too large": (lambda p: enormous(bundle_of(p)), "source.large"),
}


@pytest.mark.parametrize("what", DAMAGE)
def test_damage_is_told_and_nothing_of_it_believed(what, following, copy):
    spoil, inner = DAMAGE[what]
    spoil(copy)
    mirror = following(first=copy)
    followed = mirror.follow(NOW)
    assert not followed.accepted
    assert said(followed) == ("mirror.damaged", inner)
    assert mirror.size == 0


def test_damage_behind_what_is_known_is_no_fork(following, sealed, original):
    mirror = following(first=sealed("first", original.entries[:50]))
    mirror.follow(NOW)
    place = sealed("second")
    flip(bundle_of(place), 30)
    mirror._sources = (("first", DirectorySource(place)),)
    assert said(mirror.follow(NOW)) == ("mirror.damaged", "tree.root")
    assert mirror.alarm is None
    assert mirror.size == 50


def test_damage_that_is_gone_when_everything_is_read_again_is_no_fork(following, sealed, original):
    """What was read at first and what was read to make sure differ: nothing is certain yet."""
    mirror = following(first=sealed("first", original.entries[:50]))
    mirror.follow(NOW)

    class Flickering(Watched):
        def read(self, path):
            data = super().read(path)
            return data[:-1] + b"?" if self.asked.count(path) % 2 and path != "checkpoint" else data

    mirror._sources = (("first", Flickering(sealed("second"))),)
    assert said(mirror.follow(NOW)) == ("mirror.damaged", "file.changed")
    assert not mirror.forked
    assert mirror.size == 50


def test_what_was_damaged_is_looked_at_again_after_a_rest_or_when_it_changed(
    following, told, copy, sealed
):
    source = Watched(copy)
    bundle = bundle_of(copy)
    good = bundle.read_bytes()
    flip(bundle)
    mirror = following(first=source)
    mirror.follow(NOW)
    source.asked.clear()
    assert said(mirror.follow(NOW)) == ("mirror.damaged", "tree.root")
    assert source.asked == ["checkpoint"]
    assert said(mirror.follow(LATER)) == ("mirror.damaged", "tree.root")
    bundle.write_bytes(good)
    (copy / "checkpoint").write_bytes((sealed("other") / "checkpoint").read_bytes())
    assert mirror.follow(LATER).accepted


def test_a_register_published_while_it_is_read_is_read_again(following, told, tmp_path):
    workspace = tmp_path / "workspace"
    shutil.copytree(told, workspace)
    moves = []

    def move(path):
        if path != "checkpoint" and len(moves) < 2:
            moves.append(path)
            publish_more(workspace, f"vision-{len(moves)}")

    mirror = following(first=Watched(workspace / "public", before=move))
    followed = mirror.follow(NOW)
    assert len(moves) == 2
    assert followed.accepted
    assert not followed.troubles
    assert mirror.state.find(Vision, "vision-2")


def publish_more(workspace, name):
    with Loop(workspace, clock=SetClock(datetime(2026, 11, 2, tzinfo=UTC))) as loop:
        actor = loop.actor(Role.OFFICER, "inverlarch-data-commons")
        loop.act(
            PublishVision(vision=name, title=en("A"), picture=en("B"), horizons=(2030,)), actor
        )


# Whose register it is.


def reseal(place, original, *, log=None, time=None, at=SEALED, origin=ORIGIN, more=()):
    """Seal a checkpoint again, with other keys."""
    lines = (place / "checkpoint").read_text().split("\n")
    opened = json.loads(original.entries[0])["body"]
    head = f"{origin}\n{lines[1]}\n{lines[2]}\n"
    signers = [
        log or original.keyring.log(opened["log_key"]),
        (time or original.keyring.time(opened["time_key"])).at(int(at.timestamp())),
        *more,
    ]
    (place / "checkpoint").write_bytes(sign_note(head, signers))
    return place


STRANGER = Signer.generate(ORIGIN)
OTHER_TIME = Cosigner.generate(f"{ORIGIN}/time")


SEALS = {
    "another key": (lambda p, o: reseal(p, o, log=STRANGER), "seal.wrong"),
    "another clock": (lambda p, o: reseal(p, o, time=OTHER_TIME), "seal.wrong"),
    "another origin": (lambda p, o: reseal(p, o, origin="elsewhere.example"), "seal.origin"),
    "before its last entry": (
        lambda p, o: reseal(p, o, at=datetime(2026, 1, 1, tzinfo=UTC)),
        "seal.time",
    ),
    "two days from now": (lambda p, o: reseal(p, o, at=NOW + timedelta(days=2)), "seal.time"),
    "no checkpoint at all": (lambda p, o: (p / "checkpoint").write_bytes(b"\xff\n"), "seal.form"),
}


@pytest.mark.parametrize("known", [0, 50, None], ids=["unknown", "known in part", "known"])
@pytest.mark.parametrize("what", SEALS)
def test_what_the_register_did_not_seal_is_not_believed(what, known, following, sealed, original):
    spoil, inner = SEALS[what]
    mirror = following()
    if known != 0:
        mirror._sources = (("first", DirectorySource(sealed("first", original.entries[:known]))),)
        mirror.follow(NOW)
    before = mirror.believed
    place = sealed("second", at=SEALED + SECOND)
    spoil(place, original)
    mirror._sources = (("second", DirectorySource(place)),)
    followed = mirror.follow(NOW)
    assert said(followed) == ("mirror.seal", inner)
    assert not followed.accepted
    assert mirror.believed is before
    assert mirror.size == before.state.size
    assert mirror.alarm is None


def test_an_empty_register_has_no_seal(following, sealed, original, tmp_path):
    place = tmp_path / "empty"
    place.mkdir()
    opened = json.loads(original.entries[0])["body"]
    signers = [
        original.keyring.log(opened["log_key"]),
        original.keyring.time(opened["time_key"]).at(int(SEALED.timestamp())),
    ]
    head = Checkpoint(ORIGIN, 0, Tree().root())
    (place / "checkpoint").write_bytes(sign_note(head.text, signers))
    assert said(following(first=place).follow(NOW)) == ("mirror.seal", "seal.empty")


def test_another_key_than_the_pinned_one_is_a_stranger(following, told):
    mirror = following(key=STRANGER.verifier.vkey, first=told / "public")
    assert said(mirror.follow(NOW)) == ("mirror.seal", "seal.stranger")


def test_a_register_of_another_name_is_not_followed(following, told):
    mirror = following(origin="elsewhere.example", first=told / "public")
    assert said(mirror.follow(NOW)) == ("mirror.seal", "seal.origin")


def test_witnesses_may_sign_as_well(following, sealed, original):
    witness = Cosigner.generate("witness.example").at(int(NOW.timestamp()))
    mirror = following(first=sealed("first"))
    mirror.follow(NOW)
    mirror._sources = (
        ("first", DirectorySource(reseal(sealed("second"), original, more=[witness]))),
    )
    followed = mirror.follow(NOW)
    assert not followed.accepted
    assert not followed.troubles


@pytest.fixture
def rotated(told, tmp_path):
    """A copy of the demo whose seal was replaced, with the old key's word or without."""

    def rotate(*, vouched=True):
        workspace = tmp_path / "workspace"
        shutil.copytree(told, workspace)
        with Loop(workspace, clock=SetClock(datetime(2026, 11, 2, tzinfo=UTC))) as loop:
            old = loop.state.get(OpenRegister, "register").log_key
            log, time = Signer.generate(ORIGIN), Cosigner.generate(f"{ORIGIN}/time")
            loop.keyring.add_seal(log, time)
            if not vouched:
                seal = next((workspace / "keys").glob(f"log.{old.split('+')[1]}.seal"))
                seal.unlink()
            steward = loop.actor(Role.STEWARD, "inverlarch-data-commons")
            loop.act(
                RotateRegisterKey(
                    log_key=log.verifier.vkey, time_key=time.verifier.vkey, reason=en("Routine.")
                ),
                steward,
            )
        publish_more(workspace, "after")
        return workspace / "public", log.verifier.vkey

    return rotate


@pytest.mark.parametrize("known", [False, True], ids=["at once", "as it comes"])
def test_a_new_seal_is_believed_when_the_old_one_vouches_for_it(known, following, told, rotated):
    place, new = rotated()
    mirror = following(**({"old": told / "public"} if known else {}), first=place)
    assert mirror.follow(NOW).accepted
    assert mirror.epoch == (2 if known else 1)
    assert mirror.state.get(OpenRegister, "register").log_key == new
    again = following(first=place)
    assert not again.follow(NOW).troubles
    assert again.state.find(Vision, "after")
    assert following(key=new).follow(NOW).accepted


@pytest.mark.parametrize("known", [False, True], ids=["at once", "as it comes"])
def test_a_new_seal_by_stewards_alone_must_be_pinned_anew(known, following, told, rotated):
    place, new = rotated(vouched=False)
    mirror = following(**({"old": told / "public"} if known else {}), first=place)
    followed = mirror.follow(NOW)
    assert said(followed) == ("mirror.seal", "seal.unvouched")
    assert mirror.epoch == (1 if known else 0)
    pinned = following(key=new, first=place)
    followed = pinned.follow(NOW)
    assert pinned.state.find(Vision, "after")
    assert codes(followed) == ([("own copy", "mirror.seal")] if known else [])
    assert not following(key=new).follow(NOW).troubles


def test_a_seal_that_stays_unvouched_is_refused_ever_after(following, rotated, tmp_path):
    """Also when it seals more, and nothing of the rotation is new."""
    place, new = rotated(vouched=False)
    following(key=new, first=place).follow(NOW)
    publish_more(tmp_path / "workspace", "more")
    back = following(first=place)
    followed = back.follow(NOW)
    assert [trouble.params["said"] for trouble in followed.troubles] == ["seal.unvouched"] * 2
    assert back.size == 0


# Sealed, but wrong.


def test_an_entry_signed_by_nobody_is_unsound(following, sealed, original):
    index = original.first("agreement.signed")
    plain = json.loads(original.entries[index])
    entries = list(original.entries)
    entries[index] = canonical({**plain, "signatures": []})
    mirror = following(first=sealed("first", entries))
    followed = mirror.follow(NOW)
    assert said(followed) == ("mirror.unsound", "signature.missing")
    assert followed.troubles[0].params["index"] == index
    assert mirror.size == 0


def replaced(original, index, **fields):
    entries = list(original.entries)
    entries[index] = canonical({**json.loads(entries[index]), **fields})
    return entries


UNSOUND = {
    "another register": ({"register_id": "0" * 32}, "entry.register"),
    "back in time": ({"at": "2020-01-01T00:00:00Z"}, "entry.time"),
    "nobody knows them": ({"org": "stranger-council"}, "organisation.unknown"),
    "may not say it": ({"role": "public"}, "actor.role"),
    "one field more": ({"more": 1}, "entry.form"),
    "signed for nothing": (
        {"signatures": [{"key": "0" * 32, "sig": "A" * 86 + "=="}]},
        "signature.unwanted",
    ),
}


@pytest.mark.parametrize("what", UNSOUND)
@pytest.mark.parametrize("known", [0, 20], ids=["unknown", "known in part"])
def test_what_is_sealed_and_unsound_is_not_believed(what, known, following, sealed, original):
    fields, inner = UNSOUND[what]
    index = original.first("proposal.made")
    assert known < index
    mirror = following()
    if known:
        mirror._sources = (("first", DirectorySource(sealed("first", original.entries[:known]))),)
        mirror.follow(NOW)
    before = mirror.believed
    place = sealed("second", replaced(original, index, **fields))
    mirror._sources = (("second", DirectorySource(place)),)
    followed = mirror.follow(NOW)
    assert said(followed) == ("mirror.unsound", inner)
    assert followed.troubles[0].params["index"] == index
    assert mirror.believed is before
    assert mirror.size == before.state.size
    assert mirror.alarm is None


def test_an_entry_in_another_form_than_the_canonical_one_is_unsound(following, sealed, original):
    entries = list(original.entries)
    entries[60] = entries[60].replace(b'":"', b'": "', 1)
    followed = following(first=sealed("first", entries)).follow(NOW)
    assert said(followed) == ("mirror.unsound", "entry.canonical")


def test_entries_that_nothing_can_be_made_of_are_unsound(following, sealed, original):
    """No rule is checked here, so an entry may be about what is not there."""
    index = original.first("limit.added")
    plain = json.loads(original.entries[index])
    body = {**plain["body"], "agreement": "no-such-agreement"}
    entries = replaced(original, index, body=body)
    followed = following(first=sealed("first", entries)).follow(NOW)
    assert said(followed) == ("mirror.unsound", "agreement.unknown")


def test_an_entry_that_breaks_what_it_is_applied_to_is_unsound(
    following, sealed, original, monkeypatch
):
    from answerable.model import state
    from answerable.model.vision import VisionPublished

    def breaks(*args):
        raise KeyError("something")

    monkeypatch.setitem(state.APPLIERS, VisionPublished, breaks)
    followed = following(first=sealed("first")).follow(NOW)
    assert said(followed) == ("mirror.unsound", "entry.form")


def test_an_unsound_entry_under_another_seal_is_just_another_seal(following, sealed, original):
    entries = replaced(original, 60, role="public")
    place = reseal(sealed("first", entries), original, log=STRANGER)
    assert said(following(first=place).follow(NOW)) == ("mirror.seal", "seal.wrong")


def test_what_is_unsound_is_passed_over_for_another(following, sealed, original):
    mirror = following(
        bad=sealed("bad", replaced(original, 60, role="public")), good=sealed("good")
    )
    followed = mirror.follow(NOW)
    assert followed.accepted
    assert codes(followed) == [("bad", "mirror.unsound")]


# What this software does not know.


def unknown(original, *, kind="future.thing", body, **fields):
    plain = json.loads(original.entries[-1])
    new = {"kind": kind, "command_id": "command-future", "signatures": [], "body": body}
    return canonical({**plain, **new, **fields})


def test_what_is_not_known_is_accepted_and_names_what_it_stops(following, sealed, original):
    body = {
        "agreement": "flood-help",
        "of": [{"recipient:fire-service": "one:two"}, 7, None, True],
    }
    entry = unknown(
        original,
        body=body,
        org="some-body",
        signatures=[{"key": "0a" * 16, "sig": "A" * 86 + "=="}],
    )
    mirror = following(first=sealed("first"), second=sealed("second", [*original.entries, entry]))
    followed = mirror.follow(NOW)
    assert followed.accepted
    assert not followed.troubles
    assert mirror.state.unknown == [len(original.entries)]
    assert mirror.unknown_names == {
        "agreement",
        "flood-help",
        "of",
        "recipient:fire-service",
        "recipient",
        "fire-service",
        "one:two",
        "one",
        "two",
        "some-body",
        "0a" * 16,
    }
    assert mirror.stopped(["flood-help", "rain", "0a" * 16]) == {"flood-help", "0a" * 16}
    assert mirror.stopped([]) == frozenset()


def test_a_version_that_is_not_known_is_kept_through_a_restart(following, sealed, original):
    entry = unknown(
        original, kind="agreement.suspended", kind_version=9, body={"agreement": "flood-help"}
    )
    following(first=sealed("first", [*original.entries, entry])).follow(NOW)
    mirror = following()
    mirror.follow(NOW)
    assert "flood-help" in mirror.unknown_names
    assert mirror.size == len(original.entries) + 1


def test_what_comes_after_it_is_taken_in_as_well(following, sealed, original):
    index, at = original.first("proposal.made"), json.loads(original.entries[-1])["at"]
    later = proposal(original, index, at=at, n=1)
    entries = [*original.entries, unknown(original, body={"name": "one"}), later]
    mirror = following(first=sealed("first", entries[:-1]), second=sealed("second", entries))
    assert not mirror.follow(NOW).troubles
    assert mirror.state.find(Proposal, "proposal-1")
    assert mirror.state.unknown == [len(original.entries)]
    assert "one" in mirror.unknown_names


@pytest.mark.parametrize(
    ("fields", "inner"),
    [
        ({"register_id": "0" * 32}, "entry.register"),
        ({"at": "2020-01-01T00:00:00Z"}, "entry.time"),
    ],
)
def test_the_place_of_what_is_not_known_is_checked(fields, inner, following, sealed, original):
    entry = unknown(original, body={}, **fields)
    followed = following(first=sealed("first", [*original.entries, entry])).follow(NOW)
    assert said(followed) == ("mirror.unsound", inner)


def test_what_is_nested_beyond_reason_breaks_nothing(following, sealed, original):
    deep = b"[" * 10_000 + b"]" * 10_000
    entry = unknown(original, body={"of": 7}).replace(b'"of":7', b'"of":' + deep)
    followed = following(first=sealed("first", [*original.entries, entry])).follow(NOW)
    assert said(followed)[0] == "mirror.unsound"


# Two faces.


def other_history(original, *, at=60, drop=0, more=0):
    """The same register from some entry on told otherwise, sound and signed by everybody."""
    index = original.first("proposal.made")

    def edit(place, said):
        if place != at:
            return [said]
        plain = original.plain()[index]
        extra = {
            **plain,
            "at": said["at"],
            "command_id": "command-fork",
            "body": {**plain["body"], "proposal": "fork"},
        }
        return [extra, said]

    entries = list(forge.resigned(original, edit))
    stop = len(original.entries) + more - drop
    return entries[:stop]


FORKS = {
    "as large": {},
    "larger": {"more": 1},
    "smaller": {"drop": 20},
}


@pytest.fixture
def forked(following, sealed, original, tmp_path):
    """A mirror that has seen the register, and then another."""

    def fork(**how):
        mirror = following(first=sealed("first"), second=sealed("first"))
        mirror.follow(NOW)
        place = sealed("other", other_history(original, **how))
        third = Watched(tmp_path / "first/public")
        mirror._sources = (
            ("first", DirectorySource(tmp_path / "first/public")),
            ("second", DirectorySource(place)),
            ("third", third),
        )
        return mirror, place, third

    return fork


@pytest.mark.parametrize("how", FORKS)
def test_a_fork_is_an_alarm(how, forked, original):
    mirror, place, third = forked(**FORKS[how])
    before = mirror.believed
    followed = mirror.follow(NOW)
    assert codes(followed) == [("second", "mirror.fork")]
    assert said(followed) == ("mirror.fork", None)
    assert not followed.accepted
    assert not third.asked
    assert mirror.believed is before
    assert mirror.forked
    assert mirror.alarm == Alarm(
        source="second",
        found_at=NOW,
        our_size=len(original.entries),
        their_size=len(other_history(original, **FORKS[how])),
        ours=before.checkpoint.decode(),
        theirs=(place / "checkpoint").read_text(),
    )


def test_the_proof_of_a_fork_stays_until_a_person_takes_it_away(forked, following, tmp_path):
    mirror, place, _ = forked()
    mirror.follow(NOW)
    proof = json.loads((tmp_path / "keep/fork.json").read_bytes())
    assert proof["theirs"] == (place / "checkpoint").read_text()
    assert proof["ours"] == mirror.checkpoint.decode()
    again = following(first=tmp_path / "first/public")
    assert again.alarm == mirror.alarm
    assert again.forked
    assert codes(again.follow(NOW)) == [("second", "mirror.fork")]
    assert again.size == 0
    (tmp_path / "keep/fork.json").unlink()
    assert codes(mirror.follow(LATER)) == [("second", "mirror.fork")]
    assert not (tmp_path / "keep/fork.json").exists()
    settled = following(first=tmp_path / "first/public")
    assert settled.follow(NOW).accepted
    assert not settled.forked


@pytest.mark.parametrize("data", [b"", b"{", b'{"code":"other"}', b"\xff"])
def test_a_proof_that_cannot_be_read_is_a_proof(data, following, told, tmp_path):
    (tmp_path / "keep").mkdir()
    (tmp_path / "keep/fork.json").write_bytes(data)
    mirror = following(first=told / "public")
    assert mirror.alarm == Alarm()
    assert not mirror.follow(NOW).accepted
    assert (tmp_path / "keep/fork.json").read_bytes() == data


def test_a_fork_is_found_after_a_restart(sealed, following, original):
    following(first=sealed("first")).follow(NOW)
    mirror = following(first=sealed("second", other_history(original)))
    assert codes(mirror.follow(NOW)) == [("first", "mirror.fork")]
    assert mirror.forked


def test_a_fork_need_not_be_sound(following, sealed, original):
    """That the register signed it is enough: it signed two trees."""
    mirror = following(first=sealed("first", original.entries[:90]))
    mirror.follow(NOW)
    place = sealed("second", replaced(original, 60, role="public"))
    mirror._sources = (("first", DirectorySource(place)),)
    assert codes(mirror.follow(NOW)) == [("first", "mirror.fork")]


def test_a_fork_under_a_key_that_only_the_fork_knows(following, sealed, rotated, original):
    """The other history replaced its seal: who believes nothing yet would believe it."""
    place, _ = rotated()
    entries = other_history(original)
    mirror = following(first=sealed("first", entries[:90]))
    mirror.follow(NOW)
    mirror._sources = (("second", DirectorySource(place)),)
    assert codes(mirror.follow(NOW)) == [("second", "mirror.fork")]


@pytest.mark.parametrize("how", FORKS)
def test_another_history_under_another_seal_is_nothing(how, following, sealed, original):
    mirror = following(first=sealed("first"))
    mirror.follow(NOW)
    place = sealed("second", other_history(original, **FORKS[how]))
    mirror._sources = (("second", DirectorySource(reseal(place, original, log=STRANGER))),)
    assert said(mirror.follow(NOW)) == ("mirror.seal", "seal.wrong")
    assert not mirror.forked


def test_a_fork_by_a_key_that_came_after_the_pinned_one(
    following, sealed, rotated, original, tmp_path
):
    place, _ = rotated()
    mirror = following(first=place)
    mirror.follow(NOW)
    now = forge.Original.of(tmp_path / "workspace")
    with Loop(tmp_path / "workspace") as loop:
        opened = loop.state.get(OpenRegister, "register")
    log, time = now.keyring.log(opened.log_key), now.keyring.time(opened.time_key)
    for entries in (replaced(now, 60, role="public"), replaced(now, 60, role="public")[:-1]):
        other = sealed(f"other-{len(entries)}", entries)
        again = following(first=reseal(other, original, log=log, time=time))
        assert codes(again.follow(NOW)) == [("first", "mirror.fork")]
        (tmp_path / "keep/fork.json").unlink()


def test_a_fork_whose_entries_nobody_shows_is_damage(following, sealed, original):
    """A larger one might be a copying mistake; one as large, or smaller, can only be a lie."""
    mirror = following(first=sealed("first", original.entries[:90]))
    mirror.follow(NOW)
    place = sealed("second", other_history(original))
    flip(bundle_of(place))
    mirror._sources = (("first", DirectorySource(place)),)
    assert said(mirror.follow(NOW)) == ("mirror.damaged", "tree.root")
    place = sealed("third", other_history(original)[:90])
    flip(bundle_of(place))
    mirror._sources = (("first", DirectorySource(place)),)
    assert codes(mirror.follow(NOW)) == [("first", "mirror.fork")]


def test_a_full_disk_does_not_silence_the_alarm(forked, tmp_path, monkeypatch):
    mirror, _, _ = forked()

    def full(*args, **how):
        raise Broken("store.full", path="fork.json")

    with monkeypatch.context() as patch:
        patch.setattr("answerable.gateway.mirror.keep.write_durable", full)
        for _ in range(2):
            with pytest.raises(Broken, match=r"store\.full"):
                mirror.follow(NOW)
            assert mirror.forked
    assert codes(mirror.follow(NOW)) == [("second", "mirror.fork")]
    assert json.loads((tmp_path / "keep/fork.json").read_bytes())["theirs"]


# The gateway's own disk.


def test_what_could_not_be_kept_is_not_believed(following, told, monkeypatch):
    mirror = following(first=told / "public")

    def full(*args, **how):
        raise Broken("store.full", path="checkpoint")

    with monkeypatch.context() as patch:
        patch.setattr(files, "write_durable", full)
        with pytest.raises(Broken, match=r"store\.full"):
            mirror.follow(NOW)
    assert mirror.size == 0
    assert mirror.follow(NOW).accepted
    assert following().follow(NOW).accepted


SPOILT = {
    "an entry": lambda p: flip(bundle_of(p)),
    "a bundle lost": lambda p: bundle_of(p).unlink(),
    "the checkpoint": lambda p: (p / "checkpoint").write_bytes(b"\0" * 100),
    "the root": lambda p: flip(p / "checkpoint", len(ORIGIN) + 20),
    "the signature": lambda p: flip(p / "checkpoint", -10),
}


@pytest.mark.parametrize("what", SPOILT)
def test_a_copy_that_the_disk_spoilt_is_fetched_again(what, following, sealed, tmp_path, original):
    place = sealed("first")
    following(first=place).follow(NOW)
    kept = tmp_path / "keep/public"
    good = plain_files(kept)
    SPOILT[what](kept)
    mirror = following(first=place)
    followed = mirror.follow(NOW)
    assert [source for source, _ in codes(followed)] == ["own copy"]
    assert followed.accepted
    assert mirror.size == len(original.entries)
    assert mirror.alarm is None
    assert plain_files(kept) == good
    assert (tmp_path / "keep/checkpoint.damaged").exists()
    assert not mirror.follow(NOW).troubles
    assert not following().follow(NOW).troubles


def test_a_copy_that_was_being_written_is_finished(following, sealed, tmp_path, many):
    following(first=sealed("first", many[:300])).follow(NOW)
    (tmp_path / "keep/.publishing/unfinished").touch()
    stray = tmp_path / "keep/public/tile/entries/001.p/200"
    stray.write_bytes(b"half")
    mirror = following()
    assert not mirror.follow(NOW).troubles
    assert not stray.exists()
    assert not (tmp_path / "keep/.publishing/unfinished").exists()
    assert {path for path in plain_files(tmp_path / "keep/public") if path != "checkpoint"} == {
        tile.path for tile in tiles_of(300)
    }


def test_an_unfinished_copy_is_mended_from_what_is_kept(following, sealed, tmp_path, many):
    """Old bundles come from the gateway's own disk, not from memory, and not from the network."""
    mirror = following(first=sealed("first", many[:300]))
    mirror.follow(NOW)
    (tmp_path / "keep/.publishing/unfinished").touch()
    source = Watched(sealed("second", many[:301]))
    mirror._sources = (("first", source),)
    assert mirror.follow(NOW).accepted
    assert "tile/entries/000" not in source.asked
    assert following().follow(NOW).accepted


def test_a_spoilt_disk_under_a_running_gateway_is_its_own_trouble(
    following, sealed, tmp_path, many
):
    mirror = following(first=sealed("first", many[:300]))
    mirror.follow(NOW)
    before = mirror.believed
    (tmp_path / "keep/.publishing/unfinished").touch()
    (tmp_path / "keep/public/tile/entries/000").unlink()
    mirror._sources = (("first", DirectorySource(sealed("second", many[:301]))),)
    with pytest.raises(Broken, match=r"public\.damaged"):
        mirror.follow(NOW)
    assert mirror.believed is before


def test_a_clock_that_is_wrong_spoils_nothing(following, sealed, original, tmp_path):
    place = sealed("first")
    following(first=place).follow(NOW)
    mirror = following(first=place)
    followed = mirror.follow(datetime(2020, 1, 1, tzinfo=UTC))
    assert codes(followed) == [("own copy", "mirror.seal"), ("first", "mirror.seal")]
    assert mirror.size == 0
    assert not (tmp_path / "keep/checkpoint.damaged").exists()
    assert mirror.follow(NOW).accepted
    assert mirror.size == len(original.entries)


def test_the_memory_of_another_register_is_not_overwritten(following, sealed, original, tmp_path):
    """The own copy is not believed here, under another pin, but it is not lost either."""
    following(first=sealed("first")).follow(NOW)
    kept = plain_files(tmp_path / "keep/public")
    checkpoint = tmp_path / "keep/public/checkpoint"
    reseal(tmp_path / "keep/public", original, origin="elsewhere.example")
    other = checkpoint.read_bytes()
    mirror = following(first=sealed("second", other_history(original)))
    followed = mirror.follow(NOW)
    assert codes(followed) == [("own copy", "mirror.seal"), ("first", "mirror.kept")]
    assert mirror.size == 0
    assert plain_files(tmp_path / "keep/public") == {**kept, "checkpoint": other}
    mirror = following(first=sealed("third", original.entries[:50]))
    assert codes(mirror.follow(NOW)) == [("own copy", "mirror.seal"), ("first", "mirror.older")]
    assert mirror.size == 0


def test_two_gateways_that_share_a_memory_do_not_step_back(following, sealed, original):
    slow = following(first=sealed("first", original.entries[:50]))
    slow.follow(NOW)
    following(first=sealed("second")).follow(NOW)
    slow._sources = (("first", DirectorySource(sealed("third", original.entries[:70]))),)
    assert codes(slow.follow(NOW)) == [("first", "mirror.older")]
    assert slow.size == 50
    slow._sources = (("first", DirectorySource(sealed("fourth"))),)
    assert slow.follow(NOW).accepted


# The room.


def test_a_gateway_follows_without_any_stage(told, tmp_path, key):
    """In a fresh process: every kind is known, no rule is loaded, and the register is believed."""
    code = f"""
import sys
from datetime import UTC, datetime
from pathlib import Path
from answerable.evidence.source import source_at
from answerable.gateway.mirror import Mirror
from answerable.model.entry import KINDS
from answerable.model.roles import MAY
sources = [("first", source_at("file:" + {str(told / "public")!r}))]
mirror = Mirror(origin={ORIGIN!r}, key={key!r}, sources=sources, keep=Path({str(tmp_path)!r}))
followed = mirror.follow(datetime(2026, 11, 22, tzinfo=UTC))
rooms = {{name.split(".")[1] for name in sys.modules if name.startswith("answerable.")}}
known = {{kind.name for kind in KINDS}} == set(MAY), len(KINDS)
print(followed.accepted, mirror.size, mirror.state.unknown, known, sorted(rooms))
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.stderr == ""
    size = int((told / "public/checkpoint").read_text().split("\n")[1])
    rooms = ["evidence", "gateway", "model", "science", "store"]
    assert done.stdout == f"True {size} [] (True, {len(KINDS)}) {rooms}\n", "in every version"


def test_trees_of_what_is_believed_are_those_of_the_entries(following, told, original):
    mirror = following(first=told / "public")
    mirror.follow(NOW)
    assert mirror.believed.tree.root() == Tree(leaf_hashes(original.entries)).root()
    assert mirror.believed.tail == tuple(original.entries[len(original.entries) // 256 * 256 :])
