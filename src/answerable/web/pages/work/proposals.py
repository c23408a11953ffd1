"""The officer's page of a proposal: where it stands, what is missing, what may be added."""

from collections.abc import Iterator

from answerable.model.dataset import Dataset
from answerable.model.engagement import Consultation, Engagement
from answerable.model.organisation import Organisation
from answerable.model.proposal import Benefit, Proposal, Risk
from answerable.stages.assess import gaps
from answerable.web.call import Call, Page
from answerable.web.form.wording import Wording
from answerable.web.pages.work.parts import Item, Offer, Part, check_own, offer, offers
from answerable.web.story import step

_ASSESSMENT = "data protection impact assessment"
_ADDED = {"a benefit": "add-benefit", "a risk": "add-risk", _ASSESSMENT: "record-dpia"}


def proposal(call: Call) -> Page:
    """Show it to those who made it."""
    found = call.state.get(Proposal, call.named("proposal"))
    check_own(call, found.made_by)
    open_, known = found.route is None, {"proposal": found.proposal}
    said = {
        "proposal": found,
        "step": step(call.state, found),
        "parts": [
            *(_missing(call, found, known) if open_ else _public(call, found, known)),
            _asks(call, found, known),
            _benefits(call, found, known),
            _risks(call, found, known),
        ],
    }
    return Page("work/proposal.html", said)


# What is missing before the public can be asked.


def _missing(call: Call, found: Proposal, known: dict[str, str]) -> Iterator[Part]:
    _ = call._
    items = tuple(_gap(call, known, gap) for gap in gaps(call.state, found))
    yield Part(
        "missing",
        _("Missing before the public can be asked"),
        items,
        _("Nothing is missing. Choose now how the public is asked."),
        () if items else offers(call, known, "route-proposal"),
    )


def _gap(call: Call, known: dict[str, str], gap: str) -> Item:
    what, _, name = gap.partition(" ")
    if what == "score":
        return _unweighed(call, name.removeprefix("of "))
    if what == "basis":
        held = call.state.get(Organisation, name.removeprefix("of "))
        to = offer(call, "state-basis", {**known, "organisation": held.organisation})
        return Item(text=held.title, offer=to, done=False)
    if what in ("test", "feature"):
        to = offer(call, f"judge-{what}", {**known, what: name})
        return Item(words=Wording(call.tongue.code).choice(what, name), offer=to, done=False)
    return Item(offer=offer(call, _ADDED.get(gap, "add-ask"), known), done=False)


def _unweighed(call: Call, name: str) -> Item:
    benefit, risk = call.state.find(Benefit, name), call.state.find(Risk, name)
    if benefit and benefit.size is None:
        return Item(text=benefit.title, offer=_weigh(call, benefit), done=False)
    return Item(text=risk.title, offer=_weigh(call, risk), done=False) if risk else Item()


def _weigh(call: Call, what: Benefit | Risk) -> Offer:
    if isinstance(what, Benefit):
        return offer(call, "score-benefit", {"benefit": what.benefit})
    return offer(call, "score-risk", {"risk": what.risk})


# What was said already.


def _public(call: Call, found: Proposal, known: dict[str, str]) -> Iterator[Part]:
    """Give how the public is asked."""
    _ = call._
    consultations = call.state.of(Consultation, found.proposal)
    panels = call.state.of(Engagement, found.proposal)
    way = "open-engagement" if found.route == "panel" else "open-consultation"
    verbs = [] if panels or consultations else [way]
    yield Part(
        "public",
        _("How the public is asked"),
        (
            *(_consultation(call, each) for each in consultations),
            *(Item(text=each.title, done=each.finished is not None) for each in panels),
        ),
        _("Nobody was asked yet."),
        offers(call, known, *verbs, "report-outcome"),
    )


def _consultation(call: Call, found: Consultation) -> Item:
    open_ = found.closed is None
    to = offer(call, "close-consultation", {"consultation": found.consultation}) if open_ else None
    words = call._("Until %(day)s", day=call.tongue.day(found.closes))
    return Item(text=found.question, words=words, done=not open_, offer=to)


def _asks(call: Call, found: Proposal, known: dict[str, str]) -> Part:
    items = []
    for ask in found.asks:
        dataset = call.state.get(Dataset, ask.dataset)
        column = dataset.column(ask.column)
        held = call.tongue.plain(dataset.title)
        items.append(Item(text=column.title if column else None, words=held))
    more = offers(call, known, "add-ask", "state-basis") if found.route is None else ()
    return Part("asks", call._("Columns asked for"), tuple(items), call._("None yet."), more)


def _benefits(call: Call, found: Proposal, known: dict[str, str]) -> Part:
    own = call.state.of(Benefit, found.proposal)
    items = tuple(Item(text=each.title, done=each.size is not None) for each in own)
    more = offers(call, known, "add-benefit") if found.route is None else ()
    return Part("benefits", call._("Benefits"), items, call._("None yet."), more)


def _risks(call: Call, found: Proposal, known: dict[str, str]) -> Part:
    own = call.state.of(Risk, found.proposal)
    items = tuple(Item(text=each.title, done=each.severity is not None) for each in own)
    more = offers(call, known, "add-risk", "record-dpia") if found.route is None else ()
    return Part("risks", call._("Risks"), items, call._("None yet."), more)
