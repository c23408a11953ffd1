"""A small register with one agreement, and a gateway beside a large invented table.

The table has eleven columns; the agreement gives seven of them, with every kind of limit that
changes what leaves: only some rows, a date as its month, a postcode as its district, people left
out, a code instead of the person.
"""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from functools import partial
from hashlib import sha256
from pathlib import Path
from typing import Final

import duckdb

from answerable.gateway.callers import Caller
from answerable.gateway.config import read_config
from answerable.gateway.serve import Running
from answerable.model.agreement import (
    Agreement,
    AgreementDrafted,
    AgreementResumed,
    AgreementSigned,
    AgreementSuspended,
    Capacity,
    LimitAdded,
    PartyNamed,
)
from answerable.model.clock import SystemClock
from answerable.model.dataset import (
    Access,
    ColumnDescribed,
    ColumnType,
    DatasetDescribed,
    Sensitivity,
)
from answerable.model.entry import Body
from answerable.model.exchange import GatewayListed, ServiceListed
from answerable.model.limits import (
    Coarsen,
    Coarsening,
    LeaveOut,
    Limit,
    OnlyRows,
    Pattern,
    Pseudonymise,
)
from answerable.model.organisation import OrganisationAdmitted
from answerable.model.signing import SigningKey
from answerable.model.state import Builder
from answerable.model.text import en
from answerable.science.tlog import Checkpoint, Signer, Tree, leaf_hash, sign
from answerable.store.public import PublicFiles
from bench import invented
from bench.invented import Statement

NOW: Final = SystemClock().now()
DATASET: Final = "homes"
PLAIN, LIMITED = "plain-share", "limited-share"
LIST: Final = "said-no"
LEFT_OUT: Final = 100_000
GIVEN: Final = ("person", "born", "postcode", "need", "people", "score", "seen")
ASKED: Final = Caller("rivers-service", "rivers")
SERVICE_KEY: Final = SigningKey(sha256(b"bench/service").digest())
GATEWAY: Final = "council-gateway"
AUDIENCE: Final = f"{invented.ORIGIN}/{GATEWAY}"

_T, _C, _N = ColumnType.TEXT, ColumnType.CODE, ColumnType.INTEGER
COLUMNS: Final = {
    "person": _C,
    "name": _T,
    "address": _T,
    "postcode": _C,
    "born": ColumnType.DATE,
    "need": _C,
    "people": _N,
    "score": ColumnType.DECIMAL,
    "seen": ColumnType.TIME,
    "active": ColumnType.YES_NO,
    "note": _T,
}
_BECAUSE: Final = {"because": "risk:burglary"}
LIMITS: Final[tuple[Limit, ...]] = (
    OnlyRows(limit="only-needs", column="need", compare="none-of", values=("none",), **_BECAUSE),
    Coarsen(limit="month", column="born", to=Coarsening.MONTH, **_BECAUSE),
    Coarsen(limit="district", column="postcode", to=Coarsening.POSTCODE_DISTRICT, **_BECAUSE),
    LeaveOut(limit="left-out", list=LIST, greatest_age_hours=48, **_BECAUSE),
    Pseudonymise(limit="codes", column="person", **_BECAUSE),
)
_TABLE: Final = """
    COPY (
        SELECT printf('INV%09d', (i * 7368787) % 999999937) AS person,
               'Synthetic ' || (i * 7919 % 100003) AS name,
               (i % 97 + 1) || ' Mill Lane ' || (i % 4999) AS address,
               'GB' || (i % 40 + 1) || ' ' || (i % 9) || 'A' || chr((65 + i % 26)::INTEGER)
                   AS postcode,
               DATE '1930-01-01' + ((i * 104729) % 33000)::INTEGER AS born,
               ['none', 'carrying', 'oxygen', 'hearing', 'longer', 'hoist', 'power', 'steps', 'bed']
                   [(i * 31 % 9 + 1)::INTEGER] AS need,
               (i % 6 + 1)::BIGINT AS people,
               (i * 37 % 1000) / 10.0::DOUBLE AS score,
               TIMESTAMPTZ '2026-01-01 00:00:00+00' + INTERVAL (i % 20000000) SECOND AS seen,
               i % 3 = 0 AS active,
               'Invented note ' || (i * 15485863 % 1000003) AS note
        FROM range({rows}) AS r(i)
    ) TO '{path}' (FORMAT parquet, COMPRESSION zstd)
"""


def write_table(path: Path, rows: int) -> None:
    """Write the table, if it is not there."""
    if not path.exists():
        with duckdb.connect() as connection:
            connection.execute(_TABLE.format(rows=rows, path=path))


