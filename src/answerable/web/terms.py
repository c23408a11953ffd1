"""The terms of agreements in the reader's words."""

from answerable.model.agreement import Agreement
from answerable.model.dataset import Dataset
from answerable.model.exchange import RecipientService
from answerable.model.organisation import Organisation
from answerable.model.state import State
from answerable.model.text import Text, en
from answerable.terms import Manner, explain_duty, explain_grant, explain_limit
from answerable.web.language import Tongue
from answerable.web.shares import Share
from answerable.words import say


def manner_of(tongue: Tongue, state: State, agreement: Agreement) -> Manner:
    """Say things by their titles, and days as the reader does."""
    titles = {
        **{each.organisation: each.title for each in state.each(Organisation)},
        **{each.service: each.title for each in state.each(RecipientService)},
    }
    dataset = state.find(Dataset, agreement.dataset)
    if dataset:
        titles[dataset.dataset] = dataset.title
    columns = {each.column: each.title for each in dataset.columns} if dataset else {}

    def called(name: str) -> str:
        if name in columns:
            return _within(tongue.plain(columns[name]))
        title = titles.get(name)
        return tongue.plain(title) if title else name.replace("_", " ").replace("-", " ")

    return Manner(called, tongue.day, tongue.time, lambda text, _: tongue.plain(text))


def _within(title: str) -> str:
    """Write a title as it stands within a sentence.

    >>> _within("Nearest gauge"), _within("NHS number")
    ('nearest gauge', 'NHS number')
    """
    return title[:1].lower() + title[1:] if title[1:2].islower() else title


def grant_of(tongue: Tongue, state: State, agreement: Agreement) -> list[Text]:
    """Say what an agreement permits at all, sentence by sentence."""
    said = explain_grant(agreement, tongue.code, manner_of(tongue, state, agreement))
    return [Text({tongue.code: sentence}) for sentence in said]


def sentences_of(tongue: Tongue, state: State, agreement: Agreement) -> dict[str, Text]:
    """Give every rule and promise as a sentence, by ``AGREEMENT/NAME``."""
    name, code, manner = agreement.agreement, tongue.code, manner_of(tongue, state, agreement)
    rules = {f"{name}/{each.limit}": explain_limit(each, code, manner) for each in agreement.limits}
    duties = {f"{name}/{each.duty}": explain_duty(each, code, manner) for each in agreement.duties}
    return {key: Text({code: said}) for key, said in (rules | duties).items()}


def columns_of(state: State, agreement: Agreement) -> dict[str, Text]:
    """Give the titles of the columns that an agreement grants, by ``DATASET.COLUMN``."""
    dataset = state.get(Dataset, agreement.dataset)
    found = {name: dataset.column(name) for name in agreement.columns}
    return {
        f"{agreement.dataset}.{name}": column.title if column else en(name)
        for name, column in found.items()
    }


def reasons_of(tongue: Tongue, shares: tuple[Share, ...]) -> dict[str, str]:
    """Give the sentence for every reason for which nothing is given, by its code."""
    refused = [each for share in shares for each in (*share.refused, *share.refused_warned)]
    return {each.code: say(each.code, {"by": each.by}, tongue.code).says for each in refused}
