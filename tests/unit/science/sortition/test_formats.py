"""Targets with flex bounds, and for two values together, as CSV."""

import pytest

from answerable.science.sortition import SortitionError, Target, read_rules

HEADER = "feature,value,min,max,min_flex,max_flex,feature_2,value_2\n"


def test_reads_flex_bounds_and_intersections():
    assert read_rules(f"{HEADER}sex,f,2,3,1,4,,\n\nsex , f,0,1,,,age,old\n") == [
        Target((("sex", "f"),), 2, 3, 1, 4),
        Target((("sex", "f"), ("age", "old")), 0, 1),
    ]


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
    ],
)
def test_names_the_line_and_the_column(row, column):
    with pytest.raises(SortitionError) as problem:
        read_rules(f"{HEADER}{row}\n")
    assert problem.value.params["line"] == 2
    assert problem.value.params["column"] == column
