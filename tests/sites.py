"""Gateways as processes: a small register, data beside each gateway, and somebody who asks.

`Ground` is a workspace of its own, copied from one that is made once for all workers of a test
run. The story's own bodies meet in it, but under agreements of these tests: the council's may be
asked in every way and as often as one likes, the health board's is for exports of a large table.
"""

import json
import multiprocessing
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from functools import cached_property
from http.client import HTTPConnection, HTTPResponse
from pathlib import Path
from typing import Any, Self

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
import pytest
from tests.crash.gateway import run_forked

from answerable.gateway.client import Client, sign_token
from answerable.gateway.vault import GatewayVault
from answerable.launch.demo.cast import AGENCY, COUNCIL, FIRE, HEALTH
from answerable.launch.demo.chapters import decide, share
from answerable.launch.demo.chapters.propose import HELP
from answerable.launch.demo.command import CHAPTERS
from answerable.launch.demo.gateways import (
    SITES,
    Site,
    Started,
    home_of,
    read_clock,
    set_clock,
    set_up,
    wait_until,
)
from answerable.launch.demo.sources import EQUIPMENT_COLUMNS
from answerable.launch.demo.telling import Teller, en
from answerable.loop import Loop, SetClock
from answerable.model.actor import Role
from answerable.model.agreement import Agreement, Capacity
from answerable.model.limits import Limit, Pattern, Rate
from answerable.model.organisation import OpenRegister, Organisation
from answerable.model.signing import SigningKey
from answerable.science.tlog import Tree, leaf_hash
from answerable.stages.decide import (
    AddLimit,
    DraftAgreement,
    NameParty,
    SignAgreement,
    SuspendAgreement,
)
from answerable.stages.share import ListService
from answerable.store.files import lock

ROOT = Path(__file__).parents[1]
PATIENCE = 60

NOON = datetime(2026, 3, 13, 12, tzinfo=UTC)
KEY = SigningKey(bytes(range(32)))
OWN_KEY = SigningKey(bytes(range(1, 33)))
"""Of a service of the council itself."""
CREWS = "crews"
EXPORTS = "exports"
OPT_OUTS = decide.OPT_OUTS
SAID_NO = share.SAID_NO
HOMES = tuple(home for home in share.LARCHFOOT if home != SAID_NO)

LOOKUP: Mapping[str, Any] = {
    "agreement": CREWS,
    "purpose": "flood_response",
    "columns": ["address", "need"],
}
COUNTS = {"agreement": CREWS, "purpose": "flood_planning", "columns": ["need"]}
BULK = {**LOOKUP, "columns": ["household", "address", "need"], "format": "csv"}
LARGE = {
    "agreement": EXPORTS,
    "purpose": "flood_planning",
    "columns": ["household", "equipment", "battery_hours"],
}
LARGE_ROWS = 3_000_000
LARGE_FILE = "large.parquet"

RIVERS, COUNTY, BOARD = (
    SITES[0],
    SITES[1],
    Site(
        "health-gateway",
        HEALTH,
        "powered-equipment",
        "Gateway of the health board",
        f'kind = "parquet"\npaths = ["../../../{LARGE_FILE}"]\nmemory_mb = 128',
    ),
)

DEMO = ("-m", "answerable.launch.demo.gateway")
"""A program that runs a gateway, given its configuration and the file that tells it the time."""

OBEYING = (str(ROOT / "tests" / "crash" / "gateway.py"),)
"""The same, but a file says how its disk does."""


# The register.


def make_ground(workspace: Path) -> None:
    """Tell the story up to the decisions, and agree what these tests need."""
    teller = Teller(workspace, {}, quiet=True)
    with teller.loop as loop:
        for chapter in CHAPTERS[: CHAPTERS.index(decide.decide)]:
            chapter(teller)
        decide._open_rain(teller)
        decide._answer(teller)
        every = (Pattern.LOOKUP, Pattern.AGGREGATE, Pattern.BULK)
        _agree(teller, CREWS, *decide.MEMBERS[0][1:4], every)
        _agree(teller, EXPORTS, *decide.MEMBERS[1][1:4], (Pattern.BULK,))
        teller.day("2026-02-02")
        fire = teller.actor(Role.OFFICER, FIRE)
        listed = ListService(service="control-room", title=en("Control"), public_key=KEY.public)
        teller.act(fire, listed)
        own = ListService(service="review", title=en("Review"), public_key=OWN_KEY.public)
        teller.act(teller.actor(Role.OFFICER, COUNTY.organisation), own)
        for site in (RIVERS, COUNTY):
            set_up(workspace, site, "none", "none")  # the data; addresses come with each copy
        share._list(teller)
        loop.publish()


