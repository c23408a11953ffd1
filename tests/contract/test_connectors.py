"""What every connector promises: the same table gives the same cells, whatever it is kept in."""

import base64
import re
from datetime import UTC, date, datetime
from decimal import Decimal

import duckdb
import psycopg
import pyarrow as pa
import pytest
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.injections import INJECTIONS, UNSAYABLE
from tests.postgres import postgres  # noqa: F401 - a fixture
from tests.sources import (
    ARROW,
    KINDS,
    Sources,
    answer,
    counts_of,
    lookup_of,
    places_of,
    plan,
    refusal,
    rows_of,
    subject,
)

from answerable.gateway.coding import Coding
from answerable.gateway.compile import SUBJECT, rows_query
from answerable.gateway.pseudonyms import Pseudonyms
from answerable.model.dataset import ColumnType
from answerable.model.errors import Broken, Refused
from answerable.model.limits import Coarsening
from answerable.terms.plan import Compare, Field

T = ColumnType
COLUMNS = {
    "person": ("Person", T.CODE),
    "name": ('na"m%e $1 ?', T.TEXT),
    "postcode": ("post\\code", T.TEXT),
    "born": ("born; --", T.DATE),
    "seen": ("zuletzt gesehen \u00fc", T.TIME),
    "age": ("'age'", T.INTEGER),
    "score": ("score\n2", T.DECIMAL),
    "carer": ("NULL", T.YES_NO),
    "area": ("select", T.CODE),
}
NOON = datetime(2026, 1, 31, 12, 0, 5, tzinfo=UTC)
ROWS = [
    ("p1", "Ada", "GB1 2CD", date(1980, 2, 29), NOON, 45, 1.5, True, "a1"),
    ("p1", "Ada", "GB12CD", date(1, 1, 1), datetime.max.replace(tzinfo=UTC, microsecond=0),
     0, -0.25, False, None),
    ("p2", "", " A B 1 2 C ", date(9999, 12, 31), datetime(1, 1, 1, tzinfo=UTC),
     2**63 - 1, 1e300, None, "a2"),
    ("p3", "\u00e9toile", "ABCD", date(999, 3, 1), datetime(1969, 12, 31, 23, 59, 59, tzinfo=UTC),
     -1, 0.1, True, "a1"),
    ("P3", "Zo\u00eb \U0001f469\u200d\U0001f467", "\u00e9\u00e8\U0001f4691\u00fc", None, None,
     9, None, None, "A1"),
    (None, "nobody's", None, date(2000, 1, 1), NOON, 10, 7.0, False, "a1"),
    ("", None, "", None, None, None, None, None, ""),
    ("p'4\\%s", 'a\nb\r\nc\t"q"', "12345678", date(2024, 2, 29), NOON, 109, 12345678.875, True,
     "a'; --"),
]  # fmt: skip
NAMES = list(COLUMNS)
GIVEN = tuple(Field(name, name, type_) for name, (_, type_) in COLUMNS.items())
COARSE = {
    "postcode": [(T.TEXT, Coarsening.POSTCODE_DISTRICT)],
    "born": [(T.DATE, Coarsening.MONTH), (T.DATE, Coarsening.YEAR)],
    "seen": [(T.TIME, Coarsening.MONTH), (T.TIME, Coarsening.YEAR)],
    "age": [(T.INTEGER, Coarsening.TEN_YEAR_BAND)],
}
COARSENED = tuple(
    Field(f"{name}_{form.name.lower()}", name, type_, form)
    for name, forms in COARSE.items()
    for type_, form in forms
)


@pytest.fixture(scope="module")
def sources(tmp_path_factory, request):
    folder = tmp_path_factory.mktemp("sources")
    return Sources(folder, lambda: request.getfixturevalue("postgres"))


@pytest.fixture(scope="module")
def every(sources):
    return {kind: sources.make(kind, COLUMNS, ROWS) for kind in KINDS}


@pytest.fixture(params=KINDS)
def source(request, every):
    return every[request.param]


# --- the reference: one row after another, in Python


def cell(row, name):
    return row[NAMES.index(name)]


