"""Laws of the terms: what limits can never do, whatever the agreement, request and moment."""

import os
from datetime import UTC, date, datetime, timedelta
from itertools import chain, pairwise, permutations, product

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from tests.spec import world

from answerable.model.agreement import Agreement, Grant
from answerable.model.base import moment_text
from answerable.model.limits import (
    Coarsen,
    Coarsening,
    Effect,
    LeaveOut,
    MinimumCount,
    OnlyColumns,
    OnlyPurposes,
    OnlyRows,
    Pattern,
    Pseudonymise,
    Rate,
    When,
    WhileSignal,
)
from answerable.model.signal import Signal
from answerable.model.text import en
from answerable.terms import Facts, decide, diff, explain
from answerable.terms.compare import Direction

pytestmark = pytest.mark.property
cases = settings(max_examples=int(os.environ.get("FUZZ_CASES", "200")), deadline=None)

COLUMNS = ("address", "born", "need", "person")
PURPOSES = ("rescue", "planning", "research")
ORGANISATIONS = ("larchside", "larchwater", "strathlarch")
AREAS = (world.HERE, world.NEARBY)
KINDS = ("flood-warning", "power-cut")
LISTS = ("said-no", "moved-away")
REASONS = ("risk:burglary", "recommendation:tell-us", "principle:say-why", "basis:strathlarch")
START = datetime(2026, 11, 1, tzinfo=UTC)


def some(*values):
    """One or more of the values, each once, in any order."""
    return st.lists(st.sampled_from(values), min_size=1, unique=True).map(tuple)


def moments(days):
    return st.integers(0, days * 24).map(lambda hours: START + timedelta(hours=hours))


def numbered(elements, name, most=4):
    """A few terms with names of their own."""
    return st.lists(elements, max_size=most).map(
        lambda terms: tuple(term.with_(**{name: f"{name}-{i}"}) for i, term in enumerate(terms))
    )


WHENS = st.builds(
    When,
    signal=st.sampled_from(KINDS),
    issuers=some(*ORGANISATIONS),
    area_column=st.just("flood_area"),
    break_glass=st.sampled_from([None, True]),
)


def rules(kind, **fields):
    patterns = st.just(()) | some(*Pattern)
    because = st.sampled_from(REASONS)
    return st.builds(kind, limit=st.just("extra"), because=because, patterns=patterns, **fields)


COLUMN = st.sampled_from(COLUMNS)
COARSER = rules(
    Coarsen,
    column=st.sampled_from(COLUMNS[:2]),
    to=st.sampled_from(Coarsening),
    source=st.none() | st.just("postcode"),
    unless=st.none() | WHENS,
)
LIMITS = st.one_of(
    rules(OnlyColumns, columns=st.permutations(COLUMNS).map(lambda some: tuple(some[:3]))),
    rules(OnlyPurposes, purposes=some(*PURPOSES)),
    rules(
        OnlyRows,
        column=COLUMN,
        compare=st.sampled_from(["one-of", "none-of"]),
        values=some("oxygen", "stairs"),
    ),
    rules(
        OnlyRows,
        column=COLUMN,
        compare=st.sampled_from(["at-least", "at-most"]),
        values=st.sampled_from([("18",), ("75",)]),
    ),
    rules(OnlyRows, column=COLUMN, compare=st.just("present")),
    COARSER,
    rules(Pseudonymise, column=COLUMN),
    rules(LeaveOut, list=st.sampled_from(LISTS), greatest_age_hours=st.integers(1, 48)),
    rules(Rate, requests=st.integers(1, 9), per=st.sampled_from(["minute", "hour", "day"])),
    rules(WhileSignal, when=WHENS),
    rules(MinimumCount, count=st.integers(2, 20)),
)
DUTIES = st.builds(
    world.duty,
    because=st.sampled_from(REASONS),
    party=st.sampled_from(ORGANISATIONS),
    what=st.sampled_from([en("Report."), en("Delete it.")]),
    evidence=st.sampled_from([en("The report."), en("A certificate.")]),
    due=st.dates(date(2026, 12, 1), date(2027, 2, 1)),
    every_months=st.none() | st.integers(1, 12),
    on_miss=st.dictionaries(st.sampled_from(Pattern), st.sampled_from(Effect)),
)
AGREEMENTS = st.builds(
    world.agreement,
    limits=numbered(LIMITS, "limit"),
    duties=numbered(DUTIES, "duty", 2),
    columns=some(*COLUMNS),
    purposes=some(*PURPOSES),
    patterns=some(*Pattern),
    recipients=some(*ORGANISATIONS),
    starts=moments(30),
    ends=moments(60).map(lambda moment: moment + timedelta(days=60)),
    greatest_age_minutes=st.integers(1, 90),
    met=st.just(()) | st.just((("duty-0", date(2027, 1, 10)),)),
)
SIGNALS = st.lists(
    st.builds(
        world.signal,
        issuer=st.sampled_from(ORGANISATIONS),
        signal=st.sampled_from(KINDS),
        area=st.sampled_from(AREAS),
        begins=moments(60),
        ends=moments(60).map(lambda moment: moment + timedelta(days=61)),
    ),
    max_size=4,
).map(
    lambda signals: [
        signal.with_(entry=i + 1, declaration=f"event-{i}") for i, signal in enumerate(signals)
    ]
)
FACTS = st.builds(
    Facts,
    now=moments(120),
    register_age=st.integers(0, 60).map(lambda minutes: timedelta(minutes=minutes)),
    list_ages=st.dictionaries(
        st.sampled_from(LISTS), st.integers(0, 60).map(lambda hours: timedelta(hours=hours))
    ),
    requests=st.dictionaries(st.sampled_from(["limit-0", "limit-1", "extra"]), st.integers(0, 9)),
)
PLACES = st.just({}) | st.sampled_from(AREAS).map(lambda area: {"flood_area": area})
ANY_REQUEST = st.builds(
    world.request,
    recipient=st.sampled_from(ORGANISATIONS),
    purpose=st.sampled_from(PURPOSES),
    pattern=st.sampled_from(Pattern),
    columns=some(*COLUMNS),
    areas=PLACES,
    emergency=st.booleans(),
)


