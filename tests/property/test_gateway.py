"""What leaves the gateway is what the reference interpreter says, row by row and cell by cell.

``make fuzz`` asks many more questions. A failure prints the question and a line that repeats it;
``HYPOTHESIS_PROFILE=fuzz pytest --hypothesis-seed=7`` chooses the questions by a seed.
"""

import os
import sqlite3
from collections import Counter
from contextlib import closing
from dataclasses import replace
from datetime import date
from types import SimpleNamespace

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st
from tests.postgres import postgres  # noqa: F401 - a fixture
from tests.reference import cells, interpreter, situations
from tests.reference.codes import code
from tests.reference.judgement import judge
from tests.reference.question import Declined, Impossible, Leaves
from tests.reference.situations import NUMBER
from tests.sources import RELATION, SQLITE, Sources, declared, identifier, sqlite_cell
from tests.spec import world

from answerable.gateway.coding import Coding
from answerable.gateway.compile import (
    SUBJECT,
    Dialect,
    Table,
    count_query,
    lookup_query,
    places_query,
    rows_query,
)
from answerable.gateway.connectors import SqliteSource
from answerable.gateway.patterns import bulk
from answerable.gateway.pseudonyms import Pseudonyms
from answerable.model.errors import Refused
from answerable.model.limits import Coarsening, Pattern
from answerable.terms import Facts, decide
from answerable.terms import plan as planned

pytestmark = pytest.mark.property
CASES = int(os.environ.get("FUZZ_CASES", "300"))

NAMES = {name: f'src{place} "{name}" %s $1 ?; --' for place, name in enumerate(situations.COLUMNS)}
"""What the source calls each column: nothing that could be in a statement by chance."""
BY_PLACE = {"request.no-signal", "request.form"}
"""What may refuse one row of a subject and not another."""


# --- the gateway's own way, from the request to the cells


def carried_out(asked, source):
    """Take a question through the terms, the compiler, a source and the codes."""
    try:
        if asked.request.pattern is Pattern.LOOKUP:
            return looked_up(asked, source)
        verdict = judged(asked, {})
        if not verdict.allowed:
            return declined([verdict])
        return leaves(asked, [verdict], [taken(asked, verdict, source)])
    except Refused as problem:
        if not problem.code.startswith(("plan.", "compile.")):
            raise
        return Impossible(frozenset({problem.code}))


def judged(asked, areas):
    facts = Facts(asked.now, asked.register_age, asked.list_ages, asked.answered)
    state = world.state(asked.agreement, *asked.signals)
    return decide(state, asked.request.with_(areas=areas), facts)


def declined(verdicts):
    reasons = {(refusal.code, refusal.by) for verdict in verdicts for refusal in verdict.refusals}
    return Declined(frozenset(reasons))


def looked_up(asked, source):
    """Decide for each place in which the subject has rows; for nowhere if it has none."""
    nowhere = judged(asked, {})
    if {refusal.code for refusal in nowhere.refusals} - BY_PLACE:
        return declined([nowhere])
    found = places(asked, nowhere, source) or [{}]
    known = [{name: area for name, area in each.items() if area is not None} for each in found]
    verdicts = [judged(asked, each) for each in known]
    allowed = [pair for pair in zip(verdicts, found, strict=True) if pair[0].allowed]
    if not allowed:
        return declined(verdicts)
    each = [taken(asked, verdict, source, place) for verdict, place in allowed]
    return leaves(asked, [verdict for verdict, _ in allowed], each)


def places(asked, verdict, source):
    areas = asked.agreement.places
    if not areas:
        return []
    made = made_plan(asked, verdict)
    query = places_query(made, source.table, source.dialect, areas, asked.subject)
    return [dict(zip(areas, row, strict=True)) for row in rows(read(asked, source, query))]


def made_plan(asked, verdict):
    return planned(asked.dataset, asked.agreement, asked.request, verdict)


def taken(asked, verdict, source, place=None):
    """Take from the source what one verdict allows, and make the codes."""
    made = made_plan(asked, verdict)
    pseudonyms = Pseudonyms(asked.secret)
    coders = {
        field.name: pseudonyms.for_(asked.agreement.agreement, field.name)
        for field in made.fields
        if field.pseudonym
    }
    coding = Coding(coders, subject_column(asked, made))
    return read(asked, source, statement(asked, made, source, place), coding)


def read(asked, source, query, coding=None):
    """Take an answer in small batches, each coded by itself."""
    with source.batches(query, asked.left_out, rows=7) as batches:
        return [coding.give(batch, asked.late) if coding else batch for batch in batches]


