"""Copies in use: what they hold follows the agreements, and when they change, the sources."""

import os
import sqlite3

import pytest
from tests.spec import world
from tests.town import (
    BULK,
    CODE,
    COUNTS,
    DAY,
    DRY,
    ENDS,
    LOOKUP,
    MARK,
    PURPOSE,
    WARNING,
    rows,
    rule,
    write_homes,
)

from answerable.gateway.models import Models, shapes
from answerable.model.dataset import Access, Column, ColumnType, Dataset, Sensitivity
from answerable.model.errors import Broken, Refused
from answerable.model.limits import Coarsen, Coarsening, OnlyRows, WhileSignal
from answerable.model.state import Builder
from answerable.model.text import en


def dataset(name="home-needs"):
    names = ("household", "address", "postcode", "need", "born", "person", "flood_area", "note")
    columns = tuple(
        Column(column=each, title=en(each), type=ColumnType.TEXT, sensitivity=Sensitivity.PERSONAL)
        for each in names
    )
    return Dataset(
        entry=91,
        at=world.NOW,
        dataset=name,
        custodian="strathlarch",
        title=en(name),
        description=en(name),
        access=Access.AGREEMENT,
        updated=en("Daily."),
        columns=columns,
    )


def held(*agreements, organisation="strathlarch"):
    """Give the columns that a copy would have, by dataset."""
    state = Builder()
    for record in (dataset(), dataset("others"), *agreements):
        state.put(record)
    return {
        shape.dataset: {name for name, _ in shape.columns}
        for shape in shapes(state, organisation, world.NOW)
    }


def agreed(*limits, **changes):
    usual = {"columns": ("address",), "patterns": (LOOKUP,)}
    return world.agreement(*limits, **{**usual, **changes})


def test_a_copy_has_what_is_granted_and_needed_and_no_more():
    assert held(agreed()) == {"home-needs": {"household", "address"}}


@pytest.mark.parametrize(
    ("limit", "needs"),
    [
        (
            rule(
                Coarsen,
                "less",
                column="address",
                to=Coarsening.POSTCODE_DISTRICT,
                source="postcode",
                unless=WARNING,
            ),
            {"postcode", "flood_area"},
        ),
        (rule(WhileSignal, "warned", when=WARNING), {"flood_area"}),
        (rule(OnlyRows, "rows", column="need", compare="present"), {"need"}),
        (CODE.with_(column="address"), set()),
    ],
)
def test_limits_may_need_columns_that_are_not_granted(limit, needs):
    assert held(agreed(limit)) == {"home-needs": {"household", "address"} | needs}


def test_two_agreements_share_a_copy():
    other = agreed(agreement="another", columns=("need",))
    assert held(agreed(), other) == {"home-needs": {"household", "address", "need"}}
    third = agreed(agreement="third", dataset="others")
    assert set(held(agreed(), third)) == {"home-needs", "others"}


@pytest.mark.parametrize(
    "changes",
    [
        {"custodian": "larchside"},
        {"signed_by": ("strathlarch",)},
        {"patterns": (BULK, COUNTS)},
        {"dataset": "not-described"},
        {"subject_column": "not_described"},
    ],
)
def test_what_may_not_be_looked_up_is_not_copied(changes):
    assert held(agreed(**changes)) == {}


# In use.


def copies(gate):
    return sorted(path.name for path in (gate.folder / "state/copies").iterdir())


def test_a_copy_is_made_once(gate):
    before = copies(gate)
    assert len(before) == 1
    gate.follow()
    assert copies(gate) == before


def test_a_source_that_changed_is_copied_again_and_the_old_copy_goes(gate):
    before = copies(gate)
    write_homes(gate.homes, [{**rows()[0], "address": f"new {MARK} road"}])
    gate.follow()
    assert copies(gate) != before
    assert len(copies(gate)) == 1
    assert gate.lookup().said["rows"][0]["address"] == f"new {MARK} road"


