"""Small faults planted in the terms, the plan, the compiler and the codes: each must be noticed.

The same questions are asked with each fault as without any, so what is noticed is the fault.
"""

from dataclasses import replace
from importlib import import_module

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from sqlglot import exp
from tests.property import test_gateway as gateway
from tests.reference import situations

from answerable.gateway import coding
from answerable.gateway.compile import expressions, query, sqlite
from answerable.gateway.compile.expressions import call, collated, name, number, text, when
from answerable.gateway.pseudonyms import Coder, Pseudonyms
from answerable.model.dataset import ColumnType
from answerable.model.limits import Coarsen, Coarsening, LeaveOut, OnlyRows, Pattern, WhileSignal

pytestmark = pytest.mark.property

planning = import_module("answerable.terms.plan")
deciding = import_module("answerable.terms.decide")
Case = deciding._Case
Draft = query._Draft
WORDS = (ColumnType.TEXT, ColumnType.CODE)
DAYS = (ColumnType.DATE, ColumnType.TIME)


def instead(monkeypatch, place, name, make):
    """Put in the place of a function, or of an entry in a table, what is made of it."""
    if isinstance(place, dict):
        monkeypatch.setitem(place, name, make(place[name]))
    else:
        monkeypatch.setattr(place, name, make(getattr(place, name)))


# --- comparisons


def none_of_lets_the_unknown_through(patch):
    def or_unknown(was):
        def make(column, values):
            return exp.or_(was(column, values), exp.Is(this=column.copy(), expression=exp.Null()))

        return make

    instead(patch, query._COMPARES, "none-of", or_unknown)


def at_least_is_more_than(patch):
    patch.setitem(query._COMPARES, "at-least", lambda c, v: exp.GT(this=c, expression=v[0]))


def at_most_is_less_than(patch):
    patch.setitem(query._COMPARES, "at-most", lambda c, v: exp.LT(this=c, expression=v[0]))


def only_the_first_comparison_counts(patch):
    def first(was):
        return lambda *said: replace(made := was(*said), rows=made.rows[:1])

    instead(patch, gateway, "planned", first)


def text_is_compared_whatever_its_case(patch):
    for table in (sqlite.SQLITE.equal, sqlite.SQLITE.ordered):
        for type_ in WORDS:
            patch.setitem(table, type_, collated(name("NOCASE")))


# --- people who said no


def the_second_list_is_ignored(patch):
    def first(was):
        def leave_out(draft):
            draft.plan = replace(draft.plan, left_out=draft.plan.left_out[:1])
            was(draft)

        return leave_out

    instead(patch, Draft, "_leave_out", first)


def rows_about_nobody_slip_past_the_lists(patch):
    def without(was):
        def leave_out(draft):
            was(draft)
            del draft.conditions[-2]

        return leave_out

    instead(patch, Draft, "_leave_out", without)


def who_says_no_meanwhile_is_given(patch):
    patch.setattr(coding, "_without", lambda batch, *_: batch)


def the_hidden_subject_leaks(patch):
    patch.setattr(coding, "SUBJECT", "another")


# --- less exact forms


def the_column_itself_is_made_less_exact(patch):
    def own(was):
        return lambda dataset, given: was(dataset, given.with_(source=None))

    instead(patch, planning, "_field", own)


def of_month_and_year_the_month_is_given(patch):
    both = (Coarsening.MONTH, Coarsening.YEAR)
    patch.setitem(deciding._COARSER, both, Coarsening.MONTH)


def the_district_has_one_sign_too_many(patch):
    def longer(column):
        tight = call("replace", column, text(" "), text(""))
        size = call("length", tight)
        value = call("substr", tight, number(1), expressions.minus(size, number(2)))
        return when(expressions.between(size, 5, 7), value)

    for type_ in WORDS:
        patch.setitem(sqlite.SQLITE.coarsened, (Coarsening.POSTCODE_DISTRICT, type_), longer)


def a_band_begins_one_year_late(patch):
    def late(was):
        return lambda column: was(expressions.minus(column, number(1)))

    place = (Coarsening.TEN_YEAR_BAND, ColumnType.INTEGER)
    instead(patch, sqlite.SQLITE.coarsened, place, late)


def midnight_is_somewhere_else(patch):
    def hours_before(column):
        return call("strftime", text("%Y-%m"), column, text("-5 hours"))

    patch.setitem(sqlite.SQLITE.coarsened, (Coarsening.MONTH, ColumnType.TIME), hours_before)


