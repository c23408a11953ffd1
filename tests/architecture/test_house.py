"""The shape of the house, as far as a machine can see it."""

import ast
import re
import statistics
import subprocess
import sys
from pathlib import Path

import pytest

import answerable.stages

ROOT = Path(__file__).parents[2]
SOURCE = ROOT / "src" / "answerable"
MODULES = sorted(path for path in SOURCE.rglob("*.py"))
REAL = [path for path in MODULES if path.stat().st_size > 200]


def lines(path):
    return len(path.read_text("utf-8").splitlines())


@pytest.mark.parametrize("path", MODULES, ids=lambda path: path.relative_to(SOURCE).as_posix())
def test_no_module_is_over_500_lines(path):
    assert lines(path) <= 500


def test_the_median_module_is_about_150_lines():
    assert statistics.median(map(lines, REAL)) <= 150


def functions():
    for path in MODULES:
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                yield node


def test_the_median_function_is_under_10_lines():
    sizes = [node.end_lineno - node.lineno + 1 for node in functions() if node.end_lineno]
    assert statistics.median(sizes) < 10


def test_there_is_one_room_for_each_step_of_the_loop():
    rooms = [path for path in (SOURCE / "stages").iterdir() if path.name != "__pycache__"]
    found = {path.stem for path in rooms} - {"__init__"}
    assert found == set(answerable.stages.STAGES)
    assert len(answerable.stages.STAGES) == 9


def test_no_module_outside_the_demo_knows_a_demo_id():
    names = (
        "inverlarch",
        "larchfoot",
        "larchwater",
        "strathlarch",
        "larchside",
        "kirklarch",
        "flood-help",
        "rain-as-open-data",
        "demo-opening",
    )
    allowed = SOURCE / "launch" / "demo"
    for path in MODULES:
        if allowed in path.parents:
            continue
        code = ast.unparse(without_docstrings(ast.parse(path.read_text("utf-8")))).lower()
        assert not [name for name in names if name in code], path


def without_docstrings(tree):
    for node in ast.walk(tree):
        body = getattr(node, "body", None)
        if not isinstance(body, list):
            continue
        first = body[0] if body else None
        if isinstance(first, ast.Expr) and isinstance(first.value, ast.Constant):
            node.body = body[1:] or [ast.Pass()]
    return tree


def test_importing_the_package_loads_nothing_heavy():
    """A data holder's gateway will import a few rooms; the package itself brings none."""
    code = (
        "import sys, answerable;"
        "print(sorted(name for name in sys.modules if name.startswith('answerable.')"
        " or name in ('pydantic', 'click', 'highspy')))"
    )
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert found.stdout.strip() == "[]"


@pytest.mark.parametrize("room", ["model", "terms", "store.register", "science.tlog"])
def test_lower_rooms_do_not_wake_the_stages_or_the_command_line(room):
    code = (
        f"import sys, answerable.{room};"
        "print(sorted(name for name in sys.modules"
        " if name.startswith(('answerable.stages', 'answerable.cli', 'answerable.loop'))))"
    )
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert found.stdout.strip() == "[]"


def test_every_package_has_its_types_marked():
    assert (SOURCE / "py.typed").exists()


def test_tests_mirror_the_source():
    """Each room with rules of its own has a folder of tests named like it."""
    for room in ("model", "terms", "stages", "store", "loop", "audit", "cli", "launch"):
        assert list((ROOT / "tests" / "unit" / room).rglob("test_*.py")), room


@pytest.mark.parametrize("path", MODULES, ids=lambda path: path.relative_to(SOURCE).as_posix())
def test_nothing_asks_a_database_to_explain(path):
    """What it would say repeats the values that a statement is bound to."""
    assert not re.search(
        r"\b(EXPLAIN|ANALYZE|auto_explain|set_trace_callback)\b", path.read_text("utf-8")
    )
