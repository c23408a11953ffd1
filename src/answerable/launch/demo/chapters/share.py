"""Share: three gateways give out what was agreed, and nothing else."""

import csv
import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from secrets import token_bytes
from time import sleep
from typing import Any, Final

from answerable.gateway.client import Answered, Client
from answerable.gateway.vault import Fed
from answerable.launch.demo.cast import AGENCY, COUNCIL, FIRE, HEALTH, ORIGIN
from answerable.launch.demo.chapters.decide import COUNCIL_AGREEMENT, HEALTH_AGREEMENT, OPT_OUTS
from answerable.launch.demo.gateways import (
    SITES,
    Site,
    Started,
    clock_file,
    feed,
    log_key,
    running,
    set_clock,
    set_up,
    wait_for,
    wait_until,
)
from answerable.launch.demo.telling import Teller, en
from answerable.loop.feed import hear, signed
from answerable.model.actor import Role
from answerable.model.exchange import Gateway, OptOut, RecipientService, Releases
from answerable.model.limits import Pattern
from answerable.model.organisation import OpenRegister, Organisation
from answerable.model.request import Request
from answerable.model.signal import Signal
from answerable.model.signing import SigningKey
from answerable.stages.share import (
    CountReleases,
    DeclareSignal,
    ListGateway,
    ListService,
    SealOptOuts,
)

AREA: Final = "larchfoot"
SERVICE: Final = "fire-control"
_NOTED: Final = 1.2
RECORDS: Final = {
    COUNCIL: ("council-records", "Records office of the council"),
    HEALTH: ("health-records", "Records office of the health board"),
}
"""The services that ask a body's own gateway who looked somebody up, for that person."""

STRANGER: Final = SigningKey(bytes(32))

ELDER_LANE: Final = "INV000000217"
WEIR_WYND: Final = "INV000003504"
SAID_NO: Final = "INV000000271"
LARCHFOOT: Final = (
    *(f"INV{number:09}" for number in (35, 46, 54, 88, 109, 138, 139, 217, 258, 271, 295)),
)

LISTED: Final = "2026-02-02"

BASE = Request(
    agreement=COUNCIL_AGREEMENT,
    recipient=FIRE,
    purpose="flood_response",
    pattern=Pattern.LOOKUP,
    columns=("address", "need"),
    areas={"flood_area": AREA},
)
ASK: Final[dict[str, Any]] = {
    "agreement": COUNCIL_AGREEMENT,
    "purpose": "flood_response",
    "columns": ["address", "need"],
}
ASK_HEALTH: Final[dict[str, Any]] = {
    "agreement": HEALTH_AGREEMENT,
    "purpose": "flood_response",
    "columns": ["address", "equipment", "battery_hours"],
}
PLAN: Final[dict[str, Any]] = {
    "agreement": COUNCIL_AGREEMENT,
    "purpose": "flood_planning",
    "columns": ["flood_area"],
}


@dataclass(frozen=True, slots=True)
class _Scene:
    """The three gateways at work, and what asks them."""

    t: Teller
    rivers: Started
    council: Started
    health: Started
    key: SigningKey

    def at(self, day: str, time: str) -> bool:
        """Move the story on: the lists are fed, the register is sealed anew, gateways follow.

        Returns:
            Whether that is news: a story that stopped goes on, and time in it never goes back.
        """
        self.t.day(day, time)
        if not set_clock(self.t.loop.workspace, self.t.clock.now()):
            return False
        for site in (self.council.site, self.health.site):
            _feed(self.t, site)
        self.catch_up()
        return True

    def catch_up(self) -> None:
        """Publish what was said, and wait until every gateway believes it."""
        size = self.t.loop.publish(renew=True).size
        for started in (self.rivers, self.council, self.health):
            wait_until(
                lambda s=started: s.follows(size, self.t.clock.now()),  # type: ignore[misc]
                started.site.gateway,
            )

    def client(self, started: Started, key: SigningKey | None = None) -> Client:
        return started.client(key or self.key, self.t.loop.workspace)

    def show(self, title: str, ask: Callable[[], dict[str, Any]]) -> None:
        """Ask, and tell what came back: the data of the invention, or every reason against it."""
        self.t.say(f"{title[0].upper()}{title[1:]}:", indent=2)
        try:
            said = ask()
        except Answered as refused:
            for line in _reasons(refused):
                self.t.say(line, indent=4)
            return
        for line in _lines(said):
            self.t.say(line, indent=4)

    def lookup(self, title: str, subject: str, **changes: Any) -> None:
        asks = {**ASK, "subject": subject, **changes}
        self.show(title, lambda: self.client(self.council).lookup(**asks))

    def lookup_health(self, title: str, subject: str) -> None:
        asks = {**ASK_HEALTH, "subject": subject}
        self.show(title, lambda: self.client(self.health).lookup(**asks))


