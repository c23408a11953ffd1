"""``answerable gateway``: what whoever runs one sees and says, and every mistake in its file."""

import json
import os
import re
import shutil
import stat
import subprocess
import sys
from datetime import date, timedelta

import pytest
from tests import sites
from tests.injections import INJECTIONS
from tests.sites import COUNTY, HOMES, OPT_OUTS, SAID_NO

from answerable.cli.running import run
from answerable.gateway.releases import Release, ReleaseLog
from answerable.gateway.vault import GatewayVault
from answerable.launch.demo.gateways import wait_until
from answerable.launch.gateway import gateway
from answerable.loop import SetClock
from answerable.model.actor import Role
from answerable.model.state import State
from answerable.stages.share import CountReleases

COMMANDS = ("check", "key", "audit", "feed", "leave-out", "take-off", "lists")


@pytest.fixture
def ground(tmp_path, tmp_path_factory):
    return sites.fresh(tmp_path_factory, tmp_path)


@pytest.fixture
def answerable(capsys, monkeypatch):
    """Call the command line, at noon; give status, output and complaints."""
    monkeypatch.setattr("answerable.launch.gateway.SystemClock", lambda: SetClock(sites.NOON))

    def call(*arguments):
        status = run(gateway, [str(argument) for argument in arguments])
        said = capsys.readouterr()
        return status, said.out, said.err

    return call


@pytest.fixture
def at(answerable, ground):
    """Call it for the council's gateway."""
    config = ground.configure(COUNTY)
    return lambda *arguments: answerable("--config", config, *arguments)


# What it shows.


def test_check_says_what_it_would_do_and_does_nothing(answerable, ground):
    config = ground.configure(COUNTY, directory='"elsewhere"')
    status, out, err = answerable("--config", config, "check")
    assert (status, err) == (0, "")
    for wanted in (COUNTY.audience, COUNTY.organisation, "127.0.0.1:", "file:../../public"):
        assert wanted in out
    assert f"{COUNTY.dataset}  sqlite" in out
    assert not (config.parent / "elsewhere").exists()


def test_check_says_when_a_source_is_not_there(answerable, ground):
    config = ground.configure(COUNTY, path='"nowhere.sqlite3"')
    status, _, err = answerable("--config", config, "check")
    assert status == 7
    assert "(code source.unreachable)" in err


def test_check_says_so_of_every_source_that_is_not_there(answerable, ground):
    config = ground.configure(COUNTY)
    with config.open("a") as file:
        for name in ("beds", "boats"):
            file.write(f'\n[[sources]]\ndataset = "{name}"\nkind = "csv"\npaths = ["{name}.csv"]\n')
    status, out, err = answerable("--config", config, "check")
    assert status == 7
    assert err.count("(code source.unreachable)") == 2
    assert "beds" in err
    assert "boats" in err
    assert f"{COUNTY.dataset}  sqlite" in out


@pytest.fixture
def anchored(ground):
    """The log of the council's gateway, which the register took down a day ago."""
    return anchored_by(ground, lambda count: count)


def anchored_by(ground, told):
    """Take a day of the log down in the register, each row as it is told."""
    clock = SetClock(sites.NOON - timedelta(days=1))
    folder = ground.state(COUNTY) / "releases"
    with ReleaseLog(folder, COUNTY.audience, clock.now) as log:
        for _ in range(3):
            log.record(Release("allowed", pattern="lookup", recipient="fire")).result()
        clock.moment = sites.NOON
        said = json.loads(log.count(COUNTY.gateway, date(2026, 3, 12), State()).data)
        log.record(Release("allowed", pattern="lookup", recipient="fire")).result()
    said["counts"] = [told(count) for count in said["counts"]]
    counted = {name: said[name] for name in CountReleases.model_fields}
    with ground.loop() as loop:
        actor = loop.actor(Role.CUSTODIAN, COUNTY.organisation)
        loop.act(CountReleases.model_validate_json(json.dumps(counted)), actor)
        loop.publish()
    return folder / "releases.jsonl"


def test_a_log_is_compared_with_what_the_register_took_down(at, anchored):
    status, out, err = at("audit")
    assert (status, err) == (0, "")
    assert "2026-03-12" in out
    assert "as then" in out


@pytest.mark.usefixtures("ground")
def test_a_log_that_was_never_taken_down(at):
    status, out, _ = at("audit")
    assert status == 0
    assert "anchored nothing" in out