def coarse(value, form):
    if value is None:
        return None
    match form:
        case Coarsening.POSTCODE_DISTRICT:
            tight = value.replace(" ", "")
            return tight[:-3] if 5 <= len(tight) <= 7 else None
        case Coarsening.MONTH:
            return f"{value.year:04}-{value.month:02}"
        case Coarsening.YEAR:
            return f"{value.year:04}"
        case Coarsening.TEN_YEAR_BAND:
            low = value // 10 * 10
            return f"{low}-{low + 9}" if value >= 0 else None
        case _:
            return value


def passes(row, compare):
    value = cell(row, compare.column)
    if value is None:
        return False
    wanted = [float(v) if isinstance(v, Decimal) else v for v in compare.values]
    match compare.compare:
        case "one-of":
            return value in wanted
        case "none-of":
            return value not in wanted
        case "at-least":
            return value >= wanted[0]
        case "at-most":
            return value <= wanted[0]
        case _:
            return True


def expected(made, left_out):
    gone = {person for name in made.left_out for person in left_out[name]}
    for row in ROWS:
        if made.left_out and (cell(row, "person") is None or cell(row, "person") in gone):
            continue
        if all(passes(row, compare) for compare in made.rows):
            yield row


def given_of(row, fields):
    return tuple(coarse(cell(row, field.column), field.coarsened) for field in fields)


def by_text(rows):
    return sorted(rows, key=repr)


# --- rows


def test_every_cell_is_given_as_it_is(source):
    assert by_text(rows_of(source, plan(*GIVEN))) == by_text(ROWS)


def test_types_are_those_promised(source):
    query = rows_query(plan(*GIVEN, *COARSENED), source.table, source.dialect)
    found = answer(source, query).schema
    wanted = [ARROW[field.gives] for field in (*GIVEN, *COARSENED)]
    assert [field.type for field in found] == wanted
    assert found.names == [field.name for field in (*GIVEN, *COARSENED)]


def test_values_are_made_less_exact(source):
    wanted = [given_of(row, COARSENED) for row in ROWS]
    assert by_text(rows_of(source, plan(*COARSENED))) == by_text(wanted)


def test_a_column_is_not_in_the_query_that_is_not_in_the_plan(source):
    query = rows_query(plan(GIVEN[0]), source.table, source.dialect)
    assert query.reads == {"person": T.CODE}
    assert not [name for name, _ in list(COLUMNS.values())[1:] if f'"{name}"' in query.sql]


def test_there_is_a_batch_of_no_rows_to_know_the_types_by(source):
    nobody = plan(*GIVEN, rows=[Compare("name", T.TEXT, "one-of", ("nobody at all",))])
    query = rows_query(nobody, source.table, source.dialect)
    with source.batches(query, {}) as batches:
        (batch,) = list(batches)
    assert batch.num_rows == 0
    assert batch.schema.types == [ARROW[field.gives] for field in GIVEN]


def test_batches_hold_about_as_many_rows_as_asked(source):
    query = rows_query(plan(*GIVEN), source.table, source.dialect)
    with source.batches(query, {}, rows=3) as batches:
        sizes = [batch.num_rows for batch in batches]
    assert sum(sizes) == len(ROWS)
    assert 0 not in sizes


def test_the_hidden_subject_is_text(source):
    found = rows_of(source, plan(GIVEN[1], subject=subject()), subject=True)
    assert by_text(found) == by_text((row[1], row[0]) for row in ROWS)
    by_number = plan(GIVEN[1], subject=subject(T.INTEGER, "age"))
    query = rows_query(by_number, source.table, source.dialect, subject=True)
    found = answer(source, query)
    assert found.schema.names[-1] == SUBJECT
    assert found.schema.types[-1] == pa.string()
    wanted = [None if row[5] is None else str(row[5]) for row in ROWS]
    assert by_text(found.column(SUBJECT).to_pylist()) == by_text(wanted)


