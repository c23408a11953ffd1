"""Where data is, and how it is read there: never written, never more than the query asks.

described   what whoever runs the gateway says about a source
connector   what every connector promises
engine, files   DuckDB, locked in, for Parquet, comma-separated values and its own files
sqlite, postgres
places      files that others may replace while they are read
fitting     from what a source gave to the Arrow types that were promised
"""

from pathlib import Path

from answerable.gateway.connectors.connector import BATCH_ROWS, Connector
from answerable.gateway.connectors.described import (
    CsvSource,
    Described,
    DuckdbSource,
    ParquetSource,
    PostgresSource,
    SqliteSource,
)
from answerable.gateway.connectors.files import csv_files, duckdb_file, parquet
from answerable.gateway.connectors.postgres import Postgres
from answerable.gateway.connectors.sqlite import Sqlite

__all__ = [
    "BATCH_ROWS",
    "Connector",
    "CsvSource",
    "Described",
    "DuckdbSource",
    "ParquetSource",
    "PostgresSource",
    "SqliteSource",
    "open_connector",
]


def open_connector(described: Described, home: Path) -> Connector:
    """Make the connector of a source; nothing is read yet.

    Args:
        described: the source.
        home: what its paths are relative to.
    """
    match described:
        case ParquetSource():
            return parquet(described, home)
        case CsvSource():
            return csv_files(described, home)
        case DuckdbSource():
            return duckdb_file(described, home)
        case SqliteSource():
            return Sqlite(described, home)
        case PostgresSource():
            return Postgres(described, home)
