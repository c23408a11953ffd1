"""Days counted again from the lines: every row of the register that differs is named."""

import json
import shutil
from base64 import b64decode
from datetime import UTC, date, datetime, timedelta

import pytest
from tests.worlds import before

from answerable.gateway.releases import Release, compare, salts_of
from answerable.gateway.releases.daily import Sort
from answerable.gateway.releases.leaves import outline, release_line
from answerable.model.agreement import Agreement
from answerable.model.errors import Broken
from answerable.model.exchange import Count, Releases, ReleasesCounted
from answerable.model.state import Builder

DAY = date(2026, 1, 31)
LIMIT = "district-unless-warning"
GIVEN = Release("allowed", "flood-rescue", "homes", "lookup", "fire", "rescue", by=(LIMIT,))
REFUSED = Release("refused", "flood-rescue", "homes", "lookup", "fire", by=("purposes",))
LOOKED = Sort("flood-rescue", "homes", "lookup", "fire", "allowed")
GIVEN_LINE = release_line(outline(GIVEN), b"2026-01-31T10:00:00Z", 3, None)
DENIED = LOOKED._replace(outcome="refused")


@pytest.fixture
def state():
    state = Builder()
    state.put(before(None).state.get(Agreement, "flood-rescue"))
    return state


@pytest.fixture
def said(start, clock, state):
    """What a gateway says of a day on which it gave 12 answers and refused one request."""
    log = start()
    for _ in range(12):
        log.finished(log.record(GIVEN).result(), 1, "sent")
    log.record(REFUSED).result()
    clock.move(days=1)
    log.record(GIVEN).result()
    return json.loads(log.count("the-gateway", DAY, state).data)


def taken_down(state, said, **changes):
    """Take a day down in the register, with changes."""
    body = ReleasesCounted.model_validate_json(json.dumps(without(said, "v")))
    at = datetime(2026, 2, 1, tzinfo=UTC)
    state.put(Releases.from_(body.with_(**changes), entry=1, at=at, organisation="health"))
    return state


def without(said, *names):
    return {name: value for name, value in said.items() if name not in names}


def compared(folder, state, salts=None):
    (found,) = compare(folder, "the-gateway", state, salts or salts_of(folder))
    return found


@pytest.fixture
def counts(said):
    return tuple(Count.model_validate_json(json.dumps(each)) for each in said["counts"])


def test_what_was_counted_is_what_the_lines_come_to(folder, state, said):
    found = compared(folder, taken_down(state, said))
    assert (found.day, found.holds, found.salted, found.rows, found.wrong) == (
        DAY,
        True,
        True,
        2,
        (),
    )
    assert said["counts"][0]["limits"] == [LIMIT]
    assert compare(folder, "another", state, salts_of(folder)) == ()


LIES = {
    "requests": {"requests": 20},
    "withheld": {"requests": None, "limits": ()},
    "rows": {"rows": 20},
    "limits left out": {"limits": ()},
    "another limit": {"limits": ("another", LIMIT)},
    "commitment": {"commitment": "0d" * 32},
}


@pytest.mark.parametrize("lie", LIES)
def test_a_row_that_differs_is_named_with_what_differs(folder, state, said, counts, lie):
    first, *rest = counts
    told = taken_down(state, said, counts=(first.with_(**LIES[lie]), *rest))
    found = compared(folder, told)
    assert found.holds, "the lines are as they were: it is the count that is wrong"
    assert found.wrong == ((LOOKED, tuple(LIES[lie])),)


@pytest.mark.parametrize("place", [0, 1])
def test_a_row_that_is_left_out_is_named(folder, state, said, counts, place):
    rest = tuple(row for number, row in enumerate(counts) if number != place)
    (wrong,) = compared(folder, taken_down(state, said, counts=rest)).wrong
    assert wrong.sort == (LOOKED, DENIED)[place]


def test_a_row_of_nothing_and_a_row_said_twice_are_named(folder, state, said, counts):
    made_up = counts[0].with_(recipient="agency")
    (wrong,) = compared(folder, taken_down(state, said, counts=(*counts, made_up))).wrong
    assert wrong.sort.recipient == "agency"
    (wrong,) = compared(folder, taken_down(state, said, counts=(*counts, counts[0]))).wrong
    assert wrong.sort == LOOKED


