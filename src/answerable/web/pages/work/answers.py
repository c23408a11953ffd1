"""Recommendations that wait for the answer of whoever asked for the panel."""

from datetime import timedelta

from answerable.model.engagement import Engagement, Recommendation
from answerable.model.status import answer_due, is_late
from answerable.web.call import Call, Page
from answerable.web.pages.work.parts import Item, Part, offer

_SOON = timedelta(days=14)


def recommendations(call: Call) -> Page:
    """List what is to be answered, the oldest first, and what was."""
    return Page("work/answers.html", {"parts": [to_answer(call), _answered(call)]})


def to_answer(call: Call) -> Part:
    """Give the recommendations that wait for the visitor's organisation."""
    waiting = [each for each in _own(call) if each.answered is None]
    items = tuple(_waiting(call, each) for each in sorted(waiting, key=lambda each: each.at))
    _ = call._
    return Part("answers", _("Recommendations to answer"), items, _("None waits for your answer."))


def _waiting(call: Call, found: Recommendation) -> Item:
    due, late = answer_due(found).date(), is_late(found, call.now)
    _ = call._
    day = call.tongue.day(due)
    words = _("Overdue since %(day)s", day=day) if late else _("Answer by %(day)s", day=day)
    return Item(
        text=found.title,
        words=words,
        path=f"/recommendations/{found.recommendation}",
        done=False if late or due - call.now.date() < _SOON else None,
        offer=offer(call, "answer-recommendation", {"recommendation": found.recommendation}),
    )


def _answered(call: Call) -> Part:
    items = tuple(
        Item(text=each.title, path=f"/recommendations/{each.recommendation}", done=True)
        for each in _own(call)
        if each.answered is not None
    )
    return Part("answered", call._("Answered"), items[::-1], call._("None yet."))


def _own(call: Call) -> list[Recommendation]:
    own = call.visitor.organisation
    panels = {e.engagement for e in call.state.each(Engagement) if e.commissioner == own}
    return [each for each in call.state.each(Recommendation) if each.engagement in panels]