def share(t: Teller) -> None:
    """Start three gateways beside their data, and ask them."""
    t.chapter("7. Share: data leaves, as agreed and not otherwise")
    t.day(LISTED)
    for site in SITES:
        wait_for(t.loop.workspace, site)
    key = _service(t, FIRE, SERVICE, "Control room of fire and rescue")
    for organisation, (service, title) in RECORDS.items():
        _service(t, organisation, service, title)
    configs = [(site, set_up(t.loop.workspace, site, *_keys(t, site))) for site in SITES]
    set_clock(t.loop.workspace, t.clock.now())
    _list(t)
    t.loop.publish(renew=True)
    t.say("Three gateways start, each a process of its own, beside data that stays where it is:")
    with running(configs, clock_file(t.loop.workspace)) as (rivers, council, health):
        for started in (rivers, council, health):
            t.point(f"{started.site.title}: {started.site.dataset}.")
        scene = _Scene(t, rivers, council, health, key)
        _before(scene)
        _during(scene)
        _counted(scene, "2026-03-13", rivers, council, health)
        _counted(scene, "2026-03-14", council, health)
        _after(scene)
        _counted(scene, "2026-03-16", council, health)
        _declared(scene)
        _counted(scene, "2026-03-20", council)


# Who meets at the gateways.


def _service(t: Teller, organisation: str, service: str, title: str) -> SigningKey:
    """Give the key of a service that asks, made the first time."""
    known = t.loop.state.find(RecipientService, service)
    keys = {key.public: key for _, key in t.loop.keyring.all()}
    key = keys[known.public_key] if known else t.loop.keyring.new(f"service-{service}")
    t.act_once(
        known,
        t.actor(Role.OFFICER, organisation),
        ListService(service=service, title=en(title), public_key=key.public),
    )
    return key


def _keys(t: Teller, site: Site) -> tuple[str, str]:
    """Give what a gateway is told to believe: its own body's key, and the register's."""
    state = t.loop.state
    own = state.get(Organisation, site.organisation).public_key
    return own, state.get(OpenRegister, "register").log_key


def _list(t: Teller) -> None:
    for site in SITES:
        actor = t.actor(Role.CUSTODIAN, site.organisation)
        t.act_once(
            t.loop.state.find(Gateway, site.gateway),
            actor,
            ListGateway(
                gateway=site.gateway,
                title=en(site.title),
                address=f"https://{site.gateway}.example",
                log_key=log_key(t.loop.workspace, site, t.clock.now()),
            ),
        )
        if site.organisation in (COUNCIL, HEALTH):
            fed = _feed(t, site)
            t.act_once(
                t.loop.state.find(OptOut, f"{site.organisation}/{OPT_OUTS}"),
                actor,
                SealOptOuts(list=OPT_OUTS, version=fed.version, fed=fed.at, seal=fed.commitment),
            )


def _feed(t: Teller, site: Site, people: tuple[str, ...] = (SAID_NO,)) -> Fed:
    """Feed the list of people who said no, as the body does every day."""
    return feed(t.loop.workspace, site, OPT_OUTS, people, t.clock.now())


_WARNING = {
    "v": 1,
    "message": "larchfoot-2026-03-14-1",
    "sent": "2026-03-14T04:00:00Z",
    "expires": "2026-03-14T06:00:00Z",
    "declare": {
        "declaration": "larchfoot-2026-03-14",
        "signal": "flood-warning",
        "area": AREA,
        "begins": "2026-03-14T04:00:00Z",
        "ends": "2026-03-15T16:00:00Z",
        "post": {"en": "Flood warning service"},
        "reason": {"en": "The Water of Larch is forecast to overtop its banks at Larchfoot."},
    },
}
"""What the agency's warning service says, before it is signed."""


# What is asked of them.


def _before(scene: _Scene) -> None:
    if scene.at("2026-03-13", "12:00"):
        _open_data(scene)
        _looked_up(scene)