COMPARES = [
    ("name", "one-of", ("Ada", "")),
    ("name", "none-of", ("Ada", "")),
    ("name", "at-least", ("a",)),
    ("name", "at-most", ("Zo",)),
    ("name", "present", ()),
    ("age", "one-of", (0, 2**63 - 1)),
    ("age", "none-of", (45,)),
    ("age", "at-least", (10,)),
    ("age", "at-most", (0,)),
    ("score", "one-of", (Decimal("1.5"), Decimal("0.10"))),
    ("score", "none-of", (Decimal("1.5"),)),
    ("score", "at-least", (Decimal(1),)),
    ("score", "at-most", (Decimal("-0.25"),)),
    ("born", "one-of", (date(1980, 2, 29),)),
    ("born", "none-of", (date(1980, 2, 29),)),
    ("born", "at-least", (date(1980, 2, 29),)),
    ("born", "at-most", (date(999, 3, 1),)),
    ("seen", "one-of", (NOON,)),
    ("seen", "none-of", (NOON,)),
    ("seen", "at-least", (NOON,)),
    ("seen", "at-most", (datetime(1970, 1, 1, tzinfo=UTC),)),
    ("carer", "one-of", (True,)),
    ("carer", "none-of", (True,)),
    ("carer", "present", ()),
    ("area", "none-of", ("a1",)),
]


@pytest.mark.parametrize(("column", "compare", "values"), COMPARES)
def test_rows_are_compared(source, column, compare, values):
    made = plan(*GIVEN, rows=[Compare(column, COLUMNS[column][1], compare, values)])
    wanted = list(expected(made, {}))
    assert 0 < len(wanted) < len(ROWS)
    assert by_text(rows_of(source, made)) == by_text(wanted)


plans = st.builds(
    lambda fields, rows, lists: plan(*fields, rows=rows, left_out=lists, subject=subject()),
    st.lists(st.sampled_from(GIVEN + COARSENED), min_size=1, max_size=6, unique=True),
    st.lists(
        st.sampled_from(COMPARES).map(lambda c: Compare(c[0], COLUMNS[c[0]][1], *c[1:])), max_size=3
    ),
    st.lists(st.sampled_from(["objections", "moved-away"]), max_size=2, unique=True),
)
people = st.frozensets(st.sampled_from(["p1", "p2", "P3", "", "p'4\\%s", "nobody", "\0"]))


@pytest.mark.property
@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(plans, people, people)
def test_every_source_gives_what_python_would(every, made, objections, moved):
    left_out = {"objections": objections, "moved-away": moved, "another": {"p1", "p2", "p3"}}
    wanted = by_text(given_of(row, made.fields) for row in expected(made, left_out))
    for kind, source in every.items():
        assert by_text(rows_of(source, made, left_out)) == wanted, kind


# --- people left out


def test_people_on_a_list_are_left_out_and_rows_of_nobody(source):
    made = plan(GIVEN[0], left_out=["objections"], subject=subject())
    found = rows_of(source, made, {"objections": {"p1", "p'4\\%s"}, "another": {"p2"}})
    assert by_text(found) == by_text([("p2",), ("p3",), ("P3",), ("",)])


def test_a_row_of_nobody_is_left_out_by_an_empty_list_too(source):
    made = plan(GIVEN[0], left_out=["objections"], subject=subject())
    assert len(rows_of(source, made, {"objections": set()})) == len(ROWS) - 1


def test_people_are_left_out_by_their_number(source):
    made = plan(GIVEN[5], left_out=["a", "b"], subject=subject(T.INTEGER, "age"))
    found = rows_of(source, made, {"a": ["45", "010"], "b": ["0", "-1", str(2**63 - 1)]})
    assert by_text(found) == by_text([(9,), (10,), (109,)])


def test_a_list_that_is_not_given_is_not_an_empty_one(source):
    made = plan(GIVEN[0], left_out=["objections"], subject=subject())
    problem = refusal(rows_of, source, made, {})
    assert (type(problem), problem.code) == (Refused, "source.left-out")


# --- one subject


