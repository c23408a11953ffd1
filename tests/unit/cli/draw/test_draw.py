"""``answerable draw``: the field's own files in, a panel with everything to check it out."""

import csv
import hashlib
import hmac
import io
import json
from collections import Counter, defaultdict

import pytest

from answerable.cli.app import build
from answerable.cli.draw import asked, command, files
from answerable.cli.running import run
from answerable.science.sortition import check, check_people

SEED = hashlib.sha256(b"a seed").hexdigest()
TARGETS = "feature,value,min,max\nage,young,2,3\nage,old,1,2\nplace,town,2,2\nplace,shore,2,2\n"


def people(count=24, heading="id,age,place,street"):
    rows = (
        f"p{n},{'young' if n % 3 else 'old'},{'town' if n % 4 else 'shore'},Street {n // 2}"
        for n in range(count)
    )
    return "\n".join([heading, *rows]) + "\n"


@pytest.fixture
def draw(tmp_path, capsys):
    """Draw from texts; give status, output and complaints."""

    def call(*more, targets=TARGETS, respondents=None, seats=4, seed=SEED, out="out"):
        said = {"targets": targets, "respondents": people() if respondents is None else respondents}
        for name, text in said.items():
            data = text.encode() if isinstance(text, str) else text
            (tmp_path / f"{name}.csv").write_bytes(data)
        named = [f"--{name}={tmp_path / name}.csv" for name in said]
        arguments = ["draw", *named, f"--seats={seats}", f"--seed={seed}"]
        status = run(build(), [*arguments, f"--out={tmp_path / out}", *more])
        told = capsys.readouterr()
        return status, told.out, told.err

    return call


def table(path):
    return list(csv.DictReader(io.StringIO(path.read_text("utf-8"))))


def test_everything_is_written_and_agrees(draw, tmp_path):
    status, said, complaints = draw()
    assert (status, complaints) == (0, "")
    assert "4 people were drawn from 24." in said
    out = tmp_path / "out"
    drawn = json.loads((out / "draw.json").read_bytes())
    assert {each.name for each in out.iterdir()} == {*drawn["files"], "draw.json"}
    for name, digest in drawn["files"].items():
        assert hashlib.sha256((out / name).read_bytes()).hexdigest() == digest
    for name, told in drawn["inputs"].items():
        data = (tmp_path / f"{name}.csv").read_bytes()
        assert hashlib.sha256(data).hexdigest() == told["sha256"]
    panel = table(out / "panel.csv")
    assert [row["id"] for row in panel] == drawn["panel"]
    assert list(panel[0]) == ["id", "age", "place", "street"]
    ages = Counter(row["age"] for row in panel)
    for target in drawn["targets"]:
        ((feature, value),) = target["of"]
        seats = Counter(row[feature] for row in panel)[value]
        assert target["min"] <= seats == target["seats"] <= target["max"]
    assert sum(ages.values()) == 4
    chances = {row["id"]: float(row["probability"]) for row in table(out / "probabilities.csv")}
    assert sum(chances.values()) == pytest.approx(4)
    assert min(chances.values()) == pytest.approx(drawn["least_probability"])
    assert drawn["spread_within_profile"] == 0


def test_the_certificate_proves_the_chances_of_these_people(draw, tmp_path):
    draw()
    found = json.loads((tmp_path / "out" / "certificate.json").read_bytes())
    pool = [
        {"age": row["age"], "place": row["place"]} for row in table(tmp_path / "respondents.csv")
    ]
    assert check(found) == []
    assert check_people(found, pool) == []
    assert check_people(found, pool[:-1]) != []


def recomputed(lottery, seed):
    """Draw again as the written rule says, with the standard library alone."""
    key = bytes.fromhex(seed)

    def digest(label, rest):
        return hmac.digest(key, label.encode() + b"\0" + rest, "sha256")

    count, turn = len(lottery["compositions"]), 0
    while (
        number := int.from_bytes(digest("composition", turn.to_bytes(8, "big")), "big")
    ) >= 2**256 // count * count:
        turn += 1
    ticket = number % count
    places = [m for orbit in lottery["orbits"] for m in orbit["members"]]
    home = dict(zip(lottery["people"], lottery["households"], strict=True))
    assert sorted(home) == sorted(places)
    taken, chosen = set(), defaultdict(list)
    for at, seats in sorted((int(k), v) for k, v in lottery["compositions"][ticket].items()):
        members = sorted(
            lottery["orbits"][at]["members"], key=lambda m: digest("member", m.encode())
        )
        for member in members:
            if len(chosen[at]) < seats and home[member] not in taken:
                taken.add(home[member])
                chosen[at].append(member)
    return ticket, [member for members in chosen.values() for member in members]