def _open_data(scene: _Scene) -> None:
    t = scene.t
    parts = b"".join(scene.client(scene.rivers).open("rain-readings"))
    rows = list(csv.DictReader(parts.decode().splitlines()))
    most = max(rows, key=lambda row: float(row["rain_mm"]))
    t.say(
        f"Rain is open to everyone: {len(rows)} readings as CSV, no name asked. The most in 15 "
        f"minutes: {most['rain_mm']} mm at {most['gauge']}, {most['read_at']}."
    )
    sleep(_NOTED)  # the end of an answer is noted within a second, and the story is about to jump


def _looked_up(scene: _Scene) -> None:
    scene.t.say("The day before the warning, fire and rescue looks up a home in Larchfoot:")
    scene.lookup("at the council's gateway", ELDER_LANE)
    scene.lookup_health("at the health board's gateway", ELDER_LANE)
    scene.t.say("And what else somebody might try:")
    scene.lookup("to check a tenancy", ELDER_LANE, purpose="tenancy_checks")
    scene.lookup("with the note in the home's own words", ELDER_LANE, columns=["address", "note"])
    scene.show("the whole list at once", lambda: _whole(scene))
    stranger = scene.client(scene.council, STRANGER)
    scene.show("by somebody that nobody listed", lambda: stranger.lookup(**ASK, subject="any"))
    scene.lookup(
        "under an agreement that is not there", ELDER_LANE, agreement="a-handshake-agreement"
    )


def _whole(scene: _Scene) -> dict[str, Any]:
    parts = scene.client(scene.council).bulk(**ASK, format="csv")
    return {"rows": [{"bytes": len(b"".join(parts))}]}


def _warned(t: Teller) -> None:
    """Hear the warning from the agency's signed feed, as its warning service sends it."""
    actor, machine = t.actor(Role.OFFICER, AGENCY), SigningKey(token_bytes(32))
    feed_file = t.loop.workspace / "warnings.jsonl"
    feed_file.write_bytes(signed({**_WARNING, "register": ORIGIN}, machine) + b"\n")
    with feed_file.open("rb") as lines:
        for heard in hear(t.loop, actor, lines, machine.public):
            if heard.problem:
                raise heard.problem
            for entry in heard.entries:
                t.draft_welsh(actor, entry, f"{entry.envelope.command_id}-cy-{entry.index}")


def _during(scene: _Scene) -> None:
    t = scene.t
    t.day("2026-03-14", "04:00")
    _warned(t)
    t.say(
        "A flood warning for Larchfoot is in force from 14 March 2026, 04:00, for 36 hours: it "
        "came through the agency's signed feed (warnings.jsonl)."
    )
    if not scene.at("2026-03-14", "06:00"):
        return
    scene.lookup("the same home, two hours later", ELDER_LANE)
    scene.lookup_health("and at the health board's gateway", ELDER_LANE)
    scene.lookup("a home in Kirklarch, where there is no warning", WEIR_WYND)
    found = _every_home(scene)
    there = sum(bool(said["rows"]) for said in found)
    t.say(f"All {len(LARCHFOOT)} homes on the crew's own list, one by one: {there} are there.")
    _opted_out(scene)
    _receipt(scene, found[0]["release"])


def _every_home(scene: _Scene) -> list[dict[str, Any]]:
    council = scene.client(scene.council)
    return [council.lookup(**ASK, subject=home) for home in LARCHFOOT]


def _opted_out(scene: _Scene) -> None:
    """Show that it is the list, and nothing else, that keeps somebody out."""
    t, site = scene.t, scene.council.site
    t.say("The one that is not there asked to be left out, and knows what follows from it:")
    scene.lookup("looked up again", SAID_NO)
    _feed(t, site, people=())
    scene.lookup("if they had not asked to be left out (shown here only)", SAID_NO)
    _feed(t, site)
    scene.lookup("left out again", SAID_NO)


def _receipt(scene: _Scene, release: int) -> None:
    path = scene.t.loop.workspace / "receipt.tlog-proof"
    path.write_bytes(scene.client(scene.council).receipt(release))
    scene.t.say(
        f"Release {release} comes with a receipt, which anyone can check offline: "
        f"answerable verify receipt {path.name} --register public"
    )