def test_one_subject_is_looked_up(source):
    made = plan(*GIVEN, subject=subject())
    assert by_text(lookup_of(source, made, "p1")) == by_text(ROWS[:2])
    assert lookup_of(source, made, "p3") == [ROWS[3]]
    assert lookup_of(source, made, "") == [ROWS[6]]
    assert lookup_of(source, made, "p9") == []


def test_one_subject_is_looked_up_by_a_number(source):
    made = plan(GIVEN[0], subject=subject(T.INTEGER, "age"))
    assert lookup_of(source, made, "0") == [("p1",)]
    assert lookup_of(source, made, "-1") == [("p3",)]
    assert lookup_of(source, made, str(2**63 - 1)) == [("p2",)]
    for said in ("00", "-0", "+9", " 9", "9.0", "1e1", "\u0669", str(2**63), "0 OR 1=1", "", "x"):
        assert lookup_of(source, made, said) == []


def test_only_rows_in_some_places_are_looked_up(source):
    made = plan(GIVEN[5], subject=subject())
    assert lookup_of(source, made, "p1", {"area": "a1"}) == [(45,)]
    assert lookup_of(source, made, "p1", {"area": None}) == [(0,)]
    assert lookup_of(source, made, "p1", {"area": "A1"}) == []
    assert lookup_of(source, made, "", {"area": ""}) == [(None,)]


def test_places_of_one_subject_are_told_once_each(source):
    made = plan(subject=subject())
    assert by_text(places_of(source, made, ["area"], "p1")) == by_text([("a1",), (None,)])
    assert places_of(source, made, ["area"], "p9") == []
    carers = plan(rows=[Compare("carer", T.YES_NO, "one-of", (True,))], subject=subject())
    assert places_of(source, carers, ["area"], "p1") == [("a1",)]


def test_nobody_on_a_list_is_looked_up(source):
    made = plan(GIVEN[5], left_out=["objections", "moved"], subject=subject())
    lists = {"objections": ["p1"], "moved": frozenset({"p2"})}
    assert lookup_of(source, made, "p1", left_out=lists) == []
    assert lookup_of(source, made, "p2", left_out=lists) == []
    assert lookup_of(source, made, "p3", left_out=lists) == [(-1,)]
    assert places_of(source, made, ["area"], "p1", left_out=lists) == []


# --- counts


def test_rows_and_people_are_counted(source):
    made = plan(subject=subject())
    assert counts_of(source, made) == [(8, 6)]
    areas = counts_of(source, made, (GIVEN[8],))
    assert by_text(areas) == by_text(
        [("a1", 3, 2), (None, 1, 1), ("a2", 1, 1), ("A1", 1, 1), ("", 1, 1), ("a'; --", 1, 1)]
    )


def test_counting_is_by_the_less_exact_value(source):
    by = Field("district", "postcode", T.TEXT, Coarsening.POSTCODE_DISTRICT)
    made = plan(by, left_out=["objections"], subject=subject())
    found = counts_of(source, made, left_out={"objections": {"p2"}})
    assert by_text(found) == by_text([("GB1", 2, 1), (None, 3, 3), ("\u00e9\u00e8", 1, 1)])


def test_counting_nothing_gives_noughts(source):
    nobody = plan(subject=subject(), rows=[Compare("name", T.TEXT, "one-of", ("no",))])
    assert counts_of(source, nobody) == [(0, 0)]
    assert counts_of(source, nobody, (GIVEN[8],)) == []


# --- text that has broken programs, at every door

ODD = {"person": ("person", T.CODE), "name": ("name", T.TEXT)}
SAID = [(text, f"of {number}") for number, text in enumerate(INJECTIONS)]


@pytest.fixture(scope="module")
def odd(sources):
    return {kind: sources.make(kind, ODD, SAID) for kind in KINDS}


@pytest.fixture(params=KINDS)
def strange(request, odd):
    return odd[request.param]


@pytest.fixture
def some(request, strange):
    """Every row for each dialect once; kinds that share one are asked for fewer."""
    return SAID[::6] if request.node.callspec.params["strange"] in ("csv", "duckdb") else SAID


BOTH = (Field("person", "person", T.CODE), Field("name", "name", T.TEXT))


