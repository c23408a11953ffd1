"""What working pages are made of: things with what may be said about them."""

from dataclasses import dataclass

from answerable.model.command import ACTIONS
from answerable.model.errors import Forbidden
from answerable.model.text import Text
from answerable.web.call import Call
from answerable.web.form.acting import kinds
from answerable.web.form.wording import Wording


@dataclass(frozen=True, slots=True)
class Offer:
    """Something that may be said next.

    Attributes:
        path: of the form, with what is known filled in.
    """

    kind: str
    title: str
    path: str


@dataclass(frozen=True, slots=True)
class Item:
    """One thing in a list.

    Attributes:
        text: what the register calls it.
        words: what we say of it.
        path: where it is shown.
        done: whether nothing more is expected; nothing where that is no question.
    """

    text: Text | None = None
    words: str = ""
    path: str = ""
    done: bool | None = None
    offer: Offer | None = None


@dataclass(frozen=True, slots=True)
class Part:
    """A section of a working page.

    Attributes:
        empty: what is said where there is nothing.
        offers: what may be added.
    """

    id: str
    heading: str
    items: tuple[Item, ...]
    empty: str = ""
    offers: tuple[Offer, ...] = ()


def offer(call: Call, verb: str, known: dict[str, str]) -> Offer:
    """Lead to a form in which what is known is filled in."""
    fields = ACTIONS[verb].command.model_fields
    said = "&".join(f"{name}={value}" for name, value in known.items() if name in fields)
    title, _ = Wording(call.tongue.code).kind(verb)
    return Offer(verb, title, f"/work/act/{verb}{'?' if said else ''}{said}")


def offers(call: Call, known: dict[str, str], *verbs: str) -> tuple[Offer, ...]:
    """Give the forms that somebody may fill in, with what is known filled in."""
    may = kinds(call)
    return tuple(offer(call, verb, known) for verb in verbs if verb in may)


def check_own(call: Call, *owners: str) -> None:
    """Refuse a page about something of another organisation.

    Raises:
        Forbidden: ``page.organisation``.
    """
    if call.visitor.organisation not in owners:
        raise Forbidden("page.organisation")
