"""What is written is read back by somebody else's reader, cell by cell."""

import csv
import io
import json
from datetime import UTC, date, datetime
from decimal import Decimal

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st

from answerable.gateway.formats import GROUP_ROWS, Format, writer
from answerable.model.errors import Refused

NOON = datetime(2026, 3, 14, 12, tzinfo=UTC)
TYPES = {
    "text": (
        pa.string(),
        st.text() | st.sampled_from(["", '"', ",", "a\r\nb", "=1+1", "@x", "\\"]),
    ),
    "integer": (pa.int64(), st.integers(-(2**63), 2**63 - 1)),
    "float": (pa.float64(), st.floats(allow_nan=False, allow_infinity=False)),
    "decimal": (pa.decimal128(12, 3), st.decimals(-(10**8), 10**8, places=3)),
    "day": (pa.date32(), st.dates()),
    "time": (
        pa.timestamp("us", "UTC"),
        st.datetimes(timezones=st.just(UTC))
        | st.datetimes(timezones=st.just(UTC)).map(lambda at: at.replace(microsecond=0)),
    ),
    "yes_no": (pa.bool_(), st.booleans()),
    "code": (pa.binary(16), st.binary(min_size=16, max_size=16)),
}
SCHEMA = pa.schema([(name, type_) for name, (type_, _) in TYPES.items()])
ROW = st.fixed_dictionaries({name: st.none() | values for name, (_, values) in TYPES.items()})
TABLES = st.lists(st.lists(ROW, max_size=8), max_size=4)


def made(form, batches, schema=SCHEMA):
    """Write batches; every second one is a slice of a longer one."""
    out = writer(form, schema)
    parts = []
    for number, rows in enumerate(batches):
        batch = pa.RecordBatch.from_pylist([*rows[:1], *rows], schema)
        cut = batch.slice(1) if number % 2 and rows else None
        parts.append(out.write(cut or pa.RecordBatch.from_pylist(rows, schema)))
    return b"".join([*parts, out.end()])


def flat(batches):
    return [row for rows in batches for row in rows]


def moment(text):
    assert text.endswith("Z")
    assert "." not in text or not text.endswith(".000000Z")
    return datetime.fromisoformat(text)


READ = {
    "text": str,
    "integer": int,
    "float": float,
    "decimal": Decimal,
    "day": date.fromisoformat,
    "time": moment,
    "yes_no": {"yes": True, "no": False}.__getitem__,
    "code": bytes.fromhex,
}


def cells(text):
    """Read RFC 4180 sign by sign; what is empty and has no quotes is nothing."""
    rows, row, cell, quoted, was, place = [], [], "", False, False, 0
    while place < len(text):
        sign = text[place]
        if quoted and text[place : place + 2] == '""':
            cell, place = cell + '"', place + 1
        elif sign == '"':
            quoted, was = not quoted, True
        elif not quoted and (sign == "," or text[place : place + 2] == "\r\n"):
            row.append(cell if cell or was else None)
            cell, was = "", False
            if sign == "\r":
                rows.append(row)
                row, place = [], place + 1
        else:
            cell += sign
        place += 1
    assert (row, cell, quoted) == ([], "", False)
    return rows


@given(TABLES)
def test_parquet_is_read_back(batches):
    table = pq.read_table(pa.BufferReader(made(Format.PARQUET, batches)))
    assert table.schema.equals(SCHEMA)
    assert table.to_pylist() == flat(batches)


@given(TABLES)
def test_an_arrow_stream_is_read_back(batches):
    table = pa.ipc.open_stream(made(Format.ARROW, batches)).read_all()
    assert table.schema.equals(SCHEMA)
    assert table.to_pylist() == flat(batches)


@given(TABLES)
def test_csv_is_read_back(batches):
    head, *rows = cells(made(Format.CSV, batches).decode())
    assert head == SCHEMA.names
    read = [
        {k: None if v is None else READ[k](v) for k, v in zip(head, row, strict=True)}
        for row in rows
    ]
    assert read == flat(batches)


@given(TABLES)
def test_csv_is_read_by_the_common_reader(batches):
    text = made(Format.CSV, batches).decode()
    rows = list(csv.DictReader(io.StringIO(text, newline=""), strict=True))
    assert [row["text"] for row in rows] == [row["text"] or "" for row in flat(batches)]
    assert [row["code"] for row in rows] == [(r["code"] or b"").hex() for r in flat(batches)]


@given(TABLES)
def test_json_lines_are_read_back(batches):
    data = made(Format.JSONL, batches)
    lines = data.decode().split("\n")
    assert lines.pop() == ""
    for line, row in zip(lines, flat(batches), strict=True):
        read = json.loads(line, parse_float=Decimal)
        assert list(read) == SCHEMA.names
        assert read.pop("yes_no") is row["yes_no"]
        for name, value in read.items():
            assert (None if value is None else READ[name](value)) == row[name], name


