from datetime import UTC, date, datetime, time

from tests.spec import duties
from tests.spec.world import AGGREGATE, BULK, LOOKUP, agreement, ask, duty, each, names

from answerable.model.limits import Effect, Pattern
from answerable.terms import Facts

DUE = date(2027, 1, 10)


def last_minute(cell):
    return Facts(now=datetime.combine(date.fromisoformat(cell), time(23, 59), tzinfo=UTC))


@each(duties.EFFECTS)
def test_effects(row):
    promised = duty(
        on_miss={LOOKUP: Effect.PUBLISH, AGGREGATE: Effect.ESCALATE, BULK: Effect.SUSPEND}
    )
    met = (("yearly-report", DUE),) if row["done"] == "yes" else ()
    agreed = agreement(duties=(promised,), met=met)
    facts = last_minute(row["day"])
    assert ask(agreed, facts=facts, pattern=Pattern(row["asked for as"])) == row["answer"]


@each(duties.NO_EFFECT)
def test_no_effect(row):
    effect = row["effect on bulk"]
    promised = duty(on_miss={} if effect == "none" else {BULK: Effect(effect)})
    agreed = agreement(duties=(promised,))
    assert ask(agreed, pattern=Pattern(row["asked for as"])) == row["answer"]


@each(duties.REPEATED)
def test_repeated(row):
    met = tuple(("yearly-report", date.fromisoformat(day)) for day in names(row["done for"]))
    agreed = agreement(duties=(duty(every_months=12),), met=met)
    assert ask(agreed, facts=last_minute(row["day"]), pattern=BULK) == row["answer"]


@each(duties.SEVERAL)
def test_several(row):
    late = names(row["missed"])
    met = tuple(
        (name, DUE) for name in ("warn-a", "warn-b", "stop-a", "stop-b") if name not in late
    )
    promised = [
        duty(duty=name, on_miss={BULK: Effect.SUSPEND if "stop" in name else Effect.PUBLISH})
        for name in ("stop-a", "stop-b", "warn-a", "warn-b")
    ]
    assert ask(agreement(duties=tuple(promised), met=met), pattern=BULK) == row["answer"]
