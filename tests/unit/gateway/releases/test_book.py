"""What is on disk is one: all of a commit or nothing of it, checked when it is opened again."""

import json
import os

import pytest

from answerable.gateway.releases.book import HALVES, LINES, Book, Entry
from answerable.gateway.releases.leaves import outline
from answerable.gateway.releases.private import PrivateHalf, body_of
from answerable.gateway.releases.seal import BLIND_KEY, CHECKPOINT, LOG_KEY
from answerable.model.errors import Broken
from answerable.science.tlog import Tree, leaf_hash, open_note, parse_checkpoint, verify_consistency

from .conftest import ORIGIN


@pytest.fixture
def begin(folder, clock, disk):
    opened = []

    def begin():
        opened.append(Book(folder, ORIGIN, clock, sync=disk, random=os.urandom))
        return opened[-1]

    yield begin
    for book in opened:
        book.close()


@pytest.fixture
def book(begin):
    return begin()


@pytest.fixture
def entry(lookup):
    def entry(name=None, subject=None):
        body = None if name is None else body_of({"subject": name})
        return Entry(outline(lookup), body, subject)

    return entry


def lines(folder):
    return (folder / LINES).read_bytes().splitlines()


def root(book):
    book.renew_seal()
    return parse_checkpoint(open_note(book.seal.note, [book.seal.verifier]).text).root


def refusal(act, *args):
    with pytest.raises(Broken) as caught:
        act(*args)
    return caught.value.code, caught.value.params


def test_begins_with_a_line_that_it_was_opened(book, folder):
    assert [json.loads(line)["what"] for line in lines(folder)] == ["opened"]
    assert folder.stat().st_mode & 0o777 == 0o700


def test_a_commit_is_releases_then_endings_then_what_is_not_listed(book, folder, entry):
    assert book.commit([entry(), entry()], [(0, 5, "sent")], 7) == range(1, 3)
    what = [json.loads(line)["what"] for line in lines(folder)]
    assert what == ["opened", "release", "release", "sent", "unlisted"]
    assert [json.loads(line).get("number") for line in lines(folder)[1:3]] == [1, 2]
    assert root(book) == Tree(map(leaf_hash, lines(folder))).root()


def test_a_commitment_opens_with_the_half_and_no_other(book, entry):
    book.commit([entry("Ada"), entry(), entry("Ada")], [], 0)
    one, none, other = (book.leaf(number)["private"] for number in (1, 2, 3))
    half = book.halves.get(1)
    assert half.commitment == one
    assert PrivateHalf(1, body_of({"subject": "Bob"}), half.salt).commitment != one
    assert none is None
    assert one != other


def test_a_half_is_durable_before_its_line(book, disk, folder, entry, monkeypatch):
    seen = []
    real = book._lines.append

    def append(written):
        seen.append((len(lines(folder)), book.halves.get(1) is not None))
        real(written)

    monkeypatch.setattr(book._lines, "append", append)
    book.commit([entry("Ada")], [], 0)
    assert seen == [(1, True)]


def test_a_failed_commit_counts_for_nothing(book, folder, disk, entry):
    book.commit([entry("Ada", b"a" * 32)], [], 0)
    before = (folder / LINES).read_bytes()
    disk.failing = 1
    assert refusal(book.commit, [entry("Bob", b"b" * 32)], [(1, 1, "sent")], 3) == (
        "store.unwritable",
        {"path": LINES},
    )
    assert (folder / LINES).read_bytes() == before
    assert len(book) == 2
    assert book.commit([entry("Cyd", b"c" * 32)], [], 0) == range(2, 3)
    assert book.halves.get(2).read() == {"subject": "Cyd"}
    assert book.halves.of(b"b" * 32, 3) == []
    assert root(book) == Tree(map(leaf_hash, lines(folder))).root()


def test_the_half_of_a_failed_release_does_not_pass_for_that_of_the_next(book, disk, entry):
    disk.failing = 1
    refusal(book.commit, [entry("Bob", b"b" * 32)], [], 0)
    assert book.halves.of(b"b" * 32, len(book)) == []
    book.commit([entry()], [], 0)
    assert book.halves.get(1) is None
    assert book.halves.of(b"b" * 32, len(book)) == []


def test_the_half_of_a_failed_release_is_gone_after_opening_again(
    begin, book, disk, entry, all_bytes
):
    disk.failing = 1
    refusal(book.commit, [entry("Person-Bob", b"b" * 32)], [], 0)
    assert b"Person-Bob" in all_bytes()
    book.close()
    begin()
    assert b"Person-Bob" not in all_bytes()


def test_a_half_that_cannot_be_kept_keeps_the_line_out(book, folder, entry, monkeypatch):
    def full(rows):
        raise Broken("store.full", path=HALVES)

    with monkeypatch.context() as patched:
        patched.setattr(book.halves, "put", full)
        assert refusal(book.commit, [entry("Ada")], [], 0) == ("store.full", {"path": HALVES})
    assert len(lines(folder)) == len(book) == 1
    assert book.commit([entry("Ada")], [], 0) == range(1, 2)


