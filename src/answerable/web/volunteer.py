"""What somebody who volunteers entered, what is wrong with it, and what they are told."""

import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, NamedTuple

from answerable.model.engagement import Engagement
from answerable.model.recruitment import Question
from answerable.store.outbox import Message
from answerable.store.registrations import LASTS
from answerable.web.call import Call
from answerable.web.contacts import reached
from answerable.web.lines import title_of
from answerable.web.registering import KEPT, grouped, reaches

_MOST: Final = 100
_LONGEST_MAIL: Final = 254
_MAIL: Final = re.compile(
    r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@(?:[A-Za-z0-9-]{1,63}\.)+[A-Za-z]{2,63}"
)
_PHONE: Final = re.compile(r"\+?[0-9 ()./-]{5,30}")
_DIGITS: Final = range(7, 16)


class Wrong(NamedTuple):
    """A fault.

    Attributes:
        id: of the input; nothing where it is in none.
    """

    id: str
    text: str


@dataclass(frozen=True, slots=True)
class Entered:
    """What was entered; none of it shows in a log.

    Attributes:
        answers: by the name of the input, ``q1`` and so on.
        agreed: whether they read what happens to their details.
    """

    answers: Mapping[str, str] = field(default_factory=dict, repr=False)
    name: str = field(default="", repr=False)
    email: str = field(default="", repr=False)
    phone: str = field(default="", repr=False)
    agreed: bool = False

    @property
    def contact(self) -> dict[str, str]:
        """How to reach them, as far as they said."""
        said = {"name": self.name, "email": self.email, "phone": self.phone}
        return {name: value for name, value in said.items() if value}

    def profile(self, questions: Sequence[Question]) -> dict[str, str]:
        """Give the answers by feature."""
        named = dict(_named(questions))
        return {named[each].feature: value for each, value in self.answers.items()}


def _named(questions: Sequence[Question]) -> Iterator[tuple[str, Question]]:
    yield from ((f"q{number}", each) for number, each in enumerate(questions, 1))


def entered(form: Mapping[str, Any], questions: Sequence[Question]) -> Entered:
    """Read what was entered."""
    given = {name: _line(form.get(name)) for name, _ in _named(questions)}
    return Entered(
        answers={name: value for name, value in given.items() if value},
        name=_line(form.get("name")),
        email=_line(form.get("email")),
        phone=_line(form.get("phone")),
        agreed=form.get("agreed") == "yes",
    )


def entered_from(body: Mapping[str, Any], questions: Sequence[Question]) -> Entered:
    """Give what was entered, from what was kept of it."""
    said, contact = body["answers"], body["contact"]
    answers = {name: said[each.feature] for name, each in _named(questions) if each.feature in said}
    ways = {name: contact.get(name, "") for name in ("name", "email", "phone")}
    return Entered(answers=answers, **ways)


def _line(given: Any) -> str:
    words = given if isinstance(given, str) else ""
    plain = "".join(sign if sign.isprintable() else " " for sign in words)
    return " ".join(unicodedata.normalize("NFC", plain).split())


def wrong(call: Call, said: Entered, questions: Sequence[Question]) -> list[Wrong]:
    """Give everything that is wrong, in the order of the form."""
    return [
        *_wrong_answers(call, said, questions),
        *_wrong_name(call, said),
        *_wrong_ways(call, said),
        *(
            []
            if said.agreed
            else [Wrong("agreed", call._("Tick the box to say that you have read this"))]
        ),
    ]


def _wrong_answers(call: Call, said: Entered, questions: Sequence[Question]) -> Iterator[Wrong]:
    for name, each in _named(questions):
        if said.answers.get(name) not in each.values:
            asked = call.tongue.plain(each.words)
            yield Wrong(name, call._("Choose an answer: %(question)s", question=asked))


def _wrong_name(call: Call, said: Entered) -> Iterator[Wrong]:
    if not said.name:
        yield Wrong("name", call._("Enter your name"))
    elif len(said.name) > _MOST:
        yield Wrong("name", call._("Your name must be %(most)s characters or fewer", most=_MOST))


