"""Each value has one spelling."""

import pytest

from answerable.science.tlog.encoding import from_base64, is_printable_line, to_base64


def test_base64_round_trip():
    assert from_base64(to_base64(b"\xfb\xff")) == b"\xfb\xff"
    assert from_base64("") == b""


@pytest.mark.parametrize("text", ["YQ", "YQ=", "YR==", "Y Q==", "YQ==\n", "-_8=", "YQ==YQ==", "é"])
def test_other_spellings_are_nothing(text):
    assert from_base64(text) is None


@pytest.mark.parametrize(
    ("text", "is_line"),
    [
        ("", True),
        ("è subito sera", True),
        ("\x7f\u2028", True),
        ("a\n", False),
        ("a\tb", False),
        ("\r", False),
        ("\x00", False),
        ("\ud800", False),
    ],
)
def test_lines(text, is_line):
    assert is_printable_line(text) is is_line
