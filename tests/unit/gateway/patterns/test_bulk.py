"""Everything that may be given, as a stream; and every way in which it ends before its end."""

import asyncio
import csv
import io
import json
import sqlite3
from contextlib import contextmanager

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from tests.gateways import SERVICE, Wire, asking
from tests.town import (
    BULK,
    CODE,
    DAY,
    DRY,
    HOUR,
    LOOKUP,
    MARK,
    NOW,
    OPT_OUTS,
    OUT,
    PURPOSE,
    SECOND,
    WET,
    home,
    rows,
    write_homes,
)

from answerable.gateway.formats import Format
from answerable.gateway.patterns import bulk as streaming
from answerable.gateway.vault import GatewayVault
from answerable.model.errors import AnswerableError, Broken, Refused

ALL = len(rows())
COLUMNS = ["household", "address", "oxygen", "seen_at"]


def read(form, body):
    """Read a table, as somebody else would."""
    match form:
        case "csv":
            return list(csv.DictReader(io.StringIO(body.decode(), newline="")))
        case "jsonl":
            return [json.loads(line) for line in body.splitlines()]
        case "parquet":
            return pq.read_table(pa.BufferReader(body)).to_pylist()
        case "arrow":
            return pa.ipc.open_stream(body).read_all().to_pylist()


@pytest.mark.parametrize("form", list(Format))
def test_every_form_can_be_read_by_others(shared, form):
    answer = shared.bulk(form, columns=COLUMNS)
    assert answer.status == 200
    assert answer.headers["content-type"] == Format(form).media
    found = read(form, answer.body)
    assert [row["household"] for row in found] == [row["household"] for row in rows()]
    assert set(found[0]) == set(COLUMNS)
    assert shared.ended(int(answer.headers["answerable-release"])) == (ALL, "sent")


@pytest.mark.parametrize("form", list(Format))
def test_nobody_at_all_is_a_whole_table_too(gate, form):
    write_homes(gate.homes, [])
    answer = gate.bulk(form, columns=COLUMNS)
    assert (answer.status, read(form, answer.body)) == (200, [])
    assert gate.ended(int(answer.headers["answerable-release"])) == (0, "sent")


def test_it_is_recorded_before_it_is_given(shared):
    answer = shared.bulk(agreement="coarse")
    leaf = shared.running.point.log.leaf(int(answer.headers["answerable-release"]))
    assert {name: leaf[name] for name in ("agreement", "by", "pattern", "outcome", "rows")} == {
        "agreement": "coarse",
        "by": ["district"],
        "pattern": "bulk",
        "outcome": "allowed",
        "rows": None,
    }


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"columns": ["note"]}, "request.column"),
        ({"purpose": "curiosity"}, "request.purpose"),
        ({"agreement": "over"}, "request.ended"),
        ({"agreement": "in-a-warning"}, "request.no-signal"),
        ({"service": "police-desk"}, "request.recipient"),
    ],
)
def test_what_is_not_agreed_is_refused(shared, changes, code):
    answer = shared.bulk(**changes)
    assert answer.status == 403
    assert set(answer.refusals) == {code}
    assert shared.running.point.log.leaf(answer.said["release"])["codes"] == [code]


def test_a_signal_says_nothing_of_many(gate):
    gate.warn()
    assert {row["address"] for row in gate.given(agreement="coarse")} == {MARK}
    assert gate.bulk(agreement="in-a-warning").refusals == ["request.no-signal"]


def test_who_said_no_is_not_in_it(shared):
    names = [row["household"] for row in shared.given(agreement="coarse", columns=["household"])]
    assert len(names) == ALL - 1
    assert OUT not in names


def test_only_rows_that_may_be_given_are_in_it(shared):
    found = shared.given(agreement="north-only", columns=["ward"])
    assert found == [{"ward": "north"}] * (73 + 2)


def test_codes_join_within_an_agreement_and_nowhere_else(shared):
    one, again = (shared.given(agreement="coded", columns=["household"]) for _ in range(2))
    other = shared.given(agreement="coded-too", columns=["household"])
    assert one == again
    codes = {row["household"] for row in one}
    assert len(codes) == ALL - 3  # one is left out, and two are there twice
    assert not codes & {row["household"] for row in other}
    assert MARK not in str(codes)
    coder = shared.running.point.pseudonyms.for_("coded", "household")
    assert {coder.reveal(bytes.fromhex(code)) for code in codes} == {
        row["household"] for row in rows()
    } - {OUT}


@pytest.mark.parametrize("column", ["household", "people", "born"])
def test_a_code_is_the_same_however_it_is_asked_for(gate, column):
    _same_codes(gate, column)


