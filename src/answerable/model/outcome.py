"""What actually came of a benefit or a risk."""

from typing import Annotated, ClassVar

from pydantic import StringConstraints

from answerable.model.base import Day, Frozen, Slug
from answerable.model.entry import Body, Kind
from answerable.model.proposal import Amount
from answerable.model.state import Record, remembers
from answerable.model.text import Text

Expectation = Annotated[
    str, StringConstraints(pattern=r"^(benefit|risk):[a-z][a-z0-9]*(-[a-z0-9]+)*$", max_length=72)
]
"""The benefit or risk that an outcome is about."""


class OutcomeFields(Frozen):
    """A measured outcome, against the baseline stated before."""

    outcome: Slug
    proposal: Slug
    of: Expectation
    since: Day
    until: Day
    measured: Amount
    words: Text
    source: Text


class OutcomeReported(OutcomeFields, Body):
    """What came of it was measured and told."""

    kind: ClassVar[Kind] = Kind("outcome.reported")


class Outcome(OutcomeFields, Record):
    """What actually came of a benefit or risk."""

    noun: ClassVar[str] = "outcome"


remembers(OutcomeReported, Outcome)