def test_opened_again_it_goes_on(begin, book, folder, entry):
    book.commit([entry() for _ in range(5)], [(1, 1, "sent")], 0)
    book.renew_seal()
    size, old = book.seal.size, root(book)
    book.close()
    again = begin()
    assert len(again) == size + 1
    assert again.leaf(size)["unfinished"] == [2, 3, 4, 5]
    new = root(again)
    proof = Tree(map(leaf_hash, lines(folder))).consistency(size)
    verify_consistency(size, old, len(again), new, proof)
    again.close()
    assert begin().leaf(len(again) - 1 + 1)["unfinished"] == []


def test_reads_more_than_a_block_when_opened(begin, book, entry):
    book.commit([entry() for _ in range(2500)], [(n, 1, "sent") for n in range(1, 2400)], 0)
    wanted = root(book)
    book.close()
    again = begin()
    assert again.leaf(2502)["unfinished"] == list(range(2400, 2501))
    assert again._tree.root(2502) == wanted


def test_a_torn_last_line_is_no_damage(begin, book, folder, entry):
    book.commit([entry()], [], 0)
    book.renew_seal()
    book.close()
    with (folder / LINES).open("ab") as file:
        file.write(b'{"agreement":"floo')
    again = begin()
    assert again.leaf(2)["what"] == "opened"
    assert len(lines(folder)) == 3


def rewrite(folder, change):
    kept = change(lines(folder))
    (folder / LINES).write_bytes(b"".join(line + b"\n" for line in kept))


UNREADABLE = [
    lambda said: [*said[:2], b"no json", *said[3:]],
    lambda said: [*said[:2], b"", *said[3:]],
]
MISPLACED = [
    lambda said: [*said[:2], *said[3:]],
    lambda said: [said[0], said[2], said[1], *said[3:]],
]
CHANGED = [lambda said: [*said[:1], said[1].replace(b"homes", b"horse"), *said[2:]]]
SHORTER = [lambda said: said[:-1], lambda said: []]


@pytest.mark.parametrize("change", UNREADABLE + MISPLACED + CHANGED + SHORTER)
def test_damage_to_what_is_sealed_is_told(begin, book, folder, entry, change):
    book.commit([entry() for _ in range(5)], [], 0)
    book.renew_seal()
    book.close()
    rewrite(folder, change)
    assert refusal(begin) == ("releases.damaged", {"place": "checkpoint:6"})


@pytest.mark.parametrize("change", UNREADABLE + MISPLACED)
def test_damage_to_what_is_not_sealed_yet_is_told_if_it_shows(begin, book, folder, entry, change):
    book.commit([entry() for _ in range(5)], [], 0)
    book.close()
    rewrite(folder, change)
    code, params = refusal(begin)
    assert code == "releases.damaged"
    assert params["place"] in {"releases.jsonl:2", "releases.jsonl:3"}


@pytest.mark.parametrize("lost", [LINES, HALVES, LOG_KEY, BLIND_KEY, CHECKPOINT])
def test_what_is_lost_is_not_begun_anew(begin, book, folder, entry, lost):
    book.commit([entry()], [], 0)
    book.renew_seal()
    book.close()
    (folder / lost).unlink()
    assert refusal(begin)[0] == "releases.damaged"
    assert refusal(begin)[0] == "releases.damaged"


def test_a_beginning_that_was_cut_short_is_begun_again(begin, book, folder):
    book.close()
    (folder / LINES).unlink()
    assert len(begin()) == 1


def test_time_never_goes_back(begin, book, clock, entry):
    clock.move(hours=1)
    book.commit([entry()], [], 0)
    clock.move(hours=-2)
    book.commit([entry()], [], 0)
    book.close()
    again = begin()
    moments = [again.leaf(number)["at"][11:16] for number in range(len(again))]
    assert moments == ["09:30", "10:30", "10:30", "10:30"]


def test_finds_the_first_leaf_of_a_moment(book, clock, entry):
    start = clock.moment
    for _ in range(3):
        clock.move(seconds=10)
        book.commit([entry(), entry()], [], 0)
    assert book.first_from(start) == 0
    clock.moment = start
    clock.move(seconds=20)
    assert book.first_from(clock.moment) == 3
    clock.move(days=1)
    assert book.first_from(clock.moment) == 7


def test_what_is_over_stays_as_it_was(book, clock, entry):
    book.commit([entry()], [], 0)
    end = clock.moment.replace(hour=10)
    assert book.settled_before(end) is None
    clock.moment = end
    settled = book.settled_before(end)
    assert settled == (2, book._tree.root(2))
    clock.move(hours=-1)  # set back: still nothing is recorded as earlier
    book.commit([entry()], [], 0)
    assert book.settled_before(end) == settled


def test_a_receipt_is_of_the_last_seal_or_a_new_one(book, entry):
    book.commit([entry()], [], 0)
    assert book.seal.size == 0
    one = book.receipt(1)
    assert book.seal.size == 2
    book.commit([entry()], [], 0)
    assert book.receipt(1) == one
    assert book.receipt(2).note != one.note


def test_one_has_it_at_a_time(begin, book):
    assert refusal(begin) == ("releases.locked", {"path": "log"})
    book.close()
    begin()
