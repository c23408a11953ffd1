"""What bulk data is written as: Parquet, CSV, JSON Lines or an Arrow stream, as it comes.

A writer keeps no more than one group of rows, however many pass through it. Text is never altered.
A cell that begins with ``=``, ``@``, ``+`` or ``-`` is given as it is, although a spreadsheet may
take it for a formula: a program that reads the file must find what the source holds, and no reader
could tell an altered cell from one that was so. Whoever opens a file in a spreadsheet has to import
its columns as text.
"""

import io
import json
from collections.abc import Callable, Sequence
from enum import StrEnum
from typing import Any, Final, Protocol, TypeAlias

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from answerable.model.errors import Refused

GROUP_ROWS: Final = 131_072
"""Rows of a Parquet row group, at most."""

_GROUP_BYTES: Final = 64 << 20
_SLICE_ROWS: Final = 16_384
"""Rows that are turned into text at once: few enough to stay near the processor."""

_CODE: Final = pa.binary(16)
_DIGITS: Final = 2
_HEX: Final = np.frombuffer("".join(f"{byte:02x}" for byte in range(256)).encode(), np.uint16)
"""The two digits of every byte."""

Column: TypeAlias = "pa.Array[Any]"


class Format(StrEnum):
    """A form in which bulk data can be asked for; its value is also the ending of a file."""

    PARQUET = "parquet"
    CSV = "csv"
    JSONL = "jsonl"
    ARROW = "arrow"

    @property
    def media(self) -> str:
        """The media type."""
        return _MEDIA[self]


_MEDIA: Final = {
    Format.PARQUET: "application/vnd.apache.parquet",
    Format.CSV: "text/csv; charset=utf-8; header=present",
    Format.JSONL: "application/jsonl; charset=utf-8",
    Format.ARROW: "application/vnd.apache.arrow.stream",
}


class Writer(Protocol):
    """Turns batches into the bytes of one file; each method gives what is ready to be sent."""

    @property
    def waiting(self) -> int:
        """How many rows were taken that are in nothing that was given."""

    def write(self, batch: pa.RecordBatch) -> bytes:
        """Take a batch of the writer's schema; what it gives may be empty.

        Raises:
            Refused: ``format.value``, with the column, for what text has no way to say: a number
                that is none or endless, a type that no catalogue column has.
        """

    def end(self) -> bytes:
        """Give the rest, once. Without it the file is not whole; without any batch it is empty."""


def writer(form: Format, schema: pa.Schema) -> Writer:
    """Give a writer of batches of this schema.

    Codes, 16 bytes each, stay bytes in Parquet and Arrow, and are 32 hexadecimal digits in text.
    """
    return _WRITERS[form](schema)


# Parquet and Arrow.


class _Sink(io.RawIOBase):
    """A file whose content is taken away as it grows."""

    def __init__(self) -> None:
        super().__init__()
        self._parts: list[bytes] = []

    def writable(self) -> bool:
        return True

    def write(self, data: Any) -> int:
        self._parts.append(bytes(data))
        return len(self._parts[-1])

    def taken(self) -> bytes:
        parts, self._parts = self._parts, []
        return b"".join(parts)


class _Parquet:
    """Compressed by Zstandard, in groups of rows that are written when they are full."""

    def __init__(self, schema: pa.Schema) -> None:
        self._sink = _Sink()
        sink: Any = self._sink  # any file will do
        codes = {field.name for field in schema if field.type == _CODE}
        others: Any = [name for name in schema.names if name not in codes]
        self._file = pq.ParquetWriter(
            sink,
            schema,
            # a code is unlike any other: to look for what repeats would be in vain
            compression={name: "none" if name in codes else "zstd" for name in schema.names},
            use_dictionary=others,
        )
        self._group: list[pa.RecordBatch] = []
        self.waiting = self._bytes = 0

    def write(self, batch: pa.RecordBatch) -> bytes:
        self._group.append(batch)
        self.waiting += batch.num_rows
        self._bytes += batch.nbytes
        if self.waiting >= GROUP_ROWS or self._bytes >= _GROUP_BYTES:
            self._flush()
        return self._sink.taken()

    def end(self) -> bytes:
        if self.waiting:
            self._flush()
        self._file.close()
        return self._sink.taken()

    def _flush(self) -> None:
        self._file.write_table(pa.Table.from_batches(self._group), row_group_size=GROUP_ROWS)
        self._group, self.waiting, self._bytes = [], 0, 0
        pa.default_memory_pool().release_unused()  # or it grows with the rows that went through


