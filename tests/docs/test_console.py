"""Every command shown in the documents runs, and prints what the document says."""

import doctest
import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PAGES = [ROOT / "docs" / "tutorial.md", *sorted((ROOT / "docs" / "how-to").glob("*.md"))]

WITH_PYTHON = [page for page in PAGES if "\n>>> " in page.read_text("utf-8")]


def sessions(text):
    """Give each command of the console blocks with the lines that should appear."""
    for block in re.findall(r"```console\n(.*?)```", text, re.DOTALL):
        command, wanted = None, []
        for line in block.splitlines():
            if line.startswith("$ "):
                if command:
                    yield command, wanted
                command, wanted = line[2:], []
            elif line.strip():
                wanted.append(line.strip())
        if command:
            yield command, wanted


def squeeze(text):
    return re.sub(r"\s+", " ", text)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_the_commands_of_a_page_do_what_it_says(page, tmp_path, told):
    found = list(sessions(page.read_text("utf-8")))
    assert found or page in WITH_PYTHON
    (tmp_path / "tools").symlink_to(ROOT / "tools")
    if "demo --no-serve" not in page.read_text("utf-8"):
        shutil.copytree(told, tmp_path / "demo")
    for command, wanted in found:
        name, *arguments = shlex.split(command)
        program = {
            "answerable": [sys.executable, "-m", "answerable.launch"],
            "python": [sys.executable],
        }.get(name, [name])
        done = subprocess.run(
            [*program, *arguments], cwd=tmp_path, capture_output=True, text=True, check=False
        )
        said = squeeze(done.stdout + done.stderr)
        fails = wanted and any(line.startswith("Not done") for line in wanted)
        assert bool(done.returncode) == bool(fails), (command, done.stdout, done.stderr)
        for line in wanted:
            assert squeeze(line) in said, (command, line, said[:2000])


@pytest.mark.parametrize("page", WITH_PYTHON, ids=lambda page: page.stem)
def test_the_python_of_a_page_gives_what_it_says(page):
    assert doctest.testfile(str(page), module_relative=False, encoding="utf-8").failed == 0


def test_links_between_pages_lead_somewhere():
    for page in [ROOT / "README.md", *ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")]:
        for target in re.findall(r"\]\(([^)#\s]+)", page.read_text("utf-8")):
            if not target.startswith(("http", "mailto:")):
                assert (page.parent / target).exists(), (page.name, target)


def test_the_python_of_the_readme_runs(told, tmp_path):
    shutil.copytree(told, tmp_path / "demo-workspace")
    blocks = re.findall(r"```python\n(.*?)```", (ROOT / "README.md").read_text("utf-8"), re.DOTALL)
    assert blocks
    for block in blocks:
        done = subprocess.run(
            [sys.executable, "-c", block], cwd=tmp_path, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stderr
        assert "trained-crews" in done.stdout
