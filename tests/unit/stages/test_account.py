import pytest
from tests.golden.examples import OPENED, key, log_key, seed, time_key
from tests.unit.stages.table import allowed, each, empty, judge, refused, usual
from tests.worlds import COUNCIL, FIRE, before, example

from answerable.model.errors import Refused
from answerable.model.organisation import (
    OpenRegister,
    Organisation,
    OrganisationAdmitted,
    OrganisationKeyRotated,
    RegisterKeyRotated,
    RegisterOpened,
)
from answerable.model.translation import TextTranslated, Translation
from answerable.model.vision import VisionPublished
from answerable.science.tlog import Signer
from answerable.stages.account import Translate

ADMITTED = example(OrganisationAdmitted, organisation="library", public_key=key("library").public)


def admitted(code, **changes):
    return refused(code, VisionPublished, body=ADMITTED, by=COUNCIL, **changes)


TRANSLATED = example(TextTranslated, of=5)


def translating(code, **changes):
    command = Translate.from_(example(TextTranslated, **{"of": 5, **changes}))
    return refused(code, TextTranslated, body=command)


CASES = [
    refused("register.taken", RegisterOpened, usual),
    refused("register.taken", VisionPublished, body=OPENED, by=COUNCIL),
    refused("register.unknown", OrganisationAdmitted, empty),
    admitted("organisation.taken", organisation="health"),
    admitted("organisation.taken", organisation="council"),
    admitted("key.used", public_key=key("fire").public),
    admitted("key.used", public_key=key("council").public),
    admitted("key.used", public_key=key("steward-2").public),
    refused(
        "key.used",
        RegisterKeyRotated,
        body=ADMITTED,
        by=COUNCIL,
        public_key=key("fire").public,  # which it had, before it was rotated
    ),
    refused("organisation.unknown", OrganisationKeyRotated, organisation="stranger"),
    refused("key.used", OrganisationKeyRotated, usual),
    refused("key.used", OrganisationKeyRotated, public_key=key("fire").public),
    refused("key.used", OrganisationKeyRotated, public_key=key("agency").public),
    refused("key.used", OrganisationKeyRotated, public_key=key("steward-1").public),
    refused("register.unknown", RegisterKeyRotated, empty),
    refused("key.used", RegisterKeyRotated, usual),
    refused("key.form", RegisterOpened, log_key="no key at all"),
    refused("key.form", RegisterOpened, time_key=log_key().verifier.vkey),
    refused("key.name", RegisterOpened, origin="register.example/another"),
    refused("key.form", RegisterKeyRotated, log_key="no key at all"),
    refused("key.form", RegisterKeyRotated, log_key=log_key("log-2").private_text),
    refused("key.form", RegisterKeyRotated, log_key=time_key().verifier.vkey),
    refused("key.form", RegisterKeyRotated, time_key=log_key("log-3").verifier.vkey),
    refused(
        "key.name",
        RegisterKeyRotated,
        log_key=Signer("register.example/another", seed("log-2")).verifier.vkey,
    ),
    refused("key.used", RegisterKeyRotated, log_key=log_key().verifier.vkey),
    refused("entry.unknown", TextTranslated, of=10_000),
    refused("translation.language", TextTranslated, language="gd"),
    refused("translation.reviewed", TextTranslated, usual, reviewed=False),
    refused("translation.reviewed", TextTranslated, usual, reviewed=False, made_by="machine"),
    refused("translation.reviewed", TextTranslated, usual, body=TRANSLATED, by=FIRE),
    refused("translation.machine", TextTranslated, made_by="machine"),
    translating("entry.unknown", of=10_000),
    translating("translation.pointer", words={"/nothing": "Dim"}),
    translating("translation.pointer", words={"/vision": "gweledigaeth"}),
    translating("translation.pointer", words={"/title": "Sych", "/title/cy": "Sych"}),
    translating("translation.pointer", words={"title": "Traed sych"}),
    translating("translation.pointer", language="en", words={"/title": "Wet feet"}),
    translating("translation.pointer", of=0, words={"/title": "Cofrestr arall"}),
]
MACHINE = example(TextTranslated, of=5, made_by="machine", reviewed=False)
ALLOWED = [
    allowed(RegisterOpened),
    allowed(OrganisationAdmitted),
    allowed(OrganisationKeyRotated),
    allowed(RegisterKeyRotated),
    allowed(TextTranslated),
    allowed(TextTranslated, usual),
    allowed(TextTranslated, body=MACHINE, by=COUNCIL),
    allowed(TextTranslated, lambda world: world.say(MACHINE, org="council", role=COUNCIL[1])),
    allowed(
        TextTranslated,
        lambda world: world.say(MACHINE, org="council", role=COUNCIL[1]),
        made_by="machine",
    ),
    allowed(TextTranslated, of=0, language="en"),
]


@each(CASES)
def test_refused(case):
    judge(case)


@each(ALLOWED)
def test_allowed(case):
    judge(case)


def test_the_last_entry_can_be_translated_and_the_next_cannot():
    world = before(TextTranslated)
    assert world.state.size > 1
    judge(allowed(TextTranslated, of=world.state.size - 1))
    judge(refused("entry.unknown", TextTranslated, of=world.state.size))


def test_words_join_those_translated_before():
    world = before(TextTranslated)
    world.tell()
    world.tell(words={"/title": "Sych"})
    assert world.state.get(Translation, "5/cy").words == {
        "/title": "Sych",
        "/picture": "Ni chaiff neb ei anghofio.",
    }


def test_the_action_says_the_same_words():
    world = before(TextTranslated)
    said = world.body()
    command = Translate.from_(said)
    assert world.run(command) == [said]


def test_a_refusal_names_the_sentences_that_are_none():
    world = before(TextTranslated)
    said = world.body(words={"/title": "Sych", "/nothing": "Dim", "/vision": "Dim"})
    with pytest.raises(Refused) as refusal:
        world.run(Translate.from_(said))
    assert refusal.value.params == {"entry": 5, "pointers": ["/nothing", "/vision"]}


def test_who_is_in_the_register():
    state = before(None).state
    opened = state.get(OpenRegister, "register")
    assert [o.organisation for o in state.each(Organisation)] == [
        "council",
        "health",
        "fire",
        "agency",
        "facilitators",
    ]
    assert state.get(Organisation, "council").title == OPENED.operator_title
    assert state.get(Organisation, "council").invented
    fire = state.get(Organisation, "fire")
    assert fire.public_key == key("fire-2").public
    assert fire.key_id == key("fire-2").id
    assert fire.retired_keys == (key("fire").public,)
    assert opened.key == "register"


def test_every_seal_is_remembered_from_the_size_at_which_it_began():
    world = before(RegisterKeyRotated)
    at = world.tell().index
    opened = world.state.get(OpenRegister, "register")
    old, new = log_key().verifier.vkey, log_key("log-2").verifier.vkey
    assert opened.log_keys == ((0, old), (at + 1, new))
    assert opened.log_key == new
    assert opened.log_key_at(1) == opened.log_key_at(at) == old
    assert opened.log_key_at(at + 1) == opened.log_key_at(10_000) == new


@pytest.mark.parametrize("nature", ["live", "invented"])
def test_the_operator_is_as_real_as_its_register(nature):
    world = before(RegisterOpened)
    world.tell(nature=nature)
    assert world.state.get(Organisation, "council").invented is (nature == "invented")