@pytest.mark.parametrize("column", ["oxygen", "seen_at", "score"])
def test_what_is_written_in_several_ways_has_no_code(gate, column):
    gate.agree("codes", CODE.with_(column=column))
    for answer in (
        gate.bulk(agreement="codes", columns=[column]),
        gate.lookup(agreement="codes", columns=[column]),
        gate.counts(column, agreement="codes"),
    ):
        assert (answer.status, answer.code) == (503, "plan.form")


def _same_codes(gate, column):
    gate.agree("codes", CODE.with_(column=column))
    said = {"agreement": "codes", "columns": [column]}
    everything = {row[column] for row in gate.given(**said)}
    for subject in (DRY, WET, home(3)):
        (row,) = gate.lookup(subject, **said).said["rows"]
        assert row[column] in everything


def test_how_often_is_limited(gate):
    assert gate.bulk(agreement="slowly").status == 200
    refused = gate.bulk(agreement="slowly")
    assert (refused.status, refused.refusals) == (429, ["request.rate"])
    gate.restart()
    gate.later()
    assert gate.bulk(agreement="slowly").status == 429
    gate.later(HOUR)
    assert gate.bulk(agreement="slowly").status == 200


async def crowd(gate, path, **said):
    asked = [gate.sends("POST", path, asking(**said), service=SERVICE) for _ in range(4)]
    return await asyncio.gather(*asked)


@pytest.mark.parametrize(
    "wanted",
    [[200, 429, 429, 429]],
)
def test_many_at_once_do_not_get_more(gate, wanted):
    answers = asyncio.run(crowd(gate, "/bulk", agreement="slowly", format="csv"))
    assert sorted(answer.status for answer in answers) == wanted


def test_a_column_that_is_gone_is_refused_before_anything_is_recorded(gate):
    fewer = [{**row} for row in rows()]
    write_homes(gate.homes, fewer)
    connection = sqlite3.connect(gate.homes)
    connection.execute("ALTER TABLE homes DROP COLUMN need")
    connection.commit()
    connection.close()
    answer = gate.bulk()
    assert (answer.status, answer.code) == (503, "source.column")
    assert gate.last()["outcome"] == "refused"
    assert gate.bulk(columns=["address"]).status == 200


# Streams that end before their end.


@pytest.fixture
def slowly(gate, monkeypatch):
    """A gateway that streams 20 rows at a time."""
    monkeypatch.setattr(streaming, "_ROWS", 20)
    monkeypatch.setattr("answerable.gateway.door.sending.LOOK_AGAIN", 0.001)
    return gate


class Cut(Exception):
    """Whatever the application raised."""


def stream(gate, wire, path="/bulk", method="POST", **said):
    """Ask for a stream; give the answer, and what was raised instead of an end."""
    said = {"format": "jsonl", "agreement": "coded", "columns": ["household"], **said}

    async def run():
        problem = None
        try:
            body = asking(**said) if method == "POST" else None
            wire._body = json.dumps(body).encode() if body else b""
            scope = {"type": "http", "method": method, "path": path, "headers": gate.headers()}
            await gate.running.app(scope, wire.receive, wire.send)
        except AnswerableError as error:
            problem = error
        return wire.answer, problem

    return asyncio.run(run())


def after(parts, do):
    """Give a wire on which something happens once so many parts came."""
    wire = Wire()

    def before(message):
        if message.get("body") and len(wire.parts) == parts:
            do(wire)

    wire.before = before
    return wire


def release_of(answer):
    return int(answer.headers["answerable-release"])


def test_a_stream_comes_in_parts(slowly):
    wire = Wire()
    answer, problem = stream(slowly, wire)
    assert (answer.whole, problem, len(wire.parts)) == (True, None, 7)


def _suspend(gate):
    def do(wire):
        gate.later()
        gate.suspend("coded", BULK)

    return do


def test_a_suspension_stops_a_stream_that_runs(slowly):
    answer, problem = stream(slowly, after(1, _suspend(slowly)))
    assert (answer.status, answer.whole) == (200, False)
    assert problem.code == "door.stopped"
    given = len(answer.body.splitlines())
    assert given < ALL
    rows_noted, how = slowly.ended(release_of(answer))
    assert how == "stopped"
    assert given <= rows_noted < ALL
    assert b'answerable_refused_total{code="door.stopped"} 1.0' in slowly.running.figures.text()


def test_what_lapses_by_itself_stops_a_stream_at_its_second(slowly):
    slowly.agree("short", PURPOSE, ends=NOW + HOUR, review=NOW.date())
    slowly.later(HOUR - SECOND)
    wire = after(2, lambda wire: slowly.later())
    answer, problem = stream(slowly, wire, agreement="short")
    assert (answer.whole, problem.code) == (False, "door.stopped")
    assert len(wire.parts) <= 3


