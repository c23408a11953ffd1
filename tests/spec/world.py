"""One small agreement that every table asks, and the words in which it answers."""

from datetime import UTC, date, datetime, timedelta

import pytest
from tools.spec import Spec

from answerable.model.agreement import Agreement, Capacity, Duty, Party
from answerable.model.limits import Effect, Pattern, When
from answerable.model.request import Given, Request, Verdict
from answerable.model.signal import Signal
from answerable.model.state import Builder
from answerable.model.text import en
from answerable.terms import Facts, decide

NOW = datetime(2027, 1, 15, 12, tzinfo=UTC)
HERE, NEARBY = "larchfoot", "kirklarch"
LOOKUP, BULK, AGGREGATE = Pattern
WARNING = When(signal="flood-warning", issuers=("larchwater",), area_column="flood_area")
FACTS = Facts(now=NOW)


def each(spec: Spec):
    """Run a test once for each row; ``row`` gives the cells by column."""
    return pytest.mark.parametrize("row", spec.cases(), ids=spec.names())


def party(organisation):
    return Party(
        organisation=organisation,
        capacity=Capacity.CONTROLLER,
        post=en("Head of information"),
        authority=en("Scheme of delegation"),
    )


def agreement(*limits, **changes):
    usual = {
        "entry": 0,
        "at": datetime(2026, 10, 1, tzinfo=UTC),
        "agreement": "flood-rescue",
        "proposal": "flood-help",
        "title": en("Find who needs help in a flood"),
        "review": date(2028, 5, 1),
        "prevails": "text",
        "custodian": "strathlarch",
        "dataset": "home-needs",
        "columns": ("address", "need", "born", "person"),
        "subject_column": "household",
        "patterns": tuple(Pattern),
        "recipients": ("larchside",),
        "purposes": ("rescue", "planning"),
        "starts": datetime(2026, 11, 1, tzinfo=UTC),
        "ends": datetime(2029, 11, 1, tzinfo=UTC),
        "greatest_age_minutes": 60,
    }
    terms = {**usual, "limits": limits, **changes}
    sides = tuple(dict.fromkeys((terms["custodian"], *terms["recipients"])))
    signed = {"parties": tuple(party(side) for side in sides), "signed_by": sides}
    return Agreement(**{**signed, **terms})


def rule(kind, name, **fields):
    return kind(limit=name, because="risk:burglary", **fields)


def duty(**changes):
    usual = {
        "duty": "yearly-report",
        "party": "larchside",
        "because": "recommendation:tell-us",
        "what": en("Publish what the data was used for."),
        "evidence": en("The report."),
        "due": date(2027, 1, 10),
        "on_miss": {LOOKUP: Effect.PUBLISH, BULK: Effect.SUSPEND},
    }
    return Duty(**{**usual, **changes})


def signal(**changes):
    usual = {
        "entry": 1,
        "at": NOW - timedelta(days=3),
        "issuer": "larchwater",
        "declaration": "warning-1",
        "signal": "flood-warning",
        "area": HERE,
        "begins": NOW - timedelta(hours=2),
        "ends": NOW + timedelta(hours=10),
        "source": "feed",
        "post": en("Duty officer"),
        "reason": en("The river is rising."),
    }
    return Signal(**{**usual, **changes})


def state(*records):
    builder = Builder()
    for record in records:
        builder.put(record)
    return builder


def request(**changes):
    usual = {
        "agreement": "flood-rescue",
        "recipient": "larchside",
        "purpose": "rescue",
        "pattern": LOOKUP,
        "columns": ("address",),
        "areas": {"flood_area": HERE},
    }
    return Request(**{**usual, **changes})


def ask(agreed, *signals, facts=FACTS, **asked):
    """Give the answer to a request, in words."""
    return answer(decide(state(agreed, *signals), request(**asked), facts))


def answer(verdict: Verdict) -> str:
    """Say a verdict as the tables do."""
    if not verdict.allowed:
        said = dict.fromkeys(f"{refusal.code} ({refusal.by})" for refusal in verdict.refusals)
        return f"refused: {', '.join(said)}"
    limited = [
        *(f"only rows by {limit.limit}" for limit in verdict.rows),
        *(f"nobody on {name}" for name in verdict.leaves_out),
        *([f"no count below {verdict.minimum_count}"] if verdict.minimum_count else []),
        *(f"warning: {name}" for name in dict.fromkeys(verdict.warnings)),
    ]
    return "; ".join([", ".join(_form(given) for given in verdict.gives), *limited])


def _form(given: Given) -> str:
    less = str(given.coarsened or "").replace("-", " ")
    if given.pseudonym:
        return f"{given.column} as a code" + (f" for the {less}" if less else "")
    return f"{given.column} as {less}" if less else given.column


def names(cell: str) -> tuple[str, ...]:
    """Read a cell that lists names."""
    return tuple(name.strip() for name in cell.split(",") if name.strip() not in ("", "none"))
