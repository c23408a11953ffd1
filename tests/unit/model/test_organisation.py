import pytest
from pydantic import ValidationError
from tests.golden.examples import OPENED, key
from tests.worlds import again

from answerable.model.organisation import Steward, register_id
from answerable.model.text import en


def wrong(**changes):
    with pytest.raises(ValidationError) as problem:
        again(OPENED, **changes)
    return {error["type"] for error in problem.value.errors()}


@pytest.mark.parametrize(
    "origin",
    ["", "Register.example", "https://register.example", "a b", "a/", "/a", "a//b", "x" * 121],
)
def test_an_origin_is_a_host_and_path(origin):
    assert wrong(origin=origin) <= {"string_pattern_mismatch", "string_too_long"}


@pytest.mark.parametrize("origin", ["register.example", "register.example/inverlarch/2026_a-b.c"])
def test_what_an_origin_may_be(origin):
    assert again(OPENED, origin=origin).origin == origin


def test_a_quorum_can_be_met():
    assert again(OPENED, quorum=3).quorum == 3
    assert wrong(quorum=4) == {"quorum.high"}
    assert wrong(quorum=0) == {"greater_than_equal"}
    assert wrong(stewards=()) == {"too_short"}
    assert wrong(stewards=OPENED.stewards * 6) == {"too_long"}


def test_one_key_is_one_steward_however_often_it_is_named():
    twice = (*OPENED.stewards[:1] * 2, OPENED.stewards[1])
    assert again(OPENED, stewards=twice, quorum=2).quorum == 2
    assert wrong(stewards=twice, quorum=3) == {"quorum.high"}


def test_a_register_has_a_language_and_is_live_or_invented():
    assert wrong(languages=()) == {"too_short"}
    assert "string_pattern_mismatch" in wrong(languages=("EN",))
    assert wrong(nature="real") == {"literal_error"}


@pytest.mark.parametrize(
    "changes",
    [
        {"title": en("Another")},
        {"quorum": 3},
        {"operator": "another"},
        {"operator_key": key("another").public},
        {"stewards": OPENED.stewards[:2]},
        {"stewards": OPENED.stewards[::-1]},
        {"stewards": (*OPENED.stewards[:2], Steward(ref="a-00000009", key=key("other").public))},
        {"log_key": OPENED.time_key},
        {"nature": "live"},
        {"languages": ("cy", "en")},
    ],
    ids=lambda changes: next(iter(changes)),
)
def test_the_id_vouches_for_every_word(changes):
    assert register_id(again(OPENED, **changes)) != register_id(OPENED)


def test_the_same_words_have_the_same_id():
    assert register_id(again(OPENED)) == register_id(OPENED)
    assert len(register_id(OPENED)) == 32