REWRITTEN = {
    "one line": lambda data: data.replace(b'"lookup"', b'"bulk"', 1),
    "a line less": lambda data: data.split(b"\n", 1)[1],
    "all but one line": lambda data: data.split(b"\n", 1)[0] + b"\n",
    "everything": lambda data: b"",
}


@pytest.mark.parametrize("how", REWRITTEN)
def test_a_log_that_was_rewritten_is_found(at, anchored, how):
    anchored.write_bytes(REWRITTEN[how](anchored.read_bytes()))
    status, out, err = at("audit")
    assert status == 7
    assert "NOT as then" in out
    assert "2026-03-12" in err
    assert "(code releases.changed)" in err


@pytest.fixture
def miscounted(ground):
    """A log as it was taken down, of which the register says that twenty were given something."""
    return anchored_by(ground, lambda count: {**count, "requests": 20})


def test_a_row_that_is_not_what_the_log_comes_to_is_named(at, miscounted):
    status, out, err = at("audit")
    assert status == 7
    assert "as then" in out
    assert "1 NOT as counted" in out
    assert re.search(r"2026-03-12 +- +- +lookup +fire +allowed +differs: requests", out)
    assert "2026-03-12" in err
    assert "(code releases.miscounted)" in err


def test_lines_that_no_gateway_wrote_are_no_count(at, anchored):
    anchored.write_bytes(b"{}\n" * 9)
    status, out, err = at("audit")
    assert status == 7
    assert "cannot be counted" in out
    assert "(code releases.changed)" in err


def test_an_auditor_is_given_lines_and_a_salt_and_no_key(at, anchored):
    status, salt, _ = at("salt", "2026-03-12")
    assert (status, len(salt.strip())) == (0, len("2026-03-12:") + 64)
    (anchored.parent / "blind.key").unlink()
    status, out, _ = at("audit")
    assert status == 0
    assert "no commitment compared" in out
    status, out, _ = at("audit", "--salt", salt.strip())
    assert status == 0
    assert "no commitment compared" not in out
    status, out, _ = at("audit", "--salt", "2026-03-12:" + "0d" * 32)
    assert status == 7
    assert "differs: commitment" in out


@pytest.mark.usefixtures("anchored")
@pytest.mark.parametrize("salt", ["2026-03-12", "today:0d", "2026-03-12:xyz", "2026-03-12:0d", ""])
def test_what_is_no_salt(at, salt):
    status, _, err = at("audit", "--salt", salt)
    assert status == 2
    assert "(code releases.salt)" in err


def test_without_its_key_a_gateway_knows_no_salt(at, anchored):
    (anchored.parent / "blind.key").unlink()
    status, _, err = at("salt", "2026-03-12")
    assert status == 7
    assert "(code releases.damaged)" in err


def test_a_log_that_grew_is_the_same_log(at, anchored, ground):
    with ReleaseLog(anchored.parent, COUNTY.audience, ground.now) as log:
        log.record(Release("allowed", pattern="lookup", recipient="fire")).result()
        assert at("audit")[0] == 0  # also while the gateway runs


def test_no_register_is_no_comparison(at, anchored, ground):
    shutil.rmtree(ground.workspace / "public")
    status, _, err = at("audit")
    assert status == 7
    assert "(code mirror.damaged)" in err


def test_the_key_is_made_once_and_is_that_of_the_log(answerable, ground):
    config = ground.configure(COUNTY, directory='"new"')
    status, out, err = answerable("--config", config, "key")
    assert (status, err) == (0, "")
    assert answerable("--config", config, "key")[1] == out
    folder = config.parent / "new"
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    with ReleaseLog(folder / "releases", COUNTY.audience, ground.now) as log:
        assert log.verifier.vkey == out.strip()


def test_the_key_is_shown_while_the_gateway_runs(at, ground):
    with ReleaseLog(ground.state(COUNTY) / "releases", COUNTY.audience, ground.now) as log:
        size = len(log)
        status, out, _ = at("key")
        assert (status, out.strip()) == (0, log.verifier.vkey)
        assert len(log) == size


# Lists.


def test_a_list_from_first_to_last(at, ground, tmp_path):
    people = tmp_path / "people.csv"
    people.write_text(f"household,why\n{HOMES[0]},moved\n\n {HOMES[1]} ,\n{HOMES[0]},again\n")
    before = version_in(at("lists"))
    for arguments, count in (
        (("feed", OPT_OUTS, people, "--column", "household"), 2),
        (("leave-out", OPT_OUTS, HOMES[2]), 3),
        (("leave-out", OPT_OUTS, HOMES[2]), 3),
        (("take-off", OPT_OUTS, HOMES[0]), 2),
    ):
        before += 1
        check_fed(ground, at(*arguments), before, count)
    status, out, _ = at("lists")
    assert status == 0
    assert f"version {before}" in out
    assert "2026-03-13T12:00:00Z" in out
    assert "2 on it" in out


