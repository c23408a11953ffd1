"""A gateway's log as its callers see it."""

import asyncio
import subprocess
import sys
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from answerable.gateway.releases import Release, verify_receipt
from answerable.gateway.releases.private import commitment
from answerable.model.errors import Broken, Invalid, Missing, Refused
from answerable.model.state import State
from answerable.science.tlog import Tree, leaf_hash, open_note, parse_checkpoint

from .conftest import ORIGIN

PERSON = "Person-Ada-Lovelace"
BREAK_GLASS = Release(
    "allowed", "flood-help", "homes", "lookup", "fire-service", "rescue", emergency=True
)


@pytest.fixture
def ask(log, lookup):
    def ask(subject="9001", said=lookup, **private):
        return log.record(said, {"subject": subject, **private}, ("homes", subject)).result()

    return ask


def refusal(kind, act, *args):
    with pytest.raises(kind) as caught:
        act(*args)
    return caught.value.code, caught.value.params


def test_records_and_gives_back(log, lookup):
    said = replace(lookup, codes=("request.rate",), by=("slowly",), rows=3, outcome="refused")
    number = log.record(said, {"case": "42"}).result()
    assert number == 1
    leaf = log.leaf(number)
    assert leaf["at"] == "2026-01-31T09:30:00Z"
    assert (leaf["codes"], leaf["by"], leaf["rows"]) == (["request.rate"], ["slowly"], 3)
    half = log._book.halves.get(number)
    assert leaf["private"] == commitment(half.salt, b'{"case":"42"}')


def test_what_has_no_private_half_has_no_commitment(log, lookup):
    assert log.leaf(log.record(lookup).result())["private"] is None
    assert log.leaf(log.record(lookup, {}).result())["private"] is not None
    assert log.leaf(log.record(lookup, None, ("homes", "9001")).result())["private"] is not None


def test_recorded_is_the_same_for_tasks(log, lookup):
    assert asyncio.run(log.recorded(lookup, {"case": "42"}, ("homes", "9001"))) == 1
    assert [found.private for found in log.about("homes", "9001")] == [{"case": "42"}]


def test_what_cannot_be_written_is_refused_alone(log, lookup):
    half = replace(lookup, purpose="\ud800")
    assert refusal(Invalid, log.record, half) == ("releases.text", {})
    assert refusal(Invalid, log.record, lookup, {"a": {1}}) == ("releases.text", {})
    assert log.record(lookup).result() == 1


def test_a_subject_may_be_any_text(log, lookup):
    log.record(lookup, {}, ("homes", "half \ud800")).result()
    assert len(log.about("homes", "half \ud800")) == 1


def test_numbers_that_are_not_there_are_told(log):
    for number in (-1, len(log), 10**9):
        for act in (log.leaf, log.line, log.receipt):
            assert refusal(Missing, act, number) == ("releases.number", {"number": number})


def test_a_checkpoint_is_of_the_whole_log(log, ask, folder):
    ask()
    note = log.checkpoint()
    head = parse_checkpoint(open_note(note, [log.verifier]).text)
    lines = [log.line(number) for number in range(len(log))]
    assert (head.origin, head.size, head.root) == (ORIGIN, 2, Tree(map(leaf_hash, lines)).root())
    assert (folder / "checkpoint").read_bytes() == note
    assert log.checkpoint() == note


def test_the_key_stays(start, log):
    log.close()
    assert start().verifier == log.verifier
    assert log.verifier.name == ORIGIN


def test_another_name_is_refused_and_leaves_the_log_free(start, log):
    log.close()
    assert refusal(Invalid, start, "other.example/log")[0] == "releases.origin"
    start()


def test_who_looked_me_up(log, ask):
    ask("9001", case="1")
    ask("9002", case="2")
    ask("9001", case="3")
    found = log.about("homes", "9001")
    assert [(one.number, one.private["case"]) for one in found] == [(1, "1"), (3, "3")]
    assert found[0].leaf == log.leaf(1)
    assert log.about("schools", "9001") == []
    assert "9001" not in repr(found)


def test_a_half_that_is_not_what_the_log_is_committed_to_is_told(log, ask):
    ask()
    with log._book.halves._database.writing() as connection:
        connection.execute("UPDATE private SET body = x'7b7d'")
    assert refusal(Broken, log.about, "homes", "9001") == (
        "releases.damaged",
        {"place": "private.sqlite3:1"},
    )


def test_emergencies_are_found_for_review(log, ask, clock):
    ask(said=BREAK_GLASS, case="1")
    clock.move(hours=1)
    since = clock.moment
    ask(case="2")
    ask(said=BREAK_GLASS, case="3")
    ask(said=replace(BREAK_GLASS, outcome="refused"), case="4")
    assert [found.private["case"] for found in log.emergencies(since)] == ["3", "4"]
    log.erase([3])
    assert next(found.private for found in log.emergencies(since)) is None


def test_answers_since_a_moment_restore_the_counters(start, log, ask, clock, lookup):
    ask()
    clock.move(hours=2)
    since = clock.moment
    ask(said=replace(lookup, outcome="refused"))
    ask(said=replace(lookup, agreement=None, pattern="bulk"))
    ask(said=replace(lookup, pattern="bulk"))
    ask()
    log.close()
    found = list(start().answered_since(since))
    assert found == [("flood-help", "bulk", since), ("flood-help", "lookup", since)]