BORN = world.request(columns=("born",))


@st.composite
def within(draw, agreed):
    """A request that the grant has room for."""
    return world.request(
        recipient=draw(st.sampled_from(agreed.recipients)),
        purpose=draw(st.sampled_from(agreed.purposes)),
        pattern=draw(st.sampled_from(agreed.patterns)),
        columns=draw(some(*agreed.columns)),
        areas=draw(PLACES),
        emergency=draw(st.booleans()),
    )


@st.composite
def situations(draw):
    """An agreement, signals, a request (three times in four within the grant), facts."""
    agreed = draw(AGREEMENTS)
    asked = draw(st.one_of(ANY_REQUEST, within(agreed), within(agreed), within(agreed)))
    facts = draw(FACTS)
    if draw(st.integers(0, 3)):
        inside = min(max(facts.now, agreed.starts), agreed.ends - timedelta(seconds=1))
        facts = Facts(inside, timedelta(0), facts.list_ages, facts.requests)
    return agreed, draw(SIGNALS), asked, facts


def judge(agreed, signals, asked, facts):
    return decide(world.state(agreed, *signals), asked, facts)


def forms(verdict):
    return {given.column: (given.coarsened, given.pseudonym) for given in verdict.gives}


def codes(verdict):
    return {refusal.code for refusal in verdict.refusals}


def is_no_more_exact(before, after):
    """Month may become year; nothing else changes once it is less exact."""
    (was, was_code), (now, now_code) = before, after
    form = was in (None, now) or (was, now) == (Coarsening.MONTH, Coarsening.YEAR)
    return form and now_code >= was_code


def is_no_more(before, after):
    """Tell whether a verdict permits nothing that another does not."""
    if not after.allowed:
        return True
    return (
        before.allowed
        and forms(before).keys() == forms(after).keys()
        and all(is_no_more_exact(form, forms(after)[name]) for name, form in forms(before).items())
        and set(before.rows) <= set(after.rows)
        and set(before.leaves_out) <= set(after.leaves_out)
        and (before.minimum_count or 0) <= (after.minimum_count or 0)
    )


@cases
@given(situations(), LIMITS, st.integers(0, 4))
def test_adding_a_limit_never_permits_more(situation, extra, place):
    agreed, signals, asked, facts = situation
    limits = (*agreed.limits[:place], extra, *agreed.limits[place:])
    before = judge(agreed, signals, asked, facts)
    after = judge(agreed.with_(limits=limits), signals, asked, facts)
    assert is_no_more(before, after)
    assert codes(before) <= codes(after)
    assert before.warnings == after.warnings


