"""After the query, in Arrow: codes instead of values, and nobody who was left out meanwhile."""

from collections.abc import Collection, Mapping
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from answerable.gateway.compile import SUBJECT
from answerable.gateway.pseudonyms import Coder


class Coding:
    """What is done to every batch of one release before it is written."""

    def __init__(self, coders: Mapping[str, Coder], subject: str | None) -> None:
        """Begin.

        Args:
            coders: what makes the codes of a column, by the column's name.
            subject: the column that names people, if anybody may have to be left out; one that
                is hidden goes.
        """
        self._coders = coders
        self._subject = subject

    def give(self, batch: pa.RecordBatch, left_out: Collection[str]) -> pa.RecordBatch:
        """Give what may leave of a batch.

        Args:
            batch: as the query gave it.
            left_out: people who were put on a list after the query began.
        """
        if self._subject and left_out:
            batch = _without(batch, self._subject, left_out)
        if self._subject == SUBJECT:
            batch = batch.drop_columns([SUBJECT])
        for name, coder in self._coders.items():
            place = batch.schema.get_field_index(name)
            codes = coder.codes(batch.column(place))
            batch = batch.set_column(place, pa.field(name, codes.type), codes)
        return batch


def names_any(subjects: "pa.Array[Any]", people: Collection[str]) -> bool:
    """Tell whether somebody is among the subjects of some rows."""
    return bool(people and pc.any(_are(subjects, people)).as_py())


def _without(batch: pa.RecordBatch, subject: str, left_out: Collection[str]) -> pa.RecordBatch:
    return batch.filter(pc.invert(_are(batch.column(subject), left_out)))


def _are(subjects: "pa.Array[Any]", people: Collection[str]) -> "pa.Array[Any]":
    return pc.is_in(subjects, value_set=pa.array(list(people), subjects.type))
