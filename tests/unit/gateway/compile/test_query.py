import re
from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal

import pytest
from tests.injections import INJECTIONS, UNSAYABLE
from tests.sources import plan, refusal, subject

from answerable.gateway.compile import (
    PEOPLE,
    ROWS,
    SUBJECT,
    Dialect,
    Table,
    count_query,
    lookup_query,
    places_query,
    rows_query,
)
from answerable.gateway.compile.query import DIALECTS
from answerable.gateway.compile.values import Bound, whole_number
from answerable.model.dataset import ColumnType
from answerable.model.errors import Refused
from answerable.model.limits import Coarsening
from answerable.terms.plan import FITS, Compare, Field

T = ColumnType
TABLE = Table(("public", "people"))
PERSON = Field("person", "person", T.CODE)
EACH = pytest.mark.parametrize("dialect", list(Dialect))


def test_the_whole_statement_of_one_plan():
    made = plan(
        PERSON,
        Field("place", "postcode", T.TEXT, Coarsening.POSTCODE_DISTRICT),
        rows=[Compare("age", T.INTEGER, "at-least", (18,))],
        left_out=["objections"],
        subject=subject(),
    )
    query = rows_query(made, TABLE, Dialect.POSTGRES, subject=True)
    assert query.sql == (
        'SELECT "t"."person" AS "c0", '
        "CASE WHEN LENGTH(REPLACE(\"t\".\"postcode\", ' ', '')) BETWEEN 5 AND 7 THEN "
        "SUBSTR(REPLACE(\"t\".\"postcode\", ' ', ''), 1, "
        'LENGTH(REPLACE("t"."postcode", \' \', \'\')) - 3) END AS "c1", '
        '"t"."person" AS "c2" FROM "public"."people" AS "t" '
        'WHERE "t"."age" >= $3 AND NOT "t"."person" IS NULL AND NOT EXISTS('
        "SELECT 1 FROM UNNEST(CAST($1 AS TEXT[]), CAST($2 AS TEXT[])) "
        'AS "left_out"("list", "subject") '
        'WHERE "left_out"."list" IN ($4) AND "left_out"."subject" = "t"."person")'
    )
    assert query.values == (18, "objections")
    assert query.columns == ("person", "place", SUBJECT)
    assert query.types == (T.CODE, T.TEXT, T.TEXT)
    assert query.reads == {"person": T.CODE, "postcode": T.TEXT, "age": T.INTEGER}
    assert (query.left_out, query.subject) == (("objections",), None)


@EACH
def test_values_are_bound_in_the_order_of_their_places(dialect):
    made = plan(
        PERSON,
        rows=[
            Compare("name", T.TEXT, "one-of", ("b", "c")),
            Compare("age", T.INTEGER, "at-least", (1,)),
        ],
        left_out=["l1", "l2"],
        subject=subject(),
    )
    query = lookup_query(made, TABLE, dialect, "who", {"area": "a", "ward": None})
    assert query.values == ("who", "a", "b", "c", 1, "l1", "l2")
    places = re.findall(r"\?|\$\d+", query.sql)
    first = ["$1", "$2"] if dialect is Dialect.POSTGRES else []
    numbers = [f"${len(first) + at + 1}" for at in range(7)]
    numbered = [*numbers[:5], *first, *numbers[5:]]
    assert places == (["?"] * 7 if dialect is Dialect.SQLITE else numbered)


@EACH
@pytest.mark.parametrize("said", [text for text in INJECTIONS if len(text) > 1])
def test_no_value_is_in_the_text(dialect, said):
    marked = f"{said}\u2603"
    made = plan(
        PERSON,
        rows=[Compare("name", T.TEXT, "none-of", (marked,))],
        left_out=[marked],
        subject=subject(),
    )
    query = lookup_query(made, TABLE, dialect, marked, {"area": marked})
    plain = lookup_query(
        plan(
            PERSON,
            rows=[Compare("name", T.TEXT, "none-of", ("x",))],
            left_out=["x"],
            subject=subject(),
        ),
        TABLE,
        dialect,
        "x",
        {"area": "x"},
    )
    assert query.sql == plain.sql
    assert query.values == (marked,) * 4


