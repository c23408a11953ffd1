"""Entries in one line each, as people would say them."""

import pytest


@pytest.mark.parametrize(
    ("kind", "line"),
    [
        ("test.judged", '5 on "Is it for a clear purpose?"'),
        ("feature.judged", '5 on "Better services"'),
        ("duty.met", "kept a promise due 1 September 2026: Publish how the data was used"),
        ("duty.met", "(Flood help: the council's list)"),
        (
            "limit.added",
            "rule was added to Flood help: the council's list: Only for flood planning",
        ),
        ("duty.added", "was added to Flood help: the council's list: Publish how"),
        ("agreement.drafted", "drafted the agreement flood-help-council: Flood help"),
        ("agreement.signed", "signed the agreement Flood help: the council's list"),
    ],
)
def test_a_line_says_names_and_rules_in_words(shown, kind, line):
    lines = [each["line"] for each in shown.data(f"/record?kind={kind}")["entries"]]
    assert any(line in each for each in lines), lines