def _agree(
    t: Teller,
    slug: str,
    custodian: str,
    dataset: str,
    columns: tuple[str, ...],
    patterns: tuple[Pattern, ...],
) -> None:
    t.day("2025-12-15")
    actor = t.actor(Role.CUSTODIAN, custodian)
    drafted = DraftAgreement(
        agreement=slug,
        proposal=HELP,
        title=en(slug),
        custodian=custodian,
        dataset=dataset,
        columns=columns,
        subject_column="household",
        patterns=patterns,
        recipients=(FIRE,),
        purposes=("flood_planning", "flood_response"),
        starts=datetime(2026, 2, 1, tzinfo=UTC),
        ends=datetime(2028, 2, 1, tzinfo=UTC),
        review=date(2027, 1, 31),
        greatest_age_minutes=24 * 60,
        prevails="text",
    )
    t.act(actor, drafted)
    for body in (custodian, FIRE):
        authority = en("Scheme of delegation.")
        party = {"capacity": Capacity.CONTROLLER, "post": en("Chief"), "authority": authority}
        t.act(actor, NameParty(agreement=slug, organisation=body, **party))
    for limit in _limits(columns, patterns):
        t.act(actor, AddLimit(agreement=slug, terms=limit))
    for role, body in ((Role.CUSTODIAN, custodian), (Role.OFFICER, FIRE)):
        t.act(t.actor(role, body), SignAgreement(agreement=slug, post=en("Chief")))


def _limits(columns: tuple[str, ...], patterns: tuple[Pattern, ...]) -> Iterator[Limit]:
    """Give the story's limits, but those on how often and those on ways that are not agreed."""
    for limit in decide._limits(columns):
        if not isinstance(limit, Rate) and set(limit.patterns) <= set(patterns):
            yield limit


# The data.


def make_large(path: Path) -> None:
    """Write a table that is far larger than what a gateway may hold of it."""
    numbers = pa.array(range(LARGE_ROWS), pa.int64())
    names = pc.binary_join_element_wise("INV", pc.cast(numbers, pa.string()), "")
    text = pa.array(["an invented word that takes some room"], pa.string())
    same = pa.DictionaryArray.from_arrays(pa.repeat(pa.scalar(0, pa.int32()), LARGE_ROWS), text)
    hours = pa.repeat(pa.scalar(4, pa.int64()), LARGE_ROWS)
    table = {name: same.cast(pa.string()) for name in EQUIPMENT_COLUMNS}
    table |= {"household": names, "battery_hours": hours}
    pq.write_table(pa.table(table), path, row_group_size=100_000)


# A workspace.


