"""A gateway is killed under load, or its disk fails: what left is recorded, or nothing leaves."""

import csv
import os
import resource
import secrets
import signal
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from hashlib import sha256
from http.client import HTTPException
from itertools import count
from threading import Thread

import pytest
from tests import sites
from tests.sites import COUNTY, HOMES, RIVERS, Gateway, Ground, lines_of, tree_of

from answerable.gateway.releases import ReleaseLog
from answerable.launch.demo.gateways import wait_until
from answerable.launch.demo.sources import HELP
from answerable.science.tlog import Tree, open_note, parse_checkpoint, verify_consistency

KILLS = 20
THREADS = 3
MOST_ANSWERS = 80


@pytest.fixture
def ground(tmp_path, tmp_path_factory):
    return sites.fresh(tmp_path_factory, tmp_path)


def log_of(ground: Ground, site: sites.Site = COUNTY) -> ReleaseLog:
    return ReleaseLog(ground.state(site) / "releases", site.audience, ground.now)


# Killed.


def draws(seed: int) -> Iterator[int]:
    """Give large numbers that only the seed decides."""
    for number in count():
        yield int.from_bytes(sha256(f"{seed}:{number}".encode()).digest()[:8])


@dataclass
class Received:
    """What clients have in hand, to the last byte.

    Attributes:
        answers: status, subject, case and pattern, by release.
        notes: checkpoints of the log.
    """

    answers: dict[int, tuple[int, str, str, str]] = field(default_factory=dict)
    notes: list[bytes] = field(default_factory=list)

    def take(self, answer: sites.Answer, subject: str, case: str, pattern: str) -> None:
        assert answer.release not in self.answers
        self.answers[answer.release] = (answer.status, subject, case, pattern)


def look_up(gateway: Gateway, received: Received, who: str) -> None:
    """Look up one home after the other until the gateway is gone; one in seven is refused."""
    with gateway.asker() as asker:
        for number in count():
            subject, case = HOMES[number % len(HOMES)], f"case-{who}-{number}"
            changes = {"purpose": "tenancy_checks"} if number % 7 == 0 else {}
            try:
                answer = asker.lookup(subject, case=case, **changes)
                received.take(answer, subject, case, "lookup")
                if number % 20 == 0:
                    received.notes.append(asker.ask("/checkpoint").body)
            except (OSError, HTTPException):
                return


def export(gateway: Gateway, received: Received) -> None:
    """Ask for everything, again and again, until the gateway is gone."""
    with gateway.asker() as asker:
        while True:
            try:
                received.take(asker.ask("/bulk", sites.BULK), "", "", "bulk")
            except (OSError, HTTPException):
                return


def run_and_kill(gateway: Gateway, received: Received, run: int, after: int) -> None:
    """Kill it when so many answers have been received."""
    enough = len(received.answers) + after
    work = [
        Thread(target=look_up, args=(gateway, received, f"{run}-{number}"))
        for number in range(THREADS)
    ]
    work.append(Thread(target=export, args=(gateway, received)))
    try:
        for thread in work:
            thread.start()
        wait_until(lambda: len(received.answers) >= enough, "answers", gateway.process)
    finally:
        gateway.kill()
        for thread in work:
            thread.join()
    assert gateway.process.poll() == -signal.SIGKILL


def check_opened(leaves: list[dict], start: int) -> list[int]:
    """See that the last leaf names what is not known to have been sent; give it."""
    run, last = leaves[start:-1], leaves[-1]
    assert last["what"] == "opened"
    allowed = {leaf["number"] for leaf in run if leaf.get("outcome") == "allowed"}
    ended = {number for leaf in run if leaf["what"] == "sent" for number, _, _ in leaf["of"]}
    assert last["unfinished"] == sorted(allowed - ended)
    return last["unfinished"]


@pytest.mark.crash
def test_every_answer_that_was_received_is_in_the_log(ground):
    seed = int(os.environ.get("CRASH_SEED") or secrets.randbits(32))
    print(f"CRASH_SEED={seed}")  # noqa: T201
    draw, received, unfinished = draws(seed), Received(), 0
    config, state = ground.configure(COUNTY), ground.state(COUNTY)
    for run in range(KILLS):
        start = len(lines_of(state))
        with ground.running(COUNTY, config) as gateway:
            run_and_kill(gateway, received, run, 1 + next(draw) % MOST_ANSWERS)
        with log_of(ground):
            unfinished += len(check_opened(gateway.leaves(), start))
    assert unfinished >= KILLS // 2
    check_answers(ground, received)
    check_notes(ground, received.notes)
    check_nobody_is_in(ground)


def check_answers(ground: Ground, received: Received) -> None:
    """See that each answer has its record, and that record both of its halves."""
    assert len(received.answers) >= KILLS
    assert {answer[3] for answer in received.answers.values()} == {"lookup", "bulk"}
    with log_of(ground) as log:
        for number, (status, subject, case, pattern) in received.answers.items():
            leaf, half = log.leaf(number), log._book.halves.get(number)
            assert (leaf["number"], leaf["pattern"]) == (number, pattern)
            assert leaf["outcome"] == ("allowed" if status == 200 else "refused")
            assert half.commitment == leaf["private"]
            said = half.read()
            assert (said.get("subject", ""), said.get("case", "")) == (subject, case)
        for number, answer in list(received.answers.items())[::29]:
            if answer[0] == 200 and answer[1]:
                assert number in {found.number for found in log.about("extra-help", answer[1])}