@EACH
@pytest.mark.parametrize("said", [text for text in INJECTIONS if text])
def test_a_name_is_one_quoted_name_whatever_is_in_it(dialect, said):
    quoted = '"' + said.replace('"', '""') + '"'
    query = rows_query(plan(PERSON), Table((said, said), {"person": said}), dialect)
    assert query.sql.endswith(f' AS "c0" FROM {quoted}.{quoted} AS "t"')
    assert query.sql.startswith(f'SELECT "t".{quoted}')


def test_no_name_of_an_agreement_is_in_the_text():
    field = Field('x"; DROP TABLE people; --', "person", T.CODE)
    query = rows_query(plan(field), TABLE, Dialect.DUCKDB)
    assert query.sql == 'SELECT "t"."person" AS "c0" FROM "public"."people" AS "t"'
    assert query.columns == (field.name,)


@EACH
def test_everything_that_has_a_plan_can_be_said(dialect):
    for form, types in FITS.items():
        for type_ in types:
            rows_query(plan(Field("x", "x", type_, form)), TABLE, dialect)
    for type_ in ColumnType:
        rows_query(plan(Field("x", "x", type_)), TABLE, dialect)
        rows_query(plan(rows=[Compare("x", type_, "present")]), TABLE, dialect)


@EACH
def test_what_has_no_entry_is_refused(dialect):
    for form in Coarsening:
        for type_ in set(ColumnType) - FITS[form]:
            problem = refusal(rows_query, plan(Field("x", "x", type_, form)), TABLE, dialect)
            assert problem.code == "compile.expression"
            assert problem.params == {"what": form, "type": type_, "dialect": dialect}


@EACH
@pytest.mark.parametrize(
    "compare",
    [
        Compare("x", T.YES_NO, "at-least", (True,)),
        Compare("x", T.YES_NO, "at-most", (True,)),
        Compare("x", T.TEXT, "one-of", ()),
        Compare("x", T.TEXT, "none-of", ()),
        Compare("x", T.TEXT, "at-least", ("a", "b")),
        Compare("x", T.TEXT, "at-most", ()),
        Compare("x", T.TEXT, "present", ("a",)),
        Compare("x", T.TEXT, "like", ("a%",)),
    ],
)
def test_a_comparison_that_is_not_one_is_refused(dialect, compare):
    problem = refusal(rows_query, plan(PERSON, rows=[compare]), TABLE, dialect)
    assert (type(problem), problem.code) == (Refused, "compile.expression")


@EACH
@pytest.mark.parametrize(
    ("type_", "value"),
    [
        *((T.TEXT, said) for said in UNSAYABLE),
        (T.TEXT, 1),
        (T.CODE, None),
        (T.INTEGER, True),
        (T.INTEGER, 2**63),
        (T.INTEGER, -(2**63) - 1),
        (T.INTEGER, "1"),
        (T.DECIMAL, 1.5),
        (T.DECIMAL, Decimal("NaN")),
        (T.DECIMAL, Decimal("Infinity")),
        (T.DECIMAL, Decimal("1e39")),
        (T.DECIMAL, Decimal("1e-39")),
        (T.DECIMAL, Decimal("1" * 39)),
        (T.DECIMAL, Decimal("12e37")),
        (T.DATE, datetime(2026, 1, 1, tzinfo=UTC)),
        (T.DATE, "2026-01-01"),
        (T.TIME, date(2026, 1, 1)),
        (T.TIME, datetime(2026, 1, 1)),  # noqa: DTZ001
        (T.TIME, datetime(2026, 1, 1, tzinfo=timezone(timedelta(hours=1)))),
        (T.YES_NO, 1),
    ],
)
def test_a_value_that_is_not_of_the_type_is_refused(dialect, type_, value):
    compare = Compare("x", type_, "one-of", (value,))
    problem = refusal(rows_query, plan(PERSON, rows=[compare]), TABLE, dialect)
    assert (type(problem), problem.code) == (Refused, "compile.value")
    assert problem.params == {"type": type_}


