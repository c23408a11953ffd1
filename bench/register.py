"""How fast a register grows, folds and is judged: alone and beside a ledger of plain JSON lines.

Both keep the same statements, a thousand at a time, each time durably; both are read back from the
file into what they add up to. What is said is made up off the clock. They take turns, each in a
process of its own, so that neither pays for what the other left in memory.
"""

import os
import statistics
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any

from answerable.audit.admission import admit
from answerable.loop import Loop, SetClock
from answerable.loop.keyring import Keyring
from answerable.model.command import ACTIONS
from answerable.model.dataset import Dataset
from answerable.model.entry import Entry, read_entry
from answerable.model.proposal import Benefit, Proposal, Risk
from answerable.model.signal import Signal
from answerable.model.state import Builder
from answerable.store.register import Record, SqliteRegister
from bench import invented, plain
from bench.figures import Figure, Say, at_most, seen
from bench.watch import Watch, alone

NAME = "register"
DESCRIPTION = (
    "Register: append, fold and admit 100,000 entries, beside plain JSON lines; single acts"
)

ENTRIES = 100_000
BATCH = 1_000
RUNS = 3
CHAPTERS_ACTED = 5
CHAPTER = 20
SYNCS = 200
SUBJECTS = (Dataset, Proposal, Benefit, Risk, Signal)


@dataclass(frozen=True, slots=True)
class Round:
    """What one run took: ours first, then the peer's."""

    write: Watch
    append: Watch
    fold: tuple[Watch, Watch]
    admit: Watch
    plain_append: Watch
    plain_fold: Watch


def run(say: Say) -> list[Figure]:
    """Measure everything; about two minutes."""
    with tempfile.TemporaryDirectory(prefix="bench-register-") as folder:
        rounds = [_round(Path(folder) / str(number), say) for number in range(RUNS)]
        say("opening a Loop on the first register, and acting")
        living = alone(_living, Path(folder) / "0")
        return [*_ours(rounds), *_beside_plain(rounds), *living, _disk(Path(folder))]


def _round(workspace: Path, say: Say) -> Round:
    workspace.mkdir()
    register, lines = workspace / "register.sqlite3", workspace / "plain.jsonl"
    say(f"run {workspace.name}: writing {ENTRIES:,} entries, in turns with plain JSON lines")
    write, append = alone(_write, register)
    plain_append = alone(_write_plain, lines)
    say(f"run {workspace.name}: folding them, in turns")
    halves, ours = alone(_fold, register)
    plain_fold, theirs = alone(_fold_plain, lines)
    if ours != theirs:
        raise RuntimeError(f"the register has {ours}, the ledger has {theirs}")
    say(f"run {workspace.name}: admitting them")
    return Round(write, append, halves, alone(_admit, register), plain_append, plain_fold)


def _batches() -> Iterator[list[invented.Statement]]:
    said = invented.statements()
    for _ in range(0, ENTRIES, BATCH):
        yield list(islice(said, BATCH))


def _write(path: Path) -> tuple[Watch, Watch]:
    register, write, append = SqliteRegister(path), Watch(), Watch()
    for number, batch in enumerate(_batches()):
        start = number * BATCH
        with write.running():
            entries = [invented.entry(index, said) for index, said in enumerate(batch, start)]
            records = [Record(entry.envelope.command_id, entry.data) for entry in entries]
            with append.running():
                register.append(start, records)
    return write, append


def _write_plain(lines: Path) -> Watch:
    append = Watch()
    for number, batch in enumerate(_batches()):
        statements = [_plainly(number * BATCH + place, said) for place, said in enumerate(batch)]
        with append.running():
            plain.append(lines, statements)
    return append


def _plainly(index: int, said: invented.Statement) -> dict[str, Any]:
    return {
        "kind": said.body.kind.name,
        "at": invented.at(index).isoformat(),
        "org": said.actor.organisation,
        "body": said.body.model_dump(mode="json", exclude_none=True),
    }


def _entries(register: SqliteRegister, start: int, stop: int) -> Iterator[Entry]:
    for begin in range(start, stop, BATCH):
        read = register.read(begin, begin + BATCH)
        yield from (read_entry(data, index) for index, data in enumerate(read, begin))


