"""Drafts are saved without overwriting one another; commands are remembered once."""

from dataclasses import replace

import pytest

from answerable.model.errors import Broken, Conflict, Invalid, Missing
from answerable.store.desk import Desk, Draft

DRAFT = Draft("d1", "council", "propose", {"title": "Floods", "asks": [1, 2.5, None]})


@pytest.fixture
def path(tmp_path):
    return tmp_path / "desk.db"


@pytest.fixture
def desk(path):
    with Desk(path) as desk:
        yield desk


def refusal(kind, act, *args):
    with pytest.raises(kind) as caught:
        act(*args)
    return caught.value.code, caught.value.params


def test_saves_and_loads(desk):
    saved = desk.save(DRAFT)
    assert saved == replace(DRAFT, revision=1)
    assert desk.load("d1") == saved
    again = desk.save(replace(saved, body={"title": "Floods!"}, action="other"))
    assert again.revision == 2
    assert desk.load("d1") == again


def test_survives_closing(path):
    with Desk(path) as desk:
        saved = desk.save(DRAFT)
        desk.note_receipt("c1", "aa")
    with Desk(path) as desk:
        assert desk.load("d1") == saved
        assert desk.receipt("c1") == "aa"


@pytest.mark.parametrize("revision", [0, 2, 5])
def test_refuses_to_overwrite_what_was_saved_meanwhile(desk, revision):
    saved = desk.save(DRAFT)
    late = replace(DRAFT, body={}, revision=revision)
    assert refusal(Conflict, desk.save, late) == (
        "draft.moved",
        {"draft": "d1", "expected": revision, "revision": 1},
    )
    assert desk.load("d1") == saved


def test_refuses_to_bring_back_what_was_discarded(desk):
    saved = desk.save(DRAFT)
    assert desk.discard("d1")
    assert not desk.discard("d1")
    assert refusal(Conflict, desk.save, saved)[0] == "draft.moved"
    assert refusal(Missing, desk.load, "d1") == ("draft.unknown", {"draft": "d1"})


def test_a_draft_never_changes_hands(desk):
    saved = desk.save(DRAFT)
    stolen = replace(saved, organisation="other")
    assert refusal(Conflict, desk.save, stolen) == ("draft.taken", {"draft": "d1"})


def test_lists_the_drafts_of_one_organisation(desk):
    mine = [desk.save(replace(DRAFT, id=draft_id)) for draft_id in ("b", "a")]
    desk.save(replace(DRAFT, id="c", organisation="other"))
    assert desk.list("council") == tuple(reversed(mine))
    assert desk.list("nobody") == ()


@pytest.mark.parametrize("body", [{"x": object()}, {"x": float("nan")}])
def test_refuses_what_is_no_json(desk, body):
    assert refusal(Invalid, desk.save, replace(DRAFT, body=body)) == (
        "draft.body",
        {"draft": "d1"},
    )


def test_remembers_the_first_receipt(desk):
    assert desk.receipt("c1") is None
    assert desk.note_receipt("c1", "aa") == "aa"
    assert desk.note_receipt("c1", "aa") == "aa"
    assert desk.note_receipt("c1", "bb") == "aa"
    assert desk.receipt("c1") == "aa"


def test_discarded_words_are_gone(desk, path):
    desk.save(replace(DRAFT, body={"title": "canary" * 2000}))
    assert b"canary" in path.read_bytes()
    desk.discard("d1")
    assert b"canary" not in path.read_bytes()
    assert [each.name for each in path.parent.iterdir()] == ["desk.db"]


def test_is_for_its_owner_only(desk, path):
    assert path.stat().st_mode & 0o777 == 0o600


def test_damaged(path):
    path.write_bytes(b"garbage" * 2000)
    assert refusal(Broken, Desk, path) == ("store.damaged", {"path": "desk.db"})
