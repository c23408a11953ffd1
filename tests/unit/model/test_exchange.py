"""Services, gateways, lists and days, as the register remembers them."""

import pytest
from pydantic import ValidationError
from tests.golden.examples import STEWARDS, key
from tests.worlds import again, before, example

from answerable.model.base import invalid
from answerable.model.earlier import Count1, ReleasesCounted1
from answerable.model.errors import Missing
from answerable.model.exchange import (
    Count,
    Gateway,
    GatewayListed,
    OptOut,
    OptOutsSealed,
    RecipientService,
    Releases,
    ReleasesCounted,
    ServiceListed,
    ServiceWithdrawn,
    used_keys,
)
from answerable.model.state import Builder, fold


def test_a_service_is_listed_for_whoever_says_so():
    world = before(ServiceListed)
    entry = world.tell()
    found = world.state.get(RecipientService, entry.body.service)
    assert (found.organisation, found.withdrawn) == (entry.envelope.org, False)
    assert found.public_key == entry.body.public_key


def test_a_service_that_is_withdrawn_is_still_known():
    world = before(ServiceWithdrawn)
    entry = world.tell()
    found = world.state.get(RecipientService, entry.body.service)
    assert found.withdrawn
    assert found.public_key in used_keys(world.state)


def test_a_gateway_that_is_listed_again_keeps_the_keys_it_had():
    world = before(GatewayListed)
    first = world.tell().body
    world.state.apply(world.entry(again(first), org="health", role=world.line.role))
    found = world.state.get(Gateway, first.gateway)
    assert found.log_keys == (first.log_key, first.log_key)
    assert found.organisation == "health"


def test_each_custodian_has_lists_of_its_own():
    world = before(OptOutsSealed)
    body = world.tell().body
    found = world.state.get(OptOut, f"health/{body.list}")
    assert (found.key, found.version, found.seal) == (
        f"health/{body.list}",
        body.version,
        body.seal,
    )
    assert world.state.find(OptOut, body.list) is None


def test_each_gateway_counts_each_day_once():
    world = before(ReleasesCounted)
    body = world.tell().body
    found = world.state.get(Releases, f"{body.gateway}/{body.day.isoformat()}")
    assert (found.organisation, found.size, found.counts) == ("health", body.size, body.counts)


def test_nobody_may_use_a_key_that_anybody_has_or_had():
    world = before(None)
    used = set(used_keys(world.state))
    for name in (*STEWARDS, "council", "health", "fire"):
        assert key(name).public in used
    assert example(ServiceListed).public_key in used
    assert key("stranger").public not in used


def test_before_there_is_a_register_there_are_no_keys():
    with pytest.raises(Missing, match=r"register\.unknown"):
        list(used_keys(Builder()))
    with pytest.raises(Missing):
        list(used_keys(fold([])))


def fields(kind, **changes):
    with pytest.raises(ValidationError) as caught:
        again(example(kind), **changes)
    return {fault.field for fault in invalid("command.invalid", caught.value).faults}


@pytest.mark.parametrize(
    "address",
    [
        "gateway.example",
        "ftp://gateway.example",
        "https://",
        "https://user:secret@gateway.example",
        "https://gateway.example/?x=1",
        "https://gateway.example/#x",
        "https://gateway.example:123456",
        "https://Gateway.example",
        "javascript:alert(1)",
        "https://gateway.example/\n",
        "https://[::1]",
    ],
)
def test_an_address_is_a_plain_one(address):
    assert fields(GatewayListed, address=address) == {"address"}


@pytest.mark.parametrize("address", ["http://localhost:8443", "https://gateway.example/a/b-c_d.e"])
def test_an_address_where_services_find_it(address):
    assert again(example(GatewayListed), address=address).address == address


@pytest.mark.parametrize(
    ("kind", "changes", "field"),
    [
        (ServiceListed, {"public_key": "c2hvcnQ="}, "public_key"),
        (ServiceListed, {"service": "Fire Control"}, "service"),
        (OptOutsSealed, {"version": 0}, "version"),
        (OptOutsSealed, {"seal": "A" * 64}, "seal"),
        (OptOutsSealed, {"seal": "a" * 63}, "seal"),
        (ReleasesCounted, {"size": -1}, "size"),
        (ReleasesCounted, {"root": "0"}, "root"),
        (ReleasesCounted, {"counts": (Count(outcome="allowed"),) * 151}, "counts"),
        (ReleasesCounted1, {"counts": (Count1(outcome="allowed"),) * 151}, "counts"),
    ],
)
def test_what_is_not_in_form(kind, changes, field):
    assert fields(kind, **changes) == {field}


@pytest.mark.parametrize("figure", [0, 1, 9, 11, 15, -10])
@pytest.mark.parametrize("field", ["requests", "rows"])
def test_a_figure_is_rounded_or_not_there(figure, field):
    with pytest.raises(ValidationError):
        Count(outcome="allowed", **{field: figure})
    assert getattr(Count(outcome="allowed", **{field: 10}), field) == 10
    assert getattr(Count(outcome="allowed"), field) is None


@pytest.mark.parametrize("limits", [("two", "one"), ("one", "one"), ("One",)])
def test_limits_are_named_in_order_and_once(limits):
    assert Count(outcome="allowed", requests=10, limits=("one", "two")).limits == ("one", "two")
    with pytest.raises(ValidationError):
        Count(outcome="allowed", requests=10, limits=limits)


def test_no_limit_is_named_of_fewer_requests_than_ten():
    assert Count(outcome="refused", limits=()).limits == ()
    with pytest.raises(ValidationError, match="count.limits"):
        Count(outcome="refused", limits=("one",))


def test_what_was_not_said_in_version_1_stays_unsaid():
    was = example(ReleasesCounted1)
    now = was.upcast()
    assert (now.gateway, now.day, now.size, now.root) == (was.gateway, was.day, was.size, was.root)
    assert [count.requests for count in now.counts] == [count.requests for count in was.counts]
    assert {(count.limits, count.commitment) for count in now.counts} == {(None, None)}
    full = again(was, counts=(Count1(outcome="refused"),) * 150).upcast()
    assert len(full.counts) == 150


def test_an_outcome_is_one_of_three():
    with pytest.raises(ValidationError):
        Count(outcome="lost")