@pytest.mark.parametrize("form", Format)
def test_without_a_batch_a_file_is_whole_and_empty(form):
    data = made(form, [])
    match form:
        case Format.PARQUET:
            assert pq.read_table(pa.BufferReader(data)).equals(SCHEMA.empty_table())
        case Format.ARROW:
            assert pa.ipc.open_stream(data).read_all().equals(SCHEMA.empty_table())
        case Format.CSV:
            assert cells(data.decode()) == [SCHEMA.names]
        case Format.JSONL:
            assert data == b""


def one(form, name, type_, *values):
    return made(form, [[{name: value} for value in values]], pa.schema([(name, type_)]))


def test_cells_of_csv_exactly():
    schema = pa.schema([("a b", pa.string()), ('q"', pa.bool_()), ("t", pa.timestamp("us", "UTC"))])
    rows = [
        {"a b": 'say "x", y', 'q"': True, "t": NOON},
        {"a b": "", 'q"': False, "t": NOON.replace(microsecond=5)},
        {"a b": None, 'q"': None, "t": None},
        {"a b": "=1+1", 'q"': None, "t": None},
    ]
    assert made(Format.CSV, [rows], schema).decode().splitlines() == [
        'a b,"q""",t',
        '"say ""x"", y",yes,2026-03-14T12:00:00Z',
        '"",no,2026-03-14T12:00:00.000005Z',
        ",,",
        "=1+1,,",
    ]
    assert b"\r\n" in made(Format.CSV, [rows], schema)


def test_a_row_without_its_only_value_is_still_a_row_in_csv():
    data = one(Format.CSV, "a", pa.int64(), 1, None, 2)
    assert list(csv.reader(data.decode().splitlines())) == [["a"], ["1"], [""], ["2"]]


def test_cells_of_json_exactly():
    text = '\\ "q" \x00\x1f\x7f\u2028 é 😀\n'
    line = one(Format.JSONL, 'n"', pa.string(), text)
    assert line == '{"n\\"":"\\\\ \\"q\\" \\u0000\\u001f\x7f\u2028 é 😀\\n"}\n'.encode()
    assert one(Format.JSONL, "n", pa.decimal128(9, 2), Decimal("1.50"), None) == (
        b'{"n":1.50}\n{"n":null}\n'
    )
    assert one(Format.JSONL, "n", pa.binary(16), bytes(16)) == b'{"n":"' + b"0" * 32 + b'"}\n'


@pytest.mark.parametrize("form", [Format.CSV, Format.JSONL])
@pytest.mark.parametrize("value", [float("nan"), float("inf"), float("-inf")])
def test_a_number_that_is_none_or_endless_is_refused(form, value):
    with pytest.raises(Refused) as caught:
        one(form, "size", pa.float64(), 1.0, value)
    assert (caught.value.code, caught.value.params) == ("format.value", {"column": "size"})


@pytest.mark.parametrize("form", [Format.CSV, Format.JSONL])
@pytest.mark.parametrize("type_", [pa.timestamp("us"), pa.time64("us"), pa.list_(pa.string())])
def test_a_type_that_no_catalogue_column_has_is_refused(form, type_):
    with pytest.raises(Refused) as caught:
        one(form, "n", type_, None)
    assert caught.value.code == "format.value"


@pytest.mark.parametrize("form", Format)
def test_every_form_has_a_media_type(form):
    assert "/" in form.media
    assert form.media == Format(form.value).media


def test_a_parquet_group_is_written_when_it_is_full():
    schema = pa.schema([("n", pa.int64())])
    batch = pa.record_batch([pa.array(range(50_000))], schema=schema)
    out = writer(Format.PARQUET, schema)
    sent = [out.write(batch) for _ in range(9)]
    assert [bool(part) for part in sent[1:]] == [
        False,
        True,
        False,
        False,
        True,
        False,
        False,
        True,
    ]
    file = pq.ParquetFile(pa.BufferReader(b"".join([*sent, out.end()])))
    groups = [file.metadata.row_group(n).num_rows for n in range(file.num_row_groups)]
    assert sum(groups) == 450_000
    assert max(groups) <= GROUP_ROWS


@pytest.mark.parametrize("form", Format)
def test_memory_does_not_grow_with_the_rows(form):
    """Arrow's own count of what it holds is the same after ten and after a hundred batches."""
    schema = pa.schema([("t", pa.string()), ("n", pa.int64())])
    size = 20_000
    batch = pa.record_batch([pa.array(["some text"] * size), pa.array(range(size))], schema=schema)
    out = writer(form, schema)
    held = []
    for _ in range(100):
        out.write(batch)
        held.append(pa.total_allocated_bytes())
    assert max(held[50:]) <= max(held[:50])
