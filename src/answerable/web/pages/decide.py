"""Agreements, why each rule is there, and what became of each recommendation."""

from dataclasses import dataclass

from answerable.model.agreement import Agreement
from answerable.model.dataset import Access, Dataset
from answerable.model.engagement import Engagement, Recommendation
from answerable.model.organisation import Organisation
from answerable.model.proposal import Proposal
from answerable.model.status import Standing, answer_due, is_late, standing
from answerable.terms import why
from answerable.web.call import Call, Page
from answerable.web.pages.propose import became_of, words_of
from answerable.web.shares import signals_now
from answerable.web.story import agreed, heard
from answerable.web.terms import grant_of, sentences_of


@dataclass(frozen=True, slots=True)
class Listed:
    """An agreement in a list, and how it stands."""

    agreement: Agreement
    standing: Standing


def agreements(call: Call) -> Page:
    """List every agreement, the newest first, and the data that is open to everyone."""
    every = [Listed(each, standing(each, call.now)) for each in call.state.each(Agreement)]
    opened = [each for each in call.state.each(Dataset) if each.access is Access.OPEN]
    return Page("agreements.html", {"agreements": every[::-1], "opened": opened})


def agreement(call: Call) -> Page:
    """Show an agreement: what it gives now, its rules, its promises, who signed."""
    found = call.state.get(Agreement, call.named("agreement"))
    told = agreed(call.state, call.now, found)
    said = {
        "agreed": told,
        "proposal": call.state.get(Proposal, found.proposal),
        "grant": grant_of(call.tongue, call.state, found),
        "signals": signals_now(call.state, found, call.now),
        "terms": found.terms,
        **words_of(call, (told,)),
    }
    return Page("agreement.html", said)


def rule(call: Call) -> Page:
    """Say why a rule or a promise is there, down to the people who asked for it."""
    name, term = call.named("agreement"), call.named("rule")
    trace = why(call.state, name, term)
    found = call.state.get(Agreement, name)
    what, _, reason = trace.reason.partition(":")
    asked = call.state.find(Recommendation, reason) if what == "recommendation" else None
    said = {
        "agreement": found,
        "proposal": call.state.get(Proposal, found.proposal),
        "name": term,
        "rule": sentences_of(call.tongue, call.state, found)[f"{name}/{term}"],
        "reason": trace.reason,
        "words": trace.words,
        "entry": trace.entry,
        "ground": trace.ground,
        "panel": call.state.get(Engagement, asked.engagement) if asked else None,
        "organisation": call.state.find(Organisation, reason) if what == "basis" else None,
    }
    return Page("rule.html", said)


def recommendation(call: Call) -> Page:
    """Tell what a panel asked for, who was for and against, and what became of it."""
    found = call.state.get(Recommendation, call.named("recommendation"))
    panel = call.state.get(Engagement, found.engagement)
    told = heard(call.state, found)
    said = {
        "heard": told,
        "panel": panel,
        "proposal": call.state.get(Proposal, panel.proposal),
        **became_of(call, (told,)),
        "due": answer_due(found).date(),
        "late": is_late(found, call.now),
    }
    return Page("recommendation.html", said)
