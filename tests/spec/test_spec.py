import pytest
from tools.spec import Spec, spec

TEXT = """
    Ask for one thing,
    and get it.

    | asked | given |
    |:--|------:|
    | one  |  1 |
    |  | nothing at all |
"""


def test_reads_a_sentence_and_a_table():
    assert spec(TEXT) == Spec(
        "Ask for one thing, and get it.",
        ("asked", "given"),
        (("one", "1"), ("", "nothing at all")),
    )


def test_gives_rows_by_column_and_names_them():
    read = spec(TEXT)
    assert read.cases()[0] == {"asked": "one", "given": "1"}
    assert read.names() == ["one", "always"]


def test_writes_what_it_reads():
    read = spec(TEXT)
    assert read.markdown().splitlines() == [
        "Ask for one thing, and get it.",
        "",
        "| asked | given          |",
        "| ----- | -------------- |",
        "| one   | 1              |",
        "|       | nothing at all |",
    ]
    assert spec(read.markdown()) == read


@pytest.mark.parametrize(
    "text",
    [
        "",
        "Only words.",
        "No row.\n\n| a |\n|---|",
        "No ruler.\n\n| a |\n| b |\n| c |",
        "Short row.\n\n| a | b |\n|---|---|\n| 1 |",
        "Long row.\n\n| a |\n|---|\n| 1 | 2 |",
        "Short ruler.\n\n| a | b |\n|---|\n| 1 | 2 |",
        "Same names.\n\n| a | a |\n|---|---|\n| 1 | 2 |",
        "No bars.\n\n| a |\n|---|\n1",
        "Words after.\n\n| a |\n|---|\n| 1 |\n\nMore.",
    ],
)
def test_refuses_anything_else(text):
    with pytest.raises(ValueError, match=r"needs|is no row"):
        spec(text)
