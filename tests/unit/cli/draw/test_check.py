"""``answerable verify draw``: what was drawn holds, and each claim fails by itself."""

from itertools import combinations

import pytest
from tests.unit.tools.test_verify_draw_files import (
    CHANGES,
    FORGED,
    another_key,
    draw_in,
    drawn,  # noqa: F401 - a fixture
    rows_of,
    said,
    written,
)

from answerable.cli.app import build
from answerable.cli.running import run

METHOD = "The method is one"
FILES = "The files are those"
ORBITS = "People with the same profile"
PANELS = "Whole panels"
COMPOSITIONS = "The numbered compositions"
PANEL = "The seed picks"
PROBABILITIES = "probabilities.csv has everybody once"
MEMBERS = "panel.csv has the members drawn"
MEASURES = "The measures and totals"
FAIREST = "No lottery within the targets"
CLAIMS = (
    METHOD,
    FILES,
    ORBITS,
    PANELS,
    COMPOSITIONS,
    PANEL,
    PROBABILITIES,
    MEMBERS,
    MEASURES,
    FAIREST,
)


def told(capsys, folder):
    status = run(build(), ["verify", "draw", str(folder)])
    heard = capsys.readouterr()
    return status, heard.out, heard.err


def failing(out):
    return [
        name for name in CLAIMS for line in out.splitlines() if name in line and "FAILS" in line
    ]


def test_what_was_drawn_holds(drawn, capsys):  # noqa: F811
    status, out, _ = told(capsys, drawn)
    assert status == 0
    assert out.count("  holds") == len(CLAIMS)
    assert all(name in out for name in CLAIMS)
    assert "It cannot prove" in out
    assert "There is no proof" not in out


@pytest.mark.parametrize("method", ["maximin", "nash", "plain"])
@pytest.mark.parametrize("options", [(), ("--household-columns=street",)])
def test_other_methods_hold_without_a_proof(tmp_path, capsys, method, options):
    status, out, _ = told(capsys, draw_in(tmp_path, f"--method={method}", *options))
    assert status == 0
    assert out.count("  holds") == len(CLAIMS) - 1
    assert FAIREST not in out
    assert f"There is no proof of what the method {method} finds best." in out


@pytest.mark.parametrize("end", ["\n", "\r", "\r\n", "\u2028", "\x1c"])
def test_whatever_an_id_holds(tmp_path, capsys, end):
    assert told(capsys, draw_in(tmp_path, name=f"p{end}{{}}"))[0] == 0


def test_a_file_that_was_exchanged(drawn, tmp_path, capsys):  # noqa: F811
    written(drawn, tmp_path, lambda files: None)
    (tmp_path / "report.html").write_text("another", "utf-8")
    status, out, err = told(capsys, tmp_path)
    assert (status, "(code draw.changed)" in err) == (7, True)
    assert failing(out) == [FILES]


def less_in_a_level(files):
    files["certificate.json"]["levels"][0]["chance"] -= 0.01


def orbits_of_others(files):
    """Let the proof be of a lottery in which two orbits had each other's profiles."""
    orbits = files["lottery.json"]["orbits"]
    orbits[0]["household"], orbits[1]["household"] = (
        orbits[1]["household"],
        orbits[0]["household"],
    )


def features_otherwise(files):
    files["certificate.json"]["features"].reverse()
    for orbit in files["certificate.json"]["orbits"]:
        orbit["values"].reverse()
        for values in orbit["household"]:
            values.reverse()


def places_otherwise(files):
    """Let two orbits of the same chance change places, in all of the proof."""
    proof = files["certificate.json"]
    chances, orbits = proof["chances"], proof["orbits"]
    one, other = next(
        pair
        for pair in combinations(range(len(chances)), 2)
        if abs(chances[pair[0]] - chances[pair[1]]) < 1e-12
    )
    moved = {**{at: at for at in range(len(orbits))}, one: other, other: one}
    orbits[one], orbits[other] = orbits[other], orbits[one]
    assert not proof["cuts"]
    for level in proof["levels"]:
        level["orbits"] = [moved[at] for at in level["orbits"]]
    for panel in proof["panels"]:
        panel["seats"] = {str(moved[int(at)]): n for at, n in panel["seats"].items()}


def target_of_another_number(files):
    files["draw.json"]["targets"][1]["seats"] += 1


ALONE = {
    "a level proves less": (less_in_a_level, FAIREST),
    "features in another order in the proof": (features_otherwise, FAIREST),
    "orbits in other places in the proof": (places_otherwise, FAIREST),
    "nothing in the proof": (lambda files: files.update({"certificate.json": {}}), FAIREST),
    "a household of others": (orbits_of_others, [ORBITS, FAIREST]),
    "no list of files": (said(files={}), FILES),
    "the least chance": (said(least_probability=0.5), MEASURES),
    "the Gini": (said(gini=0.0), MEASURES),
    "the geometric mean": (said(geometric_mean=0.9), MEASURES),
    "the spread": (said(spread_within_profile=0.1), MEASURES),
    "the spread is no number": (said(spread_within_profile="0"), MEASURES),
    "the furthest composition": (said(furthest_composition=0.0), MEASURES),
    "how many people": (said(people=3000), MEASURES),
    "how many orbits": (said(orbits=1), MEASURES),
    "how many compositions": (said(compositions=10_000), MEASURES),
    "a total of the panel": (target_of_another_number, MEASURES),
    "nobody on the panel": (rows_of("panel.csv", lambda rows: []), MEMBERS),
    "the panel is no table": (lambda files: files.update({"panel.csv": b'"'}), MEMBERS),
    "the panel is no text": (lambda files: files.update({"panel.csv": b"\xff"}), MEMBERS),
    "nobody has a chance": (rows_of("probabilities.csv", lambda rows: []), PROBABILITIES),
    "another heading": (
        lambda files: files.update(
            {"probabilities.csv": files["probabilities.csv"].replace(b"probability", b"p", 1)}
        ),
        PROBABILITIES,
    ),
    "a seed that is none": (said(seed="zz"), PANEL),
    "a short seed": (said(seed="00"), PANEL),
    "the panel in another order": (
        lambda files: files["draw.json"]["panel"].reverse(),
        [PANEL, MEMBERS],
    ),
}


