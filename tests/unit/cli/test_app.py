"""The command line: a table of contents, every action a command, errors with a remedy."""

import json
import stat

import click
import pytest

from answerable.cli.app import build
from answerable.cli.fields import MOST_BYTES
from answerable.stages import STAGES


@pytest.fixture
def workspace(tmp_path, answerable):
    place = tmp_path / "w"
    status, out, _ = answerable(
        "--workspace", place, "init", "--origin", "register.example", "--title", "A register",
        "--operator", "trust", "--operator-title", "The trust", "--invented",
    )  # fmt: skip
    assert status == 0
    assert "trust opened the register register.example" in out
    return place


@pytest.fixture
def at(answerable, workspace):
    def call(actor, *arguments):
        who = ["--as", actor] if actor else []
        return answerable("--workspace", workspace, *who, *arguments)

    return call


def test_help_is_a_table_of_contents_of_the_loop(answerable):
    status, out, _ = answerable("--help")
    assert status == 0
    places = [out.index(f"  {stage} ") for stage in STAGES]
    assert places == sorted(places)
    assert out.index("The loop:") < places[0]
    assert places[-1] < out.index("Look and check:") < out.index("Work:")


def commands(group, path=()):
    for name, command in group.commands.items():
        yield (*path, name), command
        if isinstance(command, click.Group):
            yield from commands(command, (*path, name))


@pytest.mark.parametrize("path", [path for path, _ in commands(build())], ids=" ".join)
def test_every_command_has_help(answerable, path):
    status, out, _ = answerable(*path, "--help")
    assert status == 0
    _usage, _, words = out.partition("\n\n")
    assert len(words.strip().splitlines()[0]) > 10


def test_an_officer_publishes_a_vision_from_options(at):
    status, out, _ = at(
        "officer@trust", "envision", "publish-vision", "--vision", "v-1", "--title", "A view",
        "--title", "cy=Golwg", "--picture", "Far and wide",
        "--horizons", "2031", "--horizons", "2040",
    )  # fmt: skip
    assert (status, out) == (0, "Entry 1: trust published the vision v-1: A view.\n")
    _, out, _ = at(None, "log", "--language", "cy")
    assert "Golwg" in out


def test_the_same_command_id_twice(at):
    command = (
        "envision", "publish-vision", "--vision", "v-1", "--title", "A", "--picture", "B",
        "--horizons", "2031", "--command-id", "once-0001",
    )  # fmt: skip
    assert at("officer@trust", *command) == at("officer@trust", *command)
    status, _, err = at("officer@trust", *command, "--horizons", "2040")
    assert status == 3
    assert "(code command.reused)" in err


def test_every_wrong_field_is_told_at_once(at):
    status, out, err = at(
        "officer@trust", "envision", "publish-vision", "--vision", "Not A Slug", "--title", "  ",
        "--horizons", "soon",
    )  # fmt: skip
    assert (status, out) == (2, "")
    lines = err.splitlines()
    assert lines[0] == "Not done: The command publish-vision has mistakes."
    assert {line.split(":")[0].strip() for line in lines[1:-2]} == {
        "vision",
        "title",
        "picture",
        "horizons",
        "horizons.0",
    }
    assert lines[-1] == "(code command.invalid)"


