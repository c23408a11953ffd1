"""A pool that comes as a file: people as the vault keeps them until the pool is fixed."""

from collections.abc import Sequence
from typing import Any

from answerable.model.engagement import Engagement
from answerable.model.errors import Fault, Invalid
from answerable.science import sortition

MOST = 20_000
"""More people than any pool of the field has had."""

_MOST_FAULTS = 100


def upload_prefix(engagement: str) -> str:
    """Give how the refs of uploaded people begin.

    >>> upload_prefix("flood-panel")
    'flood-panel-upload-'
    """
    return f"{engagement}-upload-"


def uploaded(
    engagement: Engagement, text: str, id_column: str, columns: Sequence[str]
) -> list[dict[str, Any]]:
    """Read a file of people; everything that is no feature of the panel is a contact.

    Raises:
        Invalid: ``pool.upload`` with every fault, by line; ``people.many``.
    """
    people, faults = sortition.read_upload(text, id_column=id_column, columns=columns)
    if faults:
        found = [Fault("respondents", each.code, dict(each.params)) for each in faults]
        raise Invalid("pool.upload", found[:_MOST_FAULTS], faults=len(found))
    if len(people) > MOST:
        raise Invalid("people.many", people=len(people), most=MOST)
    features = features_of(engagement)
    return [
        {
            "registered": True,
            "profile": {name: cell for name, cell in person.items() if name in features},
            "contact": {name: cell for name, cell in person.items() if name not in features},
        }
        for person in people
    ]


def features_of(engagement: Engagement) -> set[str]:
    """Give the features that are known of a panel before it has targets."""
    shares = engagement.population.shares if engagement.population else ()
    questions = engagement.registration.questions if engagement.registration else ()
    return {share.feature for share in shares} | {each.feature for each in questions}
