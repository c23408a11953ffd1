"""Parquet, comma-separated values and DuckDB files: what each shows to the engine."""

import csv
from collections.abc import Mapping
from functools import partial
from io import StringIO
from pathlib import Path
from typing import Final

from answerable.gateway.compile import Table
from answerable.gateway.connectors.described import CsvSource, DuckdbSource, ParquetSource, full
from answerable.gateway.connectors.engine import Engine, Kind, Shown, bad_cell, literal, quoted
from answerable.gateway.connectors.places import Opened
from answerable.model.dataset import ColumnType
from answerable.model.errors import Refused

_FILE: Final = "held"
_LONGEST_HEADER: Final = 1_000_000


def parquet(described: ParquetSource, home: Path) -> Engine:
    """Read Parquet files."""
    paths = tuple(full(path, home) for path in described.paths)
    return Engine(described, Kind(paths, lambda files: files.names, _show_parquet))


def _show_parquet(files: Opened, _wanted: Mapping[str, ColumnType], _table: Table) -> Shown:
    view = f"SELECT * FROM read_parquet({_list(files)}, hive_partitioning = false)"  # noqa: S608
    return Shown(view, view)


def _list(files: Opened) -> str:
    return f"[{', '.join(map(literal, files.names))}]"


def duckdb_file(described: DuckdbSource, home: Path) -> Engine:
    """Read a table of a DuckDB file."""
    path = full(described.path, home)
    stem, mark, rest = str(path).partition("?")  # which DuckDB takes for the end of a name
    log = Path(f"{stem}.wal{mark}{rest}")
    names = (str(path), str(log))
    show = partial(_show_table, path, f"{quoted(described.schema_)}.{quoted(described.table_)}")
    return Engine(described, Kind((path,), lambda _: names, show, hold=False, sidecars=(log,)))


def _show_table(
    path: Path, relation: str, _files: Opened, wanted: Mapping[str, ColumnType], table: Table
) -> Shown:
    """Show the wanted columns, text by code point whatever the table says."""
    view = ", ".join(_by_code_point(table.source_name(each), wanted[each]) for each in wanted)
    return Shown(
        f"SELECT * FROM {_FILE}.{relation}",  # noqa: S608 - quoted names of configuration
        f"SELECT {view or 1} FROM {_FILE}.{relation}",  # noqa: S608
        before=f"ATTACH {literal(str(path))} AS {_FILE} (READ_ONLY)",
    )


def _by_code_point(name: str, type_: ColumnType) -> str:
    words = type_ in (ColumnType.TEXT, ColumnType.CODE)
    return f'{quoted(name)} COLLATE "C" AS {quoted(name)}' if words else quoted(name)


def csv_files(described: CsvSource, home: Path) -> Engine:
    """Read files of comma-separated values."""
    paths = tuple(full(path, home) for path in described.paths)
    show = partial(_show_csv, described.dataset, described.separator)
    return Engine(described, Kind(paths, lambda files: files.names, show))


def _show_csv(
    dataset: str,
    separator: str,
    files: Opened,
    wanted: Mapping[str, ColumnType],
    table: Table,
) -> Shown:
    """Show the wanted columns, each cell read as the catalogue says it must be written."""
    header = _header(dataset, separator, files)
    cells = []
    for position, (column, type_) in enumerate(wanted.items()):
        name = table.source_name(column)
        if header.count(name) != 1:
            raise Refused("source.column", dataset=dataset, column=column)
        cells.append(f"{_read(f'k{header.index(name)}', type_, position)} AS {quoted(name)}")
    shown = ", ".join(cells) or "1"
    view = f"SELECT {shown} FROM {_scan(files, separator, len(header))}"  # noqa: S608
    return Shown(view, view)


def _scan(files: Opened, separator: str, width: int) -> str:
    columns = ", ".join(f"'k{place}': 'VARCHAR'" for place in range(width))
    return (
        f"read_csv({_list(files)}, auto_detect = false, header = true, columns = {{{columns}}}, "
        f"delim = {literal(separator)}, quote = '\"', escape = '\"', nullstr = '', comment = '', "
        "allow_quoted_nulls = false, null_padding = false, ignore_errors = false, "
        "strict_mode = true, compression = 'none', hive_partitioning = false)"
    )


_FORMS = {
    ColumnType.INTEGER: ("-?(0|[1-9][0-9]{0,18})", "BIGINT"),
    ColumnType.DECIMAL: (r"-?[0-9]{1,300}(\.[0-9]{1,300})?([eE][+-]?[0-9]{1,3})?", "DOUBLE"),
    ColumnType.DATE: ("[0-9]{4}-[0-9]{2}-[0-9]{2}", "DATE"),
    ColumnType.TIME: (
        r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]{1,6})?Z",
        "TIMESTAMPTZ",
    ),
    ColumnType.YES_NO: ("yes|no|true|false|1|0", "BOOLEAN"),
}


def _read(cell: str, type_: ColumnType, position: int) -> str:
    if type_ not in _FORMS:
        return cell
    form, kept = _FORMS[type_]
    value = (
        f"CASE WHEN regexp_full_match({cell}, {literal(form)}) THEN TRY_CAST({cell} AS {kept}) END"
    )
    return f"CASE WHEN {cell} IS NOT NULL THEN coalesce({value}, {bad_cell(position)}) END"


def _header(dataset: str, separator: str, files: Opened) -> list[str]:
    """Read the names of the columns, which every file must have alike."""
    headers = [_first_line(dataset, separator, name) for name in files.names]
    if any(header != headers[0] for header in headers) or not headers[0]:
        raise Refused("source.form", dataset=dataset)
    return headers[0]


def _first_line(dataset: str, separator: str, name: str) -> list[str]:
    with Path(name).open("rb") as file:
        data = file.read(_LONGEST_HEADER)
    try:
        lines = StringIO(data.decode("utf-8-sig", "replace"), newline="")
        return next(csv.reader(lines, delimiter=separator, strict=True))
    except (csv.Error, StopIteration):
        raise Refused("source.form", dataset=dataset) from None
