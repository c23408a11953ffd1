from datetime import timedelta

from tests.unit.stages.table import allowed, at, each, judge, refused, usual
from tests.worlds import DAY, before, example

from answerable.model.agreement import AgreementSuspended
from answerable.model.signal import Signal, SignalDeclared, SignalEnded

SECOND = timedelta(seconds=1)
SAID = at("2026-06-01T09:00:00")
BEGINS, ENDS = at("2026-06-01T06:00:00"), at("2026-06-03T06:00:00")
FORTNIGHT = timedelta(days=14)

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
