"""Entries in one line, of whatever version."""

import json

from tests.golden.examples import golden

from answerable.cli.look import summary
from answerable.model.entry import read_entry
from answerable.model.signing import canonical


def entry(**changes):
    return read_entry(canonical(json.loads(golden()["mission.set.v1"]) | changes), 0)


def test_an_entry_is_said_in_one_line():
    assert summary(entry()).startswith("council set the mission ")


def test_a_version_from_the_future_is_said_to_be_unknown():
    said = summary(entry(kind_version=9, body={"goal": "another"}))
    assert said.endswith("does not know: mission.set, version 9")