def version_in(said):
    _, out, _ = said
    return int(out.split("version ")[1].split()[0])


def check_fed(ground, said, version, count):
    """See that what is to be sealed is what the vault holds, and that nobody is named."""
    status, out, err = said
    assert (status, err) == (0, "")
    assert f"Version {version} of {OPT_OUTS} is in force, with {count} on it." in out
    assert "INV" not in out
    with GatewayVault(ground.state(COUNTY) / "vault.sqlite3") as vault:
        fed = vault.lists()[OPT_OUTS]
    assert json.loads(out.splitlines()[-1]) == {
        "list": OPT_OUTS,
        "version": version,
        "fed": "2026-03-13T12:00:00Z",
        "seal": fed.commitment,
    }
    assert (fed.version, fed.count) == (version, count)


@pytest.mark.parametrize(
    ("content", "column", "code"),
    [
        (b"household\nINV000000001\n", "home", "list.column"),
        (b"household,household\nINV000000001,INV000000002\n", "household", "list.column"),
        (b"household,b\nINV000000001,x\n,INV000000002\n", "household", "list.value"),
        (b"household\n" + b"INV0" * 100, "household", "list.value"),
        (b"household\nINV00\xff\n", "household", "list.file"),
        (b"", "household", "list.column"),
    ],
)
def test_a_file_that_is_no_list_changes_nothing_and_is_not_repeated(
    at, ground, tmp_path, content, column, code
):
    people = tmp_path / "people.csv"
    people.write_bytes(content)
    before = at("lists")
    status, out, err = at("feed", OPT_OUTS, people, "--column", column)
    assert (status, out) == (2, "")
    assert f"(code {code})" in err
    assert "INV" not in err
    assert at("lists") == before


def test_texts_on_the_command_line_are_what_they_are(at, ground, tmp_path):
    """They are names of columns, lists and people, and never repeated in a complaint."""
    people = tmp_path / "people.csv"
    people.write_text(f"household\n{HOMES[1]}\n")
    with GatewayVault(ground.state(COUNTY) / "vault.sqlite3") as vault:
        before = vault.members([OPT_OUTS])[OPT_OUTS]
        for text in INJECTIONS:
            said = [f"--column={text}", OPT_OUTS, people]
            assert at("feed", *said)[0] == 2
            assert at("leave-out", "--", text, HOMES[1])[0] == 4
            status = at("leave-out", "--", OPT_OUTS, text)[0]
            assert status == (0 if 0 < len(text) <= 200 else 2)
            assert vault.members([OPT_OUTS])[OPT_OUTS] == before | ({text} if not status else set())
            assert at("take-off", "--", OPT_OUTS, text)[0] == status
            assert vault.members([OPT_OUTS])[OPT_OUTS] == before


@pytest.mark.parametrize("verb", ["leave-out", "take-off"])
def test_a_list_that_was_never_fed_cannot_be_changed(at, verb):
    status, out, err = at(verb, "no-such-list", HOMES[0])
    assert (status, out) == (4, "")
    assert "(code list.unknown)" in err
    assert "INV" not in err


def test_a_running_gateway_heeds_what_is_fed(ground, answerable, tmp_path):
    people = tmp_path / "people.csv"
    people.write_text(f"household\n{HOMES[0]}\n{HOMES[1]}\n")
    config = ground.configure(COUNTY)
    with ground.running(COUNTY, config) as running, running.asker() as asker:

        def found():
            homes = (SAID_NO, HOMES[0], HOMES[1])
            return [len(asker.lookup(home).said["rows"]) for home in homes]

        def then(rows, *arguments):
            assert answerable("--config", config, *arguments)[0] == 0
            wait_until(lambda: found() == rows, str(rows), running.process)

        assert found() == [0, 1, 1]
        then([1, 1, 1], "take-off", OPT_OUTS, SAID_NO)
        then([1, 0, 1], "leave-out", OPT_OUTS, HOMES[0])
        then([1, 0, 0], "feed", OPT_OUTS, people, "--column", "household")


# Mistakes.

GOOD = """
gateway = "some-gateway"
organisation = "some-body"
organisation_keys = ["{key}"]
directory = "state"
listen = "127.0.0.1:8080"

[register]
origin = "{origin}"
key = "{register_key}"
mirrors = ["file:public", "https://register.example"]

[[sources]]
dataset = "homes"
kind = "csv"
paths = ["homes.csv"]
"""


