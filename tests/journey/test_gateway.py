"""A gateway as a process: slow readers, suspensions, the end of its day, and mirrors that lie."""

import http.server
import json
import shutil
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import timedelta
from functools import partial
from http.client import HTTPException, HTTPResponse
from pathlib import Path

import pytest
from tests import forge, sites
from tests.sites import BOARD, COUNTY, HOMES, LARGE, LARGE_ROWS, RIVERS, Gateway, Ground, lines_of

from answerable.gateway.releases import ReleaseLog
from answerable.launch.demo.cast import HEALTH
from answerable.launch.demo.gateways import wait_until
from answerable.model.errors import Broken
from answerable.science.tlog import open_note, parse_checkpoint

MEGABYTE = 1_000_000
OPEN = "/open/rain-readings.csv"
SEVERAL = 3


@pytest.fixture
def ground(tmp_path, tmp_path_factory):
    return sites.fresh(tmp_path_factory, tmp_path)


def check_sealed(ground: Ground, site: sites.Site) -> list[int]:
    """See that the log was sealed to its end, and opens again; give what it calls unfinished."""
    folder = ground.state(site) / "releases"
    seal = (folder / "checkpoint").read_bytes()
    lines = lines_of(ground.state(site))
    with ReleaseLog(folder, site.audience, ground.now) as log:
        head = parse_checkpoint(open_note(seal, [log.verifier]).text)
    assert (head.size, head.root) == (len(lines), sites.tree_of(lines).root())
    return json.loads(lines_of(ground.state(site))[-1])["unfinished"]


def drain(answer: HTTPResponse) -> int:
    """Read an answer to its end, and give its length."""
    length = 0
    while part := answer.read(MEGABYTE):
        length += len(part)
    return length


# Readers.


def test_a_caller_that_hangs_up_is_recorded_so(ground):
    with ground.running(BOARD) as gateway:
        with gateway.asker() as asker, asker.begin("/bulk", {**LARGE, "format": "csv"}) as answer:
            release = int(answer.getheader("answerable-release"))
            assert len(answer.read(100_000)) == 100_000
        rows, how = gateway.ending(release)
        assert how == "hung-up"
        assert rows < LARGE_ROWS


def test_a_reader_that_sleeps_costs_no_memory_and_is_stopped(ground):
    with ground.running(BOARD) as gateway:
        before = peak(gateway)
        askers = [gateway.asker() for _ in range(SEVERAL)]
        asleep = [asker.begin("/bulk", {**LARGE, "format": "arrow"}) for asker in askers]
        with gateway.asker() as awake:  # what one reads to the end, the others had time for
            length = drain(awake.begin("/bulk", {**LARGE, "format": "arrow"}))
        assert length > 150 * MEGABYTE
        assert (peak(gateway) - before) * 1024 < SEVERAL * length  # what the sleepers did not take
        ground.suspend("exports", HEALTH)
        for answer in asleep:
            rows, how = gateway.ending(int(answer.getheader("answerable-release")))
            assert how == "stopped"
            assert rows < LARGE_ROWS
            with pytest.raises(HTTPException):
                drain(answer)
        for asker in askers:
            asker.close()


def peak(gateway: Gateway) -> int:
    """Give the most memory the process ever had, in KiB."""
    lines = Path(f"/proc/{gateway.process.pid}/status").read_text().splitlines()
    [found] = [line.split()[1] for line in lines if line.startswith("VmHWM:")]
    return int(found)


def test_a_suspension_ends_a_stream_that_is_read_as_fast_as_it_comes(ground):
    with ground.running(BOARD) as gateway:
        suspending = threading.Thread(target=ground.suspend, args=("exports", HEALTH))
        with pytest.raises(Broken, match="client.cut"):
            read_and(gateway, suspending)
        suspending.join()
        [release] = [n for n, leaf in enumerate(gateway.leaves()) if allowed(leaf)]
        rows, how = gateway.ending(release)
        assert how == "stopped"
        assert 0 < rows < LARGE_ROWS
        with gateway.asker() as asker:
            refused = asker.ask("/bulk", LARGE)
        assert (refused.status, refused.codes) == (403, {"request.suspended"})


