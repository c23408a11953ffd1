"""However a register grows, and whoever shows it, a gateway believes exactly what was sealed."""

import json
import shutil
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests import forge

from answerable.evidence.source import DirectorySource
from answerable.gateway.mirror import Mirror
from answerable.model.entry import read_entry
from answerable.model.proposal import Proposal
from answerable.model.signing import canonical
from answerable.model.state import fold
from answerable.science.tlog import Tree, leaf_hashes

pytestmark = pytest.mark.property

ORIGIN = "register.inverlarch.example"
SEALED = datetime(2026, 11, 1, tzinfo=UTC)
NOW = datetime(2026, 11, 22, tzinfo=UTC)
MOST = 620
KNOWN = 40


@pytest.fixture(scope="module")
def original(told):
    return forge.Original.of(told)


@pytest.fixture(scope="module")
def entries(original):
    """The beginning of the story, and then proposals without end."""
    made = json.loads(original.entries[original.first("proposal.made")])
    at = json.loads(original.entries[-1])["at"]
    more = (
        canonical(
            {
                **made,
                "at": at,
                "command_id": f"command-{number:05}",
                "body": {**made["body"], "proposal": f"proposal-{number}"},
            }
        )
        for number in range(MOST - KNOWN)
    )
    return [*original.entries[:KNOWN], *more]


SHOWN = st.lists(
    st.tuples(st.integers(0, 1), st.integers(1, MOST), st.integers(0, 3), st.booleans()),
    min_size=1,
    max_size=5,
)


@settings(max_examples=25)
@given(shown=SHOWN)
def test_a_gateway_believes_the_largest_and_newest_that_any_mirror_showed(shown, original, entries):
    """Mirrors show any sizes at any times in any order; the gateway may restart in between."""
    key = json.loads(original.entries[0])["body"]["log_key"]
    with TemporaryDirectory() as name:
        place = Path(name)
        believed = (0, 0)
        mirrors = [place / "0", place / "1"]
        for each in mirrors:
            each.mkdir()

        def start():
            sources = [(each.name, DirectorySource(each)) for each in mirrors]
            return Mirror(origin=ORIGIN, key=key, sources=sources, keep=place / "keep")

        mirror = start()
        for step, (which, size, second, restarts) in enumerate(shown):
            shutil.rmtree(mirrors[which])
            made = place / f"made-{step}"
            forge.sealed(
                original, entries[:size], made, at=SEALED + timedelta(seconds=second), blobs={}
            )
            (made / "public").rename(mirrors[which])
            if restarts:
                mirror = start()
            before = mirror.epoch
            followed = mirror.follow(NOW + timedelta(minutes=step))
            believed = max(believed, (size, second))
            assert followed.accepted == (mirror.epoch > before)
            assert (mirror.size, mirror.sealed_at) == (
                believed[0],
                SEALED + timedelta(seconds=believed[1]),
            )
            assert not mirror.forked
            assert mirror.believed.tree.root() == Tree(leaf_hashes(entries[: believed[0]])).root()
            proposals = [one.proposal for one in mirror.state.each(Proposal)]
            wanted = fold(read_entry(data, n) for n, data in enumerate(entries[: believed[0]]))
            assert proposals == [one.proposal for one in wanted.each(Proposal)]
            assert dict(mirror.state.commands) == dict(wanted.commands)


@settings(max_examples=40)
@given(
    known=st.integers(1, MOST - 1),
    grown=st.integers(0, MOST),
    where=st.integers(0, 2**31),
    bit=st.integers(0, 7),
)
def test_no_bit_of_what_is_shown_can_be_changed_unseen(known, grown, where, bit, original, entries):
    """Whatever bit changes, nothing else than what was sealed is ever believed."""
    key = json.loads(original.entries[0])["body"]["log_key"]
    size = min(MOST, known + grown)
    with TemporaryDirectory() as name:
        place = Path(name)
        first = forge.sealed(original, entries[:known], place / "a", at=SEALED, blobs={})
        later = SEALED + timedelta(seconds=1)
        second = forge.sealed(original, entries[:size], place / "b", at=later, blobs={})
        paths = sorted(path for path in second.rglob("*") if path.is_file())
        path = paths[where % len(paths)]
        data = bytearray(path.read_bytes())
        data[where % len(data)] ^= 1 << bit
        path.write_bytes(data)
        mirror = Mirror(
            origin=ORIGIN,
            key=key,
            sources=[("a", DirectorySource(first)), ("b", DirectorySource(second))],
            keep=place / "keep",
        )
        followed = mirror.follow(NOW)
        assert not mirror.forked
        assert mirror.size in {known, size}
        assert mirror.believed.tree.root() == Tree(leaf_hashes(entries[: mirror.size])).root()
        assert mirror.sealed_at in {SEALED, later}
        if path.name == "checkpoint":
            assert mirror.size == known
            assert followed.troubles
