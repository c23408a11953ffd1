"""A draw from data frames: the same as from files, in the library that was given."""

import subprocess
import sys

import pandas as pd
import polars as pl
import pyarrow as pa
import pytest

from answerable.science.sortition import (
    SortitionError,
    chances_in,
    draw_panel,
    equal_lottery,
    ids_of,
    instance,
    instance_of,
    lottery,
    people_of,
    read_people,
    read_rules,
    rows_in,
    shares_of,
    tables_in,
    targets_of,
)
from answerable.science.sortition.tables import seating

SEED = bytes(range(32))
PEOPLE = {
    "id": list(range(100, 124)),
    "age": [1.0 if at % 3 else 2.0 for at in range(24)],
    "place": [" town" if at % 4 else "shore " for at in range(24)],
    "street": [f"Street {at // 2}" for at in range(24)],
}
TARGETS = {
    "feature": ["age", "age", "place", "place"],
    "value": ["1", "2", "town", "shore"],
    "min": [2, 1, 2, 2],
    "max": [3, 2, 2, 2],
}
LIBRARIES = {"pandas": pd.DataFrame, "polars": pl.DataFrame, "pyarrow": pa.table}

every = pytest.mark.parametrize("frame", LIBRARIES.values(), ids=LIBRARIES)


def column(frame, name):
    cells = frame[name]
    return cells.to_pylist() if isinstance(frame, pa.Table) else cells.to_list()


def file_of(columns):
    rows = [
        ",".join(columns),
        *(",".join(map(str, row)) for row in zip(*columns.values(), strict=True)),
    ]
    return "\n".join(rows).replace(".0,", ",") + "\n"


@every
def test_a_draw_is_that_of_files(frame):
    people = frame(PEOPLE)
    made = instance_of(people, frame(TARGETS), seats=4, household_columns=["street"])
    rules = read_rules(file_of(TARGETS))
    found = read_people(file_of(PEOPLE), {"age", "place"})
    homes = [rest["street"] for _, _, rest in found]
    same = instance([person for _, person, _ in found], rules, seats=4, households=homes)
    assert made.orbits == same.orbits
    fairest = lottery(made)
    chances = chances_in(people, made, fairest.chances)
    assert type(chances) is type(people)
    assert column(chances, "id") == PEOPLE["id"]
    assert column(chances, "chance") == made.by_person(fairest.chances).tolist()
    drawn = draw_panel(made, equal_lottery(fairest), ids_of(people), SEED)
    panel = rows_in(people, drawn.members)
    assert type(panel) is type(people)
    assert column(panel, "id") == [PEOPLE["id"][place] for place in drawn.members]
    assert column(panel, "street") == [PEOPLE["street"][place] for place in drawn.members]


@every
def test_tables_come_back_beside_the_ids(frame):
    people = frame(PEOPLE)
    profiles = [person for _, person, _ in people_of(people, ["age"])]
    seated = seating(
        profiles, ["age"], sizes=(8, 8, 8), rounds=2, numbers=ids_of(people), seed=SEED
    )
    told = tables_in(people, seated)
    assert column(told, "id") == PEOPLE["id"]
    assert column(told, "round_2") == [table + 1 for table in seated.rounds[1]]


@every
def test_what_is_missing_is_an_empty_cell_and_blank_rows_do_not_count(frame):
    made = frame({"id": [1, None, 3], "age": [None, None, 1.5]})
    assert people_of(made, ["age"]) == [
        ("1", {"age": ""}, {"id": "1"}),
        ("3", {"age": "1.5"}, {"id": "3"}),
    ]
    assert column(rows_in(made, [1]), "id") == [3]


@every
@pytest.mark.parametrize(
    ("code", "columns"),
    [
        ("people.column", {"id": ["1"]}),
        ("people.id", {"id": [" ", "2"], "age": ["1", "2"]}),
        ("people.repeated", {"id": ["1", "1 "], "age": ["1", "2"]}),
        ("csv.header", {"id": ["1"], "age": ["1"], " age": ["2"]}),
        ("csv.empty", {"": ["1"]}),
    ],
)
def test_what_is_wrong_is_what_is_wrong_in_a_file(frame, code, columns):
    with pytest.raises(SortitionError, match=code) as problem:
        people_of(frame(columns), ["age"])
    if "line" in problem.value.params:
        assert problem.value.params["line"] == (2 if code == "people.id" else 3)


@pytest.mark.parametrize(
    "frame",
    [pd.DataFrame([[1, 2]], columns=["id", "id"]), pa.table([[1], [2]], names=["id", "id"])],
)
def test_columns_of_one_name_are_refused(frame):
    with pytest.raises(SortitionError, match=r"csv\.header") as problem:
        people_of(frame, [])
    assert problem.value.params["headings"] == ["id"]


@every
def test_an_id_column_that_is_not_there_is_refused_as_elsewhere(frame):
    people = frame({" ID ": PEOPLE["id"], **{k: v for k, v in PEOPLE.items() if k != "id"}})
    made = instance_of(people, frame(TARGETS), seats=4)
    told = chances_in(people, made, lottery(made).chances)
    assert column(told, " ID ") == PEOPLE["id"]
    with pytest.raises(SortitionError, match=r"people\.column") as problem:
        chances_in(people, made, lottery(made).chances, id_column="number")
    assert problem.value.params == {"columns": ["number"]}


def test_seats_that_are_no_number_are_refused():
    with pytest.raises(SortitionError, match=r"seats\.form"):
        instance_of(pd.DataFrame(PEOPLE), pd.DataFrame(TARGETS), seats="4")


def test_choices_and_numbers_are_the_values_of_targets():
    people = pl.DataFrame({"id": ["a", "b"], "age": pl.Series(["x", "y"], dtype=pl.Categorical)})
    targets = pd.DataFrame({"feature": ["age", "age"], "value": ["x", "y"], "min": 1.0, "max": 1.0})
    assert [t.max for t in targets_of(targets)] == [1, 1]
    assert instance_of(people, targets, seats=2).seats == 2


def test_an_index_stays_with_the_rows_but_not_with_the_chances():
    people = pd.DataFrame(PEOPLE, index=[f"row {at}" for at in range(24)])
    made = instance_of(people, pd.DataFrame(TARGETS), seats=4)
    assert list(rows_in(people, [3, 5]).index) == ["row 3", "row 5"]
    told = chances_in(people, made, lottery(made).chances)
    assert list(told.index) == list(range(24))
    assert not told["chance"].isna().any()


def test_shares_are_read_from_numbers():
    made = pl.DataFrame({"feature": ["sex"], "value": ["f"], "percent": [51.41]})
    assert shares_of(made) == [("sex", "f", 5141)]


def test_a_lazy_frame_has_to_be_collected():
    with pytest.raises(TypeError):
        people_of(pl.LazyFrame(PEOPLE), ["age"])


def test_frames_are_loaded_only_when_they_are_used():
    code = (
        "import sys, answerable.science.sortition as s;"
        "print('narwhals' in sys.modules, s.instance_of.__name__, 'narwhals' in sys.modules,"
        " 'polars' in sys.modules, 'pandas' in sys.modules)"
    )
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert found.stdout.split() == ["False", "instance_of", "True", "False", "False"]


def test_a_name_that_is_not_there_is_not_there():
    import answerable.science.sortition as room

    with pytest.raises(AttributeError):
        _ = room.nothing
    assert all(hasattr(room, name) for name in room.__all__)