def read_and(gateway: Gateway, meanwhile: threading.Thread) -> None:
    """Read everything, as fast as it comes, while something else is done."""
    read = 0
    for part in gateway.client.bulk(**LARGE, format="jsonl"):
        if not read:
            meanwhile.start()
        if read <= 50 * MEGABYTE < read + len(part):
            meanwhile.join()  # only if it takes very long: nobody reads to the end first
        read += len(part)


def allowed(leaf: dict) -> bool:
    return leaf.get("outcome") == "allowed"


# The end of the day.


def test_asked_to_stop_it_answers_what_is_on_its_way(ground):
    disk = ground.home(COUNTY) / "disk"
    with ground.running(COUNTY, None, *sites.OBEYING) as gateway:
        disk.write_text("waits")
        answers: list[sites.Answer] = []
        with gateway.asker() as asker:
            asking = threading.Thread(target=lambda: answers.append(asker.lookup(HOMES[0])))
            asking.start()
            wait_until(disk.with_name("waiting").exists, "a lookup", gateway.process)
            gateway.process.terminate()
            wait_until(lambda: not is_open(gateway), "a closed door", gateway.process)
            assert answers == []
            disk.unlink()
            asking.join()
        assert gateway.process.wait(sites.PATIENCE) == 0
        [answer] = answers
        assert (answer.status, len(answer.said["rows"])) == (200, 1)
        assert gateway.endings()[answer.release] == (1, "sent")
    assert check_sealed(ground, COUNTY) == []


def is_open(gateway: Gateway) -> bool:
    host, _, port = gateway.netloc.partition(":")
    try:
        socket.create_connection((host, int(port))).close()
    except OSError:
        return False
    return True


def test_asked_to_stop_it_finishes_a_stream_that_is_read(ground):
    with ground.running(BOARD, None, *sites.OBEYING) as gateway, gateway.asker() as asker:
        answer = asker.begin("/bulk", {**LARGE, "format": "csv"})
        release = int(answer.getheader("answerable-release"))
        gateway.process.terminate()
        length = drain(answer)
        assert gateway.process.wait(sites.PATIENCE) == 0
        assert length > 150 * MEGABYTE
        assert gateway.endings()[release] == (LARGE_ROWS, "sent")
    assert check_sealed(ground, BOARD) == []


def test_asked_to_stop_it_still_ends_a_stream_whose_permission_ends(ground):
    with ground.running(BOARD, None, *sites.OBEYING) as gateway, gateway.asker() as asker:
        answer = asker.begin("/bulk", {**LARGE, "format": "csv"})
        release = int(answer.getheader("answerable-release"))
        gateway.process.terminate()
        wait_until(lambda: not is_open(gateway), "a closed door", gateway.process)
        ground.suspend("exports", HEALTH)
        rows, how = gateway.ending(release)
        assert how == "stopped"
        assert rows < LARGE_ROWS
        with pytest.raises(HTTPException):
            drain(answer)
        assert gateway.process.wait(sites.PATIENCE) == 0
    assert check_sealed(ground, BOARD) == []


PROGRAM = (
    "-c",
    (
        "import sys; from answerable.launch.__main__ import main;"
        "sys.argv[1:] = ['gateway', '--config', sys.argv[1]]; main()"
    ),
)


@pytest.mark.parametrize("program", [PROGRAM, sites.DEMO])
def test_it_writes_nothing_but_lines_of_json(ground, program):
    with ground.running(COUNTY, None, *program) as gateway, gateway.asker() as asker:
        asker.lookup(HOMES[0])
        asker.lookup(HOMES[0], purpose="tenancy_checks")
        asker.ask("/bulk", sites.BULK)
        asker.ask("/counts", sites.COUNTS)
        assert asker.ask("/metrics").status == 200
        assert gateway.stop() == 0
    told = gateway.said.read_text()
    assert '"event": "closed"' in told
    assert all(line.startswith('{"at": "') for line in told.splitlines()), told


