"""Account: the register itself, who is in it and with which keys, and translations."""

from collections.abc import Iterator

from answerable.model.base import Slug
from answerable.model.command import Command, Context, Said, action, rule, says
from answerable.model.errors import Missing, Refused
from answerable.model.exchange import used_keys
from answerable.model.organisation import (
    OpenRegister,
    Organisation,
    OrganisationAdmitted,
    OrganisationFields,
    OrganisationKeyRotated,
    RegisterFields,
    RegisterKeyRotated,
    RegisterOpened,
)
from answerable.model.signing import PublicKey, key_id
from answerable.model.state import State
from answerable.model.text import Text, texts
from answerable.model.translation import TextTranslated, Translation, TranslationFields
from answerable.science.tlog import CosignatureVerifier, TlogError, Verifier


class StartRegister(RegisterFields, Command):
    """Open the register: its name, its keys, its stewards."""

    page = "register"


class AdmitOrganisation(OrganisationFields, Command):
    """Admit an organisation and its public key; a quorum of stewards signs."""

    invented: bool = False


class RotateOrganisationKey(Command):
    """Replace an organisation's key; the old key (or the stewards) and the new one sign."""

    organisation: Slug
    public_key: PublicKey
    reason: Text


class RotateRegisterKey(Command):
    """Replace the keys that seal the register; the old seal (or the stewards) signs."""

    log_key: str
    time_key: str
    reason: Text


class Translate(TranslationFields, Command):
    """Add sentences of an entry in another language, or review those of a machine."""


says(StartRegister, RegisterOpened)
says(AdmitOrganisation, OrganisationAdmitted)
says(RotateOrganisationKey, OrganisationKeyRotated)
says(RotateRegisterKey, RegisterKeyRotated)


@action(Translate, TextTranslated)
def translate(state: State, command: Translate, ctx: Context) -> Iterator[TextTranslated]:
    """Say the same words in another language.

    Raises:
        Refused: ``translation.pointer`` naming what is no sentence of the entry, or is one that
            was said in that language from the beginning.
    """
    if command.of < state.size:
        sentences = dict(texts(ctx.entry(command.of).body))
        wrong = [
            pointer
            for pointer in command.words
            if pointer not in sentences or sentences[pointer].has(command.language)
        ]
        if wrong:
            raise Refused("translation.pointer", entry=command.of, pointers=wrong)
    yield TextTranslated.from_(command)


@rule(RegisterOpened)
def check_opened(state: State, body: RegisterOpened, _said: Said) -> None:
    """Refuse to open a register twice, and seals that are no keys."""
    if state.size:
        raise Refused("register.taken")
    _check_seals(body.origin, body.log_key, body.time_key)


def _check_seals(origin: str, log_key: str, time_key: str) -> None:
    try:
        log = Verifier.from_vkey(log_key)
        CosignatureVerifier.from_vkey(time_key)
    except TlogError:
        raise Refused("key.form") from None
    if log.name != origin:
        raise Refused("key.name", name=log.name, wanted=origin)


@rule(OrganisationAdmitted)
def check_admitted(state: State, body: OrganisationAdmitted, _said: Said) -> None:
    """Refuse a name that is taken, and a key that anybody has or had."""
    state.free(Organisation, body.organisation)
    _unused(state, body.public_key)


def _unused(state: State, public: str) -> None:
    if public in used_keys(state):
        raise Refused("key.used", key=key_id(public))


@rule(OrganisationKeyRotated)
def check_rotated(state: State, body: OrganisationKeyRotated, _said: Said) -> None:
    """Refuse a key that anybody has or had."""
    state.get(Organisation, body.organisation)
    _unused(state, body.public_key)


@rule(RegisterKeyRotated)
def check_resealed(state: State, body: RegisterKeyRotated, _said: Said) -> None:
    """Refuse a seal that the register had before."""
    opened = state.get(OpenRegister, "register")
    _check_seals(opened.origin, body.log_key, body.time_key)
    if body.log_key in {key for _, key in opened.log_keys}:
        raise Refused("key.used", key=body.log_key.split("+")[1])


@rule(TextTranslated)
def check_translated(state: State, body: TextTranslated, said: Said) -> None:
    """Refuse words for no entry, in a language not offered, or a draft over a review."""
    if body.of >= state.size:
        raise Missing("entry.unknown", name=body.of)
    languages = state.get(OpenRegister, "register").languages
    if body.language not in languages:
        raise Refused("translation.language", language=body.language, languages=languages)
    was = state.find(Translation, f"{body.of}/{body.language}")
    if was and was.reviewed and (not body.reviewed or said.org != was.by):
        raise Refused("translation.reviewed", entry=body.of, language=body.language)
    if body.reviewed and body.made_by == "machine" and not was:
        raise Refused("translation.machine", entry=body.of)
