from datetime import UTC, datetime

import pytest
from tests.golden.examples import golden
from tests.worlds import before, example, story

from answerable.model.agreement import Agreement, Decision
from answerable.model.engagement import Consultation, Engagement
from answerable.model.entry import read_entry
from answerable.model.errors import Missing, Refused
from answerable.model.organisation import OpenRegister, Organisation
from answerable.model.proposal import Benefit, Proposal, Risk
from answerable.model.signal import Signal, SignalDeclared
from answerable.model.state import APPLIERS, Builder, Record, State, applies, fold
from answerable.model.text import en
from answerable.model.vision import Mission, Vision

AT = datetime(2026, 1, 31, 9, 30, tzinfo=UTC)


class Boat(Record):
    noun = "boat"

    boat: str
    colour: str = "red"


def boat(name, entry=0, **more):
    return Boat(boat=name, entry=entry, at=AT, **more)


def names(state):
    return [one.boat for one in state.each(Boat)]


def test_nothing_yet():
    state = Builder()
    assert (state.size, state.last_at, state.last_command) == (0, None, None)
    assert list(state.each(Boat)) == []
    assert dict(state.commands) == {}
    assert not state.unknown


def test_what_was_put_is_found():
    state = Builder()
    state.put(boat("alba"))
    assert state.get(Boat, "alba") == state.find(Boat, "alba") == boat("alba")
    assert state.find(Boat, "orca") is state.find(Boat, None) is state.find(Boat, "") is None
    with pytest.raises(Missing, match=r"boat\.unknown\(name='orca'\)"):
        state.get(Boat, "orca")
    state.free(Boat, "orca")
    with pytest.raises(Refused, match=r"boat\.taken\(name='alba'\)"):
        state.free(Boat, "alba")


def test_a_record_takes_the_place_of_the_one_before():
    state = Builder()
    state.put(boat("alba"))
    state.put(boat("alba", colour="blue"))
    assert [one.colour for one in state.each(Boat)] == ["blue"]


def test_records_come_in_the_order_of_their_entries():
    state = Builder()
    for name, entry in (("third", 3), ("first", 1), ("second", 2)):
        state.put(boat(name, entry))
    assert names(state) == ["first", "second", "third"]


def test_kinds_do_not_mix():
    state = Builder()
    state.put(boat("alba"))
    assert state.find(Vision, "alba") is None
    state.free(Vision, "alba")


# Forks.


def test_a_fork_never_changes_its_base():
    state = Builder()
    state.put(boat("alba"))
    fork = state.fork()
    fork.put(boat("alba", colour="blue"))
    fork.put(boat("orca", 1))
    assert names(state) == ["alba"]
    assert state.get(Boat, "alba").colour == "red"
    assert names(fork) == ["alba", "orca"]
    assert fork.get(Boat, "alba").colour == "blue"


def test_a_fork_of_a_fork_stands_on_both():
    state = Builder()
    state.put(boat("alba"))
    one = state.fork()
    one.put(boat("orca", 1))
    two = one.fork()
    two.put(boat("tern", 2))
    assert [names(each) for each in (state, one, two)] == [
        ["alba"],
        ["alba", "orca"],
        ["alba", "orca", "tern"],
    ]


def test_entries_tried_on_a_fork_are_never_heard_of():
    world = before(SignalDeclared)
    state, size, last = world.state, world.state.size, world.state.last_at
    commands = dict(state.commands)
    world.state = state.fork()
    world.tell()
    assert world.state.size == size + 1
    assert world.state.get(Signal, "warning-1").area == "larchfoot"
    assert state.size == size
    assert state.last_at == last
    assert dict(state.commands) == commands
    assert list(state.each(Signal)) == []


def test_what_a_fork_meets_unknown_is_its_own():
    state = Builder()
    data = golden()["mission.set.v1"].replace(b'"mission.set"', b'"toy.made"')
    state.apply(read_entry(data, 0))
    fork = state.fork()
    fork.apply(read_entry(data.replace(b"golden-", b"silver-"), 1))
    assert list(state.unknown) == [0]
    assert list(fork.unknown) == [0, 1]


# Folding.


def test_fold_adds_entries_up():
    state = fold(story())
    assert isinstance(state, State)
    assert state.size == len(story())
    assert state.last_at == story()[-1].envelope.at
    assert state.last_command == story()[-1].envelope.command_id
    assert state.get(OpenRegister, "register").entry == 0
    assert len(list(state.each(Organisation))) == 5
    assert state.get(Mission, "safe-homes").vision == "dry-feet-2050"


def test_every_record_says_which_entry_named_it_first_and_when():
    state = fold(story())
    kinds = [kind for kind in Record.__subclasses__() if kind.__module__.startswith("answerable")]
    assert len(kinds) > 15
    for kind in kinds:
        for record in state.each(kind):
            entry = story()[record.entry]
            assert record.at == entry.envelope.at
            assert state.find(kind, record.key) is record


def test_a_command_is_known_by_the_first_of_its_entries():
    world = before(SignalDeclared)
    who = {"org": "agency", "role": world.line.role, "at": world.line.at}
    first, second = (
        example(SignalDeclared, declaration=name) for name in ("warning-1", "warning-2")
    )
    first = world.say(first, **who, command_id="two-at-once")
    world.say(second, **who, command_id="two-at-once")
    assert world.state.commands["two-at-once"] == first.index
    assert world.state.last_command == "two-at-once"


def test_an_applier_is_declared_for_the_body_it_is_found_by():
    class Nothing:
        pass

    @applies(Nothing)
    def applier(state, entry, body):
        """Do nothing."""

    assert APPLIERS.pop(Nothing) is applier


def test_what_belongs_to_a_proposal_is_found_as_a_search_through_all_would():
    state = before(None).state
    above = state.fork()
    benefit = next(state.each(Benefit))
    above.put(benefit.with_(benefit="another", entry=state.size))
    above.put(benefit.with_(title=en("Said anew")))
    for each in (state, above, above.fork()):
        for kind in (Benefit, Risk, Engagement, Consultation, Decision, Agreement, Proposal):
            for proposal in ("flood-help", "open-rain", "nothing"):
                assert each.of(kind, proposal) == tuple(
                    found for found in each.each(kind) if found.proposal == proposal
                )
    assert "another" not in {found.benefit for found in state.of(Benefit, "flood-help")}