def days_are_given_for_months(patch):
    for type_ in DAYS:
        patch.setitem(sqlite.SQLITE.coarsened, (Coarsening.MONTH, type_), sqlite._first(10))


# --- codes


def the_code_is_one_for_the_exact_value(patch):
    def exact(was):
        def field(dataset, given):
            return was(dataset, given.with_(coarsened=None) if given.pseudonym else given)

        return field

    instead(patch, planning, "_field", exact)


def one_key_serves_every_agreement(patch):
    instead(patch, Pseudonyms, "for_", lambda was: lambda self, _, column: was(self, "", column))


def one_key_serves_every_column(patch):
    instead(patch, Pseudonyms, "for_", lambda was: lambda self, said, _: was(self, said, ""))


def a_long_identifier_is_cut_short(patch):
    patch.setattr(Coder, "_with_long", lambda _self, codes, _texts, _places: codes)


# --- where somebody is, and who may say so


def a_lookup_ignores_the_place(patch):
    patch.setattr(Draft, "lie_in", lambda *_: None)


def anybody_may_declare_a_signal(patch):
    def by_anyone(was):
        def in_force(state, condition, area, now):
            return was(state, condition.with_(issuers=situations.ORGANISATIONS), area, now)

        return in_force

    instead(patch, deciding, "in_force", by_anyone)


def an_emergency_opens_what_was_never_agreed(patch):
    patch.setattr(Case, "emergency", lambda case, _: case.request.emergency)


sources = gateway.sources
FAULTS = [
    (none_of_lets_the_unknown_through, "parquet"),
    (at_least_is_more_than, "sqlite"),
    (at_most_is_less_than, "sqlite"),
    (only_the_first_comparison_counts, "sqlite"),
    (text_is_compared_whatever_its_case, "sqlite"),
    (the_second_list_is_ignored, "sqlite"),
    (rows_about_nobody_slip_past_the_lists, "sqlite"),
    (who_says_no_meanwhile_is_given, "sqlite"),
    (the_hidden_subject_leaks, "sqlite"),
    (the_column_itself_is_made_less_exact, "sqlite"),
    (of_month_and_year_the_month_is_given, "sqlite"),
    (the_district_has_one_sign_too_many, "sqlite"),
    (a_band_begins_one_year_late, "sqlite"),
    (midnight_is_somewhere_else, "sqlite"),
    (days_are_given_for_months, "sqlite"),
    (the_code_is_one_for_the_exact_value, "sqlite"),
    (one_key_serves_every_agreement, "sqlite"),
    (one_key_serves_every_column, "sqlite"),
    (a_long_identifier_is_cut_short, "sqlite"),
    (a_lookup_ignores_the_place, "sqlite"),
    (anybody_may_declare_a_signal, "sqlite"),
    (an_emergency_opens_what_was_never_agreed, "sqlite"),
]


ASKED = (
    (700, situations.questions()),
    (300, situations.questions((Pattern.LOOKUP,), st.sampled_from((Coarsen, WhileSignal)))),
    (250, situations.questions((Pattern.BULK,), st.just(Coarsen))),
    (250, situations.questions((Pattern.BULK,), st.sampled_from((OnlyRows, LeaveOut)))),
)
"""How many of each: what is drawn varies with what else the run has imported, so that a fault
which only a question in a thousand notices would slip through some day."""


@pytest.fixture(scope="module")
def questions():
    """Give the same questions, in the same order, to all."""
    return [question for size, each in ASKED for question in gathered(size, each)]


def gathered(size, strategy):
    found = []

    @settings(
        max_examples=size,
        derandomize=True,
        database=None,
        deadline=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(strategy)
    def gather(question):
        found.append(question)

    gather()
    return found


def ask(questions, sources, kind):
    for asked in questions:
        if kind == "sqlite" or says_none_of(asked):
            gateway.agrees(asked, sources, kind)


def says_none_of(asked):
    """SQLite is quick and is asked everything; DuckDB only what its one fault is about."""
    return any(getattr(each, "compare", "") == "none-of" for each in asked.agreement.limits)


@pytest.mark.parametrize("kind", ["sqlite", "parquet"])
def test_with_no_fault_nothing_is_noticed(questions, sources, kind):
    ask(questions, sources, kind)


@pytest.mark.parametrize(("plant", "kind"), FAULTS, ids=[plant.__name__ for plant, _ in FAULTS])
def test_a_planted_fault_is_noticed(questions, sources, monkeypatch, plant, kind):
    plant(monkeypatch)
    with pytest.raises(AssertionError):
        ask(questions, sources, kind)