FAULTS = [
    # actor, arguments, status, code
    (None, ["show", "proposal", "nothing"], 4, "proposal.unknown"),
    (None, ["decide", "explain", "nothing"], 4, "agreement.unknown"),
    (None, ["decide", "became", "nothing"], 4, "recommendation.unknown"),
    (None, ["account", "proof", "999"], 4, "entry.unknown"),
    (None, ["verify", "/no/such/place"], 2, "source.missing"),
    (None, ["keys", "new", "../public/x"], 2, "key.label"),
    (None, ["account", "proof", "99999999999999999999"], 4, "entry.unknown"),
    (None, ["share", "try", "Bad Name", "--recipient", "x y", "--purpose", "p", "--pattern",
      "lookup", "--column", "c"], 2, "command.invalid"),
    ("officer@trust", ["engage", "close-consultation", "--consultation", "c-1", "--comments", "-1",
      "--summary", "S", "--response", "R"], 4, "consultation.unknown"),
    (None, ["verify", "gopher://example.org"], 2, "source.scheme"),
    (None, ["account", "reveal", "pool:x"], 2, "actor.text"),
    ("wizard@trust", ["account", "reveal", "pool:x"], 2, "actor.text"),
    ("officer@trust", ["account", "reveal", "pool:x"], 5, "actor.sight"),
    ("officer@trust", ["account", "erase", "nobody"], 4, "vault.unknown"),
    ("officer@trust", ["act", "no-such-verb"], 4, "command.unknown"),
    ("officer@trust", ["draft", "publish", "nothing"], 4, "draft.unknown"),
    ("officer@ghost", ["envision", "adopt-principle", "--principle", "p-1", "--source", "s-1",
      "--title", "T", "--commitment", "C"], 4, "organisation.unknown"),
    ("officer@trust", ["envision", "publish-vision", "--vision", "v-1", "--title", "A", "--title",
      "B", "--picture", "P", "--horizons", "2031"], 2, "command.invalid"),
    ("custodian@trust", ["decide", "add-limit", "--json", "/dev/null"], 2, "command.json"),
    ("custodian@trust", ["envision", "publish-vision", "--vision", "v-1", "--title", "T",
      "--picture", "P", "--horizons", "2031"], 5, "actor.role"),
    ("officer@trust", ["envision", "publish-vision", "--vision", "v-1", "--title", "T",
      "--picture", "Mail me@people.example", "--horizons", "2031"], 3, "text.personal"),
    ("officer@trust", ["envision", "publish-vision", "--picture", "@/no/such/file"], 2,
      "command.invalid"),
]  # fmt: skip


@pytest.mark.parametrize(("actor", "arguments", "status", "code"), FAULTS)
def test_a_fault_has_a_code_a_remedy_and_a_status(at, actor, arguments, status, code):
    found, out, err = at(actor, *arguments)
    assert (found, out) == (status, "")
    assert err.startswith("Not done: ")
    assert "\nWhat to do: " in err
    assert f"(code {code})" in err


def test_without_a_register_nothing_is_made(answerable, tmp_path):
    status, _, err = answerable("--workspace", tmp_path / "none", "log")
    assert status == 4
    assert "(code register.unknown)" in err
    assert not (tmp_path / "none").exists()


@pytest.fixture
def vision(tmp_path):
    said = {
        "vision": "v-1",
        "title": {"en": "A view"},
        "picture": {"en": "Far and wide"},
        "horizons": [2031],
    }
    path = tmp_path / "vision.json"
    path.write_text(json.dumps(said))
    return path


def test_act_from_json(at, vision):
    status, out, _ = at("officer@trust", "act", "publish-vision", "--json", vision)
    assert status == 0
    assert "published the vision v-1" in out


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "command.json"),
        (b"[]", "command.json"),
        (b'{"vision": "v-1"', "command.json"),
        (b"\xff\xfe", "command.json"),
        (b"[" * 100_000, "command.json"),
        (b'{"vision": 7, "extra": 1}', "command.invalid"),
        (b" " * (MOST_BYTES + 2), "command.large"),
    ],
    ids=["empty", "a list", "cut off", "no text", "too deep", "wrong", "too large"],
)
def test_a_malformed_command(at, vision, content, code):
    vision.write_bytes(content)
    status, _, err = at("officer@trust", "act", "publish-vision", "--json", vision)
    assert status == 2
    assert f"(code {code})" in err
    assert "Page 1 of 1; 1 entry." in at(None, "log")[1]


def test_act_lists_every_action_and_prints_its_schema(at):
    assert "publish-vision" in at(None, "act", "--list")[1]
    status, out, _ = at(None, "act", "add-limit", "--schema")
    assert status == 0
    assert json.loads(out)["title"] == "AddLimit"