@pytest.fixture
def written(tmp_path, answerable, ground):
    """Write a file that is right but for some words, check it, and give what was said."""
    keys = ground.keys
    origin, own = COUNTY.audience.partition("/")[0], keys[COUNTY.organisation]
    good = GOOD.format(key=own, origin=origin, register_key=keys["register"])
    (tmp_path / "homes.csv").write_text("a\n1\n")

    def check(*changes):
        text = good
        for old, new in changes:
            assert old in text
            text = text.replace(old, new)
        (tmp_path / "gateway.toml").write_text(text)
        return answerable("--config", tmp_path / "gateway.toml", "check")

    return check


def named(err):
    """Give the fields that were complained of."""
    return [line.split(":")[0].strip() for line in err.splitlines() if line.startswith("  ")]


def test_the_file_of_these_tests_is_right(written):
    assert written()[0] == 0


MISTAKES = {
    "gateway": ('"some-gateway"', '"Some Gateway"'),
    "organisation": ('"some-body"', '""'),
    "listen": ('"127.0.0.1:8080"', '"everywhere"'),
    "directory": ('directory = "state"', "directory = 1"),
    "register.look_every": ("[register]", "[register]\nlook_every = 0"),
    "surprise": ("listen = ", "surprise = 1\nlisten = "),
    "sources.0.csv.paths": ('paths = ["homes.csv"]', "paths = []"),
}
LATER = {
    "register.key": ('key = "', 'key = "x'),
    "register.mirrors.1": ("https:", "ftp:"),
}


@pytest.mark.parametrize("field", [*MISTAKES, *LATER])
def test_a_mistake_is_named(written, field):
    changes = {**MISTAKES, **LATER}[field]
    status, out, err = written(changes)
    assert (status, out) == (2, "")
    assert named(err) == [field]
    assert "(code config.invalid)" in err


def test_all_mistakes_are_named_at_once(written):
    status, _, err = written(*MISTAKES.values())
    assert status == 2
    assert set(named(err)) == set(MISTAKES)


def test_all_mistakes_are_named_at_once_with_those_of_the_register(written):
    _, _, err = written(*MISTAKES.values(), LATER["register.mirrors.1"])
    assert set(named(err)) == {*MISTAKES, "register.mirrors.1"}


def test_a_dataset_has_one_source(written):
    twice = '[[sources]]\ndataset = "homes"\nkind = "csv"\npaths = ["more.csv"]\n[[sources]]'
    status, _, err = written(("[[sources]]", twice))
    assert (status, named(err)) == (2, ["sources.1.dataset"])


@pytest.mark.parametrize(
    ("content", "code"),
    [(None, "config.file"), (b"gateway = ", "config.toml"), (b"\xff", "config.toml")],
)
@pytest.mark.parametrize("command", [(), *((name,) for name in COMMANDS)])
def test_a_file_that_cannot_be_read_is_said_by_every_command(
    answerable, tmp_path, content, code, command
):
    config = tmp_path / "gateway.toml"
    if content is not None:
        config.write_bytes(content)
    people = tmp_path / "people.csv"
    people.write_text("a\n")
    more = {"feed": ("x", people, "--column", "a")}.get(*command or ("",), ())
    more = ("x", "y") if command in (("leave-out",), ("take-off",)) else more
    status, out, err = answerable("--config", config, *command, *more)
    assert (status, out) == (2, "")
    assert f"(code {code})" in err
    assert "What to do: " in err


# The program.


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_says_what_it_does(answerable, tmp_path, command):
    status, out, err = answerable("--config", tmp_path / "any.toml", command, "--help")
    assert (status, err) == (0, "")
    about = out.partition("\n\n")[2].partition("\n\n")[0]
    assert about.strip().endswith(".")
    assert len(about.split()) > 5


def test_the_file_may_be_named_once_for_all(ground):
    config = ground.configure(COUNTY)
    program = [sys.executable, "-m", "answerable.launch", "gateway", "check"]
    named_so = {**os.environ, "ANSWERABLE_GATEWAY": str(config)}
    done = subprocess.run(program, env=named_so, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    assert COUNTY.audience in done.stdout


def test_the_program_lists_it():
    program = [sys.executable, "-m", "answerable.launch", "--help"]
    done = subprocess.run(program, capture_output=True, text=True, check=True)
    [line] = [line for line in done.stdout.splitlines() if line.startswith("  gateway ")]
    assert "Run a gateway beside the data" in line