def test_strange_values_are_given_whole(strange):
    assert by_text(rows_of(strange, plan(*BOTH))) == by_text(SAID)


def test_strange_values_are_compared_as_they_are(strange, some):
    for row in some:
        only = Compare("person", T.CODE, "one-of", (row[0],))
        assert rows_of(strange, plan(*BOTH, rows=[only])) == [row]
    every_other = plan(*BOTH, rows=[Compare("person", T.CODE, "none-of", tuple(INJECTIONS[1:]))])
    assert rows_of(strange, every_other) == SAID[:1]


def test_strange_subjects_are_looked_up_as_they_are(strange, some):
    for row in some:
        assert lookup_of(strange, plan(*BOTH, subject=subject()), row[0]) == [row]


def test_strange_subjects_are_left_out_as_they_are(strange, some):
    made = plan(*BOTH, left_out=["objections"], subject=subject())
    for row in some:
        found = rows_of(strange, made, {"objections": [row[0], *UNSAYABLE]})
        assert by_text(found) == by_text(other for other in SAID if other != row)
    assert rows_of(strange, made, {"objections": INJECTIONS}) == []


def test_lists_may_have_strange_names(strange):
    made = plan(*BOTH, left_out=["'; --", "$1"], subject=subject())
    found = rows_of(strange, made, {"'; --": [""], "$1": [" "], "": INJECTIONS})
    assert by_text(found) == by_text(SAID[2:])


@pytest.mark.parametrize("said", UNSAYABLE)
def test_what_no_database_could_hold_is_refused(strange, said):
    looking = plan(*BOTH, subject=subject())
    comparing = plan(*BOTH, rows=[Compare("name", T.TEXT, "one-of", (said,))])
    for problem in (
        refusal(lookup_of, strange, looking, said),
        refusal(lookup_of, strange, looking, "p1", {"name": said}),
        refusal(rows_of, strange, comparing),
    ):
        assert (type(problem), problem.code) == (Refused, "compile.value")
        assert said not in str(problem.params)


NAMES_IN = {
    kind: [name for name in INJECTIONS if name and (kind != "postgres" or len(name.encode()) < 64)]
    for kind in KINDS
}


@pytest.mark.parametrize("kind", KINDS)
def test_columns_may_have_strange_names(sources, kind):
    folded = {}
    for name in NAMES_IN[kind]:
        folded.setdefault(name.casefold(), name)
    columns = {f"c{at}": (name, T.TEXT) for at, name in enumerate(folded.values())}
    row = tuple(f"in {at}" for at in range(len(columns)))
    source = sources.make(kind, columns, [row])
    fields = [Field(name, name, T.TEXT) for name in columns]
    assert rows_of(source, plan(*fields)) == [row]
    all_of = [Compare(name, T.TEXT, "one-of", (row[at],)) for at, name in enumerate(columns)]
    assert rows_of(source, plan(fields[0], rows=all_of)) == [row[:1]]
    crossed = Compare("c0", T.TEXT, "one-of", row[1:])
    assert rows_of(source, plan(fields[0], rows=[crossed])) == []


# --- what changed, or was never there


@pytest.mark.parametrize("kind", KINDS)
def test_a_column_that_is_gone_is_refused(sources, kind):
    columns = {"person": ("person", T.CODE), "age": ("age", T.INTEGER)}
    source = sources.make(kind, columns, [("p1", 5)])
    source.check({"person": T.CODE, "age": T.INTEGER})
    elsewhere = sources.make(kind, columns, [("p1", 5)])
    object.__setattr__(elsewhere.table, "columns", {"person": "Person", "age": "no\nage"})
    for wanted in ("person", "age"):
        problem = refusal(elsewhere.check, {wanted: columns[wanted][1]})
        assert (problem.code, problem.params["column"]) == ("source.column", wanted)
        assert problem.params.keys() <= {"dataset", "column"}
    problem = refusal(source.check, {"name": T.TEXT})
    assert (type(problem), problem.code) == (Refused, "source.column")