class Agreed:
    """The register, its files, and the keys of everybody in it."""

    def __init__(self, workspace: Path) -> None:
        self.workspace = workspace
        self._entries: list[bytes] = []
        self._state = Builder()
        for said in _opening():
            self.say(said)
        self.publish()

    def say(self, said: Statement) -> None:
        """Add an entry, as the Loop writes it."""
        index = len(self._entries)
        entry = invented.entry(index, said)
        self._entries.append(entry.data)
        self._state.apply(entry)

    def publish(self) -> None:
        """Seal the register now, and put its files in place."""
        tree = Tree(map(leaf_hash, self._entries))
        head = Checkpoint(invented.ORIGIN, tree.size, tree.root())
        moment = int(SystemClock().now().timestamp())
        note = sign(head.text, [invented.SEAL, invented.TIME.at(moment)])
        read = partial(_between, self._entries)
        PublicFiles(self.workspace / "public").publish(tree, read, {}, note, tree.size)

    def agree(self, name: str, limits: tuple[Limit, ...]) -> None:
        """Draft an agreement, and sign it for both parties."""
        for body in _agreement(name, limits):
            keys = (invented.COUNCIL_KEY,) if isinstance(body, AgreementDrafted) else ()
            self.say(Statement(body, invented.CUSTODIAN, keys))
        terms = self._state.get(Agreement, name).terms
        signed = AgreementSigned(agreement=name, terms=terms, post=en("Chief executive"))
        self.say(Statement(signed, invented.CUSTODIAN, (invented.COUNCIL_KEY,)))
        self.say(Statement(signed, invented.OFFICER, (invented.RIVERS_KEY,)))

    def suspend(self, name: str) -> None:
        """Suspend an agreement and publish that."""
        body = AgreementSuspended(
            agreement=name, patterns=tuple(Pattern), reason=en("A test."), post=en("Duty officer")
        )
        self.say(Statement(body, invented.CUSTODIAN, (invented.COUNCIL_KEY,)))
        self.publish()

    def resume(self, name: str) -> None:
        """Let an agreement go on, and publish that."""
        body = AgreementResumed(agreement=name, reason=en("Over."), post=en("Duty officer"))
        self.say(Statement(body, invented.CUSTODIAN, (invented.COUNCIL_KEY,)))
        self.publish()

    def configure(self, table: Path, port: int = 0) -> Path:
        """Write the configuration of the gateway; give its file."""
        path = self.workspace / "gateway.toml"
        path.write_text(
            f'gateway = "{GATEWAY}"\norganisation = "council"\n'
            f'organisation_keys = ["{invented.COUNCIL_KEY.public}"]\n'
            f'directory = "state"\nlisten = "127.0.0.1:{port}"\n'
            f'[register]\norigin = "{invented.ORIGIN}"\nkey = "{invented.SEAL.vkey}"\n'
            f'mirrors = ["file:public"]\n'
            f'[[sources]]\ndataset = "{DATASET}"\nkind = "parquet"\npaths = ["{table}"]\n'
        )
        return path


def _between(entries: list[bytes], start: int, stop: int) -> list[bytes]:
    return entries[start:stop]


def _opening() -> Iterator[Statement]:
    quorum = invented.STEWARDS[:2]
    yield Statement(invented.OPENING, invented.STEWARD, quorum)
    for name, key in (("council", invented.COUNCIL_KEY), ("rivers", invented.RIVERS_KEY)):
        admitted = OrganisationAdmitted(
            organisation=name, title=en(f"The {name}"), public_key=key.public, invented=True
        )
        yield Statement(admitted, invented.STEWARD, quorum)
    for body in _described():
        yield Statement(body, invented.CUSTODIAN)
    service = ServiceListed(
        service=ASKED.service, title=en("A service"), public_key=SERVICE_KEY.public
    )
    yield Statement(service, invented.OFFICER, (invented.RIVERS_KEY,))
    listed = GatewayListed(
        gateway=GATEWAY,
        title=en("A gateway"),
        address="http://localhost",
        log_key=Signer.generate(AUDIENCE).vkey,
    )
    yield Statement(listed, invented.CUSTODIAN, (invented.COUNCIL_KEY,))


def _described() -> Iterator[Body]:
    yield DatasetDescribed(
        dataset=DATASET,
        custodian="council",
        title=en("Homes"),
        description=en("Invented homes."),
        access=Access.AGREEMENT,
        updated=en("Never"),
    )
    for column, type_ in COLUMNS.items():
        yield ColumnDescribed(
            dataset=DATASET,
            column=column,
            title=en(column),
            type=type_,
            sensitivity=Sensitivity.PERSONAL,
        )


def _agreement(name: str, limits: tuple[Limit, ...]) -> Iterator[Body]:
    yield AgreementDrafted(
        agreement=name,
        proposal="a-proposal",
        title=en("A share"),
        review=(NOW + timedelta(days=90)).date(),
        prevails="terms",
        custodian="council",
        dataset=DATASET,
        columns=GIVEN,
        subject_column="person",
        patterns=tuple(Pattern),
        recipients=("rivers",),
        purposes=("flood_relief",),
        starts=datetime.fromisoformat("2026-01-10T00:00:00+00:00"),
        ends=NOW + timedelta(days=365),
        greatest_age_minutes=44_640,
    )
    for organisation in ("council", "rivers"):
        yield PartyNamed(
            agreement=name,
            organisation=organisation,
            capacity=Capacity.CONTROLLER,
            post=en("Chief executive"),
            authority=en("Scheme of delegation"),
        )
    for limit in limits:
        yield LimitAdded(agreement=name, terms=limit)


@contextmanager
def at_work(config: Path) -> Iterator[Running]:
    """Open the gateway in this process, its lists fed, the register read; nobody is served."""
    with Running(read_config(config), SystemClock().now) as running:
        people = (f"INV{number * 97 * 7368787 % 999999937:09}" for number in range(LEFT_OUT))
        running.point.vault.feed(LIST, people, SystemClock().now())
        running.follow()
        yield running


@contextmanager
def agreed(folder: Path, rows: int) -> Iterator[tuple[Agreed, Path]]:
    """Make a register with both agreements, a table of so many rows, and a configuration."""
    table = folder / f"homes-{rows}.parquet"
    write_table(table, rows)
    workspace = folder / "workspace"
    shutil.rmtree(workspace, ignore_errors=True)
    workspace.mkdir()
    made = Agreed(workspace)
    made.agree(PLAIN, ())
    made.agree(LIMITED, LIMITS)
    made.publish()
    yield made, table
