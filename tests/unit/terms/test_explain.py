import pytest
from tests.spec.world import BULK, LOOKUP, WARNING, agreement, duty, rule

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
    WhileSignal,
)
from answerable.terms import explain
from answerable.terms.explain import explain_duty, explain_limit


def test_the_grant():
    assert explain(agreement()) == [
        "larchside may ask strathlarch for home-needs.",
        "It may ask for these columns: address, need, born and person.",
        "It may ask for it one household or person at a time, as a whole and as counts.",
        "It may use it for rescue and planning, and for nothing else.",
        "It runs from 2026-11-01T00:00:00Z until 2029-11-01T00:00:00Z.",
        "It is looked at again by 2028-05-01.",
        "A release point that has not seen this record for 1 hour gives nothing.",
        "Where the text and these rules differ, the text counts.",
    ]


def test_limits_and_duties_follow_in_order_each_with_its_name():
    limits = [rule(MinimumCount, name, count=5) for name in ("least", "least-again")]
    said = explain(agreement(*limits, duties=(duty(on_miss={}),)))
    assert said[8:10] == [
        "No count below 5 is given. (rule least, because of the risk burglary)",
        "No count below 5 is given. (rule least-again, because of the risk burglary)",
    ]
    assert "(duty yearly-report, because of the " in said[10]
    assert len(said) == 11


def rows(compare, *values):
    return rule(OnlyRows, "rule", column="age_at_home", compare=compare, values=values)


def coarse(to, column="born", **fields):
    return rule(Coarsen, "rule", column=column, to=to, **fields)


FLOOD = "a flood-warning by larchwater is in force in the area (flood area)"
ASKED = "When asked for it"
CODE = "A code that means nothing elsewhere is given instead of"
LIMITS = [
    (
        rule(OnlyColumns, "rule", columns=("need", "date_of_birth", "person")),
        "Only need, date of birth and person may be given.",
    ),
    (rule(OnlyColumns, "rule", columns=("need",)), "Only need may be given."),
    (rule(OnlyPurposes, "rule", purposes=("rescue", "planning")), "Only for rescue and planning."),
    (rows("one-of", "75", "76"), "Only rows whose age at home is 75 or 76."),
    (rows("none-of", "75"), "Only rows whose age at home is not 75."),
    (rows("at-least", "75"), "Only rows whose age at home is at least 75."),
    (rows("at-most", "75"), "Only rows whose age at home is at most 75."),
    (rows("present"), "Only rows whose age at home is known."),
    (
        coarse(Coarsening.POSTCODE_DISTRICT, "address"),
        "The postcode district is given instead of the address.",
    ),
    (
        coarse(Coarsening.POSTCODE_DISTRICT, "address", unless=WARNING),
        f"The postcode district is given instead of the address, unless {FLOOD}.",
    ),
    (coarse(Coarsening.MONTH), "The month is given instead of the born."),
    (coarse(Coarsening.YEAR), "The year is given instead of the born."),
    (coarse(Coarsening.TEN_YEAR_BAND), "A band of ten years is given instead of the born."),
    (
        rule(LeaveOut, "rule", list="said-no", greatest_age_hours=24),
        (
            "People who asked to be left out are left out (list: said-no); "
            "if that list is more than 24 hours old, nothing is given."
        ),
    ),
    (rule(Rate, "rule", requests=3, per="day"), "At most 3 requests a day."),
    (rule(Rate, "rule", requests=3, per="minute"), "At most 3 requests a minute."),
    (rule(Pseudonymise, "rule", column="person"), f"{CODE} the person."),
    (rule(WhileSignal, "rule", when=WARNING), f"Nothing is given unless {FLOOD}."),
    (
        rule(WhileSignal, "rule", when=WARNING.with_(issuers=("larchwater", "larchside"))),
        f"Nothing is given unless {FLOOD.replace('larchwater', 'larchwater or larchside')}.",
    ),
    (rule(MinimumCount, "rule", count=5), "No count below 5 is given."),
]


def names(cases):
    return [sentence for _, sentence in cases]


@pytest.mark.parametrize(("limit", "sentence"), LIMITS, ids=names(LIMITS))
def test_a_limit(limit, sentence):
    assert explain_limit(limit) == sentence


BETTER = [
    (rule(Rate, "rule", requests=3, per="hour"), "At most 3 requests an hour."),
    (rule(Rate, "rule", requests=1, per="day"), "At most 1 request a day."),
    (
        rule(LeaveOut, "rule", list="said-no", greatest_age_hours=1),
        (
            "People who asked to be left out are left out (list: said-no); "
            "if that list is more than 1 hour old, nothing is given."
        ),
    ),
    (
        coarse(Coarsening.MONTH, "date_of_birth"),
        "The month is given instead of the date of birth.",
    ),
    (rule(Pseudonymise, "rule", column="person_number"), f"{CODE} the person number."),
    (
        coarse(Coarsening.POSTCODE_DISTRICT, "address", source="post_code"),
        "The postcode district is given instead of the address, made from the post code.",
    ),
    (
        rule(MinimumCount, "rule", count=5, patterns=(Pattern.AGGREGATE,)),
        f"{ASKED} as counts: no count below 5 is given.",
    ),
    (
        rule(MinimumCount, "rule", count=5, patterns=(LOOKUP, BULK)),
        f"{ASKED} one household or person at a time and as a whole: no count below 5 is given.",
    ),
]


@pytest.mark.parametrize(("limit", "sentence"), BETTER, ids=names(BETTER))
def test_a_limit_in_good_english(limit, sentence):
    assert explain_limit(limit) == sentence


PROMISE = "larchside promises by 2027-01-10"
WHAT = "Publish what the data was used for."


def test_a_duty():
    assert explain_duty(duty(on_miss={})) == (
        f"{PROMISE}: {WHAT} If it is missed, nothing stops, and the miss is public."
    )


def test_a_duty_that_comes_back():
    assert explain_duty(duty(every_months=12)).startswith(
        f"{PROMISE} and every 12 months after: {WHAT} If it is missed, "
    )


@pytest.mark.parametrize(
    ("effect", "said"),
    [
        (Effect.PUBLISH, "as a whole goes on, with a public warning."),
        (
            Effect.ESCALATE,
            "as a whole goes on, and the matter goes to the custodian's senior officer.",
        ),
        (Effect.SUSPEND, "as a whole stops."),
    ],
)
def test_the_effect_of_a_miss(effect, said):
    assert explain_duty(duty(on_miss={BULK: effect})).endswith(said)


def test_every_effect_of_a_miss_is_said():
    assert explain_duty(duty(every_months=1)) == (
        f"{PROMISE} and every 1 month after: {WHAT} If it is missed, "
        "asking for it one household or person at a time goes on, with a public warning; "
        "asking for it as a whole stops."
    )
