"""From a plan to the one query that may exist, in the language of one kind of database.

Limits do not filter what a query returned; they decide what query can exist. A column that the
plan does not name is not in the statement; every value is bound; names come from configuration.
What has no entry in the table of a dialect is refused.

    shapes       what the compiler is told, and what it gives
    expressions  the blocks, and the table that each dialect fills
    duckdb, sqlite, postgres    what can be said in each
    values       which values may be bound
    query        from a plan to one statement
"""

from answerable.gateway.compile.query import count_query, lookup_query, places_query, rows_query
from answerable.gateway.compile.shapes import PEOPLE, ROWS, SUBJECT, Dialect, Query, Table

__all__ = [
    "PEOPLE",
    "ROWS",
    "SUBJECT",
    "Dialect",
    "Query",
    "Table",
    "count_query",
    "lookup_query",
    "places_query",
    "rows_query",
]
