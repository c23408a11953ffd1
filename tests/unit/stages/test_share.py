from datetime import date, timedelta

import pytest
from pydantic import ValidationError
from tests.golden.examples import key, log_key
from tests.unit.stages.table import allowed, at, each, empty, judge, refused, usual
from tests.worlds import AGENCY_DATA, DAY, FIRE, before, example

from answerable.model.agreement import AgreementSuspended, DutyMet
from answerable.model.earlier import ReleasesCounted1
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
)
from answerable.model.signal import Signal, SignalDeclared, SignalEnded

SECOND = timedelta(seconds=1)
SAID = at("2026-06-01T09:00:00")
BEGINS, ENDS = at("2026-06-01T06:00:00"), at("2026-06-03T06:00:00")
FORTNIGHT = timedelta(days=14)

NEXT_DAY = at("2026-06-08T09:00:00")
COUNT, OTHER = example(ReleasesCounted).counts
ONCE = example(ReleasesCounted1).counts[0]
UNSAID = example(ReleasesCounted1).upcast().counts


def listed_by_agency(world):
    """The agency has a gateway of that name; the health board has none."""
    world.state.put(world.state.get(Gateway, "health-gateway").with_(organisation="agency"))


CASES = [
    refused("declaration.taken", SignalDeclared, usual),
    refused("declaration.taken", SignalDeclared, usual, area="kirklarch"),
    refused("signal.long", SignalDeclared, ends=BEGINS + FORTNIGHT + SECOND),
    refused("signal.begins", SignalDeclared, begins=SAID - DAY - SECOND),
    refused("signal.begins", SignalDeclared, begins=SAID + 3 * DAY + SECOND, ends=SAID + 4 * DAY),
    refused("signal.begins", SignalDeclared, at=BEGINS + DAY + SECOND),
    refused("signal.over", SignalDeclared, ends=SAID),
    refused("signal.over", SignalDeclared, ends=BEGINS + SECOND),
    refused("signal.begins", SignalDeclared, begins=SAID - timedelta(days=1) - SECOND),
    refused(
        "signal.begins",
        SignalDeclared,
        begins=SAID + timedelta(days=3) + SECOND,
        ends=SAID + timedelta(days=4),
    ),
    refused("declaration.unknown", SignalEnded, declaration="another"),
    refused("signal.end", SignalEnded, ends=ENDS),
    refused("signal.end", SignalEnded, ends=ENDS + SECOND),
    refused("signal.end", SignalEnded, ends=SAID - SECOND),
    refused("signal.end", SignalEnded, usual),
    refused("register.unknown", ServiceListed, empty),
    refused("service.taken", ServiceListed, usual),
    refused("key.used", ServiceListed, usual, service="fire-crew"),
    refused("key.used", ServiceListed, public_key=key("fire").public),
    refused("key.used", ServiceListed, public_key=key("steward-1").public),
    refused("service.unknown", ServiceWithdrawn, service="another", by=FIRE),
    refused("service.withdrawn", ServiceWithdrawn, usual),
    refused("gateway.taken", GatewayListed, usual, by=AGENCY_DATA),
    refused("key.name", GatewayListed, gateway="another-gateway"),
    refused("key.name", GatewayListed, log_key=log_key().verifier.vkey),
    refused("key.form", GatewayListed, log_key="no key"),
    refused("list.version", OptOutsSealed, usual),
    refused("list.version", OptOutsSealed, usual, version=2),
    refused("list.fed", OptOutsSealed, fed=at("2026-06-07T09:00:01")),
    refused("releases.day", ReleasesCounted1, day=date(2026, 6, 7)),
    refused("releases.taken", ReleasesCounted1, usual),
    refused("releases.taken", ReleasesCounted1, usual, day=date(2026, 6, 5)),
    refused(
        "releases.smaller", ReleasesCounted1, usual, day=date(2026, 6, 7), size=1199, at=NEXT_DAY
    ),
    refused("releases.agreement", ReleasesCounted1, listed_by_agency, by=AGENCY_DATA),
    refused("agreement.unknown", ReleasesCounted1, counts=(ONCE.with_(agreement="another"),)),
    refused("releases.day", ReleasesCounted, day=date(2026, 6, 8)),
    refused("releases.taken", ReleasesCounted, usual),
    refused("releases.taken", ReleasesCounted, day=date(2026, 6, 6)),
    refused("releases.smaller", ReleasesCounted, size=1199),
    refused("releases.agreement", ReleasesCounted, listed_by_agency, by=AGENCY_DATA),
    refused("agreement.unknown", ReleasesCounted, counts=(COUNT.with_(agreement="another"),)),
    refused("releases.uncommitted", ReleasesCounted, counts=(COUNT.with_(commitment=None),)),
    refused("releases.uncommitted", ReleasesCounted, counts=(COUNT, OTHER.with_(limits=None))),
    refused(
        "releases.uncommitted", ReleasesCounted, counts=example(ReleasesCounted1).upcast().counts
    ),
    refused("releases.limit", ReleasesCounted, counts=(COUNT.with_(limits=("another",)),)),
    refused("releases.limit", ReleasesCounted, counts=(COUNT.with_(limits=("grant",)),)),
    refused(
        "releases.limit",
        ReleasesCounted,
        counts=(OTHER.with_(limits=COUNT.limits, requests=30),),
    ),
]
ALLOWED = [
    allowed(SignalDeclared),
    allowed(SignalDeclared, begins=SAID - DAY),
    allowed(SignalDeclared, begins=SAID + 3 * DAY, ends=SAID + 4 * DAY),
    allowed(SignalDeclared, ends=BEGINS + FORTNIGHT),
    allowed(SignalDeclared, ends=SAID + SECOND),
    allowed(SignalDeclared, begins=ENDS - SECOND),
    allowed(SignalDeclared, begins=SAID - timedelta(days=1)),
    allowed(SignalDeclared, usual, declaration="warning-2"),
    allowed(SignalEnded, ends=SAID),
    allowed(SignalEnded, ends=ENDS - SECOND),
    allowed(ServiceListed),
    allowed(ServiceWithdrawn),
    allowed(GatewayListed),
    allowed(GatewayListed, usual, address="http://127.0.0.1:8101"),
    allowed(OptOutsSealed),
    allowed(OptOutsSealed, usual, version=4),
    allowed(OptOutsSealed, usual, version=1, by=AGENCY_DATA),
    allowed(ReleasesCounted1),
    allowed(ReleasesCounted1, usual, day=date(2026, 6, 7), at=NEXT_DAY),
    allowed(ReleasesCounted1, counts=()),
    allowed(ReleasesCounted),
    allowed(ReleasesCounted, counts=()),
    allowed(ReleasesCounted, counts=(COUNT.with_(limits=()), OTHER)),
    allowed(ReleasesCounted, usual, day=date(2026, 6, 8), at=at("2026-06-09T09:00:00")),
]