def test_a_draft_is_private_until_it_is_published(at, vision, workspace):
    assert at("officer@trust", "draft", "save", "d-1", "publish-vision", "--json", vision)[0] == 0
    assert "revision 1" in at("officer@trust", "draft", "list")[1]
    assert "d-1" not in at("officer@other", "draft", "list")[1]
    assert "Far and wide" not in at(None, "log", "--json")[1]
    status, out, _ = at("officer@trust", "draft", "publish", "d-1")
    assert (status, out[:7]) == (0, "Entry 1")
    assert at("officer@trust", "draft", "publish", "d-1")[0] == 4


def test_stewards_admit_an_organisation(at):
    status, out, _ = at("steward@trust", "welcome", "council", "--title", "A council", "--invented")
    assert status == 0
    assert "council is admitted with the key" in out
    assert "A council (invented)" in at(None, "account", "organisations")[1]
    assert at("officer@trust", "welcome", "other", "--title", "Other")[0] == 5


def test_a_key_is_made_here_and_stays_here(at, workspace):
    status, out, _ = at(None, "keys", "new", "council")
    assert status == 0
    assert len(out.splitlines()[-1]) == 44
    key = next((workspace / "keys").glob("council.*.key"))
    assert stat.S_IMODE(key.stat().st_mode) == 0o600
    assert "council" in at(None, "keys", "list")[1]


def test_a_csv_in_another_encoding_names_the_field(at, tmp_path):
    path = tmp_path / "people.csv"
    path.write_bytes("id,name\n1,José\n".encode("latin-1"))
    status, _, err = at(
        "facilitator@trust", "engage", "commit-pool", "--engagement", "p-1",
        "--respondents", f"@{path}", "--targets", "feature,value,min,max\n",
    )  # fmt: skip
    assert status == 2
    assert "respondents: The file for respondents is not text in UTF-8" in err


# With the demo's register.


def test_the_log_pages_and_filters(answerable, told):
    _, one, _ = answerable("--workspace", told, "log", "--size", "7", "--page", "2")
    assert len([line for line in one.splitlines() if line.strip()[:2].strip().isdigit()]) == 7
    _, out, _ = answerable("--workspace", told, "log", "--kind", "dissent.recorded")
    assert "1 entry." in out
    _, out, _ = answerable("--workspace", told, "log", "--json", "--size", "1")
    assert json.loads(out)["kind"] == "register.opened"


@pytest.mark.parametrize(
    ("arguments", "wanted"),
    [
        (["show", "proposal", "flood-help"], "One who disagreed"),
        (["show", "proposal", "flood-help", "--language", "cy"], "A machine's draft"),
        (["show", "proposal", "rain-as-open-data"], "41 comments"),
        (["show", "agreement", "flood-help-council"], "MISSED: the duty trained-crews"),
        (["show", "dataset", "extra-help"], "Used under: flood-help-council"),
        (["show", "panel", "flood-help-panel"], "Workshop 6"),
        (["status"], "trained-crews"),
        (["decide", "explain", "flood-help-health"], "powered-equipment"),
        (["decide", "compare", "flood-help-council", "flood-help-health"], "extra-help"),
        (["decide", "compare", "flood-help-council", "flood-help-council"], "terms are the same"),
        (["decide", "why", "flood-help-council", "left-out"], "say-no-any-time"),
        (["decide", "became", "a-letter-each-time"], "No rule or duty."),
        (["catalogue", "datasets"], "rain-readings"),
        (["catalogue", "columns", "extra-help"], "special"),
        (["account", "proof", "5"], "Its path to the root"),
        (["keys", "list"], "steward-1"),
    ],
)
def test_looking_around(answerable, told, arguments, wanted):
    status, out, err = answerable("--workspace", told, *arguments)
    assert (status, err) == (0, "")
    assert wanted in out


@pytest.mark.parametrize(
    ("moment", "wanted"),
    [
        ("2026-03-13T12:00:00Z", "address as postcode-district"),
        ("2026-03-14T12:00:00Z", "ALLOWED: address; need."),
        ("2026-01-13T12:00:00Z", "REFUSED by window"),
    ],
)
def test_trying_a_request_out(answerable, told, moment, wanted):
    _, out, _ = answerable(
        "--workspace", told, "share", "try", "flood-help-council", "--recipient",
        "larchside-fire-and-rescue", "--purpose", "flood_response", "--pattern", "lookup",
        "--column", "address", "--column", "need", "--area", "larchfoot", "--at", moment,
    )  # fmt: skip
    assert wanted in out


