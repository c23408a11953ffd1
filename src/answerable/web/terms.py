"""The terms of agreements in the reader's words."""

from answerable.model.agreement import Agreement
from answerable.model.dataset import Dataset
from answerable.model.state import State
from answerable.model.text import Text, en
from answerable.terms.explain import explain_duty, explain_limit
from answerable.web.language import Tongue
from answerable.web.shares import Share
from answerable.words import say


def sentences_of(tongue: Tongue, agreement: Agreement) -> dict[str, Text]:
    """Give every rule and promise as a sentence, by ``AGREEMENT/NAME``."""
    name, code = agreement.agreement, tongue.code
    rules = {f"{name}/{each.limit}": explain_limit(each) for each in agreement.limits}
    duties = {f"{name}/{each.duty}": explain_duty(each) for each in agreement.duties}
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
