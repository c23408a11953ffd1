"""Questions of every kind, for Hypothesis: most of them allowed, most of them at some border."""

from datetime import UTC, date, datetime, timedelta

from hypothesis import strategies as st
from tests.reference import borders
from tests.reference.borders import PEOPLE, PLACES
from tests.reference.cells import FORMS
from tests.reference.question import Question

from answerable.model.agreement import Agreement, Capacity, Duty, Party
from answerable.model.dataset import Access, Column, ColumnType, Dataset, Sensitivity
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
from answerable.model.request import Request
from answerable.model.signal import Signal
from answerable.model.text import en

T = ColumnType
SUBJECT, AREAS, NUMBER = "person", ("place", "ward"), "number"
FREE = ("one", "two", "three", "four", "five")
COLUMNS = (*FREE, SUBJECT, *AREAS, NUMBER)
ORGANISATIONS = ("larchside", "larchwater", "strathlarch")
PURPOSES = ("rescue", "planning")
KINDS = ("flood-warning", "power-cut")
LISTS = ("said-no", "moved-away")
START = datetime(2026, 11, 1, tzinfo=UTC)
END = START + timedelta(days=365)
SECOND, HOUR = timedelta(seconds=1), timedelta(hours=1)
OUT_OF_REACH = str(2**63)

# --- small parts


def some(*values):
    """One or more of the values, each once, in any order."""
    return st.lists(st.sampled_from(values), min_size=1, unique=True).map(tuple)


def seldom(draw) -> bool:
    """Once in sixteen."""
    return draw(st.integers(0, 15)) == 15


def named(name, terms):
    return tuple(term.with_(**{name: f"{name}-{place}"}) for place, term in enumerate(terms))


WHENS = st.builds(
    When,
    signal=st.sampled_from(KINDS),
    issuers=some(*ORGANISATIONS),
    area_column=st.sampled_from(AREAS),
    break_glass=st.sampled_from([None, True]),
)


def declared(signals):
    return tuple(s.with_(declaration=f"event-{place}") for place, s in enumerate(signals))


SIGNALS = st.lists(
    st.builds(
        Signal,
        entry=st.integers(1, 99),
        at=st.just(START),
        issuer=st.sampled_from(ORGANISATIONS),
        declaration=st.just("event"),
        signal=st.sampled_from(KINDS),
        area=st.sampled_from(PLACES),
        begins=st.sampled_from((0, 9)).map(lambda days: START + timedelta(days=days)),
        ends=st.sampled_from((10, 200, 400)).map(lambda days: START + timedelta(days=days)),
        source=st.just("feed"),
        post=st.just(en("Duty officer")),
        reason=st.just(en("The river is rising.")),
    ),
    max_size=5,
    unique_by=lambda signal: signal.entry,
).map(declared)


DUTIES = st.builds(
    Duty,
    duty=st.just("duty"),
    party=st.just("larchside"),
    because=st.just("risk:burglary"),
    what=st.just(en("Report.")),
    evidence=st.just(en("The report.")),
    due=st.dates(date(2026, 8, 31), date(2027, 3, 1)),
    every_months=st.none() | st.integers(1, 12),
    on_miss=st.dictionaries(st.sampled_from(Pattern), st.sampled_from(Effect)),
)


def party(organisation):
    capacity, post, authority = Capacity.CONTROLLER, en("Head of information"), en("The scheme")
    return Party(organisation=organisation, capacity=capacity, post=post, authority=authority)


# --- a dataset and its table


WORDS = st.sampled_from((T.CODE, T.TEXT))


@st.composite
def types(draw):
    """The type of each described column."""
    found = {name: draw(st.sampled_from(T)) for name in FREE}
    if seldom(draw):
        found.pop(draw(st.sampled_from(FREE)))
    found |= {name: draw(WORDS) for name in AREAS}
    found[SUBJECT] = draw(st.sampled_from(T if seldom(draw) else (T.CODE, T.TEXT, T.INTEGER)))
    return {**found, NUMBER: T.INTEGER}


def dataset(described):
    columns = tuple(
        Column(column=name, title=en(name), type=type_, sensitivity=Sensitivity.PERSONAL)
        for name, type_ in described.items()
    )
    return Dataset(
        entry=0,
        at=START,
        dataset="home-needs",
        custodian="strathlarch",
        title=en("Needs"),
        description=en("What people at home need."),
        access=Access.AGREEMENT,
        updated=en("Daily"),
        columns=columns,
    )


SIZES = (0, 1, 4, 7, 8, 12, 30)