def test_lines_that_were_left_out_of_the_anchor_are_counted_all_the_same(
    start, clock, folder, state
):
    """A custodian who anchors the log as it was at noon hides the afternoon from no auditor."""
    log = start()
    log.record(GIVEN).result()
    size, (_, _, root, *_) = len(log), log.checkpoint().decode().split("\n")
    log.record(REFUSED).result()
    clock.move(days=1)
    said = json.loads(log.count("the-gateway", DAY, state).data)
    root = b64decode(root).hex()
    mine = tuple(Count.model_validate_json(json.dumps(each)) for each in said["counts"])[:1]
    found = compared(folder, taken_down(state, said, size=size, root=root, counts=mine))
    assert found.holds
    assert [wrong.sort for wrong in found.wrong] == [DENIED]


def test_what_version_1_did_not_say_is_not_held_against_it(folder, state, said, counts):
    was = tuple(row.with_(limits=None, commitment=None) for row in counts)
    assert compared(folder, taken_down(state, said, counts=was)).wrong == ()
    was = (was[0].with_(requests=20), *was[1:])
    assert compared(folder, taken_down(state, said, counts=was)).wrong == ((LOOKED, ("requests",)),)


# An auditor, who is given the lines and a salt.


@pytest.fixture
def copy(folder, tmp_path, said):
    copy = tmp_path / "copy"
    copy.mkdir()
    shutil.copy(folder / "releases.jsonl", copy)
    return copy


def test_an_auditor_with_the_lines_and_the_salt_compares_commitments(
    folder, copy, state, said, counts
):
    salt = salts_of(folder)(DAY)
    assert salts_of(copy)(DAY) is None
    assert compared(copy, taken_down(state, said), lambda _: salt).wrong == ()
    lies = (counts[0].with_(commitment="0d" * 32), counts[1])
    told = taken_down(state, said, counts=lies)
    assert compared(copy, told, lambda _: salt).wrong == ((LOOKED, ("commitment",)),)
    other = salts_of(folder)(DAY + timedelta(days=1))
    assert len(compared(copy, told, lambda _: other).wrong) == 2


def test_without_a_salt_the_figures_are_compared_and_it_is_said(copy, state, said, counts):
    lies = (counts[0].with_(commitment="0d" * 32), counts[1].with_(requests=10))
    found = compared(copy, taken_down(state, said, counts=lies))
    assert (found.salted, found.wrong) == (False, ((DENIED, ("requests",)),))


# Lines that are not those any more.


def test_the_row_whose_line_was_changed_is_named(folder, copy, state, said):
    salts = salts_of(folder)
    lines = (copy / "releases.jsonl").read_bytes()
    (copy / "releases.jsonl").write_bytes(lines.replace(b'"rescue"', b'"parking"', 1))
    found = compared(copy, taken_down(state, said), salts)
    assert not found.holds
    assert found.wrong == ((LOOKED, ("commitment",)),)


@pytest.mark.parametrize(
    "line",
    [
        b"",
        b"{",
        b"[]",
        b"7",
        b'{"at":7,"v":1,"what":"release"}',
        b'{"at":"2026-01-31T10:00:00Z","v":1,"what":"release"}',
        b'{"at":"2026-01-31T10:00:00Z","of":[[99999,1,"sent"]],"v":1,"what":"sent"}',
        b'{"at":"2026-01-31T10:00:00Z","of":7,"v":1,"what":"sent"}',
        b'{"at":"2026-01-31T10:00:00Z","of":"7","v":1,"what":"unlisted"}',
        b"[" * 100_000,
        GIVEN_LINE.replace(b'"fire"', b"7"),
        GIVEN_LINE.replace(b'"fire"', b'"\\ud800"'),
    ],
)
def test_lines_that_no_gateway_wrote_cannot_be_counted(folder, copy, state, said, line):
    lines = (copy / "releases.jsonl").read_bytes().split(b"\n")
    (copy / "releases.jsonl").write_bytes(b"\n".join([*lines[:3], line, *lines[4:]]))
    found = compared(copy, taken_down(state, said), salts_of(folder))
    assert not found.holds
    assert found.wrong is None


def test_a_log_that_is_not_there_cannot_be_read(tmp_path, state, said):
    with pytest.raises(Broken, match=r"store\.unwritable"):
        compare(tmp_path / "nowhere", "the-gateway", taken_down(state, said), lambda _: None)


def test_a_log_is_compared_while_it_grows_and_nothing_is_written(start, folder, state, said):
    told = taken_down(state, said)
    lines = (folder / "releases.jsonl").read_bytes()
    with (folder / "releases.jsonl").open("ab") as file:
        file.write(b'{"half a line')
    assert compared(folder, told).wrong == ()
    assert (folder / "releases.jsonl").read_bytes() == lines + b'{"half a line'


def test_a_key_that_is_damaged_gives_no_salt(folder, said):
    (folder / "blind.key").write_bytes(b"short")
    with pytest.raises(Broken, match=r"releases\.damaged"):
        salts_of(folder)
