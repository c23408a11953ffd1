"""What one agreement means for the people it is about, gathered for their notice.

The facts are those that UK GDPR Articles 13 and 14 ask for, as far as the register has them.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from answerable.model.agreement import Agreement
from answerable.model.dataset import Column, Dataset, Sensitivity
from answerable.model.engagement import Recommendation
from answerable.model.limits import LeaveOut, Pattern
from answerable.model.proposal import Basis, Proposal
from answerable.model.state import State
from answerable.model.status import Standing
from answerable.model.text import Text

_ORDER = (Standing.IN_FORCE, Standing.NOT_STARTED, Standing.UNSIGNED, Standing.ENDED)


@dataclass(frozen=True, slots=True)
class Way:
    """One way to be left out.

    Attributes:
        hours: after so many hours without a fresh list nothing is given at all.
        patterns: the ways of asking in which people on the list are left out.
        promise: what was said to the panel that asked for it.
    """

    limit: str
    hours: int
    patterns: tuple[Pattern, ...]
    promise: Text | None


def personal(agreement: Agreement, dataset: Dataset | None) -> tuple[Column, ...]:
    """Give the columns of an agreement that tell about a person."""
    columns = dataset.columns if dataset else ()
    granted = (each for each in columns if each.column in agreement.columns)
    return tuple(each for each in granted if each.sensitivity is not Sensitivity.NONE)


def ways_out(state: State, agreement: Agreement) -> tuple[Way, ...]:
    """Give every way to be left out."""
    return tuple(_ways(state, agreement))


def _ways(state: State, agreement: Agreement) -> Iterator[Way]:
    for limit in agreement.limits:
        if isinstance(limit, LeaveOut):
            patterns = tuple(each for each in agreement.patterns if limit.narrows(each))
            yield Way(limit.limit, limit.greatest_age_hours, patterns, _promise(state, limit))


def _promise(state: State, limit: LeaveOut) -> Text | None:
    what, _, name = limit.because.partition(":")
    asked = state.find(Recommendation, name) if what == "recommendation" else None
    return asked.answered.reason if asked and asked.answered else None


def basis_of(state: State, agreement: Agreement) -> Basis | None:
    """Give what makes it lawful for the body that holds the data."""
    bases = state.get(Proposal, agreement.proposal).bases
    return next((each for each in bases if each.organisation == agreement.custodian), None)


def order(standing: Standing) -> int:
    """Tell where a share stands in a list: what happens now comes first."""
    return _ORDER.index(standing)
