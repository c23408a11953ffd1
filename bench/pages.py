"""How fast pages are made when the register is large: beside Datasette, over the same data.

The demo's story is told, and 10,000 invented datasets with proposals to use them are entered after
it, until there are 100,000 entries. Datasette (Apache-2.0) is no dependency: it is installed into
a throw-away environment and serves the same entries and datasets as two tables, with an index on
every column that is asked for and full-text search over what the library searches. Both answer the
same client over one kept connection, a page of each in turn.
"""

import http.client
import json
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import islice
from pathlib import Path
from typing import NamedTuple
from urllib.parse import quote

from answerable.launch.demo.command import tell_story
from answerable.model.dataset import DatasetDescribed
from answerable.model.entry import Body, Entry, read_entry
from answerable.model.signal import SignalDeclared
from answerable.store.register import Record, SqliteRegister
from bench import invented
from bench.figures import Figure, Say, at_most, seen
from bench.serving import free_port, listens, serving

NAME = "pages"
DESCRIPTION = "Pages: story, library and record at 100,000 entries, beside Datasette 0.65.5"

ENTRIES = 100_000
DATASETS = 10_000
BATCH = 1_000
REQUESTS = 100
RUNS = 3
DATASETTE = "datasette==0.65.5"
REACH_MS = 100

WHAT = ("Homes", "Schools", "Bridges", "Trees", "Wells", "Clinics", "Farms", "Bus stops", "Rivers")
WHERE = ("the coast", "the hills", "the old town", "the islands", "the valley", "the moor")
CUSTODIAN = {"council": "inverlarch-council", "rivers": "larchwater-rivers-agency"}
"""Who says in the demo's register what the bench's bodies say in theirs."""

SCHEMA = """
CREATE TABLE entry (number INTEGER PRIMARY KEY, kind TEXT, org TEXT, at TEXT, subject TEXT,
    body TEXT);
CREATE INDEX entry_kind ON entry (kind);
CREATE INDEX entry_org ON entry (org);
CREATE INDEX entry_subject ON entry (subject);
CREATE TABLE dataset (dataset TEXT PRIMARY KEY, custodian TEXT, access TEXT, title TEXT,
    description TEXT, columns TEXT);
CREATE INDEX dataset_custodian ON dataset (custodian);
CREATE INDEX dataset_access ON dataset (access);
CREATE VIRTUAL TABLE dataset_fts USING fts5 (title, description, columns, content="dataset");
"""


class Asked(NamedTuple):
    """One page in both: an address of ours, and the one of Datasette that shows as much."""

    ours: str
    theirs: str


class Taken(NamedTuple):
    """How long the answers took, in milliseconds: ours, and theirs."""

    ours: list[float]
    theirs: list[float]


def run(say: Say) -> list[Figure]:
    """Measure everything; about three minutes."""
    with tempfile.TemporaryDirectory(prefix="bench-pages-") as folder:
        place = Path(folder)
        say(f"telling the story, and entering {DATASETS:,} datasets after it")
        write(place / "story", place / "register.db")
        say(f"installing {DATASETTE} into a throw-away environment")
        python = _install(place / "environment")
        with _both(place, python) as (ours, theirs):
            say("the first page of each, which waits until all is read")
            first = _milliseconds(ours, "/record") / 1000
            _milliseconds(theirs, "/register/entry")
            taken = {name: _taken(name, pages, ours, theirs, say) for name, pages in _pages()}
    figures = [figure for name, each in taken.items() for figure in _figures(name, each)]
    return [*figures, seen("first page after a start", first, "s", 1)]


# A register of this size, and the same as tables.


def write(workspace: Path, table: Path) -> None:
    """Tell the story in a workspace, make its register large, and copy it into tables."""
    tell_story(workspace, quiet=True)
    register = SqliteRegister(workspace / "register.sqlite3")
    copy = sqlite3.connect(table)
    copy.executescript(SCHEMA)
    begun = register.size()
    opening = read_entry(register.read(0, 1)[0], 0)
    _copy(copy, [read_entry(data, index) for index, data in enumerate(register.read(0, begun))])
    said = islice(_bodies(), ENTRIES - begun)
    for start in range(begun, ENTRIES, BATCH):
        batch = islice(said, min(BATCH, ENTRIES - start))
        entries = [_entry(opening, index, each) for index, each in enumerate(batch, start)]
        register.append(start, [Record(each.envelope.command_id, each.data) for each in entries])
        _copy(copy, entries)
    copy.execute(
        "INSERT INTO dataset_fts (rowid, title, description, columns)"
        " SELECT rowid, title, description, columns FROM dataset"
    )
    copy.commit()
    copy.close()
    register.close()


def _bodies() -> Iterator[invented.Statement]:
    """Describe every dataset, then propose to use them, for as long as anybody asks."""
    for number in range(DATASETS):
        for each in islice(invented.chapter(number), 6):
            yield each._replace(body=_titled(each.body, number))
    for number in range(DATASETS):
        yield from islice(invented.chapter(number), 6, 19)


def _titled(body: Body, number: int) -> Body:
    if not isinstance(body, DatasetDescribed):
        return body
    what, where = WHAT[number % len(WHAT)], WHERE[number % len(WHERE)]
    title = body.title.plus("en", f"{what} of {where}, district {number}")
    return body.with_(title=title, custodian=CUSTODIAN[body.custodian])


