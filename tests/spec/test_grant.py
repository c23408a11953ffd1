from datetime import UTC, datetime, timedelta

from tests.spec import grant
from tests.spec.world import NOW, agreement, ask, each, names

from answerable.model.limits import Pattern
from answerable.terms import Facts


def patterns(cell):
    return tuple(Pattern(name) for name in names(cell))


@each(grant.PURPOSE)
def test_purpose(row):
    assert ask(agreement(), purpose=row["purpose"]) == row["answer"]


@each(grant.COLUMN)
def test_column(row):
    assert ask(agreement(), columns=names(row["asked for"])) == row["answer"]


@each(grant.RECIPIENT)
def test_recipient(row):
    assert ask(agreement(), recipient=row["who asks"]) == row["answer"]


@each(grant.PATTERN)
def test_pattern(row):
    agreed = agreement(patterns=patterns(row["granted"]))
    assert ask(agreed, pattern=Pattern(row["asked for as"])) == row["answer"]


@each(grant.WINDOW)
def test_window(row):
    now = datetime.fromisoformat(row["moment (UTC)"]).replace(tzinfo=UTC)
    assert ask(agreement(), facts=Facts(now=now)) == row["answer"]


@each(grant.SIGNATURES)
def test_signatures(row):
    assert ask(agreement(signed_by=names(row["signed by"]))) == row["answer"]


@each(grant.SUSPENDED)
def test_suspended(row):
    agreed = agreement(suspended=patterns(row["suspended"]))
    assert ask(agreed, pattern=Pattern(row["asked for as"])) == row["answer"]


HEARD = {
    "now": timedelta(0),
    "60 minutes ago": timedelta(minutes=60),
    "60 minutes and a second ago": timedelta(minutes=60, seconds=1),
}


@each(grant.REGISTER_AGE)
def test_register_age(row):
    facts = Facts(now=NOW, register_age=HEARD[row["last heard of the register"]])
    assert ask(agreement(), facts=facts) == row["answer"]


@each(grant.AGREEMENT)
def test_agreement(row):
    assert ask(agreement(), agreement=row["agreement"]) == row["answer"]


@each(grant.ALL_AT_ONCE)
def test_all_at_once(row):
    asked = {
        "recipient": row["who asks"],
        "purpose": row["purpose"],
        "columns": names(row["asked for"]),
    }
    assert ask(agreement(), **asked) == row["answer"]
