"""``answerable tables``: a panel in, who sits where out."""

import csv
import io
import json
import re

import pytest

from answerable.cli.app import build
from answerable.cli.running import run

SEED = bytes(range(32)).hex()
HEADING = "id,age,sex,street,companion\n"


def panel(count=30):
    rows = (
        f"p{n},{'young' if n % 3 else 'old'},{'f' if n % 2 else 'm'},"
        f"{'Mill Lane' if n < 2 else ''},{'Ann' if n in (4, 5) else ''}\n"
        for n in range(count)
    )
    return HEADING + "".join(rows)


@pytest.fixture
def seat(tmp_path, capsys):
    """Seat a panel; give status, output and complaints."""

    def call(*more, text=None, features="age,sex", rounds=2, seed=SEED, out="tables.csv"):
        (tmp_path / "panel.csv").write_text(panel() if text is None else text, "utf-8")
        arguments = ["tables", f"--panel={tmp_path / 'panel.csv'}", f"--features={features}"]
        arguments += [f"--rounds={rounds}", f"--seed={seed}", f"--out={tmp_path / out}"]
        status = run(build(), [*arguments, *more])
        told = capsys.readouterr()
        return status, told.out, told.err

    return call


def test_everybody_has_a_table_in_each_round(seat, tmp_path):
    status, said, complaints = seat()
    assert (status, complaints) == (0, "")
    assert "30 people sit at 4 tables of 7 or 8, in 2 rounds." in said
    assert "rounded down or up" in said
    text = (tmp_path / "tables.csv").read_text("utf-8")
    rows = list(csv.DictReader(io.StringIO(text)))
    assert list(rows[0]) == ["id", "round_1", "round_2", "age", "sex"]
    assert [row["id"] for row in rows] == [f"p{n}" for n in range(30)]
    for turn in ("round_1", "round_2"):
        assert sorted(sum(row[turn] == str(t) for row in rows) for t in (1, 2, 3, 4)) == [
            7,
            7,
            8,
            8,
        ]


def test_json_says_what_was_reached_and_what_could_be(seat):
    _, said, _ = seat("--json", rounds=3)
    told = json.loads(said)
    assert told["sizes"] == [8, 8, 7, 7]
    assert told["beyond_share"] == 0
    assert 0 < told["meetings"] <= told["possible_meetings"] <= told["pairs"] == 435
    assert told["meetings"] + told["never_met"] == told["pairs"]


def test_households_and_companions_are_kept(seat, tmp_path):
    status, _, complaints = seat("--apart-columns=street", "--together-columns=companion")
    assert (status, complaints) == (0, "")
    rows = list(csv.DictReader(io.StringIO((tmp_path / "tables.csv").read_text("utf-8"))))
    for turn in ("round_1", "round_2"):
        assert rows[0][turn] != rows[1][turn]
        assert rows[4][turn] == rows[5][turn]


def test_a_mix_that_cannot_be_whole_is_said(seat):
    text = "id,a,b\n" + "".join(f"p{n},{n},{n}\n" for n in range(4)) + "p4,0,9\np5,1,0\n"
    status, said, _ = seat("--sizes=3,3", text=text, features="a,b", rounds=1)
    assert status == 0
    assert "of 3, in 1 round." in said


@pytest.mark.parametrize(
    ("words", "asked"),
    [
        ("is not 32 bytes", {"seed": "abc"}),
        ("no column for: area. It has: id, age, sex", {"features": "age,area"}),
        ("of the panel has no id", {"text": panel() + ",old,f,,\n"}),
        ("repeats the id of line 2", {"text": panel() + "p0,old,f,,\n"}),
        ("cannot be split into tables of 6 to 8", {"text": panel(9)}),
        ("is empty", {"text": ""}),
        ("laid for 200 at most", {"text": panel(201)}),
    ],
)
def test_what_is_wrong_is_said_and_nothing_is_written(seat, tmp_path, words, asked):
    status, said, complaints = seat(**asked)
    assert (status, said) == (2, "")
    assert words in complaints
    assert not re.search("respondent|volunteer|target", complaints)
    assert [each.name for each in tmp_path.iterdir()] == ["panel.csv"]


@pytest.mark.parametrize(
    ("words", "more"),
    [
        ("add up to the people", ["--sizes=8,8"]),
        ("not whole numbers", ["--sizes=8,x"]),
        ("rows 1, 2 must sit together, and must sit apart", ["--together-columns=street"]),
    ],
)
def test_options_that_cannot_be_are_refused(seat, words, more):
    status, _, complaints = seat("--apart-columns=street", *more)
    assert status == 2
    assert words in complaints


def test_all_faults_are_named(seat):
    status, _, complaints = seat("--sizes=15,15", "--apart-columns=age", "--together-columns=sex")
    assert status == 2
    assert complaints.count("  tables: ") == 4


def test_nothing_is_overwritten(seat, tmp_path):
    (tmp_path / "tables.csv").write_text("mine", "utf-8")
    status, _, complaints = seat()
    assert status == 2
    assert "There is a file" in complaints
    assert (tmp_path / "tables.csv").read_text("utf-8") == "mine"


@pytest.mark.parametrize(
    "option", ["--id-column", "--features", "--apart-columns", "--together-columns"]
)
def test_a_column_that_is_not_there_is_said_with_those_that_are(seat, option):
    status, _, complaints = seat(f"{option}=zzz")
    assert status == 2
    assert "panel.csv has no column for: zzz. It has: id, age, sex, street" in complaints
    assert f"Give {option} as" in complaints


def test_a_place_where_nothing_can_be_written_is_said(seat):
    status, _, complaints = seat(out="panel.csv/tables.csv")
    assert status == 2
    assert "nothing was left half-written" in complaints
