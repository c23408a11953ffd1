"""The demo as a newcomer meets it: told, told again, killed in the middle, searched for names."""

import json
import os
import random  # noqa: TID251 - when to kill
import signal
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest

from answerable.audit.verify import verify
from answerable.evidence.source import DirectorySource
from answerable.launch.demo import volunteers
from answerable.launch.demo.cast import PEOPLE
from answerable.launch.demo.command import tell_story, welsh
from answerable.loop import Loop
from answerable.model.errors import Refused
from answerable.model.state import fold
from answerable.model.text import texts
from answerable.model.translation import Translation

LATER = datetime(2026, 11, 22, tzinfo=UTC)
ROOT = Path(__file__).parents[2]
PROGRAM = [sys.executable, "-m", "answerable.launch"]


def tell(workspace, **kwargs):
    return subprocess.run(
        [*PROGRAM, "demo", "--no-serve", "--workspace", str(workspace)],
        capture_output=True,
        text=True,
        check=False,
        **kwargs,
    )


@pytest.fixture(scope="module")
def shown(tmp_path_factory):
    """A workspace told by the program itself, and what it printed."""
    workspace = tmp_path_factory.mktemp("shown") / "demo"
    done = tell(workspace)
    assert (done.returncode, done.stderr) == (0, "")
    return workspace, done.stdout


def test_the_story_goes_through_all_nine_stages(shown):
    _, out = shown
    places = [out.index(f"\n{number}. ") for number in range(1, 10)]
    assert places == sorted(places)


@pytest.mark.parametrize(
    "wanted",
    [
        "invented",
        "Rain is open to everyone: 768 readings",
        "At the council's gateway:\n    GIVEN: address: GB1, need: uses powered equipment",
        "The whole list at once:\n    REFUSED by patterns",
        "By somebody that nobody listed:\n    REFUSED: The token is not by a key",
        "signed feed (warnings.jsonl)",
        "The same home, two hours later:\n    GIVEN: address: 4 Elder Lane",
        "hoist or riser, battery_hours: 2",
        "A home in Kirklarch, where there is no warning:\n    GIVEN: address: GB2",
        "one by one: 10 are there.",
        "Looked up again:\n    NOTHING: not there, or left out",
        "asked to be left out (shown here only):\n    GIVEN: address: 4 Gean Lane",
        "The day after the warning:\n    GIVEN: address: GB1",
        "And by then at the health board's gateway:\n    GIVEN: address: GB1",
        "health-gateway, 2026-03-13: powered-equipment, lookup, allowed: fewer than 10",
        "one by one: no address, only GB1.",
        "council-gateway, 2026-03-16: extra-help, lookup, allowed: 10 requests, 10 rows",
        "    the rule address-in-a-warning decided ten of them or more",
        "declared an emergency:\n    GIVEN: address: 13 Weir Wynd",
        "milton-of-larch: 17",
        "council-gateway, 2026-03-14: extra-help, lookup, allowed: 20 requests, 10 rows",
        "REFUSED by floods-only",
        "REFUSED by needs-only",
        "REFUSED by trained-crews",
        "Public warning: the duty trained-crews was missed.",
        "a-letter-each-time (rejected) -> nothing",
        "REJECTED. A letter on the mat",
        "27 finished",
        "Drawn by lot",
    ],
)
def test_what_a_person_reads(shown, wanted):
    assert wanted in shown[1]


def test_no_line_is_wider_than_a_screen(shown):
    long = [line for line in shown[1].splitlines() if len(line) > 110 and "—" not in line]
    assert long == []


def snapshot(workspace):
    return {
        path.relative_to(workspace).as_posix(): path.read_bytes()
        for path in sorted(workspace.rglob("*"))
        if path.is_file() and path.parts[-2] != ".publishing"
    }


def test_told_again_it_says_so_and_changes_nothing(shown):
    workspace, _ = shown
    before = snapshot(workspace)
    again = tell(workspace)
    assert again.returncode == 0
    assert "already told" in again.stdout
    assert "1. Envision" not in again.stdout
    after = snapshot(workspace)
    assert {name for name in before if before[name] != after.get(name)} <= {
        "register.sqlite3-shm",
        "register.sqlite3-wal",
    }


def test_the_register_is_what_its_entries_add_up_to(shown):
    workspace, _ = shown
    with Loop(workspace) as loop:
        state, folded = loop.state, fold(loop.entries())
        assert folded.size == state.size
        from answerable.model.agreement import Agreement

        assert list(folded.each(Agreement)) == list(state.each(Agreement))


def test_another_register_is_not_written_over(tmp_path):
    from tests.unit.loop.conftest import open_register

    with Loop(tmp_path / "mine") as loop:
        open_register(loop)
    with pytest.raises(Refused, match="demo.other"):
        tell_story(tmp_path / "mine", quiet=True)


# Killed in the middle.


