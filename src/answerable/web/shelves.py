"""The library's shelves: datasets and services, found by words and by what they are."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from answerable.model.dataset import Dataset, Sensitivity
from answerable.model.entry import Entry
from answerable.model.exchange import RecipientService
from answerable.model.organisation import Organisation
from answerable.model.state import State
from answerable.model.text import Text
from answerable.web.drafts import Drafts
from answerable.web.language import LANGUAGES
from answerable.web.recorded import Named
from answerable.web.search import Index, fold

_CHANGES: Final = frozenset(
    {
        "column.described",
        "dataset.described",
        "dataset.opened",
        "service.listed",
        "service.withdrawn",
        "text.translated",
    }
)
_TITLE, _NAME, _COLUMN, _HOLDER, _REST = 8, 6, 4, 2, 1
"""How much a word weighs, by where it stands."""

FACETS: Final = ("kind", "holder", "personal", "access")
"""What data and services can be told apart by."""

_SORTED: Final = (Sensitivity.NONE, Sensitivity.PERSONAL, Sensitivity.SPECIAL)


class Card(NamedTuple):
    """What is on the shelves about one thing; empty where a facet does not apply.

    Attributes:
        kind: ``dataset`` or ``service``.
        holder: the organisation responsible.
        personal: the most that any column can tell about a person.
        access: how the data may be reached.
        titles: in each language of the pages, as they are put in order.
    """

    kind: str
    name: str
    holder: str
    personal: str
    access: str
    titles: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Found:
    """What a search came to.

    Attributes:
        cards: all that fits, the best first.
        counts: by facet and value: how much there would be with that value, as the other facets
            are.
    """

    cards: tuple[Card, ...]
    total: int
    counts: Mapping[str, Mapping[str, int]]


class _Columns(NamedTuple):
    """The cards as columns of numbers, until one of them changes."""

    values: Mapping[str, list[str]]
    codes: Mapping[str, NDArray[np.int64]]
    order: Mapping[str, NDArray[np.int64]]


class Shelves:
    """Every dataset and every service that the register tells of."""

    def __init__(self, drafts: Drafts) -> None:
        self._drafts = drafts
        self._index = Index()
        self._cards: list[Card] = []
        self._changed: set[Named] = set()
        self._columns: _Columns | None = None

    def take(self, entry: Entry, about: tuple[Named, ...]) -> None:
        """Remember what an entry may have changed."""
        if entry.envelope.kind in _CHANGES:
            self._changed.update(each for each in about if each[0] in ("dataset", "service"))

    def values(self, state: State) -> Mapping[str, list[str]]:
        """Give every value of every facet."""
        return self._ready(state).values

    def search(
        self,
        state: State,
        words: str,
        chosen: Mapping[str, frozenset[str]],
        language: str,
        part: slice = slice(None),
    ) -> Found:
        """Find what has all the words and one of the chosen values of every facet.

        Args:
            state: what the entries add up to.
            words: none means everything.
            chosen: values by facet; none means any.
            language: in which titles are put in order.
            part: which of what was found to give.
        """
        columns = self._ready(state)
        fits = self._fits(words)
        marks = {name: _marks(columns, name, chosen.get(name)) for name in FACETS}
        hits = np.flatnonzero((fits > 0) & np.all(list(marks.values()), axis=0))
        place = columns.order[language if language in columns.order else "en"]
        best = hits[np.lexsort((place[hits], -fits[hits]))]
        counts = {name: _counts(columns, name, fits > 0, marks) for name in FACETS}
        return Found(tuple(self._cards[each] for each in best[part]), len(hits), counts)

    def _fits(self, words: str) -> NDArray[np.int64]:
        if not words.strip():
            return np.ones(len(self._cards), dtype=np.int64)
        fits = np.zeros(len(self._cards), dtype=np.int64)
        for number, weight in self._index.find(words).items():
            fits[number] = weight
        return fits

    def _ready(self, state: State) -> _Columns:
        for noun, name in sorted(self._changed):
            self._columns = None
            if noun == "dataset":
                self._put(state, state.find(Dataset, name))
            else:
                self._put(state, state.find(RecipientService, name))
        self._changed.clear()
        if self._columns is None:
            self._columns = _columns(self._cards)
        return self._columns

    def _put(self, state: State, found: Dataset | RecipientService | None) -> None:
        if found is None:
            return
        holder = found.custodian if isinstance(found, Dataset) else found.organisation
        card = _card(found, holder, tuple(fold(self._in(found.title, each)) for each in LANGUAGES))
        number = self._index.put(f"{card.kind}/{card.name}", self._said(state, found, holder))
        if number < len(self._cards):
            self._cards[number] = card
        else:
            self._cards.append(card)

    def _said(
        self, state: State, found: Dataset | RecipientService, holder: str
    ) -> Iterator[tuple[int, str]]:
        """Give what something is found by, and how much it weighs."""
        yield _NAME, found.key
        yield from self._texts(_TITLE, found.title)
        body = state.find(Organisation, holder)
        if body:
            yield from self._texts(_HOLDER, body.title)
        if isinstance(found, Dataset):
            yield from self._texts(_REST, found.description)
            for column in found.columns:
                yield _COLUMN, column.column
                yield from self._texts(_COLUMN, column.title)

    def _texts(self, weight: int, text: Text) -> Iterator[tuple[int, str]]:
        yield from ((weight, said) for said in text.root.values())
        for language in LANGUAGES:
            if not text.has(language):
                yield weight, self._in(text, language)

    def _in(self, text: Text, language: str) -> str:
        if text.has(language):
            return text.say(language)
        draft = self._drafts.find(language, text)
        return draft.words if draft else text.say(language)


def _card(found: Dataset | RecipientService, holder: str, titles: tuple[str, ...]) -> Card:
    if isinstance(found, RecipientService):
        return Card("service", found.key, holder, "", "", titles)
    return Card("dataset", found.key, holder, personal_of(found), found.access.value, titles)


def personal_of(dataset: Dataset) -> Sensitivity:
    """Give the most that any column of a dataset can tell about a person."""
    return max(
        (each.sensitivity for each in dataset.columns), key=_SORTED.index, default=_SORTED[0]
    )


def _columns(cards: list[Card]) -> _Columns:
    values, codes, order = {}, {}, {}
    for name in FACETS:
        said = [str(getattr(card, name)) for card in cards]
        values[name] = sorted(set(said))
        codes[name] = np.searchsorted(np.array(values[name]), said) if said else _none()
    for place, language in enumerate(LANGUAGES):
        by = sorted(range(len(cards)), key=lambda n: (cards[n].titles[place], cards[n].name))
        order[language] = np.argsort(np.array(by, dtype=np.int64))
    return _Columns(values, codes, order)


def _none() -> NDArray[np.int64]:
    return np.zeros(0, dtype=np.int64)


def _marks(columns: _Columns, name: str, chosen: frozenset[str] | None) -> NDArray[np.bool_]:
    """Mark what has one of the chosen values."""
    codes = columns.codes[name]
    if not chosen:
        return np.ones(len(codes), dtype=bool)
    wanted = [code for code, value in enumerate(columns.values[name]) if value in chosen]
    return np.isin(codes, wanted)


def _counts(
    columns: _Columns, name: str, fits: NDArray[np.bool_], marks: Mapping[str, NDArray[np.bool_]]
) -> Mapping[str, int]:
    others = [mark for facet, mark in marks.items() if facet != name]
    left = fits & np.all(others, axis=0)
    values = columns.values[name]
    counted = np.bincount(columns.codes[name][left], minlength=len(values))
    return {value: int(count) for value, count in zip(values, counted, strict=True) if value}
