"""Who is looking: nobody in particular, or somebody who signed in."""

from dataclasses import dataclass

from answerable.model.actor import Role


@dataclass(frozen=True, slots=True)
class Visitor:
    """Somebody at a page.

    Attributes:
        role: what they may act as.
        organisation: for whom; nothing for the public.
        person: tells people of one organisation and role apart; never shown.
    """

    role: Role = Role.PUBLIC
    organisation: str = ""
    person: str = ""


PUBLIC = Visitor()
