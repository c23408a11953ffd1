"""What every entry must be before it joins a register."""

import json
from datetime import timedelta

import pytest
from tests.golden.examples import EXAMPLES, LIMITS, OPENED, golden, key, log_key
from tests.worlds import (
    AGENCY,
    FIRE,
    STORY,
    STRANGER,
    World,
    again,
    before,
    example,
    limited,
    story,
)

from answerable.audit.admission import admit, check_words
from answerable.model.actor import Role
from answerable.model.agreement import AgreementSigned, LimitAdded, ProposalDecided
from answerable.model.dataset import DatasetDescribed, DatasetOpened
from answerable.model.engagement import ConsultationOpened, PoolCommitted
from answerable.model.entry import read_entry
from answerable.model.errors import AnswerableError, Forbidden, Missing, Refused
from answerable.model.organisation import (
    RegisterKeyRotated,
    RegisterOpened,
)
from answerable.model.signal import SignalDeclared
from answerable.model.text import Text, en, texts
from answerable.model.translation import TextTranslated
from answerable.model.vision import MissionSet

SECOND = timedelta(seconds=1)
PRIVATE = "someone@people.example"


def refusal(world, entry):
    """Give the code with which an entry is refused; nothing of it stays."""
    size = world.state.size
    with pytest.raises(AnswerableError) as problem:
        admit(world.state, entry)
    assert world.state.size == size
    return problem.value.code


def next_entry(world, **details):
    """The next entry of the story, made otherwise."""
    line = world.line
    usual = {"org": line.org, "role": line.role, "at": line.at}
    return world.entry(details.pop("body", None) or world.body(), **{**usual, **details})


def test_the_whole_story_is_admitted_once_more():
    world = World()
    for entry in story():
        world.take(entry)
    assert world.state.size == len(STORY)


def test_the_name_of_a_command_has_no_personal_details():
    world = before(MissionSet)
    with pytest.raises(Refused) as problem:
        world.take(next_entry(world, command_id="01632-960123"))
    assert problem.value.params == {"field": "command_id", "found": ["phone"]}


def test_checks_come_in_an_order_in_which_each_can_rely_on_the_last():
    world = before(MissionSet)
    wrong = {"org": STRANGER, "role": Role.PUBLIC, "keys": [key(STRANGER)]}
    body = world.body(title=en(PRIVATE), vision="another")
    entry = next_entry(world, body=body, register_id="0" * 32, **wrong)
    assert refusal(world, entry) == "entry.register"
    assert refusal(world, next_entry(world, body=body, **wrong)) == "organisation.unknown"
    wrong["org"] = "council"
    assert refusal(world, next_entry(world, body=body, **wrong)) == "actor.role"
    wrong["role"] = Role.STEWARD
    assert refusal(world, next_entry(world, body=body, **wrong)) == "text.personal"
    body = again(body, title=en("Safe homes"))
    assert refusal(world, next_entry(world, body=body, **wrong)) == "signature.unwanted"
    assert refusal(world, next_entry(world, body=body, keys=[])) == "vision.unknown"


@pytest.mark.parametrize(
    "vkey",
    [
        "no key at all",
        log_key("log-2").private_text,
        log_key("log-2").verifier.vkey[:-4],
        OPENED.time_key,
    ],
    ids=["words", "private", "cut short", "of another kind"],
)
def test_a_new_seal_is_a_key_of_the_register(vkey):
    world = before(RegisterKeyRotated)
    entry = next_entry(world, body=world.body(log_key=vkey))
    assert refusal(world, entry) == "key.form"


# Words.


def with_words(body, pointer, words):
    """Put other words in the place that a pointer names."""
    plain = body.model_dump(mode="json", exclude_none=True)
    *path, last = pointer.split("/")[1:]
    place = plain
    for step in path:
        place = place[int(step)] if isinstance(place, list) else place[step]
    place[last] = words
    return type(body).model_validate_json(json.dumps(plain))


def every_sentence():
    for line in {line.kind: line for line in STORY}.values():
        body = before(line.kind).body()
        for pointer, said in texts(body):
            for language in said.root:
                yield pytest.param(
                    line.kind, f"{pointer}/{language}", id=f"{line.kind.kind.name} {pointer}"
                )


