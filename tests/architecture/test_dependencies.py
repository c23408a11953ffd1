"""Whatever the program imports is declared, and whatever is declared is imported."""

import ast
import re
import sys
import tomllib
from importlib.metadata import packages_distributions
from pathlib import Path

ROOT = Path(__file__).parents[2]
WITH = {"annotated-types": "pydantic", "pydantic-core": "pydantic"}
"""What comes with another package, by that package's own promise."""
UNIMPORTED = {"govuk-frontend-jinja", "python-multipart"}
"""Declared for its templates, and for the forms that starlette reads with it."""


def plain(name):
    return re.sub(r"[-_.]+", "-", name).lower()


def declared():
    said = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    more = [each for extra in said["optional-dependencies"].values() for each in extra]
    return {plain(re.match(r"[\w.-]+", each)[0]) for each in (*said["dependencies"], *more)}


def imported():
    for path in (ROOT / "src").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Import):
                yield from (name.name for name in node.names)
            elif isinstance(node, ast.ImportFrom) and node.module:
                yield node.module


def test_what_is_imported_is_declared_and_the_other_way_round():
    own = {"answerable", *sys.stdlib_module_names}
    modules = {name.partition(".")[0] for name in imported()} - own
    known = packages_distributions()
    packages = {plain(known[module][0]) for module in modules}
    packages = {WITH.get(each, each) for each in packages}
    assert packages - declared() == set()
    assert declared() - packages - UNIMPORTED == set()
