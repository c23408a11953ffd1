"""From a verdict to a plan: only what was allowed, in types that fit, or no plan."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from tests.spec import world

from answerable.model.dataset import Access, Column, ColumnType, Dataset, Sensitivity
from answerable.model.errors import Refused
from answerable.model.limits import (
    Coarsen,
    Coarsening,
    LeaveOut,
    MinimumCount,
    OnlyRows,
    Pattern,
    Pseudonymise,
)
from answerable.model.text import en
from answerable.terms import decide, open_plan, plan
from answerable.terms.plan import Compare, Field, Plan

T = ColumnType
LOOKUP, BULK, COUNTS = Pattern
TYPES = {
    "household": T.CODE,
    "address": T.TEXT,
    "postcode": T.CODE,
    "need": T.CODE,
    "born": T.DATE,
    "person": T.CODE,
    "people": T.INTEGER,
    "score": T.DECIMAL,
    "seen": T.TIME,
    "oxygen": T.YES_NO,
}
NONE, PERSONAL = Sensitivity.NONE, Sensitivity.PERSONAL


def column(name, type_, sensitivity=PERSONAL):
    return Column(column=name, title=en(name), type=type_, sensitivity=sensitivity)


def dataset(*columns, opened=()):
    return Dataset(
        entry=9,
        at=world.NOW,
        dataset="home-needs",
        custodian="strathlarch",
        title=en("Homes"),
        description=en("Homes."),
        access=Access.AGREEMENT,
        updated=en("Daily."),
        columns=columns or tuple(column(name, type_) for name, type_ in TYPES.items()),
        opened=opened,
    )


def planned(*limits, pattern=BULK, columns=("address",), data=None):
    """Decide a request under these limits, and plan it; lists are always fresh."""
    agreed = world.agreement(*limits, columns=tuple(TYPES))
    request = world.request(pattern=pattern, columns=columns)
    facts = world.Facts(now=world.NOW, list_ages={"said-no": world.NOW - world.NOW})
    verdict = decide(world.state(agreed), request, facts)
    assert verdict.allowed, verdict
    return plan(data or dataset(), agreed, request, verdict)


def rows(column_, compare, *values):
    return world.rule(OnlyRows, "rows", column=column_, compare=compare, values=values)


def test_without_limits_the_columns_are_as_they_are_in_the_order_asked():
    assert planned(columns=("people", "address")) == Plan(
        "home-needs",
        BULK,
        (Field("people", "people", T.INTEGER), Field("address", "address", T.TEXT)),
    )


@pytest.mark.parametrize(
    ("pattern", "limits", "needed"),
    [
        (BULK, (), False),
        (LOOKUP, (), True),
        (COUNTS, (), True),
        (BULK, (world.rule(LeaveOut, "out", list="said-no", greatest_age_hours=1),), True),
    ],
)
def test_the_subject_is_named_only_where_it_is_needed(pattern, limits, needed):
    made = planned(*limits, pattern=pattern)
    assert (made.subject is not None) == needed
    assert ("household" in made.reads) == needed
    assert made.left_out == (("said-no",) if limits else ())


def test_a_minimum_is_for_counts_only():
    limit = world.rule(MinimumCount, "ten", count=10)
    assert planned(limit, pattern=COUNTS).minimum_count == 10
    assert planned(limit, pattern=BULK).minimum_count is None


def test_a_less_exact_value_is_made_of_its_source():
    limit = world.rule(
        Coarsen, "less", column="address", to=Coarsening.POSTCODE_DISTRICT, source="postcode"
    )
    made = planned(limit)
    (found,) = made.fields
    assert found == Field("address", "postcode", T.CODE, Coarsening.POSTCODE_DISTRICT)
    assert found.gives is T.TEXT
    assert made.reads == {"postcode": T.CODE}


FITS = {
    Coarsening.POSTCODE_DISTRICT: {T.TEXT, T.CODE},
    Coarsening.MONTH: {T.DATE, T.TIME},
    Coarsening.YEAR: {T.DATE, T.TIME},
    Coarsening.TEN_YEAR_BAND: {T.INTEGER},
}


@pytest.mark.parametrize("form", list(Coarsening))
@pytest.mark.parametrize(
    "name", ["address", "postcode", "born", "people", "score", "seen", "oxygen"]
)
def test_a_form_fits_the_type_or_there_is_no_plan(form, name):
    limit = world.rule(Coarsen, "less", column=name, to=form)
    if TYPES[name] in FITS[form]:
        assert planned(limit, columns=(name,)).fields[0].coarsened is form
    else:
        with pytest.raises(Refused, match=r"plan\.form"):
            planned(limit, columns=(name,))


def test_a_form_of_a_column_that_is_not_asked_for_is_no_hindrance():
    limit = world.rule(Coarsen, "less", column="oxygen", to=Coarsening.YEAR)
    assert planned(limit, columns=("need",)).fields == (Field("need", "need", T.CODE),)


@pytest.mark.parametrize(
    ("name", "coded"),
    [
        ("person", True),
        ("address", True),
        ("people", True),
        ("born", True),
        ("score", False),
        ("seen", False),
        ("oxygen", False),
    ],
)
def test_a_code_stands_for_what_is_written_in_one_way(name, coded):
    limit = world.rule(Pseudonymise, "code", column=name)
    if coded:
        assert planned(limit, columns=(name,)).fields[0].pseudonym
    else:
        with pytest.raises(Refused, match=r"plan\.form"):
            planned(limit, columns=(name,))


def test_a_code_of_what_is_made_less_exact():
    limits = (
        world.rule(Pseudonymise, "code", column="seen"),
        world.rule(Coarsen, "less", column="seen", to=Coarsening.MONTH),
    )
    (found,) = planned(*limits, columns=("seen",)).fields
    assert (found.pseudonym, found.coarsened) == (True, Coarsening.MONTH)


NOON = datetime(2026, 1, 31, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("name", "said", "value"),
    [
        ("need", "oxygen", "oxygen"),
        ("need", "", ""),
        ("address", " 1'; --", " 1'; --"),
        ("people", "7", 7),
        ("people", "-7", -7),
        ("score", "1.50", Decimal("1.50")),
        ("score", "-1000", Decimal(-1000)),
        ("born", "2024-02-29", date(2024, 2, 29)),
        ("seen", "2026-01-31T12:00:00Z", NOON),
        ("oxygen", "yes", True),
        ("oxygen", "no", False),
    ],
)
def test_a_value_is_read_as_the_type_of_its_column(name, said, value):
    made = planned(rows(name, "one-of", said), columns=("need",))
    assert made.rows == (Compare(name, TYPES[name], "one-of", (value,)),)
    assert type(made.rows[0].values[0]) is type(value)
    assert made.reads[name] is TYPES[name]


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("people", "seven"),
        ("people", "1.0"),
        ("people", ""),
        ("people", "1_000"),
        ("people", " 7 "),
        ("people", "\u0667"),
        ("score", "1e3"),
        ("score", "NaN"),
        ("score", "Infinity"),
        ("score", "1,5"),
        ("score", ""),
        ("score", "1_0.5"),
        ("born", "31.01.2026"),
        ("born", "2026-02-30"),
        ("born", "2026-01-31T00:00:00Z"),
        ("born", "20260131"),
        ("born", "2026-W05-6"),
        ("seen", "2026-01-31T12:00:00"),
        ("seen", "2026-01-31T14:00:00+02:00"),
        ("seen", "noon"),
        ("oxygen", "true"),
        ("oxygen", "1"),
        ("oxygen", "Yes"),
    ],
)
def test_a_value_that_is_none_of_the_type_has_no_plan(name, said):
    with pytest.raises(Refused, match=r"plan\.value") as caught:
        planned(rows(name, "one-of", said))
    if len(said) > 3:
        assert said not in str(caught.value)


@pytest.mark.parametrize("compare", ["at-least", "at-most"])
def test_yes_and_no_have_no_order(compare):
    with pytest.raises(Refused, match=r"plan\.form"):
        planned(rows("oxygen", compare, "yes"))
    assert planned(rows("people", compare, "7")).rows[0].compare == compare


def test_what_must_be_there_needs_no_value():
    assert planned(rows("need", "present")).rows == (Compare("need", T.CODE, "present"),)


def test_every_comparison_of_every_limit_is_in_the_plan():
    limits = (
        world.rule(OnlyRows, "one", column="need", compare="one-of", values=("a", "b")),
        world.rule(OnlyRows, "two", column="need", compare="none-of", values=("b",)),
    )
    made = planned(*limits)
    assert [(each.compare, each.values) for each in made.rows] == [
        ("one-of", ("a", "b")),
        ("none-of", ("b",)),
    ]


@pytest.mark.parametrize("missing", ["address", "postcode", "need", "household"])
def test_a_column_that_nobody_described_has_no_plan(missing):
    fewer = tuple(column(name, type_) for name, type_ in TYPES.items() if name != missing)
    limits = (
        rows("need", "present"),
        world.rule(
            Coarsen, "less", column="person", to=Coarsening.POSTCODE_DISTRICT, source="postcode"
        ),
    )
    with pytest.raises(Refused, match=r"plan\.column"):
        planned(*limits, pattern=LOOKUP, columns=("address", "person"), data=dataset(*fewer))


# Open data.


def test_open_data_is_what_was_opened_and_tells_of_nobody():
    columns = (
        column("gauge", T.CODE, NONE),
        column("read_at", T.TIME, NONE),
        column("keeper", T.TEXT, PERSONAL),
        column("later", T.TEXT, NONE),
    )
    made = open_plan(
        dataset(*columns, opened=("gauge", "read_at", "keeper")), ("gauge", "read_at", "keeper")
    )
    assert [field.name for field in made.fields] == ["gauge", "read_at"]
    assert (made.rows, made.subject, made.left_out) == ((), None, ())


@pytest.mark.parametrize("opened", [(), ("keeper",), ("not_described",)])
def test_where_nothing_is_open_there_is_no_plan(opened):
    columns = (column("keeper", T.TEXT, PERSONAL), column("gauge", T.CODE, NONE))
    with pytest.raises(Refused, match=r"plan\.column"):
        open_plan(dataset(*columns, opened=opened), ("gauge", "read_at", "keeper"))