@pytest.mark.parametrize(("kind", "pointer"), list(every_sentence()))
def test_no_sentence_of_any_kind_may_have_personal_details(kind, pointer):
    world = before(kind)
    body = with_words(world.body(), pointer, f"Write to {PRIVATE} now")
    if kind is RegisterOpened:
        world = before(RegisterOpened)
    with pytest.raises(Refused, match=r"text\.personal") as problem:
        world.take(next_entry(world, body=body))
    assert problem.value.params == {"field": pointer, "found": ["e-mail"]}
    assert PRIVATE not in str(problem.value)


def test_every_sentence_was_tried():
    tried = {(kind, pointer.rpartition("/")[0]) for kind, pointer in _tried()}
    assert tried == {(type(body), pointer) for body in EXAMPLES for pointer, _ in texts(body)}
    assert len(tried) > 80


def _tried():
    return (case.values for case in every_sentence())


@pytest.mark.parametrize("language", ["cy", "gd", "fr"])
def test_nor_may_any_other_language(language):
    world = before(MissionSet)
    title = Text({"en": "Safe homes", language: f"{PRIVATE} a 01632 960123"})
    with pytest.raises(Refused) as problem:
        world.tell(title=title)
    assert problem.value.params == {
        "field": f"/title/{language}",
        "found": ["e-mail", "phone"],
    }


def test_nor_may_a_translation():
    world = before(TextTranslated)
    with pytest.raises(Refused) as problem:
        world.tell(words={"/title": "Traed sych", "/picture": f"Gofynnwch i {PRIVATE}"})
    assert problem.value.params == {"field": "/picture", "found": ["e-mail"]}


@pytest.mark.parametrize("line", STORY, ids=lambda line: line.kind.kind.name)
def test_nobody_in_the_story_is_named(line):
    """And no date, amount, digest or number of the story is taken for a person's."""
    for entry in story():
        if type(entry.body) is line.kind:
            check_words(entry)


def test_no_golden_entry_has_personal_details():
    for data in golden().values():
        check_words(read_entry(data, 0))


def _free_words():
    rows = next(limit for limit in LIMITS if limit.limit == "only-c")
    pool = example(PoolCommitted)
    target = pool.targets[0].with_(value=PRIVATE, min=0, max=4)
    return [
        (DatasetDescribed, {"licence": PRIVATE}),
        (DatasetOpened, {"licence": PRIVATE}),
        (PoolCommitted, {"targets": (target, *pool.targets)}),
        (LimitAdded, {"terms": limited(rows, values=(PRIVATE,)).terms}),
    ]


@pytest.mark.parametrize(
    ("kind", "changes"),
    _free_words(),
    ids=lambda value: getattr(value, "__name__", ""),
)
def test_words_that_are_no_sentence_are_checked_too(kind, changes):
    world = before(kind)
    with pytest.raises(Refused, match=r"text\.personal"):
        world.tell(**changes)


# Rules are tested stage by stage; here only that they are asked, and last.


def test_a_rule_is_asked_at_the_time_and_for_the_organisation_of_the_entry():
    world = before(ConsultationOpened)
    with pytest.raises(Refused, match=r"consultation\.short"):
        world.tell(closes=world.body().opens)
    world = before(SignalDeclared)
    with pytest.raises(Refused, match=r"signal\.over"):
        world.tell(ends=world.line.at)
    world.tell(ends=world.line.at, at=world.line.at - SECOND)


def test_a_signature_on_other_terms_is_refused_by_the_rule():
    world = before(AgreementSigned)
    with pytest.raises(Refused, match=r"agreement\.terms"):
        world.tell(terms="0d" * 32)


def test_nothing_is_admitted_twice_under_another_command():
    world = before(ProposalDecided)
    world.tell()
    with pytest.raises(Refused, match=r"decision\.taken"):
        world.tell()


def test_the_errors_are_of_three_kinds():
    world = before(SignalDeclared)
    with pytest.raises(Forbidden):
        world.say(world.body(), org="agency", role=Role.PUBLIC)
    with pytest.raises(Missing):
        world.say(world.body(), org=STRANGER, role=AGENCY[1])
    with pytest.raises(Refused):
        world.say(world.body(), org="fire", role=FIRE[1], sign=False)
