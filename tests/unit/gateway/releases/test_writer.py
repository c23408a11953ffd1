"""One thread writes for all; everybody is told, whatever happens to it."""

import asyncio
import gc
import os
from concurrent.futures import wait
from dataclasses import replace
from threading import Event

import pytest

from answerable.gateway.releases import Release
from answerable.gateway.releases.writer import UNKNOWN_A_SECOND
from answerable.model.errors import Broken

PATIENCE = 60
STRANGER = Release("refused", dataset="homes", codes=("request.unproved",))


class Gate:
    """A disk whose next sync waits until it is let through."""

    def __init__(self):
        self.syncs = 0
        self.reached, self.through = Event(), Event()
        self.through.set()

    def __call__(self, descriptor):
        self.syncs += 1
        self.reached.set()
        assert self.through.wait(PATIENCE)
        os.fdatasync(descriptor)

    def shut(self):
        self.reached.clear()
        self.through.clear()


@pytest.fixture
def gate():
    return Gate()


@pytest.fixture
def gated(start, gate):
    """A log that is in the middle of a commit, and that commit."""
    log = start(sync=gate)
    gate.shut()
    first = log.record(Release("refused", recipient="fire-service"))
    assert gate.reached.wait(PATIENCE)
    yield log, first
    gate.through.set()


def what(leaves):
    return [leaf["what"] for leaf in leaves]


def numbers(answers):
    return [answer.result(PATIENCE) for answer in answers]


def test_what_gathers_during_a_commit_is_one_commit(gated, gate, lookup):
    log, first = gated
    before = gate.syncs
    rest = [log.record(lookup, {"case": str(n)}) for n in range(50)]
    assert not any(answer.done() for answer in (first, *rest))
    gate.through.set()
    assert numbers([first, *rest]) == list(range(1, 52))
    assert gate.syncs == before + 1


def test_tasks_share_a_commit_too(gated, gate, lookup):
    log, first = gated
    before = gate.syncs

    async def ask():
        asks = [asyncio.create_task(log.recorded(lookup, {"n": n})) for n in range(50)]
        await asyncio.sleep(0)
        gate.through.set()
        return await asyncio.gather(*asks)

    assert asyncio.run(ask()) == list(range(2, 52))
    assert first.result() == 1
    assert gate.syncs == before + 1


def test_each_loop_is_told_once_for_a_commit(gated, gate, lookup):
    log, _ = gated

    async def ask():
        loop = asyncio.get_running_loop()
        real, calls = loop.call_soon_threadsafe, []
        loop.call_soon_threadsafe = lambda *call: (calls.append(call), real(*call))[1]
        asks = [asyncio.create_task(log.recorded(lookup)) for _ in range(20)]
        await asyncio.sleep(0)
        gate.through.set()
        await asyncio.gather(*asks)
        return len(calls)

    assert asyncio.run(ask()) == 1


def test_everybody_is_told_of_a_failure_and_the_next_succeeds(log, disk, lookup):
    disk.failing = 1
    with pytest.raises(Broken) as caught:
        log.record(lookup, {"a": 1}).result(PATIENCE)
    assert (caught.value.code, caught.value.params) == (
        "store.unwritable",
        {"path": "releases.jsonl"},
    )
    assert log.record(lookup, {"a": 2}).result(PATIENCE) == 1


def test_tasks_are_told_of_a_failure_each_with_an_error_of_their_own(gated, gate, disk, lookup):
    log, _ = gated

    def broken(*_):
        raise OSError(28, "full")

    async def ask():
        asks = [asyncio.create_task(log.recorded(lookup)) for _ in range(5)]
        await asyncio.sleep(0)
        log._book._lines._sync, real = broken, log._book._lines._sync
        gate.through.set()
        told = await asyncio.gather(*asks, return_exceptions=True)
        log._book._lines._sync = real
        return told

    told = asyncio.run(ask())
    assert [problem.code for problem in told] == ["store.full"] * 5
    assert len({id(problem) for problem in told}) == 5
    assert log.record(lookup).result(PATIENCE) == 2


