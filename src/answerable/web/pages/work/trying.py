"""Trying a request out: what a release point would answer, and what decides. No data moves."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from pydantic import ValidationError

from answerable.model.agreement import Agreement, Capacity, Party
from answerable.model.base import invalid
from answerable.model.dataset import Dataset
from answerable.model.limits import LeaveOut, Pattern
from answerable.model.organisation import Organisation
from answerable.model.request import Refusal, Request, Verdict
from answerable.model.state import State
from answerable.model.status import Standing, standing
from answerable.model.text import Text, en
from answerable.terms import Facts, decide
from answerable.web.call import Call, Page
from answerable.web.form.fields import Choice
from answerable.web.form.wording import Wording
from answerable.web.pages.work.agreements import own_agreement
from answerable.web.shares import SOMEWHERE, warned
from answerable.web.terms import columns_of, sentences_of
from answerable.words import say


@dataclass(frozen=True, slots=True)
class Reason:
    """Why a request is refused.

    Attributes:
        rule: the rule or promise that refuses it, as a sentence, if it is one.
    """

    code: str
    by: str
    says: str
    rule: Text | None


def trying(call: Call) -> Page:
    """Ask what would be asked for, and answer it as a release point would."""
    found = own_agreement(call)
    said = {
        "agreement": found,
        "as_if": not _runs(call, found),
        "titles": columns_of(call.state, found),
        **_answer(call, found),
    }
    return Page(
        "work/try.html", said, aids={"choices": _choices(call, found), "asked": _asked(call)}
    )


def _asked(call: Call) -> dict[str, list[str]]:
    query = call.request.query_params
    names = ("recipient", "purpose", "pattern", "column", "warning", "emergency")
    return {name: query.getlist(name) for name in names}


def _answer(call: Call, found: Agreement) -> dict[str, object]:
    asked = _asked(call)
    if not (asked["pattern"] and asked["purpose"]):
        return {"verdict": None, "reasons": [], "missing": False}
    if not asked["column"]:
        return {"verdict": None, "reasons": [], "missing": True}
    verdict = _decided(call, found, _request(found, asked), warning=bool(asked["warning"]))
    reasons = [_reason(call, found, each) for each in verdict.refusals]
    return {"verdict": verdict, "reasons": reasons, "missing": False}


def _request(found: Agreement, asked: dict[str, list[str]]) -> Request:
    try:
        return Request(
            agreement=found.agreement,
            recipient=(asked["recipient"] or [*found.recipients])[0],
            purpose=asked["purpose"][0],
            pattern=_pattern(asked["pattern"][0]),
            columns=tuple(dict.fromkeys(asked["column"])),
            areas=dict.fromkeys(found.places, SOMEWHERE),
            emergency=bool(asked["emergency"]),
        )
    except ValidationError as problem:
        raise invalid("command.invalid", problem, command="try") from None


def _pattern(said: str) -> Pattern:
    return next((each for each in Pattern if each == said), Pattern.LOOKUP)


def _decided(call: Call, found: Agreement, request: Request, *, warning: bool) -> Verdict:
    """Decide as a release point would that has just seen the record, and whose lists are fresh."""
    lists = {each.list: timedelta(0) for each in found.limits if isinstance(each, LeaveOut)}
    state, now = (call.state, call.now) if _runs(call, found) else _as_if(call, found)
    state = warned(state, found, now) if warning else state
    return decide(state, request, Facts(now, list_ages=lists))


def _runs(call: Call, found: Agreement) -> bool:
    return standing(found, call.now) is Standing.IN_FORCE and not found.suspended


def _as_if(call: Call, found: Agreement) -> tuple[State, datetime]:
    """Give a copy in which every party was named and signed and nothing is stopped, and when."""
    named = {party.organisation: party for party in found.parties}
    wanted = dict.fromkeys((*named, found.custodian, *found.recipients))
    parties = tuple(named.get(name) or _party(name) for name in wanted)
    copy = call.state.fork()
    copy.put(found.with_(parties=parties, signed_by=tuple(wanted), suspended=()))
    return copy, call.now if found.starts <= call.now < found.ends else found.starts


def _party(name: str) -> Party:
    said = en("What if")
    return Party(organisation=name, capacity=Capacity.CONTROLLER, post=said, authority=said)


def _reason(call: Call, found: Agreement, refusal: Refusal) -> Reason:
    told = say(refusal.code, {"by": refusal.by}, call.tongue.code).says
    rules = sentences_of(call.tongue, call.state, found)
    return Reason(refusal.code, refusal.by, told, rules.get(f"{found.agreement}/{refusal.by}"))


def _choices(call: Call, found: Agreement) -> dict[str, list[Choice]]:
    words, tongue = Wording(call.tongue.code), call.tongue
    titles = [(n, call.state.find(Organisation, n)) for n in found.recipients]
    dataset = call.state.get(Dataset, found.dataset)
    return {
        "recipient": [Choice(n, tongue.plain(each.title if each else en(n))) for n, each in titles],
        "purpose": [Choice(each, each.replace("_", " ")) for each in found.purposes],
        "pattern": [Choice(each, words.choice("patterns", each)) for each in Pattern],
        "column": [Choice(each.column, tongue.plain(each.title)) for each in dataset.columns],
    }
