"""People of a file wait in the vault for the pool: all or none, and only while it is open."""

from contextlib import closing
from datetime import timedelta

import pytest
from tests.pages import FACILITATOR, NOW, Story
from tests.pool import PANEL, opened, people

from answerable.model.actor import Role
from answerable.model.errors import Forbidden, Invalid, Missing, Refused
from answerable.science import sortition
from answerable.stages.engage import CommitPool
from answerable.store.vault import VaultRecord

TARGETS = "feature,value,min,max\nage,young,2,3\nage,old,4,5\n"


@pytest.fixture
def loop(told, tmp_path):
    with closing(Story(told, tmp_path / "story")) as story:
        opened(story, stated=False)
        yield story.loop


@pytest.fixture
def organiser(loop):
    return loop.actor(FACILITATOR.role, FACILITATOR.organisation)


def kept(loop, organiser):
    return loop.reveal(organiser, f"volunteer:{PANEL}")


def registered(loop):
    body = {"registered": True, "profile": {"age": "old"}, "contact": {"email": "canary"}}
    loop._vault.put([VaultRecord("own", f"volunteer:{PANEL}", body, bytes(16))], pending="c")
    loop._vault.settle("c")


def test_who_registered_stays_whatever_files_come(loop, organiser):
    registered(loop)
    assert loop.import_volunteers(organiser, PANEL, people()) == 30
    assert loop.import_volunteers(organiser, PANEL, people(8)) == 8
    assert len(kept(loop, organiser)) == 9
    assert loop.import_volunteers(organiser, PANEL, "") == 0
    assert [each.ref for each in kept(loop, organiser)] == ["own"]


@pytest.mark.parametrize("text", ["id,age\n1,old\n1,old\n", "id,id\n", "id,age\n1\n2\n,3\n"])
def test_a_fault_keeps_everybody_out_and_names_nobody(loop, organiser, text):
    loop.import_volunteers(organiser, PANEL, people(4))
    with pytest.raises(Invalid) as refusal:
        loop.import_volunteers(organiser, PANEL, text)
    assert refusal.value.code == "pool.upload"
    assert refusal.value.params["faults"] == len(refusal.value.faults)
    assert len(kept(loop, organiser)) == 4


def test_nobody_else_puts_people_into_the_pool(loop):
    for role, name in (
        (Role.FACILITATOR, "inverlarch-council"),
        (Role.OFFICER, "inverlarch-council"),
    ):
        with pytest.raises(Forbidden):
            loop.import_volunteers(loop.actor(role, name), PANEL, people())
    with pytest.raises(Missing):
        loop.import_volunteers(loop.actor(*FACILITATOR[:2]), "another", people())


def test_features_that_nobody_named_before_are_found_when_the_pool_is_fixed(loop, organiser):
    loop.import_volunteers(organiser, PANEL, people(), id_column="number")
    registered(loop)
    assert all(not each.body["profile"] for each in kept(loop, organiser)[1:])
    command = CommitPool(
        engagement=PANEL,
        targets=TARGETS,
        household_columns="street",
        witnesses=("inverlarch-data-commons", "larchwater-rivers-agency"),
        reveal_by=NOW + timedelta(days=1),
    )
    (entry,) = loop.act(command, organiser)
    assert (entry.body.volunteers, entry.body.households) == (31, True)
    pool = loop.reveal(organiser, f"pool:{PANEL}")
    assert {tuple(each.body["profile"]) for each in pool} == {("age",)}
    assert {each.body["volunteer"] for each in pool} == {r.ref for r in kept(loop, organiser)}
    assert (
        len(sortition.read_public(loop._register.blob(entry.body.lottery.sha256)).households) == 15
    )
    with pytest.raises(Refused) as refusal:
        loop.import_volunteers(organiser, PANEL, people())
    assert refusal.value.code == "pool.taken"