def test_a_list_that_grows_too_old_stops_a_stream(slowly):
    slowly.later(22 * HOUR)
    slowly.catch_up()
    answer, problem = stream(slowly, after(1, lambda wire: slowly.later(2 * HOUR)))
    assert (answer.whole, problem.code) == (False, "door.stopped")


def test_the_suspension_of_something_else_stops_nothing(slowly):
    def do(wire):
        slowly.later()
        slowly.suspend("coded", LOOKUP)
        slowly.suspend("plain")

    answer, problem = stream(slowly, after(1, do))
    assert (answer.whole, problem) == (True, None)
    assert slowly.ended(release_of(answer)) == (ALL - 1, "sent")


def test_a_limit_on_how_often_does_not_stop_what_began(slowly):
    answer, problem = stream(slowly, Wire(), agreement="slowly")
    assert (answer.whole, problem) == (True, None)


def test_a_slow_caller_loses_its_permission_too(slowly):
    wire = Wire()

    async def before(message):
        if len(wire.parts) == 1:
            _suspend(slowly)(wire)
            await asyncio.Event().wait()  # whoever reads has stopped reading

    wire.before = before
    answer, problem = stream(slowly, wire)
    assert (answer.whole, problem.code, len(wire.parts)) == (False, "door.stopped", 1)
    assert slowly.ended(release_of(answer))[1] == "stopped"


def test_a_no_removes_somebody_from_what_is_still_to_come(slowly):
    last = rows()[130]["household"]

    def do(wire):
        with GatewayVault(slowly.running.point.vault.path) as vault:
            vault.feed(OPT_OUTS, [OUT, DRY, last], slowly.clock.moment)

    answer, problem = stream(slowly, after(1, do))
    codes = {row["household"] for row in read("jsonl", answer.body)}
    coder = slowly.running.point.pseudonyms.for_("coded", "household")
    assert (answer.whole, problem) == (True, None)
    assert coder.code(last).hex() not in codes
    assert coder.code(DRY).hex() in codes  # gone already
    assert len(codes) == ALL - 4


def says_no(gate, *people):
    return lambda wire: gate.feed(OPT_OUTS, OUT, *people)


@pytest.fixture
def one_batch(gate, monkeypatch):
    """A gateway that sends one batch of rows in many parts."""
    monkeypatch.setattr(streaming, "_PART", 512)
    monkeypatch.setattr("answerable.gateway.door.sending.LOOK_AGAIN", 0.001)
    return gate


def is_given(gate, answer, person):
    return gate.running.point.pseudonyms.for_("coded", "household").code(person).hex() in str(
        answer.body
    )


LAST = rows()[130]["household"]


def test_a_no_stops_rows_that_are_made_and_not_sent(one_batch):
    answer, problem = stream(one_batch, after(3, says_no(one_batch, LAST)))
    assert (answer.whole, problem.code) == (False, "door.stopped")
    assert not is_given(one_batch, answer, LAST)
    assert one_batch.ended(release_of(answer))[1] == "stopped"
    answer, problem = stream(one_batch, Wire())
    assert (answer.whole, problem, is_given(one_batch, answer, LAST)) == (True, None, False)


def test_a_no_stops_them_while_the_caller_is_slow(one_batch):
    wire = Wire()

    async def before(message):
        if len(wire.parts) == 3:
            says_no(one_batch, LAST)(wire)
            await asyncio.Event().wait()

    wire.before = before
    _, problem = stream(one_batch, wire)
    assert (problem.code, len(wire.parts)) == ("door.stopped", 3)


def test_a_no_stops_the_rows_that_wait_for_their_group(slowly, monkeypatch):
    monkeypatch.setattr("answerable.gateway.formats.GROUP_ROWS", 60)
    early = rows()[10]["household"]
    for column in ("household", "address"):  # with the subject in it, and without
        slowly.feed(OPT_OUTS, OUT)
        before_batch(slowly, monkeypatch, 3, lambda: says_no(slowly, early)(None))
        answer, problem = stream(slowly, Wire(), format="parquet", columns=[column])
        assert (answer.body, problem.code) == (b"PAR1", "door.stopped")


def before_batch(gate, monkeypatch, number, do):
    """Let something happen before the source gives a batch."""
    source = gate.running.point.sources["homes"]
    batches = type(source).batches

    @contextmanager
    def batches_and_more(self, *said, **how):
        with batches(self, *said, **how) as real:

            def give():
                for place, batch in enumerate(real, start=1):
                    if place == number:
                        do()
                    yield batch

            yield give()

    monkeypatch.setattr(type(source), "batches", batches_and_more)


