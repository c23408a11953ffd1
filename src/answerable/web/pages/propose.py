"""Proposals, and the story of each from idea to outcome."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from answerable.model.agreement import Agreement
from answerable.model.proposal import Proposal
from answerable.model.text import Text
from answerable.web.call import Call, Page
from answerable.web.story import Agreed, Heard, Step, step, story
from answerable.web.terms import columns_of, reasons_of, sentences_of


@dataclass(frozen=True, slots=True)
class Short:
    """A proposal in a list."""

    proposal: Proposal
    step: Step


@dataclass(frozen=True, slots=True)
class Mark:
    """A step, and whether the proposal took it."""

    step: Step
    done: bool


def proposals(call: Call) -> Page:
    """List every proposal, the newest first."""
    every = [Short(each, step(call.state, each)) for each in call.state.each(Proposal)]
    return Page("proposals.html", {"proposals": every[::-1]})


def proposal(call: Call) -> Page:
    """Tell a proposal's story."""
    told = story(call.state, call.now, call.named("proposal"))
    steps = list(Step)
    said = {
        "story": told,
        "steps": [Mark(each, steps.index(each) <= steps.index(told.step)) for each in steps],
        **words_of(call, told.agreed),
        **became_of(call, told.heard),
    }
    return Page("story.html", said, aids={"contents": list(_contents(call))})


def words_of(call: Call, agreed: tuple[Agreed, ...]) -> dict[str, Any]:
    """Give the sentences that a page about agreements needs, by the names in them."""
    said: dict[str, Any] = {"rules": {}, "titles": {}, "reasons": {}}
    for each in agreed:
        said["rules"] |= sentences_of(call.tongue, call.state, each.agreement)
        said["titles"] |= columns_of(call.state, each.agreement)
        said["reasons"] |= reasons_of(call.tongue, each.shares)
    return said


def became_of(call: Call, heard: Iterable[Heard]) -> dict[str, Any]:
    """Give the rules and promises that recommendations became, and of which agreements."""
    sentences: dict[str, Text] = {}
    agreements: dict[str, Text] = {}
    keys = [key for each in heard for key in each.became]
    for name in dict.fromkeys(agreement for agreement, _ in keys):
        found = call.state.get(Agreement, name)
        agreements[name] = found.title
        sentences |= sentences_of(call.tongue, call.state, found)
    became = {f"{name}/{term}": sentences[f"{name}/{term}"] for name, term in keys}
    return {"became": became, "agreements": agreements}


def _contents(call: Call) -> Iterator[tuple[str, str]]:
    _ = call._
    yield "idea", _("The idea")
    yield "weighed", _("What good it may do, and what could go wrong")
    yield "asked", _("Who was asked, and what they said")
    yield "decided", _("What was decided, and why")
    yield "shared", _("What is shared right now, and under which rules")
    yield "learned", _("What came of it")