def test_no_second_gateway_shares_its_log(ground):
    config = ground.configure(COUNTY)
    with ground.running(COUNTY, config) as gateway:
        second = command_line("--config", config)
        assert second.returncode == 7
        assert second.stdout == ""
        assert "Not done: " in second.stderr
        assert "(code releases.locked)" in second.stderr
        assert "Traceback" not in second.stderr
        with gateway.asker() as asker:
            assert asker.lookup(HOMES[0]).status == 200


def command_line(*arguments: object) -> "subprocess.CompletedProcess[str]":
    program = [sys.executable, "-m", "answerable.launch", "gateway", *map(str, arguments)]
    return subprocess.run(
        program, capture_output=True, text=True, timeout=sites.PATIENCE, check=False
    )


# Mirrors.


class Quiet(http.server.SimpleHTTPRequestHandler):
    """Serves the public files, and says nothing."""

    def log_message(self, *said: object) -> None:
        pass


@contextmanager
def served(folder: Path, port: int = 0) -> Iterator[int]:
    """Serve a folder until the end of the block; give the port."""
    handler = partial(Quiet, directory=str(folder))
    with http.server.ThreadingHTTPServer(("127.0.0.1", port), handler) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        try:
            yield server.server_address[1]
        finally:
            server.shutdown()
            thread.join()


def mirrors(*ports: int) -> str:
    return json.dumps([f"http://127.0.0.1:{port}" for port in ports])


def troubles(gateway: Gateway) -> set[str]:
    return {line["code"] for line in gateway.journal() if line["event"] == "mirror"}


def wait_for_trouble(gateway: Gateway, code: str) -> None:
    wait_until(lambda: code in troubles(gateway), code, gateway.process)


def test_it_follows_a_mirror_on_the_web_and_outlives_it_for_a_while(ground):
    with served(ground.public) as port:
        config = ground.configure(COUNTY, mirrors=mirrors(port))
        with ground.running(COUNTY, config) as gateway, gateway.asker() as asker:
            size = ground.move_on(sites.NOON + timedelta(minutes=5))
            gateway.wait_until_it_follows(size)
            assert asker.lookup(HOMES[0]).status == 200
    # the register's server is gone, and so is the gateway that knew it
    with ground.running(COUNTY, config) as gateway, gateway.asker() as asker:
        wait_for_trouble(gateway, "mirror.unreachable")
        assert asker.lookup(HOMES[0]).status == 200
        sealed = ground.now()
        ground.move_on(sealed + timedelta(hours=24), sealed=False)
        ground.feed(COUNTY, sites.SAID_NO)
        assert asker.lookup(HOMES[0]).status == 200
        ground.move_on(sealed + timedelta(hours=24, seconds=1), sealed=False)
        refused = asker.lookup(HOMES[0])
        assert (refused.status, refused.codes) == (503, {"request.stale"})
        with served(ground.public, port):
            gateway.wait_until_it_follows(ground.move_on(ground.now() + timedelta(minutes=1)))
            assert asker.lookup(HOMES[0]).status == 200


def test_a_server_that_goes_away_is_missed_and_found_again(ground):
    with ExitStack() as server:
        port = server.enter_context(served(ground.public))
        config = ground.configure(RIVERS, mirrors=mirrors(port))
        with ground.running(RIVERS, config) as gateway, gateway.asker() as asker:
            server.close()
            ground.move_on(ground.now() + timedelta(minutes=1))
            wait_for_trouble(gateway, "mirror.unreachable")
            assert asker.ask(OPEN).status == 200
            with served(ground.public, port):
                gateway.wait_until_it_follows(ground.move_on(ground.now() + timedelta(minutes=1)))
                assert asker.ask(OPEN).status == 200


