"""A long, invented register for the register benchmark: what is said in it, entry by entry.

After the opening come chapters of twenty entries, in the mix of the loop's first stages: a dataset
with five columns; a proposal with five asks, basis, benefits, risks and scores; and one signal,
which an organisation signs. An entry is some 460 bytes.
"""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import Any, NamedTuple

from answerable.model.actor import Actor, Role
from answerable.model.assessment import BenefitScored, RiskScored
from answerable.model.dataset import (
    Access,
    ColumnDescribed,
    ColumnType,
    DatasetDescribed,
    Sensitivity,
)
from answerable.model.entry import Body, Entry, Envelope, Signature
from answerable.model.organisation import OrganisationAdmitted, RegisterOpened, Steward, register_id
from answerable.model.proposal import AskAdded, BasisStated, BenefitClaimed, ProposalMade, RiskNamed
from answerable.model.signal import SignalDeclared
from answerable.model.signing import SigningKey
from answerable.model.text import Text, en
from answerable.science.tlog import Cosigner, Signer

BEGINS = datetime(2026, 1, 5, 9, tzinfo=UTC)
COLUMNS = ("household", "occupants", "floor_area", "heating", "flood_zone")


class Statement(NamedTuple):
    """A body, who says it, and with which keys."""

    body: Body
    actor: Actor
    keys: tuple[SigningKey, ...] = ()


def _key(label: str) -> SigningKey:
    return SigningKey(sha256(f"bench/{label}".encode()).digest())


ORIGIN = "register.example/bench"
STEWARDS = tuple(_key(f"steward-{number}") for number in range(3))
COUNCIL_KEY, RIVERS_KEY = _key("council"), _key("rivers")
SEAL = Signer(ORIGIN, _key("seal").seed)
TIME = Cosigner(ORIGIN, _key("time").seed)

STEWARD = Actor(role=Role.STEWARD, organisation="registry", ref="a-00000001")
CUSTODIAN = Actor(role=Role.CUSTODIAN, organisation="council", ref="a-00000002")
OFFICER = Actor(role=Role.OFFICER, organisation="rivers", ref="a-00000003")

OPENING = RegisterOpened(
    origin=ORIGIN,
    title=en("An invented register"),
    operator="registry",
    operator_title=en("The registry"),
    operator_key=_key("registry").public,
    log_key=SEAL.vkey,
    time_key=TIME.vkey,
    stewards=tuple(
        Steward(ref=f"a-0000010{number}", key=key.public) for number, key in enumerate(STEWARDS)
    ),
    quorum=2,
    languages=("en", "cy"),
    nature="invented",
)
REGISTER_ID = register_id(OPENING)


def statements() -> Iterator[Statement]:
    """Say one thing after the other, without end."""
    quorum = STEWARDS[:2]
    yield Statement(OPENING, STEWARD, quorum)
    for name, key in (("council", COUNCIL_KEY), ("rivers", RIVERS_KEY)):
        body = OrganisationAdmitted(
            organisation=name, title=en(f"The {name}"), public_key=key.public, invented=True
        )
        yield Statement(body, STEWARD, quorum)
    number = 0
    while True:
        yield from chapter(number)
        number += 1


def chapter(number: int) -> Iterator[Statement]:
    """Say the twenty things about one dataset and the proposal to use it."""
    for body in _described(number):
        yield Statement(body, CUSTODIAN)
    for body in _proposed(number):
        yield Statement(body, OFFICER)
    yield Statement(_warning(number), OFFICER, (RIVERS_KEY,))


