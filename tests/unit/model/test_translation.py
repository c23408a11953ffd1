"""Sentences in another language, and entries as they read in it."""

import pytest
from pydantic import ValidationError
from tests.worlds import before, example, story

from answerable.model.agreement import DutyAdded
from answerable.model.errors import Refused
from answerable.model.text import MOST_CHARACTERS
from answerable.model.translation import UNREVIEWED, TextTranslated, Translation, in_language
from answerable.model.vision import MissionSet, VisionPublished
from answerable.stages.account import Translate

VISION = next(e.index for e in story() if isinstance(e.body, VisionPublished))


def translated(*, of=VISION, by_action=True, **changes):
    """Say a translation; give the entry translated as it reads in Welsh."""
    world = before(TextTranslated)
    said = example(TextTranslated, of=of, **changes)
    (body,) = world.run(Translate.from_(said)) if by_action else (said,)
    world.say(body, org="council", role=world.line.role, at=world.line.at)
    (entry,) = in_language([story()[of]], world.state, "cy")
    return entry


def test_an_entry_reads_in_another_language():
    entry = translated()
    assert entry.body.title.say("cy") == "Traed sych"
    assert entry.body.title.say("en") == "Dry feet in 2050"
    assert entry.body.picture.say("cy") == "Ni chaiff neb ei anghofio."


def test_what_is_stored_and_signed_stays():
    entry, original = translated(), story()[VISION]
    assert entry.data == original.data
    assert not original.body.title.has("cy")


def test_only_what_was_translated_reads_otherwise():
    entry = translated(words={"/title": "Traed sych"})
    assert entry.body.title.say("cy") == "Traed sych"
    assert entry.body.picture.say("cy") == "Nobody is forgotten when the river rises."


def test_entries_without_a_translation_stay_the_same():
    world = before(TextTranslated)
    assert list(in_language(story(), world.state, "cy")) == story()
    world.tell()
    others = [entry for entry in in_language(story(), world.state, "cy") if entry in story()]
    assert len(others) == len(story()) - 1
    assert list(in_language(story(), world.state, "gd")) == story()


def test_what_nobody_has_read_is_marked():
    entry = translated(made_by="machine", reviewed=False)
    assert entry.body.title.say("cy") == f"Traed sych {UNREVIEWED}"


def test_pointers_name_the_sentence_and_not_its_language():
    mission = next(e for e in story() if isinstance(e.body, MissionSet))
    said = {"/title": "Cartrefi diogel", "/goal": "Pawb allan mewn pryd."}
    entry = translated(of=mission.index, words=said)
    assert entry.body.goal.say("cy") == "Pawb allan mewn pryd."
    assert entry.body.measure.has("cy") is False


def test_a_translation_is_known_by_entry_and_language():
    world = before(TextTranslated)
    world.tell()
    translation = world.state.get(Translation, f"{VISION}/cy")
    assert translation.key == f"{VISION}/cy"
    assert translation.reviewed
    assert translation.at == world.line.at


@pytest.mark.parametrize(
    "changes",
    [
        {"of": -1},
        {"language": "Welsh"},
        {"words": {}},
        {"words": {"/title": 7}},
        {"made_by": "parrot"},
        {"reviewed": 1},
    ],
    ids=str,
)
def test_what_no_translation_may_be(changes):
    with pytest.raises(ValidationError):
        example(TextTranslated, **changes)


def test_translated_words_are_checked_for_personal_details():
    body = example(TextTranslated, words={"/title": "a", "/picture": "b"})
    assert list(body.public_words()) == [
        ("/title", "a"),
        ("/title", "/title"),
        ("/picture", "b"),
        ("/picture", "/picture"),
    ]


# Once admitted, a translation can never be taken back: every reader meets it.


@pytest.mark.parametrize(
    "words",
    [
        "",
        " Traed sych",
        "Traed sych ",
        "Traed sych\n",
        "Traed\x00sych",
        "Traed\u202esych",
        "a" * (MOST_CHARACTERS + 1),
    ],
    ids=lambda words: ascii(words)[:16],
)
def test_translated_words_keep_the_rules_of_words(words):
    world = before(TextTranslated)
    with pytest.raises((ValidationError, Refused)):
        world.tell(words={"/title": words})


def test_the_longest_words_leave_room_for_the_mark():
    most = MOST_CHARACTERS - len(f" {UNREVIEWED}")
    entry = translated(words={"/title": "a" * most}, made_by="machine", reviewed=False)
    assert entry.body.title.say("cy") == f"{'a' * most} {UNREVIEWED}"
    with pytest.raises(ValidationError):
        example(TextTranslated, words={"/title": "a" * (most + 1)})


def test_a_pointer_to_what_is_no_sentence_harms_nobody():
    """The action refuses it; a forged or foreign entry is only judged by the rule."""
    duty = next(e for e in story() if isinstance(e.body, DutyAdded))
    words = {"/on_miss": "cyhoeddi", "/what": "Cyhoeddi.", "/nothing": "dim", "/duty": "dim"}
    entry = translated(of=duty.index, words=words, by_action=False)
    assert entry.body.what.say("cy") == "Cyhoeddi."
    assert entry.body.on_miss == duty.body.on_miss