def test_verify_says_what_it_trusts_and_fails_with_the_place(answerable, copy):
    status, out, _ = answerable("verify", copy / "public")
    assert status == 0
    assert "No key was given" in out
    assert " 1  files " in out
    assert "19  blobs" in out
    key = out.split("--key '")[1].split("'")[0]
    assert answerable("verify", copy / "public", "--key", key)[0] == 0
    blob = next((copy / "public" / "blob").iterdir())
    blob.write_bytes(blob.read_bytes()[:-1])
    status, out, _ = answerable("verify", copy / "public", "--key", key)
    assert status == 1
    assert f"blob/{blob.name}" in out
    status, out, _ = answerable("verify", copy / "public", "--json")
    assert status == 1
    said = json.loads(out)
    assert not said["holds"]
    assert [c["claim"] for c in said["claims"] if c["standing"] == "fails"] == ["blobs"]


def test_verify_lists_every_claim_and_its_limits(answerable):
    status, out, _ = answerable("verify", "--list")
    assert status == 0
    assert out.count("It cannot prove:") == 19


def test_erasing_a_volunteer_leaves_a_register_that_holds(answerable, copy):
    who = ("--workspace", copy, "--as", "facilitator@kirklarch-facilitators")
    _, names, _ = answerable(*who, "account", "reveal", "volunteer:flood-help-panel")
    _, pool, _ = answerable(*who, "account", "reveal", "pool:flood-help-panel")
    assert names.count("Synthetic Volunteer") == 1_500
    assert "Synthetic Volunteer" not in pool
    status, _out, _ = answerable(*who, "account", "erase", "flood-help-panel-1-7")
    assert status == 0
    _, left, _ = answerable(*who, "account", "reveal", "volunteer:flood-help-panel")
    assert left.count("Synthetic Volunteer") == 1_499, "the name goes with the number"
    assert answerable("verify", copy / "public")[0] == 0
    assert answerable(*who, "account", "erase", "flood-help-panel-1-7")[0] == 4


def test_everybody_who_volunteered_is_erased_when_the_panel_has_ended(answerable, copy):
    who = ("--workspace", copy, "--as", "facilitator@kirklarch-facilitators")
    officer = ("--workspace", copy, "--as", "officer@inverlarch-council")
    erase = ("engage", "erase-volunteers", "flood-help-panel")
    assert answerable(*officer, *erase)[0] == 5
    status, out, _ = answerable(*who, *erase)
    assert status == 0
    assert "1500 people are erased" in out
    _, left, _ = answerable(*who, "account", "reveal", "volunteer:flood-help-panel")
    assert "Synthetic Volunteer" not in left
    assert answerable("verify", copy / "public")[0] == 0
    assert answerable(*who, "engage", "erase-volunteers", "nobody")[0] == 5


def test_publishing_mends_the_files(answerable, copy):
    next((copy / "public" / "blob").iterdir()).unlink()
    assert answerable("verify", copy / "public")[0] == 1
    assert answerable("--workspace", copy, "account", "publish")[0] == 0
    assert answerable("verify", copy / "public")[0] == 0


def test_nothing_to_check_is_no_success(answerable):
    status, _, err = answerable("verify", "--key", "x")
    assert status == 2
    assert "Name a directory" in err


def test_a_body_stricter_than_its_command_is_still_a_clean_fault(answerable, copy):
    who = ("--workspace", copy, "--as", "facilitator@kirklarch-facilitators")
    status, _, err = answerable(
        *who, "engage", "hold-workshop", "--engagement", "flood-help-panel", "--workshop", "0",
        "--day", "2025-09-06", "--title", "T", "--present", "-1", "--summary", "S",
    )  # fmt: skip
    assert status == 2
    assert "workshop:" in err
    assert "present:" in err