@dataclass(frozen=True)
class Ground:
    """A workspace, in which nobody else is at work."""

    workspace: Path

    @classmethod
    def copied(cls, base: Path, into: Path) -> "Ground":
        """Copy one, and begin at noon with fresh lists and a fresh seal."""
        workspace = into / "workspace"
        shutil.copytree(base / "workspace", workspace)
        if not (into / LARGE_FILE).exists():
            os.link(base / LARGE_FILE, into / LARGE_FILE)
        ground = cls(workspace)
        ground.move_on(NOON)
        return ground

    def home(self, site: Site) -> Path:
        return home_of(self.workspace, site)

    def state(self, site: Site) -> Path:
        return self.home(site) / "state"

    @property
    def public(self) -> Path:
        return self.workspace / "public"

    @property
    def clock(self) -> Path:
        return self.workspace / "gateways" / "clock"

    def now(self) -> datetime:
        return read_clock(self.clock)

    def move_on(self, moment: datetime, *, sealed: bool = True) -> int:
        """Let time pass; lists are fed and the register is sealed, unless nobody looks after it."""
        set_clock(self.workspace, moment)
        if not sealed:
            return 0
        for site in (COUNTY, BOARD):
            self.feed(site, SAID_NO)
        with self.loop() as loop:
            return loop.publish(renew=True).size

    def feed(self, site: Site, *people: str) -> None:
        with GatewayVault(self.state(site) / "vault.sqlite3") as vault:
            vault.feed(OPT_OUTS, people, self.now())

    def loop(self) -> Loop:
        return Loop(self.workspace, clock=SetClock(self.now()), publishing=False)

    def suspend(self, agreement: str, custodian: str) -> int:
        """Stop an agreement, and publish that."""
        words = en("A rehearsal.")
        with self.loop() as loop:
            patterns = loop.state.get(Agreement, agreement).patterns
            stop = SuspendAgreement(
                agreement=agreement, patterns=patterns, reason=words, post=words
            )
            actor = loop.actor(Role.CUSTODIAN, custodian, "the story")
            loop.act(stop, actor, command_id=f"stop-{agreement}")
            return loop.publish().size

    @cached_property
    def keys(self) -> dict[str, str]:
        """Give the register's key, and that of each body with a gateway."""
        with self.loop() as loop:
            register = loop.state.get(OpenRegister, "register").log_key
            bodies = (AGENCY, COUNCIL, HEALTH)
            own = {body: loop.state.get(Organisation, body).public_key for body in bodies}
        return {"register": register, **own}

    def configure(self, site: Site, **changes: str) -> Path:
        """Write the configuration of a gateway, at a port that is free, with lines replaced."""
        keys = self.keys
        path = set_up(self.workspace, site, keys[site.organisation], keys["register"])
        lines = path.read_text().splitlines()
        for name, value in changes.items():
            [place] = [n for n, line in enumerate(lines) if line.startswith(f"{name} = ")]
            lines[place] = f"{name} = {value}"
        path.write_text("\n".join(lines))
        return path

    @contextmanager
    def running(self, site: Site, config: Path | None = None, *program: str) -> Iterator["Gateway"]:
        """Run a gateway until the end of the block, at the latest.

        Forked from a process that has read all modules already, unless a program is named.
        """
        gateway = self.start(site, config or self.configure(site), *program)
        try:
            gateway.wait_until_open()
            yield gateway
        finally:
            gateway.kill()

    def start(self, site: Site, config: Path, *program: str) -> "Gateway":
        """Start a gateway; it may not answer yet."""
        [listen] = [
            line.split('"')[1] for line in config.read_text().splitlines() if "listen =" in line
        ]
        said = self.home(site) / "gateway.log"
        started = Started(site, f"http://{listen}")
        if not program:
            return Gateway(self, started, Forked(str(config), str(self.clock), str(said)), said)
        command = [sys.executable, *program, str(config), str(self.clock)]
        with said.open("ab") as journal:
            process = subprocess.Popen(command, stderr=journal, stdout=journal)
        return Gateway(self, started, process, said)


_forks = multiprocessing.get_context("forkserver")
_forks.set_forkserver_preload(["tests.crash.gateway"])


class Forked:
    """A process like those of `subprocess`, but quick to start: the modules are there."""

    def __init__(self, *arguments: str) -> None:
        self._process = _forks.Process(target=run_forked, args=arguments, daemon=True)
        self._process.start()
        self.pid = self._process.pid

    def poll(self) -> int | None:
        return self._process.exitcode

    def terminate(self) -> None:
        self._process.terminate()

    def kill(self) -> None:
        self._process.kill()

    def wait(self, timeout: float = PATIENCE) -> int | None:
        self._process.join(timeout)
        return self.poll()


