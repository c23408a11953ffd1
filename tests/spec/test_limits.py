import re
from datetime import timedelta

from tests.spec import limits
from tests.spec.world import (
    AGGREGATE,
    NEARBY,
    NOW,
    WARNING,
    agreement,
    ask,
    each,
    names,
    rule,
    signal,
)

from answerable.model.limits import (
    Coarsen,
    Coarsening,
    LeaveOut,
    MinimumCount,
    OnlyColumns,
    OnlyPurposes,
    OnlyRows,
    Pattern,
    Pseudonymise,
    Rate,
    WhileSignal,
)
from answerable.terms import Facts

SECOND, HOUR, DAY = timedelta(seconds=1), timedelta(hours=1), timedelta(days=1)
YESTERDAY = {"begins": NOW - 2 * DAY, "ends": NOW - DAY}
BY_OFFICER = {"declaration": "declared-1", "source": "declared"}

WARNINGS = {
    "none": [],
    "in force in area": [signal()],
    "in force nearby": [signal(area=NEARBY)],
    "of another kind": [signal(signal="power-cut")],
    "not begun": [signal(begins=NOW + HOUR)],
    "begins this second": [signal(begins=NOW)],
    "ends in a second": [signal(ends=NOW + SECOND)],
    "ends this second": [signal(ends=NOW)],
    "ended yesterday": [signal(**YESTERDAY)],
    "ended yesterday, and again": [signal(**YESTERDAY), signal(declaration="warning-2")],
    "by somebody else": [signal(issuer="larchside")],
    "feed silent, no declaration": [],
    "declared by duty officer": [signal(**BY_OFFICER)],
    "declared by somebody else": [signal(issuer="inverlarch", **BY_OFFICER)],
}

DISTRICT = rule(Coarsen, "district", column="address", to=Coarsening.POSTCODE_DISTRICT)
NEEDED = rule(OnlyColumns, "only-needed", columns=("address", "need"))
PLANNING = rule(OnlyPurposes, "only-planning", purposes=("planning",))
LEFT_OUT = rule(LeaveOut, "leave-out", list="said-no", greatest_age_hours=24)
NOT_OFTEN = rule(Rate, "not-often", requests=3, per="hour")
CODE = rule(Pseudonymise, "code", column="born")
YEAR = rule(Coarsen, "year", column="born", to=Coarsening.YEAR)


@each(limits.ONLY_COLUMNS)
def test_only_columns(row):
    assert ask(agreement(NEEDED), columns=names(row["asked for"])) == row["answer"]


@each(limits.ONLY_COLUMNS_TWICE)
def test_only_columns_twice(row):
    agreed = agreement(
        rule(OnlyColumns, "no-birth", columns=("address", "need")),
        rule(OnlyColumns, "no-address", columns=("need", "born")),
    )
    assert ask(agreed, columns=names(row["asked for"])) == row["answer"]


@each(limits.ONLY_PURPOSES)
def test_only_purposes(row):
    agreed = agreement(rule(OnlyPurposes, "only-rescue", purposes=("rescue",)))
    assert ask(agreed, purpose=row["purpose"]) == row["answer"]


@each(limits.ONLY_ROWS)
def test_only_rows(row):
    known = {
        "needs-oxygen": {"column": "need", "compare": "one-of", "values": ("oxygen",)},
        "is-old": {"column": "age", "compare": "at-least", "values": ("75",)},
    }
    rules = [rule(OnlyRows, name, **known[name]) for name in names(row["rules"])]
    assert ask(agreement(*rules)) == row["answer"]


@each(limits.COARSEN)
def test_coarsen(row):
    assert ask(agreement(DISTRICT), columns=names(row["asked for"])) == row["answer"]


@each(limits.COARSEN_UNLESS)
def test_coarsen_unless(row):
    agreed = agreement(DISTRICT.with_(unless=WARNING))
    said = ask(agreed, *WARNINGS[row["warning"]], columns=(row["asked for"],))
    assert said == row["answer"]