def _fold(path: Path) -> tuple[tuple[Watch, Watch], dict[str, int]]:
    register, state, first, second = SqliteRegister(path), Builder(), Watch(), Watch()
    for watch, start in ((first, 0), (second, ENTRIES // 2)):
        with watch.running():
            for entry in _entries(register, start, start + ENTRIES // 2):
                state.apply(entry)
    return (first, second), {kind.noun: len(state.table(kind)) for kind in SUBJECTS}


def _fold_plain(lines: Path) -> tuple[Watch, dict[str, int]]:
    watch = Watch()
    with watch.running():
        ledger = plain.fold(lines)
    return watch, {kind.noun: len(ledger[kind.noun]) for kind in SUBJECTS}


def _admit(path: Path) -> Watch:
    register, state, watch = SqliteRegister(path), Builder(), Watch()
    for begin in range(0, ENTRIES, BATCH):
        entries = list(_entries(register, begin, begin + BATCH))
        with watch.running():
            for entry in entries:
                admit(state, entry)
                state.apply(entry)
    return watch


def _ours(rounds: list[Round]) -> list[Figure]:
    first, second = (min(each.fold[half].cpu for each in rounds) for half in (0, 1))
    fold = min(each.fold[0].cpu + each.fold[1].cpu for each in rounds)
    return [
        at_most("fold: read back and apply all", fold, "CPU seconds", 10, RUNS),
        _rate("fold", fold),
        at_most("fold: second half over first", second / first, "times the CPU", 1.25, RUNS),
        _rate("write: envelope, signature, append", min(each.write.cpu for each in rounds)),
        _rate("append of ready bytes", min(each.append.cpu for each in rounds)),
        seen(
            "append of ready bytes, with the disk",
            ENTRIES / min(each.append.wall for each in rounds),
            "entries per second",
            RUNS,
        ),
        _rate("admit and apply", min(each.admit.cpu for each in rounds)),
    ]


def _beside_plain(rounds: list[Round]) -> list[Figure]:
    plain_fold = min(each.plain_fold.cpu for each in rounds)
    plain_append = min(each.plain_append.cpu for each in rounds)
    fold = min(each.fold[0].cpu + each.fold[1].cpu for each in rounds)
    write = min(each.write.cpu for each in rounds)
    append = min(each.append.cpu for each in rounds)
    beside = "times the CPU"
    return [
        _rate("JSON lines: fold", plain_fold),
        _rate("JSON lines: append", plain_append),
        at_most("fold, beside JSON lines", fold / plain_fold, beside, 10, RUNS),
        at_most("write, beside JSON lines", write / plain_append, beside, 10, RUNS),
        seen("append of ready bytes, beside JSON lines", append / plain_append, beside, RUNS),
    ]


def _rate(name: str, cpu: float) -> Figure:
    return seen(name, ENTRIES / cpu, "entries per CPU second", RUNS)


def _living(workspace: Path) -> list[Figure]:
    """Open a Loop on the register that is there, and act on it, one command at a time."""
    keyring = Keyring(workspace / "keys")
    for label, key in (("council", invented.COUNCIL_KEY), ("rivers", invented.RIVERS_KEY)):
        keyring.add(label, key.seed)
    clock, opening = SetClock(invented.at(ENTRIES)), Watch()
    with Loop(workspace, clock=clock, publishing=False) as loop:
        with opening.running():
            size = loop.state.size
        took = [_act(loop, ENTRIES + number * CHAPTERS_ACTED) for number in range(RUNS)]
    acts = CHAPTERS_ACTED * CHAPTER
    return [
        seen(f"Loop: catch up with {size:,} entries", opening.cpu, "CPU seconds", 1),
        seen("Loop: act", acts / min(watch.wall for watch in took), "acts per second", RUNS),
        seen("Loop: act", 1e3 * min(watch.cpu for watch in took) / acts, "CPU ms an act", RUNS),
    ]


def _act(loop: Loop, number: int) -> Watch:
    commands = {action.yields[0]: action.command for action in ACTIONS.values()}
    said = [
        (commands[type(each.body)].from_(each.body), each.actor)
        for chapter in range(number, number + CHAPTERS_ACTED)
        for each in invented.chapter(chapter)
    ]
    watch = Watch()
    with watch.running():
        for command, actor in said:
            loop.act(command, actor)
    return watch


def _disk(folder: Path) -> Figure:
    """Tell what durability costs here, without which no figure of an act means much."""
    took = []
    with (folder / "fsync").open("wb", buffering=0) as file:
        for _ in range(SYNCS):
            start = time.perf_counter()
            file.write(bytes(4096))
            os.fsync(file.fileno())
            took.append(time.perf_counter() - start)
    return seen("disk: write and fsync 4 KiB, median", 1e3 * statistics.median(took), "ms", SYNCS)