def _entry(opening: Entry, index: int, said: invented.Statement) -> Entry:
    """Write an entry as the story's own register would hold it."""
    if isinstance(said.body, SignalDeclared):
        raise TypeError("signals are signed, which the story's bodies do with their own keys")
    made = invented.entry(index, said._replace(keys=()))
    envelope = made.envelope.with_(
        register_id=opening.envelope.register_id, org=CUSTODIAN[said.actor.organisation]
    )
    return Entry(index, envelope, envelope.to_bytes())


def _copy(copy: sqlite3.Connection, entries: list[Entry]) -> None:
    for entry in entries:
        said, body = entry.envelope, entry.envelope.plain()["body"]
        subject = body.get("proposal") or body.get("dataset") or body.get("agreement")
        row = (entry.index, said.kind, said.org, str(said.at), subject, json.dumps(body))
        copy.execute("INSERT INTO entry VALUES (?, ?, ?, ?, ?, ?)", row)
        if said.kind == "dataset.described":
            fields = ("dataset", "custodian", "access", "title", "description")
            cells = [
                json.dumps(body[each]) if isinstance(body[each], dict) else body[each]
                for each in fields
            ]
            copy.execute("INSERT INTO dataset VALUES (?, ?, ?, ?, ?, '')", cells)
        elif said.kind == "column.described":
            words = f" {body['column']} {json.dumps(body['title'])}"
            copy.execute(
                "UPDATE dataset SET columns = columns || ? WHERE dataset = ?",
                (words, body["dataset"]),
            )


# The two servers, and one client.


def _install(folder: Path) -> str:
    """Make an environment with Datasette and give its Python."""
    subprocess.run([sys.executable, "-m", "venv", folder], check=True)
    python = str(folder / "bin" / "python")
    install = [python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", DATASETTE]
    subprocess.run(install, check=True, capture_output=True)
    return python


@contextmanager
def _both(
    place: Path, python: str
) -> Iterator[tuple[http.client.HTTPConnection, http.client.HTTPConnection]]:
    port, other = free_port(), free_port()
    datasette = [python, "-m", "datasette", "serve", "-i", str(place / "register.db")]
    with serving("pages", str(place / "story"), str(port), port=port):
        process = subprocess.Popen(
            [*datasette, "--port", str(other)],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        try:
            while not listens(other):
                time.sleep(0.1)
            yield (
                http.client.HTTPConnection("127.0.0.1", port, timeout=300),
                http.client.HTTPConnection("127.0.0.1", other, timeout=300),
            )
        finally:
            process.kill()
            process.wait()


def _milliseconds(connection: http.client.HTTPConnection, path: str) -> float:
    start = time.perf_counter()
    connection.request("GET", path, headers={"accept": "text/html"})
    answer = connection.getresponse()
    answer.read()
    took = time.perf_counter() - start
    if answer.status != http.HTTPStatus.OK:
        raise RuntimeError(f"{path} answered {answer.status}")
    return took * 1000


def _taken(
    name: str,
    pages: Callable[[int], Asked],
    ours: http.client.HTTPConnection,
    theirs: http.client.HTTPConnection,
    say: Say,
) -> Taken:
    say(f"{name}: {REQUESTS} pages of each in turns, {RUNS} times")
    taken = Taken([], [])
    for number in range(-5, RUNS * REQUESTS):
        asked = pages(abs(number))
        both = _milliseconds(ours, asked.ours), _milliseconds(theirs, asked.theirs)
        if number >= 0:
            taken.ours.append(both[0])
            taken.theirs.append(both[1])
    return taken


# What is asked for.


def _pages() -> list[tuple[str, Callable[[int], Asked]]]:
    return [("story", _story), ("library", _library), ("record", _record)]


def _story(number: int) -> Asked:
    name = "flood-help" if number % 2 else f"warm-and-dry-{number % 1000}"
    return Asked(f"/proposals/{name}", f"/register/entry?subject={name}&_size=100")


def _library(number: int) -> Asked:
    words = quote(f"{WHAT[number % len(WHAT)]} {WHERE[number % 5]}" if number % 3 else "survey")
    shown = "_facet=custodian&_facet=access&_size=25"
    if number % 5 == 0:
        return Asked("/library?access=agreement", f"/register/dataset?access=agreement&{shown}")
    return Asked(f"/library?words={words}", f"/register/dataset?_search={words}&{shown}")


def _record(number: int) -> Asked:
    until = ENTRIES - 1 - 317 * (number % 300)
    ours, theirs = f"/record?until={until}", f"number__lte={until}&_sort_desc=number&_size=25"
    if number % 3 == 1:
        ours, theirs = f"{ours}&kind=column.described", f"kind=column.described&{theirs}"
    if number % 3 == 2:
        org = CUSTODIAN["council"]
        ours, theirs = f"{ours}&organisation={org}", f"org={org}&{theirs}"
    return Asked(ours, f"/register/entry?{theirs}")


def _figures(name: str, taken: Taken) -> list[Figure]:
    count = len(taken.ours)
    ours, theirs = (statistics.quantiles(each, n=100) for each in taken)
    return [
        seen(f"{name}: median", ours[49], "ms", count),
        at_most(f"{name}: 95th percentile", ours[94], "ms", REACH_MS, count),
        seen(f"{name}: Datasette, median", theirs[49], "ms", count),
        seen(f"{name}: Datasette, 95th percentile", theirs[94], "ms", count),
        at_most(
            f"{name}: 95th percentile, beside Datasette",
            ours[94] / theirs[94],
            "times the time",
            1,
            count,
        ),
    ]
