"""The benchmarks are listed, run, shown and written; how fast anything is, is never tested."""

import doctest
import json
import sys
from importlib import import_module

import bench
import pytest
from bench.__main__ import benchmarks, main
from click.testing import CliRunner

TINY = """
from bench.figures import at_least, at_most, seen

NAME = "tiny"
DESCRIPTION = "A benchmark of nothing"

def run(say):
    say("doing nothing")
    return [
        at_least("speed", 1234.5, "per second", 1000, runs=3),
        at_most("delay", 2.5, "ms", 1, runs=3),
        seen("weight", 7, "g", runs=1),
    ]
"""


@pytest.fixture
def tiny(tmp_path, monkeypatch):
    """Make a package with one fake benchmark and one helper the only one that is found."""
    (tmp_path / "tiny.py").write_text(TINY)
    (tmp_path / "helper.py").write_text("NAME = 'no benchmark'")
    monkeypatch.setattr(bench, "__path__", [str(tmp_path)])
    yield
    for name in ("tiny", "helper"):
        sys.modules.pop(f"bench.{name}", None)


def invoke(*args):
    return CliRunner().invoke(main, [str(arg) for arg in args])


def test_finds_the_real_benchmarks():
    assert list(benchmarks()) == [
        "draw",
        "gateway-bulk",
        "gateway-lookup",
        "gateway-memory",
        "gateway-stop",
        "log",
        "pages",
        "register",
        "tables",
        "terms",
    ]
    assert all("\n" not in benchmark.DESCRIPTION for benchmark in benchmarks().values())


def test_lists_each_with_one_line(tiny):
    listed = invoke()
    assert listed.exit_code == 0
    assert listed.stdout.splitlines() == ["tiny             A benchmark of nothing"]


def test_prints_a_table_and_the_machine(tiny):
    ran = invoke("tiny")
    assert ran.exit_code == 0
    assert ran.stderr == "  doing nothing\n"
    lines = ran.stdout.splitlines()
    assert lines[0] == "tiny: A benchmark of nothing"
    assert [line.split() for line in lines[2:6]] == [
        ["figure", "value", "unit", "reach", "ok", "runs"],
        ["speed", "1,234", "per", "second", ">=", "1,000", "yes", "3"],
        ["delay", "2.5", "ms", "<=", "1", "no", "3"],
        ["weight", "7", "g", "1"],
    ]
    told = {line[:13].strip() for line in lines[7:-1]}
    assert told == {"cpu", "cores", "memory gib", "python", "openssl", "sqlite", "date"}


def test_writes_json(tiny, tmp_path):
    file = tmp_path / "tiny.json"
    assert invoke("tiny", "--json", file).exit_code == 0
    written = json.loads(file.read_text())
    assert set(written) == {"name", "machine", "figures"}
    assert written["name"] == "tiny"
    assert all(written["machine"].values())
    assert written["figures"] == [
        {
            "name": "speed",
            "value": 1234.5,
            "unit": "per second",
            "runs": 3,
            "reach": ">= 1,000",
            "ok": True,
        },
        {"name": "delay", "value": 2.5, "unit": "ms", "runs": 3, "reach": "<= 1", "ok": False},
        {"name": "weight", "value": 7, "unit": "g", "runs": 1, "reach": "", "ok": None},
    ]


def test_all_runs_every_one_and_writes_a_list(tiny, tmp_path):
    file = tmp_path / "all.json"
    ran = invoke("all", "--json", file)
    assert ran.exit_code == 0
    assert [each["name"] for each in json.loads(file.read_text())] == ["tiny"]


def test_refuses_an_unknown_name(tiny):
    refused = invoke("tinny")
    assert refused.exit_code == 2
    assert "There is no benchmark 'tinny'. There are: tiny, all." in refused.stderr
    assert refused.stdout == ""


@pytest.mark.parametrize("name", ["__main__", "figures"])
def test_examples(name):
    assert doctest.testmod(import_module(f"bench.{name}")) == (0, 3 if name == "figures" else 1)