@st.composite
def tables(draw, described):
    """Rows, each with a number of its own."""
    cells = {
        name: borders.CELLS[type_] if draw(st.integers(0, 3)) == 3 else borders.AT_BORDERS[type_]
        for name, type_ in described.items()
    }
    cells |= dict.fromkeys(AREAS, borders.WHERE)
    cells[SUBJECT] = draw(borders.persons(described[SUBJECT]))
    del cells[NUMBER]
    size = draw(st.sampled_from(SIZES))
    return tuple(
        {**{name: draw(cell) for name, cell in cells.items()}, NUMBER: number}
        for number in range(size)
    )


# --- limits, most of which fit the columns they are about

PATTERNS = st.sampled_from([(), (), (), *((pattern,) for pattern in Pattern), tuple(Pattern)[:2]])
UNLESS = st.none() | WHENS
COMPARES = st.sampled_from(["none-of", "at-least", "at-most", "present", "one-of", "none-of"])
SOME_PURPOSES = some(*PURPOSES)
MOST_COLUMNS = st.permutations(COLUMNS).map(lambda columns: tuple(columns[:8]))


def coarsen(draw, described, columns):
    """Make a column less exact; most often in a form that it can have."""
    itself = [(column, column) for column in columns]
    others = [(column, source) for column in columns for source in described]
    pairs = others if draw(st.integers(0, 2)) == 2 else itself
    fitting = [
        (column, source, to)
        for column, source in pairs
        for to in Coarsening
        if described.get(source) in FORMS[to]
    ]
    if seldom(draw) or not fitting:
        fitting = [(columns[0], source, to) for source in COLUMNS for to in Coarsening]
    column, source, to = draw(st.sampled_from(fitting))
    source = None if source == column else source
    return {"column": column, "source": source, "to": to, "unless": draw(UNLESS)}


def only_rows(draw, described, columns):
    """Keep rows by a column; most values are some that a cell may have."""
    column = draw(st.sampled_from([*columns, *described, *FREE]))
    compare = draw(COMPARES)
    one = values_of(draw, column, described.get(column, T.TEXT)).map(borders.said)
    most = {"present": 0, "one-of": 4, "none-of": 2}.get(compare, 1)
    values = draw(st.lists(one, min_size=min(most, 1), max_size=most, unique=True))
    return {"column": column, "compare": compare, "values": tuple(values)}


def values_of(draw, column, type_):
    if seldom(draw):
        return st.sampled_from(["junk", "", OUT_OF_REACH])
    if column in AREAS:
        return st.sampled_from(PLACES)
    if column == SUBJECT and type_ in (T.TEXT, T.CODE):
        return st.sampled_from(PEOPLE)
    return borders.KNOWN[type_]


MAKE = {
    Coarsen: coarsen,
    OnlyRows: only_rows,
    Pseudonymise: lambda draw, _, columns: {"column": draw(st.sampled_from(columns))},
    LeaveOut: lambda draw, *_: {
        "list": draw(st.sampled_from(LISTS)),
        "greatest_age_hours": draw(st.sampled_from([20, 48])),
    },
    WhileSignal: lambda draw, *_: {"when": draw(WHENS)},
    MinimumCount: lambda draw, *_: {"count": draw(st.integers(2, 20))},
    OnlyColumns: lambda draw, *_: {"columns": draw(MOST_COLUMNS)},
    OnlyPurposes: lambda draw, *_: {"purposes": draw(SOME_PURPOSES)},
    Rate: lambda draw, *_: {"requests": draw(st.integers(2, 9)), "per": "hour"},
}
OFTEN = (Coarsen, OnlyRows, LeaveOut, Coarsen, OnlyRows, Pseudonymise)
RULES = st.sampled_from((*OFTEN, *OFTEN, *MAKE))


@st.composite
def limits(draw, described, columns, rules=RULES):
    """A limit, for somebody who asks for these columns."""
    rule = draw(rules)
    about = MAKE[rule](draw, described, columns)
    return rule(limit="extra", because="risk:burglary", patterns=draw(PATTERNS), **about)


OTHER_DAY = {Coarsening.MONTH: Coarsening.YEAR, Coarsening.YEAR: Coarsening.MONTH}


def bundle(draw, described, columns, rules):
    """Give a limit, and often a second one about the same thing."""
    one = draw(limits(described, columns, rules))
    if one.rule not in ("only-rows", "opt-out", "coarsen") or draw(st.booleans()):
        return (one,)
    if one.rule == "only-rows":
        return one, draw(limits(described, columns, st.just(OnlyRows)))
    if one.rule == "opt-out":
        return one, one.with_(list=LISTS[one.list == LISTS[0]])
    if one.to in OTHER_DAY and draw(st.booleans()):
        return one, one.with_(to=OTHER_DAY[one.to])
    code = Pseudonymise(limit="extra", because=one.because, patterns=(), column=one.column)
    return one, code


