import pytest
from pydantic import BaseModel, ValidationError
from tests.golden.examples import EXAMPLES

from answerable.model.text import MOST_CHARACTERS, Text, en, texts


def faults(said):
    with pytest.raises(ValidationError) as problem:
        Text(said)
    return [error["type"] for error in problem.value.errors()]


@pytest.mark.parametrize(
    ("said", "wanted"),
    [
        ({}, "text.empty"),
        ({"en": ""}, "text.empty"),
        ({"en": " "}, "text.empty"),
        ({"en": "\n\n"}, "text.empty"),
        ({"en": "Rain", "cy": ""}, "text.empty"),
        ({"en": " Rain"}, "text.form"),
        ({"en": "Rain "}, "text.form"),
        ({"en": "Rain\n"}, "text.form"),
        ({"en": "\u00a0Rain"}, "text.form"),
        ({"en": "Rain\u2003"}, "text.form"),
        ({"en": "cafe\u0301"}, "text.form"),
        ({"en": "\u212b"}, "text.form"),
        ({"en": "a" * (MOST_CHARACTERS + 1)}, "text.long"),
        ({"en": "Rain\tor shine"}, "text.control"),
        ({"en": "Rain\r\nor shine"}, "text.control"),
        ({"en": "Rain\x00or shine"}, "text.control"),
        ({"en": "Rain\x1b[31mor shine"}, "text.control"),
        ({"en": "Rain\x7for shine"}, "text.control"),
        ({"en": "Rain\x85or shine"}, "text.control"),
        *(({"en": f"Rain{chr(sign)}or"}, "text.control") for sign in range(0x202A, 0x202F)),
        *(({"en": f"Rain{chr(sign)}or"}, "text.control") for sign in range(0x2066, 0x206A)),
        ({"EN": "Rain"}, "string_pattern_mismatch"),
        ({"e": "Rain"}, "string_pattern_mismatch"),
        ({"en-GB": "Rain"}, "string_pattern_mismatch"),
        ({"engl": "Rain"}, "string_pattern_mismatch"),
        ({"en\n": "Rain"}, "string_pattern_mismatch"),
        ({"": "Rain"}, "string_pattern_mismatch"),
        ({"en": 7}, "string_type"),
        ({"en": None}, "string_type"),
        ({"en": {"en": "Rain"}}, "string_type"),
        ("Rain", "dict_type"),
        (None, "dict_type"),
        ([("en", "Rain")], "dict_type"),
    ],
    ids=lambda value: ascii(value)[:50],
)
def test_what_no_sentence_may_be(said, wanted):
    assert faults(said) == [wanted]


@pytest.mark.parametrize(
    "words",
    [
        "Rain",
        "Rain, or shine: 50% — “either”.",
        "First line.\n\nSecond line.",
        "Glaw neu hindda; tŷ, dŵr",
        "Uisge no grian: à è ì ò ù",
        "雨",
        "مطر",
        "👩\u200d🚒 is on her way",
        "a" * MOST_CHARACTERS,
        "é" * MOST_CHARACTERS,
        "<b>not a tag</b>",
    ],
    ids=lambda words: ascii(words)[:30],
)
def test_what_a_sentence_may_be(words):
    assert en(words).say() == words


@pytest.mark.parametrize(
    "sign",
    ["\u200b", "\u200e", "\u200f", "\u2060", "\ufeff", "\u00ad", "\u2028", "\U000e0041"],
    ids=ascii,
)
def test_signs_that_nobody_sees_are_refused(sign):
    assert faults({"en": f"someone{sign}@people.example"}) == ["text.control"]


def test_languages_are_kept_in_one_order():
    said = Text({"gd": "Uisge", "en": "Rain", "cy": "Glaw"})
    assert list(said.root) == ["cy", "en", "gd"]
    assert said == Text({"en": "Rain", "cy": "Glaw", "gd": "Uisge"})


@pytest.mark.parametrize(
    ("said", "language", "wanted"),
    [
        ({"en": "Rain", "cy": "Glaw"}, "cy", "Glaw"),
        ({"en": "Rain", "cy": "Glaw"}, "en", "Rain"),
        ({"en": "Rain", "cy": "Glaw"}, "gd", "Rain"),
        ({"cy": "Glaw", "gd": "Uisge"}, "gd", "Uisge"),
        ({"cy": "Glaw", "gd": "Uisge"}, "en", "Glaw"),
        ({"gd": "Uisge"}, "cy", "Uisge"),
    ],
)
def test_the_language_asked_for_or_english_or_the_first(said, language, wanted):
    assert Text(said).say(language) == wanted
    assert Text(said).has(language) is (language in said)


def test_english_unless_asked():
    assert Text({"en": "Rain", "cy": "Glaw"}).say() == "Rain"


def test_one_more_language():
    rain = en("Rain")
    both = rain.plus("cy", "Glaw")
    assert both == Text({"en": "Rain", "cy": "Glaw"})
    assert rain == en("Rain"), "the first stays as it is"
    assert both.plus("cy", "Gwlith").say("cy") == "Gwlith"
    with pytest.raises(ValidationError):
        rain.plus("cy", " Glaw")


def test_a_sentence_is_not_replaced():
    with pytest.raises(ValidationError, match="frozen"):
        en("Rain").root = {"en": "Sun"}


# Where a body holds sentences.


class Inner(BaseModel):
    what: Text


class Outer(BaseModel):
    title: Text
    inner: Inner
    rows: tuple[Inner, ...]
    pairs: tuple[tuple[Text, int], ...] = ()
    none: Text | None = None
    number: int = 3
    words: str = "not a sentence"


def test_every_sentence_is_found_with_its_pointer():
    outer = Outer(
        title=en("a"),
        inner=Inner(what=en("b")),
        rows=(Inner(what=en("c")), Inner(what=en("d"))),
        pairs=((en("e"), 1),),
    )
    assert [(pointer, said.say()) for pointer, said in texts(outer)] == [
        ("/title", "a"),
        ("/inner/what", "b"),
        ("/rows/0/what", "c"),
        ("/rows/1/what", "d"),
        ("/pairs/0/0", "e"),
    ]
    assert list(texts(3)) == []
    assert list(texts(en("a"))) == [("", en("a"))]


def _follow(said, pointer):
    for step in pointer.split("/")[1:]:
        said = said[int(step)] if isinstance(said, list) else said[step]
    return said


def _sentences(said, pointer=""):
    """Find language maps in plain JSON: objects whose values are words under a language."""
    if isinstance(said, dict) and said and all(len(name) == 2 for name in said):
        yield pointer
    elif isinstance(said, dict):
        for name, part in said.items():
            yield from _sentences(part, f"{pointer}/{name}")
    elif isinstance(said, list):
        for place, part in enumerate(said):
            yield from _sentences(part, f"{pointer}/{place}")


@pytest.mark.parametrize("body", EXAMPLES, ids=lambda body: body.kind.name)
def test_no_sentence_of_any_kind_is_overlooked(body):
    plain = body.model_dump(mode="json", exclude_none=True)
    found = {pointer: said.root for pointer, said in texts(body)}
    assert set(found) == set(_sentences(plain))
    for pointer, said in found.items():
        assert _follow(plain, pointer) == said
