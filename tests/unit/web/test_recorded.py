"""The numbers of entries are what a walk through all entries gives."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.worlds import story

from answerable.model.entry import Unknown
from answerable.model.translation import TextTranslated
from answerable.web.recorded import Recorded, Selection, is_draft, named

ENTRIES = story()
KINDS = sorted({entry.envelope.kind for entry in ENTRIES})
ORGANISATIONS = sorted({entry.envelope.org for entry in ENTRIES})
SUBJECTS = ["flood-help", "open-rain", "flood-panel", "no-list", "flood-rescue", "nobody"]


def known(entries):
    made = Recorded()
    for entry in entries:
        made.take(entry)
    return made


WHOLE = known(ENTRIES)


def fits(entry, wanted):
    said = entry.envelope
    return (
        wanted.kind in ("", said.kind)
        and wanted.organisation in ("", said.org)
        and (wanted.drafts or not is_draft(entry.body))
        and (not wanted.subject or wanted.subject in {name for _, name in WHOLE.about(entry.index)})
    )


@given(
    st.sampled_from(["", *KINDS]),
    st.sampled_from(["", *ORGANISATIONS]),
    st.sampled_from(["", *SUBJECTS]),
    st.booleans(),
)
def test_a_selection_is_what_reading_every_entry_gives(kind, organisation, subject, drafts):
    wanted = Selection(kind, organisation, subject, drafts)
    assert list(WHOLE.find(wanted)) == [e.index for e in ENTRIES if fits(e, wanted)]


def test_counts_add_up():
    assert WHOLE.size == len(ENTRIES) == sum(WHOLE.kinds.values())
    assert sum(WHOLE.organisations.values()) == len(ENTRIES)
    assert list(Recorded().find(Selection())) == []


def test_whatever_is_about_a_part_is_about_the_whole():
    about = {entry.envelope.kind: dict(WHOLE.about(entry.index)) for entry in ENTRIES}
    assert about["benefit.scored"]["proposal"] in {"flood-help", "open-rain"}
    for kind in ("recommendation.answered", "dissent.recorded", "agreement.signed", "limit.added"):
        assert about[kind]["proposal"] == "flood-help"
    assert "recommendation" in about["limit.added"]
    assert about["releases.counted"]["gateway"]


def test_a_translation_is_about_what_it_translates():
    translated = next(e for e in ENTRIES if isinstance(e.body, TextTranslated))
    assert WHOLE.about(translated.index) == WHOLE.about(translated.body.of)


def test_only_what_a_machine_made_and_nobody_read_is_a_draft():
    said = next(e.body for e in ENTRIES if isinstance(e.body, TextTranslated))
    drafts = {
        (made_by, reviewed)
        for made_by in ("machine", "person")
        for reviewed in (True, False)
        if is_draft(said.model_copy(update={"made_by": made_by, "reviewed": reviewed}))
    }
    assert drafts == {("machine", False)}


def test_the_record_leaves_drafts_out_unless_they_are_asked_for(shown):
    short, whole = shown.data("/record"), shown.data("/record?translations=yes")
    assert short["total"] + short["hidden"] == whole["total"] == whole["size"]
    assert short["hidden"] > 0 == whole["hidden"]
    assert "text.translated" not in {each["kind"] for each in short["entries"]}
    only = shown.data("/record?kind=text.translated")
    assert only["total"] == short["hidden"]
    page = shown.get("/record").text
    assert f"{short['hidden']} translations that only a machine made are left out." in page
    assert 'href="/record?translations=yes"' in page


def test_what_is_not_known_yet_is_found_by_the_names_in_it():
    first = ENTRIES[0]
    strange = Unknown(said={"proposal": "flood-help", "dataset": 7, "other": "x"})
    envelope = first.envelope.model_copy(update={"body": strange, "kind": "strange.thing"})
    made = known([replace(first, envelope=envelope)])
    assert list(made.find(Selection(subject="flood-help"))) == [0]
    assert made.kinds == {"strange.thing": 1}


@pytest.mark.parametrize("entry", ENTRIES, ids=lambda entry: entry.envelope.kind)
def test_names_are_words(entry):
    assert all(noun and name and isinstance(name, str) for noun, name in named(entry.body))
