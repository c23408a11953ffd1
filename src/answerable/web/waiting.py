"""What is waiting, and for whom: worked out from the record and the time, never written down."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Final

from answerable.model.agreement import Agreement, Decision, Duty
from answerable.model.dataset import Dataset
from answerable.model.draw import WitnessedSeed
from answerable.model.engagement import Consultation, Engagement, Recommendation
from answerable.model.proposal import Proposal
from answerable.model.state import State
from answerable.model.status import Standing, answer_due, due_days, is_late, missed, standing
from answerable.model.text import Text
from answerable.stages.decide import heard

SOON: Final = timedelta(days=90)
"""A promise is shown this long before its day."""


class Waiting(StrEnum):
    """What is expected."""

    ANSWER = "answer"
    SUMMARY = "summary"
    DECISION = "decision"
    SIGNATURE = "signature"
    PROMISE = "promise"
    REVIEW = "review"
    NUMBER = "number"


@dataclass(frozen=True, slots=True)
class Waits:
    """Something that an organisation is expected to do.

    Attributes:
        what: what is expected.
        of: the title of what it is about.
        path: where that is shown.
        due: the last day; nothing where nobody named one.
        under: the title of the agreement in which it was promised, if it is a promise.
    """

    organisation: str
    what: Waiting
    of: Text
    path: str
    due: date | None
    late: bool
    under: Text | None = None


def waiting(state: State, now: datetime) -> list[Waits]:
    """Give everything that waits: what is late first, then by day, then what has no day."""
    every = [
        *_answers(state, now),
        *_summaries(state, now),
        *_decisions(state),
        *_signatures(state),
        *_promises(state, now),
        *_reviews(state, now),
        *_numbers(state, now),
    ]
    return sorted(every, key=lambda each: (not each.late, each.due or date.max))


def _answers(state: State, now: datetime) -> Iterator[Waits]:
    for each in state.each(Recommendation):
        if each.answered is None:
            by, path = state.get(Engagement, each.engagement).commissioner, each.recommendation
            due, late = answer_due(each).date(), is_late(each, now)
            yield Waits(by, Waiting.ANSWER, each.title, f"/recommendations/{path}", due, late)


def _summaries(state: State, now: datetime) -> Iterator[Waits]:
    for each in state.each(Consultation):
        if each.closed is None and each.closes < now.date():
            by, path = state.get(Proposal, each.proposal).made_by, f"/consultations/{each.key}"
            yield Waits(by, Waiting.SUMMARY, each.question, path, None, late=False)


def _decisions(state: State) -> Iterator[Waits]:
    for each in state.each(Proposal):
        holders = dict.fromkeys(state.get(Dataset, ask.dataset).custodian for ask in each.asks)
        undecided = [
            name for name in holders if state.find(Decision, f"{each.proposal}/{name}") is None
        ]
        if undecided and heard(state, each):
            path = f"/proposals/{each.proposal}"
            for by in undecided:
                yield Waits(by, Waiting.DECISION, each.title, path, None, late=False)


def _signatures(state: State) -> Iterator[Waits]:
    for each in state.each(Agreement):
        path, due = f"/agreements/{each.agreement}", each.starts.date()
        for party in each.parties:
            if party.organisation not in each.signed_by:
                by = party.organisation
                yield Waits(by, Waiting.SIGNATURE, each.title, path, due, late=False)


def _promises(state: State, now: datetime) -> Iterator[Waits]:
    for each in state.each(Agreement):
        if not each.is_signed:
            continue
        for late in missed(each, now):
            yield _promise(each, late.duty, late.due, late=True)
        for duty in each.duties:
            for day in due_days(duty, min((now + SOON).date(), each.ends.date())):
                if day >= now.date() and (duty.duty, day) not in each.met:
                    yield _promise(each, duty, day, late=False)


def _promise(agreement: Agreement, duty: Duty, day: date, *, late: bool) -> Waits:
    path = f"/agreements/{agreement.agreement}"
    return Waits(duty.party, Waiting.PROMISE, duty.what, path, day, late, agreement.title)


def _reviews(state: State, now: datetime) -> Iterator[Waits]:
    for each in state.each(Agreement):
        if each.review <= now.date() and standing(each, now) is Standing.IN_FORCE:
            path = f"/agreements/{each.agreement}"
            yield Waits(each.custodian, Waiting.REVIEW, each.title, path, each.review, late=True)


def _numbers(state: State, now: datetime) -> Iterator[Waits]:
    """What witnesses of draws have to seal, and then to open."""
    for each in state.each(Engagement):
        for draw in each.draws:
            seed, path = draw.seed, f"/panels/{each.engagement}"
            if draw.drawn is None and isinstance(seed, WitnessedSeed) and now <= seed.reveal_by:
                for by in draw.awaited:
                    due = seed.reveal_by.date()
                    yield Waits(by, Waiting.NUMBER, each.title, path, due, late=False)