def test_counts_a_day_once_it_is_over(log, ask, clock):
    log.record(Release("refused")).result()
    first = [ask(str(n)) for n in range(12)]
    for number in first:
        log.finished(number, 2, "sent")
    today = clock.moment.date()
    ask("last")
    assert refusal(Refused, log.count, "the-gateway", today, State()) == (
        "releases.day",
        {"day": "2026-01-31"},
    )
    size = len(log)
    clock.move(days=1)
    ask("tomorrow")
    day = log.count("the-gateway", today, State())
    assert (day.gateway, day.day, day.size) == ("the-gateway", today, size)
    lines = [log.line(number) for number in range(size)]
    assert day.root == Tree(map(leaf_hash, lines)).root().hex()
    assert [(one.outcome, one.requests, one.rows) for one in day.counts] == [
        ("refused", None, None),
        ("allowed", 10, 20),
    ]
    assert log.count("the-gateway", today, State()) == day
    assert log.count("the-gateway", date(2026, 1, 30), State()).counts == ()


def test_counts_rows_of_an_answer_that_went_on_past_midnight(log, ask, clock):
    clock.moment = datetime(2026, 1, 31, 23, 59, 59, tzinfo=UTC)
    number = ask()
    clock.move(seconds=2)
    log.finished(number, 500, "sent")
    ask()
    clock.move(days=1)
    for day, rows in ((date(2026, 1, 31), None), (date(2026, 2, 1), 500)):
        assert [one.rows for one in log.count("the-gateway", day, State()).counts] == [rows]


def test_the_salt_of_a_day_is_the_same_when_the_log_is_opened_again(start, log, ask, clock):
    ask()
    today = clock.moment.date()
    clock.move(days=1)
    before = log.count("the-gateway", today, State())
    log.close()
    again = start().count("the-gateway", today, State())
    assert before.counts[0].commitment == again.counts[0].commitment is not None


def test_nothing_personal_is_in_what_can_be_shown(log, ask, folder):
    number = ask(PERSON, person="Person-Officer", case="Person-Case", reason="Person-Reason")
    log.finished(number, 1, "sent")
    receipt = log.receipt(number).data
    log.close()
    for name in ("releases.jsonl", "checkpoint"):
        assert b"Person" not in (folder / name).read_bytes()
    assert b"Person" not in receipt
    assert b"Person-Case" in (folder / "private.sqlite3").read_bytes()


def test_the_folder_is_private(log, ask, folder):
    ask()
    assert folder.stat().st_mode & 0o777 == 0o700
    assert {path.stat().st_mode & 0o077 for path in folder.iterdir()} == {0}


def test_what_is_erased_is_gone_and_the_log_verifies(start, log, ask, all_bytes):
    numbers = [ask(PERSON, case=f"Case-{n}") for n in range(30)]
    kept = ask("9002", case="Other")
    assert PERSON.encode() in all_bytes()
    assert log.erase(numbers) == 30
    assert log.erase(numbers) == 0
    assert PERSON.encode() not in all_bytes()
    assert log.about("homes", PERSON) == []
    receipt = log.receipt(numbers[0]).data
    assert verify_receipt(receipt, [log.verifier]).leaf["private"] is not None
    log.close()
    again = start()
    assert PERSON.encode() not in all_bytes()
    assert [found.number for found in again.about("homes", "9002")] == [kept]


def test_what_is_old_is_erased(log, ask, clock, all_bytes):
    ask(PERSON)
    clock.move(days=400)
    ask("9002")
    assert log.erase_before(clock.moment - timedelta(days=365)) == 1
    assert PERSON.encode() not in all_bytes()
    assert len(log.about("homes", "9002")) == 1


def test_unfinished_answers_are_named_at_the_next_start(start, log, ask, lookup, folder):
    done, open_, refused = ask(), ask(), ask(said=replace(lookup, outcome="refused"))
    log.finished(done, 1, "sent")
    log.close()
    again = start()
    leaf = again.leaf(len(again) - 1)
    assert (leaf["what"], leaf["unfinished"]) == ("opened", [open_])
    assert refused not in leaf["unfinished"]


def test_another_process_may_not_write(log, folder):
    code = (
        "import sys\nfrom datetime import UTC, datetime\nfrom pathlib import Path\n"
        "from answerable.gateway.releases import ReleaseLog\n"
        "from answerable.model.errors import Broken\n"
        "now = lambda: datetime(2026, 1, 1, tzinfo=UTC)\n"
        "try: ReleaseLog(Path(sys.argv[1]), sys.argv[2], now)\n"
        "except Broken as broken: print(broken.code)\n"
    )
    said = subprocess.run(
        [sys.executable, "-c", code, folder, ORIGIN], capture_output=True, text=True, check=True
    )
    assert said.stdout == "releases.locked\n"


FULL = """
import resource, sys
from datetime import UTC, datetime
from pathlib import Path
from answerable.gateway.releases import Release, ReleaseLog
from answerable.model.errors import Broken

folder = Path(sys.argv[1])
said = Release("refused", recipient="fire-service", purpose="x" * 500)
with ReleaseLog(folder, sys.argv[2], lambda: datetime(2026, 1, 1, tzinfo=UTC)) as log:
    for _ in range(100):
        log.record(said).result()
    room = (folder / "releases.jsonl").stat().st_size + 1000
    resource.setrlimit(resource.RLIMIT_FSIZE, (room, resource.RLIM_INFINITY))
    codes = []
    for _ in range(5):
        try:
            codes.append(log.record(said).result())
        except Broken as broken:
            codes.append(broken.code)
    resource.setrlimit(resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
    codes.append(log.record(said).result())
print(*codes)
"""


def test_a_full_disk_refuses_and_recovers(start, folder):
    run = [sys.executable, "-c", FULL, folder, ORIGIN]
    said = subprocess.run(run, capture_output=True, text=True, check=True)
    assert said.stdout.split() == ["101", *["store.full"] * 4, "102"]
    again = start()
    assert [again.leaf(number)["number"] for number in range(1, 103)] == list(range(1, 103))
    assert again.leaf(103)["what"] == "opened"
