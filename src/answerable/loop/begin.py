"""Begin a register: make its keys, keep them here, and open it."""

import secrets

from answerable.loop.loop import Loop
from answerable.model.actor import Actor, Role
from answerable.model.entry import Entry
from answerable.model.errors import Fault, Invalid, Refused
from answerable.model.organisation import OpenRegister, Organisation, Steward
from answerable.model.roles import check_may
from answerable.model.signing import KEY_BYTES, SigningKey
from answerable.model.text import Text
from answerable.science.tlog import Cosigner, Signer, TlogError
from answerable.stages.account import AdmitOrganisation, StartRegister


def begin(  # noqa: PLR0913 - what a register says of itself
    loop: Loop,
    *,
    origin: str,
    title: Text,
    operator: str,
    operator_title: Text,
    stewards: int,
    quorum: int,
    languages: tuple[str, ...],
    nature: str,
    command_id: str | None = None,
) -> Entry:
    """Open the register of a workspace with new keys, all of them kept here, mode 0600.

    Nothing is written before everything said about the register is well formed.

    Raises:
        Refused: ``register.taken``.
    """
    actor = Actor(role=Role.STEWARD, organisation=operator, ref=_ref())
    if loop.state.size:
        raise Refused("register.taken")
    log, time = _seals(origin)
    own = SigningKey(secrets.token_bytes(KEY_BYTES))
    keys = [SigningKey(secrets.token_bytes(KEY_BYTES)) for _ in range(stewards)]
    command = StartRegister.model_validate(
        {
            "origin": origin,
            "title": title,
            "operator": operator,
            "operator_title": operator_title,
            "operator_key": own.public,
            "log_key": log.verifier.vkey,
            "time_key": time.verifier.vkey,
            "stewards": tuple(Steward(ref=_ref(), key=key.public) for key in keys),
            "quorum": quorum,
            "languages": languages,
            "nature": nature,
        }
    )
    loop.keyring.add_seal(log, time)
    loop.keyring.add(operator, own.seed)
    for number, key in enumerate(keys, start=1):
        loop.keyring.add(f"steward-{number}", key.seed)
    return loop.act(command, actor, command_id=command_id)[0]


def new_seal(loop: Loop) -> tuple[str, str]:
    """Make the keys of a next seal and keep them here; give their verifier keys, log and time.

    Raises:
        Missing: ``register.unknown``.
    """
    log, time = _seals(loop.state.get(OpenRegister, "register").origin)
    loop.keyring.add_seal(log, time)
    return log.verifier.vkey, time.verifier.vkey


def _seals(origin: str) -> tuple[Signer, Cosigner]:
    try:
        return Signer.generate(origin), Cosigner.generate(f"{origin}/time")
    except TlogError:
        wanted = "A host, such as register.example.org, and a path if needed."
        fault = Fault("origin", "field.pattern", {"wanted": wanted})
        raise Invalid("command.invalid", [fault], command="init") from None


def welcome(
    loop: Loop,
    actor: Actor,
    organisation: str,
    title: Text,
    *,
    invented: bool,
    command_id: str | None = None,
) -> Organisation:
    """Admit an organisation with a new key that is kept here; again, give it as it is.

    Raises:
        Forbidden: the actor is no steward.
    """
    known = loop.state.find(Organisation, organisation)
    if known:
        return known
    check_may(loop.state, "organisation.admitted", None, actor.role, actor.organisation)
    key = loop.keyring.new(organisation)
    command = AdmitOrganisation(
        organisation=organisation, title=title, public_key=key.public, invented=invented
    )
    try:
        loop.act(command, actor, command_id=command_id)
    finally:
        if loop.state.find(Organisation, organisation) is None:
            loop.keyring.discard(organisation, key)
    return loop.state.get(Organisation, organisation)


def _ref() -> str:
    return f"a-e{secrets.token_hex(8)}"  # a letter first: not a telephone
