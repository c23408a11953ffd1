"""What an entry is about, with a title and the page of it where there is one."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final

from answerable.model.agreement import Agreement
from answerable.model.dataset import Dataset
from answerable.model.engagement import Consultation, Engagement, Recommendation
from answerable.model.exchange import Gateway, RecipientService
from answerable.model.organisation import Organisation
from answerable.model.proposal import Benefit, Proposal, Risk
from answerable.model.state import Record, State
from answerable.model.text import Text
from answerable.model.vision import Mission, Principle, Vision
from answerable.web.recorded import Named

_KINDS: Final[dict[str, tuple[type[Record], str]]] = {
    "agreement": (Agreement, "/agreements/{agreement}"),
    "benefit": (Benefit, ""),
    "consultation": (Consultation, "/consultations/{consultation}"),
    "dataset": (Dataset, "/library/{dataset}"),
    "engagement": (Engagement, "/panels/{engagement}"),
    "gateway": (Gateway, ""),
    "mission": (Mission, ""),
    "organisation": (Organisation, "/organisations/{organisation}"),
    "principle": (Principle, ""),
    "proposal": (Proposal, "/proposals/{proposal}"),
    "recommendation": (Recommendation, "/recommendations/{recommendation}"),
    "risk": (Risk, ""),
    "service": (RecipientService, "/services/{service}"),
    "vision": (Vision, ""),
}


@dataclass(frozen=True, slots=True)
class Subject:
    """One thing that an entry is about.

    Attributes:
        noun: what sort of thing.
        route: its page in the table of pages; empty if there is none.
    """

    noun: str
    name: str
    title: Text | None
    route: str

    @property
    def path(self) -> str:
        """The address of its page."""
        return f"{self.route.partition('{')[0]}{self.name}"


def subjects_of(state: State, about: Iterable[Named]) -> Iterator[Subject]:
    """Give what an entry is about, as far as the register knows it."""
    for noun, name in about:
        kind, route = _KINDS.get(noun, (None, ""))
        found = state.find(kind, name) if kind else None
        title = getattr(found, "title", None)
        if found:
            yield Subject(noun, name, title if isinstance(title, Text) else None, route)
