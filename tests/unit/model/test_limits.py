import pytest
from pydantic import TypeAdapter, ValidationError
from tests.spec.world import WARNING, rule

from answerable.model.limits import (
    Coarsen,
    Coarsening,
    LeaveOut,
    Limit,
    MinimumCount,
    OnlyColumns,
    OnlyPurposes,
    OnlyRows,
    Pattern,
    Pseudonymise,
    Rate,
    When,
    WhileSignal,
)

ANY_LIMIT = TypeAdapter(Limit)
ONE_OF_EACH = [
    rule(OnlyColumns, "one", columns=("need",)),
    rule(OnlyPurposes, "one", purposes=("rescue",)),
    rule(OnlyRows, "one", column="need", compare="one-of", values=("oxygen",)),
    rule(Coarsen, "one", column="address", to=Coarsening.POSTCODE_DISTRICT, unless=WARNING),
    rule(LeaveOut, "one", list="said-no", greatest_age_hours=24),
    rule(Rate, "one", requests=1, per="hour"),
    rule(Pseudonymise, "one", column="person"),
    rule(WhileSignal, "one", when=WARNING),
    rule(MinimumCount, "one", count=2),
]


@pytest.mark.parametrize("limit", ONE_OF_EACH, ids=lambda limit: limit.rule)
def test_a_limit_is_read_back_as_what_it_was(limit):
    assert ANY_LIMIT.validate_json(limit.model_dump_json()) == limit


def test_there_is_one_of_each():
    kinds = set(ANY_LIMIT.json_schema()["discriminator"]["mapping"])
    assert kinds == {limit.rule for limit in ONE_OF_EACH}


def test_an_unknown_rule_is_not_guessed():
    with pytest.raises(ValidationError):
        ANY_LIMIT.validate_python({"rule": "anything", "limit": "one", "because": "risk:burglary"})


@pytest.mark.parametrize("pattern", Pattern)
def test_a_limit_narrows_the_patterns_it_names_or_all(pattern):
    limit = rule(MinimumCount, "least", count=2)
    assert limit.narrows(pattern)
    assert limit.with_(patterns=(pattern,)).narrows(pattern)
    others = tuple(other for other in Pattern if other is not pattern)
    assert not limit.with_(patterns=others).narrows(pattern)


@pytest.mark.parametrize(
    "because",
    ["recommendation:tell-us", "principle:p1", "risk:a-b-3", "basis:strathlarch"],
)
def test_a_reason_names_what_it_is_and_which(because):
    assert MinimumCount(limit="least", because=because, count=2).because == because


@pytest.mark.parametrize(
    "because",
    [
        "",
        "tell-us",
        "law:tell-us",
        "risk:",
        "risk:Tell",
        "risk:a--b",
        "risk:a\n",
        "risk:" + "a" * 90,
    ],
)
def test_anything_else_is_no_reason(because):
    with pytest.raises(ValidationError):
        MinimumCount(limit="least", because=because, count=2)


@pytest.mark.parametrize(
    ("kind", "fields"),
    [
        (OnlyColumns, {"columns": ()}),
        (OnlyColumns, {"columns": ("Need",)}),
        (OnlyPurposes, {"purposes": ()}),
        (OnlyRows, {"column": "need", "compare": "like", "values": ("a",)}),
        (Coarsen, {"column": "born", "to": "month"}),
        (LeaveOut, {"list": "said-no", "greatest_age_hours": 0}),
        (Rate, {"requests": 0, "per": "hour"}),
        (Rate, {"requests": 1, "per": "week"}),
        (MinimumCount, {"count": 1}),
        (MinimumCount, {"count": "5"}),
        (MinimumCount, {"count": 5, "more": True}),
    ],
)
def test_a_limit_that_means_nothing_cannot_be_made(kind, fields):
    with pytest.raises(ValidationError):
        rule(kind, "one", **fields)


def test_a_condition_names_whose_word_counts():
    with pytest.raises(ValidationError):
        When(signal="flood-warning", issuers=(), area_column="flood_area")


@pytest.mark.parametrize(
    ("compare", "values"),
    [
        ("one-of", ()),
        ("none-of", ()),
        ("at-least", ()),
        ("at-least", ("1", "2")),
        ("at-most", ("1", "2")),
        ("present", ("1",)),
    ],
)
def test_a_comparison_has_the_values_it_needs(compare, values):
    with pytest.raises(ValidationError):
        rule(OnlyRows, "one", column="age", compare=compare, values=values)