def test_an_unforeseen_error_is_told_too(log, lookup, monkeypatch):
    def failing(*_):
        raise ZeroDivisionError

    with monkeypatch.context() as patched:
        patched.setattr(log._book, "commit", failing)
        with pytest.raises(Broken) as caught:
            log.record(lookup).result(PATIENCE)
    assert caught.value.code == "releases.failed"
    assert isinstance(caught.value.__cause__, ZeroDivisionError)
    assert log.record(lookup).result(PATIENCE) == 1


def test_endings_survive_a_failed_commit(log, disk, lookup, written):
    number = log.record(lookup).result(PATIENCE)
    disk.failing = 2
    log.finished(number, 3, "sent")
    log.finished(number, 4, "failed")
    with pytest.raises(Broken):
        log.record(lookup).result(PATIENCE)
    log.close()
    assert written()[-1]["what"] == "sent"
    assert written()[-1]["of"] == [[number, 3, "sent"], [number, 4, "failed"]]


def test_endings_go_with_the_next_commit(log, lookup, written):
    number = log.record(lookup).result(PATIENCE)
    log.finished(number, 3, "sent")
    log.record(lookup).result(PATIENCE)
    assert what(written()) == ["opened", "release", "release", "sent"]


def test_endings_are_written_without_another_commit(start, gate, lookup, written):
    log = start(sync=gate)
    number = log.record(lookup).result(PATIENCE)
    gate.reached.clear()
    log.finished(number, 3, "hung-up")
    assert gate.reached.wait(PATIENCE)
    log.close()
    assert what(written()) == ["opened", "release", "sent"]


def test_a_quiet_log_is_sealed_by_itself(start, gate, lookup, folder, monkeypatch):
    log = start(sync=gate)
    sealed = Event()
    real = log._book.renew_seal

    def renew():
        real()
        if log._book.seal.size == 3:
            sealed.set()

    monkeypatch.setattr(log._book, "renew_seal", renew)
    log.record(lookup).result(PATIENCE)
    log.record(lookup).result(PATIENCE)  # in the same second of the clock, which stands still
    assert sealed.wait(PATIENCE)
    assert (folder / "checkpoint").read_bytes().split(b"\n")[1] == b"3"


def test_a_seal_that_cannot_be_written_stops_nothing(log, lookup, clock, monkeypatch):
    tried = Event()

    def full():
        tried.set()
        raise Broken("store.full", path="checkpoint")

    monkeypatch.setattr(log._book, "renew_seal", full)
    clock.move(seconds=5)
    assert log.record(lookup).result(PATIENCE) == 1
    assert tried.wait(PATIENCE)
    assert log.record(lookup).result(PATIENCE) == 2


def test_only_some_refusals_of_strangers_are_listed(gated, gate, clock, written):
    log, _ = gated
    strangers = [log.record(STRANGER) for _ in range(100)]
    known = log.record(replace(STRANGER, recipient="fire-service"))
    gate.through.set()
    told = numbers(strangers)
    assert told == [*range(2, 2 + UNKNOWN_A_SECOND), *[None] * (100 - UNKNOWN_A_SECOND)]
    assert known.result(PATIENCE) == 2 + UNKNOWN_A_SECOND
    assert written()[-1]["what"] == "unlisted"
    assert written()[-1]["of"] == 80
    clock.move(seconds=1)
    assert log.record(STRANGER).result(PATIENCE) == len(log) - 1


def test_strangers_beyond_that_cost_no_commit(log, disk, written):
    for _ in range(UNKNOWN_A_SECOND):
        log.record(STRANGER).result(PATIENCE)
    length, syncs = len(log), disk.syncs
    assert numbers([log.record(STRANGER) for _ in range(500)]) == [None] * 500
    assert disk.syncs - syncs <= 2  # one for what is counted, if the clock's second went by
    log.close()
    assert sum(leaf["of"] for leaf in written()[length:]) == 500


