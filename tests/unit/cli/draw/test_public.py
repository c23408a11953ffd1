"""``answerable verify draw`` on the public files of a register, with an export, with a slip."""

import json
import stat

import pytest

PANEL = "flood-help-panel"
FACILITATOR = "facilitator@kirklarch-facilitators"
AUDITOR = "auditor@inverlarch-data-commons"


@pytest.fixture(scope="module")
def public(told):
    return told / "public"


def test_the_draws_of_a_register_are_told(answerable, public):
    status, out, err = answerable("verify", "draw", public)
    assert status == 0, err
    assert f"{PANEL}, draw 1\n" in out
    assert f"{PANEL}, draw 2\n" in out
    assert "1500 people, for 30 seats" in out
    assert "1470 people, for 1 seat\n" in out
    assert out.count("revealed what it promised") == 6
    assert out.count("as the seed picks") == 4
    assert "Everybody in this pool is invented" in out
    assert out.count("holds\n") == 6
    assert "FAILS" not in out


def test_an_auditor_checks_the_pool_of_replacements(answerable, told, public, tmp_path):
    out = tmp_path / "pool.json"
    who = ("--workspace", told, "--as", AUDITOR, "account", "export-pool", PANEL)
    assert answerable(*who, "--draw", "2", "--out", out)[0] == 0
    assert stat.S_IMODE(out.stat().st_mode) == 0o600
    assert "Synthetic Volunteer" not in out.read_text("utf-8")
    status, said, err = answerable("verify", "draw", public, "--pool", out)
    assert status == 0, err
    assert said.count("holds\n") == 12
    export = json.loads(out.read_text("utf-8"))
    export["values"] = export["values"][::-1]
    out.write_text(json.dumps(export), "utf-8")
    status, said, err = answerable("verify", "draw", public, "--pool", out)
    assert status == 7
    assert "FAILS" in said
    assert "draw.changed" in err
    assert answerable(*who, "--draw", "3", "--out", out)[0] == 4


def test_nobody_else_is_given_the_pool(answerable, told, tmp_path):
    for who in ("officer@inverlarch-council", "facilitator@inverlarch-council"):
        asked = ("--workspace", told, "--as", who, "account")
        assert answerable(*asked, "export-pool", PANEL, "--out", tmp_path / "x")[0] == 5
        assert answerable(*asked, "slip", f"{PANEL}-1-7", "--out", tmp_path / "x")[0] == 5
    assert not (tmp_path / "x").exists()


def test_a_volunteer_is_told_their_chance(answerable, told, public, tmp_path):
    out = tmp_path / "slip.json"
    who = ("--workspace", told, "--as", FACILITATOR, "account", "slip")
    assert answerable(*who, f"{PANEL}-1-7", "--out", out)[0] == 0
    status, said, err = answerable("verify", "draw", public, "--mine", out)
    assert status == 0, err
    words = " ".join(said.split())
    assert f"You are number 7 of {PANEL}. In draw 1 your chance was " in words
    slip = json.loads(out.read_text("utf-8"))
    slip["person"]["body"]["profile"]["age_band"] = "75+"
    slip["person"]["body"]["profile"]["sex"] = "another"
    out.write_text(json.dumps(slip), "utf-8")
    status, _, err = answerable("verify", "draw", public, "--mine", out)
    assert status == 7
    assert "slip.stranger" in err
    out.write_text("{}", "utf-8")
    assert answerable("verify", "draw", public, "--mine", out)[0] == 2
    assert answerable("verify", "draw", public, "--mine", tmp_path / "no")[0] == 2
    assert answerable(*who, f"{PANEL}-1-7000", "--out", out)[0] == 4


def test_the_draws_of_a_register_that_does_not_hold_are_not_told(answerable, copy):
    blob = next((copy / "public" / "blob").iterdir())
    blob.write_bytes(blob.read_bytes()[:-1])
    status, out, err = answerable("verify", "draw", copy / "public")
    assert status == 7
    assert "draw.register" in err
    assert "composition" not in out


def test_a_place_where_nothing_is(answerable, tmp_path):
    assert answerable("verify", "draw", tmp_path / "nothing")[0] == 2
    assert answerable("verify", "draw", tmp_path)[0] != 0
    assert answerable("verify", "draw", tmp_path, "--key", "rubbish")[0] == 2
