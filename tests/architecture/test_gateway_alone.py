"""A data holder audits the gateway alone: what runs it wakes nothing of the rest."""

import subprocess
import sys

import pytest

from answerable.model.signing import SigningKey
from answerable.science.tlog import Signer

ORIGIN = "register.example"
ELSEWHERE = ("stages", "audit", "loop", "web", "launch.demo")
SEEN = (
    "import sys;"
    "print(sorted(n for n in sys.modules"
    f" if n.startswith({tuple(f'answerable.{room}' for room in ELSEWHERE)!r})))"
)

LOG = Signer(ORIGIN, bytes(32))
IMPORTS = "import answerable.gateway.serve"
LAUNCHED = """
import contextlib, io, runpy, sys
with contextlib.redirect_stdout(io.StringIO()):
    try:
        runpy.run_module("answerable.launch", run_name="__main__", alter_sys=True)
    except SystemExit as ended:
        status = ended.code
assert status == 0, status
assert "answerable.gateway.serve" in sys.modules
"""


@pytest.fixture(scope="module")
def config(tmp_path_factory):
    """A configuration that can be checked, of a register that nobody has seen."""
    home = tmp_path_factory.mktemp("alone")
    (home / "homes.csv").write_text("a\n1\n")
    (home / "gateway.toml").write_text(
        f"""
        gateway = "some-gateway"
        organisation = "some-body"
        organisation_keys = ["{SigningKey(bytes(32)).public}"]
        directory = "state"
        listen = "127.0.0.1:8080"
        register = {{ origin = "{ORIGIN}", key = "{LOG.verifier.vkey}", mirrors = ["file:public"] }}
        [[sources]]
        dataset = "homes"
        kind = "csv"
        paths = ["homes.csv"]
        """
    )
    return home / "gateway.toml"


def awake(code: str, *arguments: object) -> str:
    program = [sys.executable, "-c", f"{code}\n{SEEN}", *map(str, arguments)]
    return subprocess.run(program, capture_output=True, text=True, check=True).stdout.strip()


def test_the_gateway_wakes_nothing_of_the_rest():
    assert awake(IMPORTS) == "[]"


@pytest.mark.parametrize("command", ["check", "key", "lists"])
def test_neither_does_its_command_line(config, command):
    assert awake(LAUNCHED, "gateway", "--config", config, command) == "[]"