def test_a_source_that_was_replaced_by_renaming_is_noticed(gate):
    before = copies(gate)
    beside = gate.folder / "beside.sqlite3"
    beside.write_bytes(gate.homes.read_bytes())
    os.utime(beside, ns=(gate.homes.stat().st_atime_ns, gate.homes.stat().st_mtime_ns))
    beside.replace(gate.homes)
    gate.follow()
    assert copies(gate) != before


def test_a_new_agreement_about_what_is_copied_needs_no_new_copy(gate):
    before = copies(gate)
    gate.agree("another", PURPOSE, columns=("address",))
    assert copies(gate) == before
    held = dict(gate.running.point.models.of("homes").shape.columns)
    assert held.keys() >= {"address", "postcode"}
    assert "note" not in held


def test_a_source_that_is_out_of_reach_leaves_its_copy(gate):
    gate.homes.rename(gate.folder / "away")
    made = gate.running.make()
    assert {name: problem.code for name, problem in made.troubles.items()} == {
        "homes": "source.unreachable"
    }
    gate.running.point.models.use(made)
    assert gate.lookup().status == 200


def test_a_source_that_no_longer_has_what_was_agreed_ends_its_copy(gate):
    connection = sqlite3.connect(gate.homes)
    connection.execute("ALTER TABLE homes DROP COLUMN address")
    connection.commit()
    connection.close()
    gate.follow()
    answer = gate.lookup()
    assert (answer.status, answer.code) == (503, "source.column")
    assert MARK not in answer.body.decode()
    assert copies(gate) == []
    write_homes(gate.homes)
    gate.follow()
    assert gate.lookup().status == 200


def test_a_source_that_moved_while_it_was_copied_is_tried_again(gate, monkeypatch):
    source = gate.running.point.sources["homes"]
    version = type(source).version
    numbers = iter(range(99))
    monkeypatch.setattr(type(source), "version", lambda self: str(next(numbers)))
    made = gate.running.make()
    assert made.troubles["homes"].code == "source.moved"
    gate.running.point.models.use(made)
    assert gate.lookup().status == 200
    assert len(copies(gate)) == 1
    monkeypatch.setattr(type(source), "version", version)


def test_what_an_earlier_process_left_is_removed(gate, tmp_path):
    folder = tmp_path / "copies"
    folder.mkdir()
    (folder / "homes.1.sqlite3").write_bytes(MARK.encode())
    (folder / "readme").write_text("kept")
    Models(folder, gate.running.point.vault.path, {}).close()
    assert [path.name for path in folder.iterdir()] == ["readme"]


def test_before_the_first_copy_it_is_being_prepared(gate, tmp_path):
    models = Models(tmp_path, gate.running.point.vault.path, gate.running.point.sources)
    with pytest.raises(Refused, match=r"source\.preparing"):
        models.of("homes")


def test_a_dataset_without_a_source_has_no_copy(gate, tmp_path):
    models = Models(tmp_path, gate.running.point.vault.path, {})
    made = models.make(gate.running.mirror.state, "council", gate.running.point.now())
    assert (made.copies, made.troubles) == ({}, {})


def test_when_the_gateway_closes_no_copy_is_left(gate):
    gate.running.close()
    assert copies(gate) == []
    gate.running = gate._start()
    assert gate.lookup(DRY).status == 200


def test_a_trouble_shows_no_data(gate):
    gate.homes.write_bytes(f"{MARK} is no database".encode())
    made = gate.running.make()
    problem = made.troubles["homes"]
    assert isinstance(problem, Broken | Refused)
    assert MARK not in f"{problem!r}{problem}"


@pytest.mark.parametrize(
    "left",
    [[]],
)
def test_when_the_last_agreement_is_over_nobody_needs_a_copy(gate, left):
    gate.clock.moment = ENDS + DAY
    gate.catch_up()
    assert copies(gate) == left