@pytest.mark.crash
def test_killed_at_any_moment_it_goes_on_from_there(tmp_path):
    seed = int(os.environ.get("CRASH_SEED", random.SystemRandom().randrange(1 << 30)))
    print(f"CRASH_SEED={seed}")  # noqa: T201 - to tell the same story again
    chance = random.Random(seed)  # noqa: S311 - when to kill
    workspace = tmp_path / "demo"
    for _ in range(6):
        process = subprocess.Popen(
            [*PROGRAM, "demo", "--no-serve", "--workspace", str(workspace)],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
        )
        try:
            process.wait(timeout=0.6 + chance.random() * 2.2)
        except subprocess.TimeoutExpired:
            process.send_signal(signal.SIGKILL)
        _, err = process.communicate()
        assert err == b""
        if (workspace / "public/checkpoint").exists():
            report = verify(DirectorySource(workspace / "public"), LATER)
            places = {fault.problem.code for fault in report.faults.values()}
            assert places <= {"file.unexpected"}, report.faults
    done = tell(workspace)
    assert (done.returncode, done.stderr) == (0, "")
    report = verify(DirectorySource(workspace / "public"), LATER)
    assert report.holds
    assert tell(workspace).stdout.startswith("The story is already told")
    with Loop(workspace) as loop:
        pool = loop.reveal(facilitator(loop), "pool:flood-help-panel")
        assert len(pool) == 1_500


def facilitator(loop):
    from answerable.model.actor import Role

    return loop.actor(Role.FACILITATOR, "kirklarch-facilitators", "the story")


# Names.


def canaries():
    people = volunteers.volunteers()
    for person in people:
        yield from (person.name, person.email, person.phone)
    for name, _ in PEOPLE.values():
        yield name


def leaks(data):
    text = data.decode("utf-8", "replace")
    words = {"Quillfeather", "Synthetic Volunteer", "Synthetic Officer", "people.example"}
    if not any(word in text for word in words) and "900" not in text:
        return []
    return [canary for canary in canaries() if canary in text]


def test_no_personal_detail_is_public(shown):
    workspace, out = shown
    assert leaks(out.encode()) == []
    for path in [*(workspace / "public").rglob("*"), *workspace.glob("register.sqlite3*")]:
        if path.is_file():
            assert leaks(path.read_bytes()) == [], path


def test_the_vault_does_hold_them(shown):
    """The search above would find them if they were there."""
    found = leaks((shown[0] / "vault.sqlite3").read_bytes())
    assert len(found) > 1_500
    assert {name for name, _ in PEOPLE.values()} <= set(found)


ERRORS = [
    ["engage", "commit-pool", "--engagement", "flood-help-panel", "--respondents", "@POOL",
     "--targets", "feature,value,min,max\nsex,Female,1,1\n"],
    ["engage", "commit-pool", "--engagement", "nothing", "--respondents", "@POOL",
     "--targets", "@POOL"],
    ["engage", "commit-pool", "--engagement", "@POOL", "--respondents", "@POOL",
     "--targets", "feature,value,min,max\nsex,Female,1,1\n"],
    ["engage", "draw-panel", "--engagement", "@POOL"],
    ["act", "commit-pool", "--json", "POOL"],
    ["account", "erase", "@POOL"],
]  # fmt: skip


@pytest.mark.parametrize("arguments", ERRORS, ids=lambda arguments: " ".join(arguments[:4]))
def test_no_error_repeats_a_personal_detail(shown, tmp_path, arguments):
    path = tmp_path / "pool.csv"
    with path.open("w") as stream:
        volunteers.write_csv(volunteers.volunteers()[:40], stream)
    done = subprocess.run(
        [*PROGRAM, "--workspace", str(shown[0]), "--as", "facilitator@kirklarch-facilitators",
         *(word.replace("POOL", str(path)) for word in arguments)],
        capture_output=True,
        check=False,
    )  # fmt: skip
    assert done.returncode not in (0, 1)
    assert leaks(done.stdout + done.stderr) == []


# Welsh.


def test_every_public_sentence_has_a_welsh_draft_marked_as_unread(shown):
    workspace, _ = shown
    with Loop(workspace) as loop:
        english = {
            words
            for entry in loop.entries()
            for pointer, words in entry.body.public_words()
            if pointer.endswith("/en")
        }
        drafts = list(loop.state.each(Translation))
        sentences = {
            (entry.index, pointer) for entry in loop.entries() for pointer, _ in texts(entry.body)
        }
    assert {words for words in english if words not in welsh()} == set()
    assert {(draft.of, pointer) for draft in drafts for pointer in draft.words} == sentences
    assert drafts
    assert not [draft for draft in drafts if draft.reviewed]


def test_no_welsh_is_left_over():
    assert all(words and words == words.strip() for words in welsh().values())
    assert json.dumps(welsh())


def test_a_stranger_can_check_it_without_our_code(shown):
    tool = ROOT / "tools" / "verify_register.py"
    done = subprocess.run(
        [sys.executable, str(tool), str(shown[0] / "public")],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert "OK: " in done.stdout