@pytest.mark.parametrize("change", ALONE)
def test_each_claim_fails_by_itself(drawn, tmp_path, capsys, change):  # noqa: F811
    forge, claims = ALONE[change]
    status, out, err = told(capsys, written(drawn, tmp_path, forge))
    assert (status, "(code draw.changed)" in err) == (7, True)
    assert failing(out) == ([claims] if isinstance(claims, str) else claims)


@pytest.mark.parametrize("change", sorted(CHANGES))
def test_whatever_is_changed_does_not_hold(drawn, tmp_path, capsys, change):  # noqa: F811
    written(
        drawn,
        tmp_path,
        lambda files: CHANGES[change](files["draw.json"], files["lottery.json"]),
    )
    status, _, err = told(capsys, tmp_path)
    assert (status, "(code draw.changed)" in err) == (7, True)


@pytest.mark.parametrize("change", sorted(FORGED))
def test_a_forged_draw_does_not_hold(drawn, tmp_path, capsys, change):  # noqa: F811
    status, _, err = told(capsys, written(drawn, tmp_path, FORGED[change]))
    assert (status, "(code draw.changed)" in err) == (7, True)


def test_a_sampling_error_that_is_another(tmp_path, capsys):
    plain = draw_in(tmp_path, "--method=plain")
    (tmp_path / "forged").mkdir()
    status, out, _ = told(capsys, written(plain, tmp_path / "forged", said(sampling_error=0.0)))
    assert (status, failing(out)) == (7, [MEASURES])


def test_a_method_that_is_not_known(drawn, tmp_path, capsys):  # noqa: F811
    status, out, _ = told(capsys, written(drawn, tmp_path, FORGED["a method that is not known"]))
    assert (status, failing(out)) == (7, [METHOD])
    assert FAIREST not in out


@pytest.mark.parametrize("wrong", ["0{}", "{}.0", " {}", "+{}", "-{}", "{}x", "9{}"])
def test_an_orbit_by_another_name(drawn, tmp_path, capsys, wrong):  # noqa: F811
    status, _, err = told(capsys, written(drawn, tmp_path, another_key(wrong.format)))
    assert (status, "(code draw.changed)" in err) == (7, True)


def test_a_name_that_is_there_twice(drawn, tmp_path, capsys):  # noqa: F811
    written(drawn, tmp_path, lambda files: None)
    data = (tmp_path / "draw.json").read_bytes()
    (tmp_path / "draw.json").write_bytes(data.replace(b"{", b'{"seats":6,', 1))
    status, _, err = told(capsys, tmp_path)
    assert (status, "draw.json is there and can be read" in err) == (7, True)


@pytest.mark.parametrize("name", ["draw.json", "lottery.json"])
@pytest.mark.parametrize("data", [b"", b"{", b"\xff", b"[" * 100_000])
def test_what_is_no_json_is_named(drawn, tmp_path, capsys, name, data):  # noqa: F811
    written(drawn, tmp_path, lambda files: None)
    (tmp_path / name).write_bytes(data)
    status, _, err = told(capsys, tmp_path)
    assert (status, f"{name} is there and can be read" in err) == (7, True)
    assert "Do not trust this draw" in err


@pytest.mark.parametrize("name", ["draw.json", "lottery.json"])
def test_what_says_no_draw_is_not_to_be_trusted(drawn, tmp_path, capsys, name):  # noqa: F811
    for data in (b"{}", b"[]", b"null", b'"text"'):
        written(drawn, tmp_path, lambda files: None)
        (tmp_path / name).write_bytes(data)
        status, _, err = told(capsys, tmp_path)
        assert (status, "say what a draw says" in err) == (7, True)


@pytest.mark.parametrize("name", ["draw.json", "lottery.json"])
def test_a_draw_of_which_a_file_is_gone(drawn, tmp_path, capsys, name):  # noqa: F811
    written(drawn, tmp_path, lambda files: None)
    (tmp_path / name).unlink()
    status, _, err = told(capsys, tmp_path)
    assert (status, f"{name} is there and can be read" in err) == (7, True)


@pytest.mark.parametrize("name", ["panel.csv", "probabilities.csv", "report.html"])
def test_a_draw_of_which_another_file_is_gone(drawn, tmp_path, capsys, name):  # noqa: F811
    written(drawn, tmp_path, lambda files: None)
    (tmp_path / name).unlink()
    status, out, _ = told(capsys, tmp_path)
    assert (status, failing(out)[0]) == (7, FILES)


def test_where_there_is_no_draw(tmp_path, capsys):
    status, _, err = told(capsys, tmp_path)
    assert (status, "(code draw.files)" in err) == (2, True)


def test_what_may_not_be_read_is_not_said_to_be_changed(drawn, capsys, monkeypatch):  # noqa: F811
    def refuse(*_):
        raise PermissionError

    monkeypatch.setattr("pathlib.Path.read_bytes", refuse)
    status, _, err = told(capsys, drawn)
    assert (status, "(code draw.files)" in err) == (2, True)
