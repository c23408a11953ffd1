"""Whom people can turn to, for each organisation, as far as whoever runs the pages has said."""

from collections.abc import Iterable
from dataclasses import dataclass

from answerable.web.settings import Contact, Settings


@dataclass(frozen=True, slots=True)
class Reached:
    """How to reach an organisation.

    Attributes:
        contact: its own; that of whoever runs this site where it gave none; or nothing.
        own: whether it is its own.
    """

    organisation: str
    contact: Contact | None
    own: bool


def reached(settings: Settings, organisations: Iterable[str]) -> tuple[Reached, ...]:
    """Tell how to reach organisations, each once."""
    return tuple(_reached(settings, name) for name in dict.fromkeys(organisations))


def _reached(settings: Settings, organisation: str) -> Reached:
    own = said(settings.contacts.get(organisation))
    return Reached(organisation, own or said(settings.contact), own is not None)


def said(contact: Contact | None) -> Contact | None:
    """Give a contact in which anything is said.

    >>> said(Contact()) is None, said(Contact(phone="01632 960 001")).phone
    (True, '01632 960 001')
    """
    return contact if contact is not None and contact != Contact() else None