def test_a_mirror_that_shows_an_older_register_is_not_believed(ground, tmp_path):
    older = tmp_path / "older"
    shutil.copytree(ground.public, older)
    ground.suspend("exports", HEALTH)
    size = ground.move_on(sites.NOON + timedelta(minutes=5))
    with served(ground.public) as port, served(older) as behind:
        config = ground.configure(COUNTY, mirrors=mirrors(port, behind))
        with ground.running(COUNTY, config) as gateway, gateway.asker() as asker:
            gateway.wait_until_it_follows(size)
            wait_for_trouble(gateway, "mirror.older")
            assert asker.lookup(HOMES[0]).status == 200
            assert gateway.started.follows(size, ground.now())


def test_a_register_with_two_faces_ends_everything_until_a_person_looks(ground, tmp_path):
    shown = tmp_path / "shown"
    shown.symlink_to(ground.public)
    with served(ground.public) as port, served(shown) as second:
        config = ground.configure(COUNTY, mirrors=mirrors(port, second))
        with ground.running(COUNTY, config) as gateway, gateway.asker() as asker:
            assert asker.lookup(HOMES[0]).status == 200
            show_instead(forged(ground, tmp_path), shown)
            wait_for_trouble(gateway, "mirror.fork")
            ground.move_on(ground.now() + timedelta(seconds=1), sealed=False)
            check_all_refused(gateway)
        show_instead(ground.public, shown)
        with ground.running(COUNTY, config) as gateway:
            check_nothing_leaves(gateway)
        (ground.state(COUNTY) / "register" / "fork.json").unlink()
        with ground.running(COUNTY, config) as gateway, gateway.asker() as asker:
            assert asker.lookup(HOMES[0]).status == 200


def show_instead(folder: Path, shown: Path) -> None:
    """Let a link name another folder, at once."""
    link = shown.with_name("next")
    link.symlink_to(folder)
    link.replace(shown)


def forged(ground: Ground, tmp_path: Path) -> Path:
    """Publish another register, sealed with the same keys: a sentence in it is another."""
    original = forge.Original.of(ground.workspace)
    last = len(original.entries) - 1
    edit = forge.envelope(last, command_id="another-command")
    return forge.sealed(
        original, list(forge.resigned(original, edit)), tmp_path / "forged", at=sites.NOON
    )


def test_a_fork_ends_everything_at_once(ground, tmp_path):
    shown = tmp_path / "shown"
    shown.symlink_to(ground.public)
    config = ground.configure(COUNTY, mirrors=json.dumps([f"file:{shown}"]))
    with ground.running(COUNTY, config) as gateway, gateway.asker() as asker:
        assert asker.lookup(HOMES[0]).status == 200
        show_instead(forged(ground, tmp_path), shown)
        wait_for_trouble(gateway, "mirror.fork")
        assert asker.lookup(HOMES[0]).status == 503


def test_after_a_fork_services_are_told_of_it_also_after_a_restart(ground):
    with ground.running(COUNTY):
        pass
    (ground.state(COUNTY) / "register" / "fork.json").write_text("{}")
    with ground.running(COUNTY) as gateway:
        check_all_refused(gateway)


def check_all_refused(gateway: Gateway) -> None:
    answers = ask_everything(gateway)
    assert [answer.status for answer in answers] == [503] * len(answers)
    assert [answer.codes for answer in answers] == [{"request.fork"}] * len(answers)
    assert not [answer for answer in answers if b"INV" in answer.body]


def check_nothing_leaves(gateway: Gateway) -> None:
    *answers, ready = ask_everything(gateway)
    assert (ready.status, ready.codes) == (503, {"request.fork"})
    assert {answer.status for answer in answers} <= {401, 503}
    assert not [answer for answer in answers if b"INV" in answer.body]


def ask_everything(gateway: Gateway) -> list[sites.Answer]:
    with gateway.asker() as asker:
        assert asker.ask("/health").status == 200
        return [
            asker.lookup(HOMES[0]),
            asker.ask("/bulk", sites.BULK),
            asker.ask("/counts", sites.COUNTS),
            asker.ask("/ready"),
        ]