@pytest.mark.parametrize("more", [(), ("--household-columns", "street")])
def test_the_panel_follows_from_the_seed_for_anybody(draw, tmp_path, more):
    assert draw(*more)[0] == 0
    drawn = json.loads((tmp_path / "out" / "draw.json").read_bytes())
    lottery = json.loads((tmp_path / "out" / "lottery.json").read_bytes())
    ticket, panel = recomputed(lottery, SEED)
    assert ticket == drawn["ticket"]
    assert sorted(panel) == sorted(drawn["panel"])
    assert draw(*more, out="again")[0] == 0
    again = (tmp_path / "again" / "draw.json").read_bytes()
    assert again == (tmp_path / "out" / "draw.json").read_bytes()


def test_of_a_household_one_person_serves(draw, tmp_path):
    respondents = people().replace("Street 5", " street  5 ").replace("Street 4", "STREET 5")
    assert draw("--household-columns", "street", respondents=respondents)[0] == 0
    streets = [
        " ".join(row["street"].casefold().split()) for row in table(tmp_path / "out/panel.csv")
    ]
    assert len(set(streets)) == 4


@pytest.mark.parametrize("method", ["leximin", "maximin", "nash", "plain"])
def test_every_method_meets_the_targets_and_says_which_it_was(draw, tmp_path, method):
    status, said, _ = draw("--method", method, "--json")
    told = json.loads(said)
    assert (status, told["method"]) == (0, method)
    assert all(each["min"] <= each["seats"] <= each["max"] for each in told["targets"])
    assert (tmp_path / "out" / "certificate.json").exists() == (method == "leximin")
    assert ("sampling_error" in told) == (method == "plain")


def test_the_plain_lottery_is_fixed_by_the_files_and_can_be_checked(draw, tmp_path):
    _, said, _ = draw("--method=plain")
    assert "Only the targets were respected." in said
    draw("--method=plain", seed=SEED[::-1], out="again")
    first, again = (
        json.loads((tmp_path / o / "lottery.json").read_text()) for o in ("out", "again")
    )
    assert first == again
    assert run(build(), ["verify", "draw", str(tmp_path / "out")]) == 0
    chances = [float(row["probability"]) for row in table(tmp_path / "out" / "probabilities.csv")]
    assert sum(chances) == pytest.approx(4)
    told = json.loads((tmp_path / "out" / "draw.json").read_bytes())
    assert told["least_probability"] == pytest.approx(min(chances))
    assert told["spread_within_profile"] == 0
    assert 0 < told["sampling_error"] < 0.016


@pytest.mark.parametrize(
    "targets",
    [
        "category,feature,min,max\n" + TARGETS.partition("\n")[2],
        "\ufeff" + TARGETS,
        TARGETS.replace(",", " , ") + "\n,,,\n\n",
        "feature,value,min,max,min_flex,max_flex\n"
        + "".join(f"{line},0,4\n" for line in TARGETS.splitlines()[1:]),
        TARGETS.replace("\n", "\r\n"),
    ],
    ids=["category", "mark", "spaces and blank rows", "flex", "Windows"],
)
def test_the_fields_own_formats_and_habits(draw, targets):
    assert draw(targets=targets)[0] == 0


def test_another_column_tells_people_apart(draw, tmp_path):
    respondents = people(heading="nationbuilder_id,age,place,street")
    assert draw("--id-column", "nationbuilder_id", respondents=respondents)[0] == 0
    assert "nationbuilder_id" in (tmp_path / "out" / "panel.csv").read_text("utf-8").splitlines()[0]


LINES = people().splitlines()
BAD = {
    "csv.empty": {"targets": ""},
    "csv.number": {"targets": TARGETS.replace("2,3", "two,3")},
    "csv.column": {"targets": TARGETS.replace("young", "")},
    "csv.row": {"respondents": people() + "p99,young\n"},
    "file.text": {"respondents": b"\xff\xfe"},
    "people.column": {"respondents": people().replace("place", "town", 1)},
    "people.id": {"respondents": people() + ",young,town,x\n"},
    "people.repeated": {"respondents": people() + "p1,young,town,x\n"},
    "pool.value": {"respondents": people() + "p99,middle,town,x\n"},
    "pool.small": {"respondents": "\n".join(LINES[:4]) + "\n"},
    "targets.order": {"targets": TARGETS.replace("2,3", "3,2")},
    "targets.sum": {"targets": TARGETS.replace("2,2", "1,1")},
    "targets.repeated": {"targets": TARGETS + "age,young,2,3\n"},
    "csv.headings": {"targets": TARGETS.replace("feature", "group")},
    "csv.quote": {"respondents": people() + 'p99,"young,town,x\n'},
    "csv.unnamed": {"respondents": "id,age,place,,\np1,young,town,x,y\n"},
    "seed.form": {"seed": "ab"},
}


@pytest.mark.parametrize("code", BAD)
def test_bad_input_is_told_and_nothing_is_written(draw, tmp_path, code):
    before = {"targets.csv", "respondents.csv"}
    status, said, complaints = draw(**BAD[code])
    assert (status, said) == (2, "")
    assert f"(code {code})" in complaints
    assert {each.name for each in tmp_path.iterdir()} == before