@pytest.mark.parametrize("forms", list(product(Coarsening, repeat=3)), ids=", ".join)
def test_less_exact_forms_add_up_in_any_order(forms):
    rules = [world.rule(Coarsen, f"to-{i}", column="born", to=to) for i, to in enumerate(forms)]
    verdicts = [
        [judge(world.agreement(*some[:count]), [], BORN, world.FACTS) for count in range(4)]
        for some in permutations(rules)
    ]
    for before, after in chain.from_iterable(pairwise(verdict) for verdict in verdicts):
        assert is_no_more(before, after)
    for one, other in pairwise(verdict[-1] for verdict in verdicts):
        assert is_no_more(one, other)
        assert is_no_more(other, one)


@cases
@given(situations(), st.data())
def test_the_order_of_limits_does_not_matter(situation, data):
    agreed, signals, asked, facts = situation
    limits = tuple(data.draw(st.permutations(agreed.limits)))
    one = judge(agreed, signals, asked, facts)
    other = judge(agreed.with_(limits=limits), signals, asked, facts)
    assert is_no_more(one, other)
    assert is_no_more(other, one)
    assert set(one.refusals) == set(other.refusals)


OUTSIDE = {
    "request.agreement": lambda agreed, asked, facts: (
        agreed,
        asked.with_(agreement="another"),
        facts,
    ),
    "request.recipient": lambda agreed, asked, facts: (
        agreed,
        asked.with_(recipient="somebody-else"),
        facts,
    ),
    "request.purpose": lambda agreed, asked, facts: (agreed, asked.with_(purpose="profit"), facts),
    "request.column": lambda agreed, asked, facts: (
        agreed,
        asked.with_(columns=(*asked.columns, "phone")),
        facts,
    ),
    "request.pattern": lambda agreed, asked, facts: (
        agreed.with_(patterns=tuple(p for p in agreed.patterns if p is not asked.pattern)),
        asked,
        facts,
    ),
    "request.not-started": lambda agreed, asked, facts: (
        agreed.with_(starts=facts.now + timedelta(seconds=1)),
        asked,
        facts,
    ),
    "request.ended": lambda agreed, asked, facts: (
        agreed.with_(starts=facts.now - timedelta(seconds=1), ends=facts.now),
        asked,
        facts,
    ),
    "request.unsigned": lambda agreed, asked, facts: (
        agreed.with_(signed_by=agreed.signed_by[1:]),
        asked,
        facts,
    ),
    "request.suspended": lambda agreed, asked, facts: (
        agreed.with_(suspended=(asked.pattern,)),
        asked,
        facts,
    ),
    "request.stale": lambda agreed, asked, facts: (
        agreed,
        asked,
        Facts(facts.now, timedelta(minutes=agreed.greatest_age_minutes, seconds=1)),
    ),
}


@cases
@given(situations(), st.sampled_from(sorted(OUTSIDE)))
def test_outside_the_grant_nothing_is_allowed(situation, code):
    agreed, signals, asked, facts = situation
    agreed, asked, facts = OUTSIDE[code](agreed, asked, facts)
    verdict = judge(agreed, signals, asked, facts)
    assert code in codes(verdict)
    assert not verdict.allowed
    assert not verdict.gives


@cases
@given(situations())
def test_an_allowed_request_gives_exactly_the_columns_asked_for(situation):
    _, _, asked, _ = situation
    verdict = judge(*situation)
    assert tuple(g.column for g in verdict.gives) == (asked.columns if verdict.allowed else ())


@cases
@given(situations())
def test_deciding_is_pure(situation):
    agreed, signals, asked, facts = situation
    state = world.state(agreed, *signals)
    below = state.fork()
    assert decide(state, asked, facts) == decide(state, asked, facts) == decide(below, asked, facts)
    assert list(state.each(Agreement)) == [agreed]
    assert list(state.each(Signal)) == signals
    assert state.size == 0


@cases
@given(situations())
def test_every_refusal_names_a_part_of_the_terms(situation):
    agreed, *_ = situation
    parts = {"window", "recipients", "purposes", "patterns", "columns", "register age"}
    parts |= {limit.limit for limit in agreed.limits} | {duty.duty for duty in agreed.duties}
    verdict = judge(*situation)
    assert {refusal.by for refusal in verdict.refusals} <= parts
    assert {name for given in verdict.gives for name in given.by} <= parts


SETS = ("columns", "patterns", "recipients", "purposes")


def terms(agreed):
    """Everything that `diff` is to notice."""
    grant = {name: getattr(agreed, name) for name in Grant.model_fields}
    grant |= {name: set(grant[name]) for name in SETS}
    said = [
        {term_name(term): term.model_dump() for term in kind}
        for kind in (agreed.limits, agreed.duties)
    ]
    return grant, *said


