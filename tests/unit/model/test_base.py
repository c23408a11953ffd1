import json
from datetime import UTC, date, datetime, timedelta, timezone
from typing import Annotated, Literal

import pytest
from pydantic import Field, TypeAdapter, ValidationError
from tests.golden.examples import LIMIT
from tests.worlds import example

from answerable.model.agreement import AgreementDrafted, LimitAdded
from answerable.model.base import (
    ActorRef,
    BlobRef,
    CommandId,
    Digest,
    Frozen,
    Moment,
    Name,
    Slug,
    invalid,
    moment_text,
)
from answerable.model.limits import Reason
from answerable.model.outcome import Expectation
from answerable.model.proposal import Amount, Level
from answerable.model.signing import PublicKey
from answerable.model.text import Text


def fits(kind, value):
    try:
        TypeAdapter(kind).validate_python(value, strict=True)
    except ValidationError:
        return False
    return True


@pytest.mark.parametrize(
    ("kind", "good", "bad"),
    [
        (
            Slug,
            ["ab", "flood-help", "a1-2b", "x" * 64],
            ["", "a", "A-b", "1-a", "-ab", "ab-", "a--b", "a_b", "a b", "é-a", "x" * 65, "ab\n"],
        ),
        (Name, ["a", "rain_mm", "a1_"], ["", "1a", "A", "a-b", "_a", "x" * 65, "a\n", "é"]),
        (
            ActorRef,
            ["a-00000000", "a-" + "f" * 32],
            ["", "a-0000000", "a-" + "0" * 33, "A-00000000", "a-0000000G", "b-00000000"],
        ),
        (
            CommandId,
            ["c-123456", "A.b_c-d8", "0" * 80],
            ["", "c-12345", "-1234567", ".1234567", "c 123456", "0" * 81, "c/123456", "c-123456\n"],
        ),
        (Digest, ["0a" * 32], ["", "0a" * 31, "0A" * 32, "0g" * 32, "0a" * 32 + "\n"]),
        (Amount, ["0", "-1", "94.5", "0.10"], ["", "01", "1.", ".5", "1e3", "+1", "1,000", "NaN"]),
        (
            Reason,
            ["risk:burglary", "basis:health", "principle:say-why", "recommendation:a"],
            ["risk:", "risk", "mission:a", "Risk:a", "risk:A", "risk:a-", "risk: a", "risk:a:b"],
        ),
        (Expectation, ["benefit:a", "risk:a-b"], ["benefit:", "mission:a", "risk:a--b", "a"]),
    ],
    ids=["slug", "name", "actor", "command", "digest", "amount", "reason", "expectation"],
)
def test_forms(kind, good, bad):
    assert [value for value in good if not fits(kind, value)] == []
    assert [value for value in bad if fits(kind, value)] == []
    assert not fits(kind, 7)
    assert not fits(kind, None)


# Moments.


class Timed(Frozen):
    at: Moment


HERE = datetime(2026, 1, 31, 9, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    "moment", [HERE, HERE.replace(microsecond=999_999), HERE.replace(tzinfo=UTC)]
)
def test_a_moment_is_utc_and_whole_seconds(moment):
    timed = Timed(at=moment)
    assert timed.at == HERE
    assert timed.at.tzinfo is UTC
    assert timed.model_dump_json() == '{"at":"2026-01-31T09:30:00Z"}'
    assert Timed.model_validate_json(timed.model_dump_json()) == timed


@pytest.mark.parametrize(
    "moment",
    [
        HERE.replace(tzinfo=None),
        HERE.astimezone(timezone(timedelta(hours=1))),
        "2026-01-31T09:30:00Z",
        1769851800,
        date(2026, 1, 31),
        None,
    ],
)
def test_nothing_else_is_a_moment(moment):
    with pytest.raises(ValidationError):
        Timed(at=moment)


@pytest.mark.parametrize("year", [1000, 1970, 2026, 9999])
def test_a_moment_is_written_one_way(year):
    moment = HERE.replace(year=year)
    assert moment_text(moment) == f"{year}-01-31T09:30:00Z"
    assert datetime.fromisoformat(moment_text(moment)) == moment


def test_a_moment_long_ago_is_written_with_four_figures():
    assert moment_text(HERE.replace(year=999)) == "0999-01-31T09:30:00Z"


