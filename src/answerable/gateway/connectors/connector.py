"""What every connector promises."""

from collections.abc import Collection, Iterator, Mapping
from contextlib import AbstractContextManager
from typing import Protocol

import pyarrow as pa

from answerable.gateway.compile import Dialect, Query, Table
from answerable.model.dataset import ColumnType

BATCH_ROWS = 65_536


class Connector(Protocol):
    """A way to read one dataset where it is. It never writes."""

    @property
    def dialect(self) -> Dialect:
        """The language that queries must be in."""

    @property
    def table(self) -> Table:
        """What queries must read from."""

    def check(self, wanted: Mapping[str, ColumnType]) -> None:
        """Look whether the source has these catalogue columns, with fitting types.

        Raises:
            Refused: ``source.column`` for one that is not there, ``source.type`` for one that is
                of another type, ``source.form`` when the source is not what it is said to be.
            Broken: ``source.unreachable``, ``source.driver``, ``source.secret``.
        """

    def version(self) -> str:
        """Give a text that changes when the data does.

        Raises:
            Broken: ``source.unreachable``, ``source.driver``, ``source.secret``.
        """

    def batches(
        self, query: Query, left_out: Mapping[str, Collection[str]], *, rows: int = BATCH_ROWS
    ) -> AbstractContextManager[Iterator[pa.RecordBatch]]:
        """Stream the answer to a query, as it was at one moment; memory does not grow with it.

        There is always a first batch, even of no rows, and all have its schema: text and codes
        utf8, whole numbers int64, decimals float64 or decimal128 as in the source, days date32,
        times timestamp[us, UTC], yes and no bool. What came before an error is not an answer.

        Args:
            query: what is asked.
            left_out: who is on each list that the query names; only those are handed on.
            rows: about how many a batch holds.

        Raises:
            Refused: as `check`; ``source.value`` for a value that is not of its type;
                ``source.moved`` when the source was changed while it was read;
                ``source.left-out`` for a list that is not given.
            Broken: as `check`.
        """