def test_a_no_of_somebody_who_is_gone_already_stops_nothing(slowly):
    answer, problem = stream(slowly, after(2, says_no(slowly, DRY, LAST)))
    assert (answer.whole, problem) == (True, None)
    assert is_given(slowly, answer, DRY)
    assert not is_given(slowly, answer, LAST)


def test_a_list_fed_again_stops_nothing(one_batch):
    answer, problem = stream(one_batch, after(3, says_no(one_batch)))
    assert (answer.whole, problem) == (True, None)


def test_a_yes_comes_too_late_for_what_began(slowly):
    def do(wire):
        with GatewayVault(slowly.running.point.vault.path) as vault:
            vault.feed(OPT_OUTS, [], slowly.clock.moment)

    answer, _ = stream(slowly, after(0, do))
    assert len(read("jsonl", answer.body)) == ALL - 1


def test_a_caller_that_hangs_up_while_it_is_waited_for(slowly):
    wire = Wire()

    async def before(message):
        if len(wire.parts) == 1:
            wire.gone.set()
            await asyncio.Event().wait()

    wire.before = before
    answer, problem = stream(slowly, wire)
    assert (answer.whole, problem) == (False, None)
    rows_noted, how = slowly.ended(release_of(answer))
    assert how == "hung-up"
    assert 20 <= rows_noted < ALL
    assert b"answerable_hung_up_total 1.0" in slowly.running.figures.text()


def test_a_caller_that_hangs_up_while_parts_are_sent(slowly):
    answer, _ = stream(slowly, after(1, lambda wire: wire.gone.set()))
    assert slowly.ended(release_of(answer))[1] == "hung-up"


def test_a_connection_that_breaks_is_a_caller_that_hung_up(slowly):
    def do(wire):
        raise ConnectionResetError

    answer, problem = stream(slowly, after(1, do))
    assert (answer.whole, problem) == (False, None)
    assert slowly.ended(release_of(answer))[1] == "hung-up"


def test_a_source_that_fails_in_the_middle_is_no_answer(slowly, monkeypatch):
    for error, code in (
        (Refused("source.moved", dataset="homes"), "source.moved"),
        (Broken("source.unreachable", place="homes"), "source.unreachable"),
        (RuntimeError(f"{MARK} is in a message of the database"), "door.failed"),
    ):
        fails_after(slowly, monkeypatch, error)
        answer, problem = stream(slowly, Wire())
        assert (answer.status, answer.whole, problem.code) == (200, False, code)
        assert slowly.ended(release_of(answer)) == (ALL - 1, "failed")
        assert MARK not in f"{problem!r}{problem}"
        monkeypatch.undo()


def fails_after(gate, monkeypatch, error):
    """Let the source give all of its batches, and then fail."""
    source = gate.running.point.sources["homes"]
    batches = type(source).batches

    @contextmanager
    def failing(self, *said, **how):
        with batches(self, *said, **how) as real:

            def give():
                yield from real
                raise error

            yield give()

    monkeypatch.setattr(type(source), "batches", failing)


def test_a_file_that_is_replaced_while_it_is_read_is_read_to_its_end(slowly):
    changed = [{**row, "address": f"new {MARK} road"} for row in rows()]
    beside = slowly.folder / "new.sqlite3"
    write_homes(beside, changed)
    wire = after(1, lambda wire: beside.replace(slowly.homes))
    answer, problem = stream(slowly, wire, agreement="plain", columns=["address"])
    assert (answer.whole, problem) == (True, None)
    assert [row["address"] for row in read("jsonl", answer.body)] == [
        row["address"] for row in rows()
    ]
    again, _ = stream(slowly, Wire(), agreement="plain", columns=["address"])
    assert {row["address"] for row in read("jsonl", again.body)} == {f"new {MARK} road"}


# Open data.


def test_open_data_stops_when_the_register_grows_too_old(slowly):
    wire = after(1, lambda wire: slowly.later(40 * DAY))
    answer, problem = stream(slowly, wire, path="/open/rain.csv", method="GET")
    assert (answer.whole, problem.code) == (False, "door.stopped")
    assert slowly.ended(release_of(answer))[1] == "stopped"


def test_a_stream_of_open_data_is_not_about_any_agreement(slowly):
    answer, _ = stream(slowly, Wire(), path="/open/rain.arrow", method="GET")
    found = read("arrow", answer.body)
    assert len(found) == 48
    assert set(found[0]) == {"gauge", "read_at", "rain_mm"}
    assert MARK not in str(found)