def test_what_is_counted_survives_a_failed_commit(log, disk, lookup, written):
    for _ in range(UNKNOWN_A_SECOND + 5):
        log.record(STRANGER).result(PATIENCE)
    disk.failing = 1
    with pytest.raises(Broken):
        log.record(lookup).result(PATIENCE)
    log.close()
    assert sum(leaf["of"] for leaf in written() if leaf["what"] == "unlisted") == 5


def test_closing_commits_what_waits(gated, gate, lookup):
    log, _ = gated
    rest = [log.record(lookup) for _ in range(10)]
    gate.through.set()
    log.close()
    assert numbers(rest) == list(range(2, 12))


def test_after_closing_nothing_is_taken(log, lookup):
    log.close()
    log.close()
    with pytest.raises(Broken) as caught:
        log.record(lookup)
    assert caught.value.code == "releases.closed"


def test_what_comes_while_it_closes_is_told(log, lookup):
    log.close()
    log._writer._closing = False  # as seen by somebody who looked just before
    with pytest.raises(Broken) as caught:
        log.record(lookup).result(PATIENCE)
    assert caught.value.code == "releases.closed"


@pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")
def test_if_the_thread_fails_nobody_waits_for_ever(log, lookup, monkeypatch):
    def failing():
        raise ZeroDivisionError

    monkeypatch.setattr(log._book, "renew_seal", failing)
    log._writer._wake.set()
    log._writer._thread.join(PATIENCE)
    with pytest.raises(Broken) as caught:
        log.record(lookup)
    assert caught.value.code == "releases.closed"


def test_a_task_that_is_cancelled_while_it_waits_has_hung_up(gated, gate, lookup, written):
    log, _ = gated

    async def ask():
        task = asyncio.create_task(log.recorded(lookup))
        refused = asyncio.create_task(log.recorded(Release("refused", recipient="x-service")))
        await asyncio.sleep(0)
        task.cancel()
        refused.cancel()
        gate.through.set()
        await asyncio.gather(task, refused, return_exceptions=True)
        return await log.recorded(lookup)

    assert asyncio.run(ask()) == 4
    log.close()
    assert written()[-1]["of"] == [[2, 0, "hung-up"]]


def test_a_task_that_is_cancelled_once_it_was_told_has_hung_up(gated, gate, lookup, written):
    log, _ = gated

    async def ask():
        loop = asyncio.get_running_loop()
        task = asyncio.create_task(log.recorded(lookup))
        real = loop.call_soon_threadsafe

        def and_cancel(call, *args):
            return real(lambda: (call(*args), task.cancel()))

        loop.call_soon_threadsafe = and_cancel
        await asyncio.sleep(0)
        gate.through.set()
        with pytest.raises(asyncio.CancelledError):
            await task

    asyncio.run(ask())
    log.close()
    assert written()[-1]["of"] == [[2, 0, "hung-up"]]


def test_a_loop_that_is_closed_stops_nothing(gated, gate, lookup):
    log, _ = gated

    async def leave():
        asyncio.create_task(log.recorded(lookup)).add_done_callback(lambda task: None)
        await asyncio.sleep(0)

    loop = asyncio.new_event_loop()
    loop.run_until_complete(leave())
    [task] = asyncio.all_tasks(loop)
    loop.close()
    gate.through.set()
    assert log.record(lookup).result(PATIENCE) == 3
    task._log_destroy_pending = False
    task.get_coro().close()
    del task
    gc.collect()


def test_many_threads_each_get_their_own_number(log, lookup):
    from concurrent.futures import ThreadPoolExecutor

    def ask(name):
        return [(log.record(lookup, {"n": f"{name}-{n}"}).result(PATIENCE), n) for n in range(50)]

    with ThreadPoolExecutor(8) as pool:
        asks = [pool.submit(ask, name) for name in range(8)]
        wait(asks)
    told = {number: f"{name}-{n}" for name in range(8) for number, n in asks[name].result()}
    assert len(told) == 400
    assert {number: log._book.halves.get(number).read()["n"] for number in told} == told
