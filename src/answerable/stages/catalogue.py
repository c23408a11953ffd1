"""Catalogue: what data exists, column by column; descriptions only, never the data."""

from answerable.model.base import Slug
from answerable.model.command import Command, Said, rule, says
from answerable.model.dataset import (
    Access,
    ColumnDescribed,
    ColumnFields,
    Dataset,
    DatasetDescribed,
    DatasetFields,
    Sensitivity,
)
from answerable.model.errors import Refused
from answerable.model.state import State


class DescribeDataset(DatasetFields, Command):
    """Describe a dataset you answer for."""


class DescribeColumn(ColumnFields, Command):
    """Describe one column of a dataset."""

    dataset: Slug


says(DescribeDataset, DatasetDescribed)
says(DescribeColumn, ColumnDescribed)


@rule(DatasetDescribed)
def check_dataset(state: State, body: DatasetDescribed, _said: Said) -> None:
    """Refuse a name that is taken, and open data without a licence."""
    state.free(Dataset, body.dataset)
    if body.access is Access.OPEN and not body.licence:
        raise Refused("dataset.licence", dataset=body.dataset)


@rule(ColumnDescribed)
def check_column(state: State, body: ColumnDescribed, _said: Said) -> None:
    """Refuse a column that is described already, and a personal one in open data."""
    dataset = state.get(Dataset, body.dataset)
    if dataset.column(body.column):
        raise Refused("column.taken", dataset=body.dataset, column=body.column)
    if dataset.access is Access.OPEN and body.sensitivity is not Sensitivity.NONE:
        raise Refused("column.open", dataset=body.dataset, column=body.column)
