"""What the library holds, each on its page: datasets, services, and who answers for them."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Final

from answerable.model.agreement import Agreement
from answerable.model.dataset import Dataset
from answerable.model.exchange import Gateway, OptOut, RecipientService
from answerable.model.limits import LeaveOut
from answerable.model.organisation import Organisation
from answerable.model.proposal import Ask, Proposal
from answerable.model.signing import key_id
from answerable.model.state import State
from answerable.model.status import Standing, standing
from answerable.model.text import Text
from answerable.web.call import Call, Page, Raw
from answerable.web.contacts import reached
from answerable.web.listing import address, part
from answerable.web.shelves import personal_of
from answerable.web.table import columns_csv

SIZE: Final = 25
SERVICES: Final = 100


@dataclass(frozen=True, slots=True)
class Use:
    """An agreement under which data is used.

    Attributes:
        suspended: whether any way of asking is.
        stopped: whether every way of asking is suspended.
    """

    agreement: str
    title: Text
    recipients: tuple[str, ...]
    columns: tuple[str, ...]
    standing: Standing
    suspended: bool
    stopped: bool
    starts: date
    ends: date


@dataclass(frozen=True, slots=True)
class Wish:
    """A proposal that asks for columns of a dataset."""

    proposal: str
    title: Text
    made_by: str
    asks: tuple[Ask, ...]


@dataclass(frozen=True, slots=True)
class LeftOut:
    """A list of people who asked to be left out of an agreement.

    Attributes:
        version: the last that was sealed; none if it never was.
    """

    agreement: str
    list: str
    version: int | None
    sealed: date | None


def dataset(call: Call) -> Page:
    """Describe a dataset: what is in it, who answers for it, who uses it."""
    state, found = call.state, call.state.get(Dataset, call.named("dataset"))
    agreements = [each for each in state.each(Agreement) if each.dataset == found.dataset]
    said = {
        "dataset": found,
        "personal": personal_of(found),
        "uses": [_use(each, call) for each in agreements],
        "wishes": list(_wishes(state, found.dataset)),
        "left_out": list(_left_out(state, agreements)),
        "release_points": _points(state, found.custodian),
    }
    return Page("dataset.html", said)


def table(call: Call) -> Raw:
    """Give the columns of a dataset as a table for spreadsheets."""
    found = call.state.get(Dataset, call.named("dataset"))
    return Raw("text/csv; charset=utf-8; header=present", columns_csv(found), _file(found.dataset))


def _file(name: str) -> str:
    return f"{name}.csv"


def _use(each: Agreement, call: Call) -> Use:
    return Use(
        each.agreement,
        each.title,
        each.recipients,
        each.columns,
        standing(each, call.now),
        bool(each.suspended),
        each.stopped,
        each.starts.date(),
        each.ends.date(),
    )


def _wishes(state: State, dataset: str) -> Iterator[Wish]:
    for each in state.each(Proposal):
        asks = tuple(ask for ask in each.asks if ask.dataset == dataset)
        if asks:
            yield Wish(each.proposal, each.title, each.made_by, asks)


def _left_out(state: State, agreements: list[Agreement]) -> Iterator[LeftOut]:
    for each in agreements:
        for name in sorted({rule.list for rule in each.limits if isinstance(rule, LeaveOut)}):
            sealed = state.find(OptOut, f"{each.custodian}/{name}")
            yield LeftOut(
                each.agreement,
                name,
                sealed.version if sealed else None,
                sealed.at.date() if sealed else None,
            )


def _points(state: State, organisation: str) -> list[Gateway]:
    return [each for each in state.each(Gateway) if each.organisation == organisation]


def services(call: Call) -> Page:
    """List the services that may ask for data."""
    every = sorted(call.state.each(RecipientService), key=lambda each: each.service)
    here = part(call.number("page"), len(every), SERVICES)
    start = (here.page - 1) * SERVICES
    links = {
        "previous": address("/services", [("page", here.page - 1)]) if here.page > 1 else "",
        "next": address("/services", [("page", here.page + 1)]) if here.page < here.pages else "",
    }
    said = {"part": here, "services": every[start : here.last]}
    return Page("services.html", said, aids=links)


def service(call: Call) -> Page:
    """Describe a service: whose it is, its key, under which agreements it may ask."""
    state, found = call.state, call.state.get(RecipientService, call.named("service"))
    uses = [_use(each, call) for each in _asking(state, found.organisation)]
    said = {"service": found, "key": key_id(found.public_key), "uses": uses}
    return Page("service.html", said)


def _asking(state: State, organisation: str) -> list[Agreement]:
    return [each for each in state.each(Agreement) if organisation in each.recipients]


def organisation(call: Call) -> Page:
    """Tell what an organisation is, what it holds, asks for and agreed, and its keys."""
    state, found = call.state, call.state.get(Organisation, call.named("organisation"))
    name = found.organisation
    agreements = [
        each
        for each in state.each(Agreement)
        if name in {each.custodian, *each.recipients, *(p.organisation for p in each.parties)}
    ]
    held = [each for each in state.each(Dataset) if each.custodian == name]
    proposed = [each for each in state.each(Proposal) if each.made_by == name]
    said = {
        "organisation": found,
        "key": found.key_id,
        "retired": [key_id(each) for each in found.retired_keys],
        "datasets": held[:SIZE],
        "holds": len(held),
        "services": [e for e in state.each(RecipientService) if e.organisation == name],
        "release_points": _points(state, name),
        "uses": [_use(each, call) for each in agreements],
        "proposals": proposed[-SIZE:],
        "proposed": len(proposed),
        "entries": call.reading.recorded.organisations.get(name, 0),
    }
    return Page("organisation.html", said, aids={"reached": reached(call.settings, [name])[0]})