@dataclass(frozen=True)
class Gateway:
    """A gateway that runs, as a process of its own."""

    ground: Ground
    started: Started
    process: "subprocess.Popen[bytes] | Forked"
    said: Path

    @property
    def site(self) -> Site:
        return self.started.site

    @property
    def netloc(self) -> str:
        return self.started.address.removeprefix("http://")

    @property
    def client(self) -> Client:
        return self.started.client(KEY, self.ground.workspace)

    def wait_until_open(self) -> None:
        wait_until(self.started.health, self.site.gateway, self.process)

    def wait_until_it_follows(self, size: int) -> None:
        moment = self.ground.now()
        wait_until(lambda: self.started.follows(size, moment), self.site.gateway, self.process)

    def asker(self, key: SigningKey = KEY) -> "Asker":
        return Asker(self, key)

    def stop(self) -> int:
        """Ask it to stop; give its exit status."""
        self.process.terminate()
        return self.process.wait(PATIENCE)

    def kill(self) -> None:
        self.process.kill()
        self.process.wait()

    def journal(self) -> list[dict[str, Any]]:
        """Give what it wrote, each line an object."""
        return [json.loads(line) for line in self.said.read_bytes().splitlines()]

    def leaves(self) -> list[dict[str, Any]]:
        return [json.loads(line) for line in lines_of(self.ground.state(self.site))]

    def endings(self) -> dict[int, tuple[int, str]]:
        """Give what the log says of how answers ended: rows and word, by release."""
        return {
            number: (rows, how)
            for leaf in self.leaves()
            if leaf["what"] == "sent"
            for number, rows, how in leaf["of"]
        }

    def ending(self, release: int) -> tuple[int, str]:
        """Wait until the log says how an answer ended."""
        wait_until(lambda: release in self.endings(), "the end of an answer", self.process)
        return self.endings()[release]


def lines_of(state: Path) -> list[bytes]:
    """Give the whole lines of a log of releases, which may be growing."""
    data = (state / "releases" / "releases.jsonl").read_bytes()
    return data[: data.rfind(b"\n") + 1].splitlines()


def tree_of(lines: list[bytes]) -> Tree:
    return Tree(map(leaf_hash, lines))


# Who asks.


@dataclass(frozen=True)
class Answer:
    """What came back."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def said(self) -> dict[str, Any]:
        return json.loads(self.body)

    @property
    def release(self) -> int:
        """The number of its record, wherever it is said."""
        header = self.headers.get("answerable-release")
        return self.said["release"] if header is None else int(header)

    @property
    def codes(self) -> set[str]:
        said = self.said
        return {refusal["code"] for refusal in said.get("refusals", [said])}


@dataclass
class Asker:
    """Asks one thing after the other over one connection that is kept."""

    gateway: Gateway
    key: SigningKey
    connection: HTTPConnection = field(init=False)

    def __post_init__(self) -> None:
        self.connection = HTTPConnection(self.gateway.netloc, timeout=PATIENCE)

    def begin(self, path: str, asked: Mapping[str, Any] | None = None) -> HTTPResponse:
        """Ask, and give the answer as it begins."""
        headers, body = {}, None
        if asked is not None:
            body = json.dumps(asked)
            headers["Content-Type"] = "application/json"
        if asked is not None or path.startswith(("/receipts", "/emergencies")):
            token = sign_token(self.key, self.gateway.site.audience, self.gateway.ground.now())
            headers["Authorization"] = f"Bearer {token}"
        self.connection.request("POST" if body else "GET", path, body, headers)
        return self.connection.getresponse()

    def ask(self, path: str, asked: Mapping[str, Any] | None = None) -> Answer:
        """Ask, and read all of the answer."""
        answer = self.begin(path, asked)
        headers = {name.lower(): value for name, value in answer.getheaders()}
        return Answer(answer.status, headers, answer.read())

    def lookup(self, subject: str, **changes: Any) -> Answer:
        return self.ask("/lookup", {**LOOKUP, "subject": subject, **changes})

    def close(self) -> None:
        self.connection.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *details: object) -> None:
        self.close()


# Once for all workers.


def fresh(factory: pytest.TempPathFactory, into: Path) -> Ground:
    """Give a workspace of one's own, copied from the one that is made once in a test run."""
    folder = factory.getbasetemp()
    if "PYTEST_XDIST_WORKER" in os.environ:
        folder = folder.parent
    return Ground.copied(shared_base(folder), into)


def shared_base(folder: Path) -> Path:
    """Make what every test copies, unless another worker did."""
    base = folder / "gateway-ground"
    with lock(folder / "gateway-ground.lock"):
        if not (base / "made").exists():
            shutil.rmtree(base, ignore_errors=True)
            base.mkdir()
            make_ground(base / "workspace")
            make_large(base / LARGE_FILE)
            (base / "made").touch()
    return base