def _wrong_ways(call: Call, said: Entered) -> Iterator[Wrong]:
    if not (said.email or said.phone):
        yield Wrong("email", call._("Enter an e-mail address or a phone number"))
    if said.email and not (_MAIL.fullmatch(said.email) and len(said.email) <= _LONGEST_MAIL):
        yield Wrong(
            "email", call._("Enter an e-mail address in the right form, such as name@example.com")
        )
    digits = sum(sign in "0123456789" for sign in said.phone)
    if said.phone and not (_PHONE.fullmatch(said.phone) and digits in _DIGITS):
        yield Wrong("phone", call._("Enter a phone number in full, such as 01632 960 001"))


# What they are told.


def code_message(call: Call, found: Engagement, contact: Mapping[str, str], code: str) -> Message:
    """Tell a code to somebody who volunteers."""
    _, panel = call._, call.tongue.plain(found.title)
    paragraphs = (
        _("Your code is %(code)s.", code=code),
        _(
            "Enter it on the page on which you volunteered for the panel “%(panel)s”. "
            "It works once, and for 30 minutes.",
            panel=panel,
        ),
        _("If you did not volunteer, do nothing. Nothing about you is kept then."),
        _signature(call, found),
    )
    subject = _("Your code for the panel “%(panel)s”", panel=panel)
    return _message(call, reaches(contact), subject, paragraphs)


def again_message(call: Call, found: Engagement, contact: Mapping[str, str]) -> Message:
    """Tell somebody in the pool that they, or somebody else, volunteered once more."""
    _, panel = call._, call.tongue.plain(found.title)
    paragraphs = (
        _(
            "You are in the pool for the panel “%(panel)s” already. Somebody has just entered your "
            "details again; nothing has changed, and you need do nothing.",
            panel=panel,
        ),
        _(
            "To leave the pool, use the reference that you were given the first time. If you no "
            "longer have it, ask whoever runs the panel."
        ),
        _signature(call, found),
    )
    subject = _("You are in the pool already: “%(panel)s”", panel=panel)
    return _message(call, reaches(contact), subject, paragraphs)


def pool_message(
    call: Call, found: Engagement, contact: Mapping[str, str], reference: str
) -> Message:
    """Tell somebody that they are in the pool, and how they leave it."""
    _, panel = call._, call.tongue.plain(found.title)
    address = f"{_withdrawal(call, found)}?reference={grouped(reference)}"
    paragraphs = (
        _("You are in the pool for the panel “%(panel)s”.", panel=panel),
        _(
            "The members are drawn by lot after %(day)s. Whoever is drawn is told. You can say no.",
            day=call.tongue.day(found.registration.closes) if found.registration else "",
        ),
        _(
            "Your withdrawal reference is %(reference)s. Keep it to yourself.",
            reference=grouped(reference),
        ),
        _(
            "To leave the pool and have your details erased, open this address and choose the "
            "button: %(address)s",
            address=address,
        ),
        _(
            "Everybody is in the pool once. If you volunteered before with the same e-mail address "
            "or phone number, the first time counts, and its reference."
        ),
        _signature(call, found),
    )
    subject = _("You are in the pool: “%(panel)s”", panel=panel)
    return _message(call, reaches(contact), subject, paragraphs, lasts=KEPT)


def _message(
    call: Call, to: str, subject: str, paragraphs: Sequence[str], lasts: Any = LASTS
) -> Message:
    text = "\n\n".join(each for each in paragraphs if each)
    return Message(to, subject, f"{text}\n", call.now + lasts)


def _withdrawal(call: Call, found: Engagement) -> str:
    return call.whole(call.tongue.url(f"/panels/{found.engagement}/withdraw"))


def _signature(call: Call, found: Engagement) -> str:
    """Say who runs the panel, and how to reach them."""
    reach = reached(call.settings, [found.facilitator])[0]
    contact = reach.contact
    ways = (contact.post, contact.phone, contact.email) if contact else ()
    site = "" if reach.own or not contact else call._("Whoever runs this site:")
    return "\n".join(filter(None, (title_of(call, found.facilitator), site, *ways)))