class _Arrow:
    """An IPC stream, not compressed: every reader of Arrow reads that."""

    waiting = 0

    def __init__(self, schema: pa.Schema) -> None:
        self._sink = _Sink()
        self._stream = pa.ipc.new_stream(self._sink, schema)

    def write(self, batch: pa.RecordBatch) -> bytes:
        self._stream.write_batch(batch)
        return self._sink.taken()

    def end(self) -> bytes:
        self._stream.close()
        return self._sink.taken()


# CSV and JSON Lines: whole columns are made into text, then joined across.


class _Csv:
    """RFC 4180, with a header.

    Days and times are as ISO 8601 writes them, a time in UTC and with a fraction of a second only
    where it has one; yes or no; codes are hexadecimal. A cell without a value is empty, and empty
    text is ``""``. In a table of one column both are ``""``, as an empty line would be no row.
    """

    waiting = 0

    def __init__(self, schema: pa.Schema) -> None:
        self._head = _line([_quoted_where_needed(pa.array([name])) for name in schema.names])
        self._none = "" if len(schema) > 1 else '""'

    def write(self, batch: pa.RecordBatch) -> bytes:
        return self._begun() + _sliced(batch, self._rows)

    def end(self) -> bytes:
        return self._begun()

    def _begun(self) -> bytes:
        head, self._head = self._head, b""
        return head

    def _rows(self, batch: pa.RecordBatch) -> bytes:
        cells = [_csv_cells(batch, place) for place in range(batch.num_columns)]
        return _line([_filled(column, self._none) for column in cells])


def _line(cells: Sequence[Column]) -> bytes:
    between = [","] * (len(cells) - 1) + ["\r\n"]
    return _bytes([part for pair in zip(cells, between, strict=True) for part in pair])


def _csv_cells(batch: pa.RecordBatch, place: int) -> Column:
    written = _cells(batch, place)
    return _quoted_where_needed(written) if _is_text(batch.column(place).type) else written


def _quoted_where_needed(written: Column) -> Column:
    needed = pc.match_substring_regex(written, '[",\r\n]|^$')
    if not pc.any(needed).as_py():
        return written
    doubled = pc.replace_substring(written, '"', '""')
    return _either(needed, _joined(['"', doubled, '"']), written)


class _JsonLines:
    """One JSON object in each line (RFC 8259), every column in each.

    Numbers are written with all their digits; days, times and codes as text, as in CSV.
    """

    waiting = 0

    def __init__(self, schema: pa.Schema) -> None:
        names = [json.dumps(name, ensure_ascii=False) for name in schema.names]
        self._keys = ["{" + names[0] + ":", *("," + name + ":" for name in names[1:])]

    def write(self, batch: pa.RecordBatch) -> bytes:
        return _sliced(batch, self._rows)

    def end(self) -> bytes:
        return b""

    def _rows(self, batch: pa.RecordBatch) -> bytes:
        parts: list[Any] = []
        for place, key in enumerate(self._keys):
            parts += [key, _filled(_json_values(batch, place), "null")]
        return _bytes([*parts, "}\n"])


def _json_values(batch: pa.RecordBatch, place: int) -> Column:
    type_ = batch.column(place).type
    if pa.types.is_boolean(type_):
        return batch.column(place).cast(pa.string())
    written = _cells(batch, place)
    if _is_text(type_):
        return _json_strings(written)
    return written if _is_number(type_) else _joined(['"', written, '"'])


def _json_strings(written: Column) -> Column:
    """Put quotes around; the few cells that need more than that are written one by one."""
    quoted = _joined(['"', written, '"'])
    special: Any = _filled(pc.match_substring_regex(written, r'[\x00-\x1f"\\]'), False)
    if not pc.any(special).as_py():
        return quoted
    escaped = [json.dumps(text, ensure_ascii=False) for text in written.filter(special).to_pylist()]
    strings: Column = pc.replace_with_mask(quoted, special, pa.array(escaped, pa.string()))
    return strings