@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind != "csv"])
def test_a_column_of_another_type_is_refused(sources, kind):
    columns = {name: (name, type_) for name, (_, type_) in COLUMNS.items()}
    source = sources.make(kind, columns, ROWS)
    source.check({name: type_ for name, (_, type_) in columns.items()})
    for wanted, name in [(T.TEXT, "age"), (T.CODE, "score"), (T.INTEGER, "name")]:
        problem = refusal(source.check, {name: wanted})
        assert (type(problem), problem.code) == (Refused, "source.type")
        assert problem.params["column"] == name
        query = rows_query(plan(Field(name, name, wanted)), source.table, source.dialect)
        with pytest.raises(Refused, match=re.escape("source.type")), source.batches(query, {}):
            pass


def test_the_version_stays_while_nothing_changes(source):
    assert source.version() == source.version()


@pytest.mark.parametrize("kind", KINDS)
def test_a_source_that_is_not_there_is_unreachable(sources, kind):
    described = getattr(sources, kind)({"person": ("person", T.CODE)}, [("p1",)])
    gone = {
        "path": "gone",
        "paths": ("gone",),
        "table_": "gone" if kind == "postgres" else getattr(described, "table_", ""),
    }
    changes = {key: value for key, value in gone.items() if key in type(described).model_fields}
    from answerable.gateway.connectors import open_connector

    lost = open_connector(described.with_(**changes), sources.folder)
    problem = refusal(lost.check, {"person": T.CODE})
    assert (type(problem), problem.code) == (Broken, "source.unreachable")
    problem = refusal(lost.version)
    assert (type(problem), problem.code) == (Broken, "source.unreachable")


# --- codes are made after the query: no database ever hears of a key

SECRET = bytes(range(100, 132))


@pytest.fixture
def coder(monkeypatch):
    """A coder, and every byte that must not show."""
    derived = []
    derive = HKDF.derive
    monkeypatch.setattr(
        HKDF, "derive", lambda self, secret: derived.append(derive(self, secret)) or derived[-1]
    )
    coder = Pseudonyms(SECRET).for_("flood-help", "person")
    keys = [SECRET, *derived, *(key[:32] for key in derived), *(key[32:] for key in derived)]
    return coder, [said for key in keys for said in spelled(key)]


def spelled(key):
    """Every way in which bytes are usually written."""
    base = base64.b64encode(key).decode().rstrip("=")
    escaped = [repr(key)[2:-1], "".join(f"\\x{byte:02x}" for byte in key)]
    return [key.hex(), key.hex().upper(), base, base.translate({43: "-", 47: "_"}), *escaped]


def explained(source, query):
    """Give what the database says of a statement and all of its values."""
    with source._session(query.reads) as session:
        connection = session[0] if isinstance(session, tuple) else session
        if isinstance(connection, duckdb.DuckDBPyConnection):
            return str(connection.execute(f"EXPLAIN {query.sql}", list(query.values)).fetchall())
        asks = psycopg.RawCursor(connection) if isinstance(connection, psycopg.Connection) else None
        steps = (asks or connection).execute(f"EXPLAIN {query.sql}", query.values)
        return str(steps.fetchall())


def test_no_key_of_codes_is_in_what_a_database_explains(source, coder):
    makes, secrets = coder
    people = [Compare("person", T.CODE, "none-of", ("canary",))]
    query = rows_query(plan(*GIVEN, rows=people), source.table, source.dialect)
    with source.batches(query, {}) as batches:
        given = Coding({"person": makes}, "person").give(next(iter(batches)), {"p2"})
    assert makes.code("p1") in given.column("person").to_pylist()
    told = f"{explained(source, query)} {query} {vars(source)}"
    assert [secret for secret in secrets if secret in told] == []


def test_a_value_that_is_bound_may_show_where_a_database_explains(every):
    """So nothing of ours may ever ask for that: see the test of the house."""
    people = [Compare("person", T.CODE, "none-of", ("canary",))]
    source = every["parquet"]
    query = rows_query(plan(*GIVEN, rows=people), source.table, source.dialect)
    assert "canary" not in query.sql
    assert "canary" in explained(source, query)
