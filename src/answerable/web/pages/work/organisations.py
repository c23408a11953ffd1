"""The steward's page: who was admitted, their keys, their services and release points."""

from dataclasses import dataclass

from answerable.model.exchange import Gateway, RecipientService
from answerable.model.organisation import OpenRegister, Organisation
from answerable.model.status import status
from answerable.web.call import Call, Page
from answerable.web.pages.work.parts import offers


@dataclass(frozen=True, slots=True)
class Admitted:
    """An organisation, and what it named.

    Attributes:
        key: the id of the key in force.
        retired: how many keys it had before.
    """

    organisation: Organisation
    key: str
    retired: int
    services: tuple[RecipientService, ...]
    gateways: tuple[Gateway, ...]


def organisations(call: Call) -> Page:
    """List them."""
    opened = call.state.get(OpenRegister, "register")
    found = [_admitted(call, each) for each in call.state.each(Organisation)]
    said = {
        "organisations": found,
        "stewards": len(opened.stewards),
        "quorum": opened.quorum,
        "overdue": len(status(call.state, call.now).late_answers),
    }
    verbs = ("admit-organisation", "rotate-organisation-key", "rotate-register-key")
    return Page("work/organisations.html", said, aids={"offers": offers(call, {}, *verbs)})


def _admitted(call: Call, found: Organisation) -> Admitted:
    name = found.organisation
    return Admitted(
        found,
        found.key_id,
        len(found.retired_keys),
        tuple(s for s in call.state.each(RecipientService) if s.organisation == name),
        tuple(g for g in call.state.each(Gateway) if g.organisation == name),
    )
