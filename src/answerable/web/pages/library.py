"""The library: data and services, found by words and by what they are."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from answerable.model.dataset import Access, Dataset, Sensitivity
from answerable.model.errors import Invalid
from answerable.model.exchange import RecipientService
from answerable.model.organisation import Organisation
from answerable.model.state import State
from answerable.model.text import Text
from answerable.web.call import Call, Page
from answerable.web.listing import Part, address, part
from answerable.web.shelves import FACETS, Card, personal_of

SIZE: Final = 25
MOST_WORDS: Final = 200
MOST_HOLDERS: Final = 20


@dataclass(frozen=True, slots=True)
class Shelved:
    """A dataset or a service in a list.

    Attributes:
        description: of a dataset; a service has none.
        personal: the most that any of its columns can tell about a person.
    """

    kind: str
    name: str
    title: Text
    description: Text | None
    holder: str
    personal: Sensitivity | None
    access: Access | None
    columns: int
    withdrawn: bool


@dataclass(frozen=True, slots=True)
class Choice:
    """One value of a facet.

    Attributes:
        count: how much there would be with it.
    """

    value: str
    count: int
    chosen: bool


def library(call: Call) -> Page:
    """Find data and services."""
    words = _words_asked(call)
    chosen = _chosen(call)
    page = call.number("page")
    asked = slice((page - 1) * SIZE, page * SIZE)
    found = call.reading.shelves.search(call.state, words, chosen, call.tongue.code, asked)
    here = part(page, found.total, SIZE)
    said = {
        "words": words,
        "part": here,
        "results": [_shelved(call.state, card) for card in found.cards],
        "facets": {name: _choices(found.counts[name], chosen[name], name) for name in FACETS},
    }
    return Page("library.html", said, aids=_links(words, chosen, here))


def _words_asked(call: Call) -> str:
    words = call.asked("words")
    if len(words) > MOST_WORDS:
        raise Invalid("page.long", name="words", most=MOST_WORDS)
    return words


def _chosen(call: Call) -> dict[str, frozenset[str]]:
    """Give what was chosen in each facet.

    Raises:
        Invalid: ``page.choice`` for what cannot be chosen.
    """
    chosen, values = {}, call.reading.shelves.values(call.state)
    for name in FACETS:
        asked = [each for each in call.request.query_params.getlist(name) if each]
        for each in asked:
            if each not in values[name] and not _possible(call.state, name, each):
                raise Invalid("page.choice", name=name, value=each[:80])
        chosen[name] = frozenset(asked)
    return chosen


def _possible(state: State, name: str, value: str) -> bool:
    """Tell whether something could have a value, although nothing has it now."""
    match name:
        case "kind":
            return value in ("dataset", "service")
        case "holder":
            return state.find(Organisation, value) is not None
        case "personal":
            return value in set(Sensitivity)
    return value in set(Access)


def _shelved(state: State, card: Card) -> Shelved:
    if card.kind == "service":
        service = state.get(RecipientService, card.name)
        return Shelved(
            "service",
            service.service,
            service.title,
            None,
            service.organisation,
            None,
            None,
            0,
            service.withdrawn,
        )
    dataset = state.get(Dataset, card.name)
    return Shelved(
        "dataset",
        dataset.dataset,
        dataset.title,
        dataset.description,
        dataset.custodian,
        personal_of(dataset),
        dataset.access,
        len(dataset.columns),
        withdrawn=False,
    )


def _choices(counts: Mapping[str, int], chosen: frozenset[str], name: str) -> list[Choice]:
    every = [Choice(value, count, value in chosen) for value, count in counts.items()]
    every += [Choice(value, 0, chosen=True) for value in sorted(chosen - counts.keys())]
    if name != "holder":
        return every
    every.sort(key=lambda each: (not each.chosen, -each.count, each.value))
    return [each for place, each in enumerate(every) if each.chosen or place < MOST_HOLDERS]


def _links(words: str, chosen: Mapping[str, frozenset[str]], here: Part) -> dict[str, Any]:
    asked = [("words", words)]
    asked += [(name, value) for name in FACETS for value in sorted(chosen[name])]

    def to(page: int) -> str:
        return address("/library", [*asked, ("page", page if page > 1 else "")])

    return {
        "filtered": len(asked) > 1,
        "previous": to(here.page - 1) if here.page > 1 else "",
        "next": to(here.page + 1) if here.page < here.pages else "",
        "anything": address("/library", [("words", words)]),
    }
