"""A small town: a real register with agreements that each show one thing, and invented data.

Every value about a person has `MARK` in it, so that a leak shows wherever it is.
"""

import logging
import os
import sqlite3
import tempfile
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from answerable.gateway import journal
from answerable.gateway.config import read_config
from answerable.gateway.releases import ReleaseLog
from answerable.gateway.serve import Running
from answerable.gateway.vault import GatewayVault
from answerable.loop import Loop, SetClock, begin, welcome
from answerable.model.actor import Role
from answerable.model.agreement import Capacity
from answerable.model.assessment import Feature, Test
from answerable.model.command import Command
from answerable.model.dataset import Access, ColumnType, Sensitivity
from answerable.model.limits import (
    Coarsen,
    Coarsening,
    Effect,
    LeaveOut,
    Limit,
    MinimumCount,
    OnlyPurposes,
    OnlyRows,
    Pattern,
    Pseudonymise,
    Rate,
    When,
    WhileSignal,
)
from answerable.model.organisation import OpenRegister, Organisation
from answerable.model.proposal import Level
from answerable.model.signing import SigningKey
from answerable.model.text import en
from answerable.stages.assess import (
    JudgeFeature,
    JudgeTest,
    RouteProposal,
    ScoreBenefit,
    ScoreRisk,
)
from answerable.stages.catalogue import DescribeColumn, DescribeDataset
from answerable.stages.decide import (
    AddDuty,
    AddLimit,
    DecideProposal,
    DraftAgreement,
    NameParty,
    OpenDataset,
    SignAgreement,
)
from answerable.stages.engage import CloseConsultation, OpenConsultation
from answerable.stages.propose import AddAsk, AddBenefit, AddRisk, Propose, StateBasis
from answerable.stages.share import (
    ListGateway,
    ListService,
    SealOptOuts,
    WithdrawService,
)

ORIGIN = "register.larch.example"
GATEWAY = "council-gateway"
AUDIENCE = f"{ORIGIN}/{GATEWAY}"
NOW = datetime(2026, 3, 2, 12, tzinfo=UTC)
FIRST = datetime(2026, 1, 2, 9, tzinfo=UTC)
SECOND, MINUTE, HOUR, DAY = (timedelta(seconds=n) for n in (1, 60, 3600, 86_400))

MARK = "zqxj"
"""In every value about a person, and nowhere else."""
OPT_OUTS = "said-no"

# The data: `HOMES` is about people, the rest is not.

T = ColumnType
HOMES = {
    "household": T.CODE,
    "address": T.TEXT,
    "postcode": T.CODE,
    "flood_area": T.CODE,
    "ward": T.CODE,
    "need": T.CODE,
    "people": T.INTEGER,
    "born": T.DATE,
    "oxygen": T.YES_NO,
    "seen_at": T.TIME,
    "score": T.DECIMAL,
    "note": T.TEXT,
}
GRANTED = tuple(name for name in HOMES if name != "note")
RAIN = {"gauge": T.CODE, "read_at": T.TIME, "rain_mm": T.DECIMAL}
BEDS = {"household": T.CODE, "bed": T.CODE}
CELLS = {
    ("north", "chair"): 40,
    ("north", "boat"): 33,
    ("south", "chair"): 57,
    ("south", "boat"): 4,
}
"""How many homes there are by ward and need."""


def home(number: int) -> str:
    """Give the reference of a home, from 1."""
    return f"{MARK}{number:05}"


DRY, WET = home(1), home(2)
"""One home in each area: there is never a warning for Kirk unless a test says so."""
OUT = home(6)
"""Asked to be left out."""
TWICE, HALF = home(8), home(10)
"""Two rows each: in Larch and in Kirk; in Larch and nobody knows where."""
ABSENT = f"{MARK}99999"


def rows() -> list[dict[str, Any]]:
    """Give the homes, and then the second rows of some."""
    cells = [cell for cell, count in CELLS.items() for _ in range(count)]
    found = [_home(number, *cell) for number, cell in enumerate(cells, start=1)]
    more = [{**found[7], "flood_area": "kirk"}, {**found[9], "flood_area": None}]
    return [*found, *more]