def _described(number: int) -> Iterator[Body]:
    dataset = f"homes-{number}"
    yield DatasetDescribed(
        dataset=dataset,
        custodian="council",
        title=Text({"en": f"Homes of district {number}", "cy": f"Cartrefi ardal {number}"}),
        description=en("Every home with its size, heating and flood zone, as surveyed each year."),
        access=Access.AGREEMENT,
        updated=en("Every April, from the survey of the winter before"),
    )
    for column in COLUMNS:
        yield ColumnDescribed(
            dataset=dataset,
            column=column,
            title=Text({"en": f"What the survey found: {column}", "cy": f"Arolwg: {column}"}),
            type=ColumnType.CODE,
            sensitivity=Sensitivity.PERSONAL,
        )


def _proposed(number: int) -> Iterator[Body]:
    proposal = f"warm-and-dry-{number}"
    yield ProposalMade(
        proposal=proposal,
        title=Text({"en": f"Warm and dry homes {number}", "cy": f"Cartrefi clyd {number}"}),
        purposes=("flood_relief", "insulation"),
        why=en("To offer help first to the people who would be worst off when the river rises."),
        who_benefits=en("People who live near the river, and those who look after them"),
        people_affected=en("Everybody who lives in a surveyed home in the district"),
        recipient="rivers",
        identifiable=True,
    )
    for column in COLUMNS:
        why = en(f"Without {column} nobody can tell whom to warn first, and with what help.")
        yield AskAdded(proposal=proposal, dataset=f"homes-{number}", column=column, why=why)
    yield BasisStated(
        proposal=proposal,
        organisation="council",
        discloser_power=en("The invented Homes Act, section 12"),
        recipient_power=en("The invented Rivers Act, section 3"),
        article_6="public-task",
        article_9=en("None of it is of a special category"),
        confidentiality=en("Told to the survey on the understanding that it is used for safety"),
    )
    yield from _weighed(number, proposal)


def _weighed(number: int, proposal: str) -> Iterator[Body]:
    for side in ("early", "late"):
        benefit, risk = f"{side}-warning-{number}", f"{side}-harm-{number}"
        yield BenefitClaimed(
            benefit=benefit,
            proposal=proposal,
            title=en(f"People are warned {side} enough to leave"),
            for_whom=en("People at home when the river rises"),
            measure=en("Minutes between the warning and the water"),
            unit=en("minutes"),
            baseline="35.5",
        )
        yield RiskNamed(
            risk=risk,
            proposal=proposal,
            title=en(f"A list of frail people gets out {side}"),
            to_whom=en("People on the list"),
        )
    reason = en("As the three exercises of last year showed, and as the panel said")
    yield BenefitScored(benefit=f"early-warning-{number}", likelihood=4, size=3, reason=reason)
    mitigation = en("Only districts leave the gateway until a warning is in force")
    yield RiskScored(
        risk=f"late-harm-{number}", likelihood=2, severity=4, mitigation=mitigation, reason=reason
    )


def _warning(number: int) -> SignalDeclared:
    return SignalDeclared(
        declaration=f"flood-{number}",
        signal="flood-warning",
        area=f"district-{number}",
        begins=BEGINS,
        ends=BEGINS + timedelta(days=9),
        source="declared",
        post=en("Duty officer"),
        reason=en("The river will pass the third mark within six hours"),
    )


def at(index: int) -> datetime:
    """Tell when an entry is recorded: five each second."""
    return BEGINS + timedelta(seconds=index // 5)


def entry(index: int, said: Statement) -> Entry:
    """Write a statement as the register holds it, as the Loop does."""
    envelope = Envelope[Any](
        v=1,
        kind=said.body.kind.name,
        kind_version=said.body.kind.version,
        register_id=REGISTER_ID,
        at=at(index),
        org=said.actor.organisation,
        role=said.actor.role,
        actor_ref=said.actor.ref,
        command_id=f"c-{index:024x}",
        body=said.body,
        signatures=(),
    )
    if said.keys:
        message = envelope.to_sign()
        made = [Signature(key=key.id, sig=key.sign(message)) for key in said.keys]
        envelope = envelope.signed(*sorted(made, key=lambda signature: signature.key))
    return Entry(index, envelope, envelope.to_bytes())
