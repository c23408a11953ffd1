"""Volunteering for a panel: a form, a code to prove that the address is theirs, and the pool."""

import hmac
from collections.abc import Mapping, Sequence
from typing import Any, Final

from answerable.model.engagement import Engagement
from answerable.model.errors import AnswerableError, Missing, Refused
from answerable.store.registrations import TRIES, Begun
from answerable.web.call import Answer, Away, Call, Later, Page
from answerable.web.contacts import reached
from answerable.web.problem import status
from answerable.web.registering import fresh_code, fresh_reference, grouped, reaches, way_of
from answerable.web.session import begun_of
from answerable.web.volunteer import (
    Entered,
    Wrong,
    again_message,
    code_message,
    entered,
    entered_from,
    pool_message,
    wrong,
)
from answerable.words import say

_DIGITS: Final = 6


def form(call: Call) -> Page:
    """Ask somebody who volunteers what the draw needs to know, and how to reach them."""
    found = _panel(call)
    return _form(call, found) if _open(call, found) else _closed(call, found)


def begin(call: Call) -> Answer:
    """Keep for half an hour what somebody entered, and send them a code."""
    found = _panel(call)
    if found.registration is None or not _open(call, found):
        return _closed(call, found, 409)
    said = entered(call.form, found.registration.questions)
    faults = wrong(call, said, found.registration.questions)
    if faults:
        return _form(call, found, said, faults, 400)
    body = {
        "answers": said.profile(found.registration.questions),
        "contact": said.contact | {"language": call.tongue.code},
        "reference": fresh_reference(),
    }
    try:
        call.registering.starts.make(call.place, call.now)
        call.registering.check_send(found.engagement, way_of(said.contact), call.now)
    except Refused as trouble:
        return _form(call, found, said, [Wrong("", _said(call, trouble))], trouble=trouble)
    return _coded(call, found, body, said)


def _coded(call: Call, found: Engagement, body: dict[str, Any], said: Entered) -> Later:
    body["code"] = fresh_code()
    message = _code(call, found, body)

    def ask() -> str | AnswerableError:
        try:
            call.registering.outgoing().send(message, call.now)
        except AnswerableError as trouble:
            return trouble
        return call.registering.waiting().begin(found.engagement, body, call.now)

    def page(done: str | AnswerableError) -> Page | Away:
        if isinstance(done, str):
            return Away(f"/panels/{found.engagement}/register/code", begun=done)
        place = "email" if done.code == "mail.refused" else ""
        return _form(call, found, said, [Wrong(place, _said(call, done))], trouble=done)

    return Later(ask, page)


def _code(call: Call, found: Engagement, body: Mapping[str, Any]) -> Any:
    """Write the message with the code; whoever is in the pool already gets another one.

    What is told is told only to the address that it is about.
    """
    contact = body["contact"]
    if call.loop.volunteered(found.engagement, way_of(contact)):
        return again_message(call, found, contact)
    return code_message(call, found, contact, body["code"])


def code(call: Call) -> Page:
    """Ask for the code."""
    found = _panel(call)
    try:
        begun = _waiting(call, found)
    except Missing:
        return _over(call, found)
    return _finished(call, found) if begun.finished else _ask(call, found, begun)


def check(call: Call) -> Answer:
    """Take the code: the right one puts somebody into the pool, once."""
    found, step = _panel(call), call.form.get("_step")
    try:
        begun = _waiting(call, found)
        if begun.finished:
            return _finished(call, found)
        if step == "change":
            return _change(call, found, begun)
        if step == "again":
            return _again(call, found, begun)
        return _compared(call, found, begun)
    except Missing as trouble:
        if trouble.code != "registration.over":
            raise
        return _over(call, found, status(trouble))


def _compared(call: Call, found: Engagement, begun: Begun) -> Answer:
    given = call.form.get("code")
    typed = "".join(each for each in given if each not in " -") if isinstance(given, str) else ""
    if not (len(typed) == _DIGITS and typed.isascii() and typed.isdigit()):
        fault = call._("Enter the code: six digits")
        return _ask(call, found, begun, [Wrong("code", fault)], 400)
    try:
        tried = call.registering.waiting().attempt(
            begun_of(call.request), found.engagement, call.now
        )
        if tried.finished:
            return _finished(call, found)
        if not hmac.compare_digest(typed, str(tried.body["code"])):
            call.registering.guesses.make(call.place, call.now)
            fault = call._("That is not the code. Tries left: %(tries)s.", tries=tried.tries)
            return _ask(call, found, tried, [Wrong("code", fault)], 400)
    except Refused as trouble:
        return _ask(call, found, begun, [Wrong("code", _said(call, trouble))], trouble=trouble)
    return _enrolled(call, found, tried.body)