def _home(number: int, ward: str, need: str) -> dict[str, Any]:
    return {
        "household": home(number),
        "address": f"{number} {MARK} lane",
        "postcode": f"{MARK} {number % 10}ab",
        "flood_area": "kirk" if number % 2 else "larch",
        "ward": ward,
        "need": need,
        "people": number % 5 + 1,
        "born": f"19{number % 90 + 10}-0{number % 9 + 1}-15",
        "oxygen": number % 2,
        "seen_at": f"2026-01-{number % 28 + 1:02}T09:30:00Z",
        "score": number / 4,
        "note": f"{MARK} said something in her own words",
    }


def write_homes(path: Path, homes: Iterable[Mapping[str, Any]] | None = None) -> None:
    """Put homes in place of whatever is in the table."""
    kinds = {T.INTEGER: "INTEGER", T.YES_NO: "BOOLEAN", T.DECIMAL: "REAL"}
    declared = ", ".join(f"{name} {kinds.get(kind, 'TEXT')}" for name, kind in HOMES.items())
    marks = ", ".join(f":{name}" for name in HOMES)
    connection = sqlite3.connect(path, isolation_level=None)
    connection.execute("BEGIN")
    connection.execute("DROP TABLE IF EXISTS homes")
    connection.execute(f"CREATE TABLE homes ({declared})")
    said = rows() if homes is None else homes
    connection.executemany(f"INSERT INTO homes VALUES ({marks})", said)  # noqa: S608 - our own words
    connection.execute("COMMIT")
    connection.close()


def _write_rain(path: Path) -> None:
    times = [NOW - number * HOUR for number in range(48)]
    table = pa.table(
        {
            "gauge": pa.array(["bridge", "mill"] * 24),
            "read_at": pa.array(times, pa.timestamp("us", "UTC")),
            "rain_mm": pa.array([number / 8 for number in range(48)]),
            "keeper": pa.array([f"{MARK} keeps it"] * 48),
        }
    )
    pq.write_table(table, path)


# What is agreed: each agreement shows one thing.

WARNING = When(signal="flood-warning", issuers=("agency",), area_column="flood_area")
GLASS = WARNING.with_(break_glass=True)
LOOKUP, BULK, COUNTS = Pattern


def rule(kind: type[Any], name: str, **fields: Any) -> Any:
    """Give a limit with a reason that the town has."""
    return kind(limit=name, because="risk:curiosity", **fields)


PURPOSE = rule(OnlyPurposes, "one-purpose", purposes=("rescue",))
LEAVE_OUT = rule(LeaveOut, "left-out", list=OPT_OUTS, greatest_age_hours=24)
DISTRICT = Coarsening.POSTCODE_DISTRICT


def _address(when: When | None) -> Any:
    return rule(Coarsen, "district", column="address", to=DISTRICT, source="postcode", unless=when)


def _rate(requests: int, pattern: Pattern, per: str = "hour") -> Any:
    return rule(Rate, f"rate-{pattern}", requests=requests, per=per, patterns=(pattern,))


CODE = rule(Pseudonymise, "code", column="household")

AGREED: dict[str, tuple[Limit, ...]] = {
    "plain": (PURPOSE,),
    "coarse": (_address(WARNING), LEAVE_OUT),
    "glass": (_address(GLASS),),
    "in-a-warning": (rule(WhileSignal, "warned", when=WARNING), LEAVE_OUT, _rate(2, LOOKUP)),
    "coded": (CODE, LEAVE_OUT),
    "coded-too": (CODE,),
    "in-tens": (rule(MinimumCount, "tens", count=10, patterns=(COUNTS,)), LEAVE_OUT),
    "slowly": (_rate(3, LOOKUP, "minute"), _rate(1, BULK), _rate(1, COUNTS)),
    "north-only": (rule(OnlyRows, "north", column="ward", compare="one-of", values=("north",)),),
    "dutiful": (PURPOSE,),
}
LATER, OVER, UNSIGNED, OTHERS, DUTIFUL = "later", "over", "unsigned", "beds-for-fire", "dutiful"
STARTS, ENDS = datetime(2026, 2, 1, tzinfo=UTC), datetime(2028, 2, 1, tzinfo=UTC)
WINDOWS = {LATER: (NOW + HOUR, ENDS), OVER: (STARTS, NOW - HOUR), UNSIGNED: (STARTS, ENDS)}