def _sliced(batch: pa.RecordBatch, rows: Callable[[pa.RecordBatch], bytes]) -> bytes:
    starts = range(0, batch.num_rows, _SLICE_ROWS)
    return b"".join(rows(batch.slice(start, _SLICE_ROWS)) for start in starts)


def _cells(batch: pa.RecordBatch, place: int) -> Column:
    """Write a column as text.

    Raises:
        Refused: ``format.value``.
    """
    try:
        return texts(batch.column(place))
    except ValueError:
        raise Refused("format.value", column=batch.schema.names[place]) from None


def _filled(column: Column, none: Any) -> Column:
    filled: Column = column.fill_null(none)
    return filled


def _either(holds: Column, one: Any, other: Any) -> Column:
    chosen: Column = pc.if_else(holds, one, other)
    return chosen


def _joined(parts: Sequence[Any]) -> Column:
    joined: Column = pc.binary_join_element_wise(*parts, "")
    return joined


def _bytes(parts: Sequence[Any]) -> bytes:
    """Join columns and constants across, and give the rows one after the other."""
    rows = _joined(parts)
    _, offsets, data = rows.buffers()
    if not offsets or not data:
        return b""
    all_ = np.frombuffer(memoryview(offsets), np.int32)
    first, last = int(all_[rows.offset]), int(all_[rows.offset + len(rows)])
    return data.slice(first, last - first).to_pybytes()


# The one way in which a value is written as text.


def texts(values: Column) -> Column:
    """Write values as text; no value stays none.

    A time is ``2026-03-14T04:00:00Z``, with six more digits where it is not a whole second; a day
    is ``2026-03-14``; yes or no; bytes are hexadecimal; a number has all its digits.

    Raises:
        ValueError: for a type that no catalogue column has, a time that is not in UTC, or a number
            that is none or endless.
    """
    type_ = values.type
    if pa.types.is_boolean(type_):
        return _either(values, "yes", "no")
    if pa.types.is_timestamp(type_):
        return _times(values)
    if pa.types.is_fixed_size_binary(type_):
        return _hexadecimal(values)
    if pa.types.is_floating(type_) and pc.all(pc.is_finite(values)).as_py() is False:
        raise ValueError
    if _is_number(type_) or pa.types.is_date(type_) or _is_text(type_):
        return values.cast(pa.string())
    raise ValueError


def _is_number(type_: pa.DataType) -> bool:
    return pa.types.is_integer(type_) or pa.types.is_floating(type_) or pa.types.is_decimal(type_)


def _is_text(type_: pa.DataType) -> bool:
    return type_ in (pa.string(), pa.large_string(), pa.string_view())


def _times(values: Column) -> Column:
    if values.type != pa.timestamp("us", "UTC"):
        raise ValueError
    # without its zone a time is written thirty times faster
    written = values.cast(pa.timestamp("us")).cast(pa.string())
    whole = pc.ends_with(written, ".000000")
    short = _either(whole, pc.utf8_slice_codeunits(written, 0, -len(".000000")), written)
    return _joined([pc.binary_replace_slice(short, 10, 11, "T"), "Z"])


def _hexadecimal(values: Column) -> Column:
    width, size = values.type.byte_width, len(values)
    given = np.frombuffer(memoryview(values.buffers()[1] or b""), np.uint8)
    given = given[values.offset * width : (values.offset + size) * width]
    offsets = np.arange(size + 1, dtype=np.int32) * (width * _DIGITS)
    digits = pa.py_buffer(_HEX[given].tobytes())
    written = pa.StringArray.from_buffers(size, pa.py_buffer(offsets.tobytes()), digits)
    return _either(values.is_valid(), written, None) if values.null_count else written


_WRITERS: Final[dict[Format, Callable[[pa.Schema], Writer]]] = {
    Format.PARQUET: _Parquet,
    Format.CSV: _Csv,
    Format.JSONL: _JsonLines,
    Format.ARROW: _Arrow,
}
