"""Entries in one line each, in the reader's language: names by their titles, codes in words."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

from answerable.model.agreement import Agreement, AgreementDrafted, DutyMet, LimitAdded
from answerable.model.entry import Body, Entry, Unknown
from answerable.model.organisation import Organisation
from answerable.model.proposal import Benefit, Risk
from answerable.model.text import Text
from answerable.model.translation import TextTranslated
from answerable.terms import explain_limit
from answerable.web.call import Call
from answerable.web.form.wording import Wording
from answerable.web.language import LANGUAGES
from answerable.web.recorded import is_draft
from answerable.web.terms import manner_of
from answerable.words.entries import line

_ORGANISATIONS: Final = frozenset({"custodian", "facilitator", "operator", "organisation", "party"})
_CHOICES: Final = frozenset(
    {"answer", "becomes", "capacity", "decision", "made_by", "residual_risk"}
)
_QUOTED: Final = frozenset({"feature", "test"})
"""Choices that are questions or titles of their own."""


@dataclass(frozen=True, slots=True)
class Line:
    """An entry in a list."""

    entry: int
    at: datetime
    kind: str
    organisation: str
    line: str


def line_of(call: Call, entry: Entry) -> Line:
    """Say an entry in one line."""
    said = entry.envelope
    return Line(entry.index, said.at, said.kind, said.org, _words(call, entry))


def _words(call: Call, entry: Entry) -> str:
    said, body = entry.envelope, entry.meaning
    org = title_of(call, said.org)
    if isinstance(body, Unknown):
        return call._(
            "%(org)s said something of a kind that these pages do not know yet: %(kind)s",
            org=org,
            kind=said.kind,
        )
    if isinstance(body, TextTranslated):
        return _translated(call, org, body)
    filled = body.model_dump(mode="json", exclude_none=True)
    filled |= {name: _filled(call, name, getattr(body, name), filled[name]) for name in filled}
    filled |= _of_agreement(call, body)
    return _first_large(line(said.kind, org, filled, call.tongue.code))


def _filled(call: Call, name: str, value: object, plain: Any) -> Any:
    """Say a field for people, where its code would tell them little."""
    if isinstance(value, Text):
        return call.tongue.plain(value)
    if isinstance(value, date):
        return call.tongue.time(value) if isinstance(value, datetime) else call.tongue.day(value)
    if isinstance(value, str) and name in _ORGANISATIONS:
        return title_of(call, value)
    if isinstance(value, str) and name in _CHOICES:
        return _small(Wording(call.tongue.code).choice(name, value))
    if isinstance(value, str) and name in _QUOTED:
        return Wording(call.tongue.code).choice(name, value)
    return _weighed(call, plain) if name == "of" and isinstance(plain, str) else plain


def _of_agreement(call: Call, body: Body) -> dict[str, str]:
    """Call an agreement by its title, its rule by a sentence, its promise by what it is."""
    name = "" if isinstance(body, AgreementDrafted) else getattr(body, "agreement", "")
    found = call.state.find(Agreement, name)
    if found is None:
        return {}
    said = {"agreement": call.tongue.plain(found.title)}
    if isinstance(body, LimitAdded):
        manner = manner_of(call.tongue, call.state, found)
        said["terms"] = explain_limit(body.terms, call.tongue.code, manner)
    if isinstance(body, DutyMet) and (duty := found.duty(body.duty)):
        said["duty"] = call.tongue.plain(duty.what)
    return said


def _weighed(call: Call, of: str) -> str:
    """Give the title of a benefit or a risk."""
    what, _, name = of.partition(":")
    benefit, risk = call.state.find(Benefit, name), call.state.find(Risk, name)
    found = benefit if what == "benefit" else risk
    return call.tongue.plain(found.title) if found else of


def _translated(call: Call, org: str, body: TextTranslated) -> str:
    said = {"org": org, "entry": body.of, "language": LANGUAGES.get(body.language, body.language)}
    if is_draft(body):
        return call._(
            "%(org)s added a machine's draft of entry %(entry)s in another language (%(language)s)",
            **said,
        )
    return call._("%(org)s translated entry %(entry)s into another language (%(language)s)", **said)


def title_of(call: Call, name: str) -> str:
    """Give the title of an organisation, or its name where there is none."""
    found = call.state.find(Organisation, name)
    return call.tongue.plain(found.title) if found else name


def _small(words: str) -> str:
    """Write words as they stand within a sentence."""
    return words[:1].lower() + words[1:]


def _first_large(words: str) -> str:
    return words[:1].upper() + words[1:]
