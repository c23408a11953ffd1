"""Every language says what English says, with the same names filled in."""

from importlib.resources import files
from string import Formatter

import pytest
from tests.spec.world import BULK, LOOKUP, WARNING, agreement, duty, rule

from answerable.model.limits import (
    Coarsen,
    Coarsening,
    Effect,
    LeaveOut,
    MinimumCount,
    OnlyColumns,
    OnlyPurposes,
    OnlyRows,
    Pattern,
    Pseudonymise,
    Rate,
    WhileSignal,
)
from answerable.model.text import Text
from answerable.terms import explain, explain_duty, explain_grant, explain_limit
from answerable.words import say, words
from answerable.words.entries import line

FILES = sorted(
    each.name.removesuffix(".toml") for each in files("answerable.words").joinpath("en").iterdir()
)
OTHERS = ["cy"]


def sentences(name, language):
    """Give every sentence of a file by where it stands."""
    return dict(within(words(name, language), ()))


def within(said, place):
    if isinstance(said, str):
        yield place, said
        return
    for key, part in said.items() if isinstance(said, dict) else enumerate(said):
        yield from within(part, (*place, key))


def holes(sentence):
    return {name for _, name, _, _ in Formatter().parse(sentence) if name is not None}


every = pytest.mark.parametrize(
    ("name", "language"), [(name, language) for name in FILES for language in OTHERS]
)


@every
def test_every_file_says_the_same_things_in_the_same_order(name, language):
    assert files("answerable.words").joinpath(language, f"{name}.toml").is_file()
    assert list(sentences(name, language)) == list(sentences(name, "en"))


@every
def test_every_sentence_has_the_same_names_to_fill_in(name, language):
    english, other = sentences(name, "en"), sentences(name, language)
    assert {key: holes(said) for key, said in other.items()} == {
        key: holes(said) for key, said in english.items()
    }


@every
def test_no_sentence_is_left_in_english(name, language):
    english = sentences(name, "en")
    other = sentences(name, language).items()
    assert [said for place, said in other if said.strip("2345") and said == english[place]] == []


@pytest.mark.parametrize("language", OTHERS)
def test_there_is_no_file_that_english_lacks(language):
    found = {each.name for each in files("answerable.words").joinpath(language).iterdir()}
    assert found == {f"{name}.toml" for name in FILES}


DECLARED = WARNING.with_(break_glass=True, issuers=("larchwater", "larchside", "kirklarch"))
COARSE = {"column": "born", "to": Coarsening.YEAR}


def compared(name, compare, *values):
    return rule(OnlyRows, name, column="age_at_home", compare=compare, values=values)


LIMITS = [
    rule(OnlyColumns, "columns", columns=("need", "person")),
    rule(OnlyPurposes, "purposes", purposes=("rescue",)),
    compared("one-of", "one-of", "75", "76", "77"),
    compared("none-of", "none-of", "75"),
    compared("at-least", "at-least", "75"),
    compared("at-most", "at-most", "75"),
    compared("present", "present"),
    *(rule(Coarsen, f"to-{to}", column="born", to=to) for to in Coarsening),
    rule(Coarsen, "made", **COARSE, source="date_of_birth"),
    rule(Coarsen, "unless", **COARSE, unless=WARNING),
    rule(Coarsen, "made-unless", **COARSE, source="date_of_birth", unless=DECLARED),
    rule(LeaveOut, "left-out", list="said-no", greatest_age_hours=24),
    *(rule(Rate, f"rate-{per}", requests=3, per=per) for per in ("minute", "hour", "day")),
    rule(Rate, "rate-once", requests=1, per="day"),
    rule(Pseudonymise, "code", column="person"),
    rule(WhileSignal, "while-signal", when=DECLARED),
    rule(MinimumCount, "least", count=5, patterns=tuple(Pattern)),
]
DUTIES = (
    duty(),
    duty(duty="again", every_months=12, because="principle:openness"),
    duty(duty="monthly", every_months=1, on_miss={BULK: Effect.ESCALATE}),
    duty(duty="mild", on_miss={}, because="basis:larchside"),
)
AGREED = agreement(*LIMITS, duties=DUTIES)


@pytest.mark.parametrize("language", OTHERS)
@pytest.mark.parametrize("minutes", [1, 60, 90, 120])
@pytest.mark.parametrize("prevails", ["text", "terms"])
def test_an_agreement_is_explained_in_as_many_sentences(language, minutes, prevails):
    agreed = AGREED.with_(greatest_age_minutes=minutes, prevails=prevails)
    english, said = explain(agreed), explain(agreed, language)
    assert len(said) == len(english)
    assert not {*said} & {*english}
    assert not [sentence for sentence in said if "{" in sentence or "  " in sentence]
    assert not [sentence for sentence in said if not sentence[0].isupper()]


@pytest.mark.parametrize("limit", LIMITS, ids=lambda limit: limit.limit)
def test_every_name_in_a_limit_is_said_in_welsh_too(limit):
    told = limit.model_dump(
        mode="json", include={"columns", "purposes", "column", "values", "list"}
    )
    names = {
        name for value in told.values() for name in ([value] if isinstance(value, str) else value)
    }
    said = explain_limit(limit, "cy")
    assert not [name for name in names if name.replace("_", " ") not in said]


def test_a_grant_and_its_rules_in_welsh():
    assert explain_grant(AGREED, "cy")[:2] == [
        "Caiff larchside ofyn i strathlarch am home-needs.",
        "Caiff ofyn am y colofnau hyn: address, need, born a hefyd person.",
    ]
    least = rule(MinimumCount, "least", count=5)
    assert explain_limit(least, "cy") == "Ni roddir nifer o dan 5."
    assert explain_limit(least.with_(patterns=(LOOKUP,)), "cy") == (
        "Pan ofynnir am y data fesul aelwyd neu berson: ni roddir nifer o dan 5."
    )
    assert explain(agreement(least), "cy")[-1] == (
        "Ni roddir nifer o dan 5. (rheol least, oherwydd y risg burglary)"
    )


def test_the_grant_comes_first():
    assert explain(AGREED, "cy")[:8] == explain_grant(AGREED, "cy")


def test_a_promise_is_said_in_the_words_that_somebody_gave_in_that_language():
    told = duty(what=Text({"en": "Publish a report.", "cy": "Cyhoeddi adroddiad."}))
    assert "Cyhoeddi adroddiad." in explain_duty(told, "cy")
    assert "Publish a report." in explain_duty(told, "gd")


def test_an_unknown_language_is_english():
    assert explain(AGREED, "xx") == explain(AGREED)
    assert say("page.unknown", {}, "xx") == say("page.unknown", {})
    assert line("mission.set", "trust", {"mission": "a", "title": {"en": "A"}}, "xx") == (
        "trust set the mission a: A"
    )


def test_an_error_in_welsh():
    said = say("proposal.routed", {"proposal": "flood-help"}, "cy")
    assert said.says == "Mae'r cynnig flood-help gerbron y cyhoedd; mae'n aros fel y mae."


def test_a_line_about_an_entry_in_welsh():
    body = {"mission": "dry-feet", "title": {"en": "Dry feet", "cy": "Traed sych"}}
    assert line("mission.set", "trust", body, "cy") == (
        "Gosododd trust y genhadaeth dry-feet: Traed sych"
    )