@each(limits.COARSEN_NOWHERE)
def test_coarsen_nowhere(row):
    agreed = agreement(DISTRICT.with_(unless=WARNING))
    assert ask(agreed, signal(), pattern=Pattern(row["asked for as"]), areas={}) == row["answer"]


@each(limits.COARSEN_TWICE)
def test_coarsen_twice(row):
    rules = [
        rule(Coarsen, f"rule-{place}", column="born", to=Coarsening(form))
        for place, form in enumerate(names(row["rules"]))
    ]
    said = ask(agreement(*rules), columns=("born",))
    assert re.sub(r" \(.*\)", "", said) == row["answer"]


FED = {
    "now": {"said-no": timedelta(0)},
    "24 hours ago": {"said-no": 24 * HOUR},
    "24 hours and a second ago": {"said-no": 24 * HOUR + SECOND},
    "never": {"another-list": timedelta(0)},
}


@each(limits.OPT_OUT)
def test_opt_out(row):
    facts = Facts(now=NOW, list_ages=FED[row["list last fed"]])
    assert ask(agreement(LEFT_OUT), facts=facts) == row["answer"]


@each(limits.RATE)
def test_rate(row):
    answered = row["answered this hour"]
    requests = {} if answered == "none" else {"not-often": int(answered), "another": 9}
    facts = Facts(now=NOW, requests=requests)
    assert ask(agreement(NOT_OFTEN), facts=facts) == row["answer"]


@each(limits.PSEUDONYMISE)
def test_pseudonymise(row):
    agreed = agreement(rule(Pseudonymise, "code", column="person"))
    assert ask(agreed, columns=names(row["asked for"])) == row["answer"]


@each(limits.PSEUDONYMISE_AND_COARSEN)
def test_pseudonymise_and_coarsen(row):
    rules = [{"code": CODE, "year": YEAR}[name] for name in names(row["rules"])]
    assert ask(agreement(*rules), columns=("born",)) == row["answer"]


@each(limits.WHILE_SIGNAL)
def test_while_signal(row):
    agreed = agreement(rule(WhileSignal, "only-in-a-flood", when=WARNING))
    assert ask(agreed, *WARNINGS[row["warning"]]) == row["answer"]


@each(limits.MINIMUM_COUNT)
def test_minimum_count(row):
    rules = [
        rule(MinimumCount, f"least-{count}", count=int(count))
        for count in names(row["least counts"])
    ]
    said = ask(agreement(*rules), pattern=Pattern(row["asked for as"]), columns=("need",))
    assert said == row["answer"]


@each(limits.PATTERNS)
def test_patterns(row):
    held = () if row["rule holds for"] == "all" else names(row["rule holds for"])
    agreed = agreement(DISTRICT.with_(patterns=tuple(Pattern(name) for name in held)))
    assert ask(agreed, pattern=Pattern(row["asked for as"])) == row["answer"]


@each(limits.TOGETHER)
def test_together(row):
    known = {each.limit: each for each in (DISTRICT, NEEDED, PLANNING, LEFT_OUT, NOT_OFTEN)}
    agreed = agreement(*(known[name] for name in names(row["rules"])))
    assert ask(agreed, facts=Facts(now=NOW, requests={"not-often": 3})) == row["answer"]


def test_a_restricted_limit_of_every_kind_is_as_if_it_was_not_there():
    rules = [
        rule(OnlyColumns, "aa", columns=("need",)),
        PLANNING,
        rule(OnlyRows, "bb", column="need", compare="present"),
        DISTRICT,
        LEFT_OUT,
        NOT_OFTEN.with_(requests=1),
        rule(Pseudonymise, "cc", column="address"),
        rule(WhileSignal, "dd", when=WARNING),
        rule(MinimumCount, "ee", count=9),
    ]
    agreed = agreement(*(limit.with_(patterns=(AGGREGATE,)) for limit in rules))
    assert ask(agreed, facts=Facts(now=NOW, requests={"not-often": 9})) == "address"
    assert ask(agreed, pattern=AGGREGATE).startswith("refused")
