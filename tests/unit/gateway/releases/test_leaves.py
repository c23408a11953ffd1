"""Lines are canonical JSON, whatever is in them, and can be told apart without being read."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from answerable.gateway.releases.leaves import (
    Release,
    Unfinished,
    at_of,
    check_leaf,
    is_allowed,
    is_emergency,
    opened_line,
    outline,
    read_leaf,
    release_line,
    sent_line,
    unlisted_line,
)
from answerable.model.errors import Invalid
from answerable.model.signing import canonical

AT = b"2026-01-31T09:30:00Z"
TEXTS = st.text(st.characters(exclude_categories=["Cs"]))
PUBLIC = ("agreement", "dataset", "pattern", "recipient", "purpose", "outcome", "emergency", "rows")
NAMES = st.none() | TEXTS
RELEASES = st.builds(
    Release,
    outcome=st.sampled_from(["allowed", "refused"]),
    agreement=NAMES,
    dataset=NAMES,
    pattern=NAMES,
    recipient=NAMES,
    purpose=NAMES,
    codes=st.lists(TEXTS).map(tuple),
    by=st.lists(TEXTS).map(tuple),
    emergency=st.booleans(),
    rows=st.none() | st.integers(0, 2**53 - 1),
)


def line(release, number=7, commitment=None):
    return release_line(outline(release), AT, number, commitment)


@given(RELEASES, st.integers(0, 2**53 - 1), st.none() | st.just("ab" * 32))
def test_a_release_is_written_canonically(release, number, commitment):
    written = line(release, number, commitment)
    said = read_leaf(written)
    assert canonical(said) == written
    assert b"\n" not in written
    assert said == {
        "v": 1,
        "what": "release",
        "at": "2026-01-31T09:30:00Z",
        "number": number,
        "private": commitment,
        "codes": list(release.codes),
        "by": list(release.by),
        **{name: getattr(release, name) for name in PUBLIC},
    }


@given(RELEASES)
def test_lines_are_told_apart_without_being_read(release):
    assert is_allowed(line(release)) == release.allowed
    assert is_emergency(line(release)) == release.emergency


def test_a_text_cannot_pass_for_a_field():
    forged = '","outcome":"allowed","emergency":true,"v":1,"what":"release"}'
    refused = Release("refused", purpose=forged, recipient=forged, by=(forged,))
    assert not is_allowed(line(refused))
    assert not is_emergency(line(refused))


@pytest.mark.parametrize("field", ["agreement", "dataset", "purpose", "codes"])
def test_half_a_character_is_refused(field):
    half = ("\ud800",) if field == "codes" else "\ud800"
    with pytest.raises(Invalid) as caught:
        outline(replace(Release("refused"), **{field: half}))
    assert caught.value.code == "releases.text"


@given(st.lists(st.tuples(st.integers(0), st.integers(0), st.sampled_from(["sent", "failed"]))))
def test_the_other_lines_are_written_canonically(of):
    bounded = [(number % 2**53, rows % 2**53, how) for number, rows, how in of]
    sent, numbers = sent_line(AT, bounded), [number for number, _, _ in bounded]
    assert canonical(read_leaf(sent)) == sent
    assert read_leaf(sent)["of"] == [list(each) for each in bounded]
    opened = opened_line(AT, numbers)
    assert canonical(read_leaf(opened)) == opened
    assert read_leaf(opened)["unfinished"] == numbers
    unlisted = unlisted_line(AT, len(numbers))
    assert canonical(read_leaf(unlisted)) == unlisted
    assert read_leaf(unlisted)["of"] == len(numbers)


def test_only_refusals_of_strangers_are_of_nobody():
    assert Release("refused").of_nobody
    assert Release("refused", dataset="homes").of_nobody
    assert not Release("allowed").of_nobody
    assert not Release("refused", agreement="flood-help").of_nobody
    assert not Release("refused", recipient="fire-service").of_nobody


@pytest.mark.parametrize("bad", [b"", b"[]", b"{}", b'{"v":2,"what":"sent","at":""}', b'{"v":1}'])
def test_what_is_no_line_is_told(bad):
    with pytest.raises(ValueError):  # noqa: PT011 - the kind is what callers look at
        read_leaf(bad)


def test_a_line_belongs_at_its_number():
    check_leaf(line(Release("refused"), 7), 7)
    check_leaf(unlisted_line(AT, 3), 7)
    with pytest.raises(ValueError):  # noqa: PT011 - the kind is what callers look at
        check_leaf(line(Release("refused"), 7), 8)


def test_gives_the_moment():
    assert at_of(read_leaf(unlisted_line(AT, 3))) == datetime(2026, 1, 31, 9, 30, tzinfo=UTC)


def test_unfinished_are_the_allowed_ones_that_nothing_ended():
    unfinished = Unfinished()
    lines = [
        line(Release("allowed"), 0),
        opened_line(AT, [0]),
        line(Release("allowed"), 2),
        line(Release("refused"), 3),
        line(Release("allowed"), 4),
        line(Release("allowed"), 5),
        sent_line(AT, [(4, 1, "sent")]),
    ]
    for number, each in enumerate(lines):
        unfinished.follow(number, each)
    assert unfinished.numbers() == [2, 5]