def _enrolled(call: Call, found: Engagement, body: Mapping[str, Any]) -> Answer:
    """Keep somebody in the vault first, then tell them, then forget what was waiting.

    Wherever it stops in between, the same code finishes it.
    """
    waiting, token = call.registering.waiting(), begun_of(call.request)
    try:
        call.loop.enrol(found.engagement, body["answers"], body["contact"], body["reference"])
    except Refused:
        waiting.discard(token)
        return _closed(call, found, 409)
    message = pool_message(call, found, body["contact"], body["reference"])

    def ask() -> bool:
        try:
            call.registering.outgoing().send(message, call.now)
        except AnswerableError:
            return False
        finally:
            waiting.finish(token)
        return True

    def page(sent: bool) -> Page:
        return _finished(call, found, grouped(body["reference"]), sent=sent)

    return Later(ask, page)


def _again(call: Call, found: Engagement, begun: Begun) -> Answer:
    """Send another code in place of the one before."""
    body = {**begun.body, "code": fresh_code()}
    try:
        call.registering.check_send(found.engagement, way_of(body["contact"]), call.now)
    except Refused as trouble:
        return _ask(call, found, begun, [Wrong("", _said(call, trouble))], trouble=trouble)
    message = _code(call, found, body)

    def ask() -> AnswerableError | None:
        try:
            call.registering.outgoing().send(message, call.now)
        except AnswerableError as trouble:
            return trouble
        call.registering.waiting().renew(begun_of(call.request), body)
        return None

    def page(trouble: AnswerableError | None) -> Page:
        if trouble is None:
            return _ask(call, found, Begun(body, TRIES, finished=False), again=True)
        return _ask(call, found, begun, [Wrong("", _said(call, trouble))], trouble=trouble)

    return Later(ask, page)


def _change(call: Call, found: Engagement, begun: Begun) -> Page:
    """Show the form once more, with what was entered."""
    if found.registration is None or not _open(call, found):
        return _closed(call, found, 409)
    return _form(call, found, entered_from(begun.body, found.registration.questions))


# What is shown.


def _panel(call: Call) -> Engagement:
    return call.state.get(Engagement, call.named("engagement"))


def _open(call: Call, found: Engagement) -> bool:
    return call.registering.possible and found.takes_volunteers(call.now.date())


def _waiting(call: Call, found: Engagement) -> Begun:
    token = begun_of(call.request)
    if not (token and call.registering.possible):
        raise Missing("registration.over", name=found.engagement)
    return call.registering.waiting().find(token, found.engagement, call.now)


def _facts(call: Call, found: Engagement) -> dict[str, Any]:
    return {
        "panel": found.engagement,
        "title": found.title,
        "facilitator": found.facilitator,
        "open": _open(call, found),
        "registration": found.registration,
    }


def _aids(call: Call, found: Engagement, faults: Sequence[Wrong]) -> dict[str, Any]:
    return {
        "panel_path": f"/panels/{found.engagement}",
        "faults": faults,
        "fault": {each.id: each.text for each in faults if each.id},
        "reach": reached(call.settings, [found.facilitator])[0],
    }


def _form(
    call: Call,
    found: Engagement,
    said: Entered | None = None,
    faults: Sequence[Wrong] = (),
    number: int = 200,
    *,
    trouble: AnswerableError | None = None,
) -> Page:
    facts = _facts(call, found) | {"question": found.question}
    aids = _aids(call, found, faults) | {"entered": said or Entered()}
    return _page("volunteer/form.html", facts, aids, number, trouble)


def _ask(
    call: Call,
    found: Engagement,
    begun: Begun,
    faults: Sequence[Wrong] = (),
    number: int = 200,
    *,
    trouble: AnswerableError | None = None,
    again: bool = False,
) -> Page:
    to = reaches(begun.body["contact"])
    aids = _aids(call, found, faults) | {
        "to": to,
        "by_hand": call.registering.outgoing().by_hand(to),
        "again": again,
    }
    return _page("volunteer/code.html", _facts(call, found), aids, number, trouble)


def _page(
    template: str,
    facts: dict[str, Any],
    aids: dict[str, Any],
    number: int,
    trouble: AnswerableError | None,
) -> Page:
    wait = trouble.params.get("seconds") if trouble else None
    headers = {"retry-after": str(wait)} if wait else {}
    return Page(template, facts, status(trouble) if trouble else number, aids, headers)


def _finished(call: Call, found: Engagement, reference: str = "", *, sent: bool = True) -> Page:
    aids = _aids(call, found, ()) | {"reference": reference, "sent": sent}
    return Page("volunteer/done.html", _facts(call, found), aids=aids)


def _closed(call: Call, found: Engagement, number: int = 200) -> Page:
    facts = _facts(call, found) | {"over": found.registration is not None}
    return Page("volunteer/closed.html", facts, number, _aids(call, found, ()))


def _over(call: Call, found: Engagement, number: int = 200) -> Page:
    return Page("volunteer/over.html", _facts(call, found), number, _aids(call, found, ()))


def _said(call: Call, trouble: AnswerableError) -> str:
    told = say(trouble.code, trouble.params, call.tongue.code)
    return f"{told.says} {told.remedy}"
