"""No error without words, no page out of date, no term undefined."""

import ast
import re
from pathlib import Path

import pytest
from tools import reference

from answerable.model.state import Record
from answerable.words import say, sentences

ROOT = Path(__file__).parents[2]
SOURCE = ROOT / "src" / "answerable"

RAISED = {
    "Refused",
    "Missing",
    "Forbidden",
    "Invalid",
    "Conflict",
    "Broken",
    "SortitionError",
    "PydanticCustomError",
    "Refusal",
    "_within",
}


def codes():
    """Every code that the source can raise, read from the source itself."""
    for path in sorted(SOURCE.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Call):
                name = getattr(node.func, "id", getattr(node.func, "attr", ""))
                if name in RAISED:
                    values = [*node.args, *(k.value for k in node.keywords if k.arg == "code")]
                    yield from (
                        value.value
                        for value in values
                        if isinstance(value, ast.Constant)
                        and isinstance(value.value, str)
                        and re.fullmatch(r"[a-z]+(\.[a-z_-]+)+", value.value)
                    )


def test_the_source_raises_codes():
    assert len(set(codes())) > 150


@pytest.mark.parametrize("code", sorted(set(codes())))
def test_every_code_has_words_and_a_remedy(code):
    said = say(code, {})
    assert said.says != code
    assert said.remedy


@pytest.mark.parametrize("code", sorted(sentences()))
def test_words_are_sentences(code):
    says, remedy = sentences()[code]
    assert remedy.endswith((".", "}", "init", "--list", "explain", "log", "publish"))
    assert says.endswith((".", "}"))


def nouns():
    """Every kind of record, after all rooms are loaded."""
    import answerable.audit.admission  # noqa: F401

    return sorted({record.noun for record in Record.__subclasses__()})


def test_every_noun_has_words_when_unknown_and_taken():
    for noun in nouns():
        assert say(f"{noun}.unknown", {"name": "x"}).says != f"{noun}.unknown"
        assert say(f"{noun}.taken", {"name": "x"}).says != f"{noun}.taken"


@pytest.mark.parametrize("name", sorted(reference.PAGES))
def test_generated_pages_are_up_to_date(name):
    assert (reference.DOCS / name).read_text("utf-8") == reference.PAGES[name](), "run: make docs"


def glossary():
    text = (ROOT / "docs/reference/glossary.md").read_text("utf-8")
    return dict(re.findall(r"^\| `(\w+)` \| (.+?) \|$", text, re.MULTILINE))


def defined():
    """Every public class of the source."""
    for path in SOURCE.rglob("*.py"):
        for node in ast.parse(path.read_text("utf-8")).body:
            if isinstance(node, ast.ClassDef) and not node.name.startswith("_"):
                yield node.name


def test_every_record_is_in_the_glossary():
    ours = [r for r in Record.__subclasses__() if r.__module__.startswith("answerable.")]
    names = {record.__name__ for record in ours} - {"OpenRegister"}
    assert names <= set(glossary())


def test_every_term_of_the_glossary_is_in_the_code_or_says_that_it_comes_later():
    known = set(defined()) | {"Limit", "Stage", "Commitment", "Custodian"}
    for term, meaning in glossary().items():
        assert term in known or "comes later" in meaning, term


AVOIDED = re.compile(r"\b\w*(Manager|Helper|Util|Processor|Handler)\b")


def test_no_class_has_a_name_that_says_nothing():
    assert [name for name in defined() if AVOIDED.fullmatch(name)] == []