@each(CASES)
def test_refused(case):
    judge(case)


@each(ALLOWED)
def test_allowed(case):
    judge(case)


def test_a_signal_remembers_whose_word_it_is_and_when_it_ended():
    signal = before(AgreementSuspended).state.get(Signal, "warning-1")
    assert signal.issuer == "agency"
    assert signal.begins == BEGINS
    assert signal.ends == example(SignalEnded).ends < ENDS


def test_the_state_remembers_services_gateways_lists_and_days():
    state = before(DutyMet).state
    assert state.get(RecipientService, "fire-control").withdrawn
    gateway = state.get(Gateway, "health-gateway")
    assert (gateway.organisation, gateway.log_keys) == ("health", (gateway.log_key,))
    assert state.get(OptOut, "health/said-no").version == 3
    was = state.get(Releases, "health-gateway/2026-06-06").counts[0]
    now = state.get(Releases, "health-gateway/2026-06-07").counts[0]
    assert (was.requests, was.limits, was.commitment) == (120, None, None)
    assert (now.requests, now.limits) == (120, ("district-unless-warning",))


@pytest.mark.parametrize("figure", [0, 1, 9, 14, -10])
def test_a_small_or_exact_figure_cannot_be_said(figure):
    with pytest.raises(ValidationError):
        Count(outcome="refused", requests=figure)
