"""The judge of the gateway shares no code with it, and no product code leans on tests."""

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
REFERENCE = sorted((ROOT / "tests" / "reference").rglob("*.py"))
SOURCE = sorted((ROOT / "src").rglob("*.py"))
MAY_IMPORT = {"answerable.model", "tests.reference", "cryptography", "hypothesis"}
MAY_IMPORT |= {"highspy", "numpy"}  # the listing of panels asks a solver, in its own way
STANDARD = {
    "collections",
    "dataclasses",
    "datetime",
    "decimal",
    "hmac",
    "itertools",
    "re",
    "typing",
}


def imported(path):
    """Give every module that a module names, also where it asks for one by a text."""
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        match node:
            case ast.Import(names=names):
                yield from (name.name for name in names)
            case ast.ImportFrom(module=module, level=level, names=names):
                assert level == 0, "a relative import hides what it is"
                yield from (f"{module}.{name.name}" for name in names)
            case ast.Name(id="__import__" | "exec" | "eval") | ast.Attribute(attr="import_module"):
                yield "anything"


def is_in(module, rooms):
    return any(module == room or module.startswith(f"{room}.") for room in rooms)


@pytest.mark.parametrize("path", REFERENCE, ids=lambda path: path.name)
def test_the_reference_is_a_second_opinion(path):
    strange = [name for name in imported(path) if not is_in(name, MAY_IMPORT | STANDARD)]
    assert strange == []


def test_there_is_a_reference_to_look_at():
    assert {"interpreter.py", "judgement.py", "cells.py", "codes.py"} <= {p.name for p in REFERENCE}


def test_the_product_imports_no_tests():
    found = {
        path.relative_to(ROOT).as_posix(): name
        for path in SOURCE
        for name in imported(path)
        if is_in(name, {"tests"})
    }
    assert found == {}


@pytest.mark.parametrize(
    "line",
    [
        "import duckdb",
        "import answerable.terms as t",
        "from answerable.terms import decide",
        "from answerable import gateway",
        "from answerable.gateway.compile.query import rows_query",
        "from sqlglot import exp",
        "def f():\n    import pyarrow.compute",
        "__import__('duckdb')",
        "importlib.import_module('answerable.gateway')",
    ],
)
def test_what_is_not_allowed_is_seen(line, tmp_path):
    path = tmp_path / "module.py"
    path.write_text(line, "utf-8")
    assert [name for name in imported(path) if not is_in(name, MAY_IMPORT | STANDARD)]