def subject_column(asked, made):
    """Give the column by which a stream leaves out who says no meanwhile."""
    return bulk._subject(made) if asked.request.pattern is Pattern.BULK else None


def statement(asked, made, source, place=None):
    match asked.request.pattern:
        case Pattern.BULK:
            hidden = subject_column(asked, made) == SUBJECT
            return rows_query(made, source.table, source.dialect, subject=hidden)
        case Pattern.AGGREGATE:
            return count_query(made, source.table, source.dialect)
        case Pattern.LOOKUP:
            return lookup_query(made, source.table, source.dialect, asked.subject, place)


def rows(batches):
    """Give the cells of batches, row by row."""
    cells = [(column.to_pylist() for column in batch.columns) for batch in batches]
    return [row for columns in cells for row in zip(*columns, strict=True)]


def leaves(asked, verdicts, answers):
    return Leaves(
        columns=tuple(answers[0][0].schema.names),
        rows=tuple(row for each in answers for row in rows(each)),
        minimum_count=verdicts[0].minimum_count,
        signals=frozenset(name for verdict in verdicts for name in verdict.signals),
        emergency=any(verdict.emergency for verdict in verdicts),
        warnings=frozenset(name for verdict in verdicts for name in verdict.warnings),
    )


# --- the comparison


def same(expected, found):
    """Require that two answers are the same but for the order of rows."""
    assert type(found) is type(expected)
    if isinstance(expected, Impossible):
        assert found.codes <= expected.codes
    elif isinstance(expected, Declined):
        assert found == expected
    else:
        assert Counter(map(marked, found.rows)) == Counter(map(marked, expected.rows))
        assert replace(found, rows=()) == replace(expected, rows=())


def marked(row):
    """Tell apart what Python holds to be equal: 1, True and 1.0."""
    return tuple((type(cell).__name__, cell) for cell in row)


def table_of(asked, sources, kind):
    """Make a source of one kind that holds the table of a question."""
    columns = {each.column: (NAMES[each.column], each.type) for each in asked.dataset.columns}
    return sources.make(kind, columns, [[row[name] for name in columns] for row in asked.table])


def agrees(asked, sources, *kinds):
    """Require that every kind of source gives what the interpreter says."""
    expected = interpreter.answer(asked)
    for kind in kinds:
        same(expected, carried_out(asked, table_of(asked, sources, kind)))
    sources.clear()


class Emptied(Sources):
    """A folder of sources that are made for one question and then gone."""

    def clear(self):
        for path in self.folder.iterdir():
            path.unlink()

    def sqlite(self, columns, rows):
        """Write as always, but without waiting for the disk."""
        path = self.path("sqlite")
        table, marks = identifier(RELATION), ", ".join("?" * len(columns))
        with closing(sqlite3.connect(path, isolation_level=None)) as connection:
            connection.execute("PRAGMA journal_mode = OFF")
            connection.execute("PRAGMA synchronous = OFF")
            connection.execute(f"CREATE TABLE {table} ({declared(columns, SQLITE)})")
            kept = [[sqlite_cell(cell) for cell in row] for row in rows]
            connection.executemany(f"INSERT INTO {table} VALUES ({marks})", kept)  # noqa: S608
        return SqliteSource(kind="sqlite", path=path.name, table=RELATION, **self.said(columns))


@pytest.fixture(scope="module")
def sources(tmp_path_factory, request):
    folder = tmp_path_factory.mktemp("sources")
    return Emptied(folder, lambda: request.getfixturevalue("postgres"))


def cases(count):
    """Ask so many questions; a failure says how to ask the same one again."""
    slow = [HealthCheck.too_slow, HealthCheck.data_too_large]
    return settings(max_examples=count, deadline=None, print_blob=True, suppress_health_check=slow)


@cases(CASES)
@given(asked=situations.questions())
def test_what_leaves_is_what_the_interpreter_says(sources, asked):
    agrees(asked, sources, "parquet", "sqlite")