@pytest.mark.parametrize("option", ["--id-column", "--household-columns"])
def test_a_column_that_is_not_there_is_said_with_those_that_are(draw, option):
    status, _, complaints = draw(f"{option}=zzz")
    assert status == 2
    assert "has no column for: zzz. It has: id, age, place, street." in complaints
    assert f"Give {option} as" in complaints


def test_the_same_is_drawn_from_a_file_of_another_habit(draw, tmp_path):
    draw("--household-columns=street")
    respondents = "sep=;\n;;\n" + people(heading="ID,AGE,Place,Street").replace(",", ";")
    targets = TARGETS.replace("feature,value,min,max", "Feature,Value,Min,Max")
    more = {"respondents": respondents, "targets": targets, "out": "b"}
    assert draw("--household-columns=street", **more)[0] == 0
    first, again = (table(tmp_path / out / "probabilities.csv") for out in ("out", "b"))
    assert first == again
    assert list(table(tmp_path / "b" / "panel.csv")[0]) == ["id", "age", "place", "street"]


@pytest.mark.parametrize("out", ["file/out", "link", "away/out", "closed/out", "closed/deep/out"])
def test_a_place_where_nothing_can_be_written_is_found_before_the_draw(
    draw, tmp_path, monkeypatch, out
):
    (tmp_path / "file").write_text("mine", "utf-8")
    (tmp_path / "link").symlink_to(tmp_path / "nowhere")
    (tmp_path / "away").symlink_to(tmp_path / "nowhere")
    (tmp_path / "closed").mkdir()
    # Whoever runs this may be root, to whom nothing is closed.
    monkeypatch.setattr(files.os, "access", lambda place, _: not str(place).endswith("closed"))
    monkeypatch.setattr(command, "make", None)
    status, said, complaints = draw(out=out)
    assert (status, said) == (2, "")
    assert "(code out.unwritable)" in complaints


def test_an_empty_pool_and_one_person(draw):
    assert "(code pool.small)" in draw(respondents=f"{LINES[0]}\n")[2]
    one = {
        "targets": "feature,value,min,max\nage,old,1,1\n",
        "respondents": f"{LINES[0]}\n{LINES[1]}\n",
    }
    assert draw(seats=1, **one)[0] == 0


def test_everybody_may_be_seated(draw, tmp_path):
    targets = "feature,value,min,max\nage,young,0,4\nage,old,0,4\n"
    respondents = "\n".join(LINES[:5]) + "\n"
    assert draw(targets=targets, respondents=respondents)[0] == 0
    assert len(table(tmp_path / "out" / "panel.csv")) == 4


def test_targets_in_each_others_way_come_with_the_least_that_could_give_way(draw):
    respondents = "id,age,place\n" + "".join(
        f"p{n},{'young' if n % 2 else 'old'},{'town' if n % 2 else 'shore'}\n" for n in range(20)
    )
    targets = TARGETS.replace("young,2,3", "young,3,3").replace("old,1,2", "old,1,1")
    status, _, complaints = draw(targets=targets, respondents=respondents)
    assert status == 2
    assert "(code targets.relax)" in complaints
    assert " to " in complaints


def test_too_many_rows_are_the_wrong_file(draw, monkeypatch):
    monkeypatch.setattr(asked, "MOST_PEOPLE", 23)
    assert "(code people.many)" in draw()[2]


def test_nothing_is_overwritten(draw, tmp_path):
    assert draw()[0] == 0
    before = (tmp_path / "out" / "draw.json").read_bytes()
    status, _, complaints = draw(seed="00" * 32)
    assert (status, "(code out.taken)" in complaints) == (2, True)
    assert (tmp_path / "out" / "draw.json").read_bytes() == before
    (tmp_path / "empty").mkdir()
    assert draw(out="empty")[0] == 0


@pytest.mark.parametrize("problem", [KeyboardInterrupt, OSError])
def test_whatever_stops_it_leaves_nothing_half_written(draw, tmp_path, monkeypatch, problem):
    written = files.Path.write_bytes

    def stop(self, data):
        if self.name == "report.html":
            raise problem
        return written(self, data)

    monkeypatch.setattr(files.Path, "write_bytes", stop)
    status, said, _ = draw()
    assert (status, said) == ({KeyboardInterrupt: 130, OSError: 7}[problem], "")
    assert {each.name for each in tmp_path.iterdir()} == {"targets.csv", "respondents.csv"}


def test_names_in_a_report_are_text(draw, tmp_path):
    targets = TARGETS.replace("town", "<b>town</b>")
    assert draw(targets=targets, respondents=people().replace("town", "<b>town</b>"))[0] == 0
    assert "<b>town" not in (tmp_path / "out" / "report.html").read_text("utf-8")
