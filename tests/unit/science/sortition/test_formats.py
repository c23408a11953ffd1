"""Targets with flex bounds, and for two values together, as CSV."""

import pytest

from answerable.science.sortition import SortitionError, Target, read_people, read_rules

HEADER = "feature,value,min,max,min_flex,max_flex,feature_2,value_2\n"


def test_reads_flex_bounds_and_intersections():
    assert read_rules(f"{HEADER}sex,f,2,3,1,4,,\n\nsex , f,0,1,,,age,old\n") == [
        Target((("sex", "f"),), 2, 3, 1, 4),
        Target((("sex", "f"), ("age", "old")), 0, 1),
    ]


def test_a_second_value_needs_its_feature_even_where_there_is_no_such_column():
    with pytest.raises(SortitionError) as problem:
        read_rules("feature,value,min,max,value_2\nsex,f,2,3,old\n")
    assert problem.value.params == {"file": "targets", "column": "feature_2", "line": 2}


def test_whole_numbers_may_have_noughts_behind_a_point():
    assert read_rules(f"{HEADER}sex,f,2.0,3.00,1.0,4,,\n") == [Target((("sex", "f"),), 2, 3, 1, 4)]


def test_reads_targets_without_either():
    assert read_rules("\ufeffcategory,feature,min,max\nsex,f,2,3\n") == [
        Target((("sex", "f"),), 2, 3)
    ]


@pytest.mark.parametrize(
    ("row", "column"),
    [
        ("sex,f,2,3,few,4,,", "min_flex"),
        ("sex,f,2,3,1,-1,,", "max_flex"),
        ("sex,f,2,3,,,age,", "value_2"),
        ("sex,f,2,3,,,,old", "feature_2"),
        ("sex,f,1.5,3,,,,", "min"),
        ("sex,f,1,1.000,,,,", "max"),
        ("sex,f,1.,3,,,,", "min"),
    ],
)
def test_names_the_line_and_the_column(row, column):
    with pytest.raises(SortitionError) as problem:
        read_rules(f"{HEADER}{row}\n")
    assert problem.value.params["line"] == 2
    assert problem.value.params["column"] == column


PLAIN = "feature,value,min,max\nsex,f,2,3\nsex,m,2,3\n"


@pytest.mark.parametrize(
    "text",
    [
        PLAIN.replace(",", ";"),
        PLAIN.replace(",", "\t"),
        "sep=;\n" + PLAIN.replace(",", ";"),
        "\ufeffsep=,\r\n" + PLAIN.replace("\n", "\r\n"),
        '"sep=|"\n' + PLAIN.replace(",", "|"),
        "Feature,Value,Min,MAX\n" + PLAIN.partition("\n")[2],
        "\n" + PLAIN,
        ",,,\n" + PLAIN,
        PLAIN.replace("\n", ",,\n"),
        PLAIN.replace("max\n", "max,,\n"),
        PLAIN.replace("3\n", "3,,\n"),
        PLAIN.replace(",value", ",,value,").replace(",f,", ",,f,,").replace(",m,", ",,m,,"),
        PLAIN.replace("\n", "\r"),
    ],
)
def test_reads_what_spreadsheets_save(text):
    assert read_rules(text) == read_rules(PLAIN)


def test_the_heading_decides_what_parts_cells():
    text = 'id;age, in years, "about";a,b,c,d\n1;x, y;z\n'
    assert read_people(text, {"id"})[0][2]["a,b,c,d"] == "z"
    text = 'id,"agree: yes; no; unsure; other",age\n1,no,old\n'
    assert read_people(text, {"age"})[0][1] == {"age": "old"}


def test_columns_of_people_are_found_in_another_case_where_one_alone_can_be_meant():
    text = "ID,Age  Group,other\n1,old,x\n"
    assert read_people(text, {"age group"}) == [
        ("1", {"age group": "old"}, {"id": "1", "other": "x"})
    ]
    assert read_people("id,Age,age\n1,old,new\n", {"age"})[0][1] == {"age": "new"}
    with pytest.raises(SortitionError, match=r"people\.column"):
        read_people("id,Age,AGE\n1,old,new\n", {"age"})


@pytest.mark.parametrize(
    ("code", "text", "params"),
    [
        ("csv.header", "id,age,,age,\n1,2,,3,\n", {"headings": ["age"]}),
        ("csv.unnamed", "id,,\n1,,\n2,x,\n3,x,y\n", {"line": 4}),
        ("csv.quote", 'id,age\n1,old\n2,"old\n3,old\n', {"line": 3}),
        ("csv.quote", 'id,age\n1,old\n2,"old\n3,"old"\n4,old\n', {"line": 3}),
        ("csv.quote", 'id,age,x\n1,"o\nl\nd","\n2,old,x\n', {"line": 4}),
        ("csv.row", 'id,age\n1,old\n2,"o"ld\n', {"line": 3}),
        ("csv.row", 'id,age\n1,"o\nld",x\n', {"line": 2}),
    ],
)
def test_what_cannot_be_read_is_named(code, text, params):
    with pytest.raises(SortitionError) as problem:
        read_people(text, set())
    assert problem.value.code == code
    assert problem.value.params == {"file": "respondents", **params}


@pytest.mark.parametrize(
    "heading", ["group,value,min,max", "category,value,min,max", "feature,value,least,most", "a b"]
)
def test_headings_that_are_not_those_of_targets_are_named(heading):
    with pytest.raises(SortitionError) as problem:
        read_rules(f"{heading}\n{','.join('1' for _ in heading.split(','))}\n")
    assert problem.value.code == "csv.headings"
    assert problem.value.params["found"] == heading.split(",")
