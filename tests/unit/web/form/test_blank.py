"""A form for any command: every question in words, in every language; nothing typed is lost."""

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from answerable.model.actor import Role
from answerable.model.command import ACTIONS
from answerable.model.errors import Invalid
from answerable.model.roles import MAY
from answerable.web.form.acting import kinds
from answerable.web.form.blank import ELSEWHERE, FIRST, LIMITS, Blank
from answerable.web.form.entered import entered_from, said
from answerable.web.form.fields import Shape
from answerable.words import words

VERBS = [verb for verb in ACTIONS if verb not in ELSEWHERE]
FORMS = [(verb, {}) for verb in VERBS] + [("add-limit", {"rule": rule}) for rule in LIMITS]
NAMED = [f"{verb}-{known['rule']}" if known else verb for verb, known in FORMS]
LANGUAGES = ("en", "cy")
ORGANISATIONS = {
    Role.OFFICER: "inverlarch-council",
    Role.CUSTODIAN: "inverlarch-council",
    Role.FACILITATOR: "kirklarch-facilitators",
    Role.STEWARD: "inverlarch-data-commons",
}


def blank(called, verb, known, language="en"):
    kind = next(iter(ACTIONS[verb].yields)).kind.name
    role = min(MAY[kind].roles & set(ORGANISATIONS))
    return Blank(called(role, ORGANISATIONS[role], language), verb, known)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(("verb", "known"), FORMS, ids=NAMED)
def test_every_question_has_words(called, verb, known, language):
    form = blank(called, verb, known, language)
    said_ = words("forms", language)
    assert verb in said_["kinds"]
    for slot in form.slots:
        if slot.shape is Shape.BOX:
            continue
        assert f"{verb}.{slot.label}" in said_["fields"] or slot.label in said_["fields"], slot
        for value in slot.values:
            assert f"{slot.label}.{value}" in said_["choices"], (slot.label, value)


@pytest.mark.parametrize(("verb", "known"), FORMS, ids=NAMED)
def test_every_question_that_must_be_answered_is_told_at_once(called, verb, known):
    form = blank(called, verb, known)
    with pytest.raises(Invalid) as caught:
        form.command()
    sheet = form.sheet(faults=caught.value.faults)
    if not sheet.first:
        needed = {f.name for f in sheet.asked if f.needed and f.shape is not Shape.MANY}
        known_ = {name for name in needed if form.entered.get(name)}
        assert needed - known_ <= {field.name for field in sheet.faults} | {"reviewed", "invented"}
    for field in sheet.faults:
        assert not re.search(r"[a-z]\.[a-z]+\b", field.fault.replace("3.5", "")), field.fault
        assert "_" not in field.fault
        assert "{" not in field.fault


def test_what_comes_first_is_a_question_of_its_form(called):
    for verb, names in FIRST.items():
        form = blank(called, verb, {})
        assert set(names) <= {slot.name for slot in form.slots}
        assert form.waits
        assert {field.name for field in form.sheet().asked} == set(names)


def test_every_kind_that_a_role_may_say_is_offered_to_somebody(called):
    offered = {
        verb
        for role, organisation in ORGANISATIONS.items()
        for verb in kinds(called(role, organisation))
    }
    assert set(VERBS) == offered


# What is typed, and what a command says.

WORDS = st.text("abc <>&'\"éŵ☔مر", min_size=1, max_size=20).map(str.strip).filter(bool)


def typed(slot):
    """Give what a command may say where a slot asks."""
    if slot.values or slot.choices:
        values = st.sampled_from(slot.values or [choice.value for choice in slot.choices])
        if slot.numbers:
            values = values.map(int)
        many = slot.shape is Shape.MANY
        return st.lists(values, min_size=1, unique=True) if many else values
    if slot.spoken:
        return st.dictionaries(st.sampled_from(LANGUAGES), WORDS, min_size=1)
    return {
        Shape.NUMBER: st.integers(-(10**9), 10**9),
        Shape.DAY: st.dates().map(lambda day: day.isoformat()),
        Shape.MOMENT: st.datetimes()
        .map(lambda at: f"{at.replace(second=0):%H:%M:00Z}")
        .map(lambda time: f"2026-03-14T{time}"),
        Shape.YES_NO: st.booleans(),
        Shape.TICK: st.just(value=True),
        Shape.MANY: st.lists(WORDS, min_size=1, unique=True),
        Shape.LINES: st.lists(st.integers(0, 3000) if slot.numbers else WORDS, min_size=1),
    }.get(slot.shape, WORDS)


def put(body, path, value):
    *above, last = path
    for name in above:
        body = body.setdefault(name, {})
    body[last] = value


@pytest.mark.parametrize(("verb", "known"), FORMS, ids=NAMED)
@settings(max_examples=20)
@given(data=st.data())
def test_what_a_command_says_comes_back_from_what_would_be_typed(called, verb, known, data):
    slots = [slot for slot in blank(called, verb, known).slots if slot.shape is not Shape.FILE]
    body = {}
    for slot in slots:
        if slot.needed or data.draw(st.booleans()):
            put(body, slot.name.split("."), data.draw(typed(slot), label=slot.name))
    again, faults = said(slots, entered_from(slots, body, LANGUAGES), LANGUAGES)
    assert faults == []
    assert again == body


@pytest.mark.parametrize(("verb", "known"), FORMS, ids=NAMED)
@settings(max_examples=20)
@given(data=st.data())
def test_a_draft_gives_back_what_was_typed_however_wrong(called, verb, known, data):
    first = blank(called, verb, known)
    names = [i.name for f in (*first.sheet().asked, *first.sheet().fixed) for i in f.inputs]
    given_ = st.one_of(WORDS, st.sampled_from(["31", "2026", "yes", "maybe", "1", "x" * 30]))
    chosen = data.draw(st.dictionaries(st.sampled_from(names), given_)) if names else {}
    form = blank(called, verb, {**known, **chosen})
    kept = Blank.of_body(form.call, verb, form.kept())
    lists = {slot.name for slot in form.slots if slot.shape is Shape.LINES}
    for name, value in form.entered.items():
        if value and name not in lists:
            assert kept.entered.get(name) == value, name
