"""Ask the public: panels drawn by lot, consultations, and answers that are waited for."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime

from answerable.model.engagement import Consultation, Engagement, Recommendation, Statement
from answerable.model.proposal import Proposal
from answerable.model.state import R, State
from answerable.model.status import answer_due, is_late
from answerable.web.call import Call, Page
from answerable.web.pages.propose import became_of
from answerable.web.story import heard


@dataclass(frozen=True, slots=True)
class Awaited:
    """A recommendation that waits for its answer.

    Attributes:
        by: who owes the answer.
        late: whether the answer is overdue.
    """

    recommendation: Recommendation
    by: str
    due: date
    late: bool


@dataclass(frozen=True, slots=True)
class Sat:
    """A panel in a list.

    Attributes:
        asked: how many recommendations it made.
        answered: how many of them were answered.
    """

    panel: Engagement
    asked: int
    answered: int


@dataclass(frozen=True, slots=True)
class Likeness:
    """One value of a feature: how many of a population have it, of a pool, and of a panel.

    Attributes:
        population: of 10,000 people; nothing where nobody said.
        pool: of 10,000 volunteers, about; nothing where so few have it that nobody says.
        panel: of 10,000 members, if the panel had so many.
        least: the fewest seats that were to go to it; the most is ``most``.
    """

    value: str
    population: int | None
    pool: int | None
    panel: int
    seats: int
    least: int
    most: int


@dataclass(frozen=True, slots=True)
class Composition:
    """How like a population a panel is, in one feature."""

    feature: str
    values: tuple[Likeness, ...]


def panels(call: Call) -> Page:
    """List every panel and consultation, and the answers that are waited for."""
    said = {
        "panels": [_sat(call.state, each) for each in _newest(call.state, Engagement)],
        "consultations": _newest(call.state, Consultation),
        "awaited": sorted(_awaited(call.state, call.now), key=lambda each: each.due),
        "today": call.now.date(),
    }
    return Page("panels.html", said)


def panel(call: Call) -> Page:
    """Tell how a panel was drawn, whom it is like, how it met and voted, what it asked for."""
    found = call.state.get(Engagement, call.named("engagement"))
    told = [heard(call.state, each) for each in _recommendations(call.state, found)]
    said = {
        "panel": found,
        "takes_volunteers": found.takes_volunteers(call.now.date()),
        "proposal": call.state.get(Proposal, found.proposal),
        "composition": tuple(composition(found)),
        "statements": [s for s in call.state.each(Statement) if s.engagement == found.engagement],
        "heard": told,
        **became_of(call, told),
        "awaited": {each.recommendation.recommendation: each for each in _of(call, found)},
    }
    return Page("panel.html", said)


def consultation(call: Call) -> Page:
    """Tell what everyone was asked, and what came of it."""
    found = call.state.get(Consultation, call.named("consultation"))
    said = {
        "consultation": found,
        "proposal": call.state.get(Proposal, found.proposal),
        "open": found.closed is None and found.opens <= call.now.date() <= found.closes,
        "late": found.closed is None and found.closes < call.now.date(),
    }
    return Page("consultation.html", said)


def composition(found: Engagement) -> Iterator[Composition]:
    """Put the members of a panel beside the pool and the population, feature by feature."""
    if found.pool is None or found.drawn is None:
        return
    volunteers = found.pool.volunteers
    counts = {(each.feature, each.value): each.people for each in found.pool.counts}
    shares = found.population.shares if found.population else ()
    people = {(share.feature, share.value): share.per_10000 for share in shares}
    wanted = {(target.feature, target.value): target for target in found.pool.targets}
    for feature in dict.fromkeys(total.feature for total in found.drawn.totals):
        totals = [total for total in found.drawn.totals if total.feature == feature]
        members = sum(total.seats for total in totals) or 1
        rows = (
            Likeness(
                total.value,
                people.get((feature, total.value)),
                _of_10000(counts.get((feature, total.value)), volunteers),
                round(total.seats * 10_000 / members),
                total.seats,
                wanted[feature, total.value].min,
                wanted[feature, total.value].max,
            )
            for total in totals
        )
        yield Composition(feature, tuple(rows))


def _of_10000(people: int | None, everybody: int) -> int | None:
    return None if people is None else min(10_000, round(people * 10_000 / everybody))


def _newest(state: State, kind: type[R]) -> list[R]:
    return list(state.each(kind))[::-1]


def _recommendations(state: State, found: Engagement) -> list[Recommendation]:
    return [r for r in state.each(Recommendation) if r.engagement == found.engagement]


def _sat(state: State, found: Engagement) -> Sat:
    asked = _recommendations(state, found)
    return Sat(found, len(asked), sum(each.answered is not None for each in asked))


def _of(call: Call, found: Engagement) -> Iterable[Awaited]:
    own = (each for each in _awaited(call.state, call.now))
    return (each for each in own if each.recommendation.engagement == found.engagement)


def _awaited(state: State, now: datetime) -> Iterator[Awaited]:
    for each in state.each(Recommendation):
        if each.answered is None:
            by = state.get(Engagement, each.engagement).commissioner
            yield Awaited(each, by, answer_due(each).date(), is_late(each, now))
