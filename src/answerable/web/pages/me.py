"""What sharing means for a person: every share in plain words, and the notice of each."""

from collections.abc import Iterator
from dataclasses import dataclass

from answerable.model.agreement import Agreement
from answerable.model.dataset import Access, Column, Dataset, Sensitivity
from answerable.model.proposal import Proposal
from answerable.model.status import Standing, standing
from answerable.model.text import Text
from answerable.web.call import Call, Page
from answerable.web.contacts import Reached, reached
from answerable.web.notice import basis_of, order, personal, ways_out
from answerable.web.pages.propose import words_of
from answerable.web.shares import signals_now
from answerable.web.story import agreed


@dataclass(frozen=True, slots=True)
class Shared:
    """One share of a list, in short.

    Attributes:
        suspended: whether any way of asking is.
        stopped: whether every way of asking is suspended.
        columns: what in it tells about a person.
        why: what it is for.
    """

    agreement: str
    title: Text
    standing: Standing
    suspended: bool
    stopped: bool
    recipients: tuple[str, ...]
    columns: tuple[Column, ...]
    why: Text


@dataclass(frozen=True, slots=True)
class Held:
    """A list with details about people, and who gets anything from it."""

    dataset: Dataset
    shared: tuple[Shared, ...]
    responsible: Reached


def me(call: Call) -> Page:
    """List what is held about people, and who gets what from it."""
    held = sorted(_held(call), key=lambda each: (not each.shared, each.dataset.entry))
    return Page("me.html", {"held": held})


def _held(call: Call) -> Iterator[Held]:
    shared = list(_shared(call))
    for dataset in call.state.each(Dataset):
        own = [(row, each) for row, each in shared if row.dataset == dataset.dataset]
        if own or _about_people(dataset):
            found = sorted((each for _, each in own), key=lambda each: order(each.standing))
            who = reached(call.settings, (dataset.custodian,))[0]
            yield Held(dataset, tuple(found), who)


def _about_people(dataset: Dataset) -> bool:
    told = any(each.sensitivity is not Sensitivity.NONE for each in dataset.columns)
    return told and dataset.access is not Access.OPEN


def _shared(call: Call) -> Iterator[tuple[Agreement, Shared]]:
    for each in call.state.each(Agreement):
        columns = personal(each, call.state.find(Dataset, each.dataset))
        if columns:
            yield each, _short(call, each, columns)


def _short(call: Call, agreement: Agreement, columns: tuple[Column, ...]) -> Shared:
    return Shared(
        agreement.agreement,
        agreement.title,
        standing(agreement, call.now),
        bool(agreement.suspended),
        agreement.stopped,
        agreement.recipients,
        columns,
        call.state.get(Proposal, agreement.proposal).why,
    )


def notice(call: Call) -> Page:
    """Tell the people whom an agreement is about what it means for them."""
    found = call.state.get(Agreement, call.named("agreement"))
    dataset = call.state.get(Dataset, found.dataset)
    told = agreed(call.state, call.now, found)
    said = {
        "agreed": told,
        "proposal": call.state.get(Proposal, found.proposal),
        "dataset": dataset,
        "personal": personal(found, dataset),
        "basis": basis_of(call.state, found),
        "left_out": ways_out(call.state, found),
        "signals": signals_now(call.state, found, call.now),
        "contacts": reached(call.settings, (found.custodian, *found.recipients)),
        "regulator": call.settings.regulator,
        **words_of(call, (told,)),
    }
    return Page("notice.html", said)
