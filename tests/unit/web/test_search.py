"""Words are found as a person who reads every sentence would find them."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from answerable.web.search import Index, fold, words_in

WORDS = ["rain", "rains", "Rainfall", "glaw", "Siân", "sian", "ŵy", "STRASSE", "Straße", "homes"]
SENTENCES = st.lists(st.sampled_from(WORDS), max_size=4).map(" ".join)
SAID = st.lists(st.tuples(st.sampled_from([1, 4, 8]), SENTENCES), max_size=4)


def plainly(word):
    """Fold a word by another road than the code does."""
    apart = unicodedata.normalize("NFKD", word.casefold())
    return "".join(each for each in apart if unicodedata.category(each) != "Mn")


def naively(things, words):
    """Look through every sentence of everything."""
    asked = {plainly(word) for word in words.split()}
    found = {}
    for number, said in enumerate(things):
        best = []
        for word in asked:
            weighs = [
                2 * weight if have == word else weight
                for weight, sentence in said
                for have in map(plainly, sentence.split())
                if have == word or (len(word) >= 3 and have.startswith(word))
            ]
            best.append(max(weighs, default=0))
        if asked and all(best):
            found[number] = sum(best)
    return found


@given(st.lists(SAID, max_size=6), st.lists(SAID, max_size=6), SENTENCES)
def test_it_finds_what_reading_everything_finds(before, things, words):
    index = Index()
    for number, said in enumerate(before):  # what it was before does not matter
        index.put(f"thing-{number}", said)
        index.find(words)
    for number, said in enumerate(things):
        index.put(f"thing-{number}", said)
    now = things + before[len(things) :]
    assert index.find(words) == naively(now, words)


@given(st.text(max_size=60))
def test_whatever_is_asked_for_is_answered(words):
    index = Index()
    index.put("rain", [(8, "Rain readings")])
    assert set(index.find(words)) <= {0}
    assert fold(fold(words)) == fold(words)


@pytest.mark.parametrize(
    ("said", "asked"),
    [
        ("Dŵr Cymru", "DWR"),
        ("Glaw mewn milimetrau", "mili"),
        ("flood_area", "area"),
        ("extra-help", "extra help"),
        ("مطر", "مطر"),
        ("\uff32\uff21\uff29\uff2e", "rain"),
        ("<b>bold</b>", "bold"),
    ],
)
def test_case_accents_and_marks_do_not_matter(said, asked):
    index = Index()
    index.put("it", [(1, said)])
    assert index.find(asked) == {0: index.find(asked)[0]}


def test_a_short_word_counts_only_as_a_whole():
    index = Index()
    index.put("rain", [(1, "rain in it")])
    assert index.find("ra") == {}
    assert index.find("in") == {0: 2}
    assert index.find("") == index.find("  … ") == {}


def test_words_are_cut_at_what_is_no_letter():
    assert words_in("a_b-c'd,é") == ["a", "b", "c", "d", "e"]