def check_notes(ground: Ground, notes: list[bytes]) -> None:
    """See that the log is one tree, and that every checkpoint seen was of it."""
    with log_of(ground) as log:
        key, note = log.verifier, log.checkpoint()
        tree = tree_of(lines_of(ground.state(COUNTY)))
    head = parse_checkpoint(open_note(note, [key]).text)
    assert (head.size, head.root) == (tree.size, tree.root())
    assert notes
    for seen in notes:
        check_continued(tree, seen, key)


def check_continued(tree: Tree, note: bytes, key: object) -> None:
    seen = parse_checkpoint(open_note(note, [key]).text)
    proof = tree.consistency(seen.size)
    verify_consistency(seen.size, seen.root, tree.size, tree.root(), proof)


def check_nobody_is_in(ground: Ground) -> None:
    """See that nothing about anybody is in the public halves."""
    data = (ground.state(COUNTY) / "releases" / "releases.jsonl").read_bytes()
    told = personal(ground)
    assert len(told) > 1000
    assert [word for word in told if word.encode() in data] == []


def personal(ground: Ground) -> set[str]:
    connection = sqlite3.connect(ground.home(COUNTY) / HELP)
    rows = connection.execute("SELECT household, address, postcode, note FROM extra_help")
    told = {str(cell) for row in rows for cell in row}
    connection.close()
    return told | {"case-", "INV0", "subject"}


# A disk that fails.

DOORS = {
    "lookup": (COUNTY, "/lookup", {**sites.LOOKUP, "subject": HOMES[0]}),
    "bulk": (COUNTY, "/bulk", sites.BULK),
    "counts": (COUNTY, "/counts", sites.COUNTS),
    "open": (RIVERS, "/open/rain-readings.csv", None),
    "about": (COUNTY, "/about", {"dataset": "extra-help", "subject": HOMES[0]}),
    "emergencies": (COUNTY, "/emergencies/2026-02-01", None),
}
OWN = ("about", "emergencies")
PROBLEM = {"title", "status", "code", "remedy"}


@contextmanager
def unsynced(gateway: Gateway) -> Iterator[None]:
    """What is written cannot be made durable."""
    disk = gateway.ground.home(gateway.site) / "disk"
    disk.write_text("fails")
    yield
    disk.unlink()


@contextmanager
def full(gateway: Gateway) -> Iterator[None]:
    """No file may grow beyond some bytes more than the log of releases has."""
    lines = gateway.ground.state(gateway.site) / "releases" / "releases.jsonl"
    pid, which = gateway.process.pid, resource.RLIMIT_FSIZE
    _, most = resource.prlimit(pid, which)
    resource.prlimit(pid, which, (lines.stat().st_size + 60, most))
    yield
    resource.prlimit(pid, which, (most, most))


@pytest.mark.parametrize("trouble", [unsynced, full])
@pytest.mark.parametrize("door", DOORS)
def test_what_cannot_be_recorded_does_not_leave(ground, door, trouble):
    site, path, asked = DOORS[door]
    key = sites.OWN_KEY if door in OWN else sites.KEY
    with ground.running(site) as gateway, gateway.asker(key) as asker:
        first = asker.ask(path, asked)
        with trouble(gateway):
            check_refused(asker.ask(path, asked))
            check_refused(asker.ask(path, asked))
            assert asker.ask("/health").status == 200
        after = asker.ask(path, asked)
        assert (first.status, after.status) == (200, 200)
        assert rows_of(after) == rows_of(first)
        gateway.stop()
    with log_of(ground, site) as log:
        check_recorded(gateway, log, {first.release, after.release})


def check_refused(answer: sites.Answer) -> None:
    """See that not a byte of data is in it."""
    assert (answer.status, answer.headers["content-type"]) == (503, "application/problem+json")
    assert answer.said.keys() == PROBLEM
    assert answer.said["code"] in ("store.unwritable", "store.full")
    assert b"INV" not in answer.body
    assert "answerable-release" not in answer.headers


def rows_of(answer: sites.Answer) -> object:
    """Give the data of an answer, in an order of its own."""
    if answer.headers["content-type"] != "application/json":
        return sorted(csv.reader(answer.body.decode().splitlines()))
    return [answer.said.get(name) for name in ("rows", "columns", "counts", "given")]


def check_recorded(gateway: Gateway, log: ReleaseLog, answered: set[int]) -> None:
    """See that the log has what was answered, nothing else, and is still one."""
    lines = lines_of(gateway.ground.state(gateway.site))
    leaves = gateway.leaves()
    assert {n for n, leaf in enumerate(leaves) if leaf.get("outcome") == "allowed"} == answered
    assert {leaf["number"] for leaf in leaves if leaf["what"] == "release"} >= answered
    head = parse_checkpoint(open_note(log.checkpoint(), [log.verifier]).text)
    assert head.root == tree_of(lines).root()
