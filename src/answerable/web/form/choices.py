"""What can be chosen for a field that names something in the register.

Only what the table of roles lets somebody speak about is offered; a rule may still refuse.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from types import SimpleNamespace
from typing import Any, Final

from answerable.model.agreement import Agreement
from answerable.model.command import ACTIONS
from answerable.model.dataset import Dataset
from answerable.model.engagement import Consultation, Engagement, Recommendation, Statement
from answerable.model.errors import AnswerableError
from answerable.model.exchange import RecipientService
from answerable.model.limits import Coarsening
from answerable.model.organisation import OpenRegister, Organisation
from answerable.model.proposal import Benefit, Proposal, Risk
from answerable.model.reasons import recommendations_of
from answerable.model.roles import MAY
from answerable.model.signal import Signal
from answerable.model.state import Record, State
from answerable.model.text import Text, en
from answerable.model.vision import Mission, Principle, Vision
from answerable.stages.engage.seeds import interested
from answerable.terms import FITS
from answerable.web.form.fields import Choice, Slot
from answerable.web.language import LANGUAGES, Tongue

MOST: Final = 300
"""Of more things than this, nobody finds one in a list: its name is typed instead."""

NEW: Final = frozenset(
    {
        ("add-benefit", "benefit"),
        ("add-duty", "duty"),
        ("add-limit", "limit"),
        ("add-limit", "list"),
        ("add-risk", "risk"),
        ("admit-organisation", "organisation"),
        ("adopt-principle", "principle"),
        ("declare-signal", "declaration"),
        ("describe-column", "column"),
        ("describe-dataset", "dataset"),
        ("draft-agreement", "agreement"),
        ("list-gateway", "gateway"),
        ("list-service", "service"),
        ("open-consultation", "consultation"),
        ("open-engagement", "engagement"),
        ("propose", "proposal"),
        ("propose", "purposes"),
        ("publish-vision", "vision"),
        ("put-statement", "statement"),
        ("ratify-recommendation", "recommendation"),
        ("report-outcome", "outcome"),
        ("set-ambition", "ambition"),
        ("set-mission", "mission"),
        ("tell-scenario", "scenario"),
    }
)
"""Names that a command makes up, by verb and field."""


@dataclass(frozen=True, slots=True)
class Asking:
    """Who is asked, about what.

    Attributes:
        said: what is known of the command so far.
    """

    state: State
    tongue: Tongue
    organisation: str
    verb: str
    said: Mapping[str, Any]

    def about(self, name: str) -> str:
        """Give what is known under a name, if that is one word."""
        value = self.said.get(name)
        return value if isinstance(value, str) else ""

    def choice(self, value: str, title: Text | None) -> Choice:
        """Offer something by its title, with its name behind it."""
        words = self.tongue.plain(title) if title else value
        return Choice(value, words if words == value else f"{words} ({value})")


Source = Callable[[Asking], Iterable[Choice]]


def choices(asking: Asking, slot: Slot) -> tuple[Choice, ...]:
    """Give what can be chosen; nothing where anything may be typed."""
    if (asking.verb, slot.label) in NEW:
        return ()
    source = _SOURCES.get(f"{asking.verb}.{slot.name}") or _SOURCES.get(slot.label)
    if source is None or slot.spoken:
        return ()
    found = tuple(each for each in source(asking) if _may(asking, slot.name, each.value))
    return found if len(found) <= MOST else ()


def _may(asking: Asking, name: str, value: str) -> bool:
    """Tell whether the organisation may speak of it, as far as one name can tell."""
    known = {key: each for key, each in asking.said.items() if isinstance(each, str)}
    body = SimpleNamespace(**{**known, name: value})
    return any(_says(asking, kind.kind.name, body) for kind in ACTIONS[asking.verb].yields)


def _says(asking: Asking, kind: str, body: SimpleNamespace) -> bool:
    try:
        whose = MAY[kind].whose(asking.state, body)
    except (AttributeError, AnswerableError):
        return True  # one name alone cannot tell; whoever sends it will be told
    return whose is None or asking.organisation in whose


def _records(kind: type[Record]) -> Source:
    def source(asking: Asking) -> Iterable[Choice]:
        for record in asking.state.table(kind).values():
            yield asking.choice(record.key, _title(record))

    return source


def _title(record: Record) -> Text | None:
    said = getattr(record, "title", None) or getattr(record, "words", None)
    return said if isinstance(said, Text) else getattr(record, "question", None)


def _dataset(asking: Asking) -> Dataset | None:
    """The dataset that is spoken of, or that of the agreement."""
    agreement = asking.state.find(Agreement, asking.about("agreement"))
    name = asking.about("dataset") or (agreement.dataset if agreement else "")
    return asking.state.find(Dataset, name)


def _columns(asking: Asking) -> Iterable[Choice]:
    dataset = _dataset(asking)
    return [asking.choice(c.column, c.title) for c in dataset.columns] if dataset else []


def _granted(asking: Asking) -> Iterable[Choice]:
    agreement = asking.state.find(Agreement, asking.about("agreement"))
    every = _columns(asking)
    return [each for each in every if agreement is None or each.value in agreement.columns]


def _coarser(asking: Asking) -> Iterable[Choice]:
    """Columns from which something less exact can be made."""
    dataset = _dataset(asking)
    fitting = frozenset().union(*FITS.values())
    kept = [c for c in dataset.columns if c.type in fitting] if dataset else []
    return [asking.choice(each.column, each.title) for each in kept]


def forms(asking: Asking, values: Iterable[str]) -> tuple[str, ...]:
    """Give the less exact forms that fit a column of the dataset; all where none is known."""
    dataset = _dataset(asking)
    types = {column.type for column in dataset.columns} if dataset else set()
    return tuple(each for each in values if not types or types & FITS[Coarsening(each)])


def _asked(asking: Asking) -> Iterable[Choice]:
    proposal = asking.state.find(Proposal, asking.about("proposal"))
    names = proposal.columns_of(asking.about("dataset")) if proposal else frozenset()
    return [each for each in _columns(asking) if each.value in names]


def _unasked(asking: Asking) -> Iterable[Choice]:
    asked = {each.value for each in _asked(asking)}
    return [each for each in _columns(asking) if each.value not in asked]


def _proposal(asking: Asking) -> Proposal | None:
    agreement = asking.state.find(Agreement, asking.about("agreement"))
    name = agreement.proposal if agreement else asking.about("proposal")
    return asking.state.find(Proposal, name)


def _open(asking: Asking) -> Iterable[Choice]:
    """Proposals that can still change; one that was named already stays, to be told about it."""
    for each in asking.state.table(Proposal).values():
        if each.route is None or each.proposal == asking.about("proposal"):
            yield asking.choice(each.proposal, each.title)


def _weighed(kind: type[Benefit] | type[Risk]) -> Source:
    """What is expected of proposals that can still change."""

    def source(asking: Asking) -> Iterable[Choice]:
        for each in asking.state.table(kind).values():
            open_ = asking.state.get(Proposal, each.proposal).route is None
            if open_ or each.key == asking.about(kind.noun):
                yield asking.choice(each.key, _title(each))

    return source


def _purposes(asking: Asking) -> Iterable[Choice]:
    proposal = _proposal(asking)
    words = [(name, name.replace("_", " ")) for name in (proposal.purposes if proposal else ())]
    return [Choice(name, said) for name, said in words]


def _recipients(asking: Asking) -> Iterable[Choice]:
    proposal = _proposal(asking)
    return _bodies(asking, [proposal.recipient] if proposal and proposal.recipient else [])


def _bodies(asking: Asking, names: Iterable[str]) -> list[Choice]:
    found = [asking.state.find(Organisation, name) for name in names]
    return [asking.choice(each.organisation, each.title) for each in found if each]


def _disclosers(asking: Asking) -> Iterable[Choice]:
    proposal = _proposal(asking)
    asks = proposal.asks if proposal else ()
    names = dict.fromkeys(asking.state.get(Dataset, ask.dataset).custodian for ask in asks)
    return _bodies(asking, [n for n in names if proposal and not proposal.basis_of(n)])


def _parties(asking: Asking) -> Iterable[Choice]:
    found = asking.state.find(Agreement, asking.about("agreement"))
    return _bodies(asking, [party.organisation for party in found.parties] if found else [])


def _reasons(asking: Asking) -> Iterable[Choice]:
    """Everything that bears on the proposal of an agreement."""
    proposal, state, tongue = _proposal(asking), asking.state, asking.tongue
    if proposal is None:
        return
    for each in recommendations_of(state, proposal.proposal):
        if each.answered and each.answered.answer != "rejected":
            yield Choice(f"recommendation:{each.recommendation}", tongue.plain(each.title))
    for risk in state.of(Risk, proposal.proposal):
        yield Choice(f"risk:{risk.key}", tongue.plain(_title(risk) or en(risk.key)))
    for basis in _bodies(asking, [basis.organisation for basis in proposal.bases]):
        yield Choice(f"basis:{basis.value}", basis.words)
    for principle in state.each(Principle):
        yield Choice(f"principle:{principle.principle}", tongue.plain(principle.title))


def _expected(asking: Asking) -> Iterable[Choice]:
    name = asking.about("proposal")
    for what, kind in (("benefit", Benefit), ("risk", Risk)):
        for each in asking.state.of(kind, name):
            yield asking.choice(f"{what}:{each.key}", _title(each))


def _duties(asking: Asking) -> Iterable[Choice]:
    found = asking.state.find(Agreement, asking.about("agreement"))
    return [asking.choice(each.duty, each.what) for each in (found.duties if found else ())]


def _origins(asking: Asking) -> Iterable[Choice]:
    """Where a principle may come from."""
    yield from _records(Vision)(asking)
    for each in asking.state.each(Engagement):
        if each.finished is not None:
            yield asking.choice(each.engagement, each.title)


def _languages(asking: Asking) -> Iterable[Choice]:
    opened = asking.state.find(OpenRegister, "register")
    return [
        Choice(each, LANGUAGES.get(each, each)) for each in (opened.languages if opened else ())
    ]


def _custodian(asking: Asking) -> Iterable[Choice]:
    return _bodies(asking, [asking.organisation])


def _witnesses(asking: Asking) -> Iterable[Choice]:
    """Organisations, with a word on those that have a stake in the panel."""
    engagement = asking.state.find(Engagement, asking.about("engagement"))
    concerned = interested(asking.state, engagement) if engagement else set()
    gettext = asking.tongue.words.gettext
    for each in asking.state.each(Organisation):
        words = asking.tongue.plain(each.title)
        if each.organisation in concerned:
            words = gettext("%(organisation)s (has a stake in it)") % {"organisation": words}
        yield Choice(each.organisation, words)


def _unconfirmed(asking: Asking) -> Iterable[Choice]:
    engagement = asking.state.find(Engagement, asking.about("engagement"))
    members = engagement.members if engagement else ()
    known = engagement.confirmed if engagement else ()
    return [Choice(str(one), str(one)) for one in members if one not in known]


_SOURCES: Final[Mapping[str, Source]] = {
    "agreement": _records(Agreement),
    "because": _reasons,
    "benefit": _records(Benefit),
    "column": _granted,
    "columns": _granted,
    "area_column": _columns,
    "subject_column": _columns,
    "consultation": _records(Consultation),
    "custodian": _custodian,
    "dataset": _records(Dataset),
    "declaration": _records(Signal),
    "duty": _duties,
    "engagement": _records(Engagement),
    "facilitator": _records(Organisation),
    "issuers": _records(Organisation),
    "language": _languages,
    "mission": _records(Mission),
    "organisation": _records(Organisation),
    "party": _parties,
    "proposal": _records(Proposal),
    "purposes": _purposes,
    "recipient": _records(Organisation),
    "recipients": _recipients,
    "recommendation": _records(Recommendation),
    "risk": _records(Risk),
    "service": _records(RecipientService),
    "statement": _records(Statement),
    "vision": _records(Vision),
    "witnesses": _witnesses,
    "confirm-members.members": _unconfirmed,
    "add-ask.column": _unasked,
    "add-limit.source": _coarser,
    "adopt-principle.source": _origins,
    "add-ask.proposal": _open,
    "add-benefit.proposal": _open,
    "add-risk.proposal": _open,
    "draft-agreement.columns": _asked,
    "judge-feature.proposal": _open,
    "judge-test.proposal": _open,
    "record-dpia.proposal": _open,
    "report-outcome.of": _expected,
    "route-proposal.proposal": _open,
    "score-benefit.benefit": _weighed(Benefit),
    "score-risk.risk": _weighed(Risk),
    "state-basis.organisation": _disclosers,
    "state-basis.proposal": _open,
}
"""By the field, or by verb and field."""