def _after(scene: _Scene) -> None:
    if not scene.at("2026-03-16", "12:00"):
        return
    scene.lookup("the day after the warning", ELDER_LANE)
    scene.lookup_health("and by then at the health board's gateway", ELDER_LANE)
    rows = [row for said in _every_home(scene) for row in said["rows"]]
    forms = ", ".join(sorted({row["address"] for row in rows}))
    scene.t.say(f"All homes on the crew's list once more, one by one: no address, only {forms}.")


def _declared(scene: _Scene) -> None:
    t = scene.t
    news = scene.at("2026-03-20", "02:10")
    if news:
        t.say("A week later the river is up at Kirklarch at night, and the warning feed is dead:")
        scene.lookup("a home in Kirklarch", WEIR_WYND)
    t.act_once(
        t.loop.state.find(Signal, "kirklarch-2026-03-20"),
        t.actor(Role.OFFICER, FIRE),
        DeclareSignal(
            declaration="kirklarch-2026-03-20",
            signal="flood-warning",
            area="kirklarch",
            begins=datetime(2026, 3, 20, 2, 10, tzinfo=UTC),
            ends=datetime(2026, 3, 20, 14, 10, tzinfo=UTC),
            source="declared",
            post=en("Duty officer, fire and rescue"),
            reason=en("The warning feed is silent and water is in Weir Wynd."),
        ),
    )
    if not news:
        return
    scene.catch_up()
    scene.lookup("once the duty officer of fire and rescue declared an emergency", WEIR_WYND)
    _planning(scene)


def _planning(scene: _Scene) -> None:
    t = scene.t
    t.say("For planning, fire and rescue asks how many there are, and never who:")
    council = scene.client(scene.council)
    scene.show("homes by flood area", lambda: council.counts(**PLAN))
    by_both = {**PLAN, "columns": ["flood_area", "need"]}
    scene.show("by flood area and need", lambda: council.counts(**by_both))
    t.say("What is missing is nought, or fewer than ten, or would give such a number away.")


def _counted(scene: _Scene, day: str, *gateways: Started) -> None:
    """Put what a day came to in the register, the next day."""
    t = scene.t
    scene.at((date.fromisoformat(day) + timedelta(days=1)).isoformat(), "09:00")
    t.say(f"The next day anyone can read what {day} came to, rounded, nothing below ten:")
    for started in gateways:
        said = scene.client(started).day(day)
        known = t.loop.state.find(Releases, f"{started.site.gateway}/{day}")
        actor = t.actor(Role.CUSTODIAN, started.site.organisation)
        counted = {name: said[name] for name in CountReleases.model_fields}
        t.act_once(known, actor, CountReleases.model_validate_json(json.dumps(counted)))
        for count in said["counts"]:
            t.point(f"{started.site.gateway}, {day}: {_counted_line(count)}")
            for limit in count["limits"]:
                t.say(f"the rule {limit} decided ten of them or more", indent=4)


# How it is told.


def _lines(said: dict[str, Any]) -> list[str]:
    if "counts" in said:
        return [f"{' / '.join(map(_word, row[:-1]))}: {row[-1]}" for row in said["counts"]] or [
            "nothing that may be given"
        ]
    forms = {g["column"]: g for g in said["given"] if g["form"] != "as-it-is"}
    rows = [
        ", ".join(f"{name}: {_word(value)}" for name, value in row.items()) for row in said["rows"]
    ]
    because = [f"({name} as {g['form']}, rule {', '.join(g['by'])})" for name, g in forms.items()]
    return [f"GIVEN: {row} {' '.join(because)}".strip() for row in rows] or [
        "NOTHING: not there, or left out; nobody can tell which"
    ]


def _word(value: Any) -> str:
    return "not known" if value is None else str(value)


def _reasons(refused: Answered) -> list[str]:
    reasons = refused.said.get("refusals")
    if not reasons:
        return [f"REFUSED: {refused.said.get('title')} ({refused.code})"]
    return [f"REFUSED by {r['by']}: {r['says']} ({r['code']})" for r in reasons]


def _counted_line(count: dict[str, Any]) -> str:
    what = count.get("dataset") or "nothing in particular"
    how = count.get("pattern") or "asked by somebody unknown"
    requests = count.get("requests") or "fewer than 10"
    rows = count.get("rows") or "fewer than 10"
    return f"{what}, {how}, {count['outcome']}: {requests} requests, {rows} rows"