def test_a_draft_is_published_once(at, vision, workspace):
    at("officer@trust", "draft", "save", "d-1", "publish-vision", "--json", vision)
    seal = next((workspace / "keys").glob("time.*.seal"))
    hidden = seal.rename(seal.with_suffix(".away"))
    status, _, err = at("officer@trust", "draft", "publish", "d-1")
    assert status == 7
    assert err.startswith("Done, but not shown yet")
    hidden.rename(seal)
    assert at("officer@trust", "draft", "publish", "d-1")[0] == 0
    assert "2 entries." in at(None, "log")[1]


def test_a_hostile_file_name_does_not_steer_the_terminal(answerable, copy):
    (copy / "public" / "\x1b[2JEverything checked holds").write_bytes(b"")
    status, out, _ = answerable("verify", copy / "public")
    assert status == 1
    assert "\x1b" not in out
    assert "\\x1b[2J" in out


def test_a_name_said_twice_in_json_is_no_command(at, vision):
    vision.write_text('{"vision": "v-1", "vision": "v-2"}')
    assert (
        "(code command.json)" in at("officer@trust", "act", "publish-vision", "--json", vision)[2]
    )


BEGINNINGS = [
    (["--origin", "bad origin"], "origin"),
    (["--origin", "UPPER.example"], "origin"),
    (["--operator", "The Trust"], "organisation"),
    (["--title", ""], "en"),
    (["--stewards", "2", "--quorum", "5"], "(whole)"),
]


@pytest.mark.parametrize(("wrong", "field"), BEGINNINGS, ids=lambda value: str(value)[:30])
def test_a_wrong_beginning_is_told_and_leaves_no_key(answerable, tmp_path, wrong, field):
    given = {"--origin": "register.example", "--title": "T", "--operator": "trust",
             "--operator-title": "T"}  # fmt: skip
    given |= dict(zip(wrong[::2], wrong[1::2], strict=True))
    place = tmp_path / "w"
    words = [word for pair in given.items() for word in pair]
    status, _, err = answerable("--workspace", place, "init", *words)
    assert status == 2
    assert "Not done: " in err
    assert not list((place / "keys").glob("*.key"))
    assert not list((place / "keys").glob("*.seal"))


def test_an_organisation_is_welcomed_once(at):
    welcome = ("welcome", "council", "--title", "A council")
    assert at("steward@trust", *welcome)[0] == 0
    status, _, err = at("steward@trust", *welcome)
    assert status == 3
    assert "(code organisation.taken)" in err


def test_too_few_stewards_keys_are_counted(at, workspace):
    for number in (1, 2):
        next((workspace / "keys").glob(f"steward-{number}.*")).unlink()
    status, _, err = at("steward@trust", "welcome", "council", "--title", "A council")
    assert status == 3
    assert "2 stewards must sign, and this machine holds the keys of 1" in err
    assert not list((workspace / "keys").glob("council.*"))


def test_an_option_that_stands_too_late(answerable):
    status, _, err = answerable("log", "--workspace", "x")
    assert status == 2
    assert "before the command" in err


def test_the_workspace_instead_of_its_public_folder(answerable, told):
    status, _, err = answerable("verify", told)
    assert status == 2
    assert "(code source.inside)" in err
    status, _, err = answerable("verify", told / "public", "--key", "rubbish")
    assert status == 2
    assert "(code key.form)" in err


def test_a_seal_is_replaced_from_the_command_line(at, answerable, workspace):
    old = answerable("verify", workspace / "public")[1].split("--key '")[1].split("'")[0]
    status, out, _ = at(None, "keys", "new-seal")
    assert status == 0
    log, time = (out.split(f"--{name}-key '")[1].split("'")[0] for name in ("log", "time"))
    assert answerable("verify", workspace / "public", "--key", old)[0] == 0
    status, _, err = at(
        "steward@trust", "account", "rotate-register-key", "--log-key", log, "--time-key", time,
        "--reason", "Yearly.",
    )  # fmt: skip
    assert (status, err) == (0, "")
    for key in (old, log):
        assert answerable("verify", workspace / "public", "--key", key)[0] == 0
