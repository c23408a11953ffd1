"""``answerable invitations`` and ``answerable missing``: places in, letters out; who is missing."""

import csv
import io
import json

import pytest

from answerable.cli.app import build
from answerable.cli.running import run

SEED = bytes(range(32)).hex()
PLACES = "place,addresses,people,decile\n" + "".join(
    f"S{at:02},{100 + at},{200 + 3 * at},{1 + at // 10}\n" for at in range(30)
)
RATES = "feature,value,rate\ndecile,1,2%\ndecile,2,4%\ndecile,3,6%\n"
SHARES = "feature,value,percent\nsex,f,51\nsex,m,49\n"


@pytest.fixture
def call(tmp_path, capsys):
    """Run a command over texts; give status, output and complaints."""

    def call(command, *more, **texts):
        for name, text in texts.items():
            (tmp_path / f"{name}.csv").write_text(text, "utf-8")
        named = [f"--{name}={tmp_path / name}.csv" for name in texts]
        status = run(build(), [command, *named, *more])
        told = capsys.readouterr()
        return status, told.out, told.err

    return call


@pytest.fixture
def invite(call, tmp_path):
    def invite(*more, places=PLACES, seed=SEED, **texts):
        out = f"--out={tmp_path / 'out'}"
        options = ["--volunteers=30", f"--seed={seed}", out, *more]
        return call("invitations", *options, places=places, **texts)

    return invite


def table(path):
    return list(csv.DictReader(io.StringIO(path.read_text("utf-8"))))


def test_letters_addresses_and_a_forecast_are_written(invite, tmp_path):
    status, said, complaints = invite("--letter=0.85", "--reply=0.60", rates=RATES)
    assert (status, complaints) == (0, "")
    out = tmp_path / "out"
    told = json.loads((out / "invitations.json").read_bytes())
    letters, addresses = table(out / "invitations.csv"), table(out / "addresses.csv")
    assert sum(int(row["invitations"]) for row in letters) == told["invitations"]
    assert len({tuple(row.values()) for row in addresses}) == told["invitations"]
    assert sum(int(row["expected"].replace(".", "")) for row in letters) == (
        told["invitations"] * 10**9
    )
    assert f"{told['invitations']:,} letters go to" in said
    assert "Post: " in said
    assert [row["value"] for row in table(out / "forecast.csv")] == ["1", "2", "3"]
    assert told["short"] == []


def test_an_even_chance_says_who_may_come_short(invite):
    _, said, _ = invite("--even", "--json", rates=RATES)
    told = json.loads(said)
    assert told["short"][0]["feature"] == "decile"
    assert told["short"][0]["value"] == "1"
    assert told["short"][0]["times_as_many_letters"] > 1.5
    assert told["cost"] is None
    status, said, _ = invite("--json", rates=RATES)
    assert status == 2  # the folder is taken


def test_features_of_people_are_looked_at_too(invite):
    rates = RATES + "sex,f,3%\nsex,m,1%\n"
    targets = "feature,value,min,max\nsex,f,5,6\nsex,m,4,5\n"
    status, said, _ = invite(rates=rates, population=SHARES, targets=targets)
    assert status == 0
    assert "sex: m" in said
    assert "up to 5 seats" in said


def test_the_same_seed_invites_the_same(invite, tmp_path):
    texts = []
    for _ in range(2):
        invite("--reminder=0.5", rates=RATES)
        texts.append((tmp_path / "out" / "addresses.csv").read_text("utf-8"))
        for each in (tmp_path / "out").iterdir():
            each.unlink()
    assert texts[0] == texts[1]


@pytest.mark.parametrize(
    ("words", "more", "texts"),
    [
        ("is not 32 bytes", ["--seed=12"], {}),
        ("--answer-rate is not a number", ["--answer-rate=often"], {}),
        ("--letter is not a number", ["--letter=-1"], {}),
        ("--doubt is not a number", ["--doubt=2"], {}),
        ("--reminder is not a number", ["--reminder=NaN"], {}),
        ("There is no rate for decile: 3", [], {"rates": RATES[:-12]}),
        ("line 2: Line 2 of the places: people", [], {"places": "place,addresses,people\na,0,x\n"}),
        ("is not a percentage", [], {"population": SHARES[:-2] + "x"}),
    ],
)
def test_what_is_wrong_is_said_and_nothing_is_written(invite, tmp_path, words, more, texts):
    status, said, complaints = invite(*more, **texts)
    assert (status, said) == (2, "")
    assert words in complaints
    assert not (tmp_path / "out").exists()


POOL = "id,sex\n" + "".join(f"p{at},{'f' if at % 3 else 'm'}\n" for at in range(300))


def test_who_is_missing_is_said(call):
    status, said, complaints = call("missing", pool=POOL, population=SHARES)
    assert (status, complaints) == (0, "")
    assert "300 people are in the pool." in said
    assert "too few" in said
    assert "more than its share" in said


def test_small_cells_are_dashes(call):
    few = "".join(POOL.splitlines(keepends=True)[:9])
    _, said, _ = call("missing", pool=few, population=SHARES)
    assert "pool   -     population  51.0%  ratio  -    within chance" in said
    _, said, _ = call("missing", "--json", pool=few, population=SHARES)
    assert [value["people"] for value in json.loads(said)["values"]] == [None, None]


@pytest.mark.parametrize(
    ("words", "pool"),
    [
        ("no column for: sex", "id,age\np1,9\n"),
        ("Some of the pool have sex: x", POOL + "q,x\n"),
        ("There is nobody in the pool", "id,sex\n"),
        ("repeats the id of line 2", POOL + "p0,f\n"),
    ],
)
def test_what_is_wrong_with_a_pool_is_said(call, words, pool):
    status, said, complaints = call("missing", pool=pool, population=SHARES)
    assert (status, said) == (2, "")
    assert words in complaints
