"""Every way to be wrong has a status, a code, plain words and a remedy."""

import json

import pytest

from answerable.gateway.door.problems import PROBLEM, details, status
from answerable.gateway.errors import Declined, Unproved
from answerable.model.errors import Broken, Fault, Forbidden, Invalid, Missing, Refused
from answerable.model.request import Refusal
from answerable.words import sentences


def declined(*codes, release=7):
    return Declined([Refusal(code=f"request.{code}", by="window") for code in codes], release)


@pytest.mark.parametrize(
    ("problem", "number"),
    [
        (Unproved("token.form"), 401),
        (Invalid("request.invalid"), 400),
        (Invalid("door.header", name="authorization"), 400),
        (Invalid("door.length", most=65_536), 413),
        (Invalid("door.method", wanted="GET"), 405),
        (Missing("door.path"), 404),
        (Missing("door.receipt"), 404),
        (Forbidden("door.own"), 403),
        (Refused("releases.day", day="2026-03-02"), 404),
        (Refused("source.column", column="need"), 503),
        (Refused("plan.form", column="need", form="code", type="decimal"), 503),
        (Refused("counts.unsafe", because="search.long"), 503),
        (Broken("store.full", path="releases.jsonl"), 503),
        (Broken("door.failed"), 503),
    ],
)
def test_each_sort_has_its_status(problem, number):
    assert status(problem) == number
    said = json.loads(details(problem))
    assert said["status"] == number
    assert said["code"] == problem.code
    assert said["title"] != problem.code
    assert said["remedy"]
    assert "{" not in said["title"] + said["remedy"]


@pytest.mark.parametrize(
    ("codes", "number"),
    [
        (["column"], 403),
        (["suspended"], 403),
        (["no-signal"], 403),
        (["duty"], 403),
        (["rate"], 429),
        (["rate", "rate"], 429),
        (["rate", "column"], 403),
        (["rate", "stale"], 429),
        (["stale"], 503),
        (["fork"], 503),
        (["opt-out-stale"], 503),
        (["source"], 503),
        (["unknown"], 503),
        (["own-key"], 503),
        (["stale", "opt-out-stale"], 503),
        (["stale", "column"], 403),
        (["dataset"], 404),
        (["dataset", "stale"], 403),
    ],
)
def test_a_refusal_that_will_pass_is_not_one_that_stays(codes, number):
    assert status(declined(*codes)) == number


def test_every_reason_of_a_refusal_is_said():
    said = json.loads(details(declined("column", "purpose")))
    assert [each["code"] for each in said["refusals"]] == ["request.column", "request.purpose"]
    assert said["release"] == 7
    for each in said["refusals"]:
        assert each["by"] == "window"
        assert each["says"] != each["code"]
        assert each["remedy"]


def test_every_reason_there_is_has_words():
    for code in sentences():
        if code.startswith("request."):
            said = json.loads(details(Declined([Refusal(code=code, by="grant")])))
            assert "{" not in said["refusals"][0]["says"]


def test_every_fault_is_said_by_its_field():
    problem = Invalid(
        "request.invalid",
        [
            Fault("columns.0", "field.pattern", {"wanted": "A name."}),
            Fault("subject", "field.missing"),
        ],
    )
    said = json.loads(details(problem))
    assert [(each["field"], each["code"]) for each in said["faults"]] == [
        ("columns.0", "field.pattern"),
        ("subject", "field.missing"),
    ]
    assert all(each["says"] for each in said["faults"])


def test_what_is_said_is_the_media_type_of_problems():
    assert PROBLEM == b"application/problem+json"