# Values.


class Point(Frozen):
    across: int
    up: int = 0


class Place(Frozen):
    across: int
    up: int
    name: str = "here"


def test_a_value_never_changes():
    point = Point(across=1)
    with pytest.raises(ValidationError, match="frozen"):
        point.across = 2
    assert point.with_(across=2) == Point(across=2)
    assert point == Point(across=1)
    assert hash(point) == hash(Point(across=1))


def test_a_value_has_its_own_fields_and_no_others():
    with pytest.raises(ValidationError, match="down"):
        Point(across=1, down=2)
    with pytest.raises(ValidationError):
        Point(across="1")
    with pytest.raises(ValidationError):
        Point(across=1.0)
    with pytest.raises(ValidationError):
        Point(across=True)


def test_one_value_is_made_from_another():
    assert Place.from_(Point(across=1, up=2)) == Place(across=1, up=2)
    assert Place.from_(Point(across=1), up=5, name="there") == Place(across=1, up=5, name="there")
    assert Point.from_(Place(across=1, up=2)) == Point(across=1, up=2)
    with pytest.raises(ValidationError):
        Place.from_(Point(across=1), up="five")


def test_a_blob_is_named_by_its_digest():
    blob = BlobRef(sha256="0a" * 32, size=3, media="application/json")
    assert blob.model_dump() == {"sha256": "0a" * 32, "size": 3, "media": "application/json"}
    with pytest.raises(ValidationError):
        BlobRef(sha256="0A" * 32, size=3, media="application/json")


# Faults.


class Everything(Frozen):
    slug: Slug
    level: Level
    word: Literal["yes", "no"]
    few: tuple[int, ...] = Field(max_length=1)
    some: tuple[int, ...] = Field(min_length=1)
    short: Annotated[str, Field(min_length=3)]
    number: int = Field(ge=0)
    key: PublicKey
    title: Text
    needed: int


PRIVATE = "someone@people.example"


def test_every_fault_at_once_by_field_and_code():
    said = {
        "slug": PRIVATE,
        "level": PRIVATE,
        "word": PRIVATE,
        "few": [1, 2],
        "some": [],
        "short": "x",
        "number": -1,
        "key": PRIVATE,
        "title": {"en": f" {PRIVATE}"},
        "more": PRIVATE,
    }
    with pytest.raises(ValidationError) as problem:
        Everything.model_validate_json(json.dumps(said))
    found = invalid("command.invalid", problem.value, command="everything")
    assert found.code == "command.invalid"
    assert found.params == {"command": "everything"}
    assert {fault.field: fault.code for fault in found.faults} == {
        "slug": "field.pattern",
        "level": "field.choice",
        "word": "field.choice",
        "few": "field.long",
        "some": "field.short",
        "short": "field.short",
        "number": "field.wrong",
        "key": "key.form",
        "title": "text.form",
        "needed": "field.missing",
        "more": "field.unknown",
    }
    assert len(found.faults) == 11
    assert PRIVATE not in str(found) + repr(found.faults)


def test_a_fault_deep_inside_names_its_place():
    with pytest.raises(ValidationError) as problem:
        AgreementDrafted.model_validate_json(
            example(AgreementDrafted, columns=("address",))
            .model_dump_json()
            .replace('"address"', '"address", "Bad Name"')
        )
    (fault,) = invalid("command.invalid", problem.value).faults
    assert (fault.field, fault.code) == ("columns.1", "field.pattern")


def test_a_fault_of_the_whole():
    with pytest.raises(ValidationError) as problem:
        Point.model_validate_json("{")
    (fault,) = invalid("command.invalid", problem.value).faults
    assert (fault.field, fault.code) == ("(whole)", "field.json")


def test_a_fault_in_a_choice_of_forms_does_not_repeat_what_was_said():
    said = example(LimitAdded, terms=LIMIT).model_dump_json().replace('"coarsen"', f'"{PRIVATE}"')
    with pytest.raises(ValidationError) as problem:
        LimitAdded.model_validate_json(said)
    (fault,) = invalid("command.invalid", problem.value).faults
    assert fault.field == "terms"
    assert PRIVATE not in repr(fault)
    assert fault.code == "field.choice"