@EACH
def test_the_greatest_values_can_be_bound(dialect):
    for type_, value in [
        (T.INTEGER, 2**63 - 1),
        (T.INTEGER, -(2**63)),
        (T.DECIMAL, Decimal("9" * 38)),
        (T.DECIMAL, Decimal("1e-38")),
        (T.DECIMAL, Decimal("1e37")),
    ]:
        Bound(DIALECTS[dialect], leaves_out=False).add(type_, value)


def test_sqlite_is_given_what_it_knows():
    bound = Bound(DIALECTS[Dialect.SQLITE], leaves_out=True)
    bound.add(T.DATE, date(99, 1, 2))
    bound.add(T.TIME, datetime(999, 1, 2, 3, 4, 5, tzinfo=UTC))
    bound.add(T.DECIMAL, Decimal("0.1"))
    assert bound.values == ("0099-01-02", "0999-01-02T03:04:05Z", 0.1)
    part = datetime(2026, 1, 1, microsecond=1, tzinfo=UTC)
    assert refusal(bound.add, T.TIME, part).code == "compile.value"


@EACH
def test_a_column_that_is_not_in_the_source_is_refused(dialect):
    table = Table(("people",), {"name": "name", "none": "", "nul": "a\0b"})
    for column in ("person", "none", "nul"):
        problem = refusal(rows_query, plan(Field("x", column, T.CODE)), table, dialect)
        assert (type(problem), problem.code) == (Refused, "source.column")
        assert problem.params == {"column": column}


@EACH
def test_one_column_has_one_type(dialect):
    made = plan(Field("x", "x", T.INTEGER), rows=[Compare("x", T.TEXT, "present")])
    assert refusal(rows_query, made, TABLE, dialect).code == "compile.expression"


@EACH
def test_text_may_be_a_code_of_a_place(dialect):
    made = plan(Field("area", "area", T.TEXT), subject=subject())
    query = lookup_query(made, TABLE, dialect, "p", {"area": "a"})
    assert query.reads == {"area": T.CODE, "person": T.CODE}


@EACH
def test_a_plan_without_a_subject_names_nobody(dialect):
    made = plan(PERSON)
    for act, more in [
        (lookup_query, ["p"]),
        (places_query, [["area"], "p"]),
        (count_query, []),
    ]:
        problem = refusal(act, made, TABLE, dialect, *more)
        assert (type(problem), problem.code) == (Refused, "compile.subject")
    assert refusal(rows_query, made, TABLE, dialect, subject=True).code == "compile.subject"
    assert refusal(rows_query, plan(PERSON, left_out=["l"]), TABLE, dialect).code == (
        "compile.subject"
    )


@EACH
@pytest.mark.parametrize("type_", [T.DECIMAL, T.DATE, T.TIME, T.YES_NO])
def test_only_text_and_whole_numbers_name_a_subject(dialect, type_):
    made = plan(PERSON, subject=subject(type_, "x"))
    assert refusal(lookup_query, made, TABLE, dialect, "1").code == "compile.expression"
    assert refusal(count_query, made, TABLE, dialect).code == "compile.expression"


@EACH
def test_counts_have_names_that_no_column_has(dialect):
    query = count_query(plan(PERSON, subject=subject()), TABLE, dialect)
    assert query.columns == ("person", ROWS, PEOPLE)
    assert query.sql.endswith(" GROUP BY 1")
    assert "GROUP" not in count_query(plan(PERSON, subject=subject()), TABLE, dialect, ()).sql


def test_a_lookup_says_whom_it_is_about():
    made = plan(PERSON, subject=subject())
    assert lookup_query(made, TABLE, Dialect.SQLITE, "p").subject == "p"
    assert places_query(made, TABLE, Dialect.SQLITE, ["area"], "p").subject == "p"


def test_whole_numbers_are_written_one_way():
    assert whole_number(str(-(2**63))) == -(2**63)
    for said in (str(2**63), "1" * 5000, "01", "+1", "1 ", "\u0661", "", "-", "-0", "1\n"):
        assert whole_number(said) is None
