"""After the query: codes instead of values, and nobody who was left out meanwhile."""

import pyarrow as pa
import pytest

from answerable.gateway.coding import Coding
from answerable.gateway.compile import SUBJECT
from answerable.gateway.pseudonyms import Pseudonyms

CODERS = Pseudonyms(bytes(32))


def batch(**columns):
    return pa.record_batch(
        {name: pa.array(values, pa.string()) for name, values in columns.items()}
    )


def test_a_hidden_subject_leaves_with_nobody():
    given = Coding({}, SUBJECT).give(batch(need=["a", "b"], **{SUBJECT: ["p1", "p2"]}), ())
    assert given.to_pylist() == [{"need": "a"}, {"need": "b"}]


@pytest.mark.parametrize(
    ("left_out", "needs"),
    [
        ((), ["a", "b", "c"]),
        (("p2",), ["a", "c"]),
        (("p1", "p2", "p3"), []),
        (("P1", "p1 ", ""), ["a", "b", "c"]),
        (("p9",), ["a", "b", "c"]),
    ],
)
@pytest.mark.parametrize("name", [SUBJECT, "person"])
def test_who_was_left_out_meanwhile_goes(left_out, needs, name):
    given = Coding({}, name).give(
        batch(need=["a", "b", "c"], **{name: ["p1", "p2", "p3"]}), frozenset(left_out)
    )
    assert given.column("need").to_pylist() == needs
    assert (name in given.schema.names) == (name == "person")


def test_a_code_takes_the_place_of_its_column():
    coder = CODERS.for_("one", "person")
    given = Coding({"person": coder}, None).give(batch(person=["p1", None], need=["a", "b"]), ())
    assert given.schema.names == ["person", "need"]
    assert given.schema.field("person").type == pa.binary(16)
    assert given.column("person").to_pylist() == [coder.code("p1"), None]


def test_people_are_left_out_by_who_they_are_and_not_by_their_code():
    coder = CODERS.for_("one", "person")
    given = Coding({"person": coder}, "person").give(batch(person=["p1", "p2"]), {"p1"})
    assert given.column("person").to_pylist() == [coder.code("p2")]


def test_a_batch_of_nobody_is_one():
    given = Coding({"person": CODERS.for_("one", "person")}, SUBJECT).give(
        batch(person=[], **{SUBJECT: []}), {"p1"}
    )
    assert (given.num_rows, given.schema.names) == (0, ["person"])


def test_every_batch_of_a_release_has_the_same_form():
    coding = Coding({"person": CODERS.for_("one", "person")}, SUBJECT)
    made = [
        coding.give(batch(person=people, **{SUBJECT: people}), left_out).schema
        for people in ([], ["p1"], [None], ["a" * 40])
        for left_out in ((), {"p1"})
    ]
    assert all(schema == made[0] for schema in made)
