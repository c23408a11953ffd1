"""Facets count what a walk along the shelves counts."""

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.worlds import story

from answerable.model.dataset import Dataset
from answerable.model.state import Builder
from answerable.web.drafts import Drafts
from answerable.web.recorded import Recorded
from answerable.web.shelves import FACETS, Shelves

VALUES = {
    "kind": ["dataset", "service"],
    "holder": ["health", "agency", "fire", "council"],
    "personal": ["none", "personal", "special"],
    "access": ["open", "agreement", "closed"],
}
CHOSEN = st.fixed_dictionaries(
    {name: st.frozensets(st.sampled_from(values)) for name, values in VALUES.items()}
)


def shelved(upto=None):
    state, recorded, shelves = Builder(), Recorded(), Shelves(Drafts())
    for entry in story()[:upto]:
        state.apply(entry)
        recorded.take(entry)
        shelves.take(entry, recorded.about(entry.index))
    return state, shelves


STATE, SHELVES = shelved()
EVERY = SHELVES.search(STATE, "", {}, "en").cards


def fits(card, chosen, but=""):
    return all(
        not values or getattr(card, name) in values
        for name, values in chosen.items()
        if name != but
    )


@given(CHOSEN)
def test_facets_choose_and_count_as_reading_every_card_does(chosen):
    found = SHELVES.search(STATE, "", chosen, "en")
    assert set(found.cards) == {card for card in EVERY if fits(card, chosen)}
    assert found.total == len(found.cards)
    for name in FACETS:
        left = Counter(getattr(card, name) for card in EVERY if fits(card, chosen, but=name))
        left.pop("", None)
        assert {value: n for value, n in found.counts[name].items() if n} == dict(left)


def test_it_goes_on_from_where_it_was():
    state, recorded, shelves = Builder(), Recorded(), Shelves(Drafts())
    for entry in story():
        state.apply(entry)
        recorded.take(entry)
        shelves.take(entry, recorded.about(entry.index))
        shelves.search(state, "", {}, "en")
    assert shelves.search(state, "", {}, "en") == SHELVES.search(STATE, "", {}, "en")


def test_a_dataset_that_was_opened_is_open():
    card = next(card for card in EVERY if card.name == "rain-gauges")
    assert (card.access, card.personal) == ("open", "none")
    assert STATE.get(Dataset, "rain-gauges").opened


@pytest.mark.parametrize("language", ["en", "cy", "zz"])
def test_titles_are_in_order_where_nothing_else_tells(language):
    names = [card.titles[0] for card in SHELVES.search(STATE, "", {}, language).cards]
    assert names == sorted(names) or language == "cy"


def test_a_title_weighs_more_than_a_description():
    found = SHELVES.search(STATE, "gauge", {}, "en")
    assert found.cards[0].name == "rain-gauges"


def test_there_may_be_nothing_at_all():
    found = Shelves(Drafts()).search(Builder(), "rain", {}, "en")
    assert (found.cards, found.total) == ((), 0)
