"""The keyed copies in use: one for each dataset that may be looked up, renewed with its source."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from itertools import count
from pathlib import Path

from answerable.gateway.connectors import Connector
from answerable.gateway.readmodel import ReadModel, Shape, build
from answerable.model.agreement import Agreement
from answerable.model.dataset import ColumnType, Dataset
from answerable.model.errors import AnswerableError, Refused
from answerable.model.limits import Coarsen, OnlyRows, Pattern
from answerable.model.state import State


@dataclass(frozen=True, slots=True)
class Copy:
    """A copy, and the version of the source that it was made of."""

    model: ReadModel
    version: str


@dataclass(frozen=True, slots=True)
class Made:
    """What a look at the sources came to: copies to take into use, and troubles, by dataset.

    Attributes:
        wanted: the datasets that may be looked up at all.
    """

    copies: dict[str, Copy]
    troubles: dict[str, AnswerableError]
    wanted: set[str]


class Models:
    """Every copy in use.

    Any thread may `make` new ones; the thread that serves takes them into use, so that no copy is
    closed while it is read.
    """

    def __init__(self, directory: Path, vault: Path, sources: Mapping[str, Connector]) -> None:
        """Begin with none; what an earlier process left behind is removed.

        Args:
            directory: the gateway's own.
            vault: the file with the opt-outs.
            sources: how each dataset is reached.
        """
        self._directory = directory
        self._vault = vault
        self._sources = sources
        self._copies: dict[str, Copy] = {}
        self._numbers = count(1)
        self._troubles: dict[str, AnswerableError] = {}
        for old in directory.glob("*.sqlite3"):
            old.unlink()

    def of(self, dataset: str) -> ReadModel:
        """Give the copy of a dataset.

        Raises:
            Refused: ``source.preparing`` while there is none yet.
        """
        found = self._copies.get(dataset)
        if found is None:
            raise self._troubles.get(dataset) or Refused("source.preparing", dataset=dataset)
        return found.model

    def make(self, state: State, organisation: str, now: datetime) -> Made:
        """Make every copy that is not what the agreements need, or the source now has."""
        made = Made({}, {}, set())
        for shape in shapes(state, organisation, now):
            made.wanted.add(shape.dataset)
            try:
                copy = self._make(shape)
            except AnswerableError as problem:
                made.troubles[shape.dataset] = problem
            else:
                if copy:
                    made.copies[shape.dataset] = copy
        return made

    def _make(self, shape: Shape) -> Copy | None:
        source, had = self._sources.get(shape.dataset), self._copies.get(shape.dataset)
        if source is None:
            return None
        version = source.version()
        if had and (had.model.shape, had.version) == (shape, version):
            return None
        path = self._directory / f"{shape.dataset}.{next(self._numbers)}.sqlite3"
        build(shape, source, path)
        if source.version() != version:
            path.unlink()
            raise Refused("source.moved", dataset=shape.dataset)
        return Copy(ReadModel(shape, path, self._vault), version)

    def use(self, made: Made) -> None:
        """Take new copies into use.

        A source that cannot be reached leaves its copy as it was: a flood takes networks down. One
        that no longer has what was agreed ends it; so does the end of the last agreement.
        """
        self._troubles = made.troubles
        for dataset in self._copies.keys() - made.wanted:
            self._drop(dataset)
        for dataset, trouble in made.troubles.items():
            if isinstance(trouble, Refused) and trouble.code != "source.moved":
                self._drop(dataset)
        for dataset, copy in made.copies.items():
            self._drop(dataset)
            self._copies[dataset] = copy

    def _drop(self, dataset: str) -> None:
        had = self._copies.pop(dataset, None)
        if had:
            had.model.close()

    def close(self) -> None:
        """Let go of every copy."""
        for copy in self._copies.values():
            copy.model.close()


def shapes(state: State, organisation: str, now: datetime) -> list[Shape]:
    """Give what may be looked up at an organisation's gateway, dataset by dataset."""
    found: dict[str, Shape] = {}
    for agreement in state.each(Agreement):
        mine = agreement.custodian == organisation and agreement.is_signed and now < agreement.ends
        dataset = state.find(Dataset, agreement.dataset)
        subject = dataset and dataset.column(agreement.subject_column)
        if mine and dataset and subject and Pattern.LOOKUP in agreement.patterns:
            was = found.get(dataset.dataset)
            columns = dict(was.columns if was else ()) | _columns(agreement, dataset)
            found[dataset.dataset] = Shape(dataset.dataset, subject, tuple(sorted(columns.items())))
    return list(found.values())


def _columns(agreement: Agreement, dataset: Dataset) -> dict[str, ColumnType]:
    names = {*agreement.columns, agreement.subject_column, *agreement.places}
    for limit in agreement.limits:
        if isinstance(limit, OnlyRows):
            names.add(limit.column)
        if isinstance(limit, Coarsen) and limit.source:
            names.add(limit.source)
    return {column.column: column.type for column in dataset.columns if column.column in names}