# The town.


@dataclass(frozen=True)
class Town:
    """Where everything was written; not to be changed, only copied.

    Attributes:
        keys: of services, by name.
    """

    place: Path
    keys: dict[str, SigningKey]


class Builder:
    """Acts in the Loop until there is something to gate."""

    def __init__(self, loop: Loop) -> None:
        self.loop = loop
        self.keys: dict[str, SigningKey] = {}

    def act(self, role: Role, organisation: str, *commands: Command) -> None:
        for command in commands:
            self.loop.act(command, self.loop.actor(role, organisation))

    def build(self) -> None:
        self._open()
        self._describe()
        self._propose()
        self._agree()
        self._list()

    def day(self, said: str) -> None:
        self.loop.clock.moment = datetime.fromisoformat(f"{said}T10:00:00+00:00")

    def _open(self) -> None:
        begin(
            self.loop,
            origin=ORIGIN,
            title=en("Register of a town for tests"),
            operator="trust",
            operator_title=en("The trust"),
            stewards=2,
            quorum=2,
            languages=("en",),
            nature="invented",
        )
        steward = self.loop.actor(Role.STEWARD, "trust")
        for name in ("council", "health", "fire", "police", "agency"):
            welcome(self.loop, steward, name, en(f"The {name}"), invented=True)

    def _describe(self) -> None:
        for name, custodian, columns in (
            ("homes", "council", HOMES),
            ("rain", "council", RAIN),
            ("ledger", "council", {"line": T.TEXT}),
            ("beds", "health", BEDS),
        ):
            described = DescribeDataset(
                dataset=name,
                custodian=custodian,
                title=en(name),
                description=en(f"Invented {name}."),
                access=Access.AGREEMENT,
                updated=en("Daily."),
            )
            each = [
                DescribeColumn(
                    dataset=name, column=n, title=en(n), type=kind, sensitivity=Sensitivity.NONE
                )
                for n, kind in columns.items()
            ]
            self.act(Role.CUSTODIAN, custodian, described, *each)

    def _propose(self) -> None:
        asked = [*(("homes", name) for name in GRANTED), *(("beds", name) for name in BEDS)]
        self._one_proposal(
            "home-help", "fire", ("rescue", "planning"), asked, ("council", "health")
        )
        self._one_proposal(
            "open-rain", None, ("any_use",), [("rain", n) for n in RAIN], ("council",)
        )
        self.day("2026-01-20")
        for proposal in ("home-help", "open-rain"):
            self.act(
                Role.OFFICER,
                "council",
                CloseConsultation(
                    consultation=f"{proposal}-comments",
                    comments=3,
                    summary=en("Nobody was against it."),
                    response=en("It goes on."),
                ),
            )
        for custodian in ("council", "health"):
            self._decide(custodian, "home-help", "share")
        self._decide("council", "open-rain", "open")
        opens = OpenDataset(
            dataset="rain", proposal="open-rain", licence="OGL-UK-3.0", freshness=en("Daily.")
        )
        late = DescribeColumn(
            dataset="rain",
            column="keeper",
            title=en("Who keeps the gauge"),
            type=T.TEXT,
            sensitivity=Sensitivity.NONE,
        )
        self.act(Role.CUSTODIAN, "council", opens, late)

    def _decide(self, custodian: str, proposal: str, decision: Any) -> None:
        self.act(
            Role.CUSTODIAN,
            custodian,
            DecideProposal(
                proposal=proposal, decision=decision, reason=en("It helps."), post=en("Head")
            ),
        )

    def _one_proposal(
        self,
        name: str,
        recipient: str | None,
        purposes: tuple[str, ...],
        asked: list[tuple[str, str]],
        custodians: tuple[str, ...],
    ) -> None:
        self.day("2026-01-02")
        said = en("It is for tests.")
        risk, benefit = ("curiosity", "help") if recipient else ("wrong-rain", "known-rain")
        self.act(
            Role.OFFICER,
            "council",
            Propose(
                proposal=name,
                title=said,
                purposes=purposes,
                why=said,
                who_benefits=said,
                people_affected=said,
                recipient=recipient,
                identifiable=False,
            ),
            *(AddAsk(proposal=name, dataset=d, column=c, why=said) for d, c in asked),
            *(
                StateBasis(
                    proposal=name,
                    organisation=custodian,
                    discloser_power=said,
                    recipient_power=said,
                    article_6="no-personal-data",
                    article_9=said,
                    confidentiality=said,
                )
                for custodian in custodians
            ),
            AddBenefit(
                proposal=name,
                benefit=benefit,
                title=said,
                for_whom=said,
                measure=said,
                unit=said,
                baseline="0",
            ),
            AddRisk(proposal=name, risk=risk, title=said, to_whom=said),
            *(JudgeTest(proposal=name, test=test, score=4, reason=said) for test in Test),
            *(JudgeFeature(proposal=name, feature=f, score=4, reason=said) for f in Feature),
            ScoreBenefit(benefit=benefit, likelihood=4, size=4, reason=said),
            ScoreRisk(risk=risk, likelihood=1, severity=1, mitigation=said, reason=said),
            RouteProposal(proposal=name, sensitivity=Level.LOW, reason=said),
            OpenConsultation(
                consultation=f"{name}-comments",
                proposal=name,
                question=said,
                opens=date(2026, 1, 2),
                closes=date(2026, 1, 20),
            ),
        )

    def _agree(self) -> None:
        self.day("2026-01-25")
        for name, limits in AGREED.items():
            self.agree(name, *limits)
        for name, (starts, ends) in WINDOWS.items():
            self.agree(name, PURPOSE, starts=starts, ends=ends, signs=name != UNSIGNED)
        self.agree(
            OTHERS,
            PURPOSE,
            custodian="health",
            dataset="beds",
            columns=tuple(BEDS),
            patterns=(LOOKUP,),
        )

    def agree(self, name: str, *limits: Limit, signs: bool = True, **changes: Any) -> None:
        """Put an agreement into force."""
        usual: dict[str, Any] = {
            "agreement": name,
            "proposal": "home-help",
            "title": en(name),
            "custodian": "council",
            "dataset": "homes",
            "columns": GRANTED,
            "subject_column": "household",
            "patterns": tuple(Pattern),
            "recipients": ("fire",),
            "purposes": ("rescue", "planning"),
            "starts": STARTS,
            "ends": ENDS,
            "greatest_age_minutes": 24 * 60,
            "prevails": "text",
        }
        said = {**usual, **changes}
        custodian = said["custodian"]
        said = {"review": said["ends"].date(), **said}
        said["review"] = max(said["starts"].date(), min(said["review"], said["ends"].date()))
        parties = [
            NameParty(
                agreement=name,
                organisation=organisation,
                capacity=Capacity.CONTROLLER,
                post=en("Head"),
                authority=en("Scheme."),
            )
            for organisation in (custodian, "fire")
        ]
        terms = [AddLimit(agreement=name, terms=limit) for limit in limits]
        duty = [_duty(name)] if name == DUTIFUL else []
        self.act(Role.CUSTODIAN, custodian, DraftAgreement(**said), *parties, *terms, *duty)
        self.act(Role.CUSTODIAN, custodian, SignAgreement(agreement=name, post=en("Head")))
        if signs:
            self.act(Role.OFFICER, "fire", SignAgreement(agreement=name, post=en("Chief")))

    def _list(self) -> None:
        self.loop.clock.moment = NOW - HOUR
        for name, organisation in (
            ("fire-control", "fire"),
            ("fire-retired", "fire"),
            ("police-desk", "police"),
            ("council-desk", "council"),
        ):
            self.keys[name] = self.loop.keyring.new(name)
            listed = ListService(service=name, title=en(name), public_key=self.keys[name].public)
            self.act(Role.OFFICER, organisation, listed)
        gone = WithdrawService(service="fire-retired", reason=en("It was replaced."))
        self.act(Role.OFFICER, "fire", gone)