def term_name(term):
    return f"duty {term.duty}" if hasattr(term, "duty") else f"rule {term.limit}"


@cases
@given(AGREEMENTS)
def test_an_agreement_does_not_differ_from_itself(agreed):
    assert diff(agreed, agreed) == []


@cases
@given(AGREEMENTS, st.data())
def test_there_is_a_difference_just_when_the_terms_differ(agreed, data):
    other = data.draw(AGREEMENTS)
    fields = data.draw(st.sets(st.sampled_from([*Grant.model_fields, "limits", "duties"])))
    changed = agreed.with_(**{name: getattr(other, name) for name in fields})
    changes = diff(agreed, changed)
    assert (changes == []) == (terms(agreed) == terms(changed))
    assert {change.what for change in changes if change.what in Grant.model_fields} <= fields


@cases
@given(AGREEMENTS, AGREEMENTS)
def test_a_difference_read_backwards_is_the_difference_backwards(one, other):
    flip = {
        Direction.WIDER: Direction.NARROWER,
        Direction.NARROWER: Direction.WIDER,
        Direction.DIFFERENT: Direction.DIFFERENT,
    }
    there = {(c.what, c.before, c.after, c.direction) for c in diff(one, other)}
    back = {(c.what, c.after, c.before, flip[c.direction]) for c in diff(other, one)}
    assert there == back


@cases
@given(AGREEMENTS, LIMITS, DUTIES, st.sampled_from(SETS))
def test_taking_away_what_was_added_gives_back_what_was(agreed, limit, duty, name):
    more = {**dict.fromkeys(SETS, "another"), "patterns": Pattern.AGGREGATE}
    assume(more[name] not in getattr(agreed, name))
    added = agreed.with_(
        limits=(*agreed.limits, limit),
        duties=(*agreed.duties, duty.with_(duty="extra")),
        **{name: (*getattr(agreed, name), more[name])},
    )
    changes = diff(agreed, added)
    assert {change.what for change in changes} == {name, "rule extra", "duty extra"}
    assert not any(change.before for change in changes)
    gone = {change.what for change in changes}
    lost = {change.after for change in changes if change.what in SETS}
    assert agreed == added.with_(
        limits=tuple(term for term in added.limits if term_name(term) not in gone),
        duties=tuple(term for term in added.duties if term_name(term) not in gone),
        **{name: tuple(value for value in getattr(added, name) if value not in lost)},
    )


@st.composite
def narrowed(draw, agreed):
    """The same agreement with less in its grant and more limits and duties."""
    fewer = {name: draw(some(*getattr(agreed, name))) for name in SETS}
    limit, duty = draw(LIMITS), draw(DUTIES)
    return agreed.with_(
        **fewer,
        starts=agreed.starts + timedelta(hours=draw(st.integers(0, 48))),
        ends=agreed.ends - timedelta(hours=draw(st.integers(0, 48))),
        greatest_age_minutes=draw(st.integers(1, agreed.greatest_age_minutes)),
        limits=draw(st.sampled_from([agreed.limits, (*agreed.limits, limit)])),
        duties=draw(st.sampled_from([agreed.duties, (*agreed.duties, duty)])),
    )


@cases
@given(situations(), st.data())
def test_what_is_called_narrower_permits_no_more(situation, data):
    agreed, *rest = situation
    less = data.draw(narrowed(agreed))
    assert {change.direction for change in diff(agreed, less)} <= {Direction.NARROWER}
    assert is_no_more(judge(agreed, *rest), judge(less, *rest))


@cases
@given(AGREEMENTS)
def test_an_explanation_leaves_nothing_out(agreed):
    said = explain(agreed)
    text = "\n".join(said)
    for name in (*agreed.columns, *agreed.purposes, *agreed.recipients):
        assert name in text
    assert moment_text(agreed.starts) in text
    assert moment_text(agreed.ends) in text
    for limit in agreed.limits:
        assert len([line for line in said if f"(rule {limit.limit}, because of" in line]) == 1
    for duty in agreed.duties:
        assert len([line for line in said if f"(duty {duty.duty}, because of" in line]) == 1


@cases
@given(AGREEMENTS)
def test_every_sentence_is_one(agreed):
    for line in explain(agreed):
        assert line[0].isalpha()
        assert line.endswith((".", ")"))
        assert "  " not in line
        assert "{" not in line
