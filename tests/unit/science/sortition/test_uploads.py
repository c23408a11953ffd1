"""A spreadsheet of people: whatever columns it has, and every fault at once."""

import pytest

from answerable.science.sortition import read_upload


def faults(text, **said):
    people, found = read_upload(text, **said)
    return people, [(fault.code, fault.params.get("line")) for fault in found]


@pytest.mark.parametrize(
    "text",
    [
        "id,age\n1,old\n2,young\n",
        "\ufeffid,age\r\n1,old\r\n\r\n2,young\r\n",
        " id , age \n 1 , old\n,\n2,young",
        'id,age\n"1","old"\n2,young\n',
        "id,age,\n1,old,\n2,young,\n",
        "id,age,,\n1,old,,\n2,young,,\n",
        "\n,,\nid,age\n1,old\n2,young\n",
        "sep=;\nid;age\n1;old\n2;young\n",
        "id\tage\n1\told\n2\tyoung\n",
        "id,age\r1,old\r2,young\r",
    ],
)
def test_people_are_read_whatever_the_spreadsheet_did(text):
    assert faults(text) == ([{"id": "1", "age": "old"}, {"id": "2", "age": "young"}], [])


@pytest.mark.parametrize(
    ("text", "said", "wanted"),
    [
        ("", {}, [("csv.empty", None)]),
        (",,\n1,2,3\n", {}, [("csv.empty", None)]),
        ("id,age\n", {}, [("csv.empty", None)]),
        ("id,id\n1,2\n", {}, [("csv.header", None)]),
        ('id,"age\n', {}, [("csv.quote", 1)]),
        ("id,age\n1,old\n", {"id_column": "name"}, [("people.column", None)]),
        ("id,age\n1,old\n", {"columns": ["street"]}, [("people.column", None)]),
        (
            "id,age\n1,old\n1,old\n,old\n4\n5,old\n",
            {},
            [("people.repeated", 3), ("people.id", 4), ("csv.row", 5)],
        ),
        ('id,age\n1,old\n2,"old\n', {}, [("csv.quote", 3)]),
        ("id,,age,\n1,x,old,\n2,,young,y\n", {}, [("csv.unnamed", 3)]),
        ("id,age\n1,old\n2,old\n", {"id_column": "age"}, [("people.repeated", 3)]),
    ],
)
def test_every_fault_is_named_by_its_line(text, said, wanted):
    assert faults(text, **said)[1] == wanted


def test_columns_are_found_in_another_case():
    people, found = faults("Age Group;ID\nold;1\n", id_column="id", columns=["age_group"])
    assert (people, found) == ([{"age_group": "old", "id": "1"}], [])
