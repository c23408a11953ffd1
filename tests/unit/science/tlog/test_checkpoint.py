"""A checkpoint has one text."""

import pytest

from answerable.science.tlog import EMPTY_ROOT, Checkpoint, CheckpointError, parse_checkpoint

TEXT = "example.com/behind-the-sofa\n20852163\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n"


def test_the_example_of_the_specification():
    head = parse_checkpoint(TEXT)
    assert (head.origin, head.size) == ("example.com/behind-the-sofa", 20852163)
    assert head.root.hex().startswith("0ac5186a")
    assert head.text == TEXT


@pytest.mark.parametrize(
    "head",
    [
        Checkpoint("a log with spaces + plus", 0, EMPTY_ROOT),
        Checkpoint("a", 2**63 - 1, EMPTY_ROOT, ("one", "two")),
    ],
)
def test_round_trip(head):
    assert parse_checkpoint(head.text) == head


@pytest.mark.parametrize(
    ("code", "text"),
    [
        ("checkpoint.lines", ""),
        ("checkpoint.lines", "a\n"),
        ("checkpoint.lines", "a\n1\n"),
        ("checkpoint.lines", TEXT.removesuffix("\n")),
        ("checkpoint.lines", TEXT + "extra"),
        ("checkpoint.origin", TEXT.replace("example.com/behind-the-sofa", "")),
        ("checkpoint.origin", TEXT.replace("example", "exa\tmple")),
        ("checkpoint.size", TEXT.replace("20852163", "")),
        ("checkpoint.size", TEXT.replace("20852163", "020852163")),
        ("checkpoint.size", TEXT.replace("20852163", "00")),
        ("checkpoint.size", TEXT.replace("20852163", "-1")),
        ("checkpoint.size", TEXT.replace("20852163", "+1")),
        ("checkpoint.size", TEXT.replace("20852163", "1_0")),
        ("checkpoint.size", TEXT.replace("20852163", " 1")),
        ("checkpoint.size", TEXT.replace("20852163", "٣")),
        ("checkpoint.size", TEXT.replace("20852163", str(2**63))),
        ("checkpoint.size", TEXT.replace("20852163", "9" * 5000)),
        ("checkpoint.root", TEXT.replace("CsUY", "")),
        ("checkpoint.root", TEXT.replace("q2I=", "q2I")),
        ("checkpoint.root", TEXT.replace("q2I=", "q2J=")),
        ("checkpoint.root", TEXT.replace("q2I=", "q2I= ")),
        ("checkpoint.extension", TEXT + "\n"),
        ("checkpoint.extension", TEXT + "a\n\nb\n"),
        ("checkpoint.extension", TEXT + "a\r\n"),
    ],
)
def test_texts_that_are_not_a_checkpoint(code, text):
    with pytest.raises(CheckpointError) as error:
        parse_checkpoint(text)
    assert error.value.code == code


@pytest.mark.parametrize(
    ("code", "fields"),
    [
        ("checkpoint.origin", ("a\nb", 0, EMPTY_ROOT)),
        ("checkpoint.size", ("a", -1, EMPTY_ROOT)),
        ("checkpoint.root", ("a", 0, b"")),
        ("checkpoint.extension", ("a", 0, EMPTY_ROOT, ("",))),
    ],
)
def test_impossible_checkpoints_cannot_be_built(code, fields):
    with pytest.raises(CheckpointError) as error:
        Checkpoint(*fields)
    assert error.value.code == code