@cases(max(CASES // 6, 20))
@given(asked=situations.questions())
def test_postgres_gives_what_the_interpreter_says(sources, asked):
    agrees(asked, sources, "postgres")


# --- a limit can only narrow, in the data itself


@st.composite
def numbered(draw):
    """A question whose rows can be told apart in the answer, and one more limit."""
    asked = draw(situations.questions())
    columns = tuple(name for name in asked.request.columns if name != NUMBER) or ("one",)
    described = {each.column: each.type for each in asked.dataset.columns}
    extra = draw(situations.limits(described, columns))
    limits = [each for each in asked.agreement.limits if getattr(each, "column", "") != NUMBER]
    if getattr(extra, "column", "") == NUMBER:
        extra = extra.with_(column="one")
    agreement = asked.agreement.with_(limits=tuple(limits))
    request = asked.request.with_(columns=(*columns, NUMBER))
    return replace(asked, agreement=agreement, request=request), extra


@cases(CASES)
@given(drawn=numbered(), place=st.integers(0, 3))
def test_one_more_limit_never_lets_more_out(sources, drawn, place):
    """A less exact form may be possible where the exact value is not: that is left aside."""
    asked, extra = drawn
    limits = asked.agreement.limits
    agreement = asked.agreement.with_(limits=(*limits[:place], extra, *limits[place:]))
    source = table_of(asked, sources, "sqlite")
    before = carried_out(asked, source)
    after = carried_out(replace(asked, agreement=agreement), source)
    sources.clear()
    match before, after:
        case Leaves(), Leaves():
            assert after.columns == before.columns
            assert (after.minimum_count or 0) >= (before.minimum_count or 0)
            is_no_more(asked, extra, by_number(before), by_number(after))
        case Impossible(), Leaves():
            assert extra.rule == "coarsen" or not after.rows
        case Declined(), _:
            assert not isinstance(after, Leaves)


def by_number(answer):
    found = {row[answer.columns.index(NUMBER)]: row for row in answer.rows}
    assert len(found) == len(answer.rows)
    return found


def is_no_more(asked, extra, before, after):
    """Require the same rows or fewer, and each cell the same, less exact, a code, or not known."""
    assert after.keys() <= before.keys()
    for number, row in after.items():
        for name, was, now in zip(asked.request.columns, before[number], row, strict=False):
            allowed = no_more_exact(asked, extra, name, was, asked.table[number])
            assert marked([now])[0] in marked([*allowed, None])


def no_more_exact(asked, extra, name, was, row):
    """Give what a cell may become by one limit.

    A less exact form that is made of another column stands for the column also where the column
    itself is not known.
    """
    if extra.rule == "pseudonymise" and extra.column == name:
        return [was, code_of(asked, name, was)]
    if extra.rule != "coarsen" or extra.column != name:
        return [was]
    types = {each.column: each.type for each in asked.dataset.columns}
    if types.get(extra.source or name) not in cells.FORMS[extra.to]:
        return [was]  # it was lifted, or is about another way of asking
    exact = row[extra.source or name]
    year = cells.coarser(exact, Coarsening.YEAR) if isinstance(exact, date) else None
    if was is not None and was in (year, code_of(asked, name, year)):
        return [was]
    less = cells.coarser(exact, extra.to)
    coded = code_of(asked, name, less)
    return [was, coded] if isinstance(was, bytes) else [was, less, *([coded] * (was is None))]


def code_of(asked, name, cell):
    if cell is None or isinstance(cell, bytes):
        return cell
    return code(asked.secret, asked.agreement.agreement, name, cells.written(cell))


# --- what is in the statement


@cases(CASES)
@given(asked=situations.questions(), dialect=st.sampled_from(Dialect))
def test_a_statement_names_what_is_needed_and_says_no_value(asked, dialect):
    verdict = judged(asked, {})
    assume(verdict.allowed and not isinstance(interpreter.answer(asked), Impossible))
    source = SimpleNamespace(table=Table(("people",), NAMES), dialect=dialect)
    place = dict.fromkeys(asked.agreement.places, "larchfoot")
    made = statement(asked, made_plan(asked, verdict), source, place)
    quoted = {name: said.replace('"', '""') for name, said in NAMES.items()}
    assert {name for name, said in quoted.items() if said in made.sql} == set(made.reads)
    assert set(made.reads) <= needed(asked)
    words = made.sql.upper()  # a value may be a word of the language, but then not a literal
    literal = (
        f"'{value}" if value.isalpha() and value.upper() in words else value
        for value in said_values(asked)
    )
    assert not [said for said in literal if said in made.sql]


def needed(asked):
    """Give every column without which the answer cannot be worked out."""
    said = judge(asked, {})
    names = {form.source for form in said.forms.values()} | {row.column for row in said.rows}
    if asked.request.pattern is Pattern.LOOKUP:
        names.update(asked.agreement.places)
    if said.lists or asked.request.pattern is not Pattern.BULK:
        names.add(asked.agreement.subject_column)
    return names


def said_values(asked):
    """Give what is said in the request, the terms and the data, where it is not too common."""
    values = {asked.request.purpose, asked.request.recipient, asked.subject, "larchfoot"}
    values.update(*(getattr(limit, "values", ()) for limit in asked.agreement.limits))
    values.update(*asked.left_out.values(), asked.left_out)
    values.update(cells.written(cell) or "" for row in asked.table for cell in row.values())
    return {value for value in values if len(value) > 4}