def _duty(name: str) -> AddDuty:
    return AddDuty(
        agreement=name,
        duty="yearly-report",
        party="fire",
        because="risk:curiosity",
        what=en("Report."),
        evidence=en("The report."),
        due=date(2026, 3, 2),
        on_miss={BULK: Effect.SUSPEND, LOOKUP: Effect.PUBLISH},
    )


_TOML = """
gateway = "{gateway}"
organisation = "council"
organisation_keys = ["{key}"]
directory = "state"
listen = "127.0.0.1:0"

[register]
origin = "{origin}"
key = "{seal}"
mirrors = ["file:../public"]

[[sources]]
dataset = "homes"
kind = "sqlite"
path = "homes.sqlite3"
table = "homes"

[[sources]]
dataset = "rain"
kind = "parquet"
paths = ["rain.parquet"]
open_columns = ["gauge", "read_at", "rain_mm"]

[[sources]]
dataset = "ledger"
kind = "csv"
paths = ["ledger.csv"]
"""


@cache
def build_town(place: Path) -> Town:
    """Build the town; once in a place."""
    with Loop(place, clock=SetClock(FIRST), publishing=False) as loop:
        builder = Builder(loop)
        builder.build()
        _settle(place, loop, builder)
        loop.clock.moment = NOW
        loop.publish(renew=True)
    with Running(read_config(place / "gateway/gateway.toml"), lambda: NOW - MINUTE):
        quiet()
    return Town(place, builder.keys)