# --- everything together

ASKED = st.lists(st.sampled_from(COLUMNS), min_size=1, max_size=5, unique=True)


@st.composite
def requests(draw, patterns):
    """A request, most often one that the usual grant has room for."""
    usual = {
        "agreement": "flood-rescue",
        "recipient": "larchside",
        "purpose": "rescue",
        "pattern": draw(st.sampled_from(patterns)),
        "columns": draw(
            st.lists(st.sampled_from(COLUMNS), min_size=1, max_size=5, unique=True).map(tuple)
        ),
        "emergency": draw(st.booleans()),
    }
    if seldom(draw):
        usual |= draw(
            st.sampled_from(
                [
                    {"agreement": "another"},
                    {"recipient": "larchwater"},
                    {"purpose": "profit"},
                    {"columns": (*usual["columns"], "phone")},
                ]
            )
        )
    return Request(**usual)


@st.composite
def agreements(draw, described, request, rules):
    count = draw(st.integers(0, 3))
    bundles = [bundle(draw, described, request.columns, rules) for _ in range(count)]
    terms = [limit for each in bundles for limit in each]
    usual = {
        "entry": 0,
        "at": START,
        "agreement": "flood-rescue",
        "proposal": "flood-help",
        "title": en("Find who needs help in a flood"),
        "review": date(2028, 5, 1),
        "prevails": "text",
        "custodian": "strathlarch",
        "dataset": "home-needs",
        "columns": COLUMNS,
        "subject_column": SUBJECT,
        "patterns": tuple(Pattern),
        "recipients": ("larchside", "strathlarch"),
        "purposes": PURPOSES,
        "starts": START,
        "ends": END,
        "greatest_age_minutes": 60,
        "parties": (party("strathlarch"), party("larchside")),
        "signed_by": ("strathlarch", "larchside"),
        "limits": named("limit", terms),
    }
    if seldom(draw):
        duties = named("duty", draw(st.lists(DUTIES, min_size=1, max_size=2)))
        usual |= {
            "duties": duties,
            "met": draw(st.sampled_from([(), (("duty-0", duties[0].due),)])),
        }
    if seldom(draw):
        usual |= draw(
            st.sampled_from(
                [
                    {"signed_by": ("larchside",)},
                    {"suspended": (Pattern.BULK,)},
                    {"patterns": (Pattern.LOOKUP, Pattern.BULK)},
                    {"columns": COLUMNS[1:]},
                    {"critical": (Pattern.LOOKUP,)},
                    {"subject_column": "household"},
                ]
            )
        )
    return Agreement(**usual)


MOMENTS = st.integers(0, 364).map(lambda days: START + timedelta(days=days))
BORDER_MOMENTS = st.sampled_from([START, START - SECOND, END - SECOND, END])
AGES = st.sampled_from([0 * HOUR, HOUR, HOUR + SECOND])
LIST_AGES = st.dictionaries(
    st.sampled_from(LISTS),
    st.sampled_from([HOUR, 19 * HOUR, 20 * HOUR, 20 * HOUR + SECOND, 49 * HOUR]),
)


@st.composite
def questions(draw, patterns=tuple(Pattern), rules=RULES):
    """A question, with limits of some kinds."""
    described = draw(types())
    request = draw(requests(patterns))
    table = draw(tables(described))
    people = sorted({str(row[SUBJECT]) for row in table if row[SUBJECT] is not None})
    few = st.frozensets(st.sampled_from([*people, "nobody"]), max_size=2)
    return Question(
        agreement=draw(agreements(described, request, rules)),
        dataset=dataset(described),
        request=request,
        now=draw(BORDER_MOMENTS if seldom(draw) else MOMENTS),
        subject=draw(st.sampled_from([*people, *people, *people, "nobody"])),
        signals=draw(SIGNALS),
        register_age=draw(AGES) if seldom(draw) else HOUR,
        list_ages=draw(LIST_AGES) if seldom(draw) else dict.fromkeys(LISTS, HOUR),
        answered={"limit-0": draw(st.integers(0, 3))} if seldom(draw) else {},
        table=table,
        left_out={name: draw(few) for name in LISTS},
        late=draw(few),
        secret=draw(st.sampled_from([bytes(32), bytes(range(32))])),
    )