def _settle(place: Path, loop: Loop, builder: Builder) -> None:
    """Put data, vault and configuration of the gateway beside the register, and list it."""
    folder = place / "gateway"
    state = folder / "state"
    state.mkdir(parents=True, mode=0o700)
    write_homes(folder / "homes.sqlite3")
    _write_rain(folder / "rain.parquet")
    (folder / "ledger.csv").write_text(f"line\n{MARK} paid\n", "utf-8")
    own = loop.state.get(Organisation, "council").public_key
    seal = loop.state.get(OpenRegister, "register").log_key
    text = _TOML.format(gateway=GATEWAY, key=own, origin=ORIGIN, seal=seal)
    (folder / "gateway.toml").write_text(text, "utf-8")
    with ReleaseLog(state / "releases", AUDIENCE, lambda: NOW - HOUR) as log:
        listed = ListGateway(
            gateway=GATEWAY,
            title=en("The gateway"),
            address="https://gateway.example",
            log_key=log.verifier.vkey,
        )
    with GatewayVault(state / "vault.sqlite3") as vault:
        fed = vault.feed(OPT_OUTS, [OUT], NOW - HOUR)
    sealed = SealOptOuts(list=OPT_OUTS, version=fed.version, fed=fed.at, seal=fed.commitment)
    builder.act(Role.CUSTODIAN, "council", listed, sealed)


def quiet() -> None:
    """Let go of where the journal writes."""
    logging.getLogger(journal.LOGGER).handlers.clear()


@cache
def quick() -> tempfile.TemporaryDirectory[str]:
    """Give a directory in memory where there is one: nothing here has to survive a power cut."""
    memory = Path("/dev/shm")  # noqa: S108 - the directory in it has a name of its own
    return tempfile.TemporaryDirectory(dir=memory if os.access(memory, os.W_OK) else None)
